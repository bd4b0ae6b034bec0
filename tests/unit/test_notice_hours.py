"""Mail leaves in office hours only: nights, weekends and days off wait for the next working morning."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import LOCAL_ZONE, local
from tracker.deadlines.calendar import Day, WorkingCalendar
from tracker.notifications.hours import (
    CLOSES,
    OPENS,
    is_saturday_morning,
    next_morning,
    sendable_at,
    sendable_on_saturdays,
)

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=LOCAL_ZONE)
)
calendars = st.lists(
    st.builds(
        Day,
        on=st.dates(date(2025, 1, 1), date(2028, 2, 1)),
        is_work=st.booleans(),
        name=st.just("ngày"),
    ),
    max_size=60,
).map(WorkingCalendar)


def at(text: str) -> datetime:
    """A local moment."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


def test_office_hours_are_now_and_anything_else_is_the_next_working_morning() -> None:
    calendar = WorkingCalendar([Day(date(2026, 6, 1), is_work=False, name="nghỉ")])
    assert sendable_at(at("2026-06-02 07:00"), calendar) == at("2026-06-02 07:00")
    assert sendable_at(at("2026-06-02 19:59:59"), calendar) == at("2026-06-02 19:59:59")
    assert sendable_at(at("2026-06-02 20:00"), calendar) == at("2026-06-03 07:00")
    assert sendable_at(at("2026-06-02 06:59"), calendar) == at("2026-06-02 07:00")
    assert sendable_at(at("2026-05-29 20:00"), calendar) == at("2026-06-02 07:00")
    assert sendable_at(at("2026-05-30 10:00"), calendar) == at("2026-06-02 07:00")
    assert next_morning(at("2026-06-02 07:01"), calendar) == at("2026-06-03 07:00")
    assert next_morning(at("2026-06-02 07:00"), calendar) == at("2026-06-02 07:00")


@given(moments, calendars)
def test_no_mail_leaves_before_its_time_at_night_or_on_a_day_off(
    moment: datetime, calendar: WorkingCalendar
) -> None:
    for chosen in (sendable_at(moment, calendar), next_morning(moment, calendar)):
        here = local(chosen)
        assert chosen >= moment
        assert calendar.is_working(here.date())
        assert OPENS <= here.time() < CLOSES
        assert sendable_at(chosen, calendar) == chosen


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)), calendars)
def test_what_comes_later_never_leaves_earlier(
    moment: datetime, later: timedelta, calendar: WorkingCalendar
) -> None:
    for rule in (sendable_at, next_morning):
        assert rule(moment, calendar) <= rule(moment + later, calendar)


def test_who_works_on_saturday_mornings_is_reached_then_and_nobody_on_a_named_day_off() -> None:
    calendar = WorkingCalendar([Day(date(2026, 6, 13), is_work=False, name="nghỉ")])
    assert sendable_on_saturdays(at("2026-06-05 20:30"), calendar) == at("2026-06-06 07:00")
    assert sendable_on_saturdays(at("2026-06-06 08:00"), calendar) == at("2026-06-06 08:00")
    assert sendable_on_saturdays(at("2026-06-06 12:00"), calendar) == at("2026-06-08 07:00")
    assert sendable_on_saturdays(at("2026-06-12 20:30"), calendar) == at("2026-06-15 07:00")
    assert sendable_on_saturdays(at("2026-06-03 08:00"), calendar) == at("2026-06-03 08:00")
    assert not is_saturday_morning(at("2026-06-07 08:00"), calendar)


@given(moments, calendars)
def test_saturday_mornings_only_ever_add_hours(moment: datetime, calendar: WorkingCalendar) -> None:
    chosen = sendable_on_saturdays(moment, calendar)
    assert moment <= chosen <= sendable_at(moment, calendar)
    assert sendable_on_saturdays(chosen, calendar) == chosen
