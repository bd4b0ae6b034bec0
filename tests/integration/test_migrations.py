"""The schema in steps: to the newest and back, wholly or not at all, the same as the models say."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import ON_POSTGRESQL
from tracker import migrations
from tracker.db import Base, migration_connection, prepare_engine
from tracker.index.models import compared


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    prepare_engine(engine, busy_timeout_ms=2000)
    return engine


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Iterator[Engine]]:
    """As many empty databases as a test takes."""
    with ExitStack() as stack:

        def new() -> Iterator[Engine]:
            for number in range(9):
                engine = _engine(_url(stack, tmp_path / f"{number}.db"))
                stack.callback(engine.dispose)
                yield engine

        yield new()


def _url(stack: ExitStack, path: Path) -> str:
    if not ON_POSTGRESQL:
        return f"sqlite:///{path}"
    import os

    from tests.postgres import new_database

    return stack.enter_context(new_database(os.environ["TRACKER_TEST_POSTGRESQL"]))


@pytest.fixture
def engine(databases: Iterator[Engine]) -> Engine:
    """An empty database."""
    return next(databases)


def shape(engine: Engine) -> dict[str, Any]:
    """Everything of the schema that a database tells: columns, keys, rules and indexes by name."""
    found: dict[str, Any] = {}
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], one["default"])
                for one in inspector.get_columns(table)
            },
            "primary": inspector.get_pk_constraint(table),
            "foreign": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(
                (str(one["name"]), one["sqltext"]) for one in inspector.get_check_constraints(table)
            ),
            "indexes": sorted(
                (
                    str(one["name"]),
                    one["column_names"],
                    bool(one["unique"]),
                    str(one["dialect_options"].get(f"{engine.dialect.name}_where")),
                )
                for one in inspector.get_indexes(table)
            ),
        }
    return found


def test_from_nothing_to_the_newest_gives_what_the_models_say(databases: Iterator[Engine]) -> None:
    migrated, created = next(databases), next(databases)
    migrations.migrate(migrated)
    with migration_connection(created) as connection:
        Base.metadata.create_all(connection)
    assert migrations.current(migrated) == migrations.head()
    assert shape(migrated) == shape(created)
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": compared}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_back_to_the_base_leaves_an_empty_database_that_can_rise_again(engine: Engine) -> None:
    migrations.migrate(engine)
    first = shape(engine)
    migrations.migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert migrations.current(engine) is None
    migrations.migrate(engine, "base")
    migrations.migrate(engine)
    assert shape(engine) == first


def test_every_step_goes_up_and_down_by_itself(engine: Engine) -> None:
    steps = migrations._steps()
    for step in steps:
        migrations.migrate(engine, step)
        assert migrations.current(engine) == step
    for step in reversed(steps[:-1]):
        migrations.migrate(engine, step)
        assert migrations.current(engine) == step
    migrations.migrate(engine, "base")
    assert migrations.current(engine) is None


def test_the_steps_form_one_line() -> None:
    script = ScriptDirectory(str(migrations.DIRECTORY))
    assert len(script.get_heads()) == len(script.get_bases()) == 1


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrations.migrate(engine)
    before = shape(engine)
    migrations.migrate(engine)
    assert shape(engine) == before


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("statement", [2, 10, 25])
def test_a_migration_killed_in_the_middle_leaves_the_old_schema_and_passes_the_second_time(
    engine: Engine, statement: int
) -> None:
    from sqlalchemy import event

    seen = 0

    def kill(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal seen
        seen += sql.lstrip().startswith(("CREATE", "INSERT", "ALTER"))
        if seen == statement:
            raise Killed

    event.listen(engine, "before_cursor_execute", kill)
    with pytest.raises(Killed):
        migrations.migrate(engine)
    event.remove(engine, "before_cursor_execute", kill)
    engine.dispose()
    assert inspect(engine).get_table_names() == []
    migrations.migrate(engine)
    assert migrations.current(engine) == migrations.head()


def test_an_unknown_revision_and_one_of_a_newer_program_are_refused(engine: Engine) -> None:
    with pytest.raises(migrations.UnknownRevision):
        migrations.migrate(engine, "9999")
    migrations.migrate(engine)
    with migration_connection(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    for to in ("head", "base"):
        with pytest.raises(migrations.UnknownRevision, match="newer program"):
            migrations.migrate(engine, to)


def test_a_migration_that_breaks_a_reference_is_refused_and_rolled_back(engine: Engine) -> None:
    migrations.migrate(engine)
    lost = text("INSERT INTO target (work_kind, field_id, target_days) VALUES ('urgent', 4711, 3)")
    with pytest.raises((RuntimeError, IntegrityError)), migration_connection(engine) as connection:
        connection.execute(lost)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM target")).scalar() == 0


def test_references_are_watched_again_after_a_migration(engine: Engine) -> None:
    migrations.migrate(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_nothing_is_written_outside_a_migration(engine: Engine) -> None:
    migrations.migrate(engine)
    with pytest.raises(Exception, match=r"readonly|read-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM job_run"))


def test_a_new_revision_would_be_empty(engine: Engine, tmp_path: Path) -> None:
    from alembic.config import Config
    from alembic.operations.ops import MigrationScript

    migrations.migrate(engine)
    found: list[bool] = []

    def look(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
        found.append(directives[0].upgrade_ops is not None and directives[0].upgrade_ops.is_empty())
        directives.clear()

    config = Config()
    config.set_main_option("script_location", str(migrations.DIRECTORY))
    with migration_connection(engine) as connection:
        config.attributes["connection"] = connection
        command.revision(config, "nothing", autogenerate=True, process_revision_directives=look)
    assert found == [True]
