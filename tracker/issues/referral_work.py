"""One follow-up of a document for all of its issues at once.

Owns: finding which issues the person follows up, and the order in which they are held. The act itself is the table's.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.errors import Invalid, NotFound
from tracker.issues import referral_lists
from tracker.issues.models_referrals import ReferralIssue
from tracker.issues.service import apply, hold
from tracker.issues.workflow import Act

MOST = 100
"""Issues of one document that are followed up in one go."""


def follow_up_document(session: Session, actor: Actor, referral_id: int, data: Mapping[str, object]) -> int:
    """Record the follow-up on each issue of the document that is the person's to follow up; gives how many.

    Raises NotFound (no such document, or none of its issues is his), Invalid (data).
    """
    if referral_lists.find_document(session, actor, referral_id) is None:
        raise NotFound
    keys = session.scalars(
        select(ReferralIssue.issue_id)
        .where(ReferralIssue.referral_id == referral_id, ReferralIssue.ended_at.is_(None))
        .order_by(ReferralIssue.issue_id)
        .limit(MOST + 1)
    ).all()
    if len(keys) > MOST:
        raise Invalid("text", "too_many", limit=MOST)
    hold(session, keys)
    done = sum(_followed_up(session, actor, key, data) for key in keys)
    if not done:
        raise NotFound
    return done


def _followed_up(session: Session, actor: Actor, issue_id: int, data: Mapping[str, object]) -> int:
    """0 for an issue that another follows up."""
    try:
        apply(session, actor, issue_id, Act.FOLLOW_UP, data)
    except NotFound:
        return 0
    return 1
