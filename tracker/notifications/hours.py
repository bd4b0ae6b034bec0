"""When a notice may leave by mail.

Owns: office hours of mail. Nights, weekends and days off wait for the next working morning (product.md, Escalation).
Pure: neither the database nor the wall clock.
"""

from datetime import date, datetime, time

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar

OPENS, CLOSES = time(7, 0), time(20, 0)
"""Local time; a mail leaves from OPENS on and before CLOSES."""


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
