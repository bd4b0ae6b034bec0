"""From texts to the words that are searched.

Owns: which words a text has. Pure.
"""

from collections.abc import Iterable

from tracker.text import folded_words

MOST_CHARACTERS = 150_000
"""PostgreSQL refuses a tsvector above one megabyte; nobody writes that much about one difficulty."""


def indexed_words(texts: Iterable[str]) -> str:
    """The folded words of the texts in their order, separated by single spaces."""
    words = " ".join(word for text in texts if text for word in folded_words(text))
    if len(words) <= MOST_CHARACTERS:
        return words
    return words[:MOST_CHARACTERS].rsplit(" ", 1)[0]
