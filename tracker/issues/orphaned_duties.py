"""Duties whose receivers are gone: they pass to who stands in for them.

Owns: that one net, once a morning. Substitution is that of `standing`: no lead → department leader → coordinator.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.directory.switches import read_switches
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Duty
from tracker.permissions import Role


def pass_on_orphaned(session: Session) -> int:
    """Move each owed duty that nobody holds to who stands in; how many were moved."""
    today, office = clock.today(), read_switches(session).coordinating_unit_id
    held = exists(
        select(Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.unit_id == Duty.unit_id,
            Grant.role == Duty.role,
            Grant.holds_on(today),
            Account.is_active.is_(True),
        )
    )
    person_left = Duty.account_id.is_not(None) & ~exists(
        select(Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.account_id == Duty.account_id, Grant.holds_on(today), Account.is_active.is_(True))
    )
    owed = (Duty.discharged_at.is_(None), Duty.released_at.is_(None))
    role_left = Duty.unit_id.is_not(None) & ~held
    rows = session.scalars(
        select(Duty).where(*owed, role_left | person_left).order_by(Duty.id).with_for_update()
    ).all()
    for duty in rows:
        holder_id = session.scalar(select(Issue.holder_id).where(Issue.id == duty.issue_id))
        _move(session, duty, holder_id, office)
    session.flush()
    return len(rows)


def _move(session: Session, duty: Duty, holder_id: int | None, office: int) -> None:
    """To the next in line who is there; to the coordinator where nobody is."""
    today = clock.today()
    if duty.level < 3 and duty.role is not Role.DEPARTMENT_LEADER:
        leader = (
            select(Grant.id)
            .join(Account, Account.id == Grant.account_id)
            .where(
                Grant.unit_id == holder_id,
                Grant.role == Role.DEPARTMENT_LEADER,
                Grant.holds_on(today),
                Account.is_active.is_(True),
            )
        )
        if session.scalar(leader.limit(1)) is not None:
            duty.account_id, duty.unit_id, duty.role = None, holder_id, Role.DEPARTMENT_LEADER
            return
    if office:
        duty.account_id, duty.unit_id, duty.role = None, office, Role.COORDINATOR
