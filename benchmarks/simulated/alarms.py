"""What people are told: never twice, never at night or on a day off; and the jobs that tell them.

Owns: these invariants. Each yields where one does not hold: the issue, where there is one, and what was found.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.simulated.post import PostBox
from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.models_escalation import Alarm
from tracker.jobs import failing
from tracker.outbox.models import Mail, Notice

RISES = {"disputed": 2, "transferred": 3, "raised": 4, "escalated": 4, "referred": 5, "woken": 1}
"""Kind of event → the highest level to which it may raise."""

OPENS, CLOSES = time(7), time(20)
LOOKED_BACK = timedelta(days=3)

Found = Iterator[tuple[str, str]]


def twice(session: Session, box: PostBox) -> Found:
    """The same event told to the same person in the same words twice, or a mail that left twice."""
    doubled = session.execute(
        select(Notice.issue_id, Notice.kind, Notice.account_id, func.count())
        .where(Notice.event_id.is_not(None), Notice.created_at > clock.now() - LOOKED_BACK)
        .group_by(Notice.issue_id, Notice.kind, Notice.account_id, Notice.event_id)
        .having(func.count() > 1)
    )
    for issue_id, kind, account_id, n in doubled:
        yield str(issue_id), f"{kind} told {n} times to {account_id}"
    again = session.execute(
        select(Alarm.issue_id, Alarm.rule_code, Alarm.account_id, func.count())
        .where(Alarm.at > clock.now() - LOOKED_BACK)
        .group_by(Alarm.issue_id, Alarm.rule_code, Alarm.level, Alarm.anchor_on, Alarm.account_id)
        .having(func.count() > 1)
    )
    for issue_id, rule, account_id, n in again:
        yield str(issue_id), f"alarm {rule} {n} times to {account_id}"
    for _, key in box.taken:
        if box.ids[key] > 1:
            yield "", f"mail {key} left {box.ids[key]} times"


def out_of_hours(session: Session, box: PostBox, calendar: WorkingCalendar, today: date) -> Found:
    """Mails that left outside the hours of mail, by what is stored and by what was taken; empties the box."""
    sent = session.scalars(
        select(Mail.sent_at).where(
            Mail.sent_at > clock.now() - LOOKED_BACK, Mail.is_immediate.is_(False), Mail.sent_at.is_not(None)
        )
    )
    moments = {moment for moment in sent if moment is not None} | {moment for moment, _ in box.taken}
    box.taken.clear()
    for moment in sorted(moments):
        here = clock.local(moment)
        if not calendar.is_working(here.date()) or not OPENS <= here.time() < CLOSES:
            yield "", f"a mail left on {here:%Y-%m-%d %H:%M}"


def failing_jobs(session: Session) -> Found:
    """Jobs whose last run failed."""
    for row in failing(session):
        yield "", f"{row.name}: {row.last_error}"
