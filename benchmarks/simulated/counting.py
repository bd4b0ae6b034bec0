"""Counting by another way what the product keeps: the counts, the rows of reading rights, the days of a promise.

Owns: the full counts. Each yields where what is kept differs: the issue and what was found.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import Cycle
from tracker.issues import counts, history
from tracker.issues.access import Why
from tracker.issues.models import Issue, IssueAccess, IssueCount, IssueParty
from tracker.issues.workflow import NOT_SENT

Found = Iterator[tuple[str, str]]
ONE_DAY = timedelta(days=1)


def due_by_days(cycle: Cycle, calendar: WorkingCalendar) -> date:
    """The due date of a running promise, found by walking: what is left of it today forward, what is over it back."""
    left, day = cycle.target_days + cycle.extra_days, cycle.from_on
    while day < cycle.as_of:
        day += ONE_DAY
        is_paused = any(pause.from_on < day <= (pause.to_on or date.max) for pause in cycle.pauses)
        left -= calendar.is_working(day) and not is_paused
    day = max(cycle.from_on, cycle.as_of)
    while left > 0:
        day += ONE_DAY
        left -= calendar.is_working(day)
    while left < 0 or not calendar.is_working(day):
        left += calendar.is_working(day)
        day -= ONE_DAY
    return day


def counts_differ(session: Session) -> Found:
    """The counts against all issues, grouped by the database."""
    names = ("holder_id", "field_id", "state", "outcome", "zero_on", "due_soon_on", "due_on", "long_late_on")
    columns = [getattr(Issue, name) for name in names]
    sent = Issue.state.not_in(NOT_SENT)
    full: dict[tuple[object, ...], int] = {}
    for *key, is_open, n in session.execute(
        select(*columns, Issue.is_open, func.count()).where(sent).group_by(*columns, Issue.is_open)
    ):
        holder, field, state, outcome, *dates = key
        days = [day or counts.NO_DATE for day in dates] if is_open else [counts.NO_DATE] * len(dates)
        counted = (holder, field or 0, state.value, outcome.value if outcome else "", *days)
        full[counted] = full.get(counted, 0) + n
    fields = counts.CountKey._fields
    kept = {
        tuple(getattr(row, name) for name in fields): row.n
        for row in session.scalars(select(IssueCount).execution_options(populate_existing=True))
    }
    for key in {*full, *kept}:
        if full.get(key, 0) != kept.get(key, 0):
            yield "", f"{key}: {kept.get(key, 0)} kept, {full.get(key, 0)} counted"


def access_differs(session: Session, issue: Issue) -> Found:
    """The rows of reading rights of one issue against its parties, its raiser and everybody who held it."""
    wanted: dict[int, Why] = {issue.raised_by_id: Why.RAISED}
    for unit_id in session.scalars(select(IssueParty.unit_id).where(IssueParty.issue_id == issue.id)):
        wanted[unit_id] = wanted.get(unit_id, Why(0)) | Why.PARTY
    for fact in history.facts_of(session, issue.id):
        if fact.unit is not None:
            wanted[fact.unit] = wanted.get(fact.unit, Why(0)) | Why.HOLDS
    rows = session.execute(
        select(IssueAccess.unit_id, IssueAccess.why).where(IssueAccess.issue_id == issue.id)
    )
    kept = {unit_id: Why(why) & ~Why.ASKED for unit_id, why in rows}
    for unit_id in sorted({*wanted, *kept}):
        have, want = kept.get(unit_id, Why(0)), wanted.get(unit_id, Why(0))
        if have != want:
            yield issue.number or "", f"unit {unit_id} reads as {have!r}, should as {want!r}"


def openness_differs(session: Session) -> Found:
    """Reading rights whose issue is open while they say it is not, or the other way round."""
    rows = session.execute(
        select(Issue.number, IssueAccess.unit_id)
        .join(IssueAccess, IssueAccess.issue_id == Issue.id)
        .where(Issue.is_open != IssueAccess.is_open)
    )
    for number, unit_id in rows:
        yield number or "", f"unit {unit_id}: open or not"
