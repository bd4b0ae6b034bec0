"""Who may direct whom, who may record for a leader, who reports and who ends it. Pure."""

from dataclasses import replace

from tracker.issues.standing import COMMUNE_ROLES
from tracker.permissions import Actor, Role

LEADING = (Role.PROVINCIAL_LEADER, Role.DEPARTMENT_LEADER, Role.COORDINATOR)
"""Whose directives a deputy looks after while he stands in for one of them."""


def may_give(giver: Actor, *, holder_id: int | None, coordinating_unit_id: int, target_id: int) -> bool:
    """A provincial leader and the coordinator direct any unit, a department leader his own for what it holds."""
    if Role.PROVINCIAL_LEADER in giver.roles or giver.holds(coordinating_unit_id, Role.COORDINATOR):
        return True
    return target_id == holder_id and giver.holds(holder_id, Role.DEPARTMENT_LEADER)


def may_record(assistant: Actor, leader: Actor) -> bool:
    """An assistant records for a provincial leader, and for a department leader of his own unit; never for himself."""
    if assistant.account_id == leader.account_id or Role.LEADER_ASSISTANT not in assistant.roles:
        return False
    if Role.PROVINCIAL_LEADER in leader.roles:
        return True
    units = {unit_id for role, unit_id in assistant.grants if role is Role.LEADER_ASSISTANT}
    return any(leader.holds(unit_id, Role.DEPARTMENT_LEADER) for unit_id in units)


def may_report(person: Actor, unit_id: int, owner_id: int | None) -> bool:
    """The unit's lead or leader, the commune's people, or the owner where he belongs to that unit."""
    if person.holds(unit_id, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR, *COMMUNE_ROLES):
        return True
    return person.account_id == owner_id and person.holds(unit_id, Role.GROUP_MEMBER)


def is_looked_after_by(person: Actor, giver_id: int) -> bool:
    """Whether the directives of this giver are the person's to end: his own, or while he stands in for him."""
    if person.account_id == giver_id:
        return True
    return any(holder == giver_id and role in LEADING for role, _, holder in person.stands_in)


def with_own_rights(person: Actor) -> Actor:
    """The person without what he may do as somebody's deputy."""
    return person.guises()[0]


def in_the_name_of(assistant: Actor, leader: Actor) -> Actor:
    """Who records for a leader as the rules see him: the leader's own rights and nothing else, and two persons.

    The acting person stays the assistant; separation of duties looks at him, at the leader, and at everybody for whom
    the assistant stands in.
    """
    rights = with_own_rights(leader).grants
    absent = assistant.absent | {leader.account_id}
    if not rights:
        return replace(assistant, grants=rights, own=None, stands_in=frozenset(), absent=absent)
    return replace(
        assistant,
        grants=assistant.grants | rights,
        own=frozenset(),
        stands_in=frozenset((role, unit_id, leader.account_id) for role, unit_id in rights),
        absent=absent,
    )
