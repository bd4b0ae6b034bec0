"""When a person last looked at the home page.

Owns: that one column, kept to five minutes. Must not know what is new.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from tracker.accounts.models import Account

KEPT_TO = timedelta(minutes=5)


def is_due(looked_at: datetime | None, now: datetime) -> bool:
    """Whether looking now is to be kept."""
    return looked_at is None or now - looked_at >= KEPT_TO


def keep(session: Session, account_id: int, now: datetime) -> None:
    """Keep that the person looked now, unless another page of his did so meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, or_(Account.looked_at.is_(None), Account.looked_at <= now - KEPT_TO))
        .values(looked_at=now)
    )
