"""The stages of an issue's life: on whose desk it lies, for what, and until when.

Owns: which state is which stage, how one stage follows another, and what is frozen when one ends. Pure. Writing them
is in `issues.stage_keeping`, reading them out of the history in `issues.stage_reading`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.workflow import IssueState


class StageKind(StrEnum):
    """What is waited for while the stage lasts."""

    INTAKE = "intake"
    ROUTING = "routing"
    WORKING = "working"
    INFORMATION = "information"
    AUTHORITY = "authority"
    APPROVAL = "approval"
    CONFIRMATION = "confirmation"


_KINDS = {
    IssueState.SUBMITTED: StageKind.INTAKE,
    IssueState.ACCEPTED: StageKind.WORKING,
    IssueState.WORKING: StageKind.WORKING,
    IssueState.NEED_INFO: StageKind.INFORMATION,
    IssueState.WITH_AUTHORITY: StageKind.AUTHORITY,
    IssueState.TO_APPROVE: StageKind.APPROVAL,
    IssueState.ANSWERED: StageKind.CONFIRMATION,
}


@dataclass(frozen=True)
class Place:
    """Where an issue lies: for what, at which unit, with whom. A change of any of them is a hand-over."""

    kind: StageKind
    holder_id: int
    owner_id: int | None = None


@dataclass(frozen=True)
class Span:
    """A place from a day to another; to_on None: it lies there still. The next span begins on to_on."""

    place: Place
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True)
class Measure:
    """What a stage took, in working days, frozen when it ends.

    late_days: after its own desk deadline, or after the promised date where it has none. overdue_days: after the
    promised date, of the days of this stage alone.
    """

    working_days: int
    late_days: int
    overdue_days: int


def place_of(
    state: IssueState, holder_id: int | None, owner_id: int | None, *, awaits_routing: bool
) -> Place | None:
    """The place that the columns of an issue say; None before it is sent and after its end."""
    kind = _KINDS.get(state)
    if kind is None or holder_id is None:
        return None
    if kind is StageKind.INTAKE and awaits_routing:
        kind = StageKind.ROUTING
    return Place(kind, holder_id, owner_id)


def begins_on(on: date, last: Span | None) -> date:
    """The first day of what follows: never before what went before, whatever the wall clock says."""
    return on if last is None else max(on, last.to_on or last.from_on)


def spans(places: Iterable[tuple[date, Place | None]]) -> list[Span]:
    """The stages of a life, from the place after each event; neither gap nor overlap but where it was closed."""
    found: list[Span] = []
    for on, place in places:
        last = found[-1] if found else None
        is_open = last is not None and last.to_on is None
        if is_open and last is not None and last.place == place:
            continue
        start = begins_on(on, last)
        if is_open and last is not None:
            found[-1] = Span(last.place, last.from_on, start)
        if place is not None:
            found.append(Span(place, start))
    return found


def due_of(from_on: date, days: int | None, calendar: WorkingCalendar) -> date | None:
    """The last day in time of a desk that has `days` working days; None for one without a deadline of its own."""
    return None if days is None else calendar.add(calendar.next_working(from_on), days)


def measure(
    from_on: date, to_on: date, calendar: WorkingCalendar, *, due_on: date | None, promised_on: date | None
) -> Measure:
    """What a stage that ends took. `promised_on`: the promised date as it was until then; None: no promise ran."""
    overdue = _after(promised_on, from_on, to_on, calendar)
    late = overdue if due_on is None else _after(due_on, from_on, to_on, calendar)
    return Measure(max(0, calendar.between(from_on, to_on)), late, overdue)


def _after(limit: date | None, from_on: date, to_on: date, calendar: WorkingCalendar) -> int:
    return 0 if limit is None else max(0, calendar.between(max(limit, from_on), to_on))
