"""The figures of the leaders' page, summed from the counts that the writer keeps.

Owns: what each figure counts. A figure and the list that it opens must agree (`issues.lists` has the filters).
Must not count issues one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, select, true
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Field, Unit
from tracker.issues.lists import AGE_BANDS, age_bounds
from tracker.issues.models import IssueCount
from tracker.issues.workflow import OPEN

Which = Sequence[ColumnElement[bool]]


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


def _columns() -> list[ColumnElement[int]]:
    today = bindparam("today", type_=Date())
    is_due_soon = and_(IssueCount.due_soon_on <= today, IssueCount.due_on >= today)
    words = (true(), is_due_soon, IssueCount.due_on < today, IssueCount.long_late_on <= today)
    return [_sum_where(word) for word in words]


def _sum_where(word: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((word, IssueCount.n), else_=0)), 0)


def _age_columns() -> list[ColumnElement[int]]:
    """A sum for each band, open where the band is; its days are given as first_0, last_0, first_1 …"""
    sums = []
    for place, (youngest, oldest) in enumerate(AGE_BANDS.values()):
        first, last = bindparam(f"first_{place}", type_=Date()), bindparam(f"last_{place}", type_=Date())
        conditions: list[ColumnElement[bool]] = [true()]
        if oldest is not None:
            conditions.append(IssueCount.zero_on >= first)
        if youngest:
            conditions.append(IssueCount.zero_on <= last)
        sums.append(_sum_where(and_(*conditions)))
    return sums


# Built once: building a statement costs more than running it.
_OF_DEPARTMENTS = (
    select(Unit.id, Unit.name, *_columns())
    .join(IssueCount, IssueCount.unit_id == Unit.id)
    .where(_IS_OPEN)
    .group_by(Unit.id, Unit.name, Unit.order_no, Unit.sort_key)
    .order_by(Unit.order_no, Unit.sort_key)
)
_OF_FIELDS = (
    select(Field.code, Field.name, Field.name_en, *_columns())
    .select_from(IssueCount)
    .outerjoin(Field, Field.id == IssueCount.field_id)
    .where(_IS_OPEN)
    .group_by(Field.code, Field.name, Field.name_en, Field.order_no)
    .order_by(Field.order_no, Field.code)
)
_OF_AGES = select(*_age_columns()).where(_IS_OPEN)


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
    which: list[ColumnElement[bool]] = []
    if unit_ids is not None:
        which.append(IssueCount.unit_id.in_(sorted(unit_ids)))
    if field_ids is not None:
        which.append(IssueCount.field_id.in_(sorted(field_ids)))
    by_department = _by_department(session, today, which)
    return LeadersFigures(
        total=_sum(by_department),
        by_department=by_department,
        by_field=_by_field(session, today, which),
        by_age=_by_age(session, calendar, today, which),
    )


def _by_department(session: Session, today: date, which: Which) -> list[FigureRow]:
    rows = session.execute(_OF_DEPARTMENTS.where(*which), {"today": today})
    return [FigureRow(key, name, Figures(*numbers)) for key, name, *numbers in rows]


def _by_field(session: Session, today: date, which: Which) -> list[FigureRow]:
    rows = session.execute(_OF_FIELDS.where(*which), {"today": today})
    return [
        FigureRow(code or "", name or "", Figures(*numbers), name_en or "")
        for code, name, name_en, *numbers in rows
    ]


def _by_age(session: Session, calendar: WorkingCalendar, today: date, which: Which) -> list[AgeRow]:
    days: dict[str, date | None] = {}
    for place, band in enumerate(AGE_BANDS):
        days[f"first_{place}"], days[f"last_{place}"] = age_bounds(band, calendar, today) or (None, None)
    numbers = session.execute(_OF_AGES.where(*which), days).one()
    return [AgeRow(band, n) for band, n in zip(AGE_BANDS, numbers, strict=True)]


def _sum(rows: list[FigureRow]) -> Figures:
    return Figures(
        sum(row.figures.open for row in rows),
        sum(row.figures.due_soon for row in rows),
        sum(row.figures.late for row in rows),
        sum(row.figures.long_late for row in rows),
    )
