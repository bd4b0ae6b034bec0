"""Who may take which act on a given matter, and when: the object rules.

Owns: the rule of each act, substitution and separation of duties, and for whom a deputy acts. Pure: services ask it
before they write, pages to know which acts to offer, so that the two cannot differ. What it looks at is in `matter`.
"""

from functools import cache

from tracker.issues.escalation_policy import may_decline, may_escalate, may_lower, may_plan
from tracker.issues.matter import CurrentAnswer, Matter, Party, Person
from tracker.issues.opinion_rules import may_ask, may_assign, may_cancel, may_give
from tracker.issues.referral_rules import may_keep
from tracker.issues.standing import (
    COMMUNE_ROLES,
    GROUP_ROLES,
    Rule,
    both,
    for_a_party,
    is_coordinator,
    is_director,
    is_lead,
    is_owner,
    may_lead,
    owner_or_lead,
    parties_spoken_for,
)
from tracker.issues.workflow import Act, Outcome, is_possible
from tracker.permissions import Role

__all__ = ["CurrentAnswer", "Matter", "Party", "Person"]
"""What others read of `matter` through this module."""

MOST_EXTENSIONS = 2
_ROUTING_ACTS = frozenset(
    {
        Act.ROUTE,
        Act.ASK_INFO,
        Act.GIVE_INFO,
        Act.RESUME,
        Act.CLOSE_UNINFORMED,
        Act.NEWS,
        Act.CLOSE_ERROR,
        Act.WITHDRAW,
        Act.ADD_INFO,
        Act.HAND_OVER,
        Act.RAISE,
        Act.REMIND,
        Act.ESCALATE,
        Act.DECLINE_ESCALATION,
        Act.LOWER,
        Act.PLAN,
    }
)
"""While the coordinator's routing is awaited only these are possible."""


def _may_send(person: Person, matter: Matter) -> bool:
    unit = matter.raised_by_id
    return person.holds(unit, *COMMUNE_ROLES, *GROUP_ROLES, Role.COORDINATOR)


def _may_sign(person: Person, matter: Matter) -> bool:
    if matter.raiser_has_signer:
        return person.holds(matter.raised_by_id, Role.COMMUNE_LEADER)
    return person.holds(matter.raised_by_id, *COMMUNE_ROLES)


def _may_return_draft(person: Person, matter: Matter) -> bool:
    return person.holds(matter.raised_by_id, *COMMUNE_ROLES)


def _may_assign(person: Person, matter: Matter) -> bool:
    if may_lead(person, matter):
        return True
    return matter.members_take_issues and person.holds(matter.holder_id, Role.GROUP_MEMBER)


def _may_reassign(person: Person, matter: Matter) -> bool:
    """Somebody must own it: what waits for information from the lead's desk comes back there without an owner."""
    return matter.owner_id is not None and may_lead(person, matter)


def _may_transfer(person: Person, matter: Matter) -> bool:
    if matter.is_routed:
        return is_coordinator(person, matter)
    return may_lead(person, matter)


def _may_route(person: Person, matter: Matter) -> bool:
    is_orphaned = not matter.leads and not matter.directors
    return is_coordinator(person, matter) and (matter.awaits_routing or is_orphaned)


def _may_ask_info(person: Person, matter: Matter) -> bool:
    if matter.info_count == 0:
        return owner_or_lead(person, matter)
    if matter.info_count == 1:
        return is_lead(person, matter)
    return is_director(person, matter)


def _may_close_uninformed(person: Person, matter: Matter) -> bool:
    return matter.is_info_overdue and is_lead(person, matter)


def _may_approve(person: Person, matter: Matter) -> bool:
    answer = matter.answer
    if answer is None or both(person) & answer.authors:
        return False
    approvers = _approvers(matter, answer)
    if not approvers:
        return is_coordinator(person, matter)
    if person.account_id not in approvers and person.deputy_of not in approvers:
        return False
    return person.holds(matter.holder_id, Role.DEPARTMENT_LEADER, Role.GROUP_LEAD)


def _approvers(matter: Matter, answer: CurrentAnswer) -> frozenset[int]:
    """Who is left to approve: nobody who wrote or submitted that version."""
    leads_may = answer.is_note and matter.level < 2 and not matter.is_disputed
    return (matter.directors | (matter.leads if leads_may else frozenset())) - answer.authors


