"""Which account somebody is whom the sign-in service has named.

Owns: `Identity`, the bond between issuer and subject and an account. Never makes an account. Must not know the request.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.accounts.models_sign_in import Identity
from tracker.accounts.service import Caller
from tracker.audit.service import record
from tracker.text import fold


def account_of(
    session: Session, issuer: str, claims: dict[str, Any], *, claim: str, match: str, caller: Caller
) -> Account | None:
    """The active account of this person, or None.

    Once bound, issuer and subject decide alone: an address or name that passes to somebody else opens nothing. The
    first time, the account is found by `claim`, compared with its login or e-mail (`match`), and bound; an account
    that is bound to another subject is nobody's.
    """
    subject = str(claims["sub"])
    bound = session.scalar(
        select(Account)
        .join(Identity, Identity.account_id == Account.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
    if bound is not None:
        return bound if bound.is_active else None
    account = _named(session, claims, claim, match)
    if account is None or not account.is_active or is_bound(session, issuer, account.id):
        return None
    session.add(Identity(issuer=issuer, subject=subject, account_id=account.id, bound_at=clock.now()))
    session.flush()
    record(
        session,
        "identity_bound",
        account_id=account.id,
        login=account.login,
        address=caller.address,
        request_id=caller.request_id,
        issuer=issuer,
    )
    return account


def refuse(session: Session, reason: str, caller: Caller, *, named: str = "") -> None:
    """Note that a sign-in by the service failed. `named`: whom it named, for the administrator to find."""
    record(
        session,
        "sign_in_failed",
        login=named,
        address=caller.address,
        request_id=caller.request_id,
        way="oidc",
        reason=reason,
    )


def _named(session: Session, claims: dict[str, Any], claim: str, match: str) -> Account | None:
    value = claims.get(claim)
    if not isinstance(value, str) or not value.strip():
        return None
    if claim == "email" and claims.get("email_verified") is not True:
        return None
    if match == "login":
        return session.scalar(select(Account).where(Account.login == fold(value)))
    same = func.lower(Account.email) == value.strip().lower()
    found = session.scalars(select(Account).where(same).limit(2)).all()
    return found[0] if len(found) == 1 else None


def is_bound(session: Session, issuer: str, account_id: int) -> bool:
    """Whether the account is somebody at this sign-in service."""
    held = select(Identity.id).where(Identity.issuer == issuer, Identity.account_id == account_id)
    return session.scalar(held) is not None
