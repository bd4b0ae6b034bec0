"""What is wrong with a difficulty of a sheet, told from its texts alone. Pure.

Owns: which findings stop a row and which only warn, as the form of a draft does. Must not know the database: communes
and fields are looked up by `imports.places`, doubles by `imports.twins`.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.imports.cells import Cells
from tracker.imports.models import RowState
from tracker.issues.inputs import LINE_LIMIT, TEXT_LIMIT
from tracker.issues.models import ObstacleKind
from tracker.text import (
    classification_mark,
    clean_line,
    fold,
    looks_like_complaint,
    mentions_secrecy,
    personal_data,
)


class Finding(StrEnum):
    """What may be found in a row. Those of `STOPS` keep it from being filed, those of `WARNS` ask for a second look."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    CLASSIFIED = "classified"
    COMMUNE_UNKNOWN = "commune_unknown"
    COMMUNE_UNCLEAR = "commune_unclear"
    REFUSED = "refused"
    TWICE = "twice"
    FILED_BEFORE = "filed_before"
    PERSONAL = "personal"
    SECRECY = "secrecy"
    COMPLAINT = "complaint"
    LIKE_FILED = "like_filed"
    FORMER_NAME = "former_name"
    INHERITED = "inherited"
    TITLED = "titled"
    FIELD_UNKNOWN = "field_unknown"


_F = Finding
STOPS = {_F.MISSING, _F.TOO_LONG, _F.CLASSIFIED, _F.COMMUNE_UNKNOWN, _F.COMMUNE_UNCLEAR, _F.REFUSED}
SAME = {_F.TWICE, _F.FILED_BEFORE}
WARNS = {_F.PERSONAL, _F.SECRECY, _F.COMPLAINT, _F.LIKE_FILED}
_LIMITS = {"title": LINE_LIMIT, "situation": TEXT_LIMIT, "proposal": TEXT_LIMIT}


@dataclass(frozen=True)
class Note:
    """A finding at a cell; `params` are what its words need."""

    column: str
    code: Finding
    params: dict[str, object] = field(default_factory=dict)


def text_notes(cells: Cells) -> list[Note]:
    """What the three texts show."""
    notes = [note for name, limit in _LIMITS.items() for note in _of_text(name, getattr(cells, name), limit)]
    whole = f"{cells.title}\n{cells.situation}\n{cells.proposal}"
    if not any(note.code is _F.CLASSIFIED for note in notes) and mentions_secrecy(whole):
        notes.append(Note("situation", _F.SECRECY))
    if kinds := personal_data(whole):
        notes.append(Note("situation", _F.PERSONAL, {"kinds": [kind.value for kind in kinds]}))
    if looks_like_complaint(whole):
        notes.append(Note("situation", _F.COMPLAINT))
    return notes


def _of_text(name: str, text: str, limit: int) -> Iterable[Note]:
    if not text.strip():
        yield Note(name, _F.MISSING)
    if len(text) > limit:
        yield Note(name, _F.TOO_LONG, {"limit": limit})
    if mark := classification_mark(text):
        yield Note(name, _F.CLASSIFIED, {"mark": mark})


def state_of(notes: Sequence[Note]) -> RowState:
    """What the findings make of a row."""
    codes = {note.code for note in notes}
    if codes & STOPS:
        return RowState.BAD
    if codes & SAME:
        return RowState.SAME
    return RowState.WARNED if codes & WARNS else RowState.GOOD


def obstacle_kind_of(text: str) -> ObstacleKind:
    """The kind that the cell names; whatever else it says is difficult."""
    is_blocked = fold(text).startswith(("khong thuc hien duoc", "khong lam duoc", "blocked"))
    return ObstacleKind.BLOCKED if is_blocked else ObstacleKind.DIFFICULT


def digest_of(unit_id: int, commune_ids: Iterable[int], cells: Cells) -> str:
    """The same for the same difficulty, however its letters were typed; '' while no commune is found."""
    communes = sorted(commune_ids)
    if not communes:
        return ""
    texts = [fold(clean_line(text)) for text in (cells.title, cells.situation, cells.proposal)]
    return hashlib.sha256(json.dumps([unit_id, communes, texts]).encode()).hexdigest()


def to_json(notes: Iterable[Note]) -> str:
    """As it is stored."""
    return json.dumps([[note.column, note.code.value, note.params] for note in notes], ensure_ascii=False)


def from_json(stored: str) -> list[Note]:
    """As it was stored."""
    return [Note(column, Finding(code), params) for column, code, params in json.loads(stored)]
