"""What the administrator does with people: facts, roles, the end of access, links to set a password.

Owns: these changes, each with its audit entry before and after. Must not know issues; what the end of a role means
for a matter its owner's unit decides.
"""

import secrets
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import entering, service
from tracker.accounts.models import Account, Grant
from tracker.accounts.models_people import PasswordLink
from tracker.audit.service import record
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import Unit, UnitKind
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.permissions import Actor, Role
from tracker.text import clean_line

LINK_LASTS = timedelta(hours=24)
COMMUNE_ROLES = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER})
_AGENCY_ROLES = frozenset({Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR})
_FACTS = ("login", "full_name", "position", "phone", "email")


def facts_of(account: Account) -> dict[str, object]:
    """What the form of a person shows."""
    return {name: getattr(account, name) for name in _FACTS}


def add_person(
    session: Session, actor: Actor, facts: dict[str, str], *, role: Role, unit_id: int, valid_from: date
) -> Account:
    """A new person with a first role; he cannot sign in before he has set a password. Raises Invalid, NotFound."""
    account = service.add_account(session, **facts)
    record_change(session, actor, "person_added", {}, facts_of(account), person=account.id)
    give_role(session, actor, account.id, role=role, unit_id=unit_id, valid_from=valid_from, valid_to=None)
    return account


def change_facts(
    session: Session, actor: Actor, account_id: int, facts: dict[str, str], *, seen: str
) -> None:
    """Name, position, phone, e-mail and login. Raises Invalid, NotFound, NotPossible for a stale form."""
    account = held(session, Account, account_id)
    before = facts_of(account)
    refuse_stale(before, seen)
    wanted = {name: clean_line(facts[name]) for name in _FACTS}
    wanted["login"] = service.checked_login(session, facts["login"], of=account_id)
    if not wanted["full_name"]:
        raise Invalid("full_name", "name_missing")
    account.login, account.full_name = wanted["login"], wanted["full_name"][:120]
    account.position, account.phone = wanted["position"][:120], wanted["phone"][:40]
    account.email = wanted["email"][:254]
    session.flush()
    record_change(session, actor, "person_changed", before, facts_of(account), person=account_id)


def give_role(
    session: Session,
    actor: Actor,
    account_id: int,
    *,
    role: Role,
    unit_id: int,
    valid_from: date,
    valid_to: date | None,
) -> Grant:
    """A role in a unit for a time, both days included.

    Raises Invalid for a role that the kind of unit does not have, a unit that has ended, a time that overlaps what is
    held already; NotFound.
    """
    held(session, Account, account_id)
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    check_role(unit, role)
    if not unit.is_valid_on(valid_from):
        raise Invalid("unit", "unit_ended")
    if valid_to is not None and valid_to < valid_from:
        raise Invalid("valid_to", "grant_end_before_begin")
    if _overlaps(session, account_id, role, unit_id, valid_from, valid_to):
        raise Invalid("role", "grant_held_already")
    given = Grant(account_id=account_id, role=role, unit_id=unit_id, valid_from=valid_from, valid_to=valid_to)
    session.add(given)
    session.flush()
    record_change(session, actor, "role_given", {}, _of_grant(given), person=account_id)
    return given


def end_role(
    session: Session,
    actor: Actor,
    account_id: int,
    grant_id: int,
    *,
    valid_to: date,
    stays_administrator: bool = False,
) -> None:
    """The last day of a role. One that has not begun by then goes. Raises Invalid, NotFound, NotPossible.

    A role only ever gets shorter. `stays_administrator`: another role of the same kind follows at once.
    """
    row = held(session, Grant, grant_id)
    if row.account_id != account_id:
        raise NotFound
    if row.valid_to is not None and row.valid_to < clock.today():
        raise NotPossible("role_ended_already")
    if row.valid_to is not None and valid_to > row.valid_to:
        raise Invalid("valid_to", "role_ends_before")
    before = _of_grant(row)
    if row.role is Role.ADMINISTRATOR and not stays_administrator:
        _keep_an_administrator(session, account_id)
    if valid_to < row.valid_from:
        session.delete(row)
        session.flush()
        record_change(session, actor, "role_ended", before, {}, person=account_id)
        return
    row.valid_to = valid_to
    session.flush()
    record_change(session, actor, "role_ended", before, _of_grant(row), person=account_id)


def move(
    session: Session,
    actor: Actor,
    account_id: int,
    *,
    from_unit_id: int,
    to_unit_id: int,
    role: Role,
    first_day: date,
) -> None:
    """End every role in one unit on the day before and give one in another from that day on. Raises as these do."""
    held(session, Account, account_id)
    last_day = first_day - timedelta(days=1)
    living = max(last_day + timedelta(days=1), clock.today())
    rows = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.unit_id == from_unit_id,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= living),
    )
    keys = session.scalars(rows.order_by(Grant.id)).all()
    if not keys:
        raise Invalid("from_unit", "no_role_there")
    stays = role is Role.ADMINISTRATOR
    for grant_id in keys:
        end_role(session, actor, account_id, grant_id, valid_to=last_day, stays_administrator=stays)
    give_role(session, actor, account_id, role=role, unit_id=to_unit_id, valid_from=first_day, valid_to=None)


