"""Reads sheets that people bring: .xlsx and .csv files, and cells pasted from a spreadsheet.

Owns: what a file is, told from its bytes, and the way from there to rows of clean texts. Must not know what the
columns mean or who brought it. Nothing in a file is run, fetched or unpacked to the disk. Pure.

    sheet = read_rows(stream, "danh-sach.xlsx")
    rows = list(sheet.rows)
    found = find_header(rows, {"name": ["Họ và tên", "Tên"], "phone": ["Điện thoại"]})
"""

from pathlib import PurePath
from typing import IO

from tracker.errors import Invalid
from tracker.sheets.columns import find_header, is_numbering, match_columns
from tracker.sheets.grid import DEFAULT, FIELD, Limits, Sheet
from tracker.sheets.legacy import CONVERSIONS
from tracker.sheets.separated import ENCODINGS, read_csv, read_text

__all__ = [
    "DEFAULT",
    "ENCODINGS",
    "Limits",
    "Sheet",
    "find_header",
    "is_numbering",
    "match_columns",
    "read_pasted",
    "read_rows",
]

_PACKED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"PK")
_TEXT_ENDINGS = {".csv", ".tsv", ".txt"}


def read_rows(
    data: IO[bytes], filename: str, *, limits: Limits = DEFAULT, encoding: str | None = None
) -> Sheet:
    """The sheet of an uploaded file; its name matters only for texts, whose bytes do not say what they are.

    `encoding` is what a person chose in place of what was detected. Raises Invalid("file", code): file_empty,
    sheet_too_large, sheet_type (not a sheet), sheet_old (.xls), file_locked, file_macros, file_broken, file_bomb,
    sheet_links, sheet_encoding; while the rows are read also sheet_too_many_rows, sheet_too_many_columns,
    sheet_cell_too_long.
    """
    content = data.read(limits.bytes + 1)
    if not content:
        raise Invalid(FIELD, "file_empty")
    if len(content) > limits.bytes:
        raise Invalid(FIELD, "sheet_too_large", megabytes=limits.bytes // 1024 // 1024)
    if content.startswith(_COMPOUND):
        raise Invalid(FIELD, "file_locked" if _LOCKED in content else "sheet_old")
    if content.startswith(_PACKED):
        from tracker.sheets.workbook import read_workbook  # its library is large and seldom needed

        return read_workbook(content, limits, encoding if encoding in CONVERSIONS else encoding and "xlsx")
    if content.startswith(_OTHERS) or PurePath(filename).suffix.lower() not in _TEXT_ENDINGS:
        raise Invalid(FIELD, "sheet_type")
    return read_csv(content, limits, encoding if encoding in ENCODINGS else None)


def read_pasted(text: str, *, limits: Limits = DEFAULT) -> Sheet:
    """The cells that a person copied in a spreadsheet and pasted. Raises Invalid as read_rows does."""
    if len(text) > limits.bytes:
        raise Invalid(FIELD, "sheet_too_large", megabytes=limits.bytes // 1024 // 1024)
    return read_text(text, limits)
