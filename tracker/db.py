"""The database: base class, types, engine behaviour and the only commit.

Owns: naming convention, the UTC type, the enum rule, SQLite pragmas and `transaction()`. Must not know a
table.

Outside `transaction()` every connection is read-only (SQLite `query_only`, PostgreSQL `READ ONLY`), so that a
page that is only looked at cannot change a row. Inside, SQLite opens with BEGIN IMMEDIATE: a plain BEGIN
fails as soon as two processes read and then write.
"""

import enum
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

_writing: ContextVar[bool] = ContextVar("db_writing", default=False)
_READINGS = "readings"
_IS_WRITER = "is_writer"
"""Of a connection of SQLite: how it was opened last, so that `query_only` is set only where it changes."""
T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC; SQLite gives it back aware as well."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum_class: type[enum.Enum], length: int = 24, *, rule: str = "") -> Enum:
    """The one rule for enums: their value is stored as text, with a named CHECK.

    `rule` names the CHECK where a table has a second column of the same enum: PostgreSQL takes a name once.
    """
    return Enum(
        enum_class,
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=lambda members: [str(member.value) for member in members],
        name=rule or "".join("_" + c.lower() if c.isupper() else c for c in enum_class.__name__).lstrip("_"),
    )


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with its session typed as what services take: the one of the present request."""

    if TYPE_CHECKING:
        session: Session  # type: ignore[assignment]


db = Database(metadata=Base.metadata, session_options={"expire_on_commit": False}, disable_autonaming=True)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing request, command or job: everything inside is committed at its end or not at all.

    Opened by views, api, cli and jobs only. Objects read before it are read again inside it.
    """
    if _writing.get():
        raise RuntimeError("a transaction is open already: services must not open one")
    db.session.rollback()
    db.session.expire_all()  # also what an earlier transaction of the same job has left
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def migration_connection(engine: Engine) -> Iterator[Connection]:
    """A connection on which a migration writes: one transaction: a killed one leaves nothing."""
    token = _writing.set(True)
    try:
        with engine.connect() as connection:
            # SQLite changes a table by rebuilding it: the old one is dropped while rows still point to it.
            _set_references(connection, "OFF")
            try:
                with connection.begin():
                    yield connection
                    _refuse_broken_references(connection)
            finally:
                _set_references(connection, "ON")
    finally:
        _writing.reset(token)


def _set_references(connection: Connection, value: str) -> None:
    driver_connection: Any = connection.connection.driver_connection
    if (
        connection.dialect.name == "sqlite"
    ):  # works only outside a transaction, hence on the driver's connection
        driver_connection.execute(f"PRAGMA foreign_keys={value}")


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(
                f"the migration leaves rows of {broken[0]} that point to nothing in {broken[2]}"
            )


@contextmanager
def keeping_readings(session: Session) -> Iterator[None]:
    """While many rows are dealt with in one transaction: what is the same for all is read once."""
    session.info[_READINGS] = {}
    try:
        yield
    finally:
        session.info.pop(_READINGS, None)


def reading(session: Session, name: str, read: Callable[[], T]) -> T:
    """What `read` gives, now or within this `keeping_readings` before."""
    kept: dict[str, T] | None = session.info.get(_READINGS)
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    return kept[name]


def is_writing() -> bool:
    """Whether a transaction() block is open in this context."""
    return _writing.get()


def prepare_engine(engine: Engine, *, busy_timeout_ms: int) -> None:
    """Attach the connection rules. `busy_timeout_ms`: how long a writer waits for another one (SQLite)."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, busy_timeout_ms)
    else:

        @event.listens_for(engine, "begin")
        def begin_on_server(connection: Any) -> None:
            if not _writing.get():
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _prepare_sqlite(engine: Engine, busy_timeout_ms: int) -> None:
    @event.listens_for(engine, "do_connect")
    def keep_private(_dialect: Any, _record: Any, _arguments: Any, _options: Any) -> None:
        """A new database is its owner's alone; SQLite gives the files beside it the same mode."""
        if (path := engine.url.database) and path != ":memory:" and not path.startswith("file:"):
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's implicit BEGIN is taken away; see begin_explicitly
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL loses acknowledged commits in a power cut
            "foreign_keys=ON",
            f"busy_timeout={busy_timeout_ms}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Any) -> None:
        writing = _writing.get()
        if connection.info.get(_IS_WRITER) is not writing:
            connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
            connection.info[_IS_WRITER] = writing
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
