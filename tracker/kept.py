"""Small tables that every page reads, kept in the memory of the process for as long as nobody changes them.

Owns: the row that says when they changed last, the triggers that write it, and the memory. Must not know what the
tables hold.

Each change of a watched table, whoever makes it, gives the row a new random value: triggers of the database see to
it, in the same transaction. A reading transaction asks for that value once; what was kept under another value is
read anew. A writing transaction asks each time, for it may change them itself, and keeps nothing, for that may be taken
back.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, ScalarSelect, String, Table, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column, scoped_session

from tracker.db import Base, is_writing, reading

T = TypeVar("T")

_MEMORY: WeakKeyDictionary[Any, dict[str, tuple[object, Any]]] = WeakKeyDictionary()
"""Per database: what was read under a name, and the value (and more) for which it is true."""
_ASKED: WeakKeyDictionary[SessionTransaction, str] = WeakKeyDictionary()
"""The value as a transaction that is open now has read it; '' where nothing was ever changed."""


class TablesChanged(Base):
    """One row, whose value is another one after each change of a watched table."""

    __tablename__ = "tables_changed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(32))


_VALUE = select(TablesChanged.__table__.c.value)

SQLITE = """CREATE TRIGGER {table}_{event}_kept AFTER {event} ON "{table}" BEGIN
    INSERT INTO tables_changed (id, value) VALUES (1, hex(randomblob(8)))
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
END"""
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION note_tables_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tables_changed (id, value) VALUES (1, md5(random()::text || clock_timestamp()::text))
        ON CONFLICT (id) DO UPDATE SET value = excluded.value;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER {table}_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"
    FOR EACH STATEMENT EXECUTE FUNCTION note_tables_changed()""",
)


def triggers(table: str, dialect: str) -> list[str]:
    """The statements that make a table a watched one."""
    if dialect == "sqlite":
        of_table = SQLITE.replace("{table}", table)
        return [of_table.replace("{event}", event) for event in ("insert", "update", "delete")]
    return [statement.replace("{table}", table) for statement in POSTGRESQL]


def watch(*models: type[Base]) -> None:
    """Say that what is kept is read from these tables too. Their migration makes the triggers as well."""
    for model in models:
        event.listen(model.__table__, "after_create", _make_triggers)


def _make_triggers(table: Table, connection: Connection, **_: object) -> None:
    for statement in triggers(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)


def changed_value() -> ScalarSelect[str]:
    """The value as a column of a statement that is sent anyway; hand what it gives to `note`."""
    return select(TablesChanged.value).scalar_subquery()


def note(session: Session, value: str | None) -> None:
    """The value as the open transaction of the session has read it."""
    open_now = _transaction(session)
    if open_now is not None and not is_writing():
        _ASKED[open_now] = value or ""


def kept(session: Session, name: str, read: Callable[[Session], T], *, true_for: object = None) -> T:
    """What `read` gives, from memory where no watched table has changed and `true_for` is the same.

    It is shared by all requests of the process: give nothing that somebody could change.
    """
    if is_writing():
        return reading(session, name, lambda: _while_writing(session, name, read, true_for))
    state = (_value(session), true_for)
    memory = _MEMORY.setdefault(_database(session), {})
    found = memory.get(name)
    if found is None or found[0] != state:
        found = memory[name] = (state, read(session))
    value: T = found[1]
    return value


def _while_writing(session: Session, name: str, read: Callable[[Session], T], true_for: object) -> T:
    """From memory as long as the transaction itself has changed nothing either; what it has changed is not kept."""
    found = _MEMORY.get(_database(session), {}).get(name)
    if found is not None and found[0] == (session.scalar(_VALUE) or "", true_for):
        value: T = found[1]
        return value
    return read(session)


def _value(session: Session) -> str:
    open_now = _transaction(session)
    if open_now is None or open_now not in _ASKED:
        note(session, session.scalar(_VALUE))
        open_now = _transaction(session)
    return _ASKED.get(open_now, "") if open_now is not None else ""


def _transaction(session: Any) -> SessionTransaction | None:
    """The one that is open; the session that views hand on stands for the one of their request."""
    own: Session = session() if isinstance(session, scoped_session) else session
    return own.get_transaction()


def _database(session: Session) -> Engine:
    bind = session.get_bind()
    return bind.engine
