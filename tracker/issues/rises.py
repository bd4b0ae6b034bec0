"""What an act decides about the level of its issue, for `escalation.follow` to carry out. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.deadlines.ladder import Rule


class Reminding(StrEnum):
    """Why somebody is reminded without a level rising."""

    DUE_SOON = "due_soon"
    NUDGE = "nudge"
    """Information was asked and has not come."""
    MISSED = "missed"
    """A duty was missed, and nothing rises for it."""
    AGAIN = "again"
    """Still late, and nobody owes anything any more."""


@dataclass(frozen=True)
class Rise:
    """To a level: by a rule of the ladder, by hand with a reason, or as the act has it (neither)."""

    level: int
    rule: Rule | None = None
    is_by_hand: bool = False
    reason: str = ""
    is_by_commune: bool = False


@dataclass(frozen=True)
class Descent:
    """Back to a level: lowered, or declined."""

    level: int
    is_declined: bool
    reason: str
