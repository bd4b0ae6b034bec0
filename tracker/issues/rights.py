"""Who may read an issue: as a clause for queries and as an answer for one issue.

Owns: the reading rule. A sent issue is read by the units of `IssueAccess` and by those who see all; a draft by its own
unit and the filer's.
"""

from functools import cache, lru_cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.issues.models import Audience, Issue, IssueAccess
from tracker.issues.workflow import NOT_SENT
from tracker.permissions import Permission

READING = bindparam("reading_units", type_=Integer(), expanding=True)
"""Placeholder for the units by which a person reads, in statements that are built once for everybody."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The issues that the person may read, drafts of his units included."""
    return _visible(reading_units(actor), sees_all=actor.has(Permission.SEE_ALL_ISSUES))


@cache
def visible_to_readers(*, sees_all: bool) -> ColumnElement[bool]:
    """What `visible_to` says of anybody who `sees_all`, or of anybody else, with a placeholder for his units."""
    return _visible_by(READING, sees_all=sees_all)


def reading_units(actor: Actor) -> tuple[int, ...]:
    """What `READING` stands for."""
    return tuple(sorted(actor.unit_ids))


@lru_cache(maxsize=1_000)
def _visible(units: tuple[int, ...], *, sees_all: bool) -> ColumnElement[bool]:
    """Kept for units that ask again: nearly every page does, and building it costs more than its share of the query."""
    return _visible_by(units, sees_all=sees_all) if units else false()


def _visible_by(units: tuple[int, ...] | BindParameter[int], *, sees_all: bool) -> ColumnElement[bool]:
    not_sent = Issue.state.in_(sorted(NOT_SENT))
    own_draft = and_(not_sent, Issue.raised_by_id.in_(units))
    if sees_all:
        return or_(Issue.number.is_not(None), own_draft)
    by_access = exists(
        select(IssueAccess.issue_id).where(IssueAccess.issue_id == Issue.id, IssueAccess.unit_id.in_(units))
    )
    return or_(by_access, own_draft)


def may_see(session: Session, actor: Actor, issue: Issue) -> bool:
    """Whether the person may read this issue."""
    return bool(session.scalar(select(true()).where(Issue.id == issue.id, visible_to(actor))))


def audiences_of(session: Session, actor: Actor, issue: Issue) -> tuple[Audience, ...]:
    """What kinds of events and files of this issue the person may read: communes never those of departments.

    Who has roles in a commune and in a department reads as the commune what the department may not read by itself.
    """
    if reads_as_department(session, actor, issue):
        return (Audience.ALL, Audience.DEPARTMENTS)
    return (Audience.ALL,)


def reads_as_department(session: Session, actor: Actor, issue: Issue) -> bool:
    """Whether a unit by which the person reads the issue works on issues, or he sees all; asks rows only if unclear."""
    working = actor.units_with(Permission.WORK_ON_ISSUE)
    if actor.has(Permission.SEE_ALL_ISSUES):
        return True
    if not working or working == actor.unit_ids:
        return bool(working)
    if issue.state in NOT_SENT:
        return issue.raised_by_id in working
    rows = select(IssueAccess.unit_id).where(
        IssueAccess.issue_id == issue.id, IssueAccess.unit_id.in_(sorted(working))
    )
    return session.scalar(rows.limit(1)) is not None
