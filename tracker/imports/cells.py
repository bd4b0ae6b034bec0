"""Which columns of a sheet are read, and a line of it as the texts of a difficulty. Pure.

Owns: the heads by which each column is known, and the title that is made where a sheet has none. What a sheet says of
states and answers is never read: an imported difficulty begins its life here.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files

from tracker.errors import Invalid
from tracker.sheets.grid import FIELD
from tracker.sheets.reading import find_header, is_numbering
from tracker.text import clean_line


def _known() -> dict[str, tuple[str, ...]]:
    """Column → the heads by which it is known, the most usual first (`tracker/data/sheet_heads.csv`)."""
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(
        files("tracker").joinpath("data", "sheet_heads.csv").read_text("utf-8").splitlines()
    ):
        found[row["column"]] = (*found.get(row["column"], ()), row["head"])
    return found


KNOWN = _known()
NEEDED = ("situation", "title")
"""Without one of these a sheet holds no difficulties."""
TITLE_LENGTH = 120
_SENTENCE = re.compile(r"(.+?[.;:!?])(?:\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Cells:
    """The texts of one difficulty as they stand in the sheet."""

    commune: str = ""
    title: str = ""
    situation: str = ""
    proposal: str = ""
    field: str = ""
    kind: str = ""


NAMES = tuple(each.name for each in fields(Cells))


@dataclass(frozen=True)
class Line:
    """A line that holds a difficulty. `is_inherited`: its commune is that of the line above (merged cells)."""

    line_no: int
    cells: Cells
    is_inherited: bool = False
    is_titled: bool = False
    """The sheet has no titles: this one is the beginning of the text."""


@dataclass(frozen=True)
class Head:
    """The line of heads: where it stands, which column is where."""

    index: int
    columns: Mapping[str, int]
    heads: tuple[tuple[str, str], ...]
    """Column ('' for one that is not read) and its head, in the order of the sheet."""


def read_head(rows: Sequence[Sequence[str]]) -> Head:
    """The head among the first lines. Raises Invalid where no line names the columns."""
    found = find_header(rows, KNOWN)
    if found is None or not any(name in found[1] for name in NEEDED):
        raise Invalid(FIELD, "sheet_without_heads")
    index, columns = found
    named = {at: name for name, at in columns.items()}
    heads = tuple((named.get(at, ""), clean_line(head)) for at, head in enumerate(rows[index]) if head)
    return Head(index, columns, heads)


class Lines:
    """Reads lines one after another; keeps the commune of the line above for cells that were merged."""

    def __init__(self, head: Head) -> None:
        self._columns = head.columns
        self._commune = ""

    def read(self, numbered: Iterator[tuple[int, Sequence[str]]]) -> Iterator[Line]:
        """The difficulties among the lines below the head."""
        for line_no, row in numbered:
            if not row or is_numbering(row):
                continue
            cells = Cells(**{name: self._cell(row, name) for name in self._columns})
            if not (cells.title or cells.situation or cells.proposal):
                continue  # the name of a part of the sheet, a line of sums
            yield self._line(line_no, cells)

    def _cell(self, row: Sequence[str], name: str) -> str:
        index = self._columns[name]
        return row[index] if index < len(row) else ""

    def _line(self, line_no: int, cells: Cells) -> Line:
        values = {name: getattr(cells, name) for name in NAMES}
        is_inherited = not cells.commune and bool(self._commune)
        is_titled = "title" not in self._columns and bool(cells.situation)
        if is_inherited:
            values["commune"] = self._commune
        if is_titled:
            values["title"] = title_of(cells.situation)
        self._commune = values["commune"]
        return Line(line_no, Cells(**values), is_inherited, is_titled)


def title_of(situation: str) -> str:
    """The first sentence, cut at a word."""
    line = clean_line(situation)
    found = _SENTENCE.match(line)
    first = found[1].rstrip(".;: ") if found else line
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
