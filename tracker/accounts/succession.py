"""What the end of a unit means for the roles of its people.

Owns: the hook that the directory calls, again and again until nothing is left. Must not know issues.

A role ends with its unit's last day. Where another unit stands in its place, the person holds the same role there
from the next day on and as long as before, so that what passes over has somebody to answer for it and nobody is
locked out; whoever does not go along is taken off there by the administrator. Where a unit is divided, the roles go
with the open matters, and those of the other parts are given anew. Without successor the roles end. Every role that
passes or ends is written to the audit log.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Grant
from tracker.audit.service import record
from tracker.directory.models import Unit


def pass_grants_on(session: Session, unit: Unit, successor: Unit | None) -> None:
    """End the roles in the unit; give them in the successor's place."""
    last_day = unit.valid_to
    if last_day is None:
        return
    for row in session.scalars(_beyond(unit.id, last_day).order_by(Grant.id)).all():
        _pass_on(session, row, last_day, successor)
    session.flush()


def load_of(session: Session, unit_id: int) -> Mapping[str, int]:
    """How many roles in the unit hold today or later: {"grants": n}."""
    rows = _beyond(unit_id, clock.today() - timedelta(days=1)).subquery()
    return {"grants": session.scalar(select(func.count()).select_from(rows)) or 0}


def _beyond(unit_id: int, day: date) -> Select[Any]:
    return select(Grant).where(Grant.unit_id == unit_id, or_(Grant.valid_to.is_(None), Grant.valid_to > day))


def _pass_on(session: Session, row: Grant, last_day: date, successor: Unit | None) -> None:
    before = {"unit": row.unit_id, "valid_from": row.valid_from, "valid_to": row.valid_to}
    account_id, role = row.account_id, row.role
    begin, end = max(row.valid_from, last_day + timedelta(days=1)), row.valid_to
    if row.valid_from > last_day:
        session.delete(row)
    else:
        row.valid_to = last_day
    after: dict[str, object] = {"unit": before["unit"], "valid_to": last_day}
    if successor is not None:
        after = {"unit": successor.id, "valid_from": begin, "valid_to": end}
        _give(
            session,
            Grant(account_id=account_id, role=role, unit_id=successor.id, valid_from=begin, valid_to=end),
        )
    record(session, "grant_passed_on", role=role.value, person=account_id, before=before, after=after)


def _give(session: Session, new: Grant) -> None:
    held = select(Grant.id).where(
        Grant.account_id == new.account_id,
        Grant.role == new.role,
        Grant.unit_id == new.unit_id,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= new.valid_from),
    )
    if session.scalar(held.limit(1)) is None:
        session.add(new)
        session.flush()
