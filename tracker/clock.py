"""The only source of the present moment.

Owns: what "now" and "today" mean (UTC instants, local dates of Asia/Ho_Chi_Minh) and a way to travel for the
demonstration data and for tests. Must not know any rule about working days.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_travelled_to: ContextVar[datetime | None] = ContextVar("clock_travelled_to", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _travelled_to.get() or datetime.now(UTC)


def today() -> date:
    """The present local date in Vietnam."""
    return local_date(now())


def local(instant: datetime) -> datetime:
    """The instant as local time of Vietnam (+07:00, no daylight saving)."""
    return instant.astimezone(LOCAL_ZONE)


def local_date(instant: datetime) -> date:
    """The local date on which the instant falls."""
    return local(instant).date()


def start_of(day: date) -> datetime:
    """The instant at which the local date begins."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


@contextmanager
def travel(instant: datetime) -> Iterator[None]:
    """Within the block, now() is the given aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _travelled_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _travelled_to.reset(token)
