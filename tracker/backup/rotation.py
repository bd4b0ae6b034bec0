"""Which nightly backups stay. Pure.

Owns: the rule. The newest of each of the last days stays, and the newest of each of the last weeks.
"""

from collections.abc import Iterable
from datetime import date, datetime

from tracker import clock


def kept(instants: Iterable[datetime], *, daily: int, weekly: int) -> set[datetime]:
    """The instants that stay: one for each of the last `daily` local dates and `weekly` ISO weeks that have any."""
    by_day: dict[date, datetime] = {}
    by_week: dict[tuple[int, int], datetime] = {}
    for instant in sorted(instants):
        day = clock.local_date(instant)
        by_day[day] = instant
        by_week[day.isocalendar()[:2]] = instant
    return {*list(by_day.values())[len(by_day) - min(daily, len(by_day)) :]} | {
        *list(by_week.values())[len(by_week) - min(weekly, len(by_week)) :]
    }
