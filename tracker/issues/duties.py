"""Duties: given with a level, discharged by the act they demand, missed, released, passed to the next holder.

Owns: the rows of `duty`, and which act discharges which. The act closes the duty, not the level. Must not raise or end
a level.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.deadlines.ladder import DUTIES, HIGHEST, DutyKind
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.models_escalation import Duty, Escalation
from tracker.issues.receivers import Receiver
from tracker.issues.workflow import BY_ACT, Act
from tracker.permissions import Role

TRANSFERRED = "transferred"
DIRECTIVE, MEETING = "directive", "meeting"
"""What discharges a duty without being an act of the table."""

_OWED = (
    select(Duty)
    .where(Duty.issue_id == bindparam("issue_id"), Duty.discharged_at.is_(None), Duty.released_at.is_(None))
    .order_by(Duty.id)
)

_PLANNED = {BY_ACT[act].event for act in (Act.PLAN, Act.ASSIGN, Act.REASSIGN)}
_NEWS = {BY_ACT[act].event for act in (Act.NEWS, Act.INTERIM)}
_BY_ACT: dict[Act, frozenset[DutyKind]] = {
    Act.EXTEND: frozenset({DutyKind.DIRECTIVE_OR_EXTENSION}),
    Act.ROUTE: frozenset({DutyKind.DECIDE}),
}
"""Acts that discharge by themselves, whoever may take them."""


def give(
    session: Session,
    row: Escalation,
    receiver: Receiver,
    due_on: date,
    *,
    level: int,
    since_seq: int,
    now: datetime,
) -> Duty:
    """The duty of the level for its receiver."""
    duty = Duty(
        issue_id=row.issue_id,
        escalation_id=row.id,
        level=level,
        kind=DUTIES[level],
        account_id=receiver.account_id,
        unit_id=receiver.unit_id,
        role=receiver.role,
        given_at=now,
        since_seq=since_seq,
        due_on=due_on,
    )
    session.add(duty)
    session.flush()
    return duty


def owed_of(session: Session, issue_id: int) -> list[Duty]:
    """What is owed for the issue, missed or not, the oldest first."""
    return list(session.scalars(_OWED, {"issue_id": issue_id}))


def discharge_by_act(
    session: Session, issue: Issue, owed: Iterable[Duty], act: Act, account_id: int | None, now: datetime
) -> list[Duty]:
    """Discharge what this act does, just taken; the duties that it closed. `account_id`: who decided, None a job."""
    done = [duty for duty in owed if _is_done_by(session, issue, duty, act)]
    for duty in done:
        _discharge(duty, act.value, account_id, now)
    return done


def discharge_by_directive(
    session: Session, issue: Issue, giver: Actor, coordinating_unit_id: int, now: datetime
) -> list[Duty]:
    """A directive with a date was given, or recorded for `giver`: closes what is his level's and those below."""
    rank = _rank(giver, issue, coordinating_unit_id)
    done = [duty for duty in owed_of(session, issue.id) if 2 <= duty.level <= rank]
    for duty in done:
        _discharge(duty, DIRECTIVE, giver.account_id, now)
    return done


def discharge_by_meeting(session: Session, issue_id: int, actor: Actor, now: datetime) -> list[Duty]:
    """The matter was put on a meeting: what the coordinator owes."""
    done = [duty for duty in owed_of(session, issue_id) if duty.kind is DutyKind.DECIDE]
    for duty in done:
        _discharge(duty, MEETING, actor.account_id, now)
    return done


def mark_missed(owed: Iterable[Duty], today: date) -> list[Duty]:
    """Mark what was due before today; those that were not marked yet. They stay owed."""
    missed = [duty for duty in owed if duty.missed_on is None and duty.due_on < today]
    for duty in missed:
        duty.missed_on = today
    return missed


def release(owed: Iterable[Duty], why: str, now: datetime) -> None:
    """Nobody owes them any more; what was done stays done."""
    for duty in owed:
        if duty.discharged_at is None:
            duty.released_at, duty.released_by = now, why


def is_of(duty: Duty, person: Actor) -> bool:
    """Whether the duty is the person's, by name or by role."""
    return duty.account_id == person.account_id or (
        duty.role is not None and person.holds(duty.unit_id, duty.role)
    )


def _rank(giver: Actor, issue: Issue, coordinating_unit_id: int) -> int:
    if Role.PROVINCIAL_LEADER in giver.roles:
        return HIGHEST
    if giver.holds(coordinating_unit_id, Role.COORDINATOR):
        return 3
    return 2 if giver.holds(issue.holder_id, Role.DEPARTMENT_LEADER) else 0


def _is_done_by(session: Session, issue: Issue, duty: Duty, act: Act) -> bool:
    if duty.kind in _BY_ACT.get(act, ()):
        return True
    if duty.kind is DutyKind.PLAN_OR_OWNER and BY_ACT[act].event in _PLANNED | _NEWS:
        return _has_plan_and_news(session, issue.id, duty.since_seq)
    if duty.kind is DutyKind.DECIDE:
        # A plan of the coordinator is the date on which it comes to a meeting; once routed, transfers are his alone.
        is_decided = act is Act.TRANSFER and issue.is_routed
        return is_decided or (act is Act.PLAN and issue.level == duty.level) or act is Act.ESCALATE
    return False


def _has_plan_and_news(session: Session, issue_id: int, since_seq: int) -> bool:
    kinds = set(
        session.scalars(
            select(IssueEvent.kind)
            .where(
                IssueEvent.issue_id == issue_id,
                IssueEvent.seq > since_seq,
                IssueEvent.kind.in_(_PLANNED | _NEWS),
            )
            .distinct()
        )
    )
    return bool(kinds & _PLANNED) and bool(kinds & _NEWS)


def _discharge(duty: Duty, act: str, account_id: int | None, now: datetime) -> None:
    duty.discharged_at, duty.discharge_act = now, act
    duty.discharged_by_id = account_id


def passed_on(owed: Sequence[Duty], old_holder_id: int | None) -> list[Duty]:
    """What the old holder's people owe."""
    return [duty for duty in owed if duty.unit_id == old_holder_id and duty.level < 3]
