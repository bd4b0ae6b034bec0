"""What is shown of documents to somebody higher: the one of an issue, those under way, their issues. Reads only.

Owns: who sees them. A document is for departments: one sees it through an issue that a unit of his that works on
issues may read, or as one who sees all; never as a commune.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, false, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.actor import Actor
from tracker.issues.models import Issue, IssueAccess
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.referral_rules import Addressee
from tracker.permissions import Permission

PAGE = 25
MOST_DOCUMENTS = 50
"""Documents offered on a form: the newest."""

Place = tuple[str, str, int]
"""Addressee, name and key of the last document of a page."""


@dataclass(frozen=True)
class DocumentRow:
    """A document that waits for its reply, with what the person may see of its issues."""

    referral: Referral
    issue_count: int
    next_follow_up_on: date
    interim_due_on: date | None
    """The earliest interim answer that communes still wait for."""


@dataclass(frozen=True)
class DocumentPage:
    """Documents by addressee; after which place the next page begins."""

    rows: list[DocumentRow]
    next_after: Place | None


def documents_under_way(session: Session, unit_id: int | None) -> Sequence[Referral]:
    """The newest documents of the unit that still wait, for another issue to hang on."""
    rows = select(Referral).where(Referral.unit_id == unit_id, Referral.open_count > 0)
    return session.scalars(rows.order_by(Referral.id.desc()).limit(MOST_DOCUMENTS)).all()


def list_documents(
    session: Session, actor: Actor, addressee: Addressee | None, after: Place | None, limit: int = PAGE
) -> DocumentPage:
    """Documents that wait, grouped by addressee; three statements whatever their number."""
    waits = exists(_waiting_issues(actor).where(ReferralIssue.referral_id == Referral.id).correlate(Referral))
    place = (Referral.addressee, Referral.name, Referral.id)
    rows = select(Referral).where(Referral.open_count > 0, waits).options(joinedload(Referral.unit))
    if addressee is not None:
        rows = rows.where(Referral.addressee == addressee)
    if after is not None:
        rows = rows.where(tuple_(*place) > tuple_(*after))
    found = session.scalars(rows.order_by(*place).limit(limit + 1)).all()
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return DocumentPage(
        rows=_with_issues(session, actor, shown),
        next_after=(last.addressee.value, last.name, last.id) if last else None,
    )


def _with_issues(session: Session, actor: Actor, referrals: Sequence[Referral]) -> list[DocumentRow]:
    keys = [referral.id for referral in referrals]
    counted = (
        select(
            ReferralIssue.referral_id,
            func.count(),
            func.min(ReferralIssue.follow_up_on),
            func.min(ReferralIssue.interim_due_on),
        )
        .join(Issue, Issue.id == ReferralIssue.issue_id)
        .where(ReferralIssue.referral_id.in_(keys), ReferralIssue.ended_at.is_(None), _seen(actor))
        .group_by(ReferralIssue.referral_id)
    )
    figures = {key: (n, follow, interim) for key, n, follow, interim in session.execute(counted)}
    return [DocumentRow(referral, *figures[referral.id]) for referral in referrals if referral.id in figures]


def find_document(session: Session, actor: Actor, referral_id: int) -> Referral | None:
    """A document that still waits; None for what the person may not see."""
    waits = exists(_waiting_issues(actor).where(ReferralIssue.referral_id == Referral.id).correlate(Referral))
    rows = select(Referral).where(Referral.id == referral_id, waits).options(joinedload(Referral.unit))
    return session.scalars(rows).first()


def issues_of(
    session: Session, actor: Actor, referral_id: int, after: int = 0, limit: int = PAGE
) -> tuple[list[ReferralIssue], int | None]:
    """The issues that hang on a document, in the order in which they came; the key after which others follow."""
    rows = (
        select(ReferralIssue)
        .join(Issue, Issue.id == ReferralIssue.issue_id)
        .where(
            ReferralIssue.referral_id == referral_id,
            ReferralIssue.ended_at.is_(None),
            ReferralIssue.issue_id > after,
            _seen(actor),
        )
        .options(joinedload(ReferralIssue.issue).joinedload(Issue.owner))
        .order_by(ReferralIssue.issue_id)
    )
    found = list(session.scalars(rows.limit(limit + 1)))
    return found[:limit], found[limit - 1].issue_id if len(found) > limit else None


def _waiting_issues(actor: Actor) -> Select[int]:
    return (
        select(ReferralIssue.id)
        .join(Issue, Issue.id == ReferralIssue.issue_id)
        .where(ReferralIssue.ended_at.is_(None), _seen(actor))
    )


def _seen(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Permission.SEE_ALL_ISSUES):
        return Issue.number.is_not(None)
    units = sorted(actor.units_with(Permission.WORK_ON_ISSUE))
    if not units:
        return false()
    return exists(
        select(IssueAccess.issue_id).where(IssueAccess.issue_id == Issue.id, IssueAccess.unit_id.in_(units))
    )
