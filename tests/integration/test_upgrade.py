"""From every released version with its data to the newest: nothing is lost, and a kill at any moment loses nothing."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, select, text

from tests import released
from tests.conftest import ON_POSTGRESQL, FreshClient
from tests.integration.test_migrations import shape
from tests.released import RELEASED, columns_of, digests
from tracker import create_app, migrations
from tracker.accounts.models import Grant
from tracker.accounts.service import Caller, start_session
from tracker.config import load_settings
from tracker.db import db, prepare_engine, transaction
from tracker.issues.models import Issue
from tracker.issues.verify import verify
from tracker.permissions import Role

NewEngine = Callable[[], Engine]
every_release = pytest.mark.parametrize("revision", sorted(RELEASED))
KILLER = """
import os, signal, sys
from sqlalchemy import create_engine, event
from tracker import migrations
from tracker.db import prepare_engine
engine = create_engine(sys.argv[1])
prepare_engine(engine, busy_timeout_ms=2000)
left = int(sys.argv[2])
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(engine, "before_cursor_execute", count)
if left < 0:
    event.listen(engine, "commit", lambda _connection: os.kill(os.getpid(), signal.SIGKILL))
migrations.migrate(engine)
"""


@pytest.fixture
def new_engine(tmp_path: Path) -> Iterator[NewEngine]:
    """Empty databases, as many as a test takes."""
    with ExitStack() as stack:
        made: list[Engine] = []

        def new() -> Engine:
            url = f"sqlite:///{tmp_path / f'{len(made)}.db'}"
            if ON_POSTGRESQL:
                from tests.postgres import new_database

                url = stack.enter_context(new_database(os.environ["TRACKER_TEST_POSTGRESQL"]))
            made.append(engine_at(url))
            stack.callback(made[-1].dispose)
            return made[-1]

        yield new


def engine_at(url: str) -> Engine:
    """An engine with our rules."""
    engine = create_engine(url)
    prepare_engine(engine, busy_timeout_ms=2000)
    return engine


def newest_shape(new_engine: NewEngine) -> dict[str, Any]:
    """What the schema is to be in the end."""
    engine = new_engine()
    migrations.migrate(engine)
    return shape(engine)


def url_of(engine: Engine) -> str:
    """The address with its password."""
    return engine.url.render_as_string(hide_password=False)


def test_a_version_has_been_released() -> None:
    assert "0002" in RELEASED
    assert set(RELEASED) <= set(migrations._steps())
    assert all(path.stat().st_size < 400_000 for path in RELEASED.values())


@every_release
def test_every_row_of_a_released_version_comes_through(
    revision: str, new_engine: NewEngine, tmp_path: Path
) -> None:
    engine = new_engine()
    released.load(revision, engine, tmp_path)
    assert migrations.current(engine) == revision
    columns = columns_of(engine)
    before = digests(engine, columns)
    assert before["issue_event"][0] > 300
    migrations.migrate(engine)
    assert migrations.current(engine) == migrations.head()
    now = columns_of(engine)
    assert {table: set(names) - set(now.get(table, ())) for table, names in columns.items()} == {
        table: set() for table in columns
    }
    assert digests(engine, columns) == before
    assert shape(engine) == newest_shape(new_engine)


@every_release
def test_the_way_up_leads_down_again_with_every_row(
    revision: str, new_engine: NewEngine, tmp_path: Path
) -> None:
    engine = new_engine()
    released.load(revision, engine, tmp_path)
    columns = columns_of(engine)
    before = digests(engine, columns)
    migrations.migrate(engine)
    migrations.migrate(engine, revision)
    assert columns_of(engine) == columns
    assert digests(engine, columns) == before


@every_release
def test_an_upgraded_instance_is_whole_and_its_pages_open(
    revision: str, new_engine: NewEngine, tmp_path: Path
) -> None:
    engine = new_engine()
    released.load(revision, engine, tmp_path)
    migrations.migrate(engine)
    given = {"TRACKER_INSTANCE": str(tmp_path / "instance"), "TRACKER_DATABASE_URL": url_of(engine)}
    app = create_app(load_settings(given))
    app.test_client_class = FreshClient
    with app.app_context():
        try:
            assert verify(db.session) == []
            for role in (Role.GROUP_LEAD, Role.COMMUNE_OFFICER, Role.PROVINCIAL_LEADER, Role.ADMINISTRATOR):
                _walk(app.test_client(), role)
        finally:
            db.session.close()
            db.engine.dispose()


def _walk(client: Any, role: Role) -> None:
    account_id = db.session.scalars(select(Grant.account_id).where(Grant.role == role)).first()
    assert account_id is not None
    with transaction():
        token = start_session(db.session, account_id, Caller("127.0.0.1", "test"), lasts=timedelta(hours=1))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    opened = [client.get(path).status_code for path in ("/", "/profile")]
    assert opened == [200, 200]
    if role is Role.ADMINISTRATOR:
        assert client.get("/admin").status_code == client.get("/jobs").status_code == 200
        return
    page = client.get("/issues?open=any").text
    numbers = [number for number in db.session.scalars(select(Issue.number)) if number and number in page]
    assert numbers
    for number in numbers[:3]:
        for what in ("", "/history", "/print", "/word"):
            assert client.get(f"/issues/{number}{what}").status_code == 200, number


# --- killed --------------------------------------------------------------------------------


class Disk:
    """What lies on the disk at each statement: exactly what a process that is killed there would leave behind."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.statements = 0
        self.states: dict[tuple[bytes, bytes], int] = {}

    def note(self, *_: Any) -> None:
        """Keep the files as they are now, each state once."""
        self.statements += 1
        wal = self.path.with_name(f"{self.path.name}-wal")
        state = (self.path.read_bytes(), wal.read_bytes() if wal.exists() else b"")
        self.states.setdefault(state, self.statements)

    def lay_out(self) -> Iterator[tuple[int, Path]]:
        """Each state in files of its own, with the number of the statement before which it was first seen."""
        for (main, wal), at in self.states.items():
            path = self.folder / f"killed_{at}.db"
            path.write_bytes(main)
            path.with_name(f"{path.name}-wal").write_bytes(wal)
            yield at, path


