"""What the administrator's pages list of units.

Owns: reading only. Must not know people or issues.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.directory.models import FormerName, Unit, UnitKind, UnitRenaming
from tracker.text import fold

MOST_UNITS = 400


@dataclass(frozen=True)
class UnitList:
    """Units of the search: those that exist or are to begin, those that have ended; `is_cut`: there are more."""

    present: list[Unit]
    ended: list[Unit]
    is_cut: bool


@dataclass(frozen=True)
class UnitPage:
    """A unit with what belongs to it: names, the one to come, what went into it."""

    unit: Unit
    successor: Unit | None
    renaming: UnitRenaming | None
    former_names: list[FormerName]
    predecessors: list[Unit]


def find_units(session: Session, text: str, kind: UnitKind | None) -> UnitList:
    """Units whose present or former name, sign or code holds the text, marks ignored."""
    asked = select(Unit).order_by(Unit.kind, Unit.order_no, Unit.sort_key).limit(MOST_UNITS + 1)
    if kind is not None:
        asked = asked.where(Unit.kind == kind)
    wanted = fold(text)
    if wanted:
        former = select(FormerName.unit_id).where(FormerName.folded_name.contains(wanted, autoescape=True))
        by_code = [Unit.code == text.strip().upper(), Unit.sign == text.strip().upper()]
        asked = asked.where(
            or_(Unit.folded_name.contains(wanted, autoescape=True), Unit.id.in_(former), *by_code)
        )
    kinds = list(UnitKind)
    found = sorted(session.scalars(asked), key=lambda unit: kinds.index(unit.kind))
    today = clock.today()
    shown = found[:MOST_UNITS]
    ended = [unit for unit in shown if unit.valid_to is not None and unit.valid_to < today]
    gone = {unit.id for unit in ended}
    return UnitList([unit for unit in shown if unit.id not in gone], ended, len(found) > MOST_UNITS)


def unit_page(session: Session, unit: Unit) -> UnitPage:
    """Everything the page of a unit shows of the directory."""
    names = select(FormerName).where(FormerName.unit_id == unit.id)
    before = select(Unit).where(Unit.successor_id == unit.id).order_by(Unit.sort_key)
    return UnitPage(
        unit=unit,
        successor=session.get(Unit, unit.successor_id) if unit.successor_id else None,
        renaming=session.get(UnitRenaming, unit.id),
        former_names=list(session.scalars(names.order_by(FormerName.valid_to.desc(), FormerName.id))),
        predecessors=list(session.scalars(before)),
    )


def possible_heirs(session: Session, unit: Unit) -> list[Unit]:
    """The units that may take the unit's place or go together with it: of its sort, not ended or to end."""
    alike = (
        Unit.kind == UnitKind.COMMUNE
        if unit.kind is UnitKind.COMMUNE
        else Unit.kind.not_in([UnitKind.COMMUNE, UnitKind.PROVINCE])
    )
    rows = select(Unit).where(alike, Unit.id != unit.id, Unit.valid_to.is_(None))
    return list(session.scalars(rows.order_by(Unit.order_no, Unit.sort_key)))
