"""The database schema in steps: to the newest, back, and where it stands.

Owns: running the steps in `versions/`, each run in one transaction on either database, so that a killed run
leaves the old schema and the next one passes. Must not know what the tables mean.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from tracker.db import migration_connection

DIRECTORY = Path(__file__).parent
BASE = "base"
HEAD = "head"

_POSTGRESQL_LOCK = 7_305_041_914
"""Any number: of two migrations started at once, the second waits and finds nothing left to do."""


class UnknownRevision(Exception):
    """A revision that this program does not have."""


def head() -> str:
    """The newest revision that this program knows."""
    return str(ScriptDirectory(str(DIRECTORY)).get_current_head())


def current(engine: Engine) -> str | None:
    """The revision at which the database stands; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this program has that revision; a newer program may have made others."""
    return revision in _steps()


def would_change(engine: Engine, to: str = HEAD) -> bool:
    """Whether `migrate` would change a database that holds something. Unknown revisions are left to `migrate`."""
    at, steps = current(engine), _steps()
    aim = steps[-1] if to == HEAD else to
    return at in steps and aim in (BASE, *steps) and at != aim


def migrate(engine: Engine, to: str = HEAD) -> None:
    """Bring the schema up or down to a revision, wholly or not at all. Raises UnknownRevision."""
    if to not in (HEAD, BASE, *_steps()):
        raise UnknownRevision(f"there is no revision {to}")
    with migration_connection(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
        _run(connection, to)


def _run(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    steps = _steps()
    at = MigrationContext.configure(connection).get_current_revision()
    if at is not None and at not in steps:
        raise UnknownRevision(f"the database stands at {at}, which a newer program has made")
    here = steps.index(at) + 1 if at is not None else 0
    there = {BASE: 0, HEAD: len(steps)}.get(to) or (steps.index(to) + 1 if to in steps else 0)
    if there > here:
        command.upgrade(config, to)
    elif there < here:
        command.downgrade(config, to)


def _steps() -> list[str]:
    """All revisions, the oldest first; they form one line."""
    walk = ScriptDirectory(str(DIRECTORY)).walk_revisions()
    return [script.revision for script in walk][::-1]
