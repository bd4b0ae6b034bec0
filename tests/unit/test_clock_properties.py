"""What no calendar and no history may change about a promised date."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.deadlines.calendar import Day, WorkingCalendar
from tracker.deadlines.clocks import Fact, FactKind, WaitsFor, explain, timeline
from tracker.issues.referral_rules import (
    Addressee,
    follow_up_days,
    interim_due,
    latest_follow_up,
    pauses_clock,
)

K = FactKind
DATES = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ROWS = st.dictionaries(DATES, st.booleans(), max_size=25)
TERMS = st.integers(1, 15)
FAR = date(2027, 3, 1)


def _calendar(rows: dict[date, bool]) -> WorkingCalendar:
    return WorkingCalendar(Day(on, is_work, "X") for on, is_work in rows.items())


def _due(facts: list[Fact], calendar: WorkingCalendar) -> date:
    cycle = timeline(facts, calendar, until=FAR).current
    assert cycle is not None
    return cycle.due_on


@given(ROWS, DATES, DATES, TERMS, st.integers(0, 8))
def test_an_added_day_off_never_makes_a_date_earlier(
    rows: dict[date, bool], zero: date, off: date, days: int, more: int
) -> None:
    facts = [Fact(K.SENT, zero, 1, unit=1, days=days), Fact(K.EXTENDED, zero, 2, days=more)]
    assert _due(facts, _calendar(rows | {off: False})) >= _due(facts, _calendar(rows))


@given(ROWS, DATES, DATES, TERMS, st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=3))
def test_a_day_off_added_to_a_matter_that_waited_in_time_never_makes_its_date_earlier(
    rows: dict[date, bool], zero: date, off: date, days: int, waits: list[tuple[int, int]]
) -> None:
    """Every pause begins while the date has not passed, as it stood then."""
    facts = [Fact(K.SENT, zero, 1, unit=1, days=days)]
    on = zero
    for gap, length in waits:
        begins = on + timedelta(days=gap)
        if begins > _due(facts, _calendar(rows)):
            break
        on = begins + timedelta(days=length)
        facts += [Fact(K.PAUSED, begins, len(facts) + 1), Fact(K.RESUMED, on, len(facts) + 2)]
    assert _due(facts, _calendar(rows | {off: False})) >= _due(facts, _calendar(rows))


@given(ROWS, DATES, st.none() | st.integers(0, 20), TERMS, st.integers(1, 20), st.integers(0, 20))
def test_a_pause_of_what_is_late_leaves_it_as_late_as_it_was_whatever_the_calendar(
    rows: dict[date, bool], zero: date, off_at: int | None, days: int, gap: int, length: int
) -> None:
    """Nobody is forgiven by asking late, nor blamed for the days on which the other side was silent."""
    sent = Fact(K.SENT, zero, 1, unit=1, days=days)
    due = _due([sent], _calendar(rows))
    from_on = due + timedelta(days=gap)
    to_on = from_on + timedelta(days=length)
    off = {from_on + timedelta(days=off_at): False} if off_at is not None and off_at <= length else {}
    calendar = _calendar(rows | off)
    paused = [sent, Fact(K.PAUSED, from_on, 2), Fact(K.RESUMED, to_on, 3)]
    was_late = calendar.between(due, from_on)
    assert calendar.between(_due(paused, calendar), to_on) == was_late


@given(ROWS, DATES, TERMS, st.integers(0, 20), st.integers(0, 20))
def test_a_pause_of_some_working_days_moves_the_date_by_as_many(
    rows: dict[date, bool], zero: date, days: int, gap: int, length: int
) -> None:
    calendar = _calendar(rows)
    sent = Fact(K.SENT, zero, 1, unit=1, days=days)
    from_on = zero + timedelta(days=gap)
    to_on = from_on + timedelta(days=length)
    paused = [sent, Fact(K.PAUSED, from_on, 2), Fact(K.RESUMED, to_on, 3)]
    assert calendar.between(_due([sent], calendar), _due(paused, calendar)) == calendar.between(
        from_on, to_on
    )


@given(ROWS, DATES, TERMS, st.integers(0, 8), st.integers(0, 20), st.integers(0, 20))
def test_explained_days_always_sum_up(
    rows: dict[date, bool], zero: date, days: int, more: int, gap: int, length: int
) -> None:
    calendar = _calendar(rows)
    zero = calendar.next_working(zero)
    from_on = zero + timedelta(days=gap)
    facts = [
        Fact(K.SENT, zero, 1, unit=1, days=days),
        Fact(K.EXTENDED, zero, 2, days=more),
        Fact(K.PAUSED, from_on, 3),
        Fact(K.RESUMED, from_on + timedelta(days=length), 4),
    ]
    text = explain(timeline(facts, calendar, until=FAR), calendar)
    assert text.counted == days + more
    assert text.rows[-1].on == text.due_on


@given(ROWS, DATES, TERMS, st.integers(0, 400))
def test_a_clock_that_was_set_back_does_not_reorder_what_happened(
    rows: dict[date, bool], zero: date, days: int, back: int
) -> None:
    """What came later by its number came later, whatever the wall clock said."""
    calendar = _calendar(rows)
    asked = zero + timedelta(days=3)
    told = asked - timedelta(days=back)
    sent = Fact(K.SENT, zero, 1, unit=1, days=days)
    facts = [sent, Fact(K.PAUSED, asked, 2), Fact(K.RESUMED, told, 3)]
    assert _due(facts, calendar) == _due([sent], calendar)
    assert _due(facts[::-1], calendar) == _due(facts, calendar)


@given(ROWS, DATES, TERMS, st.sampled_from(Addressee), st.integers(0, 20), st.integers(0, 60))
def test_waiting_above_moves_the_date_by_its_working_days_unless_the_province_itself_decides(
    rows: dict[date, bool], zero: date, days: int, addressee: Addressee, gap: int, length: int
) -> None:
    calendar = _calendar(rows)
    sent = Fact(K.SENT, zero, 1, unit=1, days=days)
    from_on = zero + timedelta(days=gap)
    to_on = from_on + timedelta(days=length)
    begins = K.PAUSED if pauses_clock(addressee) else K.WAITS
    above = Fact(begins, from_on, 2, waits_for=WaitsFor.AUTHORITY)
    referred = [sent, above, Fact(K.RESUMED, to_on, 3, waits_for=WaitsFor.UNIT)]
    moved = 0 if addressee is Addressee.PROVINCIAL_COMMITTEE else calendar.between(from_on, to_on)
    assert calendar.between(_due([sent], calendar), _due(referred, calendar)) == moved
    life = timeline([sent, above], calendar, until=FAR)
    assert life.holdings[-1].waits_for is WaitsFor.AUTHORITY
    assert {holding.unit for holding in life.holdings} == {1}
    assert not pauses_clock(addressee) or life.dates.next_alarm_on is None  # no commune is nudged for it


@given(ROWS, DATES, st.sampled_from(Addressee), st.none() | DATES)
def test_a_follow_up_never_waits_longer_than_the_rule_or_the_session(
    rows: dict[date, bool], today: date, addressee: Addressee, session_on: date | None
) -> None:
    calendar = _calendar(rows)
    latest = latest_follow_up(addressee, today, session_on, calendar)
    by_rule = calendar.add(today, follow_up_days(addressee))
    assert latest in (by_rule, session_on)
    assert latest >= by_rule > today
    assert (interim_due(addressee, today, calendar) is None) is not pauses_clock(addressee)
