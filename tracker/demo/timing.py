"""When the sample difficulties happen, relative to the day on which the demonstration is built.

Owns: moving the dates of the file, working days counted back from the last worked day before today, office hours, and
telling many stories at once in the order of their moments. Must not know what happens in a story.

The file was written as of 20/11/2026. All its dates move by the same number of days, so that this day becomes the last
worked day before today; what would fall on a day off goes to the next working day. Order and spacing stay. Where
the province would be older than the units themselves, all spacing shrinks alike. Matters that are to be seen in a
certain state today are dated by working days before today instead (`ago`): so they are, on every day of the week.
"""

import heapq
import random
from collections.abc import Callable, Generator
from datetime import date, datetime, time, timedelta

from tracker import clock
from tracker.deadlines.calendar import WorkingCalendar

Story = Generator[datetime, None, None]
"""Yields the moment at which it wants to go on."""

FIRST_DAY = date(2025, 7, 2)
"""The first day of the stories; units exist since the day before."""
_TOLD_ON = date(2026, 11, 20)
_OLDEST = date(2025, 7, 21)
_ONE_DAY = timedelta(days=1)
_NIGHT = time(0, 15)
_CLOSING = time(17)
_MINUTES = (*range(7 * 60 + 35, 11 * 60), *range(13 * 60 + 35, 15 * 60))
"""Minutes of the day in which somebody begins to do something; what follows at once fits in before 17:00."""


class Dates:
    """The days of the demonstration."""

    def __init__(self, calendar: WorkingCalendar, today: date) -> None:
        self.calendar = calendar
        self.last = calendar.back(today - _ONE_DAY, 0)
        self._scale = min(1.0, (self.last - FIRST_DAY) / (_TOLD_ON - _OLDEST))

    def moved(self, written: date) -> date:
        """A date of the file, moved to the working day on which it happens here."""
        return self.calendar.next_working(self.last - (_TOLD_ON - written) * self._scale)

    def ago(self, days: int) -> date:
        """So many working days before the last one; 0 is the last worked day before today."""
        return self.calendar.back(self.last, days)


class Pace:
    """The moments of one story, each later than the one before; the same ones at every build of a day."""

    def __init__(self, dates: Dates, seed: str) -> None:
        self.dates = dates
        self.random = random.Random(seed)
        self.now = datetime.combine(FIRST_DAY, time(), clock.LOCAL_ZONE)

    @property
    def day(self) -> date:
        """The day of the last moment."""
        return self.now.date()

    def on(self, day: date) -> datetime:
        """In office hours of that day, or of the present one when it has passed."""
        minutes = self.random.choice(_MINUTES)
        moment = datetime.combine(max(day, self.day), time(minutes // 60, minutes % 60), clock.LOCAL_ZONE)
        if moment <= self.now:
            moment = self.now + timedelta(minutes=self.random.randint(4, 14))
        self.now = moment
        return moment

    def after(self, days: int) -> datetime:
        """So many working days after the last moment; 0 is the same day."""
        return self.on(self.dates.calendar.add(self.day, days) if days else self.day)

    def ago(self, days: int) -> datetime:
        """So many working days before the last one of the demonstration."""
        return self.on(self.dates.ago(days))


def tell(
    stories: list[Story], last_day: date, until: datetime, every_night: Callable[[date], object]
) -> None:
    """Tell all stories, moment by moment, until the closing hour of the last day; the jobs of each night until `until`.

    A story that would go on after that stays where it is.
    """
    waiting = [(next(story), order, story) for order, story in enumerate(stories)]
    heapq.heapify(waiting)
    end = datetime.combine(last_day, _CLOSING, clock.LOCAL_ZONE)
    night = datetime.combine(FIRST_DAY, _NIGHT, clock.LOCAL_ZONE)
    while night <= until:
        with clock.travel(night):
            every_night(night.date())
        night += _ONE_DAY
        while waiting and waiting[0][0] < min(night, end):
            moment, order, story = heapq.heappop(waiting)
            with clock.travel(moment):
                following = next(story, None)
            if following is not None:
                heapq.heappush(waiting, (following, order, story))
