"""Communes by the whole name that they have or had: 'Ông Đình, huyện Khoái Châu'.

Owns: reading only. Unlike `queries.find_communes` it takes no part of a name for the name.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.directory.models import FormerName, Unit, UnitKind
from tracker.text import clean_line, fold

MOST_NAMED = 10
_LONGEST = 120
_KINDS = ("xa", "phuong", "dac khu", "thi tran")
_DISTRICTS = {"tp": "thanh pho", "tx": "thi xa"}
_NAME = re.compile(
    r"(?:(?P<kind>xa|phuong|dac khu|thi tran) )?(?P<name>.+?)"
    r"(?: (?P<district>huyen|quan|thi xa|thanh pho|tp|tx) (?P<of>.+))?"
)
_SIGNS = re.compile(r"[\s,()\"]+")


@dataclass(frozen=True)
class Named:
    """A commune of today that was named, and the former name that led to it; '' where it is today's."""

    unit_id: int
    name: str
    former_name: str = ""


def communes_named(session: Session, text: str) -> list[Named]:
    """The communes that the whole text names, marks and kind not needed; several where the name stood twice."""
    line = clean_line(text)
    read = _NAME.fullmatch(_SIGNS.sub(" ", fold(line)).strip()) if len(line) <= _LONGEST else None
    if read is None:
        return []
    kinds = [read["kind"]] if read["kind"] else _KINDS
    names = [f"{kind} {read['name']}" for kind in kinds]
    district = f"{_DISTRICTS.get(read['district'], read['district'])} {read['of']}" if read["of"] else ""
    values: dict[str, Any] = {"today": clock.today(), "names": [] if district else names}
    values["had"] = [f"{name} ({district})" for name in names] if district else names
    begins = [] if district else names
    values |= {f"begin{n}": f"{_escaped(name)} (%" for n, name in enumerate(begins)}
    found = session.execute(_statement(len(begins)), values)
    first: dict[int, Named] = {}
    for unit_id, name, folded_name, former_name in found:
        is_todays = folded_name in names and not district
        first.setdefault(unit_id, Named(unit_id, name, "" if is_todays else former_name))
    return list(first.values())


@cache
def _statement(begins: int) -> Select[int, str, str, str]:
    """Built once: by the names of today, or former names in full or by so many beginnings."""
    column = FormerName.folded_name
    beginnings = (column.like(bindparam(f"begin{n}", type_=String()), escape="/") for n in range(begins))
    had = or_(column.in_(bindparam("had", expanding=True)), *beginnings)
    has = Unit.folded_name.in_(bindparam("names", expanding=True))
    today = bindparam("today", type_=Date())
    return (
        select(Unit.id, Unit.name, Unit.folded_name, FormerName.name)
        .outerjoin(FormerName, and_(FormerName.unit_id == Unit.id, had))
        .where(Unit.kind == UnitKind.COMMUNE, or_(has, Unit.id.in_(select(FormerName.unit_id).where(had))))
        .where(Unit.valid_from <= today, or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
        .order_by(Unit.sort_key, FormerName.id)
        .limit(MOST_NAMED)
    )


def _escaped(name: str) -> str:
    return name.replace("/", "//").replace("%", "/%").replace("_", "/_")
