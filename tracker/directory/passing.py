"""What of the directory itself passes on from an ended unit to the one in its place.

Owns: routing, group, areas, members' fields, names by which it is looked for, the place of the coordinator. Each
step may be repeated. Must not know people's roles or issues: they are passed on by hooks.
"""

from datetime import date
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.directory.models import Area, FormerName, MemberField, Routing, Unit, WorkingGroup
from tracker.directory.switches import read_switches, set_switch
from tracker.text import fold

Shared = TypeVar("Shared", Area, MemberField)


def pass_directory_on(session: Session, unit: Unit, successor: Unit | None) -> None:
    """Everything at once. Without successor the group merely ends; the coordinator decides about the rest."""
    if successor is not None:
        session.execute(update(Routing).where(Routing.unit_id == unit.id).values(unit_id=successor.id))
        _pass_commune_on(session, unit, successor)
        if has_active_group(session, unit.id):
            give_group(session, successor.id)
        _pass_group_on(session, unit, successor)
        add_names(session, unit, successor)
        if read_switches(session).coordinating_unit_id == unit.id:
            set_switch(session, "coordinating_unit_id", successor.id)
    session.execute(update(WorkingGroup).where(WorkingGroup.unit_id == unit.id).values(is_active=False))
    session.flush()


def add_names(session: Session, old: Unit, new: Unit) -> None:
    """Let the new unit be found by the old one's name and by all that the old one was found by."""
    present = set(session.scalars(select(FormerName.name).where(FormerName.unit_id == new.id)))
    names: list[tuple[str, date | None, date | None]] = [(old.name, old.valid_from, old.valid_to)]
    inherited = select(FormerName).where(FormerName.unit_id == old.id).order_by(FormerName.id)
    names += [(row.name, row.valid_from, row.valid_to) for row in session.scalars(inherited)]
    for name, begin, end in names:
        if name not in present and name != new.name:
            present.add(name)
            session.add(
                FormerName(unit_id=new.id, name=name, folded_name=fold(name), valid_from=begin, valid_to=end)
            )
    session.flush()


def has_active_group(session: Session, unit_id: int) -> bool:
    """Whether the unit can hold an issue."""
    found = select(WorkingGroup.id).where(WorkingGroup.unit_id == unit_id, WorkingGroup.is_active)
    return session.scalar(found) is not None


def give_group(session: Session, unit_id: int) -> None:
    """See to it that the unit has an active group; its decision is to be entered."""
    group = session.scalar(select(WorkingGroup).where(WorkingGroup.unit_id == unit_id))
    if group is None:
        session.add(WorkingGroup(unit_id=unit_id, is_active=True))
    else:
        group.is_active = True
    session.flush()


def _pass_commune_on(session: Session, unit: Unit, successor: Unit) -> None:
    """Who looked after the ended commune looks after the new one, where nobody of his group does."""
    for area in session.scalars(select(Area).where(Area.commune_id == unit.id).order_by(Area.id)).all():
        taken = select(Area.id).where(Area.group_id == area.group_id, Area.commune_id == successor.id)
        if session.scalar(taken) is None:
            area.commune_id = successor.id
        else:
            session.delete(area)
        session.flush()


def _pass_group_on(session: Session, unit: Unit, successor: Unit) -> None:
    old = session.scalar(select(WorkingGroup.id).where(WorkingGroup.unit_id == unit.id))
    new = session.scalar(select(WorkingGroup.id).where(WorkingGroup.unit_id == successor.id))
    if old is None or new is None:
        return
    communes = set(session.scalars(select(Area.commune_id).where(Area.group_id == new)))
    fields = {
        (row.field_id, row.member_id)
        for row in session.scalars(select(MemberField).where(MemberField.group_id == new))
    }
    for area in session.scalars(select(Area).where(Area.group_id == old)).all():
        _move(session, area, new, is_taken=area.commune_id in communes)
    for mine in session.scalars(select(MemberField).where(MemberField.group_id == old)).all():
        _move(session, mine, new, is_taken=(mine.field_id, mine.member_id) in fields)
    session.flush()


def _move(session: Session, row: Shared, group_id: int, *, is_taken: bool) -> None:
    if is_taken:
        session.delete(row)
    else:
        row.group_id = group_id
