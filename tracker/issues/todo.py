"""What a person has to do: the groups of his home page, each a count and the list behind it; and what is new for him.

Owns: looking them up. Which groups exist for whom is in `issues.todo_groups`, the sentence of a group in the template.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from sqlalchemy import CompoundSelect, Row, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import Switches
from tracker.issues.commitments import remind_until
from tracker.issues.listing import COUNT_CAP, CappedCount, IssueFilter, Todo, capped
from tracker.issues.models import Issue
from tracker.issues.rights import READING, reading_units, visible_to_readers
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.todo_groups import wanted
from tracker.issues.todo_wanted import Roles, Wanted, asked
from tracker.permissions import Permission, Role


@dataclass(frozen=True)
class TodoGroup:
    """A group of the home page. `filter` opens the list behind it, where a list filter says the same."""

    code: str
    count: CappedCount
    filter: IssueFilter | None = None
    due_on: date | None = None
    """The nearest date by which the group asks for something, where its sentence names one."""
    only: Row[int, str | None, str] | None = None
    """Key, number and key of the draft of the one issue that is the whole group: it needs no list."""


def groups(session: Session, actor: Actor, switches: Switches, today: date) -> list[TodoGroup]:
    """The groups that have something in them, the most pressing first; two statements, whatever the number."""
    routes = actor.holds(switches.coordinating_unit_id, Role.COORDINATOR)
    kinds = wanted(actor.roles, routes)
    if not kinds:
        return []
    values = asked(actor, today, _promised_until(session, actor, today))
    found = session.execute(_statement(actor.roles, routes), values).all()
    single = _issues(session, [newest for _, total, newest in found if total == 1])
    return [
        TodoGroup(
            kinds[place].code,
            capped(total),
            _filter_of(actor, kinds[place], values["desks"]),
            only=single[newest] if total == 1 else None,
        )
        for place, total, newest in sorted(found)
        if total
    ]


def count_new(session: Session, actor: Actor, since: datetime) -> CappedCount:
    """Sent issues that the person may read and that changed since then, up to the cap."""
    statement = _counting_new(sees_all=actor.has(Permission.SEE_ALL_ISSUES))
    values = {"since": since, READING.key: list(reading_units(actor))}
    return capped(session.scalar(statement, values) or 0)


@cache
def _counting_new(*, sees_all: bool) -> Select[int]:
    changed = Issue.changed_at > bindparam("since")
    readable = visible_to_readers(sees_all=sees_all)
    found = select(Issue.id).where(changed, Issue.number.is_not(None), readable)
    return select(func.count()).select_from(found.limit(COUNT_CAP + 1).subquery())


def _issues(session: Session, keys: list[int]) -> dict[int, Row[int, str | None, str]]:
    if not keys:
        return {}
    found = session.execute(select(Issue.id, Issue.number, Issue.draft_key).where(Issue.id.in_(keys)))
    return {row.id: row for row in found}


def _promised_until(session: Session, actor: Actor, today: date) -> date:
    """Only who works on issues is reminded of promises; for him the calendar is read."""
    if not actor.roles & {*GROUP_ROLES}:
        return today
    return remind_until(today, load_calendar(session))


def _filter_of(actor: Actor, group: Wanted, desks: list[int]) -> IssueFilter:
    if group.whose == "nobodys":
        return group.filter
    if group.whose == "owners":
        return replace(group.filter, owner_id=actor.account_id)
    if len(desks) == 1:
        return replace(group.filter, unit_id=desks[0])
    return IssueFilter(is_open=True, todo=Todo(group.code))


@cache
def _statement(roles: Roles, routes: bool) -> CompoundSelect[int, int, int]:
    """Of each group its capped count and its newest key: rows (group, count, key), the key None for an empty one."""
    parts = []
    for place, group in enumerate(wanted(roles, routes)):
        found = select(Issue.id).where(group.condition).order_by(Issue.id.desc())
        first = found.limit(COUNT_CAP + 1).subquery()
        parts.append(select(literal(place), func.count(), func.max(first.c.id)).select_from(first))
    return union_all(*parts)