def _may_take_back(person: Person, matter: Matter) -> bool:
    is_of_desk = person.holds(matter.holder_id, *GROUP_ROLES) or is_coordinator(person, matter)
    is_author = person.account_id if person.deputy_of is None else person.deputy_of
    return matter.answer is not None and is_author in matter.answer.authors and is_of_desk


def _may_set_number(person: Person, matter: Matter) -> bool:
    answer = matter.answer
    lacks_number = answer is not None and answer.is_sent and answer.lacks_number
    return lacks_number and owner_or_lead(person, matter)


def may_confirm_by_phone(person: Person, matter: Matter) -> bool:
    """Whether the person may record what a commune said on the phone (a switch)."""
    is_asked = any(party.may_reply and party.is_commune and not party.has_left for party in matter.parties)
    return matter.phone_confirmation and is_asked and owner_or_lead(person, matter)


def _may_confirm(person: Person, matter: Matter) -> bool:
    return bool(parties_spoken_for(person, matter, Act.CONFIRM)) or may_confirm_by_phone(person, matter)


def _may_ask_extension(person: Person, matter: Matter) -> bool:
    """On or before the due date, one question at a time, and no third extension."""
    if matter.is_extension_asked or matter.extension_count >= MOST_EXTENSIONS or matter.due_on is None:
        return False
    return matter.today <= matter.due_on and is_owner(person, matter)


def _may_extend(person: Person, matter: Matter) -> bool:
    """The first by the lead, in time or asked in time; the department leader gives that or the second, even late."""
    if matter.due_on is None or matter.extension_count >= MOST_EXTENSIONS:
        return False
    if is_director(person, matter):
        return True
    is_in_time = matter.is_extension_asked or matter.today <= matter.due_on
    return matter.extension_count == 0 and is_in_time and is_lead(person, matter)


def _may_refuse_extension(person: Person, matter: Matter) -> bool:
    return matter.is_extension_asked and _may_extend(person, matter)


def _may_reopen(person: Person, matter: Matter) -> bool:
    if matter.outcome in (Outcome.WITHDRAWN, Outcome.IN_ERROR):
        return False
    return is_coordinator(person, matter) or bool(parties_spoken_for(person, matter, Act.REOPEN))


def _nobody(person: Person, matter: Matter) -> bool:
    return False


RULES: dict[Act, Rule] = {
    Act.SEND: _may_send,
    Act.SIGN: _may_sign,
    Act.RETURN_DRAFT: _may_return_draft,
    Act.ACCEPT: may_lead,
    Act.ASSIGN: _may_assign,
    Act.REASSIGN: _may_reassign,
    Act.TRANSFER: _may_transfer,
    Act.ROUTE: _may_route,
    Act.ASK_INFO: _may_ask_info,
    Act.GIVE_INFO: for_a_party(Act.GIVE_INFO),
    Act.RESUME: owner_or_lead,
    Act.CLOSE_UNINFORMED: _may_close_uninformed,
    Act.WITHDRAW: for_a_party(Act.WITHDRAW),
    Act.CORRECT: for_a_party(Act.CORRECT),
    Act.ADD_INFO: for_a_party(Act.ADD_INFO),
    Act.SET_NUMBER: _may_set_number,
    Act.CLOSE_ERROR: is_coordinator,
    Act.NEWS: owner_or_lead,
    Act.INTERIM: owner_or_lead,
    Act.SUBMIT_ANSWER: is_owner,
    Act.TAKE_BACK: _may_take_back,
    Act.RETURN_ANSWER: _may_approve,
    Act.APPROVE: _may_approve,
    Act.SEND_DOCUMENT: owner_or_lead,
    Act.CONFIRM: _may_confirm,
    Act.CLOSE_READY: _nobody,
    Act.CLARIFY: for_a_party(Act.CLARIFY),
    Act.DISPUTE: for_a_party(Act.DISPUTE),
    Act.EXPIRE: _nobody,
    Act.REOPEN: _may_reopen,
    Act.HAND_OVER: _nobody,
    Act.ASK_EXTENSION: _may_ask_extension,
    Act.EXTEND: _may_extend,
    Act.REFUSE_EXTENSION: _may_refuse_extension,
    Act.ASK_OPINION: may_ask,
    Act.GIVE_OPINION: may_give,
    Act.ASSIGN_OPINION: may_assign,
    Act.CANCEL_OPINION: may_cancel,
    Act.EXPIRE_OPINION: _nobody,
    Act.REFER: may_lead,
    Act.REPLY_IN: owner_or_lead,
    Act.RECALL: is_director,
    Act.FOLLOW_UP: owner_or_lead,
    Act.WAKE: _nobody,
    Act.KEEP: may_keep,
    Act.RAISE: _nobody,
    Act.REMIND: _nobody,
    Act.ESCALATE: may_escalate,
    Act.DECLINE_ESCALATION: may_decline,
    Act.LOWER: may_lower,
    Act.PLAN: may_plan,
}


