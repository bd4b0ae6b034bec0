"""What a list of issues is asked for and what it gives.

Owns: the shapes only. How they are looked up is in `issues.lists`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.deadlines.clocks import Lateness
from tracker.issues.workflow import IssueState, Outcome

COUNT_CAP = 999
"""Counting stops here."""


class Scope(StrEnum):
    """Whose issues."""

    MINE = "mine"
    UNIT = "unit"
    ALL = "all"


class Todo(StrEnum):
    """A group of the home page, as the list asks for its issues."""

    INFO_ASKED = "info_asked"
    TO_CONFIRM = "to_confirm"
    FILED_FOR_US = "filed_for_us"
    DRAFTS = "drafts"
    OWN_OPEN = "own_open"
    UNIT_INFO_ASKED = "unit_info_asked"
    UNIT_TO_CONFIRM = "unit_to_confirm"
    OPINIONS_EXPIRED = "opinions_expired"
    OPINIONS_ASKED = "opinions_asked"
    MINE_INTERIM = "mine_interim"
    FOLLOW_UP_DUE = "follow_up_due"
    INTERIM_OWED = "interim_owed"
    PROMISE_DUE = "promise_due"
    MINE_RETURNED = "mine_returned"
    MINE_TO_CLARIFY = "mine_to_clarify"
    MINE_OPINIONS_ANSWERED = "mine_opinions_answered"
    MINE_OPINIONS_EXPIRED = "mine_opinions_expired"
    RECORDED_OBJECTED = "recorded_objected"
    TO_APPROVE = "to_approve"
    DESK_OVERDUE = "desk_overdue"
    TO_ACCEPT = "to_accept"
    TO_ASSIGN = "to_assign"
    EXTENSION_ASKED = "extension_asked"
    ESCALATED = "escalated"
    UNIT_LATE = "unit_late"
    DUTIES = "duties"
    SENT_UP = "sent_up"
    SHARED = "shared"


@dataclass(frozen=True)
class IssueFilter:
    """What a list shows; None means whatever. `unit_id` is the holder, `field` a field's code."""

    scope: Scope = Scope.ALL
    is_open: bool | None = None
    lateness: Lateness | None = None
    state: IssueState | None = None
    outcome: Outcome | None = None
    field: str | None = None
    unit_id: int | None = None
    commune_id: int | None = None
    owner_id: int | None = None
    raised_by_id: int | None = None
    is_urgent: bool | None = None
    awaits_routing: bool | None = None
    is_without_news: bool | None = None
    lacks_number: bool | None = None
    is_raised: bool | None = None
    is_consulted: bool | None = None
    """A department of the person is asked for its opinion and has not answered; never true for communes."""
    is_desk_overdue: bool | None = None
    """It lies longer on a desk of the person's unit than the desk has for it; never true for communes."""
    todo: Todo | None = None
    """What the person's own home page counts in this group; nothing for who has no such group."""
    age: str | None = None
    changed_since: datetime | None = None
    text: str = ""
    named_ids: tuple[int, ...] | None = None
    """Communes that the text names, where they were looked up already; no part of an address."""


@dataclass(frozen=True)
class CappedCount:
    """A count that stops at the cap."""

    n: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.n}+" if self.is_capped else str(self.n)


def capped(found: int) -> CappedCount:
    """The count of what was looked for up to one beyond the cap."""
    return CappedCount(min(found, COUNT_CAP), found > COUNT_CAP)


@dataclass(frozen=True)
class IssueRow:
    """A line of a list."""

    id: int
    number: str | None
    draft_key: str
    title: str
    state: IssueState
    outcome: Outcome | None
    holder_name: str | None
    owner_name: str | None
    raised_by_name: str
    party_count: int
    first_party_name: str | None
    is_of_communes: bool
    """Communes have it; False where a unit raised it for itself."""
    due_on: date | None
    due_soon_on: date | None
    long_late_on: date | None
    zero_on: date | None
    is_urgent: bool
    level: int
    awaits_routing: bool
    transfer_count: int
    changed_at: datetime
    holder_id: int | None
    owner_id: int | None
    field_id: int | None
    version: int


@dataclass(frozen=True)
class Page:
    """Rows, the keys after which the next page begins and before which the previous one ends, how many there are."""

    rows: list[IssueRow]
    next_after: int | None
    total: CappedCount
    previous_before: int | None = None
