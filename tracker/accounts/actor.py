"""The person who acts, read from his account.

Owns: how an account becomes an `Actor`, once per request. Must not know the request.
"""

from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Account, Deputy, Grant
from tracker.permissions import Actor, actor_with

__all__ = ["Actor", "actor_of", "lent_to"]


def actor_of(session: Session, account: Account, today: date) -> Actor:
    """The actor with the grants that hold today; none for a disabled account."""
    if not account.is_active:
        return Actor(account.id, account.full_name, frozenset())
    rows = session.execute(
        select(Grant.role, Grant.unit_id, Grant.account_id).where(
            or_(Grant.account_id == account.id, Grant.id.in_(lent_to(account.id, today))),
            Grant.holds_on(today),
        )
    )
    return actor_with(account.id, account.full_name, ((row[0], row[1], row[2]) for row in rows))


def lent_to(account_id: int | ColumnElement[int], today: date | ColumnElement[date]) -> Select[int]:
    """Keys of the grants with which the person stands in for somebody who is still there."""
    lender = aliased(Account)
    lent = aliased(Grant)
    return (
        select(Deputy.grant_id)
        .join(lent, lent.id == Deputy.grant_id)
        .join(lender, lender.id == lent.account_id)
        .where(Deputy.deputy_id == account_id, Deputy.holds_on(today), lender.is_active.is_(True))
    )
