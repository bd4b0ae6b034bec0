"""Passwords that everybody tries first: the packaged list, and words of this product and its province.

Owns: the two packaged lists and how a password is compared with them. Knows neither a table nor a request.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tracker.text import fold

_DATA = Path(__file__).parents[1] / "data"
_SHORTEST_WORD = 3
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_common(password: str) -> bool:
    """Whether it is one of the commonest, or one of them with digits and signs around it, or one repeated."""
    return _is_among(unicodedata.normalize("NFKC", password).casefold(), _listed("common_passwords.txt"))


def is_of_words(password: str, words: Iterable[str] = ()) -> bool:
    """Whether nothing but a word of the product, a province or one of `words` stands in it, signs and marks aside."""
    known = {fold(word).replace(" ", "") for word in words} | _listed("password_words.txt")
    plain = "".join(letter for letter in fold(password) if letter.isalnum())
    return _is_among(plain, known)


def _is_among(text: str, known: Iterable[str]) -> bool:
    words = known if isinstance(known, frozenset | set) else set(known)
    return any(len(form) >= _SHORTEST_WORD and form in words for form in _forms(text))


def _forms(text: str) -> set[str]:
    forms = {text, _ENDS.sub("", text)}
    return forms | {_once(form) for form in forms}


def _once(text: str) -> str:
    """What is repeated, once: abcabcabc is abc."""
    found = re.fullmatch(r"(.{3,}?)\1+", text, re.DOTALL)
    return _ENDS.sub("", found.group(1)) if found else text


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset((_DATA / name).read_text(encoding="utf-8").split())
