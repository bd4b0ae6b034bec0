"""The province's switches: names, types, defaults, reading and writing.

Owns: every decision that a province takes for itself. Must not act on them.
"""

import json
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.directory.models import Switch
from tracker.kept import kept


@dataclass(frozen=True)
class Switches:
    """All switches with their defaults. `_days` are working days, local hours are HH:MM, '' for none."""

    province_code: str = ""
    province_name: str = ""
    is_demo: bool = False
    coordinating_unit_id: int = 0
    commune_sign_off: bool = False
    members_take_issues: bool = True
    second_check_on_documents: bool = False
    communes_see_holdings: bool = True
    phone_confirmation: bool = True
    leader_confirms_recorded: bool = True
    """Whether what was recorded for a leader waits for his own word."""
    cut_off_hour: str = ""
    saturday_units: str = ""
    """Keys of units that work on Saturday mornings, comma between: mail reaches them then. Changes no due date."""
    silence_days: int = 5
    correct_days: int = 2
    reopen_calendar_days: int = 30
    first_target_days: int = 7
    intake_days: int = 1
    routing_days: int = 1
    approval_days: int = 2
    """Desk deadlines: from sending to acceptance, for the coordinator's routing, for an approval."""
    clarify_cycle_days: int = 3
    new_cycle_days: int = 5
    second_factor_roles: str = ""
    """Roles (values of `Role`, comma between; `*`: every role) that need a second factor to sign in."""
    second_factor_after_oidc: bool = False
    """Whether the second factor is asked for after the sign-in service too; else that service answers for it."""
    levels_3_4_automatic: bool = True
    """Whether escalation reaches the coordinator and the provincial leader by itself."""
    meeting_weekday: int = 0
    """Weekday of the leaders' weekly meeting, by which what came to a provincial leader is decided; 0: Monday."""
    trial_mode: bool = False
    """Whether what would reach them by itself is only listed for the first days."""
    trial_started_on: str = ""
    """First day of the trial, YYYY-MM-DD; '': it lasts until it is turned off."""
    trial_calendar_days: int = 30

    @property
    def saturday_unit_ids(self) -> frozenset[int]:
        """The units that work on Saturday mornings."""
        return frozenset(int(key) for key in self.saturday_units.split(",") if key)


_STORED = select(Switch.name, Switch.value)
_TYPES = {item.name: type(item.default) for item in fields(Switches)}


def read_switches(session: Session) -> Switches:
    """The switches as stored; a name that is not stored has its default."""
    return kept(session, "switches", _read)


def _read(session: Session) -> Switches:
    stored = {name: json.loads(value) for name, value in session.execute(_STORED)}
    return Switches(**{name: value for name, value in stored.items() if name in _TYPES})


def set_switch(session: Session, name: str, value: bool | int | str) -> None:
    """Store one switch. Raises KeyError for an unknown name, TypeError for a value of another type."""
    if type(value) is not _TYPES[name]:
        raise TypeError(f"{name} takes {_TYPES[name].__name__}")
    row = session.get(Switch, name)
    if row is None:
        session.add(Switch(name=name, value=json.dumps(value)))
    else:
        row.value = json.dumps(value)
    session.flush()
