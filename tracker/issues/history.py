"""Events: appended, hashed, chained; and the clock facts that they carry.

Owns: the form of an event and of its hashes. Must not decide what happened.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.deadlines.facts import Fact, FactKind, WaitsFor
from tracker.issues.models import Audience, Issue, IssueEvent

PAYLOAD_VERSION = 1

_PAYLOADS = (
    select(IssueEvent.seq, IssueEvent.payload)
    .where(IssueEvent.issue_id == bindparam("issue_id"))
    .order_by(IssueEvent.seq)
)


@dataclass(frozen=True)
class Signature:
    """Who stands behind an event, by key and by the name that he and his unit had then."""

    actor_id: int | None = None
    actor_name: str = ""
    unit_name: str = ""
    acting_for_id: int | None = None


@dataclass
class Happening:
    """What is about to be appended."""

    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    audience: Audience = Audience.ALL


def append(
    session: Session, issue: Issue, happening: Happening, signature: Signature, at: datetime
) -> IssueEvent:
    """Append one event and move the issue's head; the caller holds the issue's lock."""
    seq = issue.event_count + 1
    payload = canonical({"v": PAYLOAD_VERSION, **happening.payload, **_facts_as_json(happening.facts)})
    event = IssueEvent(
        issue_id=issue.id,
        seq=seq,
        kind=happening.kind,
        at=at,
        actor_id=signature.actor_id,
        acting_for_id=signature.acting_for_id,
        actor_name=signature.actor_name,
        unit_name=signature.unit_name,
        audience=happening.audience,
        payload=payload,
        payload_hash=digest(payload),
        chain_hash="",
    )
    event.chain_hash = chain_hash(issue.head_hash, event)
    issue.event_count = seq
    issue.head_hash = event.chain_hash
    issue.changed_at = at
    session.add(event)
    session.flush()
    return event


def canonical(payload: Mapping[str, Any]) -> str:
    """The one way to write a payload, so that its hash is reproducible."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def chain_hash(previous: str, event: IssueEvent) -> str:
    """The hash that binds the event to the one before it; runs over the payload's hash, not the payload."""
    parts = (
        previous,
        str(event.issue_id),
        str(event.seq),
        event.kind,
        event.at.isoformat(),
        str(event.actor_id),
        str(event.acting_for_id),
        event.actor_name,
        event.unit_name,
        event.audience.value,
        event.payload_hash,
    )
    return digest("\x1f".join(parts))


def facts_of(session: Session, issue_id: int) -> list[Fact]:
    """The clock facts of an issue in their order."""
    rows = session.execute(_PAYLOADS, {"issue_id": issue_id})
    return facts_in((seq, json.loads(payload)) for seq, payload in rows)


def facts_in(payloads: Iterable[tuple[int, Mapping[str, Any]]]) -> list[Fact]:
    """The clock facts in payloads that were read already, each with the seq of its event."""
    return [fact for seq, payload in payloads for fact in _facts_from_json(payload, seq)]


def _facts_as_json(facts: Iterable[Fact]) -> dict[str, Any]:
    written = [
        {
            name: value
            for name, value in (
                ("kind", fact.kind.value),
                ("on", fact.on.isoformat()),
                ("unit", fact.unit),
                ("days", fact.days),
                ("waits_for", fact.waits_for.value if fact.waits_for else None),
                ("answered", fact.answered or None),
            )
            if value is not None
        }
        for fact in facts
    ]
    return {"facts": written} if written else {}


def _facts_from_json(payload: Mapping[str, Any], seq: int) -> list[Fact]:
    return [
        Fact(
            kind=FactKind(row["kind"]),
            on=date.fromisoformat(row["on"]),
            seq=seq,
            unit=row.get("unit"),
            days=row.get("days"),
            waits_for=WaitsFor(row["waits_for"]) if "waits_for" in row else None,
            answered=row.get("answered", False),
        )
        for row in payload.get("facts", ())
    ]
