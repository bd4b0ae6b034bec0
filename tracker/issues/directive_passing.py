"""What a unit that has ended still owes of directives passes to its successor, or to the coordinating unit.

Owns: the rows and their events. What was reported already stays reported; an endorsement asks for nothing and stays.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.directory.models import Unit
from tracker.issues import access, directive_telling, history, service
from tracker.issues.access import Why
from tracker.issues.history import Happening, Signature
from tracker.issues.models import Audience, Issue
from tracker.issues.models_directives import DirectiveState, DirectiveTarget
from tracker.issues.obligations import STILL_OWED


def pass_directives_on(session: Session, unit_id: int, heir_id: int) -> None:
    """Hand over every dated directive that the unit owes; called in the transaction that ends it."""
    owed = select(DirectiveTarget).where(
        DirectiveTarget.unit_id == unit_id,
        DirectiveTarget.due_on.is_not(None),
        DirectiveTarget.state.in_(STILL_OWED),
    )
    rows = session.scalars(
        owed.options(joinedload(DirectiveTarget.directive)).order_by(
            DirectiveTarget.issue_id, DirectiveTarget.id
        )
    ).all()
    service.hold(session, sorted({row.issue_id for row in rows}))
    for row in rows:
        _pass_on(session, row, heir_id)


def _pass_on(session: Session, row: DirectiveTarget, heir_id: int) -> None:
    issue = session.get_one(Issue, row.issue_id, populate_existing=True)
    old, new = session.get_one(Unit, row.unit_id), session.get_one(Unit, heir_id)
    if _owes_already(session, row, heir_id):
        _end(session, issue, row, old)
        return
    row.unit_id = new.id
    access.let_read(session, issue, new.id, Why.ASKED)
    payload: dict[str, object] = {
        "directive_id": row.directive_id,
        "unit_ids": [new.id],
        "units": [new.name],
        "from": old.name,
        "from_id": old.id,
        "text": row.directive.content,
    }
    happening = Happening("directive_passed_on", payload, audience=Audience.DEPARTMENTS)
    event = history.append(session, issue, happening, Signature(), clock.now())
    directive_telling.tell(session, issue, event, row.directive_id, [new.id], None)


def _owes_already(session: Session, row: DirectiveTarget, heir_id: int) -> bool:
    own = select(DirectiveTarget.id).where(
        DirectiveTarget.directive_id == row.directive_id,
        DirectiveTarget.issue_id == row.issue_id,
        DirectiveTarget.unit_id == heir_id,
    )
    return session.scalar(own.limit(1)) is not None


def _end(session: Session, issue: Issue, row: DirectiveTarget, old: Unit) -> None:
    """The successor was told the same for itself: nobody owes it twice."""
    row.state, row.ended_at = DirectiveState.CANCELLED, clock.now()
    payload: dict[str, object] = {
        "directive_id": row.directive_id,
        "unit_ids": [old.id],
        "units": [old.name],
        "text": "",
    }
    happening = Happening("directive_cancelled", payload, audience=Audience.DEPARTMENTS)
    history.append(session, issue, happening, Signature(), clock.now())
