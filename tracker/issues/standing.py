"""Who somebody is for a given matter: owner, lead, department leader, coordinator, or who speaks for a party.

Owns: substitution, and which party fits which act. Pure. Which act asks for what is said in `issues.policy` and in the
rules beside it.
"""

from collections.abc import Callable

from tracker.issues.matter import Matter, Party, Person
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

Rule = Callable[[Person, Matter], bool]

COMMUNE_ROLES = (Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER)
GROUP_ROLES = (Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)


def is_coordinator(person: Person, matter: Matter) -> bool:
    """Coordinator in the coordinating unit."""
    return person.holds(matter.coordinating_unit_id, Role.COORDINATOR)


def is_director(person: Person, matter: Matter) -> bool:
    """Department leader of the holder; where it has none, the coordinator stands in."""
    if matter.directors:
        return person.holds(matter.holder_id, Role.DEPARTMENT_LEADER)
    return is_coordinator(person, matter)


def is_lead(person: Person, matter: Matter) -> bool:
    """Group lead of the holder; without an active one the department leader, without him the coordinator.

    While routing is awaited the matter lies on the coordinator's desk.
    """
    if matter.awaits_routing and is_coordinator(person, matter):
        return True
    if matter.leads:
        return person.holds(matter.holder_id, Role.GROUP_LEAD)
    return is_director(person, matter)


def is_owner(person: Person, matter: Matter) -> bool:
    """The owner, as long as he holds a grant in the holder's group, or who stands in for him there."""
    if person.account_id == matter.owner_id:
        return person.holds(matter.holder_id, *GROUP_ROLES)
    return person.stands_for(matter.owner_id, matter.holder_id, *GROUP_ROLES)


def may_lead(person: Person, matter: Matter) -> bool:
    """Whether the person may do what a lead does: the lead himself or the department leader."""
    return is_lead(person, matter) or is_director(person, matter)


def owner_or_lead(person: Person, matter: Matter) -> bool:
    """The owner, or who leads the holder's group."""
    return is_owner(person, matter) or is_lead(person, matter)


def speaks_for(person: Person, matter: Matter, party: Party) -> bool:
    """Whether the person's word counts as the party's.

    A party that is no commune speaks through the filer or its group lead, never through one who wrote or approved
    the answer; where holder and only party are one unit, the coordinator speaks for it.
    """
    if party.is_commune:
        return person.holds(party.unit_id, *COMMUNE_ROLES)
    present = [each for each in matter.parties if not each.has_left]
    if matter.holder_id == party.unit_id and len(present) == 1 and matter.state is IssueState.ANSWERED:
        return is_coordinator(person, matter) and not made_answer(person, matter)
    if made_answer(person, matter):
        return False
    if person.account_id == matter.filed_by_id:
        return person.holds(party.unit_id, *GROUP_ROLES, Role.COORDINATOR)
    if person.holds(party.unit_id, Role.GROUP_LEAD):
        return True
    return not matter.raiser_leads and person.holds(party.unit_id, Role.DEPARTMENT_LEADER, Role.COORDINATOR)


def made_answer(person: Person, matter: Matter) -> bool:
    """Whether he, or somebody for whom he stands in, wrote, submitted or approved the current answer."""
    answer = matter.answer
    return answer is not None and bool(
        both(person) & {*answer.authors, answer.approver_id, answer.approved_for_id}
    )


def both(person: Person) -> frozenset[int]:
    """The person and all for whom he stands in: separation of duties looks at both, whatever right is used."""
    return person.absent | {person.account_id}


def parties_spoken_for(person: Person, matter: Matter, act: Act) -> tuple[Party, ...]:
    """The parties for which the person may take the act now."""
    fits = _PARTY_FITS[act]
    return tuple(
        party for party in matter.parties if fits(party, matter) and speaks_for(person, matter, party)
    )


def _present(party: Party, _matter: Matter) -> bool:
    return not party.has_left


_PARTY_FITS: dict[Act, Callable[[Party, Matter], bool]] = {
    Act.GIVE_INFO: lambda party, _: party.owes_info and not party.has_left,
    Act.WITHDRAW: _present,
    Act.ADD_INFO: _present,
    Act.CORRECT: lambda party, matter: (
        not party.has_left and party.correct_until is not None and matter.today <= party.correct_until
    ),
    Act.CONFIRM: lambda party, _: party.may_reply and not party.has_left,
    Act.CLARIFY: lambda party, _: party.may_reply and not party.has_left and not party.has_clarified,
    Act.DISPUTE: lambda party, _: party.may_reply and not party.has_left and party.has_clarified,
    Act.REOPEN: lambda party, matter: (
        not party.was_withdrawn and not party.has_reopened and matter.is_reopenable
    ),
}


def for_a_party(act: Act) -> Rule:
    """The rule of an act that a party takes: whoever speaks for one that fits."""

    def rule(person: Person, matter: Matter) -> bool:
        return bool(parties_spoken_for(person, matter, act))

    return rule
