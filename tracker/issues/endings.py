"""What an early end of an issue means for directives that are still owed: they are cancelled with the reason.

Owns: that one consequence, carried out by `service.apply()` when an issue closes. The event names who gave each, so
that he learns of it. Must not decide whether an issue closes.
"""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.issues.history import Happening
from tracker.issues.models import Audience
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget
from tracker.issues.obligations import STILL_OWED
from tracker.issues.step import Step


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
    step.before.append(Happening("directive_cancelled", payload, audience=Audience.DEPARTMENTS))
