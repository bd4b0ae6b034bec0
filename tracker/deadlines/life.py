"""The life of an issue, read fact by fact: its cycles, whose turn it was, when news came.

Owns: what each kind of fact does to promise and responsibility. Must not know working days (clocks.py counts
them, but for the length of a holding), states or acts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import Fact, FactKind, Holding, Pause, WaitsFor

DEFAULT_TARGET = 7
"""Working days promised until the issue is accepted."""
REOPENED_TARGET = 5
"""Working days of a later cycle where the fact names none."""


@dataclass
class Promise:
    """A cycle while it is read."""

    number: int
    from_on: date
    target_days: int
    is_target_set: bool = False
    extra_days: int = 0
    answered_on: date | None = None
    ended_on: date | None = None
    pauses: list[Pause] = field(default_factory=list)
    nudges: int = 0

    @property
    def is_running(self) -> bool:
        """Neither answered nor ended."""
        return self.answered_on is None and self.ended_on is None

    @property
    def is_paused(self) -> bool:
        """The last pause lasts."""
        return bool(self.pauses) and self.pauses[-1].to_on is None

    def resume(self, on: date) -> None:
        """Ends the pause, if one lasts."""
        if self.is_paused:
            self.pauses[-1] = Pause(self.pauses[-1].from_on, on)


@dataclass(frozen=True)
class Turn:
    """From this date the unit is responsible and it is this party's turn."""

    on: date
    unit: int | None
    waits_for: WaitsFor


@dataclass
class Life:
    """Takes the facts one after another."""

    cycles: list[Promise] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    news_on: date | None = None
    closed_on: date | None = None
    reminded_on: date | None = None

    @property
    def cycle(self) -> Promise:
        """The last cycle."""
        return self.cycles[-1]

    def take(self, fact: Fact) -> None:
        """Takes the next fact, in the order of seq."""
        _TAKEN_BY[fact.kind](self, fact)

    def _turn(self, fact: Fact, waits_for: WaitsFor | None) -> None:
        """A new turn where unit or party changes; never earlier than the one before."""
        last = self.turns[-1] if self.turns else Turn(fact.on, None, WaitsFor.UNIT)
        unit = last.unit if fact.unit is None else fact.unit
        turn = Turn(max(fact.on, last.on), unit, waits_for or last.waits_for)
        if not self.turns or (turn.unit, turn.waits_for) != (last.unit, last.waits_for):
            self.turns.append(turn)

    def sent(self, fact: Fact) -> None:
        """Opens cycle 1."""
        self.cycles.append(Promise(1, fact.on, DEFAULT_TARGET if fact.days is None else fact.days))
        self._turn(fact, WaitsFor.UNIT)

    def target_set(self, fact: Fact) -> None:
        """The first acceptance of cycle 1 sets the target; later ones change nothing."""
        if self.cycle.number == 1 and not self.cycle.is_target_set and fact.days is not None:
            self.cycle.target_days = fact.days
            self.cycle.is_target_set = True

    def moved(self, fact: Fact) -> None:
        """Another unit is responsible from now on."""
        self._turn(fact, fact.waits_for)

    def paused(self, fact: Fact) -> None:
        """The promise stops; a second pause within the first changes only whose turn it is."""
        if self.cycle.is_running and not self.cycle.is_paused:
            self.cycle.pauses.append(Pause(fact.on))
            self.cycle.nudges = 0
        self._turn(fact, fact.waits_for or WaitsFor.COMMUNE)

    def resumed(self, fact: Fact) -> None:
        """The promise runs on."""
        self.cycle.resume(fact.on)
        self._turn(fact, fact.waits_for or WaitsFor.UNIT)

    def waits(self, fact: Fact) -> None:
        """Another party's turn; the promise runs on."""
        self._turn(fact, fact.waits_for)

    def answered(self, fact: Fact) -> None:
        """Ends the promise; the communes are asked to confirm."""
        if self.cycle.is_running:
            self.cycle.resume(fact.on)
            self.cycle.answered_on = fact.on
            self.news_on = fact.on
        self._turn(fact, fact.waits_for or WaitsFor.CONFIRMATION)

    def cycle_opened(self, fact: Fact) -> None:
        """Also reopens: between closing and reopening the last unit holds it and nobody's turn it is."""
        self._end_cycle(fact.on)
        self.closed_on = None
        target = REOPENED_TARGET if fact.days is None else fact.days
        self.cycles.append(Promise(self.cycle.number + 1, fact.on, target))
        self._turn(fact, fact.waits_for or WaitsFor.UNIT)

    def news(self, fact: Fact) -> None:
        """The communes were told something."""
        self.news_on = fact.on

    def extended(self, fact: Fact) -> None:
        """More days for the running cycle."""
        if self.cycle.is_running:
            self.cycle.extra_days += fact.days or 0

    def closed(self, fact: Fact) -> None:
        """Ends the life, and a running cycle without an answer."""
        if fact.answered and self.cycle.is_running:
            self.answered(fact)
        self._end_cycle(fact.on)
        self._turn(fact, WaitsFor.NOBODY)
        self.closed_on = self.turns[-1].on

    def reminded(self, fact: Fact) -> None:
        """An alarm or a nudge was given."""
        self.cycle.nudges += 1
        self.reminded_on = fact.on

    def _end_cycle(self, on: date) -> None:
        if self.cycle.is_running:
            self.cycle.resume(on)
            self.cycle.ended_on = on

    def holdings(self, calendar: WorkingCalendar, until: date) -> tuple[Holding, ...]:
        """Turns as stretches; the last is open, or ends with the life. Closed is one only if reopened."""
        turns = self.turns[:-1] if self.closed_on else self.turns
        ends = [turn.on for turn in self.turns[1:]]
        ends_or_open: list[date | None] = [*ends] if self.closed_on else [*ends, None]
        return tuple(
            Holding(
                turn.unit, turn.on, end, turn.waits_for, calendar.between(turn.on, end or max(until, turn.on))
            )
            for turn, end in zip(turns, ends_or_open, strict=True)
        )


_TAKEN_BY: dict[FactKind, Callable[[Life, Fact], None]] = {
    FactKind.SENT: Life.sent,
    FactKind.TARGET_SET: Life.target_set,
    FactKind.MOVED: Life.moved,
    FactKind.PAUSED: Life.paused,
    FactKind.RESUMED: Life.resumed,
    FactKind.WAITS: Life.waits,
    FactKind.ANSWERED: Life.answered,
    FactKind.CYCLE_OPENED: Life.cycle_opened,
    FactKind.NEWS: Life.news,
    FactKind.EXTENDED: Life.extended,
    FactKind.CLOSED: Life.closed,
    FactKind.REMINDED: Life.reminded,
}
