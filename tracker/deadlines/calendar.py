"""The calendar of working days.

Owns: which days are worked, and adding and counting working days. Only the table of days decides; a day
without a row is worked from Monday to Friday (40-hour week: Quyết định 188/1999/QĐ-TTg).
Must not know the database, the wall clock, promises or issues.
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

FIRST_YEAR, LAST_YEAR = 2000, 2100
_FIRST, _LAST = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
_ONE_DAY = timedelta(days=1)


class OutOfCalendar(ValueError):
    """A date before 2000 or after 2100, given or reached: surely a slip of the hand."""


@dataclass(frozen=True)
class Day:
    """A row of the table: a day off, or a day worked, by name; provisional until the notice is published."""

    on: date
    is_work: bool
    name: str
    is_provisional: bool = False
    source: str = ""


def days_from_csv(lines: Iterable[str]) -> list[Day]:
    """Rows of a file `date,kind,name,source,status` (kind off or work, status confirmed or provisional)."""
    return [
        Day(
            on=date.fromisoformat(row["date"]),
            is_work={"off": False, "work": True}[row["kind"]],
            name=row["name"],
            is_provisional={"confirmed": False, "provisional": True}[row["status"]],
            source=row["source"],
        )
        for row in csv.DictReader(lines)
    ]


class WorkingCalendar:
    """Adds and counts working days in logarithmic time, whatever the distance."""

    def __init__(self, rows: Iterable[Day]) -> None:
        """Of several rows for one date the last one counts. Raises OutOfCalendar."""
        self._rows = {row.on: row for row in rows}
        # Only rows that differ from the plain week change a count: their dates, running sum of the change.
        changed = sorted(_ordinal(on) for on, row in self._rows.items() if row.is_work != (on.weekday() < 5))
        steps = (1 if self._rows[date.fromordinal(n)].is_work else -1 for n in changed)
        self._changed = changed
        self._change = [0, *accumulate(steps)]
        self._provisional_years = {row.on.year for row in self._rows.values() if row.is_provisional}
        self._known_years = {row.on.year for row in self._rows.values() if not row.is_work}

    def row(self, day: date) -> Day | None:
        """The row of the table for that day, if there is one."""
        return self._rows.get(day)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        _ordinal(day)
        row = self._rows.get(day)
        return row.is_work if row else day.weekday() < 5

    def day_off_name(self, day: date) -> str:
        """The name of the row that makes it a day off; "" for a plain weekend and for a worked day."""
        row = self._rows.get(day)
        return row.name if row and not row.is_work else ""

    def is_provisional_year(self, year: int) -> bool:
        """Whether any day of that year still waits for its official notice."""
        return year in self._provisional_years

    def unsettled_years(self, first: date, last: date) -> list[int]:
        """The years from one date to another whose days off are provisional, or of which the table has none."""
        years = range(first.year, last.year + 1)
        return [year for year in years if year in self._provisional_years or year not in self._known_years]

    def next_working(self, day: date) -> date:
        """The day itself if worked, else the first worked day after it."""
        return day if self.is_working(day) else self._nth(self._count(_ordinal(day)) + 1)

    def add(self, day_zero: date, days: int) -> date:
        """The last day of a term of `days` working days (Bộ luật Dân sự 2015, Điều 147–148).

        Day zero is not counted. A term of no days ends on day zero, or on the first worked day after it.
        Raises ValueError below zero, OutOfCalendar beyond 2100.
        """
        if days < 0:
            raise ValueError("a term has no negative length")
        if days == 0:
            return self.next_working(day_zero)
        return self._nth(self._count(_ordinal(day_zero)) + days)

    def back(self, day: date, days: int) -> date:
        """The first day from which at most `days` working days are left until `day`."""
        if days < 0:
            raise ValueError("a term has no negative length")
        return self._nth(self._count(_ordinal(day)) - days)

    def between(self, after: date, until: date) -> int:
        """How many working days d have after < d <= until; negative when until is before after."""
        return self._count(_ordinal(until)) - self._count(_ordinal(after))

    def day_zero(self, moment: datetime, cut_off: time | None) -> date:
        """The day from which a term runs for what arrived at this local moment.

        A day off, or a moment after the cut-off hour (None: no such hour), gives the next working day.
        """
        day = self.next_working(moment.date())
        is_late_in_day = cut_off is not None and moment.time() > cut_off
        return self.add(day, 1) if is_late_in_day and day == moment.date() else day

    def days(self, first: date, last: date) -> Iterator[tuple[date, bool, str]]:
        """Every day from first to last, both included: date, whether worked, name of its row or ""."""
        day = first
        while day <= last:
            row = self._rows.get(day)
            yield day, self.is_working(day), row.name if row else ""
            day += _ONE_DAY

    def _count(self, ordinal: int) -> int:
        """Working days from the beginning of time up to and including this day."""
        weeks, rest = divmod(ordinal, 7)  # ordinal 1 is a Monday
        return 5 * weeks + min(rest, 5) + self._change[bisect_right(self._changed, ordinal)]

    def _nth(self, count: int) -> date:
        """The first day up to which this many working days have passed."""
        ordinal = bisect_left(range(_FIRST, _LAST + 1), count, key=self._count) + _FIRST
        if ordinal > _LAST or (ordinal == _FIRST and self._count(_FIRST) > count):
            raise OutOfCalendar("the term leaves the calendar")
        return date.fromordinal(ordinal)


def _ordinal(day: date) -> int:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutOfCalendar(f"{day} is not a date of the calendar")
    return day.toordinal()
