"""Reads the data of an act: cleaned, limited, refused with a code that a form can show.

Owns: limits of texts and how a value is taken from the data. Must not touch the database.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from tracker.errors import Invalid
from tracker.text import classification_mark, clean_line, clean_text

E = TypeVar("E", bound=StrEnum)
Data = Mapping[str, object]

LINE_LIMIT = 250
NOTE_LIMIT = 2_000
TEXT_LIMIT = 20_000


def text_of(data: Data, name: str, *, limit: int = NOTE_LIMIT, is_needed: bool = True) -> str:
    """A text of several lines. Raises Invalid when missing, too long or marked as secret."""
    return _checked(clean_text(_raw(data, name)), name, limit, is_needed)


def ask_text(text: str, name: str, *, limit: int = NOTE_LIMIT, is_needed: bool = True) -> None:
    """A text that came by itself, as `text_of` asks for one. Raises Invalid as text_of."""
    _checked(clean_text(text), name, limit, is_needed)


def line_of(data: Data, name: str, *, limit: int = LINE_LIMIT, is_needed: bool = True) -> str:
    """A text of one line. Raises Invalid as text_of."""
    return _checked(clean_line(_raw(data, name)), name, limit, is_needed)


def flag_of(data: Data, name: str) -> bool:
    """A yes or no; missing is no."""
    return data.get(name) is True


def date_of(data: Data, name: str, *, is_needed: bool = True) -> date | None:
    """A local date. Raises Invalid when missing."""
    value = data.get(name)
    if isinstance(value, date):
        return value
    if is_needed:
        raise Invalid(name, "missing")
    return None


def key_of(data: Data, name: str) -> int | None:
    """A row's key, or None."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def needed_key(data: Data, name: str) -> int:
    """A row's key. Raises Invalid when missing."""
    key = key_of(data, name)
    if key is None:
        raise Invalid(name, "missing")
    return key


def keys_of(data: Data, name: str) -> list[int]:
    """Several rows' keys, each once, in their order."""
    value = data.get(name)
    keys = value if isinstance(value, list | tuple) else ()
    return list(dict.fromkeys(key for key in keys if isinstance(key, int)))


def choice_of(data: Data, name: str, choices: type[E], default: E | None = None) -> E | None:
    """A member of the enum. Raises Invalid for a value that is none."""
    value = data.get(name)
    if value in (None, ""):
        return default
    try:
        return choices(str(value))
    except ValueError as error:
        raise Invalid(name, "not_a_choice") from error


def _raw(data: Data, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _checked(text: str, name: str, limit: int, is_needed: bool) -> str:
    if is_needed and not text:
        raise Invalid(name, "missing")
    if len(text) > limit:
        raise Invalid(name, "too_long", limit=limit)
    mark = classification_mark(text)
    if mark is not None:
        raise Invalid(name, "classified", mark=mark)
    return text