def _watched(engine: Engine, disk: Disk, to: str = "head") -> None:
    event.listen(engine, "before_cursor_execute", disk.note)
    event.listen(engine, "commit", disk.note)
    try:
        migrations.migrate(engine, to)
    finally:
        event.remove(engine, "before_cursor_execute", disk.note)
        event.remove(engine, "commit", disk.note)


@every_release
def test_whatever_a_kill_leaves_on_the_disk_completes_the_second_time(
    revision: str, new_engine: NewEngine, tmp_path: Path
) -> None:
    """SQLite: exhaustive, for the files are looked at before every statement and before the commit."""
    path = tmp_path / "old.db"
    released.write_sqlite(revision, path)
    engine = engine_at(f"sqlite:///{path}")
    # With little memory a transaction lies half on the disk before its end: the worst case.
    event.listen(engine, "connect", lambda own, _record: own.execute("PRAGMA cache_size=10"))
    columns = columns_of(engine)
    rows, before = digests(engine, columns), dumped(path)
    wanted = shape(_migrated(tmp_path / "wanted.db"))
    disk = Disk(path, tmp_path)
    _watched(engine, disk)
    engine.dispose()
    assert disk.statements > 20
    assert len(disk.states) > 3
    left = dict(disk.lay_out())
    for at, half in left.items():
        assert dumped(half) == before, at
    for at in sorted(left)[:: max(1, len(left) // 4)]:  # all are the same database: some are enough
        again = engine_at(f"sqlite:///{left[at]}")
        migrations.migrate(again)
        assert migrations.current(again) == migrations.head(), at
        assert digests(again, columns) == rows, at
        assert shape(again) == wanted, at
        again.dispose()


def dumped(path: Path) -> str:
    """The digest of everything that a reader finds in a file that was left behind: schema and rows."""
    with closing(sqlite3.connect(path)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def _migrated(path: Path) -> Engine:
    engine = engine_at(f"sqlite:///{path}")
    migrations.migrate(engine)
    return engine


@every_release
@pytest.mark.parametrize("statement", [1, 12, 40, -1])
def test_a_migration_killed_for_good_leaves_the_old_version_whole_and_completes_the_second_time(
    revision: str, statement: int, new_engine: NewEngine, tmp_path: Path
) -> None:
    """A process of its own, ended by the system before that statement; -1: before the commit."""
    engine = new_engine()
    released.load(revision, engine, tmp_path)
    columns = columns_of(engine)
    before = digests(engine, columns)
    killed = subprocess.run(
        [sys.executable, "-c", KILLER, url_of(engine), str(statement)], check=False, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL
    assert migrations.current(engine) == revision
    assert columns_of(engine) == columns
    assert digests(engine, columns) == before
    migrations.migrate(engine)
    assert migrations.current(engine) == migrations.head()
    assert digests(engine, columns) == before


def test_an_empty_database_killed_at_any_statement_completes_the_second_time(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    engine = engine_at(f"sqlite:///{path}")
    with engine.connect():  # the file is there
        pass
    disk = Disk(path, tmp_path)
    _watched(engine, disk)
    wanted = shape(engine)
    engine.dispose()
    for at, left in disk.lay_out():
        again = engine_at(f"sqlite:///{left}")
        tables = inspect(again).get_table_names()
        assert not tables or migrations.current(again) == migrations.head(), at
        migrations.migrate(again)
        assert shape(again) == wanted, at
        again.dispose()


# --- by hand --------------------------------------------------------------------------------


@pytest.fixture
def old_instance(tmp_path: Path, new_engine: NewEngine) -> dict[str, str]:
    """An instance of the oldest released version, as an environment for the command."""
    folder = tmp_path / "instance"
    folder.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    own |= {"TRACKER_INSTANCE": str(folder), "TRACKER_BACKUP_DIR": str(tmp_path / "backups")}
    revision = min(RELEASED)
    if ON_POSTGRESQL:
        engine = new_engine()
        released.load(revision, engine, tmp_path)
        engine.dispose()  # a backup is not taken back while somebody is connected
        return own | {"TRACKER_DATABASE_URL": url_of(engine)}
    released.write_sqlite(revision, folder / "tracker.db")
    return own


def tracker(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `tracker …` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_makes_a_backup_first_and_the_backup_leads_back(old_instance: dict[str, str]) -> None:
    up = tracker(old_instance, "migrate")
    assert up.returncode == 0, up.stderr
    assert up.stdout == f"Schema: {migrations.head()}\n"
    (way_back,) = [line for line in up.stderr.splitlines() if line.startswith("The way back: ")]
    words = way_back.removeprefix("The way back: tracker ").split()
    back = tracker(old_instance, *words)
    assert back.returncode == 0, back.stderr
    assert f"Schema {min(RELEASED)} is older than this program" in back.stdout
    again = tracker(old_instance, "migrate", "--no-copy")
    assert (again.stdout, again.stderr) == (up.stdout, "")


def test_where_no_backup_can_be_made_nothing_is_migrated_unless_one_says_so(
    old_instance: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    environment = old_instance | {"TRACKER_BACKUP_DIR": str(tmp_path / "file" / "below")}
    refused = tracker(environment, "migrate")
    assert refused.returncode == 2
    assert "nothing was migrated" in refused.stderr
    assert "--no-copy" in refused.stderr
    assert tracker(environment, "migrate", "--no-copy").stdout == f"Schema: {migrations.head()}\n"


def test_an_old_schema_is_not_served_and_a_newer_one_is_refused(old_instance: dict[str, str]) -> None:
    unserved = tracker(old_instance, "web")
    assert unserved.returncode == 2
    assert "run `tracker migrate`" in unserved.stderr
    if ON_POSTGRESQL:
        engine = create_engine(old_instance["TRACKER_DATABASE_URL"])
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()
    else:
        with closing(sqlite3.connect(Path(old_instance["TRACKER_INSTANCE"]) / "tracker.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
    newer = tracker(old_instance, "migrate")
    assert newer.returncode == 2
    assert "which a newer program has made" in newer.stderr
