"""The calendar and the targets of the province, read from their tables.

Owns: loading the working calendar from its rows, bringing in the packaged days, the targets by work kind.
Must not know issues; counting itself is in `calendar`.
"""

from datetime import date
from importlib.resources import files

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import Day, WorkingCalendar, days_from_csv
from tracker.deadlines.models import CalendarDay, DayKind, DayStatus, Target, WorkKind
from tracker.kept import kept

DEFAULT_TARGETS = {
    WorkKind.URGENT: 3,
    WorkKind.ONE_DEPARTMENT: 7,
    WorkKind.SEVERAL_DEPARTMENTS: 10,
    WorkKind.PROVINCIAL_DECISION: 15,
}
"""Working days promised where the province has not said otherwise (the product's table of time)."""

DEFAULT_INTERIM = {WorkKind.URGENT: 1}
"""Working days within which at least an interim answer is given, where one is asked for."""

REMINDED_FROM_MONTH = 11
"""From November on the administrator is reminded of next year's calendar."""

_PACKAGED = "calendar_2025_2027.csv"
_DAYS = select(
    CalendarDay.on, CalendarDay.kind, CalendarDay.name, CalendarDay.status, CalendarDay.source
).order_by(CalendarDay.on)


def load_calendar(session: Session) -> WorkingCalendar:
    """The working calendar as the table of days says today."""
    return kept(session, "calendar", _read_calendar)


def _read_calendar(session: Session) -> WorkingCalendar:
    return WorkingCalendar(
        Day(on, kind is DayKind.WORK, name, status is DayStatus.PROVISIONAL, source)
        for on, kind, name, status, source in session.execute(_DAYS)
    )


def import_packaged_days(session: Session) -> int:
    """Add the packaged days that the table lacks; never changes a row. Returns how many were added."""
    present = set(session.scalars(select(CalendarDay.on)))
    lines = files("tracker").joinpath("data", _PACKAGED).read_text("utf-8").splitlines()
    missing = [day for day in days_from_csv(lines) if day.on not in present]
    session.add_all(
        CalendarDay(
            on=day.on,
            kind=DayKind.WORK if day.is_work else DayKind.OFF,
            name=day.name,
            source=day.source,
            status=DayStatus.PROVISIONAL if day.is_provisional else DayStatus.CONFIRMED,
        )
        for day in missing
    )
    session.flush()
    return len(missing)


def load_targets(session: Session) -> None:
    """Write the default target of each work kind that has none, for the administrator to edit."""
    present = set(session.scalars(select(Target.work_kind).where(Target.field_id.is_(None))))
    session.add_all(
        Target(work_kind=kind, field_id=None, target_days=days, interim_days=DEFAULT_INTERIM.get(kind))
        for kind, days in DEFAULT_TARGETS.items()
        if kind not in present
    )
    session.flush()


def target_days(session: Session, work_kind: WorkKind, field_id: int | None) -> int:
    """Working days of the promise, as `target_of` has them."""
    return target_of(session, work_kind, field_id)[0]


def target_of(session: Session, work_kind: WorkKind, field_id: int | None) -> tuple[int, int | None]:
    """Working days of the promise and until an interim answer (None: none is asked for).

    The field's own target, else the general one, else the default.
    """
    rows = select(Target.target_days, Target.interim_days).where(
        Target.work_kind == work_kind, or_(Target.field_id.is_(None), Target.field_id == field_id)
    )
    stored = session.execute(rows.order_by(Target.field_id.is_(None)).limit(1)).first()
    if stored is None:
        return DEFAULT_TARGETS[work_kind], DEFAULT_INTERIM.get(work_kind)
    return stored.target_days, stored.interim_days


def covered_years(session: Session) -> set[int]:
    """The years with at least one day off in the table; any other year is counted by weekdays alone."""
    rows = session.scalars(select(CalendarDay.on).where(CalendarDay.kind == DayKind.OFF))
    return {day.year for day in rows}


def year_to_settle(session: Session, today: date) -> int | None:
    """From 1 November: next year, as long as its days off are provisional or missing."""
    year = today.year + 1
    if today.month < REMINDED_FROM_MONTH:
        return None
    calendar = load_calendar(session)
    return year if calendar.unsettled_years(date(year, 1, 1), date(year, 12, 31)) else None
