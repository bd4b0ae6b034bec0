"""Conditions that the lists and the groups of the home page share, so that they cannot differ.

Owns: the clauses only; who asks for them answers for the reader's rights.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_

from tracker.accounts.actor import Actor
from tracker.issues.models import Answer, AnswerForm, AnswerStatus, Issue
from tracker.issues.models_directives import Directive, DirectiveTarget, Recording
from tracker.issues.models_escalation import Duty
from tracker.issues.models_stages import IssueStage
from tracker.issues.obligations import STILL_OWED
from tracker.issues.stages import StageKind
from tracker.issues.workflow import Act, IssueState


def desk_is_late(today: Any, *kinds: StageKind) -> ColumnElement[bool]:
    """It lies on one of these desks longer than the desk has for it; `today` is a date or a placeholder for one."""
    return exists(
        select(IssueStage.id).where(
            IssueStage.issue_id == Issue.id,
            IssueStage.to_on.is_(None),
            IssueStage.due_on < today,
            IssueStage.kind.in_(kinds),
        )
    )


def has_owner(account_id: int, *, is_open: bool | None) -> ColumnElement[bool]:
    """The person owns it. Of open and of ended issues each has an index of its own: None asks both."""
    if is_open is None:
        return or_(has_owner(account_id, is_open=True), has_owner(account_id, is_open=False))
    return and_(Issue.owner_id == account_id, Issue.is_open.is_(is_open))


def lacks_number() -> ColumnElement[bool]:
    """A signed letter went out whose number has not come yet."""
    letters = select(Answer.issue_id).where(
        Answer.form == AnswerForm.DOCUMENT, Answer.document_number == "", Answer.status == AnswerStatus.SENT
    )
    return and_(Issue.state.in_((IssueState.ANSWERED, IssueState.CLOSED)), Issue.id.in_(letters))


def owed_by(actor: Actor) -> ColumnElement[bool]:
    """The duties that the person owes, by name or by a role of his; missed ones are still owed."""
    roles = sorted((unit_id, role) for role, unit_id in actor.grants)
    by_role = tuple_(Duty.unit_id, Duty.role).in_(roles) if roles else Duty.account_id == actor.account_id
    mine = or_(Duty.account_id.in_(sorted({actor.account_id, *actor.absent})), by_role)
    return and_(Duty.discharged_at.is_(None), Duty.released_at.is_(None), mine)


def is_objected() -> ColumnElement[bool]:
    """The leader said that he decided otherwise, and what was recorded for him still stands."""
    left_in = or_(
        and_(Recording.act == Act.APPROVE.value, Issue.state == IssueState.ANSWERED),
        and_(Recording.act == Act.RETURN_ANSWER.value, Issue.state == IssueState.WORKING),
    )
    act = exists(
        select(Recording.id).where(
            Recording.issue_id == Issue.id, Recording.objected_at.is_not(None), left_in
        )
    )
    directive = exists(
        select(DirectiveTarget.id)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .where(
            DirectiveTarget.issue_id == Issue.id,
            DirectiveTarget.state.in_(STILL_OWED),
            Directive.objected_at.is_not(None),
        )
    )
    return or_(act, directive)
