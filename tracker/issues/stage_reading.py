"""The stages of an issue as its events tell them: for what was there before stages were kept, and for the proof.

Owns: which event changes state, holder, owner or routing. Must not write.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker import clock
from tracker.deadlines.facts import FactKind
from tracker.issues.stages import Place, place_of
from tracker.issues.workflow import IssueState

_OWNER_NAMED = {"assigned", "reassigned"}
_SENDING = {"sent", "signed"}
_MAY_AWAIT = {*_SENDING, "transferred"}
_HOLDER_FACTS = {FactKind.SENT.value, FactKind.MOVED.value, FactKind.CYCLE_OPENED.value}


@dataclass(frozen=True)
class Told:
    """An event as far as the stages are concerned."""

    seq: int
    kind: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Moment:
    """Where the issue lies after an event, from which day on."""

    seq: int
    on: date
    place: Place | None


class _Reader:
    def __init__(self, *, first_awaits: bool) -> None:
        self.state = IssueState.DRAFT
        self.holder_id: int | None = None
        self.owner_id: int | None = None
        self.awaits_routing = False
        self._first_awaits = first_awaits

    def take(self, event: Told) -> Moment:
        payload, on = event.payload, clock.local_date(event.at)
        was_sent = self.holder_id is not None
        for fact in payload.get("facts", ()):
            if fact["kind"] in _HOLDER_FACTS and fact.get("unit") is not None:
                self.holder_id = fact["unit"]
            if fact["kind"] == FactKind.SENT.value:
                on = date.fromisoformat(fact["on"])
        if "state" in payload:
            self.state = IssueState(payload["state"])
        if event.kind in _OWNER_NAMED:
            self.owner_id = payload.get("owner_id", self.owner_id)
        if self.state in (IssueState.SUBMITTED, IssueState.ACCEPTED):
            self.owner_id = None
        if event.kind in _MAY_AWAIT and payload.get("awaits_routing"):
            self.awaits_routing = True
        if not was_sent and self.holder_id is not None:
            self.awaits_routing = payload.get("awaits_routing", self._first_awaits)
        if event.kind == "routed" or self.state is IssueState.CLOSED:
            self.awaits_routing = False
        place = place_of(self.state, self.holder_id, self.owner_id, awaits_routing=self.awaits_routing)
        return Moment(event.seq, on, place)


def moments(events: Iterable[Told], *, awaits_routing: bool) -> Iterator[Moment]:
    """Where the issue lay after each of its events, in their order. `awaits_routing`: what the issue says now."""
    told = list(events)
    reader = _Reader(first_awaits=_awaited_at_first(told, awaits_routing))
    for event in told:
        yield reader.take(event)


def _awaited_at_first(events: list[Told], awaits_routing: bool) -> bool:
    """Events of earlier versions do not say at sending whether routing was awaited: what came next tells."""
    for event in events:
        if event.kind == "routed":
            return True
        if event.kind in ("accepted", "assigned", "transferred"):
            return False
    return awaits_routing
