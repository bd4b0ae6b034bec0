"""The end of waiting for somebody higher, whatever act brought it; and what an answer owes to the reply.

Owns: that consequence, carried out by `service.apply()` when an issue leaves "with authority".
"""

from sqlalchemy import select, update

from tracker.issues.models import IssueEvent
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.referral_rules import CENTRAL_LEVEL, ReferralEnd
from tracker.issues.step import Step
from tracker.issues.workflow import Act, IssueState

_HOW = {Act.REPLY_IN: ReferralEnd.REPLIED, Act.RECALL: ReferralEnd.RECALLED}
_BEGINNINGS = ("reply_received", "reopened", "woken")


def end_waiting(step: Step, state: IssueState) -> None:
    """The issue waits no longer; with the last one the document is settled."""
    if state is not IssueState.WITH_AUTHORITY or step.issue.state is state:
        return
    waiting = step.session.execute(
        select(ReferralIssue.id, ReferralIssue.referral_id).where(
            ReferralIssue.issue_id == step.issue.id, ReferralIssue.ended_at.is_(None)
        )
    ).first()
    if waiting is None:
        return
    how = _HOW.get(step.act, ReferralEnd.LEFT)
    step.session.execute(
        update(ReferralIssue)
        .where(ReferralIssue.id == waiting.id)
        .values(ended_at=step.now, how=how, interim_due_on=None)
    )
    step.session.execute(
        update(Referral)
        .where(Referral.id == waiting.referral_id)
        .values(open_count=Referral.open_count - 1)
        .execution_options(synchronize_session=False)
    )


def lower_mark(step: Step, state: IssueState) -> None:
    """Level 5 is the mark of a referral to the centre, no escalation: it ends with it; disputed matters stay raised."""
    leaves = state is IssueState.WITH_AUTHORITY and step.act in (Act.REPLY_IN, Act.RECALL)
    if leaves and step.issue.level == CENTRAL_LEVEL:
        step.level = 2 if step.issue.is_disputed else 0


def interim_given(step: Step) -> None:
    """An interim answer discharges what a referral owes the communes."""
    if step.issue.state is not IssueState.WITH_AUTHORITY:
        return
    step.session.execute(
        update(ReferralIssue)
        .where(ReferralIssue.issue_id == step.issue.id, ReferralIssue.ended_at.is_(None))
        .values(interim_due_on=None)
    )


def was_replied(step: Step) -> bool:
    """Whether the answer rests on a reply from above that came since the matter was last opened."""
    last = select(IssueEvent.kind).where(
        IssueEvent.issue_id == step.issue.id, IssueEvent.kind.in_(_BEGINNINGS)
    )
    return step.session.scalar(last.order_by(IssueEvent.seq.desc()).limit(1)) == "reply_received"
