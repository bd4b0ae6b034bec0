"""What keeps an answered issue from closing.

Owns: the one question whether a dated directive is still open. Reads only.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.issues.models_directives import DirectiveState, DirectiveTarget

STILL_OWED = (DirectiveState.OPEN, DirectiveState.REPORTED, DirectiveState.SENT_BACK)


def holds_open(session: Session, issue_id: int) -> bool:
    """Whether a unit still owes what it was told to do for this issue by a date."""
    owed = select(DirectiveTarget.id).where(
        DirectiveTarget.issue_id == issue_id,
        DirectiveTarget.due_on.is_not(None),
        DirectiveTarget.state.in_(STILL_OWED),
    )
    return session.scalar(owed.limit(1)) is not None
