"""Moving the dates of one open issue after the calendar has changed, with an event that says from when to when.

Owns: that one step, for the job that goes through all issues and for an act that comes before it. Frozen and closed
things are never touched.
"""

from datetime import date, datetime

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.models import CalendarChange
from tracker.directory.switches import Switches, read_switches
from tracker.issues import counts, escalation, history, interims, matters, stage_keeping
from tracker.issues.history import Happening, Signature
from tracker.issues.matter import Matter
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.step import Step
from tracker.issues.telling import tell
from tracker.issues.workflow import Act


def waiting_change() -> ScalarSelect[int]:
    """For a statement that reads an issue: the change of the calendar whose job has not come to it, None without."""
    waits = (CalendarChange.finished_at.is_(None), CalendarChange.done_up_to < Issue.id)
    rows = select(CalendarChange.id).where(*waits).order_by(CalendarChange.id.desc()).limit(1)
    return rows.correlate(Issue).scalar_subquery()


def catch_up(
    session: Session, issue: Issue, calendar: WorkingCalendar, switches: Switches, now: datetime
) -> None:
    """What the job would do with the issue, because somebody acts on it before: he acts on the dates that hold."""
    stage_keeping.count_again(session, [issue.id], calendar)
    interims.count_again(session, [issue.id], calendar)
    move(session, issue, calendar, switches, now)


def move(
    session: Session, issue: Issue, calendar: WorkingCalendar, switches: Switches, now: datetime
) -> bool:
    """Store the dates that the calendar now gives. Whether the due date moved: then an event says so."""
    old, today = issue.due_on, clock.local_date(now)
    has_moved = _move(session, issue, calendar, today, now)
    escalation.after_dates(session, issue, old, calendar, switches)
    session.flush()
    return has_moved


def _move(session: Session, issue: Issue, calendar: WorkingCalendar, today: date, now: datetime) -> bool:
    counted, old = counts.key_of(issue), issue.due_on
    life = life_of(session, issue, calendar)
    has_moved = life.dates.due_on != old
    if has_moved and old is not None and life.dates.due_on is not None:
        payload = {"old_due_on": old.isoformat(), "new_due_on": life.dates.due_on.isoformat()}
        event = history.append(session, issue, Happening("calendar_changed", payload), Signature(), now)
        _tell(session, issue, event, calendar, now)
        life = clocks.timeline(history.facts_of(session, issue.id), calendar, until=today)
    store_dates(issue, life)
    session.flush()
    counts.move(session, counted, counts.key_of(issue))
    return has_moved


def _tell(
    session: Session, issue: Issue, event: IssueEvent, calendar: WorkingCalendar, now: datetime
) -> None:
    """The moved date, to each person at most once a day, however often the calendar changes."""
    switches, today = read_switches(session), clock.local_date(now)
    matter = Matter(
        state=issue.state,
        raised_by_id=issue.raised_by_id,
        filed_by_id=issue.filed_by_id,
        coordinating_unit_id=switches.coordinating_unit_id,
        today=today,
        holder_id=issue.holder_id,
        owner_id=issue.owner_id,
    )
    parties = matters.parties_of(session, issue)
    step = Step(session, None, Act.NEWS, issue, matter, parties, None, {}, now, today, switches, calendar)
    tell(step, event, f"calendar:{issue.id}:{today.isoformat()}")


def life_of(session: Session, issue: Issue, calendar: WorkingCalendar) -> clocks.Timeline:
    """As of the last change of the issue: what is stored was computed then."""
    facts = history.facts_of(session, issue.id)
    return clocks.timeline(facts, calendar, until=clock.local_date(issue.changed_at))


def store_dates(issue: Issue, life: clocks.Timeline) -> None:
    """Copy the dates of the timeline to the issue's columns."""
    dates = life.dates
    issue.zero_on = life.cycles[0].from_on
    issue.due_soon_on = dates.due_soon_on
    issue.due_on = dates.due_on
    issue.long_late_on = dates.long_late_on
    issue.last_news_on = dates.last_news_on
    issue.no_news_on = dates.no_news_on
    issue.next_alarm_on = dates.next_alarm_on
