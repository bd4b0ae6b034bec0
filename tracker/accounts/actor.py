"""The person who acts, read from his account.

Owns: how an account becomes an `Actor`, once per request. Must not know the request.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant
from tracker.permissions import Actor

__all__ = ["Actor", "actor_of"]


def actor_of(session: Session, account: Account, today: date) -> Actor:
    """The actor with the grants that hold today; none for a disabled account."""
    rows = session.execute(
        select(Grant.role, Grant.unit_id).where(
            Grant.account_id == account.id,
            Grant.holds_on(today),
        )
    )
    grants = frozenset((role, unit_id) for role, unit_id in rows) if account.is_active else frozenset()
    return Actor(account.id, account.full_name, grants)
