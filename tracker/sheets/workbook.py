"""Workbooks (.xlsx): refused when they are not what they say or would cost too much, else read line by line.

Owns: what is checked before a library opens the package, and how a cell becomes text. Formulas are never evaluated:
the value that was stored with them is taken. Pure.
"""

import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tracker.errors import Invalid
from tracker.sheets import legacy
from tracker.sheets.grid import FIELD, Limits, Sheet, converted_sheet
from tracker.text import format_date, format_time

MAX_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200
MAX_STRINGS = 200_000
MAX_STYLE_BYTES = 8 * 1024 * 1024
_RATIO_FLOOR_BYTES = 5 * 1024 * 1024
_BLOCK_BYTES = 256 * 1024
_PROLOGUE_BYTES = 64 * 1024
_ENCRYPTED = 0x1
_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_MACRO_MARKS = ("vbaproject", "vbadata", "macrosheets/")
_PLAIN_ENCODINGS = {None, "utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1"}
_LINES_TRIED = 60
_LINES_AT_ONCE = 100
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    expat.ExpatError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What zipfile, the XML reader and openpyxl raise at a package that is not well made."""


class _Seen(Exception):
    """The first element was reached."""


def read_workbook(content: bytes, limits: Limits, encoding: str | None = None) -> Sheet:
    """The first sheet in sight that holds something. `encoding` is what a person chose, "xlsx" for none.

    Raises Invalid: sheet_type, file_broken, file_locked, file_macros, file_bomb, sheet_links.
    """
    try:
        _check(content)
        rows = _rows(content)
        first = list(islice(rows, _LINES_TRIED))
    except _BROKEN as error:
        raise Invalid(FIELD, "file_broken") from error
    chosen = encoding or legacy.detected(cell for row in first for cell in row) or "xlsx"
    return converted_sheet(_guarded(chain(first, rows)), limits, chosen, legacy.conversion(chosen))


def _check(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = package.infolist()
        _refuse_size(members, len(content))
        names = [member.filename.replace("\\", "/") for member in members]
        if names.count(_WORKBOOK) != 1 or names.count(_CONTENT_TYPES) != 1:
            raise Invalid(FIELD, "sheet_type")
        _refuse_kind(package, names)
        for member in members:
            _read_through(package, member)


def _refuse_size(members: list[zipfile.ZipInfo], packed: int) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Invalid(FIELD, "file_locked")
    unpacked = sum(member.file_size for member in members)
    overlapping = sum(member.compress_size for member in members) > packed
    too_dense = unpacked > _RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * packed
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or overlapping or too_dense:
        raise Invalid(FIELD, "file_bomb")


def _refuse_kind(package: zipfile.ZipFile, names: list[str]) -> None:
    lowered = [name.lower() for name in names]
    if any(mark in name for name in lowered for mark in _MACRO_MARKS):
        raise Invalid(FIELD, "file_macros")
    content_types = package.read(_CONTENT_TYPES).lower()
    if b"macroenabled" in content_types or b"vbaproject" in content_types:
        raise Invalid(FIELD, "file_macros")
    if any(
        name.startswith(("xl/externallinks/", "xl/queries/")) or name == "xl/connections.xml"
        for name in lowered
    ):
        raise Invalid(FIELD, "sheet_links")


def _read_through(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a member once: sizes that lie, checksums, definitions in XML, far too many strings come out here."""
    name = member.filename.lower()
    is_xml = name.endswith((".xml", ".rels", ".vml"))
    if name.endswith("styles.xml") and member.file_size > MAX_STYLE_BYTES:
        raise Invalid(FIELD, "file_bomb")
    strings = 0
    with package.open(member) as stream:
        block = stream.read(_PROLOGUE_BYTES)
        if is_xml:
            _refuse_definitions(block)
        while block:
            strings += len(re.findall(rb"<(?:\w+:)?si\b", block)) if is_xml else 0
            block = stream.read(_BLOCK_BYTES)
    if strings > MAX_STRINGS:
        raise Invalid(FIELD, "file_bomb")


def _refuse_definitions(prologue: bytes) -> None:
    """No document type, so no entity: it could only stand before the first element, where every parser looks for it."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.XmlDeclHandler = _refuse_encoding
    parser.StartElementHandler = _stop
    try:
        parser.Parse(prologue, True)
    except _Seen:
        return
    raise Invalid(FIELD, "file_broken")


def _refuse(*_: object) -> None:
    raise Invalid(FIELD, "file_broken")


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding and encoding.lower()) not in _PLAIN_ENCODINGS:
        raise Invalid(FIELD, "file_broken")


def _stop(*_: object) -> None:
    raise _Seen


def _guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except _BROKEN as error:
        raise Invalid(FIELD, "file_broken") from error


def _rows(content: bytes) -> Iterator[list[str]]:
    with _unwarned():
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for page in book.worksheets:
            if page.sheet_state == "visible":
                page.reset_dimensions()  # the size that the file claims is not believed
                rows = _texts(page.iter_rows(values_only=True))
                first = next((row for row in rows if any(row)), None)
                if first is not None:
                    yield first
                    yield from rows
                    return
    finally:
        book.close()


def _texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    lines = iter(rows)
    while True:
        with _unwarned():
            some = list(islice(lines, _LINES_AT_ONCE))
        if not some:
            return
        for row in some:
            yield [_text(value) for value in row]


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without the warnings of openpyxl: extensions that it leaves out, dates that are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text(value: Any) -> str:
    """A cell as a person would type it: dates 04/08/2025, numbers without .0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        day = format_date(value.date())
        return day if (value.hour, value.minute) == (0, 0) else f"{day} {format_time(value)}"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, time):
        return format_time(value)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    return str(value)
