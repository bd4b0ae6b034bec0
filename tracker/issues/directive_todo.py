"""What directives, recordings and escalation ask of a person, as groups of his home page, and their figures.

Owns: which groups exist for whom. The sentence of a group is the home page's. Reads only.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from sqlalchemy import Integer, Select, and_, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.directory.switches import Switches
from tracker.issues.directive_lists import TO_DO, is_to_do, looked_after_by, owing_units
from tracker.issues.directive_rules import LEADING
from tracker.issues.escalation_queries import counting_duties
from tracker.issues.listing import CappedCount, IssueFilter, Todo
from tracker.issues.models import Issue
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget, Recording
from tracker.issues.obligations import STILL_OWED
from tracker.issues.rights import READING, reading_units, visible_to, visible_to_readers
from tracker.issues.todo import TodoGroup
from tracker.permissions import Permission

_OWING = bindparam("owing_units", type_=Integer(), expanding=True)
"""Placeholder for the units for which the person sees what is owed."""
_FILTERS = {"duties": IssueFilter(is_open=True, todo=Todo.DUTIES)}
"""The list behind what is owed for issues; directives have their own page."""


def groups(session: Session, actor: Actor, switches: Switches, today: date) -> Iterator[TodoGroup]:
    """The groups that have something in them, the leader's own word first."""
    if actor.roles & set(LEADING):
        yield from _of_leader(session, actor)
    yield from _owed(session, actor, today)


def count_owed(session: Session, actor: Actor, today: date) -> tuple[int, int]:
    """Dated directives still open, and those of them overdue: of the province, or of the person's units."""
    statement = _counting_owed(everywhere=actor.has(Permission.SEE_ALL_ISSUES))
    values = {"today": today, "owing_units": sorted(owing_units(actor))}
    n, overdue = session.execute(statement, values).one()
    return n, overdue


@cache
def _counting_owed(*, everywhere: bool) -> Select[int, int]:
    late = and_(DirectiveTarget.due_on < bindparam("today"), DirectiveTarget.state.in_(TO_DO))
    counted = (
        select(func.count(), func.count().filter(late))
        .select_from(DirectiveTarget)
        .where(DirectiveTarget.due_on.is_not(None), DirectiveTarget.state.in_(STILL_OWED))
    )
    return counted if everywhere else counted.where(DirectiveTarget.unit_id.in_(_OWING))


def _group(code: str, n: int, due_on: date | None = None) -> TodoGroup:
    return TodoGroup(code, CappedCount(n, False), due_on=due_on)


def _of_leader(session: Session, actor: Actor) -> Iterator[TodoGroup]:
    me = actor.account_id
    waiting = select(func.count()).where(Directive.given_by_id == me, Directive.awaits_word.is_(True))
    acts = select(func.count()).where(Recording.leader_id == me, Recording.awaits_word.is_(True))
    reported = (
        select(func.count())
        .select_from(DirectiveTarget)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(looked_after_by(actor), DirectiveTarget.state == DirectiveState.REPORTED, visible_to(actor))
    )
    words, recorded, reports = session.execute(
        select(waiting.scalar_subquery(), acts.scalar_subquery(), reported.scalar_subquery())
    ).one()
    if words + recorded:
        yield _group("recorded_for_me", words + recorded)
    if reports:
        yield _group("directives_reported", reports)


def _owed(session: Session, actor: Actor, today: date) -> Iterator[TodoGroup]:
    """What his units were told to do, and what he owes for what was reported to him; one statement for both."""
    parts = [counting_duties(actor)] if actor.has(Permission.RECEIVE_ESCALATION) else []
    units = sorted(owing_units(actor))
    if units:
        parts.append(_counting_directives(sees_all=actor.has(Permission.SEE_ALL_ISSUES)))
    if not parts:
        return
    statement = parts[0] if len(parts) == 1 else union_all(*parts)
    values = {"owing_units": units, READING.key: list(reading_units(actor))}
    for what, n, nearest in session.execute(statement, values):
        if nearest is not None:
            code = f"{what}_late" if nearest < today else f"{what}_owed"
            yield TodoGroup(code, CappedCount(n, False), filter=_FILTERS.get(what), due_on=nearest)


@cache
def _counting_directives(*, sees_all: bool) -> Select[str, int, date | None]:
    """One row: "directives", how many the units have to do, the nearest date; the units are placeholders."""
    return (
        select(literal("directives"), func.count(), func.min(DirectiveTarget.due_on))
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(DirectiveTarget.unit_id.in_(_OWING), is_to_do(), visible_to_readers(sees_all=sees_all))
    )
