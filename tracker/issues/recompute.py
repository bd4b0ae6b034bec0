"""Dates of open issues after the calendar has changed: how many would move, and moving them batch by batch.

Owns: both. Each batch is one transaction that holds what it changes; what was done is kept with the change, so that
a killed job goes on where it was. Frozen and closed things are never touched.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.changing import running_change
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import counts, escalation, history, interims, matters, stage_keeping
from tracker.issues.history import Happening, Signature
from tracker.issues.matter import Matter
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.service import hold, store_dates
from tracker.issues.step import Step
from tracker.issues.telling import tell
from tracker.issues.workflow import Act

BATCH = 200

Transaction = Callable[[], AbstractContextManager[object]]


def would_move(session: Session, calendar: WorkingCalendar) -> int:
    """How many open issues would get another due date with this calendar. Reads all of them, in batches."""
    return sum(
        _life(session, issue, calendar).dates.due_on != issue.due_on
        for issue in _open_issues(session)
        if issue.due_on is not None
    )


def work(session: Session, transaction: Transaction) -> int:
    """Go on with what a change of the calendar asks for, until it is done. How many due dates moved."""
    moved = 0
    while True:
        with transaction():
            change = running_change(session)
            if change is None:
                return moved
            count, last = _move_batch(session, change.done_up_to, clock.now())
            moved += count
            change.moved += count
            if last is None:
                change.finished_at = clock.now()
            else:
                change.done_up_to = last


def _move_batch(session: Session, after: int, now: datetime) -> tuple[int, int | None]:
    """Move the next issues. How many moved; the key of the last one looked at, None after the end."""
    keys = session.scalars(
        select(Issue.id).where(Issue.is_open.is_(True), Issue.id > after).order_by(Issue.id).limit(BATCH)
    ).all()
    if not keys:
        return 0, None
    hold(session, keys)
    calendar, today, switches = load_calendar(session), clock.local_date(now), read_switches(session)
    rows = select(Issue).where(Issue.id.in_(keys), Issue.is_open.is_(True)).order_by(Issue.id)
    issues = session.scalars(rows.execution_options(populate_existing=True)).all()
    stage_keeping.count_again(session, keys, calendar)
    interims.count_again(session, keys, calendar)
    moved = 0
    for issue in issues:
        old = issue.due_on
        moved += _move(session, issue, calendar, today, now)
        escalation.after_dates(session, issue, old, calendar, switches)
        session.flush()
    return moved, keys[-1]


def _move(session: Session, issue: Issue, calendar: WorkingCalendar, today: date, now: datetime) -> bool:
    """Store the dates that the calendar now gives. Whether the due date moved: then an event says so."""
    counted, old = counts.key_of(issue), issue.due_on
    life = _life(session, issue, calendar)
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


def _life(session: Session, issue: Issue, calendar: WorkingCalendar) -> clocks.Timeline:
    """As of the last change of the issue: what is stored was computed then."""
    facts = history.facts_of(session, issue.id)
    return clocks.timeline(facts, calendar, until=clock.local_date(issue.changed_at))


def _open_issues(session: Session) -> Iterator[Issue]:
    rows = select(Issue).where(Issue.is_open.is_(True)).order_by(Issue.id)
    yield from session.scalars(rows.execution_options(yield_per=500))
