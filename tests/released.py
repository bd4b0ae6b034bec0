"""Databases of released versions, kept as they were: what an upgrade finds at an office.

`tests/data/released_<revision>.sql.gz` is the dump of the demonstration province at that version's schema. A release
adds one: `tracker demo` at its commit, then the statements of SQLite's `.dump`, compressed. Knows no table.
"""

import gzip
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, insert, inspect, select, text

from tracker import migrations
from tracker.db import migration_connection

DATA = Path(__file__).parent / "data"
RELEASED = {path.name.split("_")[1].split(".")[0]: path for path in sorted(DATA.glob("released_*.sql.gz"))}
"""Revision → dump."""
CHANGED: dict[tuple[str, str], str] = {
    ("issue", "next_alarm_on"): "0014: computed; the ladder looks at each open issue the next morning"
}
"""(table, column) that a migration rewrites on purpose → why. Everything else must come through as it was."""

Digests = dict[str, tuple[int, str]]
Columns = dict[str, list[str]]


def write_sqlite(revision: str, path: Path) -> None:
    """Make the database of a released version."""
    script = gzip.decompress(RELEASED[revision].read_bytes()).decode("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        connection.execute("PRAGMA journal_mode=WAL")


def load(revision: str, engine: Engine, folder: Path) -> None:
    """Put the rows of a released version into an empty database of any kind, at that version's schema."""
    path = folder / f"released_{revision}.db"
    write_sqlite(revision, path)
    migrations.migrate(engine, revision)
    source = create_engine(f"sqlite:///{path}")
    try:
        with source.connect() as old, migration_connection(engine) as new:
            _copy(old, new)
    finally:
        source.dispose()


def _copy(old: Any, new: Any) -> None:
    here, there = MetaData(), MetaData()
    here.reflect(old)
    there.reflect(new)
    for table in there.sorted_tables:
        if table.name == "alembic_version":
            continue
        rows = [dict(row) for row in old.execute(select(here.tables[table.name])).mappings()]
        if rows:
            new.execute(insert(table), rows)
        if rows and new.dialect.name == "postgresql" and "id" in table.columns:
            highest = f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id)) FROM \"{table.name}\""
            new.execute(text(highest))


def columns_of(engine: Engine) -> Columns:
    """The tables and columns as they are now."""
    inspector = inspect(engine)
    found = {
        name: sorted(str(column["name"]) for column in inspector.get_columns(name))
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }
    engine.dispose()
    return found


def digests(engine: Engine, columns: Columns) -> Digests:
    """Of each table the number of rows and the digest of these columns of all of them, in any order."""
    found: Digests = {}
    with engine.connect() as connection:
        for table, names in sorted(columns.items()):
            kept = ", ".join(f'"{name}"' for name in names if (table, name) not in CHANGED)
            rows = sorted(
                repr(tuple(row)) for row in connection.execute(text(f'SELECT {kept} FROM "{table}"'))
            )
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    engine.dispose()
    return found
