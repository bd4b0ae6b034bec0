"""A sheet as rows of clean texts, and the limits that every way of reading keeps.

Owns: what a row is, how much of it is taken. Must not know workbooks, separators or encodings. Pure.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tracker.errors import Invalid
from tracker.text import clean_text

FIELD = "file"
"""The form field to which every refusal points."""
MOST_LINES = 1_048_576
"""Lines of a sheet of Excel; what claims to have more is broken or meant to keep us busy."""

MOST_SAMPLES = 6
SAMPLE_LENGTH = 200


@dataclass(frozen=True)
class Limits:
    """How much is read: bytes of the file, rows that hold something, columns, characters of a cell."""

    bytes: int = 20 * 1024 * 1024
    rows: int = 5_001
    columns: int = 60
    characters: int = 20_000


DEFAULT = Limits()


@dataclass(frozen=True)
class Sheet:
    """A sheet that is being read.

    `rows` gives each line once, as clean texts without empty cells at its end; an empty line is [], so that counting
    from 1 gives the number of the line; empty lines at the end are left out. It raises Invalid("file", …) where a
    limit is passed or the file turns out broken. `encoding` says how the text was read: "utf-8", "utf-16", "tcvn3",
    "vni", "windows-1258", "xlsx" or "pasted".
    """

    rows: Iterator[list[str]]
    encoding: str
    changed: list[tuple[str, str]] = field(default_factory=list)
    """Before and after of the first cells that a conversion changed; filled while the rows are read."""


def converted_sheet(
    raw: Iterable[Iterable[str]], limits: Limits, encoding: str, convert: Callable[[str], str]
) -> Sheet:
    """A sheet whose cells are brought from an old encoding to letters, with some of them before and after."""
    changed: list[tuple[str, str]] = []

    def noted(text: str) -> str:
        letters = convert(text)
        if letters != text and len(changed) < MOST_SAMPLES:
            changed.append((text[:SAMPLE_LENGTH], letters[:SAMPLE_LENGTH]))
        return letters

    return Sheet(clean_rows(raw, limits, noted), encoding, changed)


def no_change(text: str) -> str:
    """The text as it is."""
    return text


def clean_rows(
    raw: Iterable[Iterable[str]], limits: Limits, convert: Callable[[str], str] = no_change
) -> Iterator[list[str]]:
    """The rows as `Sheet.rows` promises them; `convert` brings a cell from an old encoding to letters."""
    filled = empty = 0
    for number, cells in enumerate(raw, start=1):
        if number > MOST_LINES:
            raise Invalid(FIELD, "sheet_too_many_rows", limit=limits.rows)
        row = _clean_row(cells, limits, convert)
        if not row:
            empty += 1
            continue
        filled += 1
        if filled > limits.rows:
            raise Invalid(FIELD, "sheet_too_many_rows", limit=limits.rows)
        for _ in range(empty):
            yield []
        empty = 0
        yield row


def _clean_row(cells: Iterable[str], limits: Limits, convert: Callable[[str], str]) -> list[str]:
    row: list[str] = []
    last = 0
    for number, cell in enumerate(cells, start=1):
        text = cell and clean_text(convert(cell[: limits.characters + 1])).strip()
        if len(cell) > limits.characters:
            raise Invalid(FIELD, "sheet_cell_too_long", limit=limits.characters)
        row.append(text)
        if text:
            last = number
            if number > limits.columns:
                raise Invalid(FIELD, "sheet_too_many_columns", limit=limits.columns)
    return row[:last]
