"""Proves that levels, duties and alarms belong together.

Owns: these checks of `tracker verify`. Reads only; rows (code, issue, detail).
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.deadlines.ladder import HIGHEST
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Duty, Escalation, Plan

Row = tuple[str, str, str]


def check(session: Session) -> Iterator[Row]:
    """All problems."""
    yield from _levels(session)
    yield from _owed_without_level(session)
    yield from _nobody_looks(session, clock.today())
    yield from _nobodys(session, clock.today())


def _levels(session: Session) -> Iterator[Row]:
    """The level of an issue is that of its one open row; the mark of a referral has none."""
    open_row = aliased(Escalation)
    rows = session.execute(
        select(Issue.number, Issue.level, open_row.level)
        .outerjoin(open_row, and_(open_row.issue_id == Issue.id, open_row.ended_at.is_(None)))
        .where(
            or_(
                and_(open_row.id.is_(None), Issue.level.between(1, HIGHEST)),
                and_(open_row.id.is_not(None), open_row.level != Issue.level),
            )
        )
        .order_by(Issue.id)
    )
    for number, stored, level in rows:
        yield "level_wrong", number or "", f"{stored} stored, {level or 0} open"


def _owed_without_level(session: Session) -> Iterator[Row]:
    rows = session.execute(
        select(Issue.number, Duty.level)
        .join(Duty, Duty.issue_id == Issue.id)
        .where(Duty.discharged_at.is_(None), Duty.released_at.is_(None), Issue.level == 0)
        .order_by(Duty.id)
    )
    for number, level in rows:
        yield "duty_without_level", number or "", f"level {level}"


def _nobody_looks(session: Session, today: date) -> Iterator[Row]:
    """What is late is looked at again some day, or somebody owes something for it, or has a plan."""
    owed = exists(
        select(Duty.id).where(
            Duty.issue_id == Issue.id, Duty.discharged_at.is_(None), Duty.released_at.is_(None)
        )
    )
    planned = exists(select(Plan.id).where(Plan.issue_id == Issue.id, Plan.until_on >= today))
    rows = session.scalars(
        select(Issue.number)
        .where(Issue.is_open.is_(True), Issue.due_on < today, Issue.next_alarm_on.is_(None), ~owed, ~planned)
        .order_by(Issue.id)
    )
    for number in rows:
        yield "late_and_nobodys", number or "", "nobody owes an act, and nothing is to come"


def _nobodys(session: Session, today: date) -> Iterator[Row]:
    """What is owed is owed by somebody who is there, once the morning has passed."""
    rows = session.execute(
        select(Issue.number, Duty.level)
        .join(Duty, Duty.issue_id == Issue.id)
        .where(
            Duty.discharged_at.is_(None),
            Duty.released_at.is_(None),
            Issue.next_alarm_on < today,
            ~_has_somebody(today),
        )
        .order_by(Duty.id)
    )
    for number, level in rows:
        yield "duty_of_nobody", number or "", f"level {level}"


def _has_somebody(today: date) -> ColumnElement[bool]:
    held = or_(
        Grant.account_id == Duty.account_id, and_(Grant.unit_id == Duty.unit_id, Grant.role == Duty.role)
    )
    return exists(
        select(Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(held, Grant.holds_on(today), Account.is_active.is_(True))
    )
