"""Tables as Markdown. Knows no content."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with one line a row."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def head(title: str, sentence: str) -> str:
    """The beginning of a paper that is made from the program."""
    made = "Made from the program by `python -m tests.documents --write`; a test compares them."
    return f"# {title}\n\n{sentence} {made}\n\n"
