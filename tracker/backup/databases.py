"""What a backup asks of a database, whichever it is; and what both answer in the same way.

Owns: counting what a copy holds. Must not start a program nor move a file: `sqlite` and `postgresql` do.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, inspect, text

from tracker.backup.errors import Unusable


@dataclass(frozen=True)
class Content:
    """What a database holds, counted in one snapshot."""

    schema: str
    rows: dict[str, int]
    files: dict[str, str]
    """Key → SHA-256 of every file that has a row."""


class Database(Protocol):
    """The database of an instance."""

    kind: str
    copy_name: str

    def copy(self, to: Path) -> Content:
        """Write a consistent copy and say what it holds. Raises Unusable."""

    def is_empty(self) -> bool:
        """Whether nothing has been set up in it."""

    def check(self, copy: Path) -> None:
        """Prove that a copy can be read. Raises Unusable."""

    def replace(self, copy: Path, rows: dict[str, int], stamp: str) -> str:
        """Put the copy in the place of the database; returns where the old one now is, "" if there was none.

        Raises Unusable; the old one is then where it was.
        """


def content_of(connection: Connection) -> Content:
    """Count everything that the connection sees. Raises Unusable for an empty database."""
    # The tables of a full-text index are made of the others.
    names = [name for name in inspect(connection).get_table_names() if "_fts" not in name]
    if not {"alembic_version", "attachment"} <= set(names):
        raise Unusable("the database is empty: there is nothing to copy")
    quote = connection.dialect.identifier_preparer.quote
    rows = {
        name: int(connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")) or 0)  # noqa: S608 - own names
        for name in sorted(names)
    }
    schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
    files = connection.execute(text("SELECT key, sha256 FROM attachment"))
    return Content(str(schema), rows, {str(key): str(sha256) for key, sha256 in files})


def outdated(rows: dict[str, int]) -> list[str]:
    """Statements that remove what must not come back: whoever was signed in when the copy was made may not be now."""
    return [f"DELETE FROM {name}" for name in ("signed_in_session",) if name in rows]  # noqa: S608 - own names


def compare(expected: dict[str, int], found: dict[str, int]) -> None:
    """Raise Unusable where a table does not hold as many rows as the manifest says."""
    for name in sorted(set(expected) | set(found)):
        if expected.get(name) != found.get(name):
            raise Unusable(f"the copy holds {found.get(name)} rows of {name}, not {expected.get(name)}")
