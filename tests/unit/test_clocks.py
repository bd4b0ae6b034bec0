"""Promise clocks: golden lives, and any life against a slow reference that walks day by day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tracker
from tracker.deadlines.calendar import Day, WorkingCalendar, days_from_csv
from tracker.deadlines.clocks import (
    Cycle,
    Fact,
    FactKind,
    Lateness,
    Pause,
    Reason,
    StoredDates,
    Timeline,
    WaitsFor,
    confirm_due,
    days_late,
    due_soon_days,
    explain,
    is_without_news,
    lateness,
    no_news_days,
    timeline,
    working_days_left,
)

OFFICIAL = Path(tracker.__file__).parent / "data" / "calendar_2025_2027.csv"
OFFICIAL_ROWS = days_from_csv(OFFICIAL.read_text(encoding="utf-8").splitlines())
CALENDAR = WorkingCalendar(OFFICIAL_ROWS)
PLAIN = WorkingCalendar([])
ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 6, 1)  # a month without days off: 1, 8, 15, 22, 29 June are Mondays
FAR = date(2026, 6, 30)
K = FactKind


def june(day: int) -> date:
    return date(2026, 6, day)


def life(*facts: tuple[FactKind, date] | tuple[FactKind, date, dict[str, object]]) -> list[Fact]:
    return [Fact(f[0], f[1], seq, **(f[2] if len(f) == 3 else {})) for seq, f in enumerate(facts, 1)]  # type: ignore[arg-type]


def read(
    *facts: tuple[FactKind, date] | tuple[FactKind, date, dict[str, object]], until: date = MONDAY
) -> Timeline:
    return timeline(life(*facts), PLAIN, until=until)


SENT = (K.SENT, MONDAY, {"unit": 1})


def due(seen: Timeline) -> date | None:
    return seen.dates.due_on


# --- promises -------------------------------------------------------------------------------------


def test_what_was_never_sent_has_no_dates() -> None:
    seen = timeline([], PLAIN, until=MONDAY)
    assert seen == Timeline()
    assert seen.current is None
    assert seen.in_time is None
    with pytest.raises(ValueError, match="never sent"):
        explain(seen, PLAIN)


@pytest.mark.parametrize(
    "facts", [[(K.NEWS, MONDAY)], [SENT, SENT], [(K.CLOSED, MONDAY), SENT]], ids=["news", "twice", "closed"]
)
def test_a_life_begins_with_one_sending(facts: list[tuple[FactKind, date]]) -> None:
    with pytest.raises(ValueError, match="begins with SENT"):
        read(*facts)


def test_seven_days_are_promised_until_the_issue_is_accepted() -> None:
    assert due(read(SENT)) == june(10)


def test_the_first_acceptance_sets_the_target_from_day_zero() -> None:
    assert due(read(SENT, (K.TARGET_SET, june(2), {"days": 10}))) == june(15)


def test_a_later_acceptance_changes_neither_target_nor_due_date() -> None:
    assert due(
        read(SENT, (K.TARGET_SET, june(2), {"days": 10}), (K.TARGET_SET, june(3), {"days": 3}))
    ) == june(15)


def test_a_transfer_never_opens_a_cycle() -> None:
    seen = read(SENT, (K.MOVED, june(3), {"unit": 2}))
    assert due(seen) == june(10)
    assert len(seen.cycles) == 1


@pytest.mark.parametrize(
    ("day_zero", "days", "due_on"),
    [
        (date(2025, 12, 30), 5, date(2026, 1, 8)),
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 8, 20), 7, date(2026, 8, 28)),
        (date(2025, 4, 24), 5, date(2025, 5, 5)),
        (date(2026, 11, 20), 5, date(2026, 11, 30)),
    ],
)
def test_a_promise_ends_on_the_golden_date(day_zero: date, days: int, due_on: date) -> None:
    facts = life((K.SENT, day_zero), (K.TARGET_SET, day_zero, {"days": days}))
    assert timeline(facts, CALENDAR, until=day_zero).dates.due_on == due_on


def test_an_extension_adds_days_to_the_running_cycle_only() -> None:
    assert due(read(SENT, (K.EXTENDED, june(9), {"days": 4}))) == june(16)
    answered = read(SENT, (K.ANSWERED, june(9)), (K.EXTENDED, june(9), {"days": 4}))
    assert answered.cycles[0].due_on == june(10)


@pytest.mark.parametrize(("on", "in_time"), [(june(10), True), (june(11), False)])
def test_an_answer_is_in_time_until_the_end_of_the_due_date(on: date, in_time: bool) -> None:
    seen = read(SENT, (K.ANSWERED, on), until=FAR)
    assert seen.cycles[0].in_time is in_time
    assert seen.in_time is in_time


def test_every_cycle_must_be_in_time() -> None:
    late = read(SENT, (K.ANSWERED, june(11)), (K.CYCLE_OPENED, june(12), {"days": 3}), (K.ANSWERED, june(15)))
    assert [cycle.in_time for cycle in late.cycles] == [False, True]
    assert late.in_time is False


def test_a_cycle_ended_without_an_answer_counts_in_neither_column() -> None:
    seen = read(SENT, (K.CLOSED, june(3)), until=FAR)
    assert (seen.cycles[0].ended_on, seen.cycles[0].in_time, seen.in_time) == (june(3), None, None)


def test_a_closing_that_is_itself_the_answer_answers() -> None:
    seen = read(SENT, (K.CLOSED, june(3), {"answered": True}))
    assert (seen.cycles[0].answered_on, seen.cycles[0].ended_on) == (june(3), None)


def test_a_clarification_opens_a_new_cycle_from_its_own_day_zero() -> None:
    seen = read(SENT, (K.ANSWERED, june(5)), (K.CYCLE_OPENED, june(8), {"days": 3}))
    assert [cycle.number for cycle in seen.cycles] == [1, 2]
    assert due(seen) == june(11)
    assert due(read(SENT, (K.ANSWERED, june(5)), (K.CYCLE_OPENED, june(8)))) == june(15)


def test_the_target_of_a_later_cycle_is_not_set_by_accepting_again() -> None:
    seen = read(
        SENT,
        (K.ANSWERED, june(5)),
        (K.CYCLE_OPENED, june(8), {"days": 5}),
        (K.TARGET_SET, june(8), {"days": 15}),
    )
    assert due(seen) == june(15)


# --- pauses ---------------------------------------------------------------------------------------


def test_a_pause_of_one_day_or_less_counts_nothing() -> None:
    seen = read(SENT, (K.PAUSED, june(3)), (K.RESUMED, june(3)))
    assert due(seen) == june(10)
    assert seen.pauses == (Pause(june(3), june(3)),)


@pytest.mark.parametrize(
    ("from_on", "to_on", "due_on"),
    [
        (june(3), june(5), june(12)),
        (june(5), june(8), june(11)),
        (june(6), june(8), june(11)),
        (june(5), june(7), june(10)),
        (june(10), june(12), june(12)),  # paused on the due date, resumed: still the last day
        (june(12), june(19), june(17)),  # two days late when paused, two days late when resumed
    ],
)
def test_days_after_the_pause_day_up_to_the_day_of_resuming_do_not_count(
    from_on: date, to_on: date, due_on: date
) -> None:
    seen = read(SENT, (K.PAUSED, from_on), (K.RESUMED, to_on), until=to_on)
    assert due(seen) == due_on


def test_while_paused_there_is_no_due_date_but_the_next_nudge() -> None:
    seen = read(SENT, (K.PAUSED, june(3)), until=june(4))
    assert seen.dates == StoredDates(next_alarm_on=june(5))
    assert seen.current is not None
    assert seen.current.is_paused
    assert lateness(seen.dates, FAR) is Lateness.ON_TIME


def test_nudges_come_after_two_four_seven_and_ten_days_whether_or_not_a_day_was_missed() -> None:
    facts = [SENT, (K.REMINDED, june(2)), (K.PAUSED, june(3))]
    nudges = []
    for _ in range(5):
        nudges.append(read(*facts, until=FAR).dates.next_alarm_on)
        facts.append((K.REMINDED, june(20)))
    assert nudges == [june(5), june(9), june(12), june(17), None]


def test_a_second_pause_within_the_first_changes_only_whose_turn_it_is() -> None:
    seen = read(
        SENT,
        (K.PAUSED, june(2)),
        (K.PAUSED, june(3), {"waits_for": WaitsFor.AUTHORITY}),
        (K.RESUMED, june(5)),
    )
    assert seen.pauses == (Pause(june(2), june(5)),)
    assert [holding.waits_for for holding in seen.holdings][1:3] == [WaitsFor.COMMUNE, WaitsFor.AUTHORITY]


def test_an_answer_and_a_closing_end_the_pause() -> None:
    answered = read(SENT, (K.PAUSED, june(2)), (K.ANSWERED, june(4)))
    closed = read(SENT, (K.PAUSED, june(2)), (K.CLOSED, june(4)))
    assert answered.pauses == closed.pauses == (Pause(june(2), june(4)),)


def test_a_pause_before_day_zero_takes_nothing_from_it() -> None:
    sent_on_saturday = (K.SENT, june(8), {"unit": 1})
    seen = read(sent_on_saturday, (K.PAUSED, june(6)), (K.RESUMED, june(9)), until=june(9))
    assert due(seen) == june(18)  # only the 9th does not count; day zero never did


def test_resuming_what_was_not_paused_changes_nothing() -> None:
    assert due(read(SENT, (K.RESUMED, june(3)))) == june(10)


def test_facts_are_ordered_by_number_and_a_clock_set_back_makes_no_negative_pause() -> None:
    facts = life(SENT, (K.PAUSED, june(5)), (K.RESUMED, june(3)))
    seen = timeline(reversed(facts), PLAIN, until=june(5))
    assert seen.pauses == (Pause(june(5), june(5)),)
    assert due(seen) == june(10)


def test_facts_of_one_event_keep_their_order() -> None:
    resumed_and_answered = [Fact(K.RESUMED, june(4), 3), Fact(K.ANSWERED, june(4), 3)]
    seen = timeline([*life(SENT, (K.PAUSED, june(3))), *resumed_and_answered], PLAIN, until=june(4))
    assert seen.holdings[-1].waits_for is WaitsFor.CONFIRMATION


# --- holdings -------------------------------------------------------------------------------------


def test_holdings_name_the_unit_and_whose_turn_it_was() -> None:
    seen = read(
        SENT,
        (K.MOVED, june(3), {"unit": 2}),
        (K.PAUSED, june(4)),
        (K.RESUMED, june(8)),
        (K.WAITS, june(9), {"waits_for": WaitsFor.AUTHORITY}),
        (K.RESUMED, june(10)),
        (K.ANSWERED, june(11)),
        (K.CLOSED, june(18)),
        until=FAR,
    )
    assert [(h.unit, h.from_on, h.to_on, h.waits_for, h.working_days) for h in seen.holdings] == [
        (1, june(1), june(3), WaitsFor.UNIT, 2),
        (2, june(3), june(4), WaitsFor.UNIT, 1),
        (2, june(4), june(8), WaitsFor.COMMUNE, 2),
        (2, june(8), june(9), WaitsFor.UNIT, 1),
        (2, june(9), june(10), WaitsFor.AUTHORITY, 1),
        (2, june(10), june(11), WaitsFor.UNIT, 1),
        (2, june(11), june(18), WaitsFor.CONFIRMATION, 5),
    ]


def test_a_reopened_issue_was_nobodys_turn_while_it_was_closed() -> None:
    seen = read(SENT, (K.ANSWERED, june(3)), (K.CLOSED, june(5)), (K.CYCLE_OPENED, june(15)), until=june(16))
    assert [(h.unit, h.from_on, h.to_on, h.waits_for) for h in seen.holdings][-2:] == [
        (1, june(5), june(15), WaitsFor.NOBODY),
        (1, june(15), None, WaitsFor.UNIT),
    ]
    assert due(seen) == june(22)


def test_a_move_while_an_answer_waits_for_confirmation_changes_the_unit_only() -> None:
    last = read(SENT, (K.ANSWERED, june(3)), (K.MOVED, june(4), {"unit": 9})).holdings[-1]
    assert (last.unit, last.waits_for) == (9, WaitsFor.CONFIRMATION)


# --- stored dates and words -----------------------------------------------------------------------


def test_the_stored_dates_of_a_new_issue() -> None:
    assert read(SENT).dates == StoredDates(
        due_soon_on=june(9),
        due_on=june(10),
        long_late_on=june(19),
        last_news_on=None,
        no_news_on=june(9),
        next_alarm_on=june(9),
    )


def test_an_answered_issue_keeps_only_its_news_and_a_closed_one_nothing() -> None:
    assert read(SENT, (K.ANSWERED, june(3))).dates == StoredDates(last_news_on=june(3))
    assert read(SENT, (K.ANSWERED, june(3)), (K.CLOSED, june(5))).dates == StoredDates()


@pytest.mark.parametrize(
    ("today", "word"),
    [
        (june(8), Lateness.ON_TIME),
        (june(9), Lateness.DUE_SOON),
        (june(10), Lateness.DUE_SOON),
        (june(11), Lateness.LATE),
        (june(18), Lateness.LATE),
        (june(19), Lateness.LONG_LATE),
    ],
)
def test_the_word_follows_from_the_stored_dates(today: date, word: Lateness) -> None:
    assert lateness(read(SENT).dates, today) is word


@pytest.mark.parametrize(
    ("target", "soon", "silence"),
    [(1, 1, 5), (3, 1, 5), (7, 1, 5), (8, 2, 5), (10, 2, 5), (11, 2, 6), (15, 3, 8)],
)
def test_due_soon_is_a_quarter_of_the_target_and_silence_a_half(target: int, soon: int, silence: int) -> None:
    assert (due_soon_days(target), no_news_days(target)) == (soon, silence)


def test_news_puts_off_the_day_on_which_there_is_none_but_never_the_clock() -> None:
    seen = read(SENT, (K.NEWS, june(4)))
    assert (seen.dates.last_news_on, seen.dates.no_news_on, due(seen)) == (june(4), june(12), june(10))
    assert not is_without_news(seen.dates, june(11))
    assert is_without_news(seen.dates, june(12))
    assert not is_without_news(StoredDates(), june(12))


def test_days_of_a_pause_are_no_days_of_silence() -> None:
    seen = read(SENT, (K.PAUSED, june(3)), (K.RESUMED, june(5)), until=june(5))
    assert seen.dates.no_news_on == june(11)


def test_an_alarm_waits_for_a_working_day_and_is_not_repeated() -> None:
    facts = [SENT, (K.TARGET_SET, MONDAY, {"days": 4}), (K.NEWS, june(4))]
    alarms = []
    for _ in range(4):
        alarm = read(*facts, until=FAR).dates.next_alarm_on
        alarms.append(alarm)
        facts.append((K.REMINDED, alarm or FAR))
    assert alarms == [june(4), june(8), june(12), None]  # due soon; late on the 6th, a Saturday; silence


def test_days_left_and_days_late_count_from_the_due_date() -> None:
    assert [working_days_left(june(10), june(day), PLAIN) for day in (8, 9, 10, 11)] == [2, 1, 0, 0]
    assert [days_late(june(12), june(day), PLAIN) for day in (12, 13, 15, 16)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("answered_on", "last_day"), [(june(3), june(10)), (june(6), june(15)), (june(8), june(15))]
)
def test_a_commune_has_five_working_days_to_confirm(answered_on: date, last_day: date) -> None:
    assert confirm_due(answered_on, PLAIN) == last_day
    assert confirm_due(answered_on, PLAIN, days=0) >= answered_on


# --- why this date --------------------------------------------------------------------------------


def test_every_date_explains_itself_by_name() -> None:
    facts = life((K.SENT, date(2026, 8, 20)), (K.TARGET_SET, date(2026, 8, 20), {"days": 10}))
    explained = explain(timeline(facts, CALENDAR, until=date(2026, 8, 20)), CALENDAR)
    assert explained.due_on == date(2026, 9, 7)
    assert explained.counted == 10
    named = [(row.on.day, row.counted_no, row.reason, row.name) for row in explained.rows]
    assert named[:5] == [
        (20, None, Reason.DAY_ZERO, ""),
        (21, 1, Reason.COUNTED, ""),
        (22, 2, Reason.MAKE_UP, "Làm bù cho ngày 31/8/2026"),
        (23, None, Reason.WEEKEND, ""),
        (24, 3, Reason.COUNTED, ""),
    ]
    assert (2, None, Reason.DAY_OFF, "Quốc khánh") in named
    assert named[-1] == (7, 10, Reason.DUE, "")
    assert explained.count(Reason.DAY_OFF) == 3


def test_days_in_a_row_with_one_reason_are_told_together() -> None:
    runs = explain(read(SENT), PLAIN).runs
    assert [(run.reason, run.from_on, run.to_on, len(run.days)) for run in runs] == [
        (Reason.DAY_ZERO, june(1), june(1), 1),
        (Reason.COUNTED, june(2), june(5), 4),
        (Reason.WEEKEND, june(6), june(7), 2),
        (Reason.COUNTED, june(8), june(9), 2),
        (Reason.DUE, june(10), june(10), 1),
    ]


def test_a_pause_that_began_too_late_shows_the_late_days_apart() -> None:
    seen = read(SENT, (K.PAUSED, june(12)), (K.RESUMED, june(19)), until=june(22))
    explained = explain(seen.cycles[0], PLAIN)
    assert (explained.counted, explained.paused_days, explained.count(Reason.OVERDUE)) == (7, 5, 2)


# --- any life -------------------------------------------------------------------------------------

STEPS = st.sampled_from(
    [
        K.MOVED,
        K.PAUSED,
        K.RESUMED,
        K.WAITS,
        K.ANSWERED,
        K.CYCLE_OPENED,
        K.NEWS,
        K.EXTENDED,
        K.TARGET_SET,
        K.CLOSED,
    ]
)


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    on = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    facts = [Fact(K.SENT, on, 1, unit=1, days=draw(st.one_of(st.none(), st.integers(1, 20))))]
    is_closed = False
    for seq in range(2, draw(st.integers(2, 12))):
        kind = K.CYCLE_OPENED if is_closed else draw(STEPS)
        on += timedelta(days=draw(st.integers(0, 12)))
        days = draw(st.integers(1, 15)) if kind in (K.TARGET_SET, K.CYCLE_OPENED, K.EXTENDED) else None
        unit = draw(st.integers(1, 4)) if kind is K.MOVED else None
        waits_for = WaitsFor.AUTHORITY if kind is K.WAITS else None
        facts.append(Fact(kind, on, seq, unit=unit, days=days, waits_for=waits_for))
        is_closed = kind is K.CLOSED
    return facts


CALENDARS = st.builds(
    lambda rows: WorkingCalendar([*OFFICIAL_ROWS, *rows]),
    st.lists(
        st.builds(
            Day, on=st.dates(date(2025, 1, 1), date(2027, 12, 31)), is_work=st.booleans(), name=st.just("x")
        ),
        max_size=20,
    ),
)


class SlowCycle:
    """One promise that walks through the days: each working day either counts or is paused."""

    def __init__(self, day_zero: date, target: int) -> None:
        self.day_zero, self.target, self.extra = day_zero, target, 0
        self.answered_on: date | None = None
        self.ended_on: date | None = None
        self.paused_dates: set[date] = set()

    def is_running(self) -> bool:
        return self.answered_on is None and self.ended_on is None

    def due_on(self, calendar: WorkingCalendar) -> date:
        """Day by day; each paused working day, whenever it was, is one more to walk."""
        left = self.target + self.extra + sum(calendar.is_working(day) for day in self.paused_dates)
        day = self.day_zero
        while left > 0 or not calendar.is_working(day):
            day += ONE_DAY
            left -= calendar.is_working(day)
        return day


def slow_cycles(facts: list[Fact], until: date) -> list[SlowCycle]:
    """An independent reading: every day of the life is looked at, and asked whether a pause was on."""
    cycles: list[SlowCycle] = []
    is_paused = False
    for index, fact in enumerate(facts):
        if cycles and cycles[-1].is_running():
            slow_end(cycles[-1], fact)
        if fact.kind in (K.SENT, K.CYCLE_OPENED):
            cycles.append(SlowCycle(fact.on, fact.days or {K.SENT: 7, K.CYCLE_OPENED: 5}[fact.kind]))
        if (
            fact.kind is K.TARGET_SET
            and K.TARGET_SET not in [f.kind for f in facts[:index]]
            and len(cycles) == 1
        ):
            cycles[0].target = fact.days or 0
        if fact.kind in (K.RESUMED, K.ANSWERED, K.CLOSED, K.CYCLE_OPENED):
            is_paused = False
        elif fact.kind is K.PAUSED and cycles[-1].is_running():
            is_paused = True
        day = fact.on
        while is_paused and day < (facts[index + 1].on if index + 1 < len(facts) else until):
            day += ONE_DAY
            cycles[-1].paused_dates.add(day)
    return cycles


def slow_end(cycle: SlowCycle, fact: Fact) -> None:
    """What a fact does to a running promise."""
    if fact.kind is K.EXTENDED:
        cycle.extra += fact.days or 0
    if fact.kind is K.ANSWERED:
        cycle.answered_on = fact.on
    if fact.kind in (K.CLOSED, K.CYCLE_OPENED):
        cycle.ended_on = fact.on


@settings(max_examples=200, deadline=None)
@given(lives(), CALENDARS, st.integers(0, 40))
def test_cycles_agree_with_a_slow_reading_day_by_day(
    facts: list[Fact], calendar: WorkingCalendar, more: int
) -> None:
    until = facts[-1].on + timedelta(days=more)
    seen = timeline(facts, calendar, until=until).cycles
    slow = slow_cycles(facts, until)
    assert [(c.from_on, c.answered_on, c.ended_on, c.due_on) for c in seen] == [
        (c.day_zero, c.answered_on, c.ended_on, c.due_on(calendar)) for c in slow
    ]


def slow_words(cycle: Cycle, calendar: WorkingCalendar, today: date) -> Lateness:
    """The word of one day, by counting days with a finger."""

    def worked(after: date, upto: date) -> int:
        return sum(calendar.is_working(after + n * ONE_DAY) for n in range(1, (upto - after).days + 1))

    if today > cycle.due_on:
        return Lateness.LONG_LATE if worked(cycle.due_on, today) >= cycle.target_days else Lateness.LATE
    is_soon = worked(today, cycle.due_on) <= max(1, cycle.target_days // 4)
    return Lateness.DUE_SOON if is_soon else Lateness.ON_TIME


@settings(max_examples=100, deadline=None)
@given(lives(), CALENDARS, st.integers(0, 60))
def test_words_agree_with_counting_each_day(facts: list[Fact], calendar: WorkingCalendar, more: int) -> None:
    seen = timeline(facts, calendar, until=facts[-1].on)
    today = facts[-1].on + timedelta(days=more)
    cycle = seen.cycles[-1]
    if seen.dates.due_on is None:
        assert not cycle.is_running or cycle.is_paused
        assert lateness(seen.dates, today) is Lateness.ON_TIME
    else:
        assert lateness(seen.dates, today) is slow_words(cycle, calendar, today)


@settings(max_examples=150, deadline=None)
@given(lives(), CALENDARS, st.integers(0, 40))
def test_holdings_cover_the_life_without_gap_or_overlap(
    facts: list[Fact], calendar: WorkingCalendar, more: int
) -> None:
    until = facts[-1].on + timedelta(days=more)
    holdings = timeline(facts, calendar, until=until).holdings
    end = None if facts[-1].kind is not K.CLOSED else facts[-1].on
    assert [h.from_on for h in holdings[1:]] == [h.to_on for h in holdings[:-1]]
    assert (holdings[0].from_on, holdings[-1].to_on) == (facts[0].on, end)
    assert sum(h.working_days for h in holdings) == calendar.between(facts[0].on, end or until)
    moves = [fact.unit for fact in facts if fact.kind is K.MOVED]
    assert [h.unit for h in holdings][-1] == ([1, *moves][-1])


@settings(max_examples=150, deadline=None)
@given(lives(), CALENDARS, st.integers(0, 40))
def test_the_explained_days_sum_up(facts: list[Fact], calendar: WorkingCalendar, more: int) -> None:
    for cycle in timeline(facts, calendar, until=facts[-1].on + timedelta(days=more)).cycles:
        explained = explain(cycle, calendar)
        numbers = [row.counted_no for row in explained.rows if row.counted_no is not None]
        assert numbers == list(range(1, cycle.target_days + cycle.extra_days + 1))
        assert explained.counted == cycle.target_days + cycle.extra_days
        worked = [row.on for row in explained.rows[1:] if calendar.is_working(row.on)]
        assert len(worked) == explained.counted + cycle.paused_days
        assert [row.on for run in explained.runs for row in run.days] == [row.on for row in explained.rows]
        assert (explained.rows[0].on, explained.rows[-1].on) == (cycle.from_on, cycle.due_on)


@settings(max_examples=150, deadline=None)
@given(
    CALENDARS,
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.integers(1, 20),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_pausing_some_working_days_moves_the_due_date_by_as_many(
    calendar: WorkingCalendar, sent_on: date, target: int, wait: int, length: int
) -> None:
    paused_on = sent_on + timedelta(days=wait)
    resumed_on = paused_on + timedelta(days=length)
    sent = Fact(K.SENT, sent_on, 1, unit=1, days=target)
    pause = [Fact(K.PAUSED, paused_on, 2), Fact(K.RESUMED, resumed_on, 3)]
    before = timeline([sent], calendar, until=resumed_on).dates
    after = timeline([sent, *pause], calendar, until=resumed_on).dates
    assert before.due_on is not None
    assert after.due_on is not None
    paused = calendar.between(paused_on, resumed_on)
    assert calendar.between(before.due_on, after.due_on) == paused
    # neither won nor lost: what was left, or lacking, when it paused is left, or lacking, when it resumes
    assert calendar.between(resumed_on, after.due_on) == calendar.between(paused_on, before.due_on)


@settings(max_examples=100, deadline=None)
@given(lives(), CALENDARS, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_one_more_day_off_never_makes_a_running_promise_due_earlier(
    facts: list[Fact], calendar: WorkingCalendar, off: date
) -> None:
    facts = [fact for fact in facts if fact.kind not in (K.PAUSED, K.RESUMED)]
    rows = [
        row for on, _, _ in calendar.days(date(2025, 1, 1), date(2027, 12, 31)) if (row := calendar.row(on))
    ]
    more = WorkingCalendar([*rows, Day(off, False, "off")])
    until = facts[-1].on
    for fewer_off, more_off in zip(
        timeline(facts, calendar, until=until).cycles, timeline(facts, more, until=until).cycles, strict=True
    ):
        assert more_off.due_on >= fewer_off.due_on


@settings(max_examples=100, deadline=None)
@given(lives(), CALENDARS, st.integers(0, 30))
def test_stored_dates_do_not_depend_on_the_day_of_reading(
    facts: list[Fact], calendar: WorkingCalendar, more: int
) -> None:
    first = timeline(facts, calendar, until=facts[-1].on)
    later = timeline(facts, calendar, until=facts[-1].on + timedelta(days=more))
    assert first.dates == later.dates


@settings(max_examples=60, deadline=None)
@given(lives(), st.randoms())
def test_the_order_in_which_facts_are_given_does_not_matter(facts: list[Fact], random: object) -> None:
    shuffled = [replace(fact) for fact in facts]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    until = facts[-1].on
    assert timeline(shuffled, CALENDAR, until=until) == timeline(facts, CALENDAR, until=until)
