"""Setting up a province and ending a unit.

Owns: writing units, working groups, fields, categories and routing. Must not know accounts or issues: what
the end of a unit does to them is registered by `when_unit_ends`.
"""

import re
from collections.abc import Callable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.directory import official
from tracker.directory.models import (
    Category,
    CommuneKind,
    Field,
    FieldWord,
    FormerName,
    Routing,
    Unit,
    UnitKind,
    WorkingGroup,
)
from tracker.directory.passing import pass_directory_on
from tracker.directory.queries import successor_of
from tracker.directory.switches import set_switch
from tracker.errors import Invalid, NotPossible
from tracker.text import clean_line, fold, folded_words, sort_blob

UnitEnded = Callable[[Session, Unit, Unit | None], None]
"""Called with the ended unit and its successor (None: the coordinator decides), perhaps several times."""

REFORM_DAY = date(2025, 7, 1)
"""The day from which the units of the packaged list exist (Nghị quyết 202/2025/QH15)."""

_CODE = re.compile(r"[0-9A-Z]+(\.[0-9A-Z]+)*")
_COMMUNE_CODE = re.compile(r"[0-9]{5}")
_COORDINATING_DEPARTMENT = "VP"

_unit_ended: list[UnitEnded] = []


def when_unit_ends(hook: UnitEnded) -> None:
    """Register what else the end of a unit means; the same hook counts once."""
    if hook not in _unit_ended:
        _unit_ended.append(hook)


def load_province(session: Session, code: str) -> Unit:
    """Set up an empty database for one province of the packaged list; returns the province's own unit.

    Raises Invalid for an unknown code, NotPossible when units exist already.
    """
    row = official.province_rows().get(code)
    if row is None:
        raise Invalid("province", "province_unknown", province=code)
    if session.scalar(select(func.count()).select_from(Unit)):
        raise NotPossible("province_loaded_already")
    province = add_unit(session, kind=UnitKind.PROVINCE, code=code, name=row.committee, sign="UBND")
    departments = _load_departments(session, row)
    _load_communes(session, official.commune_rows(code))
    _load_terms(session)
    _load_routing(session, departments)
    set_switch(session, "province_code", code)
    set_switch(session, "province_name", row.name)
    set_switch(session, "coordinating_unit_id", departments[_COORDINATING_DEPARTMENT].id)
    return province


def add_unit(
    session: Session,
    *,
    kind: UnitKind,
    code: str,
    name: str,
    sign: str = "",
    commune_kind: CommuneKind | None = None,
    order_no: int = 0,
    valid_from: date = REFORM_DAY,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Unit:
    """Add a unit. Raises Invalid for a code of another shape or one that is taken, and for an empty name."""
    name = clean_line(name)
    pattern = _COMMUNE_CODE if kind is UnitKind.COMMUNE else _CODE
    if not pattern.fullmatch(code):
        raise Invalid("code", "unit_code_shape", unit_code=code)
    if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise Invalid("code", "unit_code_taken", unit_code=code)
    if not name:
        raise Invalid("name", "unit_name_missing")
    unit = Unit(
        kind=kind,
        commune_kind=commune_kind,
        code=code,
        sign=sign,
        name=name,
        folded_name=fold(name),
        sort_key=sort_blob(name),
        order_no=order_no,
        valid_from=valid_from,
        latitude=latitude,
        longitude=longitude,
    )
    session.add(unit)
    session.flush()
    return unit


def end_unit(session: Session, unit: Unit, on: date, successor: Unit | None) -> None:
    """End a unit with `on` as its last day. What is open passes to the successor now, or on the day after.

    Raises NotPossible when it has ended already, Invalid for a successor that cannot take over.
    """
    if unit.valid_to is not None:
        raise NotPossible("unit_ended_already")
    if on < unit.valid_from:
        raise Invalid("on", "unit_end_before_begin")
    if successor is not None and not _can_succeed(session, unit, successor, on):
        raise Invalid("successor", "successor_unfit")
    unit.valid_to = on
    unit.successor_id = successor.id if successor else None
    session.flush()
    if on < clock.today():
        _pass_on(session, unit)


def pass_on_ended_units(session: Session, today: date) -> int:
    """The daily net: hand over again for every unit whose last day has passed; returns how many these are."""
    ended = session.scalars(select(Unit).where(Unit.valid_to < today).order_by(Unit.id)).all()
    for unit in ended:
        _pass_on(session, unit)
    return len(ended)


def _can_succeed(session: Session, unit: Unit, successor: Unit, on: date) -> bool:
    if successor.valid_to is not None and successor.valid_to <= on:
        return False
    seen: Unit | None = successor
    while seen is not None and seen is not unit:
        seen = session.get(Unit, seen.successor_id) if seen.successor_id else None
    return seen is None


def _pass_on(session: Session, unit: Unit) -> None:
    successor = session.get(Unit, unit.successor_id) if unit.successor_id else None
    if successor is not None:
        successor = successor_of(session, successor)
    pass_directory_on(session, unit, successor)
    for hook in _unit_ended:
        hook(session, unit, successor)


def _load_departments(session: Session, province: official.ProvinceRow) -> dict[str, Unit]:
    units = {}
    for order_no, row in enumerate(official.department_rows(is_city=province.is_city), start=1):
        unit = add_unit(
            session,
            kind=UnitKind(row.kind),
            code=f"{province.code}.{row.code}",
            name=row.name,
            sign=row.sign,
            order_no=order_no,
        )
        units[row.code] = unit
        if row.has_group:
            session.add(WorkingGroup(unit_id=unit.id, is_active=True))
    session.flush()
    return units


def _load_communes(session: Session, rows: list[official.CommuneRow]) -> None:
    units = [
        Unit(
            kind=UnitKind.COMMUNE,
            commune_kind=CommuneKind(row.kind),
            code=row.code,
            name=clean_line(row.name),
            folded_name=fold(row.name),
            sort_key=sort_blob(row.name),
            valid_from=REFORM_DAY,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in rows
    ]
    session.add_all(units)
    session.flush()
    session.add_all(
        FormerName(unit_id=unit.id, name=clean_line(name), folded_name=fold(name))
        for unit, row in zip(units, rows, strict=True)
        for name in row.former_units
    )
    session.flush()


def _load_terms(session: Session) -> None:
    for order_no, row in enumerate(official.field_rows(), start=1):
        field = Field(code=row.code, name=row.name, name_en=row.name_en, order_no=order_no)
        session.add(field)
        session.flush()
        session.add_all(FieldWord(field_id=field.id, folded=words) for words in _phrases(row.words))
    session.add_all(
        Category(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            words="\n".join(_phrases(row.words)),
            order_no=order_no,
        )
        for order_no, row in enumerate(official.category_rows(), start=1)
    )
    session.flush()


def _phrases(words: tuple[str, ...]) -> list[str]:
    """Folded, without punctuation, each once."""
    return list(dict.fromkeys(" ".join(folded_words(phrase)) for phrase in words))


def _load_routing(session: Session, departments: dict[str, Unit]) -> None:
    fields = {row.code: row.id for row in session.scalars(select(Field))}
    categories: dict[str, int | None] = {row.code: row.id for row in session.scalars(select(Category))}
    categories[""] = None
    for row in official.routing_rows():
        for field_code in fields if row.field == official.ANY_FIELD else [row.field]:
            session.add(
                Routing(
                    field_id=fields[field_code],
                    category_id=categories[row.category],
                    unit_id=departments[row.department].id,
                )
            )
    session.flush()
