"""SQLite: a copy beside working people, and its return.

Owns: `VACUUM INTO` and the checks of a file. Must not know the files beside the database.

The stepwise backup starts again at every write of another process and may never end; `VACUUM INTO` reads one snapshot.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tracker.backup.databases import Content, compare, content_of, outdated
from tracker.backup.errors import Unusable
from tracker.backup.places import fresh_file, sync_file, sync_folder

_WAIT_SECONDS = 30
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_COMPANIONS = ("", "-wal", "-shm")


class SqliteDatabase:
    """The file of an instance's database."""

    kind = "sqlite"
    copy_name = "tracker.db"

    def __init__(self, path: Path) -> None:
        self.path = path

    def copy(self, to: Path) -> Content:
        """Write a consistent copy and say what it holds. Raises Unusable."""
        if not self.path.exists():
            raise Unusable(f"there is no database {self.path}")
        fresh_file(to)
        with _opened(self.path) as connection:
            _refuse_damage(connection, "quick_check", self.path)
            connection.execute("VACUUM INTO ?", (str(to),))
        sync_file(to)
        return _content(to)

    def is_empty(self) -> bool:
        """Whether nothing has been set up in it."""
        if not self.path.exists():
            return True
        try:
            with _opened(self.path) as connection:
                return not connection.execute("SELECT name FROM sqlite_schema").fetchall()
        except Unusable:  # damaged: there is something that somebody may want to look at
            return False

    def check(self, copy: Path) -> None:
        """Prove that a copy can be read. Raises Unusable."""
        with _opened(copy, "?mode=ro&immutable=1") as connection:
            _refuse_damage(connection, "integrity_check", copy)
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Unusable(f"{copy}: rows point to rows that are not there")

    def replace(self, copy: Path, rows: dict[str, int], stamp: str) -> str:
        """Put the copy in the place of the database; returns where the old one now is, "" if there was none.

        Raises Unusable; the old one is then where it was.
        """
        compare(rows, _content(copy).rows)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        staged = self.path.with_name(f"{self.path.name}.restoring")
        staged.unlink(missing_ok=True)
        fresh_file(staged)
        shutil.copyfile(copy, staged)
        with _opened(staged) as connection:
            for statement in outdated(rows):
                connection.execute(statement)
        sync_file(staged)
        try:
            aside = self._move_aside(stamp)
        except BaseException:
            staged.unlink()
            raise
        staged.rename(self.path)
        sync_folder(self.path.parent)
        return aside

    def _move_aside(self, stamp: str) -> str:
        if not self.path.exists():
            return ""
        self._take_alone()
        aside = self.path.with_name(f"{self.path.name}.replaced-{stamp}")
        for companion in _COMPANIONS:
            with suppress(FileNotFoundError):
                os.rename(f"{self.path}{companion}", f"{aside}{companion}")
        return str(aside)

    def _take_alone(self) -> None:
        """Bring everything into the one file, which only the last user of a database can. Raises Unusable."""
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=1)
            try:
                connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in _BUSY:
                raise Unusable("the database is in use: stop `tracker serve` first") from error
            # damaged: it is moved away as it lies there


def _content(path: Path) -> Content:
    """What a copy holds, which nobody writes."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            return content_of(connection)
    except SQLAlchemyError as error:
        raise Unusable(f"{path}: cannot be read as a database") from error
    finally:
        engine.dispose()


@contextmanager
def _opened(path: Path, how: str = "") -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}{how}", uri=True, isolation_level=None, timeout=_WAIT_SECONDS
        )
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{path}: {error}") from error


def _refuse_damage(connection: sqlite3.Connection, pragma: str, path: Path) -> None:
    (found,) = connection.execute(f"PRAGMA {pragma}(1)").fetchone()
    if found != "ok":
        raise Unusable(f"{path} is damaged: {found}")
