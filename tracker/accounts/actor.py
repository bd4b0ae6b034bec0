"""The person who acts, read from his account.

Owns: how an account becomes an `Actor`, once per request. Must not know the request.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import Account, Deputy, Grant
from tracker.permissions import Actor, Role, actor_with

__all__ = ["Actor", "actor_of", "actors_of", "lent_to"]


def actor_of(session: Session, account: Account, today: date) -> Actor:
    """The actor with the grants that hold today; none for a disabled account."""
    if not account.is_active:
        return Actor(account.id, account.full_name, frozenset())
    rows = session.execute(_grants(), {"account_id": account.id, "today": today})
    return actor_with(account.id, account.full_name, ((row[0], row[1], row[2]) for row in rows))


def actors_of(session: Session, accounts: Sequence[Account], today: date) -> dict[int, Actor]:
    """As `actor_of`, for many active accounts in two statements; by key."""
    keys = [account.id for account in accounts if account.is_active]
    columns = (Grant.role, Grant.unit_id, Grant.account_id)
    own = select(Grant.account_id, *columns).where(Grant.account_id.in_(keys), Grant.holds_on(today))
    lent = (
        select(Deputy.deputy_id, *columns)
        .join(Deputy, Deputy.grant_id == Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Deputy.deputy_id.in_(keys),
            Deputy.holds_on(today),
            Account.is_active.is_(True),
            Grant.holds_on(today),
        )
    )
    rows: dict[int, list[tuple[Role, int, int]]] = {account.id: [] for account in accounts}
    for asked in (own, lent):
        for key, role, unit_id, holder in session.execute(asked):
            rows[key].append((role, unit_id, holder))
    return {account.id: actor_with(account.id, account.full_name, rows[account.id]) for account in accounts}


@cache
def _grants() -> Select[Role, int, int]:
    """Built once: building a statement costs more than running it."""
    me: ColumnElement[int] = bindparam("account_id", type_=Integer())
    today: ColumnElement[date] = bindparam("today", type_=Date())
    return select(Grant.role, Grant.unit_id, Grant.account_id).where(
        or_(Grant.account_id == me, Grant.id.in_(lent_to(me, today))), Grant.holds_on(today)
    )


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
