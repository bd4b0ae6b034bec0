"""Proves that directives, recordings and deputies are what their events and grants say.

Owns: these checks of `tracker verify`, as (code, issue, detail). Reads only; repairs nothing.
"""

import json
from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Deputy, Grant
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.models_directives import DirectiveState, DirectiveTarget, Recording
from tracker.issues.obligations import STILL_OWED
from tracker.issues.workflow import ENDED

Found = tuple[str, str, str]
Key = tuple[int, int, int]
"""Issue, directive, unit."""

_STATE_AFTER = {
    "directive_given": DirectiveState.OPEN,
    "directive_reported": DirectiveState.REPORTED,
    "directive_sent_back": DirectiveState.SENT_BACK,
    "directive_confirmed": DirectiveState.CONFIRMED,
    "directive_cancelled": DirectiveState.CANCELLED,
}

PASSED_ON = "directive_passed_on"
"""Another unit owes it in the same state."""


def check(session: Session) -> list[Found]:
    """Everything that does not hold."""
    return [*_targets(session), *_recordings(session), *_deputies(session)]


def _told(session: Session) -> dict[Key, DirectiveState]:
    """The state of each target as the events tell it."""
    told: dict[Key, DirectiveState] = {}
    rows = session.execute(
        select(IssueEvent.issue_id, IssueEvent.kind, IssueEvent.payload)
        .where(IssueEvent.kind.in_((*_STATE_AFTER, PASSED_ON)))
        .order_by(IssueEvent.issue_id, IssueEvent.seq)
    )
    for issue_id, kind, text in rows:
        payload = (
            json.loads(text) if text.startswith("{") else {}
        )  # a payload that was tampered with is told by the chain
        for unit_id in payload.get("unit_ids", ()):
            if kind == PASSED_ON:
                old = issue_id, payload["directive_id"], payload["from_id"]
                told[issue_id, payload["directive_id"], unit_id] = told.pop(old, DirectiveState.OPEN)
                continue
            told[issue_id, payload["directive_id"], unit_id] = _STATE_AFTER[kind]
    return told


def _targets(session: Session) -> Iterator[Found]:
    told = _told(session)
    stored = session.execute(
        select(DirectiveTarget, Issue.number, Issue.state)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .order_by(DirectiveTarget.id)
    )
    for target, number, state in stored:
        name = number or ""
        said = told.pop((target.issue_id, target.directive_id, target.unit_id), None)
        if said is not target.state:
            yield "directive_wrong", name, f"{target.state} stored, {said} told"
        if target.due_on is not None and target.state in STILL_OWED and state in ENDED:
            yield "directive_left_open", name, f"target {target.id}"
    for issue_id, directive_id, unit_id in told:
        number = session.scalar(select(Issue.number).where(Issue.id == issue_id)) or ""
        yield "directive_missing", number, f"directive {directive_id} unit {unit_id}"


def _recordings(session: Session) -> Iterator[Found]:
    wrong = (
        select(Issue.number, Recording.id)
        .join(Issue, Issue.id == Recording.issue_id)
        .join(IssueEvent, IssueEvent.id == Recording.event_id)
        .where(
            or_(
                IssueEvent.issue_id != Recording.issue_id,
                IssueEvent.acting_for_id.is_distinct_from(Recording.leader_id),
                IssueEvent.actor_id.is_distinct_from(Recording.recorded_by_id),
                and_(
                    Recording.awaits_word.is_(True),
                    or_(Recording.confirmed_at.is_not(None), Recording.objected_at.is_not(None)),
                ),
            )
        )
    )
    for number, key in session.execute(wrong):
        yield "recording_wrong", number or "", f"recording {key}"


def _deputies(session: Session) -> Iterator[Found]:
    """Nobody stands in for himself, and nobody has two deputies at once."""
    other = aliased(Deputy)
    wrong = (
        select(Deputy.id)
        .join(Grant, Grant.id == Deputy.grant_id)
        .outerjoin(
            other,
            and_(
                other.grant_id == Deputy.grant_id,
                other.id > Deputy.id,
                other.valid_from <= Deputy.valid_to,
                other.valid_to >= Deputy.valid_from,
            ),
        )
        .where(
            or_(
                Deputy.deputy_id == Grant.account_id,
                Deputy.valid_to < Deputy.valid_from,
                other.id.is_not(None),
            )
        )
        .distinct()
    )
    for key in session.scalars(wrong):
        yield "deputy_wrong", "", f"deputy {key}"
