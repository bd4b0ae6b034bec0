"""The ladder: which rule raises what on which day, and when it is looked at again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.deadlines import ladder
from tracker.deadlines.calendar import Day, WorkingCalendar
from tracker.deadlines.ladder import DEFAULT_RULES, HIGHEST_IN_TRIAL, Rule, Situation, Trigger

PLAIN = WorkingCalendar(())
MONDAY = date(2026, 6, 1)
DUE = date(2026, 6, 10)
"""A Wednesday."""
LATE = Situation(
    cycle_from=MONDAY,
    due_soon_on=date(2026, 6, 9),
    due_on=DUE,
    no_news_on=date(2026, 6, 30),
    is_reminded=True,
)


def june(day: int) -> date:
    return date(2026, 6, day)


def _rises(now: Situation, today: date, highest: int = 4) -> str:
    rule = ladder.raise_to(now, DEFAULT_RULES, today, PLAIN, highest=highest)
    return rule.code if rule else ""


@pytest.mark.parametrize(
    ("day", "plain", "urgent"),
    [
        (9, "", ""),
        (10, "", "late_lead"),
        (11, "late_lead", "late_department"),
        (12, "late_lead", "late_coordinator"),
        (15, "late_department", "late_coordinator"),
        (16, "late_department", "late_provincial"),
        (18, "late_department", "late_provincial"),
        (19, "late_coordinator", "late_provincial"),
        (30, "late_coordinator", "late_provincial"),
    ],
)
def test_each_level_has_its_working_days_after_the_due_date(day: int, plain: str, urgent: str) -> None:
    assert _rises(replace(LATE, no_news_on=None), june(day)) == plain
    assert _rises(replace(LATE, no_news_on=None, is_urgent=True), june(day)) == urgent


def test_the_owner_is_reminded_once_and_only_before_anything_has_risen() -> None:
    now = replace(LATE, is_reminded=False)
    rules = DEFAULT_RULES
    assert ladder.reminder(now, rules, june(8), PLAIN) is None
    reminded = ladder.reminder(now, rules, june(9), PLAIN)
    assert reminded is not None
    assert reminded.code == "due_soon"
    assert ladder.reminder(replace(now, is_reminded=True), rules, june(9), PLAIN) is None
    assert ladder.reminder(replace(now, level=1), rules, june(9), PLAIN) is None


def test_silence_a_dispute_a_second_transfer_and_many_communes_raise_in_time_too() -> None:
    early = replace(LATE, due_on=june(29), due_soon_on=june(25))
    assert _rises(replace(early, no_news_on=june(6)), june(6)) == ""  # a Saturday
    assert _rises(replace(early, no_news_on=june(6)), june(8)) == "no_news_lead"
    assert _rises(replace(early, is_disputed=True), june(2)) == "dispute"
    assert _rises(replace(early, awaits_routing=True), june(2)) == "second_transfer"
    assert _rises(replace(early, communes=9), june(2)) == ""
    assert _rises(replace(early, communes=10), june(2)) == "joined"
    assert _rises(replace(early, communes=10, has_joined_before=True), june(2)) == ""
    assert _rises(replace(early, communes=3), june(29)) == ""
    assert _rises(replace(early, communes=3), june(30)) == "joined_late"


def test_a_missed_duty_raises_by_one_level_the_next_morning() -> None:
    for level, code in ((1, "missed_lead"), (2, "missed_department"), (3, "missed_coordinator")):
        now = replace(LATE, due_on=june(11), level=level, duty_due_on=june(12))  # a Friday
        assert _rises(now, june(12)) == ""
        assert _rises(now, june(15)) == code
    assert _rises(replace(LATE, level=4, duty_due_on=june(11)), june(30)) == ""


def test_a_plan_holds_the_ladder_until_its_date_and_then_counts_as_missed() -> None:
    now = replace(LATE, level=1, duty_due_on=june(12), plan_until=june(17))
    assert _rises(now, june(17)) == ""
    assert _rises(now, june(18)) == "missed_lead"
    kept = replace(now, duty_due_on=None)
    assert _rises(kept, june(17)) == ""
    assert _rises(kept, june(18)) == "missed_lead"
    assert ladder.next_alarm(kept, DEFAULT_RULES, june(12), PLAIN) == june(18)


def test_what_was_true_when_the_level_was_lowered_is_spent_and_the_next_rule_is_not() -> None:
    now = replace(LATE, lowered_on=june(15))
    assert _rises(now, june(18)) == ""
    assert _rises(now, june(19)) == "late_coordinator"
    assert ladder.next_alarm(now, DEFAULT_RULES, june(15), PLAIN) == june(19)


def test_what_stays_late_after_its_level_was_lowered_is_asked_for_again_from_below() -> None:
    now = replace(LATE, lowered_on=june(22))
    assert _rises(now, june(26)) == ""
    assert _rises(now, june(29)) == "late_lead"
    assert ladder.next_alarm(now, DEFAULT_RULES, june(22), PLAIN) == june(29)


def test_in_trial_mode_levels_three_and_four_are_named_but_not_raised() -> None:
    now = replace(LATE, level=2)
    assert _rises(now, june(19), highest=HIGHEST_IN_TRIAL) == ""
    held = ladder.withheld(now, DEFAULT_RULES, june(19), PLAIN, highest=HIGHEST_IN_TRIAL)
    assert held is not None
    assert held.code == "late_coordinator"
    again = ladder.next_alarm(now, DEFAULT_RULES, june(19), PLAIN, highest=HIGHEST_IN_TRIAL)
    assert again == june(26)


def test_a_rule_that_is_switched_off_or_has_no_offset_never_fires() -> None:
    off = [replace(rule, is_active=False) for rule in DEFAULT_RULES]
    assert ladder.raise_to(LATE, off, june(30), PLAIN) is None
    assert ladder.next_alarm(LATE, off, june(30), PLAIN) is None


def test_nothing_rises_while_no_promise_runs() -> None:
    paused = replace(LATE, cycle_from=None)
    assert _rises(paused, june(30)) == ""
    assert ladder.next_alarm(paused, DEFAULT_RULES, june(30), PLAIN) is None


def test_a_duty_has_its_days_and_that_of_the_leader_lasts_until_the_next_weekly_meeting() -> None:
    rules = {rule.code: rule for rule in DEFAULT_RULES}
    assert ladder.act_by(rules["late_lead"], june(12), PLAIN) == june(15)
    assert ladder.act_by(rules["late_department"], june(12), PLAIN) == june(16)
    meeting = rules["missed_coordinator"]
    assert ladder.act_by(meeting, june(12), PLAIN) == june(15)
    assert ladder.act_by(meeting, june(15), PLAIN) == june(22)
    holiday = WorkingCalendar([Day(june(22), False, "Nghỉ")])
    assert ladder.act_by(meeting, june(15), holiday) == june(23)
    thursday = 3
    assert ladder.act_by(meeting, june(15), PLAIN, meeting_weekday=thursday) == june(18)


def test_what_was_done_holds_for_a_week_and_is_asked_for_again_while_still_late() -> None:
    done = replace(LATE, level=3, quiet_since=june(19))
    assert ladder.asks_again_on(done, PLAIN) == june(26)
    assert ladder.next_alarm(done, DEFAULT_RULES, june(19), PLAIN) == june(26)
    assert ladder.asks_again_on(replace(done, duty_due_on=june(22)), PLAIN) is None
    assert ladder.asks_again_on(replace(done, level=0), PLAIN) is None


def test_what_came_down_to_a_level_that_nobody_owes_anything_for_is_asked_for_again() -> None:
    back = replace(LATE, level=2, lowered_on=june(22), quiet_since=june(22))
    assert _rises(back, june(29)) == ""
    assert ladder.asks_again_on(back, PLAIN) == june(29)
    assert ladder.next_alarm(back, DEFAULT_RULES, june(22), PLAIN) == june(29)


def test_the_receivers_of_skipped_levels_are_told() -> None:
    assert list(ladder.skipped(0, 3)) == [1, 2]
    assert list(ladder.skipped(2, 3)) == []


DATES = st.dates(june(1), date(2026, 7, 31))
MAYBE = st.none() | DATES
ROWS = st.dictionaries(DATES, st.booleans(), max_size=15)
RULES = st.lists(
    st.builds(
        Rule,
        code=st.text("ab", min_size=1, max_size=3),
        level=st.integers(0, 4),
        trigger=st.sampled_from(Trigger),
        offset_days=st.none() | st.integers(0, 12),
        urgent_offset_days=st.none() | st.integers(0, 12),
        communes=st.none() | st.integers(1, 12),
        days_to_act=st.none() | st.integers(1, 5),
        is_active=st.booleans(),
    ),
    max_size=8,
)
SITUATIONS = st.builds(
    Situation,
    level=st.integers(0, 4),
    is_urgent=st.booleans(),
    cycle_from=MAYBE,
    due_soon_on=MAYBE,
    due_on=MAYBE,
    no_news_on=MAYBE,
    is_disputed=st.booleans(),
    awaits_routing=st.booleans(),
    communes=st.integers(0, 12),
    has_joined_before=st.booleans(),
    is_reminded=st.booleans(),
    lowered_on=MAYBE,
    duty_due_on=MAYBE,
    unmarked_due_on=MAYBE,
    plan_until=MAYBE,
    quiet_since=MAYBE,
)


def _calendar(rows: dict[date, bool]) -> WorkingCalendar:
    return WorkingCalendar(Day(on, is_work, "X") for on, is_work in rows.items())


@given(SITUATIONS, RULES, DATES, ROWS, st.integers(1, 4))
def test_a_level_only_rises_and_by_the_highest_true_rule(
    now: Situation, rules: list[Rule], today: date, rows: dict[date, bool], highest: int
) -> None:
    calendar = _calendar(rows)
    found = ladder.raise_to(now, rules, today, calendar, highest=highest)
    first = ladder.first_step(rules, is_urgent=now.is_urgent)
    true = [
        rule.level
        for rule in rules
        if (on := ladder.fires_on(rule, now, calendar, is_first_step=rule is first)) is not None
        and on <= today
        and now.level < rule.level <= highest
    ]
    assert (found.level if found else None) == max(true, default=None)


@given(SITUATIONS, RULES, DATES, ROWS)
def test_rules_fire_and_alarms_fall_on_working_days_alone(
    now: Situation, rules: list[Rule], today: date, rows: dict[date, bool]
) -> None:
    calendar = _calendar(rows)
    fired = [ladder.fires_on(rule, now, calendar) for rule in rules if rule.trigger in _COUNTED]
    alarm = ladder.next_alarm(now, rules, today, calendar)
    assert all(on is None or calendar.is_working(on) for on in fired)
    assert alarm is None or (alarm > today and (calendar.is_working(alarm) or alarm == now.cycle_from))


_COUNTED = {Trigger.DUE_SOON, Trigger.DAYS_LATE, Trigger.NO_NEWS, Trigger.MISSED}


@given(SITUATIONS, RULES, DATES, ROWS, st.integers(1, 40))
def test_nothing_rises_between_today_and_the_next_alarm(
    now: Situation, rules: list[Rule], today: date, rows: dict[date, bool], ahead: int
) -> None:
    calendar = _calendar(rows)
    if ladder.raise_to(now, rules, today, calendar) is not None:
        return
    alarm = ladder.next_alarm(now, rules, today, calendar)
    day = today + timedelta(days=ahead)
    if calendar.is_working(day) and (alarm is None or day < alarm):
        assert ladder.raise_to(now, rules, day, calendar) is None


@given(SITUATIONS, RULES, st.sampled_from([2, 4]), DATES, ROWS)
def test_where_lateness_raises_at_all_nothing_that_has_a_date_is_forgotten(
    now: Situation, rules: list[Rule], highest: int, today: date, rows: dict[date, bool]
) -> None:
    """Whatever was raised, done, lowered or withheld: somebody owes something, or the morning looks at it again."""
    running = replace(
        now,
        cycle_from=now.cycle_from or MONDAY,
        due_on=now.due_on or DUE,
        quiet_since=now.quiet_since or MONDAY,
    )
    for ladder_of in (rules, DEFAULT_RULES):
        if not _raises_by_lateness(ladder_of, is_urgent=running.is_urgent):
            continue
        alarm = ladder.next_alarm(running, ladder_of, today, _calendar(rows), highest=highest)
        assert alarm is not None or running.duty_due_on is not None


def _raises_by_lateness(rules: Sequence[Rule], *, is_urgent: bool) -> bool:
    first = ladder.first_step(rules, is_urgent=is_urgent)
    return first is not None and first.level > 0


@given(SITUATIONS, RULES, DATES, ROWS)
def test_a_lower_offset_never_raises_later(
    now: Situation, rules: list[Rule], today: date, rows: dict[date, bool]
) -> None:
    calendar = _calendar(rows)
    sooner = [
        replace(rule, offset_days=rule.offset_days and 0, urgent_offset_days=rule.urgent_offset_days and 0)
        for rule in rules
    ]
    plain = replace(now, lowered_on=None)
    before, after = (ladder.raise_to(plain, each, today, calendar) for each in (rules, sooner))
    assert before is None or (after is not None and after.level >= before.level)


@given(DATES, ROWS, st.integers(ladder.MONDAY, ladder.FRIDAY))
def test_the_meeting_is_the_next_of_its_weekday_or_the_first_worked_day_after_it(
    today: date, rows: dict[date, bool], weekday: int
) -> None:
    calendar = _calendar(rows)
    meeting = next(rule for rule in DEFAULT_RULES if rule.code == "missed_coordinator")
    on = ladder.act_by(meeting, today, calendar, meeting_weekday=weekday)
    planned = next(
        day for day in (today + timedelta(days=n) for n in range(1, 8)) if day.weekday() == weekday
    )
    assert today < planned <= on
    assert calendar.is_working(on)
    assert not any(calendar.is_working(planned + timedelta(days=n)) for n in range((on - planned).days))