def is_possible_now(act: Act, matter: Matter) -> bool:
    """Whether the table and the matter's flags allow the act, whoever takes it."""
    if not is_possible(act, matter.state):
        return False
    return not matter.awaits_routing or act in _ROUTING_ACTS


def is_allowed(person: Person, act: Act, matter: Matter) -> bool:
    """Whether this person may take the act, by role, unit and separation of duties, himself or as a deputy."""
    return any(RULES[act](guise, matter) for guise in person.guises())


def acting_for(person: Person, act: Act, matter: Matter) -> int | None:
    """For whom he acts: None where his own rights are enough, else the one absent person whose rights he needs."""
    allowed = (guise.deputy_of for guise in person.guises() if RULES[act](guise, matter))
    return next(allowed, None)


LIKELY_FIRST: tuple[Act, ...] = (
    Act.SIGN,
    Act.SEND,
    Act.GIVE_INFO,
    Act.CONFIRM,
    Act.ROUTE,
    Act.ASSIGN,
    Act.APPROVE,
    Act.GIVE_OPINION,
    Act.SUBMIT_ANSWER,
    Act.SEND_DOCUMENT,
    Act.CLOSE_UNINFORMED,
    Act.SET_NUMBER,
    Act.REPLY_IN,
    Act.FOLLOW_UP,
    Act.KEEP,
    Act.RESUME,
    Act.CLARIFY,
    Act.DISPUTE,
    Act.ASK_INFO,
    Act.ASK_OPINION,
    Act.NEWS,
    Act.INTERIM,
    Act.ASSIGN_OPINION,
    Act.CANCEL_OPINION,
    Act.ASK_EXTENSION,
    Act.EXTEND,
    Act.REFUSE_EXTENSION,
    Act.REFER,
    Act.RECALL,
    Act.PLAN,
    Act.ESCALATE,
    Act.DECLINE_ESCALATION,
    Act.LOWER,
    Act.TRANSFER,
    Act.ACCEPT,
    Act.REASSIGN,
    Act.RETURN_ANSWER,
    Act.TAKE_BACK,
    Act.RETURN_DRAFT,
    Act.CORRECT,
    Act.ADD_INFO,
    Act.REOPEN,
    Act.CLOSE_ERROR,
    Act.WITHDRAW,
)
"""The order in which a page offers acts."""


@cache
def _order(*, is_extension_asked: bool, is_raised_to_lead: bool) -> tuple[Act, ...]:
    """What the matter waits for comes before work on its answer: days asked for, the plan that a lead owes."""
    pressing = [Act.EXTEND, Act.REFUSE_EXTENSION] if is_extension_asked else []
    pressing += [Act.PLAN] if is_raised_to_lead else []
    at = LIKELY_FIRST.index(Act.SUBMIT_ANSWER)
    return (*LIKELY_FIRST[:at], *pressing, *(act for act in LIKELY_FIRST[at:] if act not in pressing))


def acts_offered(person: Person, matter: Matter) -> tuple[Act, ...]:
    """The acts that this person may take now, the most likely first."""
    order = _order(is_extension_asked=matter.is_extension_asked, is_raised_to_lead=matter.level == 1)
    return tuple(act for act in order if is_possible_now(act, matter) and is_allowed(person, act, matter))
