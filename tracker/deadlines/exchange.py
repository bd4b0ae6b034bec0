"""The table of days as files: CSV and ICS, read row by row and written.

Owns: the two shapes. CSV is `date,kind,name,source,status`; in ICS a day is a VEVENT with a date, CATEGORIES OFF or
WORK, and STATUS TENTATIVE while it is provisional. Must not touch the table.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker.deadlines.calendar import FIRST_YEAR, LAST_YEAR, Day
from tracker.errors import Invalid
from tracker.text import clean_line

MOST_ROWS = 1000
MOST_BYTES = 1_000_000
NAME_LIMIT = 200
COLUMNS = ("date", "kind", "name", "source", "status")
_KINDS = {"off": False, "work": True}
_STATES = {"confirmed": False, "provisional": True, "": True}


@dataclass(frozen=True)
class Read:
    """One row of a file: the day that it means, or the code of what is wrong with it."""

    number: int
    text: str
    day: Day | None = None
    fault: str = ""


def read_days(content: bytes) -> list[Read]:
    """The rows of a CSV or ICS file in their order. Raises Invalid where it is neither, or too long."""
    if len(content) > MOST_BYTES:
        raise Invalid("file", "calendar_file_too_long", limit=MOST_ROWS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("file", "calendar_file_not_read") from error
    rows = _from_ics(text) if text.lstrip().startswith("BEGIN:VCALENDAR") else _from_csv(text)
    if not rows:
        raise Invalid("file", "calendar_file_not_read")
    if len(rows) > MOST_ROWS:
        raise Invalid("file", "calendar_file_too_long", limit=MOST_ROWS)
    return _without_doubles(rows)


def to_csv(days: Iterable[Day]) -> str:
    """The days as CSV, by date."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for day in sorted(days, key=lambda day: day.on):
        writer.writerow(
            (
                day.on.isoformat(),
                "work" if day.is_work else "off",
                day.name,
                day.source,
                "provisional" if day.is_provisional else "confirmed",
            )
        )
    return target.getvalue()


def to_ics(days: Iterable[Day]) -> bytes:
    """The days as ICS, by date; the same days give the same bytes."""
    from icalendar import Calendar, Event  # large, and seldom needed

    calendar = Calendar()
    calendar.add("prodid", "-//tracker//calendar of working days//VI")
    calendar.add("version", "2.0")
    for day in sorted(days, key=lambda day: day.on):
        event = Event()
        event.add("uid", f"{day.on.isoformat()}@calendar.tracker")
        event.add("dtstamp", datetime.combine(day.on, time(), UTC))
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.name)
        event.add("categories", ["WORK" if day.is_work else "OFF"])
        event.add("status", "TENTATIVE" if day.is_provisional else "CONFIRMED")
        if day.source:
            event.add("description", day.source)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _from_csv(text: str) -> list[Read]:
    reader = csv.DictReader(io.StringIO(text))
    if not {"date", "kind", "name"} <= set(reader.fieldnames or ()):
        return []
    try:
        return [_row(number, row) for number, row in enumerate(reader, 2)]
    except csv.Error as error:
        raise Invalid("file", "calendar_file_not_read") from error


def _row(number: int, row: Mapping[str | None, object]) -> Read:
    values = {name: clean_line(str(row.get(name) or "")) for name in COLUMNS}
    shown = ", ".join(value for value in values.values() if value)
    try:
        on = date.fromisoformat(values["date"])
    except ValueError:
        return Read(number, shown, fault="calendar_date_not_read")
    if values["kind"] not in _KINDS or values["status"] not in _STATES:
        return Read(number, shown, fault="calendar_kind_not_known")
    return _checked(
        number,
        shown,
        Day(on, _KINDS[values["kind"]], values["name"], _STATES[values["status"]], values["source"]),
    )


def _from_ics(text: str) -> list[Read]:
    from icalendar import Calendar

    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise Invalid("file", "calendar_file_not_read") from error
    return [row for number, event in enumerate(events, 1) for row in _of_event(number, event)]


def _of_event(number: int, event: Any) -> list[Read]:
    name = clean_line(str(event.get("summary", "")))
    try:
        first, last = event.decoded("dtstart"), event.decoded("dtend", None)
    except (KeyError, ValueError):
        return [Read(number, name, fault="calendar_date_not_read")]
    if isinstance(first, datetime) or not isinstance(first, date):
        return [Read(number, name, fault="calendar_date_not_read")]
    length = (last - first).days if isinstance(last, date) and not isinstance(last, datetime) else 1
    if not 1 <= length <= 31:
        return [Read(number, name, fault="calendar_date_not_read")]
    is_work = "WORK" in _categories(event)
    source = clean_line(str(event.get("description", "")))
    is_provisional = str(event.get("status", "TENTATIVE")).upper() != "CONFIRMED"
    days = [first + timedelta(days=gap) for gap in range(length)]
    return [
        _checked(number, f"{on.isoformat()}, {name}", Day(on, is_work, name, is_provisional, source))
        for on in days
    ]


def _categories(event: Any) -> set[str]:
    found = event.get("categories")
    every = found if isinstance(found, list) else [found] if found is not None else []
    return {str(name).upper() for each in every for name in getattr(each, "cats", ())}


def _checked(number: int, shown: str, day: Day) -> Read:
    if not FIRST_YEAR <= day.on.year <= LAST_YEAR:
        return Read(number, shown, fault="calendar_date_not_read")
    if not day.name or len(day.name) > NAME_LIMIT or len(day.source) > NAME_LIMIT:
        return Read(number, shown, fault="calendar_name_missing")
    return Read(number, shown, day)


def _without_doubles(rows: Iterable[Read]) -> list[Read]:
    seen: set[date] = set()
    checked = []
    for row in rows:
        is_double = row.day is not None and row.day.on in seen
        checked.append(Read(row.number, row.text, fault="row_twice") if is_double else row)
        if row.day is not None:
            seen.add(row.day.on)
    return checked
