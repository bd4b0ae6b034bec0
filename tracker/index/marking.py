"""Where the words of a query stand in a text, for showing them.

Owns: excerpts. Pure. Reads the text as it was written; what it gives is not escaped.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from tracker.index.query import Query
from tracker.text import fold

_BETWEEN = r"[\W_]+"
_LATIN = (range(0x41, 0x5B), range(0x61, 0x7B), range(0xC0, 0x250), range(0x1E00, 0x1F00))
LEAD = 60
"""Characters shown before the first word found."""


@dataclass(frozen=True)
class Piece:
    """A part of a text, found or not."""

    text: str
    is_found: bool = False


@cache
def _alike() -> dict[str, str]:
    """Folded letter → all letters that fold to it: looking for them is quicker than folding what is looked at."""
    alike: dict[str, str] = {}
    for code in chain(*_LATIN):
        alike[fold(chr(code))] = alike.get(fold(chr(code)), "") + chr(code)
    return alike


def _word(word: str) -> str:
    return "".join(f"[{_alike()[letter]}]" if letter in _alike() else letter for letter in word)


@lru_cache(maxsize=64)
def _pattern(query: Query) -> re.Pattern[str]:
    ways = {
        _BETWEEN.join(map(_word, phrase)) + ("" if term.is_beginning else r"\b")
        for term in query.terms
        for phrase in term.phrases
    }
    longest_first = sorted(ways, key=lambda way: (-len(way), way))
    one = rf"\b(?:{'|'.join(longest_first)})"
    return re.compile(rf"{one}(?:\s+{one})*" if ways else r"(?!)")


def pieces(text: str, query: Query) -> list[Piece]:
    """The whole text, cut where something is found; words found side by side are one piece."""
    found, at = [], 0
    for match in _pattern(query).finditer(text):
        start, end = match.span()
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], is_found=True))
        at = end
    return [*found, Piece(text[at:])] if at < len(text) else found


def excerpt(text: str, query: Query, length: int = 150) -> list[Piece]:
    """The part of the text around the first thing found, in one line; empty where nothing is found."""
    line = " ".join(text.split())
    first = _pattern(query).search(line)
    if first is None:
        return []
    begin = _word_border(line, first.start() - LEAD)
    end = min(len(line), begin + max(length, first.end() - begin))
    end = end if end == len(line) else max(line.rfind(" ", begin, end), first.end())
    shown = pieces(line[begin:end], query)
    before = [Piece("… ")] if begin else []
    return [*before, *shown, *([Piece(" …")] if end < len(line) else [])]


def _word_border(line: str, at: int) -> int:
    return 0 if at <= 0 else line.find(" ", at) + 1
