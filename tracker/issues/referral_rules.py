"""To whom a matter is referred, and what follows from it for its clock and its desk. Pure.

Owns: the kinds of addressees and the rules of product.md, paragraph "Referral by addressee". Must not read rows.
"""

from datetime import date
from enum import StrEnum

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.matter import Matter, Person
from tracker.issues.standing import is_director, owner_or_lead

CENTRAL_LEVEL = 5
"""The mark of what was referred to the centre; no escalation."""
INTERIM_DAYS = 5
"""Working days within which the communes get an interim answer where the clock is paused."""


class Addressee(StrEnum):
    """To whom a document goes."""

    PROVINCIAL_COMMITTEE = "provincial_committee"
    PEOPLES_COUNCIL = "peoples_council"
    PARTY_COMMITTEE = "party_committee"
    MINISTRY = "ministry"
    GOVERNMENT = "government"
    PRIME_MINISTER = "prime_minister"


class ReferralEnd(StrEnum):
    """How the waiting of one issue ended."""

    REPLIED = "replied"
    RECALLED = "recalled"
    LEFT = "left"
    """The issue closed or went to another desk meanwhile."""


class CommitmentState(StrEnum):
    """What became of a dated roadmap."""

    OPEN = "open"
    KEPT = "kept"
    WOKEN = "woken"
    """The date came and nobody had said that it was kept: the issue was opened again."""
    ENDED = "ended"
    """Another answer took its place, or the issue ended otherwise."""


_A = Addressee
CENTRAL = frozenset({_A.MINISTRY, _A.GOVERNMENT, _A.PRIME_MINISTER})
IN_SESSION = frozenset({_A.PEOPLES_COUNCIL, _A.PARTY_COMMITTEE})
"""They decide in sessions, whose date the communes are told."""
_FOLLOW_UP_DAYS = {_A.MINISTRY: 30, _A.GOVERNMENT: 30, _A.PRIME_MINISTER: 30}
_OTHERS_DAYS = 10


def pauses_clock(addressee: Addressee) -> bool:
    """The Provincial People's Committee is the province itself: while it decides the promise runs on."""
    return addressee is not Addressee.PROVINCIAL_COMMITTEE


def follow_up_days(addressee: Addressee) -> int:
    """Working days after which the document is followed up."""
    return _FOLLOW_UP_DAYS.get(addressee, _OTHERS_DAYS)


def latest_follow_up(
    addressee: Addressee, today: date, session_on: date | None, calendar: WorkingCalendar
) -> date:
    """The last day for the next follow-up; a session that comes later is waited for."""
    by_rule = calendar.add(today, follow_up_days(addressee))
    if addressee in IN_SESSION and session_on is not None:
        return max(by_rule, session_on)
    return by_rule


def interim_due(addressee: Addressee, today: date, calendar: WorkingCalendar) -> date | None:
    """By when the communes get an interim answer; None where the promise runs on."""
    return calendar.add(today, INTERIM_DAYS) if pauses_clock(addressee) else None


def decides_himself(person: Person, matter: Matter) -> bool:
    """Whether he refers up as department leader, himself or as his deputy; a lead records the leader's consent."""
    return any(is_director(guise, matter) for guise in person.guises())


def may_keep(person: Person, matter: Matter) -> bool:
    """Owner or lead say that a dated roadmap is kept, as long as it is promised."""
    return matter.has_commitment and owner_or_lead(person, matter)
