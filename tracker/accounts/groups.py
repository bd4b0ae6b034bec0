"""Working groups with their people, and the leaders in charge of fields.

Owns: a group's decision, its members' areas and fields, field → leader and following officer, each change with its
audit entry. Members are the people who hold a role of the group today; giving roles is another page's work. Must not
know issues.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant
from tracker.directory import queries
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import Area, Field, FieldCharge, MemberField, Unit, UnitKind, WorkingGroup
from tracker.errors import Invalid, NotFound
from tracker.permissions import Actor, Role
from tracker.text import clean_line, sort_key

MEMBER_ROLES = (Role.GROUP_LEAD, Role.GROUP_MEMBER)
LEADERS = (Role.PROVINCIAL_LEADER,)
OFFICERS = (Role.LEADER_ASSISTANT, Role.COORDINATOR)

Charges = dict[int, tuple[int, int | None]]
"""Field → leader in charge, following officer."""


@dataclass(frozen=True)
class Member:
    """A person of the group with what he looks after, by key."""

    account_id: int
    name: str
    position: str
    roles: tuple[Role, ...]
    areas: set[int] = field(default_factory=set)
    fields: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class GroupLine:
    """A group in the list."""

    unit: Unit
    group: WorkingGroup | None
    people: int


def groups(session: Session, today: date) -> list[GroupLine]:
    """Every agency that exists, with its group (None: none has been set up) and how many belong to it."""
    agencies = select(Unit, WorkingGroup).outerjoin(WorkingGroup, WorkingGroup.unit_id == Unit.id)
    rows = session.execute(
        agencies.where(Unit.kind.not_in([UnitKind.COMMUNE, UnitKind.PROVINCE]))
        .where((Unit.valid_to.is_(None)) | (Unit.valid_to >= today))
        .order_by(Unit.order_no, Unit.sort_key)
    ).all()
    counted = session.execute(
        select(Grant.unit_id, func.count(Grant.account_id.distinct()))
        .join(Account, Account.id == Grant.account_id)
        .where(Account.is_active, Grant.role.in_(MEMBER_ROLES), Grant.holds_on(today))
        .group_by(Grant.unit_id)
    )
    people: dict[int, int] = {row[0]: row[1] for row in counted}
    return [GroupLine(unit, group, people.get(unit.id, 0)) for unit, group in rows]


def group_of(session: Session, unit_id: int) -> tuple[Unit, WorkingGroup | None]:
    """An agency and its group. Raises NotFound for a commune, the province and what there is not."""
    unit = session.get(Unit, unit_id)
    if unit is None or unit.kind in (UnitKind.COMMUNE, UnitKind.PROVINCE):
        raise NotFound
    return unit, session.scalar(select(WorkingGroup).where(WorkingGroup.unit_id == unit_id))


def members(session: Session, unit_id: int, today: date) -> list[Member]:
    """The active people with a role of the group today, by name."""
    rows = session.execute(
        select(Account.id, Account.full_name, Account.position, Grant.role)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.is_active, Grant.unit_id == unit_id, Grant.role.in_(MEMBER_ROLES), Grant.holds_on(today)
        )
    ).all()
    found: dict[int, Member] = {}
    for key, name, position, role in rows:
        before = found.get(key)
        roles = (*(before.roles if before else ()), role)
        found[key] = Member(key, name, position, roles)
    of_unit = select(WorkingGroup.id).where(WorkingGroup.unit_id == unit_id).scalar_subquery()
    for area in session.scalars(select(Area).where(Area.group_id == of_unit)):
        if area.member_id in found:
            found[area.member_id].areas.add(area.commune_id)
    for mine in session.scalars(select(MemberField).where(MemberField.group_id == of_unit)):
        if mine.member_id in found:
            found[mine.member_id].fields.add(mine.field_id)
    return sorted(found.values(), key=lambda person: (sort_key(person.name), person.account_id))


def facts_of(group: WorkingGroup | None) -> dict[str, object]:
    """What the form of the group shows."""
    if group is None:
        return {"number": "", "on": None, "is_active": False}
    return {"number": group.decision_number, "on": group.decision_on, "is_active": group.is_active}


def change_group(
    session: Session, actor: Actor, unit_id: int, *, number: str, on: date | None, is_active: bool, seen: str
) -> None:
    """The group's decision and whether it works; sets the group up where there is none.

    Raises Invalid for a working group of a unit that has ended, NotPossible for a stale form.
    """
    held(session, Unit, unit_id)
    unit, group = group_of(session, unit_id)
    before = facts_of(group)
    refuse_stale(before, seen)
    if unit.valid_to is not None and is_active and not before["is_active"]:
        raise Invalid("is_active", "unit_ended")
    if group is None:
        group = WorkingGroup(unit_id=unit_id)
        session.add(group)
    group.decision_number, group.decision_on = clean_line(number)[:60], on
    group.is_active = is_active
    session.flush()
    record_change(session, actor, "group_changed", before, facts_of(group), unit=unit_id)


def duties_of(member: Member) -> dict[str, object]:
    """What the form of a member shows."""
    return {"areas": sorted(member.areas), "fields": sorted(member.fields)}


def change_member(
    session: Session,
    actor: Actor,
    unit_id: int,
    account_id: int,
    *,
    areas: set[int],
    fields: set[int],
    today: date,
    seen: str,
) -> None:
    """The member's communes and fields. A commune that another member had goes over to this one.

    Raises NotFound for somebody who is not of the group, NotPossible for a stale form.
    """
    held(session, Unit, unit_id)
    _, group = group_of(session, unit_id)
    member = next((one for one in members(session, unit_id, today) if one.account_id == account_id), None)
    if member is None or group is None:
        raise NotFound
    before = duties_of(member)
    refuse_stale(before, seen)
    areas &= {commune.id for commune in queries.communes(session)} | member.areas
    fields &= {row.id for row in queries.fields(session)} | member.fields
    taken = select(Area).where(Area.group_id == group.id, Area.commune_id.in_(areas))
    lost = [row for row in session.scalars(taken) if row.member_id != account_id]
    before["taken_over"] = {}
    after: dict[str, object] = {
        "areas": sorted(areas),
        "fields": sorted(fields),
        "taken_over": {str(row.commune_id): row.member_id for row in lost},
    }
    own = [Area.group_id == group.id, (Area.member_id == account_id) | Area.commune_id.in_(areas)]
    session.execute(delete(Area).where(*own))
    session.execute(
        delete(MemberField).where(MemberField.group_id == group.id, MemberField.member_id == account_id)
    )
    session.add_all(Area(group_id=group.id, commune_id=key, member_id=account_id) for key in sorted(areas))
    session.add_all(
        MemberField(group_id=group.id, field_id=key, member_id=account_id) for key in sorted(fields)
    )
    session.flush()
    record_change(session, actor, "member_changed", before, after, unit=unit_id, person=account_id)


def charges(session: Session) -> Charges:
    """Who is in charge of which field."""
    return {row.field_id: (row.leader_id, row.officer_id) for row in session.scalars(select(FieldCharge))}


_CHARGES = select(FieldCharge.field_id).where(
    or_(FieldCharge.leader_id == bindparam("account_id"), FieldCharge.officer_id == bindparam("account_id"))
)


def fields_of_leader(session: Session, account_id: int) -> set[int]:
    """The fields that the person is in charge of, or follows for a leader."""
    return set(session.scalars(_CHARGES, {"account_id": account_id}))


def people_with(session: Session, roles: tuple[Role, ...], today: date) -> list[tuple[int, str]]:
    """The active people who hold one of the roles today: key and name with position."""
    rows = session.execute(
        select(Account.id, Account.full_name, Account.position).where(
            Account.is_active,
            Account.id.in_(select(Grant.account_id).where(Grant.role.in_(roles), Grant.holds_on(today))),
        )
    ).all()
    ordered = sorted(rows, key=lambda row: (sort_key(row.full_name), row.id))
    return [
        (row.id, f"{row.full_name}, {row.position}" if row.position else row.full_name) for row in ordered
    ]


def plain(stored: Charges) -> dict[str, object]:
    """Charges as a log and a mark can hold them."""
    return {str(key): list(pair) for key, pair in sorted(stored.items())}


def set_charges(
    session: Session,
    actor: Actor,
    wanted: Mapping[int, tuple[int | None, int | None]],
    *,
    today: date,
    seen: str,
) -> None:
    """Who is in charge of each field named; no leader: nobody is, and nobody follows.

    Raises Invalid for a person newly chosen without the role, NotPossible for a stale form.
    """
    session.scalars(select(Field).order_by(Field.id).with_for_update()).all()
    before = charges(session)
    refuse_stale(plain(before), seen)
    leaders = {key for key, _ in people_with(session, LEADERS, today)}
    officers = {key for key, _ in people_with(session, OFFICERS, today)}
    for field_id, (leader, officer) in wanted.items():
        old_leader, old_officer = before.get(field_id, (None, None))
        if leader not in leaders | {None, old_leader} or officer not in officers | {None, old_officer}:
            raise Invalid("charges", "not_a_choice")
        if officer is not None and leader is None:
            raise Invalid("charges", "leader_missing")
        if (leader, officer) != (old_leader, old_officer):
            _charge(session, field_id, leader, officer)
    session.flush()
    record_change(session, actor, "charges_changed", plain(before), plain(charges(session)))


def _charge(session: Session, field_id: int, leader: int | None, officer: int | None) -> None:
    held(session, Field, field_id)
    row = session.scalar(select(FieldCharge).where(FieldCharge.field_id == field_id))
    if leader is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(FieldCharge(field_id=field_id, leader_id=leader, officer_id=officer))
    else:
        row.leader_id, row.officer_id = leader, officer
