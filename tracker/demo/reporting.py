"""What was reported up in a few sample difficulties, and the morning on which everything late rises.

Owns: one report that was lowered and made again with a plan, one that was declined; the last morning's round.
"""

from collections.abc import Callable
from contextlib import nullcontext

from sqlalchemy.orm import Session

from tracker.demo import words
from tracker.demo.desk import Desk
from tracker.demo.timing import Story
from tracker.issues import escalation_job
from tracker.issues.workflow import Act

PLAN_DAYS = 3


def planned(desk: Desk) -> Story:
    """The owner reports to his lead twice; the first is settled by word, the second by a plan."""
    yield desk.pace.ago(1)
    desk.act(desk.owner, Act.ESCALATE, reason=words.REPORT)
    yield desk.pace.after(0)
    desk.act(desk.lead, Act.LOWER, level=0, reason=words.LOWERED)
    yield desk.pace.ago(0)
    desk.act(desk.owner, Act.ESCALATE, reason=words.REPORT_AGAIN)
    yield desk.pace.after(0)
    until_on = desk.pace.dates.calendar.add(desk.pace.day, PLAN_DAYS)
    desk.act(desk.lead, Act.PLAN, text=words.PLAN, until_on=until_on)


def declined(desk: Desk) -> Story:
    """The lead reports to the department's leader, who does not accept it."""
    yield desk.pace.ago(0)
    desk.act(desk.lead, Act.ESCALATE, reason=words.REPORT_UP)
    yield desk.pace.after(0)
    desk.act(desk.group.directors[0], Act.DECLINE_ESCALATION, reason=words.DECLINED)


ENDINGS: dict[str, Callable[[Desk], Story]] = {"KK-110": planned, "KK-106": declined}
"""Sample → what was reported up after its own course."""


def with_reports(key: str, course: Callable[[Desk], Story]) -> Callable[[Desk], Story]:
    """The course of a sample, followed by what was reported up about it."""
    ending = ENDINGS.get(key)
    if ending is None:
        return course

    def told(desk: Desk) -> Story:
        yield from course(desk)
        yield from ending(desk)

    return told


def last_morning(session: Session) -> None:
    """What is late rises as far as its rules say, in the transaction of the build."""
    escalation_job.raise_late_matters(session, nullcontext)
