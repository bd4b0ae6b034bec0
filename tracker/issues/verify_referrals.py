"""Proves that documents count their issues, and that promises are what answers and acts made of them.

Owns: these checks of `tracker verify`, as (code, issue, detail). Reads only; repairs nothing.
"""

from collections.abc import Iterator

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.issues.models import Answer, AnswerKind, AnswerStatus, Issue
from tracker.issues.models_referrals import Commitment, Referral, ReferralIssue
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.workflow import IssueState

Found = tuple[str, str, str]


def check(session: Session) -> Iterator[Found]:
    """All that does not hold."""
    for number, key in session.execute(_waiting_wrong()):
        yield "referral_wrong", number or "", f"issue {key}"
    for key, kept, counted in session.execute(_counted_wrong()):
        yield "referral_count_wrong", "", f"document {key}: {kept} kept, {counted} counted"
    for number, key in session.execute(_promised_wrong()):
        yield "commitment_wrong", number or "", f"answer {key}"
    for number, key in session.execute(_without_promise()):
        yield "commitment_missing", number or "", f"answer {key}"


def _waiting_wrong() -> Select[str | None, int]:
    """An issue is with an authority exactly as long as it waits for a document."""
    waits = exists(
        select(ReferralIssue.id).where(ReferralIssue.issue_id == Issue.id, ReferralIssue.ended_at.is_(None))
    )
    is_above = Issue.state == IssueState.WITH_AUTHORITY
    return select(Issue.number, Issue.id).where(or_(and_(is_above, ~waits), and_(~is_above, waits)))


def _counted_wrong() -> Select[int, int, int]:
    counted = (
        select(func.count())
        .select_from(ReferralIssue)
        .where(ReferralIssue.referral_id == Referral.id, ReferralIssue.ended_at.is_(None))
        .correlate(Referral)
        .scalar_subquery()
    )
    return select(Referral.id, Referral.open_count, counted).where(Referral.open_count != counted)


def _promised_wrong() -> Select[str | None, int]:
    """A promise has the date of a sent roadmap; an open one is the newest answer's, and its issue was not cut short."""
    later = aliased(Answer)
    has_later = exists(
        select(later.id).where(
            later.issue_id == Answer.issue_id,
            later.answer_version > Answer.answer_version,
            later.status == AnswerStatus.SENT,
        )
    )
    is_open = Commitment.state == CommitmentState.OPEN
    return (
        select(Issue.number, Commitment.answer_id)
        .join(Issue, Issue.id == Commitment.issue_id)
        .join(Answer, Answer.id == Commitment.answer_id)
        .where(
            or_(
                Answer.issue_id != Commitment.issue_id,
                Answer.roadmap_on.is_distinct_from(Commitment.promised_on),
                Answer.kind != AnswerKind.ROADMAP,
                and_(is_open, has_later),
            )
        )
    )


def _without_promise() -> Select[str | None, int]:
    promised = exists(select(Commitment.id).where(Commitment.answer_id == Answer.id))
    return (
        select(Issue.number, Answer.id)
        .join(Issue, Issue.id == Answer.issue_id)
        .where(Answer.kind == AnswerKind.ROADMAP, Answer.status == AnswerStatus.SENT, ~promised)
    )