def disable(session: Session, actor: Actor, account_id: int) -> None:
    """End the person's access at once, sessions and links too. Raises Invalid for the last administrator."""
    _hold_administrators(session)
    account = held(session, Account, account_id)
    if not account.is_active:
        return
    _keep_an_administrator(session, account_id)
    account.is_active = False
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account_id))
    entering.end_steps(session, account_id)
    service.revoke_sessions(session, account_id)
    record_change(
        session, actor, "person_disabled", {"is_active": True}, {"is_active": False}, person=account_id
    )


def enable(session: Session, actor: Actor, account_id: int) -> None:
    """Give the access back; the roles that still hold act again."""
    account = held(session, Account, account_id)
    before, account.is_active = account.is_active, True
    session.flush()
    record_change(
        session, actor, "person_enabled", {"is_active": before}, {"is_active": True}, person=account_id
    )


def end_sessions(session: Session, actor: Actor, account_id: int) -> int:
    """End all sessions of the person; gives their number."""
    held(session, Account, account_id)
    entering.end_steps(session, account_id)
    number = service.revoke_sessions(session, account_id)
    record(session, "sessions_ended_by_administrator", account_id=actor.account_id, person=account_id)
    return number


def make_link(session: Session, actor: Actor, account_id: int) -> str:
    """The token of a link that sets a password once within 24 hours; an older link dies. Raises NotPossible."""
    account = held(session, Account, account_id)
    if not account.is_active:
        raise NotPossible("person_is_disabled")
    token = secrets.token_urlsafe(32)
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account_id))
    session.add(
        PasswordLink(
            account_id=account_id,
            token_hash=service.hash_token(token),
            expires_at=clock.now() + LINK_LASTS,
            made_by_id=actor.account_id,
        )
    )
    session.flush()
    record(session, "password_link_made", account_id=actor.account_id, person=account_id)
    return token


def person_of_link(session: Session, token: str) -> Account | None:
    """Whose link it is, while it may be used. Unknown, used, replaced and old ones are all None."""
    row = session.scalar(select(PasswordLink).where(PasswordLink.token_hash == service.hash_token(token)))
    if row is None or row.expires_at <= clock.now():
        return None
    account = session.get(Account, row.account_id)
    return account if account is not None and account.is_active else None


def use_link(session: Session, token: str, password_hash: str) -> Account:
    """Set the password and end every session; the link is gone. Raises NotFound."""
    token_hash = service.hash_token(token)
    row = session.scalar(select(PasswordLink).where(PasswordLink.token_hash == token_hash).with_for_update())
    account = person_of_link(session, token)
    if row is None or account is None:
        raise NotFound
    session.delete(row)
    entering.end_steps(session, account.id)
    service.set_password(session, account.id, password_hash)
    record(session, "password_link_used", account_id=account.id, login=account.login)
    return account


def check_role(unit: Unit, role: Role) -> None:
    """Raises Invalid for a role that units of this kind do not have."""
    is_commune = unit.kind is UnitKind.COMMUNE
    if (role in COMMUNE_ROLES and not is_commune) or (role in _AGENCY_ROLES and is_commune):
        raise Invalid("role", "role_not_of_this_unit")
    if role is Role.PROVINCIAL_LEADER and unit.kind not in (UnitKind.PROVINCE, UnitKind.OFFICE):
        raise Invalid("role", "role_not_of_this_unit")


def _overlaps(
    session: Session, account_id: int, role: Role, unit_id: int, begin: date, end: date | None
) -> bool:
    same = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.role == role,
        Grant.unit_id == unit_id,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= begin),
    )
    if end is not None:
        same = same.where(Grant.valid_from <= end)
    return session.scalar(same.limit(1)) is not None


def _of_grant(row: Grant) -> dict[str, object]:
    return {"role": row.role.value, "unit": row.unit_id, "from": row.valid_from, "to": row.valid_to}


def _hold_administrators(session: Session) -> None:
    """Two who take the role away from each other wait for each other here, before any other row is held."""
    session.execute(
        select(Grant.id).where(Grant.role == Role.ADMINISTRATOR).order_by(Grant.id).with_for_update()
    )


def _keep_an_administrator(session: Session, account_id: int) -> None:
    """Raises Invalid where the person administers and nobody else does, from today on and without an end."""
    _hold_administrators(session)
    today = clock.today()
    rows = session.execute(
        select(Grant.account_id, Grant.valid_to)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == Role.ADMINISTRATOR, Grant.holds_on(today), Account.is_active)
    ).all()
    is_one = any(key == account_id for key, _ in rows)
    if is_one and not any(key != account_id and end is None for key, end in rows):
        raise Invalid("valid_to", "last_administrator")
