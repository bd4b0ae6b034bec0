"""What pages of accounts read: the session of a token, the sessions of a person, the sample people of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from tracker import kept
from tracker.accounts.actor import lent_to
from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.directory.models import Unit
from tracker.permissions import Role

Grants = frozenset[tuple[Role, int, int]]
"""Roles in units and whose grant each is: the person's own, or that of somebody for whom he stands in."""


@dataclass(frozen=True)
class SamplePerson:
    """A person of the demonstration who is signed in by one click."""

    account_id: int
    full_name: str
    position: str
    role: Role
    unit_name: str


@dataclass(frozen=True)
class LivingSession:
    """A session in use, of whom, and the grants that hold today."""

    token_hash: str
    created_at: datetime
    last_seen_at: datetime
    account_id: int
    full_name: str
    language: str
    looked_at: datetime | None
    grants: Grants


def living_session(
    session: Session, token_hash: str, now: datetime, idle: timedelta, today: date
) -> LivingSession | None:
    """The session with what every page needs of its account, and the grants that hold today, in one statement.

    The same statement tells whether what is kept of small tables is still true.

    None where the session is revoked, too old or idle for too long, or the account is disabled.
    """
    asked = {"token_hash": token_hash, "now": now, "seen_after": now - idle, "today": today}
    rows = session.execute(_living(), asked).all()
    if not rows:
        return None
    kept.note(session, rows[0][0])
    grants = frozenset((row.role, row.unit_id, row.account_id) for row in rows if row.role is not None)
    _, token, created_at, last_seen_at, account_id, full_name, language, looked_at, *_ = rows[0]
    return LivingSession(token, created_at, last_seen_at, account_id, full_name, language, looked_at, grants)


@cache
def _living() -> Select[*tuple[Any, ...]]:
    """The statement of `living_session`. Built once: building it costs far more than running it."""
    today = bindparam("today", type_=Date())
    lent = lent_to(SignedInSession.account_id.expression, today).correlate(SignedInSession)
    holds_today = and_(
        or_(Grant.account_id == SignedInSession.account_id, Grant.id.in_(lent)),
        Grant.holds_on(today),
    )
    return (
        select(
            kept.changed_value(),
            SignedInSession.token_hash,
            SignedInSession.created_at,
            SignedInSession.last_seen_at,
            Account.id,
            Account.full_name,
            Account.language,
            Account.looked_at,
            Grant.role,
            Grant.unit_id,
            Grant.account_id,
        )
        .join_from(SignedInSession, Account, SignedInSession.account_id == Account.id)
        .outerjoin(Grant, holds_today)
        .where(
            SignedInSession.token_hash == bindparam("token_hash"),
            SignedInSession.revoked_at.is_(None),
            SignedInSession.expires_at > bindparam("now"),
            SignedInSession.last_seen_at > bindparam("seen_after"),
            Account.is_active.is_(True),
        )
    )


def sessions_of(
    session: Session, account_id: int, now: datetime, idle: timedelta
) -> Sequence[SignedInSession]:
    """The living sessions of a person, the last used first."""
    return session.scalars(
        select(SignedInSession)
        .where(
            SignedInSession.account_id == account_id,
            SignedInSession.revoked_at.is_(None),
            SignedInSession.expires_at > now,
            SignedInSession.last_seen_at > now - idle,
        )
        .order_by(SignedInSession.last_seen_at.desc())
        .limit(50)
    ).all()


def sample_people(session: Session, today: date) -> list[SamplePerson]:
    """The active people without password, by role (in the order of `Role`) and unit, once for each grant."""
    rows = session.execute(
        select(Account.id, Account.full_name, Account.position, Grant.role, Unit.name)
        .join(Grant, Grant.account_id == Account.id)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(
            Account.is_active.is_(True),
            Account.password_hash.is_(None),
            Grant.holds_on(today),
        )
        .order_by(Unit.order_no, Unit.sort_key, Account.id)
    )
    order = list(Role)
    people = [SamplePerson(*row) for row in rows]
    return sorted(people, key=lambda person: order.index(person.role))


def units_of(session: Session, account_id: int, today: date) -> list[tuple[Role, str]]:
    """The roles that a person holds today, each with the name of its unit."""
    rows = session.execute(
        select(Grant.role, Unit.name)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(
            Grant.account_id == account_id,
            Grant.holds_on(today),
        )
        .order_by(Unit.order_no, Unit.sort_key)
    )
    return [(role, name) for role, name in rows]
