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
