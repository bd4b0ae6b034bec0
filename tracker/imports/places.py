"""Which communes and which field a cell means.

Owns: the parts of a cell that names several, and what is told where a name is unknown, stands twice or is a former
one. Each name is looked up once, however many rows bear it. Reads only.
"""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.directory import queries as directory
from tracker.directory.former import Named, Names, names_of_communes
from tracker.imports.checking import Finding, Note
from tracker.text import clean_line, fold

MOST_CANDIDATES = 6
MOST_PARTS = 30
_SEVERAL = re.compile(r"[;\n]")
_COMMITTEES = ("ubnd ", "uy ban nhan dan ")


@dataclass(frozen=True)
class Found:
    """The communes of a cell, and what there is to say of them."""

    commune_ids: tuple[int, ...]
    notes: tuple[Note, ...] = ()


class Places:
    """Looks up communes and fields for the rows of a batch."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, Found] = {}
        self._fields: dict[str, int] | None = None
        self._names: Names | None = None

    def communes(self, text: str) -> Found:
        """The communes that the cell names, one or several with ';' or line ends between."""
        line = text.strip()
        if line not in self._read:
            self._read[line] = self._look_up(line)
        return self._read[line]

    def field_id(self, text: str) -> int | None:
        """The field in use with this name or code; None for none."""
        if self._fields is None:
            self._fields = {}
            for row in directory.fields(self._session):
                self._fields |= {fold(row.code): row.id, fold(row.name_en): row.id, fold(row.name): row.id}
        return self._fields.get(fold(text)) if text.strip() else None

    def _look_up(self, text: str) -> Found:
        if not text:
            return Found((), (Note("commune", Finding.MISSING),))
        parts = [part for part in map(clean_line, _SEVERAL.split(text)) if part][:MOST_PARTS]
        if len(parts) == 1 and "," in text and len(self._named(text)) != 1:
            by_comma = [part for part in map(clean_line, text.split(",")) if part][:MOST_PARTS]
            if all(len(self._named(part)) == 1 for part in by_comma):
                parts = by_comma
        found = [self._one(part) for part in parts]
        keys = dict.fromkeys(key for each in found for key in each.commune_ids)
        notes = tuple(note for each in found for note in each.notes)
        is_whole = all(each.commune_ids for each in found)
        return Found(tuple(keys) if is_whole else (), notes)

    def _named(self, part: str) -> list[Named]:
        """Those of the name; only the one that bears it today, where there is exactly one."""
        if self._names is None:
            self._names = names_of_communes(self._session)
        named = self._names.named(_bare(part))
        of_today = [each for each in named if not each.former_name]
        return of_today if len(of_today) == 1 else named

    def _one(self, part: str) -> Found:
        named = self._named(part)
        if not named:
            near = directory.find_communes(self._session, _bare(part), MOST_CANDIDATES)
            return _not_found(Finding.COMMUNE_UNKNOWN, part, [(unit.id, unit.name) for unit in near])
        if len(named) > 1:
            pairs = [(each.unit_id, each.name) for each in named]
            return _not_found(Finding.COMMUNE_UNCLEAR, part, pairs)
        only = named[0]
        if not only.former_name:
            return Found((only.unit_id,))
        note = Note("commune", Finding.FORMER_NAME, {"said": part, "name": only.name})
        return Found((only.unit_id,), (note,))


def _bare(part: str) -> str:
    """Without the words for a People's Committee."""
    folded = fold(part)
    words = next((len(each.split()) for each in _COMMITTEES if folded.startswith(each)), 0)
    return " ".join(part.split()[words:])


def _not_found(code: Finding, said: str, candidates: list[tuple[int, str]]) -> Found:
    pairs = [list(pair) for pair in candidates[:MOST_CANDIDATES]]
    return Found((), (Note("commune", code, {"said": said, "candidates": pairs}),))
