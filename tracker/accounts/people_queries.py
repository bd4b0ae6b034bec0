"""What the pages of people read: the list with its search, one person with roles, sessions and the last sign-in.

Owns: reading only. Must not know issues.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.audit.models import AuditEntry
from tracker.directory.models import Unit
from tracker.permissions import Role
from tracker.text import fold

ROWS_PER_PAGE = 25
MOST_SEARCHED = 5_000
"""People whose names a search looks through, newest first: a province has some two thousand."""


@dataclass(frozen=True)
class PeopleFilter:
    """What the list shows; None means whatever."""

    text: str = ""
    unit_id: int | None = None
    role: Role | None = None
    is_active: bool | None = None


@dataclass(frozen=True)
class PersonLine:
    """A person in the list with the roles that hold today: (role, name of the unit)."""

    account: Account
    roles: list[tuple[Role, str]]


@dataclass(frozen=True)
class PeoplePage:
    """Lines by key, newest first, and the key after which the next page begins."""

    lines: list[PersonLine]
    next_after: int | None


@dataclass(frozen=True)
class RoleLine:
    """A role of a person with its time."""

    grant: Grant
    unit_name: str
    is_over: bool
    is_to_come: bool


@dataclass(frozen=True)
class PersonPage:
    """Everything that the page of a person shows."""

    account: Account
    roles: list[RoleLine]
    sessions: int
    last_sign_in: datetime | None


def people(session: Session, filters: PeopleFilter, today: date, *, after: int | None = None) -> PeoplePage:
    """A page of people, newest first. The search ignores marks and looks at name and login."""
    asked = select(Account).order_by(Account.id.desc())
    if filters.is_active is not None:
        asked = asked.where(Account.is_active.is_(filters.is_active))
    if filters.unit_id is not None or filters.role is not None:
        held = select(Grant.id).where(Grant.account_id == Account.id, Grant.holds_on(today))
        if filters.unit_id is not None:
            held = held.where(Grant.unit_id == filters.unit_id)
        if filters.role is not None:
            held = held.where(Grant.role == filters.role)
        asked = asked.where(exists(held))
    if keys := _named(session, filters.text):
        asked = asked.where(Account.id.in_(keys))
    elif filters.text:
        return PeoplePage([], None)
    if after is not None:
        asked = asked.where(Account.id < after)
    rows = list(session.scalars(asked.limit(ROWS_PER_PAGE + 1)))
    shown = rows[:ROWS_PER_PAGE]
    roles = _roles_of(session, [row.id for row in shown], today)
    lines = [PersonLine(row, roles.get(row.id, [])) for row in shown]
    return PeoplePage(lines, shown[-1].id if len(rows) > ROWS_PER_PAGE else None)


def people_meant(session: Session, text: str, most: int) -> list[Account]:
    """Whom a login or a name means: who has that very login, else up to `most` whose name is made of these words.

    Where nobody's is, those whose name or login holds them anywhere.
    """
    login = fold(text).strip()
    exact = session.scalar(select(Account).where(Account.login == login)) if login else None
    if exact is not None:
        return [exact]
    found = list(
        session.scalars(select(Account).where(Account.id.in_(_named(session, text))).order_by(Account.id))
    )
    words = set(fold(text).split())
    return ([one for one in found if words <= set(fold(one.full_name).split())] or found)[:most]


def _named(session: Session, text: str) -> list[int]:
    words = fold(text).split()
    if not words:
        return []
    names = session.execute(
        select(Account.id, Account.full_name, Account.login).order_by(Account.id.desc()).limit(MOST_SEARCHED)
    )
    return [key for key, name, login in names if all(word in f"{fold(name)} {login}" for word in words)]


def _roles_of(session: Session, keys: list[int], today: date) -> dict[int, list[tuple[Role, str]]]:
    rows = session.execute(
        select(Grant.account_id, Grant.role, Unit.name)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(Grant.account_id.in_(keys), Grant.holds_on(today))
        .order_by(Grant.id)
    )
    found: dict[int, list[tuple[Role, str]]] = {}
    for key, role, unit in rows:
        found.setdefault(key, []).append((role, unit))
    return found


def person(session: Session, account_id: int, now: datetime, today: date) -> PersonPage | None:
    """One person; None where there is none."""
    account = session.get(Account, account_id)
    if account is None:
        return None
    rows = session.execute(
        select(Grant, Unit.name)
        .join(Unit, Unit.id == Grant.unit_id)
        .where(Grant.account_id == account_id)
        .order_by(Grant.valid_from.desc(), Grant.id.desc())
    )
    roles = [
        RoleLine(grant, name, grant.valid_to is not None and grant.valid_to < today, grant.valid_from > today)
        for grant, name in rows
    ]
    living = select(func.count()).where(
        SignedInSession.account_id == account_id,
        SignedInSession.revoked_at.is_(None),
        SignedInSession.expires_at > now,
    )
    last = select(func.max(AuditEntry.at)).where(
        AuditEntry.kind == "sign_in", AuditEntry.account_id == account_id
    )
    return PersonPage(account, roles, session.scalar(living) or 0, session.scalar(last))


def units_to_choose(session: Session, today: date) -> list[tuple[int, str]]:
    """Every unit that exists, for a choice: key and name."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
        .order_by(Unit.kind.desc(), Unit.order_no, Unit.sort_key)
    ).all()
    return [(key, name) for key, name in rows]
