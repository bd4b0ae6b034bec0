"""Who may raise by hand, decline, lower, and plan. Pure; `issues.policy` holds the rules with all others."""

from tracker.deadlines.ladder import HIGHEST
from tracker.issues.matter import Matter, Person
from tracker.issues.standing import is_coordinator, is_director, is_lead, is_owner
from tracker.permissions import Role

COMMUNE_RAISES_TO = 2


def level_asked(person: Person, matter: Matter) -> int:
    """The level to which the person may raise by hand (product.md, Escalation); 0: none."""
    if matter.due_on is None:
        return 0
    if is_coordinator(person, matter):
        return 4
    if is_director(person, matter):
        return 3
    if is_lead(person, matter) or asks_for_commune(person, matter):
        return COMMUNE_RAISES_TO
    return 1 if is_owner(person, matter) else 0


def asks_for_commune(person: Person, matter: Matter) -> bool:
    """A commune's leader asks to look higher, only when the matter is late or disputed."""
    is_pressing = matter.is_disputed or (matter.due_on is not None and matter.today > matter.due_on)
    return is_pressing and any(
        party.is_commune and not party.has_left and person.holds(party.unit_id, Role.COMMUNE_LEADER)
        for party in matter.parties
    )


def may_escalate(person: Person, matter: Matter) -> bool:
    """Above the present level alone: it stands there already."""
    return level_asked(person, matter) > matter.level


def receives(person: Person, matter: Matter, level: int) -> bool:
    """Whether the level is reported to the person: its duty is his, or may be."""
    if level == HIGHEST:
        return Role.PROVINCIAL_LEADER in person.roles
    return {1: is_lead, 2: is_director, 3: is_coordinator}[level](person, matter)


def may_lower(person: Person, matter: Matter) -> bool:
    """The receiver of the level, or of a higher one."""
    return matter.level in range(1, HIGHEST + 1) and any(
        receives(person, matter, level) for level in range(matter.level, HIGHEST + 1)
    )


def may_decline(person: Person, matter: Matter) -> bool:
    """Its receiver, where it was raised by hand."""
    is_by_hand = matter.is_raised_by_hand and matter.level in range(1, HIGHEST + 1)
    return is_by_hand and receives(person, matter, matter.level)


def may_plan(person: Person, matter: Matter) -> bool:
    """The receiver of the level, once; what the provincial leader decides is a directive."""
    is_open = matter.level in range(1, HIGHEST) and matter.due_on is not None and not matter.has_plan
    return is_open and receives(person, matter, matter.level)
