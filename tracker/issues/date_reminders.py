"""On the morning of a date, or before it, whoever owes something by it is told.

Owns: which dates (follow-ups, promises, opinions, directives) are told of on a working day, to whom, and that each is
told once. What is due on the ladder is told by `escalation_job`; nothing rises here, and no history grows.

A date is told of once per person: the key of the notice names the row, the date and the person, so a moved date is
told anew, and neither a second worker nor a clock that was wrong tells anything twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues.commitments import remind_until
from tracker.issues.directive_lists import TO_DO
from tracker.issues.models import Issue
from tracker.issues.models_directives import Directive, DirectiveTarget
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.models_referrals import Commitment, ReferralIssue
from tracker.issues.people import Holders
from tracker.issues.referral_rules import CommitmentState
from tracker.outbox.models import Notice
from tracker.outbox.service import put_all

OF_DIRECTIVES = frozenset({"directive_due", "directive_overdue"})
CAUGHT_UP = timedelta(days=31)
"""After an absence dates of so many days are still told of; what is older stands on the pages alone."""
_KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class Reminder:
    """One date, and whose it is: `person_id` of the unit, else who leads it."""

    kind: str
    row_id: int
    on: date
    issue_id: int
    unit_id: int | None
    person_id: int | None

    def key(self, account_id: int) -> str:
        """Of the notice to this person."""
        return f"{self.kind}:{self.row_id}:{self.on.isoformat()}:{account_id}"


def remind(session: Session, today: date) -> int:
    """Tell of what falls due on this local date, on working days alone; how many notices were put."""
    calendar = load_calendar(session)
    if not calendar.is_working(today):
        return 0
    found = [
        *_follow_ups(session, today),
        *_promises(session, today, calendar),
        *_opinions(session, today, calendar),
        *_directives(session, today, calendar),
    ]
    holders = Holders(
        session, {each.unit_id for each in found}, today, read_switches(session).coordinating_unit_id
    )
    wanted = {
        each.key(account_id): (each, account_id) for each in found for account_id in _owing(each, holders)
    }
    told = set(_told(session, list(wanted)))
    new = [(key, each, account_id) for key, (each, account_id) in wanted.items() if key not in told]
    for key, each, account_id in new:
        put_all(session, [(each.kind, account_id, key)], issue_id=each.issue_id)
    return len(new)


def _owing(each: Reminder, holders: Holders) -> list[int]:
    if each.kind == "opinion_due" and each.unit_id is not None:
        return sorted(holders.consulted(each.unit_id, each.person_id))
    if each.kind in OF_DIRECTIVES:
        return sorted({each.person_id} if each.person_id else holders.directed(each.unit_id))
    return sorted(holders.owner_of(each.unit_id, each.person_id) or holders.leads_of(each.unit_id))


def _told(session: Session, keys: list[str]) -> Iterator[str]:
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[first : first + _KEYS_AT_ONCE]
        yield from session.scalars(select(Notice.key).where(Notice.key.in_(part)))


def _follow_ups(session: Session, today: date) -> Iterable[Reminder]:
    """Documents under way whose day of asking has come."""
    rows = select(
        ReferralIssue.id, ReferralIssue.follow_up_on, Issue.id, Issue.holder_id, Issue.owner_id
    ).join(Issue, Issue.id == ReferralIssue.issue_id)
    due = ReferralIssue.follow_up_on.between(today - CAUGHT_UP, today)
    return _read(session, "follow_up_due", rows.where(ReferralIssue.ended_at.is_(None), due))


def _promises(session: Session, today: date, calendar: WorkingCalendar) -> Iterable[Reminder]:
    """Promises that fall due in some working days, and those whose day has come."""
    rows = select(Commitment.id, Commitment.promised_on, Issue.id, Issue.holder_id, Issue.owner_id).join(
        Issue, Issue.id == Commitment.issue_id
    )
    is_open = Commitment.state == CommitmentState.OPEN
    due = Commitment.promised_on.between(today - CAUGHT_UP, today)
    yield from _read(session, "promise_due", rows.where(is_open, due))
    soon = (Commitment.promised_on > today, Commitment.promised_on <= remind_until(today, calendar))
    yield from _read(session, "promise_soon", rows.where(is_open, *soon))


def _opinions(session: Session, today: date, calendar: WorkingCalendar) -> Iterable[Reminder]:
    """Opinions asked before today that are due by the next working day; who is asked today has just been told."""
    rows = select(Opinion.id, Opinion.due_on, Opinion.issue_id, Opinion.unit_id, Opinion.assigned_id).where(
        Opinion.state == OpinionState.ASKED,
        Opinion.due_on.between(today, calendar.add(today, 1)),
        Opinion.asked_at < clock.start_of(today),
    )
    return _read(session, "opinion_due", rows)


def _directives(session: Session, today: date, calendar: WorkingCalendar) -> Iterator[Reminder]:
    """Given before today: what is due by the next working day, to the unit; what is overdue, to the giver too."""
    targets = (
        select(
            DirectiveTarget.id,
            DirectiveTarget.due_on,
            DirectiveTarget.issue_id,
            DirectiveTarget.unit_id,
            Directive.given_by_id,
            Directive.recorded_by_id,
        )
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(
            DirectiveTarget.due_on.between(today - CAUGHT_UP, calendar.add(today, 1)),
            DirectiveTarget.state.in_(TO_DO),
            Directive.given_at < clock.start_of(today),
            Issue.is_open.is_(True),
        )
    )
    found: Iterable[Any] = session.execute(targets.order_by(DirectiveTarget.id))
    for row_id, on, issue_id, unit_id, *people in found:
        kind = "directive_due" if on >= today else "directive_overdue"
        yield Reminder(kind, row_id, on, issue_id, unit_id, None)
        for person_id in people if kind == "directive_overdue" else ():
            if person_id is not None:
                yield Reminder(kind, row_id, on, issue_id, unit_id, person_id)


def _read(session: Session, kind: str, rows: Any) -> Iterator[Reminder]:
    yield from (Reminder(kind, *row) for row in session.execute(rows))
