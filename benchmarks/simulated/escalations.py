"""What must hold of levels: one stands at most and is the issue's own, each rose by a rule that was true.

Owns: these invariants. Each yields where one does not hold: the issue, and what was found.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Alarm, Duty, Escalation, OpenedBy, Plan

LATE = {
    "late_lead": (1, 0),
    "late_department": (3, 1),
    "late_coordinator": (7, 2),
    "late_provincial": (None, 4),
}
"""Rule → working days after the due date, for plain and for urgent matters: the product's table once more."""

HIGHEST = 4
Found = Iterator[tuple[str, str]]


def one_open(session: Session) -> Found:
    """At most one level stands for an issue, and it is the level of the issue."""
    many = session.execute(
        select(Issue.number, func.count())
        .join(Escalation, Escalation.issue_id == Issue.id)
        .where(Escalation.ended_at.is_(None))
        .group_by(Issue.id)
        .having(func.count() > 1)
    )
    for number, n in many:
        yield number or "", f"{n} levels stand"
    rows = session.execute(
        select(Issue.number, Issue.level, Escalation.level)
        .outerjoin(Escalation, (Escalation.issue_id == Issue.id) & Escalation.ended_at.is_(None))
        .where((Issue.level > 0) | Escalation.id.is_not(None))
    )
    for number, level, standing in rows:
        if level <= HIGHEST and level != (standing or 0):
            yield number or "", f"level {level}, standing {standing}"


def rose_by_rule(session: Session, calendar: WorkingCalendar, today: date) -> Found:
    """What rose by itself today and still stands: its rule was true, by counting the days again."""
    rows = session.execute(
        select(Escalation, Issue)
        .join(Issue, Issue.id == Escalation.issue_id)
        .where(Escalation.ended_at.is_(None), Escalation.opened_by == OpenedBy.RULE)
    )
    for row, issue in rows:
        if clock.local_date(row.opened_at) != today:
            continue
        due_on = session.scalar(select(Alarm.anchor_on).where(Alarm.escalation_id == row.id).limit(1))
        if row.rule_code in LATE and due_on is not None:  # as it was in the morning: it may have moved since
            plain, urgent = LATE[row.rule_code]
            wanted = urgent if issue.is_urgent else plain
            if wanted is None or calendar.between(due_on, today) < wanted:
                yield issue.number or "", f"{row.rule_code} on {today}, due on {due_on}"
        if row.rule_code.startswith("missed_") and not _was_missed(session, row, today):
            yield issue.number or "", f"{row.rule_code}, but nothing was missed"


def _was_missed(session: Session, row: Escalation, today: date) -> bool:
    """A duty of the level below was over, or a plan was."""
    duty = select(Duty.id).where(Duty.issue_id == row.issue_id, Duty.level < row.level, Duty.due_on < today)
    plan = select(Plan.id).where(Plan.issue_id == row.issue_id, Plan.level < row.level, Plan.until_on < today)
    return session.scalar(union_all(duty, plan).limit(1)) is not None


def forgotten(session: Session, today: date) -> Found:
    """After the morning of a working day no alarm of it or of an earlier day is left."""
    rows = session.execute(
        select(Issue.number, Issue.next_alarm_on).where(
            Issue.is_open.is_(True), Issue.next_alarm_on <= today, Issue.due_on.is_not(None)
        )
    )
    for number, on in rows:
        yield number or "", f"alarm of {on} was not seen to"
