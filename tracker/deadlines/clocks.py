"""The promise clock: what the facts of an issue make of its cycles, pauses, holdings and stored dates.

Owns: the rules of time (targets, pauses, extensions, due soon, late, long late, no news, nudges). Pauses are
rebuilt from the facts each time, never kept as a counter.
Must not know the database, the wall clock, states or acts. The shapes are in facts.py, the reading of facts
in life.py, the page "why this date" in explanation.py; what others need of them is reached from here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.explanation import ExplainedDay, Explanation, Reason, Run, explain
from tracker.deadlines.facts import Cycle, Fact, FactKind, Holding, Pause, StoredDates, Timeline, WaitsFor
from tracker.deadlines.life import DEFAULT_TARGET, REOPENED_TARGET, Life, Promise

__all__ = [
    "CONFIRM_DAYS", "DEFAULT_TARGET", "REOPENED_TARGET", "Cycle", "ExplainedDay", "Explanation", "Fact",
    "FactKind", "Holding", "Lateness", "Pause", "Reason", "Run", "StoredDates", "Timeline", "WaitsFor",
    "confirm_due", "days_late", "due_soon_days", "explain", "is_without_news", "lateness", "no_news_days",
    "timeline", "working_days_left",
]  # fmt: skip

CONFIRM_DAYS = 5
"""Working days each commune has to confirm an answer."""
NUDGES_AFTER = (2, 4, 7, 10)
"""Working days of a pause after which somebody is nudged; on the last one work resumes."""

_ONE_DAY = timedelta(days=1)


class Lateness(StrEnum):
    """The word for the due date today."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    LATE = "late"
    LONG_LATE = "long_late"


def timeline(facts: Iterable[Fact], calendar: WorkingCalendar, *, until: date) -> Timeline:
    """Everything the clocks know on the date `until`, from all facts of one issue.

    No facts give an empty timeline. Raises ValueError when the first fact is not SENT, or SENT comes twice;
    OutOfCalendar for absurd dates.
    """
    ordered = _in_order(facts)
    if not ordered:
        return Timeline()
    kinds = [fact.kind for fact in ordered]
    if kinds[0] is not FactKind.SENT or FactKind.SENT in kinds[1:]:
        raise ValueError("a life begins with SENT, once")
    life = Life()
    for fact in ordered:
        life.take(fact)
    until = max(until, *(fact.on for fact in ordered))
    cycles = tuple(_measured(cycle, calendar, until) for cycle in life.cycles)
    return Timeline(
        cycles=cycles,
        pauses=tuple(pause for cycle in cycles for pause in cycle.pauses),
        holdings=life.holdings(calendar, until),
        dates=_stored_dates(life, cycles[-1], calendar),
    )


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By seq; a clock that was set back must not make what came later seem earlier.

    Day zero may lie after the day of the act (sent on a day off): it sets no bound for the facts that follow.
    """
    ordered: list[Fact] = []
    latest = date.min
    for fact in sorted(facts, key=lambda fact: fact.seq):
        is_day_zero = fact.kind in (FactKind.SENT, FactKind.CYCLE_OPENED)
        ordered.append(replace(fact, on=max(fact.on, latest)))
        latest = latest if is_day_zero else max(fact.on, latest)
    return ordered


def _measured(cycle: Promise, calendar: WorkingCalendar, until: date) -> Cycle:
    paused = _paused_days(cycle.pauses, cycle.from_on, until, calendar)
    return Cycle(
        number=cycle.number,
        from_on=cycle.from_on,
        target_days=cycle.target_days,
        extra_days=cycle.extra_days,
        paused_days=paused,
        due_on=calendar.add(cycle.from_on, cycle.target_days + cycle.extra_days + paused),
        as_of=until,
        answered_on=cycle.answered_on,
        ended_on=cycle.ended_on,
        pauses=tuple(cycle.pauses),
    )


def _paused_days(pauses: Sequence[Pause], after: date, until: date, calendar: WorkingCalendar) -> int:
    """Working days of the pauses later than `after`."""
    stretches = ((max(pause.from_on, after), pause.to_on or until) for pause in pauses)
    return sum(max(0, calendar.between(first, last)) for first, last in stretches)


def _stored_dates(life: Life, cycle: Cycle, calendar: WorkingCalendar) -> StoredDates:
    if life.closed_on is not None:
        return StoredDates()
    if not cycle.is_running:
        return StoredDates(last_news_on=life.news_on)
    if cycle.is_paused:
        return StoredDates(last_news_on=life.news_on, next_alarm_on=_next_nudge(life, calendar))
    due_soon_on = calendar.back(cycle.due_on, due_soon_days(cycle.target_days))
    silent_from = max(life.news_on or cycle.from_on, cycle.from_on)
    silence = no_news_days(cycle.target_days)
    silence += _paused_days(cycle.pauses, silent_from, cycle.as_of, calendar)
    no_news_on = calendar.add(silent_from, silence) + _ONE_DAY
    alarms = (calendar.next_working(on) for on in (due_soon_on, cycle.due_on + _ONE_DAY, no_news_on))
    return StoredDates(
        due_soon_on=due_soon_on,
        due_on=cycle.due_on,
        long_late_on=calendar.add(cycle.due_on, cycle.target_days),
        last_news_on=life.news_on,
        no_news_on=no_news_on,
        next_alarm_on=min((on for on in alarms if on > (life.reminded_on or date.min)), default=None),
    )


def _next_nudge(life: Life, calendar: WorkingCalendar) -> date | None:
    """The date of the first nudge of the open pause that was not given yet; whoever waits above is not nudged."""
    if life.turns[-1].waits_for is WaitsFor.AUTHORITY:
        return None
    cycle = life.cycle
    days = NUDGES_AFTER[cycle.nudges : cycle.nudges + 1]
    return calendar.add(cycle.pauses[-1].from_on, days[0]) if days else None


def due_soon_days(target_days: int) -> int:
    """Working days left from which an issue is due soon: a quarter of the target, at least one."""
    return max(1, target_days // 4)


def no_news_days(target_days: int) -> int:
    """Working days without news that a commune has to bear: half the target, rounded up, at least five."""
    return max(5, (target_days + 1) // 2)


def lateness(dates: StoredDates, today: date) -> Lateness:
    """The word for today; ON_TIME where no promise runs."""
    if dates.due_on is None or dates.due_soon_on is None or dates.long_late_on is None:
        return Lateness.ON_TIME
    if today > dates.due_on:
        return Lateness.LONG_LATE if today >= dates.long_late_on else Lateness.LATE
    return Lateness.DUE_SOON if today >= dates.due_soon_on else Lateness.ON_TIME


def is_without_news(dates: StoredDates, today: date) -> bool:
    """Whether the communes have waited too long for news."""
    return dates.no_news_on is not None and today >= dates.no_news_on


def working_days_left(due_on: date, today: date, calendar: WorkingCalendar) -> int:
    """Working days after today up to the due date; 0 on the due date and after it."""
    return max(0, calendar.between(today, due_on))


def days_late(due_on: date, today: date, calendar: WorkingCalendar) -> int:
    """Working days after the due date up to today; 0 in time, and on days off right after the due date."""
    return max(0, calendar.between(due_on, today))


def confirm_due(answered_on: date, calendar: WorkingCalendar, days: int = CONFIRM_DAYS) -> date:
    """The last day on which a commune may confirm; an answer of a day off counts from the next worked one."""
    return calendar.add(calendar.next_working(answered_on), days)
