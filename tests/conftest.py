"""What tests share: an application on an empty database of its own, a client, a session, a small province.

One application per process; before each test its database is put back to empty tables: a file copied over (SQLite) or
truncated tables (PostgreSQL, when TRACKER_TEST_DATABASE says so). No test reaches beyond this machine.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Blueprint, Flask, has_app_context
from flask.globals import _cv_app, _cv_request
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import tracker.jobs  # noqa: F401 - its table too, whichever tests are run
from tests.builders import Province, build_province
from tracker import create_app
from tracker.accounts import passwords
from tracker.accounts.models import Account
from tracker.accounts.service import Caller, start_session
from tracker.config import load_settings
from tracker.db import Base, db, migration_connection, transaction
from tracker.wiring import import_models

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault: no test asserts a time
settings.load_profile("untimed")
import_models()  # every table, whichever tests are run
ON_POSTGRESQL = os.environ.get("TRACKER_TEST_DATABASE") == "postgresql"


class FreshClient(FlaskClient):
    """A client whose requests never share the application context of the test around them.

    The test's own reading ends before each request and starts anew after it, as between two browsers.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        if has_app_context():
            db.session.rollback()
        kwargs.setdefault("buffered", True)
        response: TestResponse = copy_context().run(self._open_alone, *args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response

    def _open_alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        tokens = [(variable, variable.set(None)) for variable in (_cv_app, _cv_request)]  # type: ignore[arg-type]
        try:
            response: TestResponse = super().open(*args, **kwargs)
            response.request.environ["wsgi.input"].close()  # a large body is a file
            return response
        finally:
            for variable, token in tokens:
                variable.reset(token)  # type: ignore[arg-type]


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Refuse every connection beyond loopback."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(own: socket.socket, address: Any) -> Any:
            if own.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
                raise AssertionError(f"a test wants to reach {address[0]}")
            return original(own, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked(connect))
        patch.setattr(socket.socket, "connect_ex", checked(connect_ex))
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Argon2id as weak as it goes: tests hash often."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of this process's own database."""
    with ExitStack() as stack:
        if not ON_POSTGRESQL:
            yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'tracker.db'}"
        elif given := os.environ.get("TRACKER_TEST_DATABASE_URL"):
            yield given
        else:
            from tests.postgres import new_database

            yield stack.enter_context(new_database(os.environ["TRACKER_TEST_POSTGRESQL"]))


@pytest.fixture(scope="session")
def one_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of this process with empty tables; tests take `app`."""
    instance = tmp_path_factory.mktemp("instance")
    settings = load_settings({"TRACKER_INSTANCE": str(instance), "TRACKER_DATABASE_URL": database_url})
    made = create_app(settings)
    made.test_client_class = FreshClient
    with made.app_context():
        engine = db.engine
        with migration_connection(engine) as connection:
            if ON_POSTGRESQL:
                Base.metadata.drop_all(connection)
            Base.metadata.create_all(connection)
        engine.dispose()
    if not ON_POSTGRESQL:
        _empty_file(database_url, keep=True)
    yield made
    engine.dispose()


@pytest.fixture
def app(one_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application with empty tables and no files."""
    with one_app.app_context():
        engine = db.engine
        engine.dispose()
        if ON_POSTGRESQL:
            with migration_connection(engine) as connection:
                names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
                connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        else:
            _empty_file(database_url)
    files: Path = one_app.extensions["settings"].files
    shutil.rmtree(files, ignore_errors=True)
    yield one_app
    engine.dispose()


def _empty_file(database_url: str, *, keep: bool = False) -> None:
    """Put the kept file with empty tables in the place of the database, or keep it as it is now."""
    path = Path(database_url.removeprefix("sqlite:///"))
    empty = path.with_suffix(".empty")
    if keep:
        shutil.copyfile(path, empty)
        return
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(empty, path)


@pytest.fixture
def app_with(app: Flask) -> Iterator[Callable[..., Flask]]:
    """app_with(*blueprints, BASE_URL="https://…"): a further application on the same database, set otherwise."""
    made: list[Flask] = []

    def make(*blueprints: Blueprint, **settings: str) -> Flask:
        of_app = app.extensions["settings"]
        given = {"INSTANCE": str(of_app.instance), "DATABASE_URL": of_app.database_url} | settings
        other = create_app(load_settings({f"TRACKER_{name}": value for name, value in given.items()}))
        other.test_client_class = FreshClient
        for blueprint in blueprints:
            other.register_blueprint(blueprint)
        made.append(other)
        return other

    yield make
    for other in made:
        with other.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies; sign_in() lets somebody in."""
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The database as services see it; write inside `with transaction():`."""
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def province(session: Session) -> Province:
    """A small made-up province with people in every role; see tests/builders.py."""
    with transaction():
        return build_province(session)


@pytest.fixture
def sign_in(session: Session) -> Callable[[FlaskClient, Account], str]:
    """sign_in(client, account): a session without password; gives its token."""

    def let_in(client: FlaskClient, account: Account) -> str:
        with transaction():
            token = start_session(session, account.id, Caller("127.0.0.1", "test"), lasts=timedelta(hours=12))
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
        return token

    return let_in
