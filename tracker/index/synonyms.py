"""Words that a search treats as one: UBND and ủy ban nhân dân.

Owns: reading `data/synonyms.csv`, one set a line. The file may be edited; the index need not be made anew, for only
what is searched is widened.
"""

import csv
from functools import cache
from importlib.resources import files

from tracker.text import folded_words

Phrase = tuple[str, ...]


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Folded words of each term → all terms of its set, itself first."""
    text = files("tracker").joinpath("data/synonyms.csv").read_text(encoding="utf-8")
    sets = [[folded_words(term) for term in row] for row in csv.reader(text.splitlines())]
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for terms in sets:
        for term in filter(None, terms):
            found[term] = tuple(dict.fromkeys([term, *found.get(term, ()), *filter(None, terms)]))
    return found


@cache
def longest_term() -> int:
    """Words of the longest term."""
    return max((len(term) for term in synonyms()), default=0)


def term_at(words: Phrase, at: int) -> Phrase | None:
    """The longest term that begins at this place of the words."""
    for length in range(min(longest_term(), len(words) - at), 0, -1):
        if words[at : at + length] in synonyms():
            return words[at : at + length]
    return None
