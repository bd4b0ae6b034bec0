"""Proves that opinions are what their events say, that who was asked may read, and that communes may not.

Owns: these checks of `tracker verify`, as (code, issue, detail). Reads only; repairs nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.issues.access import Why
from tracker.issues.models import Audience, Issue, IssueAccess, IssueEvent, IssueFile
from tracker.issues.models_opinions import ANSWERABLE, Opinion, OpinionState
from tracker.issues.workflow import CONSULTING

Found = tuple[str, str, str]

_STATE_AFTER = {
    "opinion_asked": OpinionState.ASKED,
    "opinion_given": OpinionState.ANSWERED,
    "opinion_cancelled": OpinionState.CANCELLED,
    "opinion_expired": OpinionState.EXPIRED,
}
_KINDS = (*_STATE_AFTER, "opinion_assigned")


def check(session: Session) -> list[Found]:
    """Everything that does not hold."""
    return [*_states(session), *_places(session), *_audiences(session)]


def _told(session: Session) -> dict[int, OpinionState]:
    """The state of each opinion as the events tell it."""
    told: dict[int, OpinionState] = {}
    rows = session.execute(
        select(IssueEvent.kind, IssueEvent.payload)
        .where(IssueEvent.kind.in_(_STATE_AFTER))
        .order_by(IssueEvent.issue_id, IssueEvent.seq)
    )
    for kind, text in rows:
        # a payload that was tampered with is told by the chain
        for key in _keys(json.loads(text) if text.startswith("{") else {}):
            told[key] = _STATE_AFTER[kind]
    return told


def _keys(payload: dict[str, Any]) -> list[int]:
    asked = [row["id"] for row in payload.get("opinions", ())]
    given = [payload["opinion_id"]] if "opinion_id" in payload else []
    return [*asked, *given, *payload.get("opinion_ids", ())]


def _states(session: Session) -> Iterator[Found]:
    told = _told(session)
    rows = session.execute(
        select(Opinion.id, Opinion.state, Issue.number)
        .join(Issue, Issue.id == Opinion.issue_id)
        .order_by(Opinion.id)
    )
    for key, state, number in rows:
        if told.pop(key, None) is not state:
            yield "opinion_wrong", number or "", f"opinion {key}: {state} stored"
    for key in sorted(told):
        yield "opinion_wrong", "", f"opinion {key} is gone"


def _places(session: Session) -> Iterator[Found]:
    """Who may still answer reads the issue; an open question stands only where somebody waits, and not at himself."""
    rows = session.execute(
        select(Opinion, Issue, IssueAccess.why)
        .join(Issue, Issue.id == Opinion.issue_id)
        .outerjoin(
            IssueAccess,
            and_(IssueAccess.issue_id == Opinion.issue_id, IssueAccess.unit_id == Opinion.unit_id),
        )
        .where(Opinion.state.in_(ANSWERABLE))
        .order_by(Opinion.id)
    )
    for opinion, issue, why in rows:
        if not (why or 0) & Why.ASKED:
            yield "access_wrong", issue.number or "", f"unit {opinion.unit_id}"
        is_open = opinion.state is OpinionState.ASKED
        if is_open and (issue.state not in CONSULTING or issue.holder_id == opinion.unit_id):
            yield "opinion_wrong", issue.number or "", f"opinion {opinion.id} is still open"


def _audiences(session: Session) -> Iterator[Found]:
    public = (
        select(Issue.number, IssueEvent.seq)
        .join(Issue, Issue.id == IssueEvent.issue_id)
        .outerjoin(IssueFile, IssueFile.event_id == IssueEvent.id)
        .where(
            IssueEvent.kind.in_(_KINDS),
            (IssueEvent.audience == Audience.ALL) | (IssueFile.audience == Audience.ALL),
        )
        .distinct()
    )
    for number, seq in session.execute(public):
        yield "opinion_public", number or "", f"event {seq}"
