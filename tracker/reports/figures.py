"""The figures of the leaders' page, summed from the counts that the writer keeps.

Owns: what each figure counts. A figure and the list that it opens must agree (`issues.lists` has the filters).
Must not count issues one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, select, true
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Field, Unit
from tracker.issues.lists import AGE_BANDS, age_bounds
from tracker.issues.models import IssueCount
from tracker.issues.workflow import OPEN
from tracker.kept import kept

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
_OF_BOTH = (
    select(IssueCount.unit_id, IssueCount.field_id, *_columns(), *_age_columns())
    .where(_IS_OPEN)
    .group_by(IssueCount.unit_id, IssueCount.field_id)
)
_FIGURES = 4


def leaders_figures(
    session: Session,
    calendar: WorkingCalendar,
    today: date,
    *,
    unit_ids: frozenset[int] | None = None,
    field_ids: frozenset[int] | None = None,
) -> LeadersFigures:
    """All figures of today, out of one reading of the counts, whatever the number of issues.

    `unit_ids`: only what these units hold, for who may not see all; None: the whole province. `field_ids`: only
    these fields; None: all.
    """
    which: list[ColumnElement[bool]] = []
    if unit_ids is not None:
        which.append(IssueCount.unit_id.in_(sorted(unit_ids)))
    if field_ids is not None:
        which.append(IssueCount.field_id.in_(sorted(field_ids)))
    rows = session.execute(_OF_BOTH.where(*which), _days(calendar, today)).all()
    by_unit, by_field = _added(rows, 0), _added(rows, 1)
    units, fields = kept(session, "names_of_figures", _read_names)
    ages = _sums((row[2 + _FIGURES :] for row in rows), len(AGE_BANDS))
    return LeadersFigures(
        total=Figures(*_sums(row[2 : 2 + _FIGURES] for row in rows)),
        by_department=[FigureRow(key, name, by_unit[key]) for key, name in units if key in by_unit],
        by_field=[
            FigureRow(code, name, by_field[key], name_en)
            for key, code, name, name_en in fields
            if key in by_field
        ],
        by_age=[AgeRow(band, n) for band, n in zip(AGE_BANDS, ages, strict=True)],
    )


def _read_names(
    session: Session,
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str, str, str], ...]]:
    """Units and fields of all times in their order; before the fields what has none, as the counts write it."""
    units = session.execute(select(Unit.id, Unit.name).order_by(Unit.order_no, Unit.sort_key))
    fields = select(Field.id, Field.code, Field.name, Field.name_en).order_by(Field.order_no, Field.code)
    return (
        tuple((key, name) for key, name in units),
        (
            (0, "", "", ""),
            *((key, code, name, english) for key, code, name, english in session.execute(fields)),
        ),
    )


def _days(calendar: WorkingCalendar, today: date) -> dict[str, date | None]:
    days: dict[str, date | None] = {"today": today}
    for place, band in enumerate(AGE_BANDS):
        days[f"first_{place}"], days[f"last_{place}"] = age_bounds(band, calendar, today) or (None, None)
    return days


def _added(rows: Sequence[Sequence[int]], place: int) -> dict[int, Figures]:
    """The figures added up by the key that stands in that place of a row."""
    of_key: dict[int, list[Sequence[int]]] = {}
    for row in rows:
        of_key.setdefault(row[place], []).append(row[2 : 2 + _FIGURES])
    return {key: Figures(*_sums(numbers)) for key, numbers in of_key.items()}


def _sums(numbers: Iterable[Sequence[int]], width: int = _FIGURES) -> list[int]:
    """Column by column, of so many columns; zeros where there is no row."""
    return [sum(column) for column in zip([0] * width, *numbers, strict=True)]
