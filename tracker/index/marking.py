"""Where the words of a query stand in a text, for showing them.

Owns: excerpts. Pure. Reads the text as it was written; what it gives is not escaped.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tracker.index.query import Query
from tracker.index.words import folded_in_place

_BETWEEN = r"[\W_]+"
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"
LEAD = 60
"""Characters shown before the first word found."""


@dataclass(frozen=True)
class Piece:
    """A part of a text, found or not."""

    text: str
    is_found: bool = False


@lru_cache(maxsize=64)
def _pattern(query: Query) -> re.Pattern[str]:
    ways = {
        _BETWEEN.join(phrase) + ("" if term.is_beginning else _AFTER)
        for term in query.terms
        for phrase in term.phrases
    }
    longest_first = sorted(ways, key=lambda way: (-len(way), way))
    return re.compile(f"{_BEFORE}(?:{'|'.join(longest_first)})" if ways else r"(?!)")


def pieces(text: str, query: Query) -> list[Piece]:
    """The whole text, cut where something is found."""
    found, at = [], 0
    for match in _pattern(query).finditer(folded_in_place(text)):
        start, end = match.span()
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], is_found=True))
        at = end
    return [*found, Piece(text[at:])] if at < len(text) else found


def excerpt(text: str, query: Query, length: int = 220) -> list[Piece]:
    """The part of the text around the first thing found, in one line; empty where nothing is found."""
    line = " ".join(text.split())
    first = _pattern(query).search(folded_in_place(line))
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
