"""What is done with accounts, grants and sessions.

Owns: every change of these tables. Must not know the request, nor hash a password inside a transaction: verbs take
the finished hash. A right is asked by the caller's gate.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import throttle
from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.accounts.models_sign_in import SignInStep
from tracker.audit.service import record
from tracker.directory.models import Unit
from tracker.errors import Invalid, NotFound
from tracker.permissions import Role
from tracker.text import clean_line, fold

SEEN_EVERY = timedelta(minutes=5)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,79}")
_LANGUAGES = {"vi", "en"}


@dataclass(frozen=True)
class Caller:
    """Whence a request comes, for sessions and the audit log."""

    address: str = ""
    device: str = ""
    request_id: str = ""


def add_account(
    session: Session,
    *,
    login: str,
    full_name: str,
    password_hash: str | None = None,
    position: str = "",
    phone: str = "",
    email: str = "",
) -> Account:
    """A new person. Without hash nobody can sign in by password. Raises Invalid."""
    login, full_name = checked_login(session, login), clean_line(full_name)
    if not full_name:
        raise Invalid("full_name", "name_missing")
    account = Account(
        login=login,
        full_name=full_name[:120],
        position=clean_line(position)[:120],
        phone=clean_line(phone)[:40],
        email=clean_line(email)[:254],
        password_hash=password_hash,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    record(session, "account_added", account_id=account.id, login=login)
    return account


def checked_login(session: Session, login: str, *, of: int | None = None) -> str:
    """The login as it is stored. Raises Invalid for a wrong shape and one that somebody else than `of` has."""
    folded = fold(login)
    if not _LOGIN.fullmatch(folded):
        raise Invalid("login", "login_missing" if not folded else "login_shape")
    owner = session.scalar(select(Account.id).where(Account.login == folded))
    if owner is not None and owner != of:
        raise Invalid("login", "login_taken")
    return folded


def set_password(
    session: Session, account_id: int, password_hash: str, *, keep_session: str | None = None
) -> None:
    """Store a new hash and end all other sessions of the person. `keep_session`: the token hash that stays."""
    account = _account(session, account_id)
    account.password_hash = password_hash
    record(session, "password_changed", account_id=account.id, login=account.login)
    revoke_sessions(session, account_id, except_hash=keep_session)


def set_language(session: Session, account_id: int, language: str) -> None:
    """The language of the person's pages. Raises Invalid for one there is not."""
    if language not in _LANGUAGES:
        raise Invalid("language", "language_unknown")
    _account(session, account_id).language = language
    session.flush()


def grant(
    session: Session, account_id: int, role: Role, unit_id: int, *, valid_from: date | None = None
) -> Grant:
    """Give a role in a unit from a local date on (today where none is named). Raises Invalid, NotFound."""
    account, begin = _account(session, account_id), valid_from or clock.today()
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    if not unit.is_valid_on(begin):
        raise Invalid("unit", "unit_ended")
    held = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.role == role,
        Grant.unit_id == unit_id,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= begin),
    )
    if session.scalar(held):
        raise Invalid("role", "grant_held_already")
    given = Grant(account_id=account.id, role=role, unit_id=unit_id, valid_from=begin)
    session.add(given)
    session.flush()
    record(session, "granted", account_id=account.id, login=account.login, role=role.value, unit=unit_id)
    return given


def end_grant(session: Session, grant_id: int, *, valid_to: date) -> None:
    """End a role: `valid_to` is its last day. Raises Invalid, NotFound."""
    held = session.get(Grant, grant_id)
    if held is None:
        raise NotFound
    if valid_to < held.valid_from:
        raise Invalid("valid_to", "grant_end_before_begin")
    held.valid_to = valid_to
    session.flush()
    record(session, "grant_ended", account_id=held.account_id, role=held.role.value, unit=held.unit_id)


def disable(session: Session, account_id: int) -> None:
    """End the person's access at once: he can neither sign in nor go on."""
    account = _account(session, account_id)
    account.is_active = False
    record(session, "account_disabled", account_id=account.id, login=account.login)
    revoke_sessions(session, account_id)


def begin_sign_in(session: Session, login: str, caller: Caller) -> Account | None:
    """First half: count the try, find the account. Raises Throttled. The password is checked between the halves."""
    throttle.begin_try(session, login, caller.address, clock.now())
    return session.scalar(select(Account).where(Account.login == fold(login)))


def fail_sign_in(session: Session, account_id: int | None, login: str, caller: Caller) -> None:
    """Second half after a wrong password, an unknown login or a disabled account. An unknown login is not kept."""
    record(
        session,
        "sign_in_failed",
        account_id=account_id,
        login=login if account_id else "",
        address=caller.address,
        request_id=caller.request_id,
    )


def start_session(
    session: Session,
    account_id: int,
    caller: Caller,
    *,
    lasts: timedelta,
    new_hash: str | None = None,
    kind: str = "sign_in",
    **detail: Any,
) -> str:
    """Second half after a success: a session that ends after `lasts`; gives its token. `new_hash` replaces an old one.

    `detail` is kept in the audit entry (of that `kind`): by which way the person came in, where it was not a password
    alone. Raises NotFound where the account was disabled meanwhile.
    """
    account = _account(session, account_id)
    if not account.is_active:
        raise NotFound
    if new_hash:
        account.password_hash = new_hash
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        SignedInSession(
            token_hash=hash_token(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
            device=clean_line(caller.device)[:200],
            address=caller.address,
        )
    )
    throttle.forget_tries(session, account.login, caller.address)
    record(
        session,
        kind,
        account_id=account.id,
        login=account.login,
        address=caller.address,
        request_id=caller.request_id,
        **detail,
    )
    return token


def hash_token(token: str) -> str:
    """What the table holds of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def mark_seen(session: Session, token_hash: str, now: datetime) -> None:
    """Keep when a session was last used; the caller does so at most every five minutes."""
    which = SignedInSession.token_hash == token_hash
    session.execute(
        update(SignedInSession).where(which, SignedInSession.last_seen_at < now).values(last_seen_at=now)
    )


def revoke_session(
    session: Session, account_id: int, token_hash: str, *, kind: str = "session_ended"
) -> None:
    """End one session of the person. Raises NotFound for another's or an ended one."""
    row = session.get(SignedInSession, token_hash)
    if row is None or row.account_id != account_id or row.revoked_at is not None:
        raise NotFound
    row.revoked_at = clock.now()
    record(session, kind, account_id=account_id)


def revoke_sessions(session: Session, account_id: int, *, except_hash: str | None = None) -> int:
    """End all sessions of the person but one; gives their number."""
    which = select(SignedInSession).where(
        SignedInSession.account_id == account_id,
        SignedInSession.revoked_at.is_(None),
        SignedInSession.token_hash != (except_hash or ""),
    )
    rows = session.scalars(which).all()
    for row in rows:
        row.revoked_at = clock.now()
    if rows:
        record(session, "sessions_ended", account_id=account_id, number=len(rows))
    return len(rows)


def clean_sessions(session: Session, now: datetime) -> int:
    """Delete sessions over for a day, old sign-in tries and steps; gives the number of sessions. A job calls this."""
    old = now - timedelta(days=1)
    over = or_(SignedInSession.expires_at < old, SignedInSession.revoked_at < old)
    done = session.execute(delete(SignedInSession).where(over))
    throttle.clean_tries(session, now)
    session.execute(delete(SignInStep).where(SignInStep.expires_at < old))
    return int(getattr(done, "rowcount", 0))


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account
