"""When a notice may leave by mail.

Owns: office hours of mail. Nights, weekends and days off wait for the next working morning (product.md, Escalation).
Pure: neither the database nor the wall clock.
"""

from datetime import date, datetime, time, timedelta

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar

OPENS, CLOSES = time(7, 0), time(20, 0)
"""Local time; a mail leaves from OPENS on and before CLOSES."""
_SATURDAY = 5
SATURDAY_CLOSES = time(12, 0)
"""For who works on Saturday mornings."""


def is_saturday_morning(moment: datetime, calendar: WorkingCalendar) -> bool:
    """Whether it is the morning of a Saturday that is not a day off by name."""
    here = clock.local(moment)
    is_plain = here.weekday() == _SATURDAY and not calendar.day_off_name(here.date())
    return is_plain and OPENS <= here.time() < SATURDAY_CLOSES


def sendable_on_saturdays(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """As `sendable_at`, for who works on Saturday mornings too."""
    if is_saturday_morning(moment, calendar):
        return moment
    usual = sendable_at(moment, calendar)
    here = clock.local(moment)
    saturday = _morning(here.date() + timedelta(days=(_SATURDAY - here.weekday()) % 7))
    if moment < saturday < usual and is_saturday_morning(saturday, calendar):
        return saturday
    return usual


def sendable_at(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """The first moment from this one on at which a mail may leave."""
    here = clock.local(moment)
    if calendar.is_working(here.date()) and OPENS <= here.time() < CLOSES:
        return moment
    return next_morning(moment, calendar)


def next_morning(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """The first working morning that is not over yet: 07:00 local time, later than the moment or that moment."""
    here = clock.local(moment)
    if calendar.is_working(here.date()) and here.time() <= OPENS:
        return _morning(here.date())
    return _morning(calendar.next_working(date.fromordinal(here.toordinal() + 1)))


def _morning(day: date) -> datetime:
    return datetime.combine(day, OPENS, clock.LOCAL_ZONE)
