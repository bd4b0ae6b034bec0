"""Taking back an end, a merger or a division of units whose day has not come.

Owns: what belongs to one plan, and undoing it with its audit entries. Must not know people or issues: until the day
nothing of theirs has passed on.

A plan is one ended unit, the new ones that begin in its place on the day after its last, and the others that would go
into these. A unit that is there already stays as it is, and so does whatever else goes into it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Base
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import FormerName, Unit, UnitRenaming
from tracker.directory.units import ONE_DAY, state_of
from tracker.errors import NotPossible
from tracker.permissions import Actor

_OF_THE_UNIT = {FormerName.__tablename__, UnitRenaming.__tablename__}
"""Rows that go with a unit that never was."""


@dataclass(frozen=True)
class Plan:
    """What was to happen: `staying` would have ended, `founded` would have begun."""

    staying: list[Unit]
    founded: list[Unit]
    from_on: date


def is_planned(unit: Unit, today: date) -> bool:
    """Whether the unit is to end and its last day has not passed."""
    return unit.valid_to is not None and unit.valid_to >= today


def plan_of(session: Session, unit: Unit) -> Plan:
    """The plan by which the unit ends. Raises NotPossible where it does not end or has ended."""
    if unit.valid_to is None or not is_planned(unit, clock.today()):
        raise NotPossible("no_planned_end")
    names = [unit.name, *session.scalars(select(FormerName.name).where(FormerName.unit_id == unit.id))]
    parts = select(FormerName.unit_id).where(
        FormerName.valid_to == unit.valid_to, FormerName.name.in_(names), FormerName.unit_id != unit.id
    )
    from_on = unit.valid_to + ONE_DAY
    founded = session.scalars(
        select(Unit)
        .where(or_(Unit.id == unit.successor_id, Unit.id.in_(parts)), Unit.valid_from == from_on)
        .order_by(Unit.id)
    ).all()
    together = select(Unit).where(
        Unit.successor_id.in_([row.id for row in founded]),
        Unit.valid_to == unit.valid_to,
        Unit.id != unit.id,
    )
    return Plan([unit, *session.scalars(together.order_by(Unit.sort_key))], list(founded), from_on)


def cancel_end(session: Session, actor: Actor, unit_id: int, *, seen: str) -> Plan:
    """Let the unit stay, with all that belongs to the plan by which it would have ended.

    A unit that was to begin is gone afterwards; its code is free again. Raises NotPossible: no end is planned, the
    day has come, or somebody has a role, a place or a route in a unit that was to begin.
    """
    unit = held(session, Unit, unit_id)
    refuse_stale(state_of(unit, session.get(UnitRenaming, unit_id)), seen)
    plan = plan_of(session, unit)
    for row in plan.staying:
        kept = held(session, Unit, row.id)
        before = {"valid_to": str(kept.valid_to), "successor": kept.successor_id}
        kept.valid_to = kept.successor_id = None
        after = {"valid_to": None, "successor": None}
        record_change(session, actor, "unit_end_cancelled", before, after, unit=kept.id, name=kept.name)
    session.flush()
    for row in plan.founded:
        _take_away(session, actor, row)
    return plan


def _take_away(session: Session, actor: Actor, unit: Unit) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name not in _OF_THE_UNIT:
            _refuse_ties(session, table, unit)
    for model in (FormerName, UnitRenaming):
        session.execute(delete(model).where(model.unit_id == unit.id))
    before = {"name": unit.name, "code": unit.code, "valid_from": str(unit.valid_from)}
    record_change(session, actor, "unit_start_cancelled", before, {}, unit=unit.id, name=unit.name)
    session.delete(unit)
    session.flush()


def _refuse_ties(session: Session, table: object, unit: Unit) -> None:
    """Whatever refers to the unit, whichever package it belongs to."""
    columns = [key.parent for key in getattr(table, "foreign_keys", ()) if key.column is Unit.__table__.c.id]
    if columns and session.scalar(select(exists().where(or_(*(column == unit.id for column in columns))))):
        raise NotPossible("planned_unit_has_ties", name=unit.name)
