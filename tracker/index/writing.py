"""Keeping the words of texts.

Owns: writing `IndexedText`; the index of either database follows in the same transaction. May not commit.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.index.models import IndexedText


def put(session: Session, words: Mapping[int, str]) -> None:
    """Keep the words of each key; those that are there already are not written again."""
    if not words:
        return
    maker = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = maker(IndexedText)
    statement = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={"words": statement.excluded.words},
        where=IndexedText.words != statement.excluded.words,
    )
    rows = [{"id": key, "words": own} for key, own in sorted(words.items())]
    session.connection().execute(statement, rows)


def clear(session: Session) -> None:
    """Forget everything, with whatever a damaged index held beside it."""
    if session.get_bind().dialect.name == "sqlite":
        # A damaged table of FTS5 refuses to forget what it has lost: first made equal to ours.
        session.execute(text("INSERT INTO issue_fts (issue_fts) VALUES ('rebuild')"))
    session.execute(delete(IndexedText))


def kept(session: Session, keys: list[int]) -> dict[int, str]:
    """The words kept for these keys."""
    statement = select(IndexedText.id, IndexedText.words).where(IndexedText.id.in_(keys))
    return {row.id: row.words for row in session.execute(statement)}


def unequal(session: Session) -> Iterator[int]:
    """Keys that only one of the two has: our table, FTS5's. PostgreSQL keeps them in one row."""
    if session.get_bind().dialect.name != "sqlite":
        return
    ours, theirs = "SELECT id FROM issue_text", "SELECT id FROM issue_fts_docsize"
    for first, second in ((ours, theirs), (theirs, ours)):
        yield from session.scalars(text(f"{first} EXCEPT {second} ORDER BY 1 LIMIT 100"))
