"""What the package `holidays` proposes for a year, beside the table of days.

Owns: the proposal and the comparison. A proposal is never believed: it lacks swaps that were announced late
(02/01/2026 against Saturday 10/01/2026), so only the table of days counts. Must not write.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.deadlines.calendar import Day

SOURCE = "holidays"


@dataclass(frozen=True)
class Beside:
    """One date: the row of the table and what is proposed; either may be missing."""

    on: date
    stored: Day | None
    proposed: Day | None

    @property
    def is_different(self) -> bool:
        """Whether following the proposal would change what counts on this date."""
        return _works(self.on, self.stored) is not _works(self.on, self.proposed)


def proposal(year: int) -> list[Day]:
    """Days off and worked weekend days of a year as the package has them, all provisional, by date."""
    import holidays  # large, and asked once a year

    found = holidays.country_holidays("VN", years=[year], language="vi")
    off = [Day(on, False, name, True, SOURCE) for on, name in found.items() if on.year == year]
    worked = [
        Day(on, True, "Làm bù", True, SOURCE)
        for on in getattr(found, "weekend_workdays", ())
        if on.year == year
    ]
    return sorted(off + worked, key=lambda day: day.on)


def compare(stored: Iterable[Day], proposed: Iterable[Day]) -> list[Beside]:
    """Both tables side by side, by date."""
    left, right = {day.on: day for day in stored}, {day.on: day for day in proposed}
    return [Beside(on, left.get(on), right.get(on)) for on in sorted(left.keys() | right.keys())]


def _works(on: date, row: Day | None) -> bool:
    return row.is_work if row else on.weekday() < 5
