"""What is kept in memory of small tables is what the tables hold, whoever changed them and in whatever way."""

from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, inspect, text, update
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.conftest import ON_POSTGRESQL
from tracker import kept, migrations
from tracker.db import Base, db, migration_connection, transaction
from tracker.deadlines.days import load_calendar
from tracker.deadlines.models import CalendarDay, DayKind, DayStatus
from tracker.directory.models import Category, Field, FieldWord, FormerName, Switch, Unit, WorkingGroup
from tracker.directory.queries import desks, field_terms
from tracker.directory.switches import read_switches, set_switch

DAY = date(2026, 9, 3)
OFF = {"on": DAY, "kind": DayKind.OFF, "name": "Nghỉ bù", "status": DayStatus.CONFIRMED, "source": ""}


def anew(session: Session) -> Session:
    """As the next request finds it."""
    session.rollback()
    return session


def test_a_second_request_reads_none_of_the_tables_again(session: Session, province: Province) -> None:
    read_switches(anew(session))
    load_calendar(session)
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    from sqlalchemy import event

    event.listen(db.engine, "before_cursor_execute", listen)
    read_switches(anew(session))
    load_calendar(session)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert [each for each in asked if "switch" in each or "calendar_day" in each] == []


def test_rows_added_changed_and_removed_are_seen_by_the_next_request(session: Session) -> None:
    assert load_calendar(anew(session)).is_working(DAY)
    with transaction():
        session.execute(insert(CalendarDay).values(**OFF))
    assert load_calendar(anew(session)).day_off_name(DAY) == "Nghỉ bù"
    with transaction():
        session.execute(update(CalendarDay).values(name="Nghỉ lễ"))
    assert load_calendar(anew(session)).day_off_name(DAY) == "Nghỉ lễ"
    with transaction():
        session.execute(delete(CalendarDay))
    assert load_calendar(anew(session)).is_working(DAY)


def test_another_program_that_changes_a_table_is_noticed(session: Session) -> None:
    assert not read_switches(anew(session)).is_demo
    session.rollback()
    with migration_connection(db.engine) as other:  # a connection of its own, without our session
        other.execute(text("INSERT INTO switch (name, value) VALUES ('is_demo', 'true')"))
    assert read_switches(anew(session)).is_demo


def test_what_a_transaction_has_changed_itself_is_read_and_never_kept_when_it_is_taken_back(
    session: Session,
) -> None:
    read_switches(anew(session))
    with pytest.raises(ZeroDivisionError), transaction():
        set_switch(session, "silence_days", 9)
        assert read_switches(session).silence_days == 9
        raise ZeroDivisionError
    assert read_switches(anew(session)).silence_days == 5


def test_terms_and_desks_follow_their_tables(session: Session, province: Province) -> None:
    before = desks(anew(session)), field_terms(session)
    with transaction():
        session.execute(update(WorkingGroup).values(is_active=False))
        session.execute(update(Field).values(is_active=False))
    assert (desks(anew(session)), field_terms(session)) == ((), ())
    assert all(before)
    with transaction():
        session.execute(update(WorkingGroup).values(is_active=True))
        session.execute(update(Unit).values(valid_from=date(1999, 1, 1), valid_to=date(2000, 1, 1)))
    assert desks(anew(session)) == ()


@pytest.mark.parametrize(
    "model", [CalendarDay, Category, Field, FieldWord, FormerName, Switch, Unit, WorkingGroup]
)
def test_every_table_that_is_kept_is_watched(session: Session, model: type[Base]) -> None:
    names = set(kept.triggers(model.__tablename__, db.engine.dialect.name))
    assert names
    assert triggers_of(db.engine) >= triggers_of(db.engine, model.__tablename__) != set()


def test_a_migrated_schema_has_the_triggers_of_the_models(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if ON_POSTGRESQL:
        import os

        from tests.postgres import new_database

        with new_database(os.environ["TRACKER_TEST_POSTGRESQL"]) as address:
            assert _of_migrated(address) == triggers_of(db.engine)
        return
    path = tmp_path_factory.mktemp("migrated") / "tracker.db"
    assert _of_migrated(f"sqlite:///{path}") == triggers_of(db.engine)


def _of_migrated(address: str) -> set[tuple[str, str]]:
    from tracker.db import prepare_engine

    engine = create_engine(address)
    prepare_engine(engine, busy_timeout_ms=1000)
    try:
        migrations.migrate(engine)
        assert inspect(engine).has_table("tables_changed")
        return triggers_of(engine)
    finally:
        engine.dispose()


def triggers_of(engine: Engine, table: str = "") -> set[tuple[str, str]]:
    """Name and table of each trigger that notes a change."""
    if engine.dialect.name == "sqlite":
        asked = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_kept'"
    else:
        asked = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%_kept'"
    with engine.connect() as connection:
        found = {(str(row[0]), str(row[1])) for row in connection.execute(text(asked))}
    return {each for each in found if not table or each[1] == table}
