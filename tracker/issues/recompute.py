"""Dates of open issues after the calendar has changed: how many would move, and moving them batch by batch.

Owns: both. Each batch is one transaction that holds what it changes; what was done is kept with the change, so that
a killed job goes on where it was. Frozen and closed things are never touched.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.changing import running_change
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import interims, stage_keeping
from tracker.issues.models import Issue
from tracker.issues.moving import life_of, move
from tracker.issues.service import hold

BATCH = 200

Transaction = Callable[[], AbstractContextManager[object]]


def would_move(session: Session, calendar: WorkingCalendar) -> int:
    """How many open issues would get another due date with this calendar. Reads all of them, in batches."""
    return sum(
        life_of(session, issue, calendar).dates.due_on != issue.due_on
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
    calendar, switches = load_calendar(session), read_switches(session)
    rows = select(Issue).where(Issue.id.in_(keys), Issue.is_open.is_(True)).order_by(Issue.id)
    issues = session.scalars(rows.execution_options(populate_existing=True)).all()
    stage_keeping.count_again(session, keys, calendar)
    interims.count_again(session, keys, calendar)
    moved = 0
    for issue in issues:
        moved += move(session, issue, calendar, switches, now)
    return moved, keys[-1]


def _open_issues(session: Session) -> Iterator[Issue]:
    rows = select(Issue).where(Issue.is_open.is_(True)).order_by(Issue.id)
    yield from session.scalars(rows.execution_options(yield_per=500))
