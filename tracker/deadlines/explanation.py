"""Why this date: every day from day zero to the due date, and why it counts or does not.

Owns: the reasons. It reads the same cycle that gave the due date and counts day by day, so that a person can
check it with a finger on a wall calendar. Must not word anything.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import Cycle, Timeline


class Reason(StrEnum):
    """Why a day counts or does not."""

    DAY_ZERO = "day_zero"
    COUNTED = "counted"
    MAKE_UP = "make_up"
    """A day of a weekend that is worked, and counts."""
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    PAUSED = "paused"
    OVERDUE = "overdue"
    """Passed after the first due date, before a pause that came too late moved the date by its own length."""
    DUE = "due"


@dataclass(frozen=True)
class ExplainedDay:
    """A day; counted_no is its number among the counted days, name that of its row in the calendar."""

    on: date
    counted_no: int | None
    reason: Reason
    name: str = ""


@dataclass(frozen=True)
class Run:
    """Days in a row with one reason and one name, for display."""

    reason: Reason
    name: str
    days: tuple[ExplainedDay, ...]

    @property
    def from_on(self) -> date:
        """The first day of the run."""
        return self.days[0].on

    @property
    def to_on(self) -> date:
        """The last day of the run."""
        return self.days[-1].on


@dataclass(frozen=True)
class Explanation:
    """The days of one cycle. counted = target_days + extra_days always."""

    from_on: date
    due_on: date
    target_days: int
    extra_days: int
    paused_days: int
    rows: tuple[ExplainedDay, ...]

    @property
    def counted(self) -> int:
        """How many days count."""
        return sum(row.counted_no is not None for row in self.rows)

    def count(self, reason: Reason) -> int:
        """How many days have this reason."""
        return sum(row.reason is reason for row in self.rows)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The rows compressed: neighbours with the same reason and name together."""
        grouped = groupby(self.rows, key=lambda row: (row.reason, row.name))
        return tuple(Run(reason, name, tuple(rows)) for (reason, name), rows in grouped)


def explain(subject: Timeline | Cycle, calendar: WorkingCalendar) -> Explanation:
    """Why a cycle, or the last cycle of a timeline, is due when it is. Raises ValueError if there is none."""
    cycle = subject.current if isinstance(subject, Timeline) else subject
    if cycle is None:
        raise ValueError("what was never sent has no date to explain")
    return Explanation(
        from_on=cycle.from_on,
        due_on=cycle.due_on,
        target_days=cycle.target_days,
        extra_days=cycle.extra_days,
        paused_days=cycle.paused_days,
        rows=_rows(cycle, calendar),
    )


def _rows(cycle: Cycle, calendar: WorkingCalendar) -> tuple[ExplainedDay, ...]:
    term = cycle.target_days + cycle.extra_days
    rows: list[ExplainedDay] = []
    counted = 0
    for on, is_working, name in calendar.days(cycle.from_on, cycle.due_on):
        reason = _reason(cycle, on, is_working, name, has_days_left=counted < term)
        counted += reason in (Reason.COUNTED, Reason.MAKE_UP)
        number = counted if reason in (Reason.COUNTED, Reason.MAKE_UP) else None
        is_due = on == cycle.due_on and on > cycle.from_on
        rows.append(ExplainedDay(on, number, Reason.DUE if is_due else reason, name))
    return tuple(rows)


def _reason(cycle: Cycle, on: date, is_working: bool, name: str, *, has_days_left: bool) -> Reason:
    if on == cycle.from_on:
        return Reason.DAY_ZERO
    if not is_working:
        return Reason.DAY_OFF if name else Reason.WEEKEND
    if any(pause.from_on < on <= (pause.to_on or cycle.as_of) for pause in cycle.pauses):
        return Reason.PAUSED
    if not has_days_left:
        return Reason.OVERDUE
    return Reason.MAKE_UP if on.weekday() >= 5 else Reason.COUNTED
