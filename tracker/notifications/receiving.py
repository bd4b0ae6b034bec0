"""Which roles can be told what: the one table by which a person is asked only about what can reach him.

Owns: the table. It follows from who is told in `issues.telling`, `issues.escalation_telling`,
`issues.directive_telling` and `issues.date_reminders`; a test holds it against them. Must not decide who is told.
"""

from collections.abc import Collection

from tracker.notifications.kinds import BY_SMS, KINDS, LEADERS_DIGEST, OF_ACCOUNTS, Kind
from tracker.permissions import Role

_R = Role
_COMMUNE = frozenset({_R.COMMUNE_OFFICER, _R.COMMUNE_LEADER})
_GROUP = frozenset({_R.GROUP_MEMBER, _R.GROUP_LEAD, _R.DEPARTMENT_LEADER})
_OFFICE = frozenset({_R.COORDINATOR})
_LEADS = frozenset({_R.GROUP_LEAD, _R.DEPARTMENT_LEADER, _R.COORDINATOR})
"""Who leads the holder's group, and who stands in where nobody does."""
_OWNER_OR_LEADS = _GROUP | _OFFICE
_PARTIES = _COMMUNE | _GROUP | _OFFICE
"""A unit that raised a matter for itself is its party too."""
_ABOVE = _LEADS | {_R.PROVINCIAL_LEADER, _R.LEADER_ASSISTANT}
"""Who receives a level of the ladder."""
_GIVERS = frozenset({_R.DEPARTMENT_LEADER, _R.COORDINATOR, _R.PROVINCIAL_LEADER})
"""Who directs, and for whom it is recorded."""
_RECORDERS = _GIVERS | {_R.LEADER_ASSISTANT}

RECEIVERS: dict[str, frozenset[Role]] = {
    "to_sign": frozenset({_R.COMMUNE_LEADER}),
    "to_route": _OFFICE,
    "new_matter": _LEADS,
    "transferred_in": _LEADS,
    "assigned_interim": _GROUP,
    "assigned": _GROUP,
    "info_asked": _PARTIES,
    "to_approve": _LEADS,
    "answer_returned": _GROUP,
    "answered": _PARTIES,
    "opinion_asked": _GROUP,
    "clarification_asked": _OWNER_OR_LEADS,
    "disputed": _LEADS,
    "reopened": _LEADS,
    "reply_arrived": _OWNER_OR_LEADS,
    "woken": _LEADS,
    "draft_returned": _COMMUNE,
    "raised_to_you": _ABOVE,
    "duty_missed": _ABOVE | _GROUP,
    "due_soon": _OWNER_OR_LEADS,
    "follow_up_due": _OWNER_OR_LEADS,
    "promise_due": _OWNER_OR_LEADS,
    "promise_soon": _OWNER_OR_LEADS,
    "opinion_due": _GROUP,
    "info_nudged": _PARTIES,
    "to_close_uninformed": _LEADS,
    "raised": _ABOVE | _GROUP,
    "escalation_declined": _PARTIES,
    "escalation_ended": _ABOVE | _GROUP,
    "extension_asked": _LEADS,
    "recorded_for_you": _GIVERS,
    "directive_given": _LEADS | _COMMUNE,
    "directive_due": _LEADS | _COMMUNE,
    "directive_overdue": _LEADS | _COMMUNE | _RECORDERS,
    "directive_sent_back": _OWNER_OR_LEADS | _COMMUNE,
    "directive_reported": _RECORDERS,
    "directive_confirmed": _OWNER_OR_LEADS | _COMMUNE,
    "directive_cancelled": _LEADS | _GIVERS | _COMMUNE,
    "recorded_objected": _LEADS | _RECORDERS,
    "recorded_confirmed": _RECORDERS,
    "extended": _GROUP,
    "extension_refused": _GROUP,
    "due_moved": _PARTIES,
    "filed_for_you": _COMMUNE,
    "opinion_given": _OWNER_OR_LEADS,
    "opinion_expired": _OWNER_OR_LEADS,
    "opinion_cancelled": _GROUP,
    "info_given": _OWNER_OR_LEADS,
    "info_added": _OWNER_OR_LEADS,
    "corrected": _OWNER_OR_LEADS,
    "party_withdrew": _OWNER_OR_LEADS,
    "taken_over": _GROUP,
    "signed": _COMMUNE,
    "moved": _PARTIES,
    "news": _PARTIES,
    "interim": _PARTIES,
    "answered_for_information": _PARTIES,
    "answer_sent": _GROUP,
    "number_set": _PARTIES,
    "dropped": _PARTIES,
    "closed": _PARTIES,
    "referred": _PARTIES,
    "reply_received": _PARTIES,
    "referral_recalled": _PARTIES,
    "commitment_kept": _PARTIES,
    "commitment_woken": _PARTIES,
    LEADERS_DIGEST: frozenset({_R.PROVINCIAL_LEADER, _R.DEPARTMENT_LEADER}),
    BY_SMS: _ABOVE | _PARTIES,
}


def kinds_of(roles: Collection[Role]) -> list[Kind]:
    """The kinds that somebody with these roles can be told, in their order; those about the account everybody."""
    held = frozenset(roles)
    return [kind for kind in KINDS if kind.code in OF_ACCOUNTS or RECEIVERS.get(kind.code, held) & held]
