"""What the object rules look at: the person, and everything of an issue that a rule may ask.

Owns: `Person` and `Matter`. Pure; the rules are in `issues.policy`, the reading of rows in `issues.matters`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tracker.issues.workflow import IssueState, Outcome
from tracker.permissions import Role


class Person(Protocol):
    """What the rules need to know of who acts; `accounts.actor.Actor` is one."""

    @property
    def account_id(self) -> int:
        """Key of the account."""

    @property
    def absent(self) -> frozenset[int]:
        """Everybody for whom the person stands in today."""

    @property
    def deputy_of(self) -> int | None:
        """In a guise: the one for whom he acts in it."""

    @property
    def roles(self) -> frozenset[Role]:
        """All roles, in whatever unit."""

    def holds(self, unit_id: int | None, *roles: Role) -> bool:
        """Whether the person has one of the roles in the unit."""

    def stands_for(self, account_id: int | None, unit_id: int | None, *roles: Role) -> bool:
        """Whether the person stands in for that account with one of the roles in the unit."""

    def guises(self) -> Sequence["Person"]:
        """The person with his own rights alone, then once for each absent person with that one's added."""


@dataclass(frozen=True)
class Party:
    """A party as the rules see it."""

    unit_id: int
    is_commune: bool = True
    has_left: bool = False
    was_withdrawn: bool = False
    owes_info: bool = False
    may_reply: bool = False
    """It was asked about a sent answer and has not replied."""
    has_clarified: bool = False
    correct_until: date | None = None
    has_reopened: bool = False


@dataclass(frozen=True)
class CurrentAnswer:
    """The newest version of the answer."""

    is_note: bool
    is_sent: bool
    lacks_number: bool
    authors: frozenset[int]
    """Who wrote or submitted it, and for whom."""
    approver_id: int | None = None
    approved_for_id: int | None = None
    """The absent person for whom a deputy approved it."""


@dataclass(frozen=True)
class Question:
    """What a department was asked and may still answer."""

    id: int
    unit_id: int
    has_expired: bool = False
    """Its date has passed and was recorded; a late reply is still taken."""


@dataclass(frozen=True)
class Matter:
    """Everything about an issue that an object rule may ask."""

    state: IssueState
    raised_by_id: int
    filed_by_id: int
    coordinating_unit_id: int
    today: date
    holder_id: int | None = None
    owner_id: int | None = None
    is_owner_active: bool = False
    awaits_routing: bool = False
    is_routed: bool = False
    is_disputed: bool = False
    level: int = 0
    is_raised_by_hand: bool = False
    """Somebody raised it to its level; no rule did."""
    has_plan: bool = False
    """Of the present level."""
    info_count: int = 0
    due_on: date | None = None
    """The promised date; None while no promise runs."""
    extension_count: int = 0
    """Extensions granted in the running cycle."""
    is_extension_asked: bool = False
    outcome: Outcome | None = None
    parties: tuple[Party, ...] = ()
    answer: CurrentAnswer | None = None
    questions: tuple[Question, ...] = ()
    """What other departments were asked and may still answer; communes never learn of it."""
    leads: frozenset[int] = frozenset()
    """Active group leads of the holder."""
    directors: frozenset[int] = frozenset()
    """Active department leaders of the holder."""
    raiser_leads: frozenset[int] = frozenset()
    """Active group leads of the unit that raised it."""
    raiser_has_signer: bool = False
    """The raising commune has an active leader, and sign-off is on."""
    is_info_overdue: bool = False
    """Seven working days have passed since information was asked."""
    is_reopenable: bool = False
    """Thirty days since closing have not passed."""
    has_commitment: bool = False
    """The sent answer promises something by a date, and it is neither kept nor woken."""
    members_take_issues: bool = True
    phone_confirmation: bool = True
