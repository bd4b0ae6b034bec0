"""What the directory answers: units, communes, fields, categories, where a matter goes, what a text suggests.

Owns: reading only. Must not know accounts or issues.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Date, Select, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session

from tracker import clock
from tracker.directory.models import (
    Category,
    Field,
    FieldWord,
    FormerName,
    Routing,
    Unit,
    UnitKind,
    WorkingGroup,
)
from tracker.directory.switches import read_switches
from tracker.kept import kept
from tracker.text import fold, folded_words

T = TypeVar("T")

_KIND_WORDS = ("xa ", "phuong ", "dac khu ", "thi tran ")
_LAST_EXACT_RANK = 3


def _today(units: Select[Any]) -> Select[Any]:
    """Those of the units that exist on the day `today`, in their order."""
    today = bindparam("today", type_=Date())
    valid = units.where(Unit.valid_from <= today, or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
    return valid.order_by(Unit.order_no, Unit.sort_key)


# Built once: building a statement costs more than running it.
_COMMUNES = _today(select(Unit).where(Unit.kind == UnitKind.COMMUNE))
_DEPARTMENTS = _today(select(Unit).where(Unit.kind == UnitKind.DEPARTMENT))
_WITH_GROUP = _today(
    select(Unit).join(WorkingGroup, WorkingGroup.unit_id == Unit.id).where(WorkingGroup.is_active)
)
_ROUTE = (
    select(Routing.unit_id)
    .where(
        Routing.field_id == bindparam("field_id"),
        or_(Routing.category_id.is_(None), Routing.category_id == bindparam("category_id")),
    )
    .order_by(Routing.category_id.is_(None))
    .limit(1)
)
_HOLDER = (
    select(Unit)
    .join(WorkingGroup, WorkingGroup.unit_id == Unit.id)
    .where(Unit.id == bindparam("unit_id"), WorkingGroup.is_active)
)
_FIELDS = select(Field).where(Field.is_active).order_by(Field.order_no, Field.id)
_CATEGORIES = select(Category).where(Category.is_active).order_by(Category.order_no, Category.id)
_TERMS = (
    select(true().label("is_field"), Field.id, Field.name, Field.name_en, Field.order_no)
    .where(Field.is_active)
    .union_all(
        select(false(), Category.id, Category.name, Category.name_en, Category.order_no).where(
            Category.is_active
        )
    )
    .order_by("order_no", "id")
)


def unit_by_id(session: Session, unit_id: int) -> Unit | None:
    """The unit, ended or not."""
    return session.get(Unit, unit_id)


def unit_by_code(session: Session, code: str) -> Unit | None:
    """The unit with this official code, ended or not."""
    return session.scalar(select(Unit).where(Unit.code == code))


def province_unit(session: Session) -> Unit | None:
    """The unit of the province itself; None while no province is loaded."""
    return session.scalar(select(Unit).where(Unit.kind == UnitKind.PROVINCE))


def coordinating_unit(session: Session) -> Unit | None:
    """The unit with the last word on routing: a switch of the province."""
    unit_id = read_switches(session).coordinating_unit_id
    return session.get(Unit, unit_id) if unit_id else None


def communes(session: Session) -> list[Unit]:
    """The communes that exist today, in Vietnamese order."""
    return _valid(session, _COMMUNES)


def departments(session: Session) -> list[Unit]:
    """The departments that exist today, in their official order."""
    return _valid(session, _DEPARTMENTS)


def units_with_group(session: Session) -> list[Unit]:
    """The units that exist today and have an active working group: those that can hold an issue."""
    return _valid(session, _WITH_GROUP)


def successor_of(session: Session, unit: Unit) -> Unit | None:
    """The unit itself while it exists, else the one that stands in its place today; None when nobody does."""
    today = clock.today()
    current: Unit | None = unit
    while current is not None and not current.is_valid_on(today):
        current = session.get(Unit, current.successor_id) if current.successor_id else None
    return current


def fields(session: Session) -> list[Field]:
    """The fields in use, in their order."""
    return list(session.scalars(_FIELDS))


class FieldTerm(NamedTuple):
    """A field in use, as lists and filters show it."""

    id: int
    code: str
    name: str
    name_en: str


def field_terms(session: Session) -> tuple[FieldTerm, ...]:
    """The fields in use, in their order, kept in memory: for pages that only show them."""
    return kept(session, "field_terms", _read_field_terms)


def _read_field_terms(session: Session) -> tuple[FieldTerm, ...]:
    return tuple(FieldTerm(row.id, row.code, row.name, row.name_en) for row in fields(session))


def desks(session: Session) -> tuple[tuple[int, str], ...]:
    """Key and name of `units_with_group`, kept in memory: for pages that only show them."""
    return kept(session, "desks", _read_desks, true_for=clock.today())


def _read_desks(session: Session) -> tuple[tuple[int, str], ...]:
    return tuple((unit.id, unit.name) for unit in units_with_group(session))


def categories(session: Session) -> list[Category]:
    """The kinds of difficulty in use, in their order."""
    return list(session.scalars(_CATEGORIES))


class Term(NamedTuple):
    """A field or category for a list to choose from."""

    id: int
    name: str
    name_en: str


def fields_and_categories(session: Session) -> tuple[list[Term], list[Term]]:
    """Both in use, each in its order, kept in memory."""
    fields, categories = kept(session, "fields_and_categories", _read_terms)
    return list(fields), list(categories)


def _read_terms(session: Session) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    fields, categories = list[Term](), list[Term]()
    for is_field, key, name, name_en, _order in session.execute(_TERMS):
        (fields if is_field else categories).append(Term(key, name, name_en))
    return tuple(fields), tuple(categories)


def route(session: Session, field_id: int, category_id: int | None) -> Unit | None:
    """The unit to which the routing table sends a matter; the row with the category goes before the default.

    None when there is no row, or its unit has ended or has no active group: the coordinator decides then.
    """
    unit_id = session.scalar(_ROUTE, {"field_id": field_id, "category_id": category_id})
    if unit_id is None:
        return None
    unit = session.scalar(_HOLDER, {"unit_id": unit_id})
    return unit if unit is not None and unit.is_valid_on(clock.today()) else None


def find_commune(session: Session, text: str) -> Unit | None:
    """The one commune that the text names, today or formerly, with or without its kind; else None."""
    ranked = _ranked_communes(session, text)
    best = [unit for rank, unit in ranked if rank == ranked[0][0] <= _LAST_EXACT_RANK]
    return best[0] if len(best) == 1 else None


def find_communes(session: Session, text: str, limit: int = 20) -> list[Unit]:
    """Communes whose present or former name holds the text (marks ignored), the closest first."""
    return [unit for _, unit in _ranked_communes(session, text)][:limit]


class Hinted(NamedTuple):
    """A field or category, and the folded phrases that hint at it."""

    id: int
    code: str
    name: str
    name_en: str
    phrases: tuple[str, ...]


def suggest(session: Session, text: str) -> tuple[Hinted | None, Hinted | None]:
    """Field and category whose words the text holds most; None where it holds none."""
    padded = f" {' '.join(folded_words(text))} "
    fields, categories = hints(session)
    return _best(fields, padded), _best(categories, padded)


def hints(session: Session) -> tuple[tuple[Hinted, ...], tuple[Hinted, ...]]:
    """The words of fields and categories; kept in memory where they are asked for before anything is written."""
    return kept(session, "words", _words)


def _words(session: Session) -> tuple[tuple[Hinted, ...], tuple[Hinted, ...]]:
    by_field: dict[int, list[str]] = {}
    for field_id, phrase in session.execute(select(FieldWord.field_id, FieldWord.folded)):
        by_field.setdefault(field_id, []).append(phrase)
    return (
        tuple(_hinted(row, by_field.get(row.id, ())) for row in fields(session)),
        tuple(_hinted(row, row.words.split("\n")) for row in categories(session)),
    )


def _hinted(row: Field | Category, phrases: Iterable[str]) -> Hinted:
    return Hinted(row.id, row.code, row.name, row.name_en, tuple(phrases))


def _score(padded: str, phrases: Iterable[str]) -> int:
    """A phrase says more than its words one by one: it weighs the square of its length, up to three words."""
    return sum(min(len(phrase.split()), 3) ** 2 for phrase in phrases if phrase and f" {phrase} " in padded)


def _best(items: tuple[Hinted, ...], padded: str) -> Hinted | None:
    scores = [_score(padded, item.phrases) for item in items]
    best = max(scores, default=0)
    return items[scores.index(best)] if best else None


def _valid(session: Session, units_today: Select[Any]) -> list[Unit]:
    return list(session.scalars(units_today, {"today": clock.today()}))


def _ranked_communes(session: Session, text: str) -> list[tuple[int, Unit]]:
    wanted = fold(text)
    if not wanted:
        return []
    former = select(FormerName.unit_id).where(FormerName.folded_name.contains(wanted, autoescape=True))
    found = select(Unit).where(
        Unit.kind == UnitKind.COMMUNE,
        or_(Unit.folded_name.contains(_bare(wanted), autoescape=True), Unit.id.in_(former)),
    )
    units = {unit.id: unit for unit in _valid(session, _today(found))}
    names: dict[int, list[str]] = {unit_id: [] for unit_id in units}
    unclear = [unit.id for unit in units.values() if _bare(unit.folded_name) != _bare(wanted)]
    if unclear:  # who bears the wanted name today needs no former one
        for unit_id, name in session.execute(
            select(FormerName.unit_id, FormerName.folded_name).where(FormerName.unit_id.in_(unclear))
        ):
            names[unit_id].append(name)
    ranked = [(_rank(wanted, unit.folded_name, names[unit.id]), unit) for unit in units.values()]
    return sorted(ranked, key=lambda pair: (pair[0], pair[1].sort_key))


def _rank(wanted: str, name: str, former: list[str]) -> int:
    """0 the name, 1 without its kind, 2 a former name, 3 one without kind or district, 4–5 a part."""
    if wanted == name:
        return 0
    if _bare(wanted) == _bare(name):
        return 1
    if wanted in former:
        return 2
    bare_former = {_bare(old.split(" (", 1)[0]) for old in former}
    if _bare(wanted) in bare_former:
        return _LAST_EXACT_RANK
    return _LAST_EXACT_RANK + (1 if _bare(wanted) in name else 2)


def _bare(folded: str) -> str:
    return next((folded.removeprefix(word) for word in _KIND_WORDS if folded.startswith(word)), folded)


def count_units(session: Session) -> int:
    """How many units there are; 0 means an empty database."""
    return session.scalar(select(func.count()).select_from(Unit)) or 0
