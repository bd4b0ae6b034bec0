"""The table of searched words, and what each database keeps beside it to find them.

Owns: `IndexedText`, the FTS5 table with its triggers (SQLite), the column `lexemes` with its index (PostgreSQL). Must
not know what the texts are: the owner of the keys writes them through `index.writing`.

The words are folded by `tracker.text.fold`, for FTS5 does not fold đ; FTS5 must not fold anything more. Triggers keep
its table equal to ours in the same transaction, whoever writes.
"""

from typing import Any

from sqlalchemy import Connection, ForeignKey, Integer, Text, column, event, table
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base

LEXEMES = "lexemes"


class IndexedText(Base):
    """The words of one text."""

    __tablename__ = "issue_text"

    id: Mapped[int] = mapped_column(
        ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Text)
    """Folded, in their order, separated by single spaces."""


FTS = table("issue_fts", column("rowid", Integer), column("issue_fts", Text))
"""FTS5's own table; its rowid is our key."""

SQLITE = (
    """CREATE VIRTUAL TABLE issue_fts USING fts5(
        words, content='issue_text', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
    )""",
    """CREATE TRIGGER issue_text_added AFTER INSERT ON issue_text BEGIN
        INSERT INTO issue_fts (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER issue_text_removed AFTER DELETE ON issue_text BEGIN
        INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER issue_text_changed AFTER UPDATE ON issue_text BEGIN
        INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO issue_fts (rowid, words) VALUES (new.id, new.words);
    END""",
)
POSTGRESQL = (
    """ALTER TABLE issue_text ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, words)) STORED""",
    "CREATE INDEX ix_issue_text_lexemes ON issue_text USING gin (lexemes)",
)


def _make(_table: object, connection: Connection, **_: object) -> None:
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def _remove(_table: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS issue_fts")


event.listen(IndexedText.__table__, "after_create", _make)
event.listen(IndexedText.__table__, "after_drop", _remove)


def is_kept_by_database(kind: str, name: str | None, table_name: str | None) -> bool:
    """Whether a thing of the schema belongs to the index of one database alone and to no model."""
    if kind == "table":
        return name is not None and "_fts" in name
    return table_name == IndexedText.__tablename__ and name in (LEXEMES, f"ix_issue_text_{LEXEMES}")


def compared(item: Any, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """What Alembic compares with the models; its `include_object`."""
    owner = getattr(getattr(item, "table", None), "name", None)
    return not (reflected and is_kept_by_database(kind, name, owner))
