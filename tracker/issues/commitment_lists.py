"""Promises with a date: the list of what falls due, and the figure of the leaders' page. Reads only."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.actor import Actor
from tracker.issues.models import Issue
from tracker.issues.models_referrals import Commitment
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.rights import READING, reading_units, visible_to, visible_to_readers
from tracker.permissions import Permission

PAGE = 25
Place = tuple[date, int]
"""Date and key of the last promise of a page."""


@dataclass(frozen=True)
class CommitmentPage:
    """Promises, the first due first; after which place the next page begins."""

    rows: list[Commitment]
    next_after: Place | None


def list_commitments(
    session: Session,
    actor: Actor,
    state: CommitmentState,
    after: Place | None,
    limit: int = PAGE,
    only: ColumnElement[bool] | None = None,
) -> CommitmentPage:
    """The promises in this state whose issue the person may read, `only`: and is among these; one statement."""
    place = (Commitment.promised_on, Commitment.id)
    rows = (
        select(Commitment)
        .join(Issue, Issue.id == Commitment.issue_id)
        .where(Commitment.state == state, visible_to(actor))
        .options(
            joinedload(Commitment.issue).joinedload(Issue.holder),
            joinedload(Commitment.issue).joinedload(Issue.owner),
        )
    )
    if only is not None:
        rows = rows.where(only)
    if after is not None:
        rows = rows.where(tuple_(*place) > tuple_(*after))
    found = list(session.scalars(rows.order_by(*place).limit(limit + 1)))
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return CommitmentPage(shown, (last.promised_on, last.id) if last else None)


def count_due(session: Session, actor: Actor, until: date) -> int:
    """Open promises up to this date whose issue the person may read."""
    statement = _counting_due(sees_all=actor.has(Permission.SEE_ALL_ISSUES))
    return session.scalar(statement, {"until": until, READING.key: list(reading_units(actor))}) or 0


@cache
def _counting_due(*, sees_all: bool) -> Select[int]:
    until = Commitment.promised_on <= bindparam("until")
    return (
        select(func.count())
        .select_from(Commitment)
        .join(Issue, Issue.id == Commitment.issue_id)
        .where(Commitment.state == CommitmentState.OPEN, until, visible_to_readers(sees_all=sees_all))
    )
