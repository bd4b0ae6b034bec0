"""What an early end of an issue means for directives that are still owed: they are cancelled with the reason.

Owns: that one consequence, carried out by `service.apply()` when an issue closes. The event names who gave each, so
that he learns of it. Must not decide whether an issue closes.
"""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.issues import directive_telling
from tracker.issues.history import Happening
from tracker.issues.models import Audience, IssueEvent
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget
from tracker.issues.obligations import STILL_OWED
from tracker.issues.step import Step

CANCELLED = "directive_cancelled"


def cancel_what_is_owed(step: Step) -> None:
    """End every directive of the closing issue that a unit still owes; each leaves an event before the act's own."""
    owed = step.session.scalars(
        select(DirectiveTarget)
        .where(DirectiveTarget.issue_id == step.issue.id, DirectiveTarget.state.in_(STILL_OWED))
        .options(
            joinedload(DirectiveTarget.unit),
            joinedload(DirectiveTarget.directive).joinedload(Directive.given_by),
        )
        .order_by(DirectiveTarget.id)
        .execution_options(populate_existing=True)
    )
    for target in owed.all():
        if target.due_on is not None:
            _cancel(step, target)


def tell_cancelled(step: Step, event: IssueEvent, happening: Happening) -> None:
    """The units need not do it any more, and who gave it learns so; other events concern nobody here."""
    if happening.kind != CANCELLED:
        return
    told = happening.payload
    mine = step.actor.account_id if step.actor is not None else None
    directive_telling.tell(step.session, step.issue, event, told["directive_id"], told["unit_ids"], mine)


def _cancel(step: Step, target: DirectiveTarget) -> None:
    reason = str(step.payload.get("reason") or "")
    target.state, target.remark, target.ended_at = DirectiveState.CANCELLED, reason[:1000], step.now
    payload = {
        "directive_id": target.directive_id,
        "unit_ids": [target.unit_id],
        "units": [target.unit.name],
        "text": reason,
        "giver": target.directive.given_by.full_name,
        "giver_id": target.directive.given_by_id,
        "by_end": True,
    }
    step.before.append(Happening(CANCELLED, payload, audience=Audience.DEPARTMENTS))
