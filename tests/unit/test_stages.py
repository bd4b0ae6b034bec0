"""Stages follow one another without gap or overlap, and what each took is counted once."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.deadlines.calendar import Day, WorkingCalendar
from tracker.issues.stages import Place, Span, StageKind, due_of, measure, place_of, spans
from tracker.issues.workflow import ENDED, NOT_SENT, IssueState

PLAIN = WorkingCalendar([])
MONDAY = date(2026, 6, 1)
PLACES = st.one_of(
    st.none(), st.builds(Place, st.sampled_from(StageKind), st.integers(1, 2), st.none() | st.integers(1, 2))
)
LIVES = st.lists(
    st.tuples(st.integers(-5, 30).map(lambda n: MONDAY + timedelta(days=n)), PLACES), max_size=12
)


@given(LIVES)
def test_stages_leave_neither_gap_nor_overlap_but_where_it_was_closed(
    life: list[tuple[date, Place | None]],
) -> None:
    found = spans(life)
    assert all(span.to_on is not None and span.from_on <= span.to_on for span in found[:-1])
    for one, after in pairwise(found):
        assert one.to_on is not None
        assert after.from_on >= one.to_on
    if all(place is not None for _, place in life):
        assert all(one.to_on == after.from_on for one, after in pairwise(found))
    is_open = bool(life) and life[-1][1] is not None
    assert (bool(found) and found[-1].to_on is None) == is_open
    assert not is_open or found[-1].place == life[-1][1]


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
    st.integers(0, 20),
    st.dictionaries(st.dates(MONDAY, MONDAY + timedelta(days=60)), st.booleans(), max_size=12),
)
def test_lateness_of_the_stages_adds_up_to_that_of_the_promise(
    lengths: list[int], promised: int, rows: dict[date, bool]
) -> None:
    calendar = WorkingCalendar(Day(on, is_work, "X") for on, is_work in rows.items())
    due = MONDAY + timedelta(days=promised)
    ends = [MONDAY + timedelta(days=sum(lengths[: n + 1])) for n in range(len(lengths))]
    stages = zip([MONDAY, *ends], ends, strict=False)
    took = [measure(first, last, calendar, due_on=None, promised_on=due) for first, last in stages]
    assert sum(each.overdue_days for each in took) == max(0, calendar.between(due, ends[-1]))
    assert sum(each.working_days for each in took) == calendar.between(MONDAY, ends[-1])
    assert all(each.late_days == each.overdue_days <= each.working_days for each in took)


def test_a_desk_is_late_by_its_own_deadline_and_not_for_what_was_late_before_it() -> None:
    due = due_of(date(2026, 6, 6), 1, PLAIN)  # a Saturday: counted from Monday
    assert due == date(2026, 6, 9)
    took = measure(date(2026, 6, 6), date(2026, 6, 11), PLAIN, due_on=due, promised_on=date(2026, 6, 3))
    assert (took.working_days, took.late_days, took.overdue_days) == (4, 2, 4)


def test_every_open_state_is_a_stage_and_no_other() -> None:
    for state in IssueState:
        place = place_of(state, 1, None, awaits_routing=False)
        assert (place is None) == (state in NOT_SENT | ENDED)
    routing = place_of(IssueState.SUBMITTED, 1, None, awaits_routing=True)
    assert routing == Place(StageKind.ROUTING, 1)
    assert place_of(IssueState.NEED_INFO, 1, None, awaits_routing=True) == Place(StageKind.INFORMATION, 1)


def test_a_clock_that_was_set_back_makes_no_stage_end_before_it_began() -> None:
    first, second = Place(StageKind.INTAKE, 1), Place(StageKind.WORKING, 1, 2)
    found = spans([(MONDAY, first), (MONDAY - timedelta(days=30), second), (MONDAY, None)])
    assert found == [Span(first, MONDAY, MONDAY), Span(second, MONDAY, MONDAY)]
