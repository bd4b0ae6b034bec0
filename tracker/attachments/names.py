"""The name under which a file is shown and downloaded.

Owns: cleaning it. Pure. The name is never part of a path of ours: files lie under their random key.
"""

import re

from tracker.attachments.sniff import TYPES, FileType
from tracker.errors import Invalid
from tracker.text import classification_mark, clean_line

MAX_CHARACTERS = 200
MAX_BYTES = 250
"""Most file systems take 255 bytes; a Vietnamese letter has up to three."""

_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')
_WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_UNNAMED = "file"


def clean_name(name: str, file_type: FileType) -> str:
    """The last part of the name, without hidden characters, with the extension of what the file really is.

    Raises Invalid file_classified when the name bears a mark of state secrets.
    """
    last = re.split(r"[/\\]", clean_line(name[:4000]))[-1]
    last = clean_line(_NOT_IN_NAMES.sub(" ", last)).rstrip(". ")
    # A name that begins with an apostrophe is read as a delimiter by some who read the header of a download.
    stem = _without_extension(last).strip(". '") or _UNNAMED
    if _WINDOWS_DEVICES.match(stem):
        stem = f"{_UNNAMED} {stem}"
    extension = f".{file_type.extension}"
    cleaned = _shortened(stem, len(extension)) + extension
    if classification_mark(last) or classification_mark(cleaned) or classification_mark(stem):
        raise Invalid("files", "file_classified")
    return cleaned


def _without_extension(name: str) -> str:
    """'bao-cao.PDF' → 'bao-cao'. Another type's extension goes too; 'Phụ lục 1.2' keeps its number."""
    stem, dot, extension = name.rpartition(".")
    known = {item for one in TYPES for item in (one.extension, *one.other_extensions)}
    return stem if dot and extension.lower() in known else name


def _shortened(stem: str, extension_length: int) -> str:
    short = stem[: MAX_CHARACTERS - extension_length]
    cut = short.encode()[: MAX_BYTES - extension_length].decode(errors="ignore")
    return cut.rstrip(". ") or _UNNAMED
