"""Changing the table of days: a plan of rows that is looked at first and written then, with its audit entry.

Owns: plans, the table of days, and the note that stored dates have to be computed again. Must not know issues: who
computes the dates reads that note (`issues.recompute`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import FIRST_YEAR, LAST_YEAR, Day, WorkingCalendar
from tracker.deadlines.exchange import NAME_LIMIT, to_csv
from tracker.deadlines.models import CalendarChange, CalendarDay, DayKind, DayStatus
from tracker.directory.changes import mark_of, record_change
from tracker.errors import Invalid, NotPossible
from tracker.permissions import Actor


@dataclass(frozen=True)
class Plan:
    """Rows to be put in place of those of their dates, and dates whose rows go."""

    put: tuple[Day, ...] = ()
    removed: tuple[date, ...] = ()

    @property
    def dates(self) -> set[date]:
        """All dates that it touches."""
        return {day.on for day in self.put} | set(self.removed)


def days_of(session: Session, year: int | None = None) -> list[Day]:
    """The rows of a year, or all, by date."""
    rows = select(CalendarDay).order_by(CalendarDay.on)
    if year is not None:
        rows = rows.where(CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31)))
    return [_day(row) for row in session.scalars(rows.execution_options(populate_existing=True))]


def with_plan(days: Iterable[Day], plan: Plan) -> WorkingCalendar:
    """The calendar as it would be."""
    kept = [day for day in days if day.on not in plan.dates]
    return WorkingCalendar([*kept, *plan.put])


def effective(days: Iterable[Day], plan: Plan) -> Plan:
    """What of the plan changes anything."""
    stored = {day.on: day for day in days}
    return Plan(
        tuple(day for day in plan.put if stored.get(day.on) != day),
        tuple(on for on in plan.removed if on in stored),
    )


def check_plan(plan: Plan) -> None:
    """Raises Invalid for a date outside the calendar, or a row without a name."""
    for day in plan.put:
        if not FIRST_YEAR <= day.on.year <= LAST_YEAR:
            raise Invalid("on", "calendar_date_not_read")
        if not day.name or len(day.name) > NAME_LIMIT or len(day.source) > NAME_LIMIT:
            raise Invalid("name", "calendar_name_missing")


def mark(session: Session) -> str:
    """A mark of the whole table as it is: what a page showed."""
    return mark_of({"days": to_csv(days_of(session))})


def carry_out(session: Session, actor: Actor, plan: Plan, now: datetime, *, seen: str) -> int:
    """Write the plan and note that dates have to be computed again. How many rows changed.

    Raises NotPossible where somebody else has changed the table since the page was shown; Invalid.
    """
    check_plan(plan)
    # Whoever changes days waits here for whoever changes them already.
    session.scalars(select(CalendarDay.on).order_by(CalendarDay.on).with_for_update()).all()
    if mark(session) != seen:
        raise NotPossible("changed_meanwhile")
    stored = {day.on: day for day in days_of(session)}
    changes = effective(stored.values(), plan)
    for on in changes.dates:
        _write(session, on, {day.on: day for day in changes.put}.get(on))
    session.flush()
    after = {day.on: day for day in days_of(session)}
    touched = sorted(changes.dates)
    record_change(
        session,
        actor,
        "calendar_changed",
        {on.isoformat(): _plain(stored[on]) for on in touched if on in stored},
        {on.isoformat(): _plain(after[on]) for on in touched if on in after},
    )
    if touched:
        _ask_for_dates(session, actor, now)
    return len(touched)


def running_change(session: Session) -> CalendarChange | None:
    """The change after which dates are still being computed."""
    rows = (
        select(CalendarChange).where(CalendarChange.finished_at.is_(None)).order_by(CalendarChange.id.desc())
    )
    return session.scalars(rows.limit(1)).first()


def _ask_for_dates(session: Session, actor: Actor, now: datetime) -> None:
    """A newer change takes the place of one that is still being worked on, and begins at the first issue."""
    session.execute(
        update(CalendarChange).where(CalendarChange.finished_at.is_(None)).values(finished_at=now)
    )
    session.add(CalendarChange(changed_at=now, account_id=actor.account_id))
    session.flush()


def _write(session: Session, on: date, day: Day | None) -> None:
    row = session.get(CalendarDay, on)
    if day is None:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = CalendarDay(on=on)
        session.add(row)
    row.kind = DayKind.WORK if day.is_work else DayKind.OFF
    row.name, row.source = day.name, day.source
    row.status = DayStatus.PROVISIONAL if day.is_provisional else DayStatus.CONFIRMED


def _day(row: CalendarDay) -> Day:
    return Day(row.on, row.kind is DayKind.WORK, row.name, row.status is DayStatus.PROVISIONAL, row.source)


def _plain(day: Day) -> list[str]:
    kind = DayKind.WORK if day.is_work else DayKind.OFF
    status = DayStatus.PROVISIONAL if day.is_provisional else DayStatus.CONFIRMED
    return [kind.value, day.name, day.source, status.value]
