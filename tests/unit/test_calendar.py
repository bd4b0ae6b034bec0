"""Working days against golden dates and against a calendar that walks day by day."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tracker
from tracker.deadlines.calendar import Day, OutOfCalendar, WorkingCalendar, days_from_csv

OFFICIAL = Path(tracker.__file__).parent / "data" / "calendar_2025_2027.csv"
OFFICIAL_ROWS = days_from_csv(OFFICIAL.read_text(encoding="utf-8").splitlines())
CALENDAR = WorkingCalendar(OFFICIAL_ROWS)
ONE_DAY = timedelta(days=1)

DATES = st.dates(date(2025, 1, 1), date(2027, 12, 31))
ROWS = st.lists(st.builds(Day, on=DATES, is_work=st.booleans(), name=st.just("x")), max_size=60)


def walk(calendar: WorkingCalendar, day: date, days: int) -> date:
    """The slow truth: go on day by day until enough worked days have passed."""
    while days > 0 or not calendar.is_working(day):
        day += ONE_DAY
        days -= calendar.is_working(day)
    return day


@pytest.mark.parametrize(
    ("day_zero", "days", "due"),
    [
        (date(2025, 12, 30), 5, date(2026, 1, 8)),
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 8, 20), 7, date(2026, 8, 28)),
        (date(2025, 4, 24), 5, date(2025, 5, 5)),
        (date(2026, 11, 20), 5, date(2026, 11, 30)),
        # make-up Saturdays, swapped days, New Year, Tết
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 1, 9), 2, date(2026, 1, 12)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        (date(2026, 4, 24), 1, date(2026, 4, 28)),
        (date(2027, 4, 29), 2, date(2027, 5, 5)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2026, 1, 3), 0, date(2026, 1, 5)),
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
    ],
)
def test_a_term_ends_on_the_golden_date(day_zero: date, days: int, due: date) -> None:
    assert CALENDAR.add(day_zero, days) == due
    assert walk(CALENDAR, day_zero, days) == due


def test_a_day_without_row_is_worked_from_monday_to_friday() -> None:
    plain = WorkingCalendar([])
    week = [plain.is_working(date(2026, 6, 1) + n * ONE_DAY) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


def test_the_name_of_a_day_off_is_that_of_its_row() -> None:
    assert CALENDAR.day_off_name(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.day_off_name(date(2026, 11, 28)) == ""
    assert CALENDAR.day_off_name(date(2026, 8, 22)) == ""
    row = CALENDAR.row(date(2026, 8, 22))
    assert row is not None
    assert row.is_work


def test_a_year_with_an_unconfirmed_day_is_provisional() -> None:
    assert [CALENDAR.is_provisional_year(year) for year in (2025, 2026, 2027, 2028)] == [
        False,
        False,
        True,
        False,
    ]


def test_the_last_row_for_a_date_counts() -> None:
    on = date(2026, 6, 1)
    assert WorkingCalendar([Day(on, False, "off"), Day(on, True, "worked")]).is_working(on)


@pytest.mark.parametrize(
    ("moment", "cut_off", "day_zero"),
    [
        (datetime(2026, 6, 1, 9), None, date(2026, 6, 1)),
        (datetime(2026, 6, 1, 23, 59, 59), None, date(2026, 6, 1)),
        (datetime(2026, 6, 1, 17), time(17), date(2026, 6, 1)),
        (datetime(2026, 6, 1, 17, 0, 1), time(17), date(2026, 6, 2)),
        (datetime(2026, 6, 5, 18), time(17), date(2026, 6, 8)),
        (datetime(2026, 6, 6, 9), None, date(2026, 6, 8)),
        (datetime(2026, 6, 6, 18), time(17), date(2026, 6, 8)),
        (datetime(2026, 8, 22, 9), time(17), date(2026, 8, 22)),
        (datetime(2025, 12, 31, 18), time(17), date(2026, 1, 5)),
    ],
)
def test_day_zero_skips_days_off_and_the_evening(
    moment: datetime, cut_off: time | None, day_zero: date
) -> None:
    assert CALENDAR.day_zero(moment, cut_off) == day_zero


@pytest.mark.parametrize("absurd", [date.min, date(1999, 12, 31), date(2101, 1, 1), date.max])
def test_an_absurd_date_is_refused(absurd: date) -> None:
    today = date(2026, 6, 1)
    for act in (
        lambda: CALENDAR.add(absurd, 1),
        lambda: CALENDAR.back(absurd, 1),
        lambda: CALENDAR.between(absurd, today),
        lambda: CALENDAR.between(today, absurd),
        lambda: CALENDAR.is_working(absurd),
        lambda: CALENDAR.next_working(absurd),
        lambda: CALENDAR.day_zero(datetime.combine(absurd, time(9)), None),
        lambda: WorkingCalendar([Day(absurd, absurd.weekday() >= 5, "x")]),
    ):
        with pytest.raises(OutOfCalendar):
            act()


def test_a_term_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(OutOfCalendar):
        CALENDAR.add(date(2100, 12, 30), 5)
    with pytest.raises(OutOfCalendar):
        CALENDAR.add(date(2026, 6, 1), 10**30)
    with pytest.raises(OutOfCalendar):
        CALENDAR.back(date(2000, 1, 5), 5)
    assert CALENDAR.add(date(2100, 12, 30), 1) == date(2100, 12, 31)


def test_a_term_has_no_negative_length() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2026, 6, 1), -1)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.back(date(2026, 6, 1), -1)


def test_days_lists_every_day_once() -> None:
    assert list(CALENDAR.days(date(2026, 11, 23), date(2026, 11, 25))) == [
        (date(2026, 11, 23), True, ""),
        (date(2026, 11, 24), False, "Ngày Văn hóa Việt Nam"),
        (date(2026, 11, 25), True, ""),
    ]
    assert list(CALENDAR.days(date(2026, 11, 25), date(2026, 11, 23))) == []


@pytest.mark.parametrize(
    ("column", "wrong"), [("kind", "holiday"), ("status", "sure"), ("date", "01/02/2026")]
)
def test_a_file_with_an_unknown_word_is_refused(column: str, wrong: str) -> None:
    row = {"date": "2026-01-01", "kind": "off", "name": "x", "source": "y", "status": "confirmed"} | {
        column: wrong
    }
    with pytest.raises((KeyError, ValueError)):
        days_from_csv([",".join(row), ",".join(row.values())])


@settings(max_examples=150, deadline=None)
@given(ROWS, DATES, st.integers(0, 120))
def test_adding_agrees_with_walking_day_by_day(rows: list[Day], day: date, days: int) -> None:
    calendar = WorkingCalendar(rows)
    assert calendar.add(day, days) == walk(calendar, day, days)


@settings(max_examples=100, deadline=None)
@given(ROWS, DATES, DATES)
def test_between_agrees_with_counting_day_by_day(rows: list[Day], a: date, b: date) -> None:
    calendar = WorkingCalendar(rows)
    first, last = min(a, b), max(a, b)
    slow = sum(calendar.is_working(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))
    assert calendar.between(first, last) == slow
    assert calendar.between(last, first) == -slow


@settings(max_examples=100, deadline=None)
@given(ROWS, DATES, st.integers(0, 60))
def test_back_is_the_first_day_with_so_many_days_left(rows: list[Day], day: date, days: int) -> None:
    calendar = WorkingCalendar(rows)
    first = calendar.back(day, days)
    assert calendar.between(first, day) == days
    assert calendar.between(first - ONE_DAY, day) > days


@settings(max_examples=100, deadline=None)
@given(ROWS, DATES, st.integers(0, 60), DATES)
def test_one_more_day_off_never_makes_a_date_earlier(
    rows: list[Day], day: date, days: int, off: date
) -> None:
    more = [*rows, Day(off, False, "off")]
    assert WorkingCalendar(more).add(day, days) >= WorkingCalendar(rows).add(day, days)


@settings(max_examples=100, deadline=None)
@given(DATES, st.integers(1, 40), st.integers(1, 40))
def test_two_terms_one_after_the_other_are_one_long_term(day: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, first), second) == CALENDAR.add(day, first + second)
