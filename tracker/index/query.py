"""What a person types into the search box, as terms that must all be found.

Owns: the reading of it. Pure; knows no database. Any text is read, none is an error: what has a meaning in the query
language of a database is never more than a separator here.

Words in any order · "a phrase" · 118/2025/NĐ-CP and 2026-000123 as a whole · kho* and a last word that is visibly
unfinished (ngh, truo) as the beginning of words · words of `data/synonyms.csv` as one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from tracker.index.synonyms import Phrase, synonyms, term_at
from tracker.text import clean_line, fold, folded_words

MOST_CHARACTERS = 200
MOST_WORDS = 24
MOST_VARIANTS = 8
"""A phrase with several abbreviations is looked for in at most so many ways."""
SHORTEST_BEGINNING = 3
"""The beginning of two letters is the beginning of nearly everything."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_PIECE = re.compile(r'"([^"]*)"|([^\s",;:()\[\]{}…]+)')
_NUMBER = re.compile(r"(?:vm[- ]?)?([0-9]{4})-([0-9]{1,6})")
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?:[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])|(?![aeiouy]*(?:ie|ye|uo)$)[aeiouy]{1,3})"
)
"""A whole syllable of Vietnamese without marks; iê, yê, uô and ươ do not end one."""


@dataclass(frozen=True)
class Term:
    """Something that must be found: one of the phrases."""

    phrases: tuple[Phrase, ...]
    is_beginning: bool = False
    """The last word of each phrase is the beginning of a word."""


@dataclass(frozen=True)
class Query:
    """All terms must be found."""

    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    """More was typed than is looked for."""

    def __bool__(self) -> bool:
        return bool(self.terms)


@lru_cache(maxsize=200)
def read_query(text: str) -> Query:
    """Read what was typed. Never raises; nothing but signs gives a query without terms, which finds nothing."""
    line = clean_line(text).translate(_QUOTES)
    kept = line[:MOST_CHARACTERS]
    terms: list[Term] = []
    words = 0
    for term in _terms(kept):
        words += max(map(len, term.phrases))
        if words > MOST_WORDS:
            return Query(tuple(terms), is_cut=True)
        terms.append(term)
    return Query(tuple(dict.fromkeys(terms)), is_cut=len(line) > len(kept))


def _terms(line: str) -> Iterator[Term]:
    run: list[str] = []
    pieces = list(_PIECE.finditer(line))
    for place, piece in enumerate(pieces):
        quoted, token = piece.groups()
        words = folded_words(quoted if quoted is not None else token)
        is_beginning = token is not None and _is_beginning(token, words, is_last=place == len(pieces) - 1)
        if quoted is None and len(words) == 1 and not is_beginning:
            run += words
            continue
        yield from _run_of_words(tuple(run))
        run = []
        if quoted is not None:
            yield from _phrase(words)
        elif words:
            yield Term(_ways_of(token, words), is_beginning)
    yield from _run_of_words(tuple(run))


def _is_beginning(token: str, words: Phrase, *, is_last: bool) -> bool:
    """An asterisk says so; so does a last word that is neither a whole syllable nor an abbreviation."""
    if not words or not (len(words) > 1 or len(words[-1]) >= SHORTEST_BEGINNING):
        return False
    if token.endswith("*"):
        return True
    last = words[-1]
    if len(words) == 1 and words in synonyms():
        return False
    return is_last and last.isascii() and last.isalpha() and not _SYLLABLE.fullmatch(last)


def _run_of_words(words: Phrase) -> Iterator[Term]:
    at = 0
    while at < len(words):
        term = term_at(words, at)
        yield Term(synonyms()[term] if term else ((words[at],),))
        at += len(term or (words[at],))


def _phrase(words: Phrase) -> Iterator[Term]:
    """The phrase, with each abbreviation in it spelt out, and the reverse."""
    parts = [term.phrases for term in _run_of_words(words)]
    if not parts:
        return
    ways = (sum(way, ()) for way, _ in zip(product(*parts), range(MOST_VARIANTS), strict=False))
    yield Term(tuple(dict.fromkeys(ways)))


def _ways_of(token: str, words: Phrase) -> tuple[Phrase, ...]:
    """A number of an issue is found without VM- and without its zeros."""
    number = year_and_serial(token)
    return tuple(dict.fromkeys([number, words])) if number else (words,)


def year_and_serial(text: str) -> tuple[str, str] | None:
    """('2026', '000123') where the text is the number of an issue: VM-2026-000123, 2026-123; else None."""
    number = _NUMBER.fullmatch(fold(text[:MOST_CHARACTERS]))
    return (number[1], number[2].zfill(6)) if number else None
