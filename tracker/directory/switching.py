"""Changing the province's switches: several at once, within their limits, with one audit entry.

Owns: the limits. Must not know what a switch does; its words stand in `switch_words`.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.directory import queries
from tracker.directory.changes import record_change, refuse_stale
from tracker.directory.models import Switch
from tracker.directory.switches import read_switches, set_switch
from tracker.errors import Invalid
from tracker.permissions import Actor

NOT_CHANGED_HERE = {"province_code", "province_name", "is_demo"}
"""Set when the province is loaded."""
FEWEST_DAYS, MOST_DAYS = 1, 250
MEETING_WEEKDAYS = range(5)
"""Monday to Friday, as `date.weekday()` counts."""
_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")

Value = bool | int | str


def changeable(session: Session) -> dict[str, Value]:
    """The switches that the administrator may change, by name in their order."""
    return {
        name: value for name, value in asdict(read_switches(session)).items() if name not in NOT_CHANGED_HERE
    }


def change_switches(session: Session, actor: Actor, values: Mapping[str, Value], *, seen: str) -> bool:
    """Store what differs; whether anything did. Raises Invalid at the switch, NotPossible for a stale form.

    A form sent again because its answer was lost finds its own values: nothing is left to do, and nothing is refused.
    """
    session.scalars(select(Switch).order_by(Switch.name).with_for_update()).all()
    before = changeable(session)
    if all(_as_stored(name, value) == before[name] for name, value in values.items() if name in before):
        return False
    refuse_stale(before, seen)
    for name, value in values.items():
        if name in before and value != before[name]:
            set_switch(session, name, _checked(session, name, value))
    return record_change(session, actor, "switches_changed", before, changeable(session))


def start_trial(session: Session, today: date) -> None:
    """What a new province begins with: for its first days the two upper levels are only listed."""
    set_switch(session, "trial_mode", True)
    set_switch(session, "trial_started_on", today.isoformat())


def _as_stored(name: str, value: Value) -> Value:
    """An hour is kept as 07:00, however it was typed."""
    return str(value).zfill(len("00:00")) if name.endswith("_hour") and value else value


def _checked(session: Session, name: str, value: Value) -> Value:
    if name.endswith("_days") and not FEWEST_DAYS <= int(value) <= MOST_DAYS:
        raise Invalid(name, "days_between", lowest=FEWEST_DAYS, highest=MOST_DAYS)
    if name.endswith("_weekday") and value not in MEETING_WEEKDAYS:
        raise Invalid(name, "not_a_choice")
    if name.endswith("_hour") and value:
        if not _HOUR.fullmatch(str(value)):
            raise Invalid(name, "hour_shape")
        return _as_stored(name, value)
    if name.endswith("_on") and value and not _is_date(str(value)):
        raise Invalid(name, "calendar_date_not_read")
    if name.endswith("_units") and not all(key.isdigit() for key in str(value).split(",") if value):
        raise Invalid(name, "not_a_choice")
    if name == "coordinating_unit_id" and value not in {u.id for u in queries.units_with_group(session)}:
        raise Invalid(name, "unit_without_group")
    return value


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
