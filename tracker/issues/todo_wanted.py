"""What a group of the home page is made of, and the placeholders that every group shares.

Owns: the shape and the values of the placeholders. Must not know a group: `todo_groups` and `todo_province` do.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, Integer, bindparam

from tracker.accounts.actor import Actor
from tracker.issues.listing import IssueFilter, Todo
from tracker.issues.standing import COMMUNE_ROLES, GROUP_ROLES
from tracker.permissions import Role

Roles = frozenset[Role]
Whose = Literal["nobodys", "owners", "units"]
"""What the person adds to the filter of a group: nothing, himself as owner, his unit where he has one."""


@dataclass(frozen=True)
class Wanted:
    """A group that the person may have: what it counts, and the list that says the same."""

    code: str
    condition: ColumnElement[bool]
    filter: IssueFilter
    whose: Whose = "nobodys"


ME = bindparam("me", type_=Integer())
TODAY = bindparam("today", type_=Date())
PROMISED_UNTIL = bindparam("promised_until", type_=Date())
RAISING = (*GROUP_ROLES, Role.COORDINATOR)
LEADING = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)
_ROLES_OF = {
    "communes": COMMUNE_ROLES,
    "raising": RAISING,
    "led": (Role.GROUP_LEAD,),
    "desks": LEADING,
    "directed": (Role.DEPARTMENT_LEADER,),
}


def units_of(name: str) -> Any:
    """Placeholder for the units in which the person has roles of this kind."""
    return bindparam(name, type_=Integer(), expanding=True)


def asked(actor: Actor, today: date, promised_until: date) -> dict[str, Any]:
    """The values of all placeholders for this person on this local date; `promised_until`: what falls due soon."""
    own = {name: _units_of(actor, *roles) for name, roles in _ROLES_OF.items()}
    return {"me": actor.account_id, "today": today, "promised_until": promised_until, **own}


def _units_of(actor: Actor, *roles: Role) -> list[int]:
    return sorted({unit_id for role, unit_id in actor.grants if role in roles})


def listed(todo: Todo, condition: ColumnElement[bool], *, is_open: bool | None = True) -> Wanted:
    """A group whose list asks for its very condition; `is_open`: None where it has closed issues too."""
    return Wanted(todo.value, condition, IssueFilter(is_open=is_open, todo=todo))
