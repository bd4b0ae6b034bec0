"""What happens to opinions beside the acts on them: read, cancelled when nobody waits any more, passed to a successor.

Owns: these consequences, carried out within `service.apply()`. Must not decide who may ask or answer.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from tracker.directory.models import Unit
from tracker.issues import access
from tracker.issues.access import Why
from tracker.issues.history import Happening
from tracker.issues.matter import Question
from tracker.issues.models import Audience, Issue, IssueEvent
from tracker.issues.models_opinions import ANSWERABLE, Opinion, OpinionState
from tracker.issues.step import Step
from tracker.issues.workflow import Act, IssueState

CANCELLED = "opinion_cancelled"
_ENDING_ACTS = (Act.TRANSFER, Act.ROUTE)
_ENDING_STATES = (IssueState.ANSWERED, IssueState.CLOSED, IssueState.MERGED)


def of_issue(session: Session, issue: Issue) -> list[Opinion]:
    """Everything that departments were asked about the issue, with the names, in the order in which it was asked."""
    return list(session.scalars(_of_issue(), {"issue_id": issue.id}))


@cache
def _of_issue() -> Select[Opinion]:
    """Built once: building a statement costs more than running it."""
    named = (Opinion.unit, Opinion.asked_by, Opinion.assigned, Opinion.answered_by)
    of_issue = select(Opinion).where(Opinion.issue_id == bindparam("issue_id"))
    return of_issue.options(*(joinedload(name) for name in named)).order_by(Opinion.id)


def questions_in(opinions: Iterable[Opinion]) -> tuple[Question, ...]:
    """Those that may still be answered, as the rules see them."""
    return tuple(
        Question(row.id, row.unit_id, has_expired=row.state is OpinionState.EXPIRED)
        for row in opinions
        if row.state in ANSWERABLE
    )


def end_what_nobody_waits_for(step: Step, state: IssueState) -> None:
    """An issue that leaves its desk or is answered needs no opinion any more; `state`: where it stood before."""
    landed = step.issue.state
    if step.act in _ENDING_ACTS or (landed in _ENDING_STATES and landed is not state):
        cancel(step, _open(step))


def cancel(step: Step, opinions: Sequence[Opinion]) -> None:
    """Cancel these as a consequence; one event for all of them, before the act's own."""
    if opinions:
        payload = mark_cancelled(step, opinions) | {"by_end": True}
        step.before.append(Happening(CANCELLED, payload, audience=Audience.DEPARTMENTS))


def mark_cancelled(step: Step, opinions: Sequence[Opinion]) -> dict[str, object]:
    """Set their state; what the event says of them."""
    for row in opinions:
        row.state = OpinionState.CANCELLED
    step.consulted[CANCELLED] = list(opinions)
    return {"opinion_ids": [row.id for row in opinions], "units": [unit_of(step, row) for row in opinions]}


def pass_on(step: Step, old_id: int, new_id: int) -> bool:
    """The successor of an ended unit is asked in its place; nobody is asked by himself. Whether anything was passed."""
    rows = list(step.session.scalars(_answerable(step)))
    moved = [row for row in rows if row.unit_id == old_id]
    for row in moved:
        row.unit_id, row.assigned_id = new_id, None
    own = [row for row in rows if row.unit_id == step.issue.holder_id and row.state is OpinionState.ASKED]
    cancel(step, own)
    step.consulted["handed_over"] = [row for row in moved if row not in own]
    if moved:
        access.let_read(step.session, step.issue, new_id, Why.ASKED)
    return bool(moved)


def keep_event(step: Step, event: IssueEvent) -> None:
    """Remember which event brought a question or a reply."""
    keep = _KEPT.get(event.kind)
    if keep is not None:
        for row in step.consulted.get(event.kind, ()):
            keep(row, event.id)


def unit_of(step: Step, opinion: Opinion) -> str:
    """The asked unit's name as it is today."""
    return step.session.get_one(Unit, opinion.unit_id).name


def _open(step: Step) -> list[Opinion]:
    return [row for row in step.session.scalars(_answerable(step)) if row.state is OpinionState.ASKED]


def _answerable(step: Step) -> Select[Opinion]:
    return (
        select(Opinion)
        .where(Opinion.issue_id == step.issue.id, Opinion.state.in_(ANSWERABLE))
        .order_by(Opinion.id)
        .execution_options(populate_existing=True)
    )


def _asked_by(row: Opinion, event_id: int) -> None:
    row.asked_event_id = event_id


def _given_by(row: Opinion, event_id: int) -> None:
    row.given_event_id = event_id


_KEPT: dict[str, Callable[[Opinion, int], None]] = {"opinion_asked": _asked_by, "opinion_given": _given_by}
