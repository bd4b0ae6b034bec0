"""What the administrator does with units: renaming, merging, splitting, ending, and the few facts beside.

Owns: the change with its audit entry, in the transaction of the caller. A unit is never deleted. What is open passes
on by `service.end_unit`: at once, or on the day itself by the job. Must not know people or issues.

Days: an act takes effect from a day; the ended unit's last day is the day before. Events keep the names of units as
they were, so a change of name alters nothing that has been written.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.audit.service import record
from tracker.directory import passing
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import CommuneKind, FormerName, Unit, UnitKind, UnitRenaming
from tracker.directory.service import add_unit, end_unit
from tracker.directory.switches import read_switches
from tracker.errors import Invalid, NotPossible
from tracker.permissions import Actor
from tracker.text import clean_line, fold, sort_blob

LONGEST_NAME = 200
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewUnit:
    """A unit that is to begin. `code`: five digits for a commune (the official list), else capitals and digits."""

    name: str
    code: str
    sign: str = ""
    commune_kind: CommuneKind | None = None


def facts_of(unit: Unit) -> dict[str, object]:
    """What the page of a unit lets be changed, as it is now."""
    return {"phone": unit.phone, "signs_off": unit.signs_off}


def state_of(unit: Unit, renaming: UnitRenaming | None = None) -> dict[str, object]:
    """What acts on the unit rest upon: its name and its days."""
    waiting = [renaming.name, renaming.from_on] if renaming else []
    days = [unit.valid_from, unit.valid_to, unit.successor_id]
    return {"name": unit.name, "days": [str(day) for day in days], "waiting": [str(each) for each in waiting]}


def change_facts(
    session: Session, actor: Actor, unit_id: int, *, phone: str, signs_off: bool | None, seen: str
) -> None:
    """The contact phone; for a commune whether its leader signs off (None: as the province's switch says)."""
    unit = held(session, Unit, unit_id)
    before = facts_of(unit)
    refuse_stale(before, seen)
    unit.phone = clean_line(phone)[:40]
    if unit.kind is UnitKind.COMMUNE:
        unit.signs_off = signs_off
    session.flush()
    record_change(session, actor, "unit_changed", before, facts_of(unit), unit=unit.id)


def rename_unit(session: Session, actor: Actor, unit_id: int, *, name: str, from_on: date, seen: str) -> bool:
    """Give another name from a day on; whether it is so already (a later day is kept and done by the job).

    The old name stays as former name, so that it is still found. Raises Invalid, NotPossible.
    """
    unit = held(session, Unit, unit_id)
    waiting = session.get(UnitRenaming, unit_id)
    refuse_stale(state_of(unit, waiting), seen)
    name = clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("name", "unit_name_missing")
    if name == unit.name:
        raise Invalid("name", "unit_name_same")
    if from_on <= unit.valid_from or (unit.valid_to is not None and from_on > unit.valid_to):
        raise Invalid("from_on", "unit_day_outside")
    if waiting is not None:
        session.delete(waiting)
        session.flush()
    before = {"name": unit.name, "planned": waiting and waiting.name}
    is_now = from_on <= clock.today()
    if is_now:
        _rename(session, unit, name, from_on)
    else:
        session.add(UnitRenaming(unit_id=unit.id, name=name, from_on=from_on))
        session.flush()
    after = {"name": unit.name, "planned": None if is_now else name}
    record_change(session, actor, "unit_renamed", before, after, unit=unit.id, from_on=from_on)
    return is_now


def apply_renamings(session: Session, today: date) -> int:
    """The job: give the names whose day has come; returns how many."""
    due = session.scalars(select(UnitRenaming).where(UnitRenaming.from_on <= today)).all()
    for waiting in due:
        unit = held(session, Unit, waiting.unit_id)
        before = unit.name
        _rename(session, unit, waiting.name, waiting.from_on)
        record(session, "unit_renamed", unit=unit.id, before={"name": before}, after={"name": unit.name})
        session.delete(waiting)
    session.flush()
    return len(due)


def close_unit(
    session: Session, actor: Actor, unit_id: int, *, from_on: date, successor_id: int | None, seen: str
) -> None:
    """End a unit from a day on. Without successor the coordinator decides about what is open.

    Raises Invalid, NotPossible: the coordinating unit and the province itself never end without one in their place.
    """
    unit = held(session, Unit, unit_id)
    refuse_stale(state_of(unit, session.get(UnitRenaming, unit_id)), seen)
    successor = held(session, Unit, successor_id) if successor_id else None
    if successor is None and read_switches(session).coordinating_unit_id == unit.id:
        raise Invalid("successor", "unit_is_coordinating")
    _end(session, actor, unit, from_on, successor)


def merge_units(
    session: Session,
    actor: Actor,
    unit_ids: list[int],
    *,
    into: int | NewUnit,
    from_on: date,
    seen: dict[int, str],
) -> Unit:
    """Let several units end and one take their place: an existing one, or a new one that begins that day.

    Raises Invalid, NotPossible. `seen`: for each ended unit the mark of what the page showed.
    """
    ended = [held(session, Unit, key) for key in sorted({*unit_ids} - {into if isinstance(into, int) else 0})]
    if not ended or (isinstance(into, NewUnit) and len(ended) < 2):
        raise Invalid("others", "merge_needs_two")
    for unit in ended:
        if unit.id in seen:
            refuse_stale(state_of(unit, session.get(UnitRenaming, unit.id)), seen[unit.id])
    if isinstance(into, int):
        heir = held(session, Unit, into)
    else:
        heir = _begin(session, actor, into, like=ended[0], from_on=from_on)
    for unit in ended:
        _end(session, actor, unit, from_on, heir)
    return heir


def split_unit(
    session: Session, actor: Actor, unit_id: int, *, parts: list[NewUnit], heir: int, from_on: date, seen: str
) -> list[Unit]:
    """Let a unit end and two or more begin; the part at the place `heir` (from 0) takes what is open.

    Every part is found by the old name. Raises Invalid, NotPossible.
    """
    unit = held(session, Unit, unit_id)
    refuse_stale(state_of(unit, session.get(UnitRenaming, unit_id)), seen)
    if len(parts) < 2:
        raise Invalid("parts", "split_needs_two")
    if not 0 <= heir < len(parts):
        raise Invalid("heir", "not_a_choice")
    made = [_begin(session, actor, part, like=unit, from_on=from_on) for part in parts]
    _end(session, actor, unit, from_on, made[heir])
    for part in made:
        passing.add_names(session, unit, part)
    return made


def _begin(session: Session, actor: Actor, new: NewUnit, *, like: Unit, from_on: date) -> Unit:
    if like.kind is UnitKind.COMMUNE and new.commune_kind is None:
        raise Invalid("commune_kind", "commune_kind_missing")
    if len(clean_line(new.name)) > LONGEST_NAME:
        raise Invalid("name", "too_long", limit=LONGEST_NAME)
    unit = add_unit(
        session,
        kind=like.kind,
        code=new.code.strip().upper(),
        name=new.name,
        sign=clean_line(new.sign)[:20],
        commune_kind=new.commune_kind if like.kind is UnitKind.COMMUNE else None,
        order_no=like.order_no,
        valid_from=from_on,
        latitude=like.latitude,
        longitude=like.longitude,
    )
    after = {"name": unit.name, "code": unit.code, "valid_from": str(from_on)}
    record_change(session, actor, "unit_added", {}, after, unit=unit.id)
    return unit


def _end(session: Session, actor: Actor, unit: Unit, from_on: date, successor: Unit | None) -> None:
    if unit.kind is UnitKind.PROVINCE:
        raise NotPossible("province_stays")
    if successor is not None and not _is_fit(unit, successor, from_on):
        raise Invalid("successor", "successor_unfit")
    before = {"valid_to": None, "successor": None}
    end_unit(session, unit, from_on - ONE_DAY, successor)
    after = {"valid_to": str(unit.valid_to), "successor": unit.successor_id}
    record_change(session, actor, "unit_ended", before, after, unit=unit.id, name=unit.name)


def _is_fit(unit: Unit, successor: Unit, from_on: date) -> bool:
    """A commune's place is taken by a commune, an agency's by an agency; the new one exists by then."""
    is_alike = (successor.kind is UnitKind.COMMUNE) == (unit.kind is UnitKind.COMMUNE)
    return is_alike and successor.kind is not UnitKind.PROVINCE and successor.valid_from <= from_on


def _rename(session: Session, unit: Unit, name: str, from_on: date) -> None:
    ended = select(func.max(FormerName.valid_to)).where(
        FormerName.unit_id == unit.id, FormerName.valid_to < from_on, FormerName.valid_from >= unit.valid_from
    )
    last = session.scalar(ended)
    begin = last + ONE_DAY if last else unit.valid_from
    session.add(
        FormerName(
            unit_id=unit.id,
            name=unit.name,
            folded_name=unit.folded_name,
            valid_from=min(begin, from_on - ONE_DAY),
            valid_to=from_on - ONE_DAY,
        )
    )
    unit.name, unit.folded_name, unit.sort_key = name, fold(name), sort_blob(name)
    session.flush()
