"""Which column of a sheet is which: names are compared folded, so that NỘI DUNG and Noi dung are the same.

Owns: the matching. Must not know which columns there are: the caller says. Pure.
"""

from collections.abc import Mapping, Sequence

from tracker.text import folded_words

LINES_TRIED = 15
"""A sheet may begin with lines that say what it is; its head is looked for in these."""

Known = Mapping[str, Sequence[str]]
"""Name of a column → the heads by which it is known, the most usual first."""


def match_columns(header: Sequence[str], known: Known) -> dict[str, int]:
    """Name → index of its column, for those that are there. A head that is the name beats one that only holds it."""
    heads = [folded_words(cell) for cell in header]
    found: dict[str, int] = {}
    taken: set[int] = set()
    for rule in (_is_same, _begins, _holds):
        for name, synonyms in known.items():
            if name in found:
                continue
            index = _first(heads, taken, [folded_words(each) for each in synonyms], rule)
            if index is not None:
                found[name] = index
                taken.add(index)
    return found


def find_header(
    rows: Sequence[Sequence[str]], known: Known, fewest: int = 2
) -> tuple[int, dict[str, int]] | None:
    """The index of the row of heads among the first rows and its columns; None where no row names enough of them."""
    best: tuple[int, dict[str, int]] | None = None
    for index, row in enumerate(rows[:LINES_TRIED]):
        columns = match_columns(row, known)
        if len(columns) >= fewest and (best is None or len(columns) > len(best[1])):
            best = index, columns
    return best


def is_numbering(row: Sequence[str]) -> bool:
    """Whether the row only numbers the columns, as in '(1) (2) (3)' under the heads."""
    filled = [cell.strip("() ") for cell in row if cell]
    return len(filled) > 1 and all(len(cell) <= 2 and cell.isdigit() for cell in filled)


Words = tuple[str, ...]


def _first(heads: list[Words], taken: set[int], synonyms: list[Words], rule: object) -> int | None:
    for synonym in synonyms:
        for index, head in enumerate(heads):
            if index not in taken and head and synonym and rule(head, synonym):  # type: ignore[operator]
                return index
    return None


def _is_same(head: Words, synonym: Words) -> bool:
    return head == synonym


def _begins(head: Words, synonym: Words) -> bool:
    return head[: len(synonym)] == synonym


def _holds(head: Words, synonym: Words) -> bool:
    return any(head[at : at + len(synonym)] == synonym for at in range(len(head)))
