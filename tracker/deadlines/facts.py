"""The shapes of the promise clock: facts that go in, cycles, pauses, holdings and dates that come out.

Owns: the names and what they mean. Must not compute a date (clocks.py does), nor know issues or events.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class FactKind(StrEnum):
    """What happened to an issue, as far as its clocks are concerned."""

    SENT = "sent"
    TARGET_SET = "target_set"
    MOVED = "moved"
    PAUSED = "paused"
    RESUMED = "resumed"
    WAITS = "waits"
    ANSWERED = "answered"
    CYCLE_OPENED = "cycle_opened"
    NEWS = "news"
    EXTENDED = "extended"
    CLOSED = "closed"
    REMINDED = "reminded"


class WaitsFor(StrEnum):
    """Whose turn it is while a unit holds the issue; waiting never changes the responsible unit."""

    UNIT = "unit"
    COMMUNE = "commune"
    AUTHORITY = "authority"
    CONFIRMATION = "confirmation"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Fact:
    """One fact. Facts are ordered by seq, never by date; those of one seq keep the order they are given in.

    on: local date of what happened; of SENT and CYCLE_OPENED the day zero of the cycle that begins.
    unit: holder from now on (SENT, MOVED; of CYCLE_OPENED only if it changes).
    days: target in working days (SENT, TARGET_SET, CYCLE_OPENED) or days added (EXTENDED).
    waits_for: where the kind leaves a choice (PAUSED, RESUMED, WAITS, MOVED, CYCLE_OPENED).
    answered: of CLOSED, that the closing is itself the answer.
    """

    kind: FactKind
    on: date
    seq: int
    unit: int | None = None
    days: int | None = None
    waits_for: WaitsFor | None = None
    answered: bool = False


@dataclass(frozen=True)
class Pause:
    """Working days d with from_on < d <= to_on do not count; to_on is None while it lasts."""

    from_on: date
    to_on: date | None = None


@dataclass(frozen=True)
class Cycle:
    """One promise: from day zero to the answer.

    due_on includes extensions and pauses; while a pause lasts it is the date if work resumed on as_of.
    ended_on: ended without an answer (withdrawn, no information, in error, merged).
    """

    number: int
    from_on: date
    target_days: int
    extra_days: int
    paused_days: int
    due_on: date
    as_of: date
    answered_on: date | None = None
    ended_on: date | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def in_time(self) -> bool | None:
        """Whether it was answered by its due date; None when it still runs or ended without an answer."""
        return None if self.answered_on is None else self.answered_on <= self.due_on

    @property
    def is_running(self) -> bool:
        """Neither answered nor ended; a pause does not end it."""
        return self.answered_on is None and self.ended_on is None

    @property
    def is_paused(self) -> bool:
        """A pause lasts."""
        return self.is_running and bool(self.pauses) and self.pauses[-1].to_on is None


@dataclass(frozen=True)
class Holding:
    """A stretch of the life during which one unit was responsible and the same party's turn it was.

    The next holding begins on the date on which this one ends. unit is None where nobody could be found.
    """

    unit: int | None
    from_on: date
    to_on: date | None
    waits_for: WaitsFor
    working_days: int


@dataclass(frozen=True)
class StoredDates:
    """The dates kept beside an issue, from which each day's words are computed without the calendar.

    due_soon_on, long_late_on, no_news_on: the first date on which the word is true; due_on: the last in time.
    All None when closed; all but last_news_on when answered; while paused next_alarm_on is the next nudge.
    """

    due_soon_on: date | None = None
    due_on: date | None = None
    long_late_on: date | None = None
    last_news_on: date | None = None
    no_news_on: date | None = None
    next_alarm_on: date | None = None


@dataclass(frozen=True)
class Timeline:
    """The whole life of an issue as its clocks see it; empty for what was never sent."""

    cycles: tuple[Cycle, ...] = ()
    pauses: tuple[Pause, ...] = ()
    holdings: tuple[Holding, ...] = ()
    dates: StoredDates = field(default_factory=StoredDates)

    @property
    def current(self) -> Cycle | None:
        """The last cycle, running or not."""
        return self.cycles[-1] if self.cycles else None

    @property
    def in_time(self) -> bool | None:
        """Done in time: every cycle answered by its due date; None while one runs or ended unanswered."""
        results = [cycle.in_time for cycle in self.cycles]
        if not results or None in results:
            return None
        return all(results)
