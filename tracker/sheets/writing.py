"""Writes spreadsheets: .xlsx and .csv from typed rows, in constant memory, with nothing that runs when it is opened.

Owns: how a value becomes a cell, which characters a cell may hold, how a sheet may be called. Must not know what the
rows are.

A text is never a formula: in .xlsx it is stored as a string whatever it begins with; in .csv, where a program guesses,
an apostrophe stands before what it would take for a formula. A true number stays a number in both.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import IO, Any

from tracker import clock
from tracker.text import format_date, format_time

Cell = str | int | float | bool | date | datetime | None
CELL_LIMIT = 32_767
"""Characters that a cell of Excel holds, as Excel counts them (UTF-16 units)."""
SHEET_NAME_LIMIT = 31
_FORMULA = ("=", "+", "-", "@")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    """A column: its head, and its width in letters."""

    head: str
    width: int = 16


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, the lines that say what it shows, its columns."""

    name: str
    about: Sequence[str]
    columns: Sequence[Column]


def write_xlsx(target: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> int:
    """Write a workbook of one sheet; gives the number of rows.

    The lines about it stand on top, the row of heads stays in sight. Dates and numbers are cells of their kind.
    """
    import xlsxwriter  # large, and most processes never write a workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet(sheet_name(sheet.name))
    formats = _formats(book)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    for number, line in enumerate(sheet.about):
        page.write_string(number, 0, plain(line), formats["about"])
    top = len(sheet.about)
    for index, column in enumerate(sheet.columns):
        page.write_string(top, index, plain(column.head), formats["head"])
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(top)
    page.fit_to_pages(1, 0)
    written = 0
    for written, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            _write(page, top + written, index, value, formats)
    book.close()
    return written


def _formats(book: Any) -> dict[str, Any]:
    return {
        "about": book.add_format({"bold": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "time": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
    }


def _write(page: Any, row: int, column: int, value: Cell, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value, formats["number"])
    elif isinstance(value, int | float):
        page.write_number(row, column, value, formats["number"])
    elif isinstance(value, datetime):
        page.write_datetime(row, column, _local(value), formats["time"])
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats["date"])
    else:
        page.write_string(row, column, plain(value), formats["text"])


def write_csv(target: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> int:
    """Write a text of UTF-8 with its mark, `;` between the cells, every text quoted; gives the number of rows.

    A Vietnamese Windows has the decimal comma, so its Excel expects `;` between cells and reads a comma as text.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for line in sheet.about:
        writer.writerow([neutral(line)])
    writer.writerow([neutral(column.head) for column in sheet.columns])
    written = 0
    for row in rows:
        writer.writerow([_as_text(value) for value in row])
        written += 1
    text.flush()
    text.detach()
    return written


def _as_text(value: Cell) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        there = _local(value)
        return f"{format_date(there.date())} {format_time(there)}"
    if isinstance(value, date):
        return format_date(value)
    return neutral(value)


def _local(moment: datetime) -> datetime:
    """Without a zone, as people here read it."""
    return clock.local(moment).replace(tzinfo=None) if moment.tzinfo else moment


def plain(text: str) -> str:
    """A text that a cell takes: control characters and halves of letters replaced, cut where a cell ends."""
    return _cut(_BROKEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")))


def _cut(text: str) -> str:
    if len(text) <= CELL_LIMIT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    return units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def neutral(text: str) -> str:
    """A text for .csv that no program takes for a formula.

    What counts is the first letter after blanks and invisible letters, full-width forms read as their narrow ones.
    """
    clean = plain(text)
    if text[:1] in {"\t", "\r", "\n"} or _first(clean) in _FORMULA:
        return f"'{clean}"
    return clean


def _first(text: str) -> str:
    for letter in text:
        if not letter.isspace() and unicodedata.category(letter) not in {"Cf", "Cc"}:
            return unicodedata.normalize("NFKC", letter)[:1]
    return ""


def sheet_name(name: str, taken: Iterable[str] = ()) -> str:
    """A name that Excel accepts for a sheet: without []:*?/\\, 31 letters, none twice whatever the case."""
    cleaned = _NOT_IN_NAME.sub(" ", plain(name).replace("\n", " "))
    base = " ".join(cleaned.split()).strip("'")[:SHEET_NAME_LIMIT].strip().strip("'") or "Sheet"
    if base.casefold() == "history":  # Excel keeps this name for itself
        base = f"{base}_"
    used = {each.casefold() for each in taken}
    found = base
    for number in count(2):
        if found.casefold() not in used:
            return found
        tail = f" ({number})"
        found = base[: SHEET_NAME_LIMIT - len(tail)].strip() + tail
    raise AssertionError("numbers do not end")
