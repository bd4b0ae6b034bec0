"""What a file really is, told from its bytes.

Owns: the five accepted types and the limits on packed documents. Pure: bytes in, a type out; must not know
where files are kept. The name and the type that a browser sends are never believed.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass

from tracker.errors import Invalid

MAX_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200
"""Unpacked over packed size: sheets of repeated values reach about 100."""

_RATIO_FLOOR_BYTES = 10 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024
_ENCRYPTED = 0x1
_CONTENT_TYPES = "[Content_Types].xml"
_MACRO_MARKS = ("vbaproject", "vbadata", "macrosheets/")
_MAX_CONTENT_TYPES_BYTES = 1024 * 1024


@dataclass(frozen=True)
class FileType:
    """An accepted type: its media type and the extension that a stored name carries."""

    media_type: str
    extension: str
    other_extensions: tuple[str, ...] = ()

    def is_picture(self) -> bool:
        """Whether it is a photograph or a scan."""
        return self.media_type.startswith("image/")


PDF = FileType("application/pdf", "pdf")
PNG = FileType("image/png", "png")
JPEG = FileType("image/jpeg", "jpg", ("jpeg",))
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
TYPES = (PDF, DOCX, XLSX, PNG, JPEG)

_OOXML_MEMBERS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


def file_type(content: bytes) -> FileType:
    """The type that the bytes show.

    Raises Invalid: file_empty, file_type (none of the five), file_broken (does not unpack),
    file_macros (holds a program), file_locked (asks for a password), file_bomb (unpacks to too much).
    """
    if not content:
        raise Invalid("files", "file_empty")
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    raise Invalid("files", "file_type")


def _office_type(content: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_bomb(package, len(content))
            found = _type_by_member(package)
            _refuse_macros(package)
            _unpack(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Invalid("files", "file_broken") from error
    return found


def _refuse_bomb(package: zipfile.ZipFile, packed_bytes: int) -> None:
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    overlapping = sum(member.compress_size for member in members) > packed_bytes
    too_dense = unpacked > _RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * packed_bytes
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or overlapping or too_dense:
        raise Invalid("files", "file_bomb")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Invalid("files", "file_locked")


def _type_by_member(package: zipfile.ZipFile) -> FileType:
    names = package.namelist()
    found = [file_type for member, file_type in _OOXML_MEMBERS.items() if names.count(member) == 1]
    if len(found) != 1 or names.count(_CONTENT_TYPES) != 1:
        raise Invalid("files", "file_type")
    return found[0]


def _refuse_macros(package: zipfile.ZipFile) -> None:
    names = [name.lower().replace("\\", "/") for name in package.namelist()]
    with package.open(_CONTENT_TYPES) as member:
        content_types = member.read(_MAX_CONTENT_TYPES_BYTES).lower()
    holds_macro = any(mark in name for name in names for mark in _MACRO_MARKS)
    if holds_macro or b"macroenabled" in content_types or b"vbaproject" in content_types:
        raise Invalid("files", "file_macros")


def _unpack(package: zipfile.ZipFile) -> None:
    """Read every member once: sizes that the directory lies about and broken checksums come out here."""
    for info in package.infolist():
        with package.open(info) as member:
            while member.read(_BLOCK_BYTES):
                pass
