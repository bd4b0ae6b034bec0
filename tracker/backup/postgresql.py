"""PostgreSQL: a copy beside working people by pg_dump, and its return by pg_restore.

Owns: calling the two programs. Must not know the files beside the database.

The rows are counted in the very snapshot that pg_dump copies. The old tables are moved aside by giving their schema
another name, so that nothing is removed.
"""

import os
import subprocess
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from tracker.backup.databases import Content, compare, content_of, outdated
from tracker.backup.errors import Unusable
from tracker.backup.places import fresh_file, sync_file
from tracker.db import migration_connection

_ASIDE = "replaced_"


class PostgresqlDatabase:
    """The database of an instance on a server."""

    kind = "postgresql"
    copy_name = "tracker.dump"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def copy(self, to: Path) -> Content:
        """Write a consistent copy and say what it holds. Raises Unusable."""
        fresh_file(to)
        steady = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with steady.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            content = content_of(connection)
            self._run(
                "pg_dump",
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--exclude-schema={_ASIDE}*",
                f"--file={to}",
            )
        sync_file(to)
        return content

    def is_empty(self) -> bool:
        """Whether nothing has been set up in it."""
        return not inspect(self.engine).get_table_names()

    def check(self, copy: Path) -> None:
        """Prove that a copy can be read. Raises Unusable."""
        _call(["pg_restore", "--list", str(copy)])

    def replace(self, copy: Path, rows: dict[str, int], stamp: str) -> str:
        """Put the copy in the place of the database; returns where the old one now is, "" if there was none.

        Raises Unusable; the old one is then where it was.
        """
        self._refuse_others()
        aside = "" if self.is_empty() else f"{_ASIDE}{stamp.replace('-', '_')}"
        if aside:
            self._execute(f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
        try:
            self._run(
                "pg_restore",
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                str(copy),
            )
            with self.engine.connect() as connection:
                compare(rows, content_of(connection).rows)
            self._execute(*outdated(rows))
        except Unusable:
            self._execute("DROP SCHEMA public CASCADE")
            self._execute(f"ALTER SCHEMA {aside} RENAME TO public" if aside else "CREATE SCHEMA public")
            raise
        return f"schema {aside}" if aside else ""

    def _refuse_others(self) -> None:
        self.engine.dispose()
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with self.engine.connect() as connection:
            if connection.scalar(others):
                raise Unusable("the database is in use: stop `tracker serve` first")

    def _execute(self, *statements: str) -> None:
        with migration_connection(self.engine) as connection:
            for statement in statements:
                connection.execute(text(statement))

    def _run(self, program: str, *words: str) -> None:
        url = self.engine.url.set(drivername="postgresql")
        password = {"PGPASSWORD": str(url.password)} if url.password else {}
        # The address stands in the list of processes, the password does not.
        address = url.set(password=None).render_as_string(hide_password=False)
        _call([program, f"--dbname={address}", *words], password)


def _call(line: list[str], more: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(
            line, env=os.environ | (more or {}), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Unusable(
            f"{line[0]} is not installed: it comes with the client programs of PostgreSQL"
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise Unusable(f"{line[0]}: {said[0].removeprefix(line[0] + ': ')}")
