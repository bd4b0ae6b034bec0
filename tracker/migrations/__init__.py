"""The database schema in steps: to the newest, back, and where it stands.

Owns: running the steps in `versions/`, each run in one transaction on either database, so that a killed run
leaves the old schema and the next one passes. Must not know what the tables mean.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from tracker.db import migration_connection

# Alembic is imported where a step is run: it is large, and a server only asks where the schema stands.

DIRECTORY = Path(__file__).parent
BASE = "base"
HEAD = "head"

_NAME = re.compile(r'^(revision|down_revision)\b[^=]*= "(\w+)"', re.MULTILINE)
"""How a step says its own name and that of the step before it."""

_POSTGRESQL_LOCK = 7_305_041_914
"""Any number: of two migrations started at once, the second waits and finds nothing left to do."""


class UnknownRevision(Exception):
    """A revision that this program does not have."""


def head() -> str:
    """The newest revision that this program knows."""
    return _steps()[-1]


def current(engine: Engine) -> str | None:
    """The revision at which the database stands; None for an empty one."""
    with engine.connect() as connection:
        return _current(connection)


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


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def _run(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    steps = _steps()
    at = _current(connection)
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
    after = {}
    for path in (DIRECTORY / "versions").glob("*.py"):
        names = dict(_NAME.findall(path.read_text("utf-8")))
        if "revision" in names:
            after[names.get("down_revision")] = names["revision"]
    steps: list[str] = []
    while (following := after.get(steps[-1] if steps else None)) is not None:
        steps.append(following)
    return steps
