"""Texts with separators: .csv files and what is pasted from a spreadsheet.

Owns: their encoding, the separator, the quotes. Must not know what the columns mean. Pure.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from tracker.errors import Invalid
from tracker.sheets import legacy
from tracker.sheets.grid import FIELD, Limits, Sheet, converted_sheet

UTF_8, UTF_16 = "utf-8", "utf-16"
ENCODINGS = (UTF_8, UTF_16, legacy.TCVN3, legacy.VNI, legacy.WINDOWS_1258)
"""Those of which a person may choose one."""
_CODECS = {UTF_8: "utf-8-sig", legacy.TCVN3: "cp1252", legacy.VNI: "cp1252", legacy.WINDOWS_1258: "cp1258"}
_SEPARATORS = ("\t", ";", ",", "|")
_LINES_TRIED = 60
_HEAD = 65_536


def read_csv(content: bytes, limits: Limits, encoding: str | None = None) -> Sheet:
    """A .csv file. `encoding` is what a person chose; without it the bytes decide.

    Raises Invalid: sheet_encoding (no encoding reads it), sheet_type (not a text).
    """
    chosen = encoding or _encoding_of(content)
    codec = _utf_16(content) if chosen == UTF_16 else _CODECS[chosen]
    errors = "strict" if chosen in {UTF_8, UTF_16} else "replace"
    head = content[:_HEAD].decode(codec, "replace")
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=codec, errors=errors, newline="")
    rows = _parsed(_without_sep_line(stream), _separator(head))
    if encoding is None and chosen == UTF_8:
        rows, seen = _looked_at(rows)
        chosen = legacy.detected(seen) or chosen
    return converted_sheet(rows, limits, chosen, legacy.conversion(chosen))


def read_text(text: str, limits: Limits) -> Sheet:
    """Cells pasted from a spreadsheet: tabs between them, quotes around a cell of several lines."""
    text = text.strip("\r\n")
    separator = "\t" if "\t" in text else _separator(text[:_HEAD])
    rows, seen = _looked_at(_parsed(io.StringIO(text, newline=""), separator))
    encoding = legacy.detected(seen)
    return converted_sheet(rows, limits, encoding or "pasted", legacy.conversion(encoding or ""))


def _encoding_of(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _has_no_mark_but_is_utf_16(content):
        return UTF_16
    if b"\0" in content:
        raise Invalid(FIELD, "sheet_type")
    try:
        content.decode("utf-8")
        return UTF_8
    except UnicodeDecodeError:
        pass
    found = legacy.encoding_of(content)
    if found is None:
        raise Invalid(FIELD, "sheet_encoding")
    return found


def _has_no_mark_but_is_utf_16(content: bytes) -> bool:
    """Signs and plain letters have an empty byte beside them, always on the same side."""
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) * 8 > len(head)


def _utf_16(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-16-be" if content[:4096:2].count(0) else "utf-16-le"


def _separator(head: str) -> str:
    """The sign that cuts the first lines into the most columns, most evenly."""
    if head[:4].lower() == "sep=" and head[4:5] in _SEPARATORS:
        return head[4]
    return max(_SEPARATORS, key=lambda sign: _evenness(head, sign))


def _evenness(head: str, separator: str) -> tuple[float, int]:
    lines = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        widths = [len(row) for row in islice(lines, _LINES_TRIED) if row]
    except csv.Error:
        return 0.0, 0
    widest = max(widths, default=1)
    if widest < 2:
        return 0.0, 0
    usual = max(set(widths) - {1}, key=widths.count)
    return widths.count(usual) / len(widths), usual


def _without_sep_line(stream: Iterable[str]) -> Iterator[str]:
    """Without the line "sep=;" that Excel writes for itself."""
    lines = iter(stream)
    first = next(lines, "")
    if first[:4].lower() != "sep=":
        yield first
    yield from lines


def _parsed(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator)
    except UnicodeDecodeError as error:
        raise Invalid(FIELD, "sheet_encoding") from error
    except csv.Error as error:
        raise Invalid(FIELD, "sheet_cell_too_long", limit=csv.field_size_limit()) from error


def _looked_at(rows: Iterator[list[str]]) -> tuple[Iterator[list[str]], list[str]]:
    """The rows, and the cells of the first of them."""
    first = list(islice(rows, _LINES_TRIED))
    return chain(first, rows), [cell for row in first for cell in row]
