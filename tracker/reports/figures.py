"""The figures of the leaders' page, summed from the counts that the writer keeps.

Owns: what each figure counts. A figure and the list that it opens must agree (`issues.lists` has the filters).
Must not count issues one by one.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Field, Unit
from tracker.issues.lists import AGE_BANDS, age_bounds
from tracker.issues.models import IssueCount
from tracker.issues.workflow import OPEN


@dataclass(frozen=True)
class Figures:
    """What is open, and of it: due soon, late, long late (long late is late too)."""

    open: int = 0
    due_soon: int = 0
    late: int = 0
    long_late: int = 0


@dataclass(frozen=True)
class FigureRow:
    """The figures of one department or field. `key` is the unit's key or the field's code."""

    key: int | str
    name: str
    figures: Figures
    name_en: str = ""


@dataclass(frozen=True)
class AgeRow:
    """Open issues of one age band, counted in working days since day zero."""

    band: str
    n: int


@dataclass(frozen=True)
class LeadersFigures:
    """Everything that the leaders' page shows."""

    total: Figures
    by_department: list[FigureRow]
    by_field: list[FigureRow]
    by_age: list[AgeRow]


_IS_OPEN = IssueCount.state.in_(sorted(state.value for state in OPEN))


def leaders_figures(
    session: Session,
    calendar: WorkingCalendar,
    today: date,
    *,
    unit_ids: frozenset[int] | None = None,
    field_ids: frozenset[int] | None = None,
) -> LeadersFigures:
    """All figures of today; three statements, whatever the number of issues.

    `unit_ids`: only what these units hold, for who may not see all; None: the whole province. `field_ids`: only
    these fields; None: all.
    """
    which = _IS_OPEN if unit_ids is None else and_(_IS_OPEN, IssueCount.unit_id.in_(sorted(unit_ids)))
    if field_ids is not None:
        which = and_(which, IssueCount.field_id.in_(sorted(field_ids)))
    by_department = _by_department(session, today, which)
    return LeadersFigures(
        total=_sum(by_department),
        by_department=by_department,
        by_field=_by_field(session, today, which),
        by_age=_by_age(session, calendar, today, which),
    )


def _columns(today: date) -> list[ColumnElement[int]]:
    is_due_soon = and_(IssueCount.due_soon_on <= today, IssueCount.due_on >= today)
    words = (true(), is_due_soon, IssueCount.due_on < today, IssueCount.long_late_on <= today)
    return [func.coalesce(func.sum(case((word, IssueCount.n), else_=0)), 0) for word in words]


def _by_department(session: Session, today: date, which: ColumnElement[bool]) -> list[FigureRow]:
    rows = session.execute(
        select(Unit.id, Unit.name, *_columns(today))
        .join(IssueCount, IssueCount.unit_id == Unit.id)
        .where(which)
        .group_by(Unit.id, Unit.name, Unit.order_no, Unit.sort_key)
        .order_by(Unit.order_no, Unit.sort_key)
    )
    return [FigureRow(key, name, Figures(*numbers)) for key, name, *numbers in rows]


def _by_field(session: Session, today: date, which: ColumnElement[bool]) -> list[FigureRow]:
    rows = session.execute(
        select(Field.code, Field.name, Field.name_en, *_columns(today))
        .select_from(IssueCount)
        .outerjoin(Field, Field.id == IssueCount.field_id)
        .where(which)
        .group_by(Field.code, Field.name, Field.name_en, Field.order_no)
        .order_by(Field.order_no, Field.code)
    )
    return [
        FigureRow(code or "", name or "", Figures(*numbers), name_en or "")
        for code, name, name_en, *numbers in rows
    ]


def _by_age(
    session: Session, calendar: WorkingCalendar, today: date, which: ColumnElement[bool]
) -> list[AgeRow]:
    sums = []
    for band in AGE_BANDS:
        first, last = age_bounds(band, calendar, today) or (None, None)
        conditions: list[ColumnElement[bool]] = [true()]
        if first is not None:
            conditions.append(IssueCount.zero_on >= first)
        if last is not None:
            conditions.append(IssueCount.zero_on <= last)
        sums.append(func.coalesce(func.sum(case((and_(*conditions), IssueCount.n), else_=0)), 0))
    numbers = session.execute(select(*sums).where(which)).one()
    return [AgeRow(band, n) for band, n in zip(AGE_BANDS, numbers, strict=True)]


def _sum(rows: list[FigureRow]) -> Figures:
    return Figures(
        sum(row.figures.open for row in rows),
        sum(row.figures.due_soon for row in rows),
        sum(row.figures.late for row in rows),
        sum(row.figures.long_late for row in rows),
    )
