"""Reads where issues stand on the ladder.

Owns: the one place that turns rows into `ladder.Situation`, for one issue or for many in a few statements. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.ladder import Situation
from tracker.issues.models import Issue, IssueParty
from tracker.issues.models_escalation import Alarm, Duty, EndedBy, Escalation, Plan

ANY_ANCHOR = ("joined", "joined_late")
"""Rules that fire once in the life of an issue."""


@dataclass
class Standing:
    """What is stored of one issue's escalation."""

    open: Escalation | None = None
    lowered_on: date | None = None
    owed: list[Duty] = field(default_factory=list)
    quiet_since: date | None = None
    plan: Plan | None = None
    reminded_for: set[date] = field(default_factory=set)
    has_joined_before: bool = False
    communes: int = 0


def standings(session: Session, issue_ids: Sequence[int]) -> dict[int, Standing]:
    """Of each issue; six statements, whatever the number."""
    found: dict[int, Standing] = defaultdict(Standing)
    _read_levels(session, issue_ids, found)
    _read_duties(session, issue_ids, found)
    plans = session.scalars(select(Plan).where(Plan.issue_id.in_(issue_ids)).order_by(Plan.id))
    for plan in plans:
        row = found[plan.issue_id].open
        if row is not None and row.id == plan.escalation_id:
            found[plan.issue_id].plan = plan
    told = select(Alarm.issue_id, Alarm.rule_code, Alarm.anchor_on).where(
        Alarm.issue_id.in_(issue_ids), Alarm.rule_code.in_(("due_soon", *ANY_ANCHOR))
    )
    for issue_id, code, anchor_on in session.execute(told.distinct()):
        if code in ANY_ANCHOR:
            found[issue_id].has_joined_before = True
        else:
            found[issue_id].reminded_for.add(anchor_on)
    joined = (
        select(IssueParty.issue_id, func.count())
        .where(
            IssueParty.issue_id.in_(issue_ids), IssueParty.left.is_(None), IssueParty.is_on_behalf.is_(False)
        )
        .group_by(IssueParty.issue_id)
    )
    for issue_id, n in session.execute(joined):
        found[issue_id].communes = n
    return found


def _read_levels(session: Session, issue_ids: Sequence[int], found: dict[int, Standing]) -> None:
    """What was lowered since the last answer counts; `found` gets the open level too."""
    rows = select(Escalation).where(Escalation.issue_id.in_(issue_ids)).order_by(Escalation.id)
    for row in session.scalars(rows):
        own = found[row.issue_id]
        if row.ended_at is None or row.ended_by is None:
            own.open, own.quiet_since = row, clock.local_date(row.opened_at)
        elif row.ended_by in (EndedBy.ANSWERED, EndedBy.CLOSED):
            own.lowered_on = None
        elif row.ended_by is EndedBy.LOWERED:
            own.lowered_on = clock.local_date(row.ended_at)


def _read_duties(session: Session, issue_ids: Sequence[int], found: dict[int, Standing]) -> None:
    rows = select(Duty).where(Duty.issue_id.in_(issue_ids), Duty.released_at.is_(None)).order_by(Duty.id)
    for duty in session.scalars(rows):
        own = found[duty.issue_id]
        if duty.discharged_at is None:
            own.owed.append(duty)
        elif own.open is not None and duty.level == own.open.level:
            done_on = clock.local_date(duty.discharged_at)
            own.quiet_since = max(own.quiet_since or done_on, done_on)


def situation(issue: Issue, now: Standing) -> Situation:
    """The issue as the rules of the ladder see it."""
    level = now.open.level if now.open is not None else 0
    at_level = [duty.due_on for duty in now.owed if duty.level == level]
    unmarked = [duty.due_on for duty in now.owed if duty.missed_on is None]
    return Situation(
        level=level,
        is_urgent=issue.is_urgent,
        cycle_from=issue.zero_on if issue.due_on is not None else None,
        due_soon_on=issue.due_soon_on,
        due_on=issue.due_on,
        no_news_on=issue.no_news_on,
        is_disputed=issue.is_disputed,
        awaits_routing=issue.awaits_routing and issue.transfer_count > 1,
        communes=now.communes,
        has_joined_before=now.has_joined_before,
        is_reminded=issue.due_on in now.reminded_for,
        lowered_on=now.lowered_on,
        duty_due_on=min(at_level, default=None),
        unmarked_due_on=min(unmarked, default=None),
        plan_until=now.plan.until_on if now.plan is not None else None,
        quiet_since=now.quiet_since,
    )


def situations(session: Session, issues: Iterable[Issue]) -> dict[int, Situation]:
    """Of many issues at once, by key."""
    rows = list(issues)
    found = standings(session, [issue.id for issue in rows])
    return {issue.id: situation(issue, found[issue.id]) for issue in rows}
