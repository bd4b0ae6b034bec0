"""Deputies: who stands in for an absent person, with which of his grants, from–to.

Owns: who may set one, and that a deputy is of the same unit. One level: only a grant of one's own can be lent, never
one that somebody holds as a deputy himself. Must not know issues.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.models import Account, Deputy, Grant
from tracker.audit.service import record
from tracker.errors import Invalid, NotFound
from tracker.permissions import Actor, Permission, Role

LONGEST_DAYS = 366
LEADS: dict[Role, frozenset[Role]] = {
    Role.GROUP_LEAD: frozenset({Role.GROUP_MEMBER}),
    Role.DEPARTMENT_LEADER: frozenset({Role.GROUP_MEMBER, Role.GROUP_LEAD}),
    Role.COMMUNE_LEADER: frozenset({Role.COMMUNE_OFFICER}),
}
"""Whose deputies a lead or leader of the unit may set: his people's, never those of his own rank or above."""
NOT_LENT = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Lendable:
    """A grant for which the person may name a deputy, and who of the unit could be it."""

    grant: Grant
    candidates: Sequence[Account]


def appoint(
    session: Session, actor: Actor, grant_id: int, deputy_id: int, valid_from: date, valid_to: date
) -> Deputy:
    """Name a deputy for one grant. Raises NotFound (not his to lend), Invalid (field deputy_id or valid_to)."""
    today = clock.today()
    grant = session.scalars(
        select(Grant).where(Grant.id == grant_id, Grant.holds_on(today)).with_for_update()
    ).first()
    if grant is None or not may_lend(actor, grant):
        raise NotFound
    colleagues = {one.id for one in _people_of(session, {grant.unit_id}, today)[grant.unit_id]}
    if deputy_id not in colleagues - {grant.account_id}:
        raise Invalid("deputy_id", "deputy_not_of_unit")
    if valid_from < today:
        raise Invalid("valid_from", "deputy_in_the_past")
    if not valid_from <= valid_to <= valid_from + timedelta(days=LONGEST_DAYS):
        raise Invalid("valid_to", "deputy_days_wrong")
    overlapping = select(Deputy.id).where(
        Deputy.grant_id == grant_id, Deputy.valid_from <= valid_to, Deputy.valid_to >= valid_from
    )
    if session.scalar(overlapping.limit(1)) is not None:
        raise Invalid("valid_from", "deputy_already_named")
    row = Deputy(
        grant_id=grant_id,
        deputy_id=deputy_id,
        valid_from=valid_from,
        valid_to=valid_to,
        set_by_id=actor.account_id,
        set_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, "deputy_named", account_id=actor.account_id, before=None, after=_facts(row, grant))
    return row


def end(session: Session, actor: Actor, deputy_key: int) -> None:
    """End it: what has begun ends with yesterday, what has not is dropped. Raises NotFound."""
    row = session.scalars(
        select(Deputy)
        .where(Deputy.id == deputy_key)
        .options(joinedload(Deputy.grant))
        .with_for_update(of=Deputy)
    ).first()
    today = clock.today()
    if row is None or row.valid_to < today or not may_lend(actor, row.grant):
        raise NotFound
    before = _facts(row, row.grant)
    yesterday = today - timedelta(days=1)
    if row.valid_from >= today:
        session.delete(row)
        after = None
    else:
        row.valid_to = yesterday
        after = _facts(row, row.grant)
    session.flush()
    record(session, "deputy_ended", account_id=actor.account_id, before=before, after=after)


def may_lend(actor: Actor, grant: Grant) -> bool:
    """Whether the person may name a deputy for this grant: his own, one of his people's, or as administrator."""
    if grant.role in NOT_LENT:
        return False
    if grant.account_id == actor.account_id or actor.has(Permission.ADMINISTER):
        return True
    own = actor.grants if actor.own is None else actor.own
    return any(grant.role in LEADS.get(role, ()) for role, unit_id in own if unit_id == grant.unit_id)


def _concerned(actor: Actor, person_id: int | None) -> ColumnElement[bool]:
    """Grants to look at: those of one person for the administrator, else those of one's own units."""
    if person_id is not None and actor.has(Permission.ADMINISTER):
        return Grant.account_id == person_id
    return Grant.unit_id.in_({unit_id for _, unit_id in actor.grants})


def lendable(session: Session, actor: Actor, today: date, person_id: int | None = None) -> list[Lendable]:
    """The grants of the person and of his people for which a deputy may be named; or those of one person."""
    rows = session.scalars(
        select(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(_concerned(actor, person_id), Grant.holds_on(today), Account.is_active.is_(True))
        .options(joinedload(Grant.account), joinedload(Grant.unit))
        .order_by(Grant.unit_id, Grant.id)
    )
    mine = [grant for grant in rows if may_lend(actor, grant)]
    people = _people_of(session, {grant.unit_id for grant in mine}, today)
    found = [
        Lendable(grant, [person for person in people[grant.unit_id] if person.id != grant.account_id])
        for grant in mine
    ]
    return [one for one in found if one.candidates]


def named_by(session: Session, actor: Actor, today: date, person_id: int | None = None) -> list[Deputy]:
    """Deputies that hold or will hold: those for the person's own grants and his people's, and where he is one."""
    rows = session.scalars(
        select(Deputy)
        .join(Grant, Grant.id == Deputy.grant_id)
        .where(_concerned(actor, person_id), Deputy.valid_to >= today)
        .options(
            joinedload(Deputy.grant).joinedload(Grant.account),
            joinedload(Deputy.grant).joinedload(Grant.unit),
            joinedload(Deputy.deputy),
        )
        .order_by(Deputy.valid_from, Deputy.id)
    )
    return [row for row in rows if row.deputy_id == actor.account_id or may_lend(actor, row.grant)]


def _people_of(session: Session, units: Collection[int], today: date) -> dict[int, list[Account]]:
    """Active people with a grant in each unit today, by name."""
    rows = session.execute(
        select(Grant.unit_id, Account)
        .join(Account, Grant.account_id == Account.id)
        .where(Grant.unit_id.in_(units), Grant.holds_on(today), Account.is_active.is_(True))
        .distinct()
        .order_by(Account.full_name, Account.id)
    )
    people: dict[int, list[Account]] = defaultdict(list)
    for unit_id, person in rows:
        people[unit_id].append(person)
    return people


def _facts(row: Deputy, grant: Grant) -> dict[str, object]:
    return {
        "absent": grant.account_id,
        "role": grant.role.value,
        "unit": grant.unit_id,
        "deputy": row.deputy_id,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
