"""Communes by the whole name that they have or had: 'Ông Đình, huyện Khoái Châu'.

Owns: reading only. Unlike `queries.find_communes` it takes no part of a name for the name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.directory.models import FormerName, Unit, UnitKind
from tracker.kept import kept
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


class _Commune(NamedTuple):
    """A commune of today; `had`: its former names, folded, each as it is written."""

    unit_id: int
    name: str
    folded_name: str
    had: list[tuple[str, str]]


class Names:
    """The names of all communes of today, and those they had."""

    def __init__(self, rows: Iterable[Row[int, str, str, str | None, str | None]]) -> None:
        """From (key, name, folded name, former name, that folded), the communes in their order."""
        self._communes: dict[int, _Commune] = {}
        for unit_id, name, folded_name, former_name, folded in rows:
            commune = self._communes.setdefault(unit_id, _Commune(unit_id, name, folded_name, []))
            if former_name is not None and folded is not None:
                commune.had.append((folded, former_name))
        self._places: dict[str, list[int]] = {}
        for place, commune in enumerate(self._communes.values()):
            for folded in {commune.folded_name, *(_without_district(each) for each, _ in commune.had)}:
                self._places.setdefault(folded, []).append(place)
        self._in_order = list(self._communes.values())

    def named(self, text: str) -> list[Named]:
        """The communes that the whole text names, marks and kind not needed; several where the name stood twice."""
        line = clean_line(text)
        read = _NAME.fullmatch(_SIGNS.sub(" ", fold(line)).strip()) if len(line) <= _LONGEST else None
        if read is None:
            return []
        kinds = [read["kind"]] if read["kind"] else _KINDS
        names = [f"{kind} {read['name']}" for kind in kinds]
        district = f"{_DISTRICTS.get(read['district'], read['district'])} {read['of']}" if read["of"] else ""
        places = sorted({place for name in names for place in self._places.get(name, ())})
        found = (_as_named(self._in_order[place], names, district) for place in places)
        return [each for each in found if each is not None][:MOST_NAMED]


def _as_named(commune: _Commune, names: list[str], district: str) -> Named | None:
    """Today's name has no district; with one only the former name in full counts."""
    if commune.folded_name in names and not district:
        return Named(commune.unit_id, commune.name)
    for folded, former_name in commune.had:
        whole = _without_district(folded)
        if whole in names and (not district or folded == f"{whole} ({district})"):
            return Named(commune.unit_id, commune.name, former_name)
    return None


def _without_district(folded: str) -> str:
    return folded.partition(" (")[0]


def names_of_communes(session: Session) -> Names:
    """The names as they are today, kept in memory."""
    return kept(session, "names_of_communes", _read, true_for=clock.today())


def communes_named(session: Session, text: str) -> list[Named]:
    """The communes that the whole text names, marks and kind not needed; several where the name stood twice."""
    return names_of_communes(session).named(text)


def _read(session: Session) -> Names:
    today = clock.today()
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.folded_name, FormerName.name, FormerName.folded_name)
        .outerjoin(FormerName, FormerName.unit_id == Unit.id)
        .where(Unit.kind == UnitKind.COMMUNE, Unit.valid_from <= today)
        .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
        .order_by(Unit.sort_key, Unit.id, FormerName.id)
    )
    return Names(rows)
