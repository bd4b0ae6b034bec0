"""Whose a level of the ladder is for a given issue today, and who hears of it.

Owns: finding them, substitution included: no active lead → department leader → coordinator; nobody in charge of the
field → all provincial leaders → coordinator. Must not write a row.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant
from tracker.deadlines.ladder import HIGHEST
from tracker.directory.models import FieldCharge
from tracker.issues.step import Step
from tracker.issues.telling import People
from tracker.permissions import Role

_LEADING = (Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT)


@dataclass(frozen=True)
class Receiver:
    """Who owes: one person, or whoever has the role in the unit; and everybody who is told of it."""

    accounts: frozenset[int]
    account_id: int | None = None
    unit_id: int | None = None
    role: Role | None = None


def receiver_of(step: Step, people: People, level: int) -> Receiver | None:
    """Whose duty the level is; where nobody is there the coming coordinator's, None without an office for him."""
    leading = _provincial(step) if level == HIGHEST else None
    if leading is not None:
        return leading
    holder, office = step.issue.holder_id, step.switches.coordinating_unit_id
    places = [(holder, Role.GROUP_LEAD), (holder, Role.DEPARTMENT_LEADER), (office, Role.COORDINATOR)]
    for unit_id, role in places[min(level, len(places)) - 1 :]:
        accounts = people.of(unit_id, role)
        if accounts and unit_id:
            return Receiver(frozenset(accounts), unit_id=unit_id, role=role)
    return Receiver(frozenset(), unit_id=office, role=Role.COORDINATOR) if office else None


def told_of(step: Step, people: People, level: int) -> frozenset[int]:
    """Everybody who hears that the issue stands at the level: the owner and the receivers up to it."""
    told = set(people.owner(step.issue.owner_id))
    for each in range(1, level + 1):
        receiver = receiver_of(step, people, each)
        told |= receiver.accounts if receiver is not None else set()
    return frozenset(told)


def _provincial(step: Step) -> Receiver | None:
    """The leader in charge of the field with who follows it and his assistants; else all provincial leaders."""
    rows = _leading(step.session, step)
    leaders = {account_id: unit_id for account_id, unit_id, role in rows if role is Role.PROVINCIAL_LEADER}
    if not leaders:
        return None
    charge = step.session.scalar(select(FieldCharge).where(FieldCharge.field_id == step.issue.field_id))
    in_charge = charge.leader_id if charge is not None and charge.leader_id in leaders else None
    chosen = {in_charge} if in_charge is not None else set(leaders)
    units = {leaders[key] for key in chosen if key in leaders}
    assistants = {
        key for key, unit_id, role in rows if role is not Role.PROVINCIAL_LEADER and unit_id in units
    }
    following = {charge.officer_id} if charge is not None and charge.officer_id and in_charge else set()
    accounts = frozenset(key for key in chosen | assistants | following if key is not None)
    if in_charge is not None:
        return Receiver(accounts, account_id=in_charge)
    return Receiver(accounts, unit_id=min(units), role=Role.PROVINCIAL_LEADER)


def _leading(session: Session, step: Step) -> list[tuple[int, int, Role]]:
    rows = session.execute(
        select(Grant.account_id, Grant.unit_id, Grant.role)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role.in_(_LEADING), Grant.holds_on(step.today), Account.is_active.is_(True))
        .order_by(Grant.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
