"""Backups: made while people work, taken back elsewhere with every row and every byte, refused when not whole."""

import json
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine, func, select, text, update

from tests.conftest import ON_POSTGRESQL
from tests.issue_builders import Desk
from tests.postgres import installed_programs, new_database
from tracker import clock, create_app, jobs, migrations
from tracker.attachments.models import Attachment
from tracker.attachments.storage import Storage
from tracker.audit.models import AuditEntry
from tracker.audit.service import record
from tracker.backup import manifest, places, service
from tracker.backup.errors import Unusable
from tracker.backup.manifest import Manifest
from tracker.backup.sqlite import SqliteDatabase
from tracker.cli import commands
from tracker.config import Settings, load_settings
from tracker.db import Base, db, migration_connection, transaction

NIGHT = datetime(2026, 6, 7, 18, 30, tzinfo=UTC)  # 01:30 on 8 June in Vietnam
SESSIONS = "signed_in_session"


@dataclass(frozen=True)
class Instance:
    """An instance of its own: settings and engine."""

    settings: Settings
    engine: Engine


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump of the version of the server."""
    if ON_POSTGRESQL:
        monkeypatch.setenv("PATH", f"{installed_programs()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def worked(app: Flask, desk: Desk) -> Iterator[Instance]:
    """An instance with a history and files."""
    desk.answered()
    desk.letter(desk.working())
    desk.file()
    desk.file()
    settings: Settings = app.extensions["settings"]
    keep = Storage.of(settings)
    with transaction():
        for row in db.session.scalars(select(Attachment)):
            row.key = keep.write(row.key.encode())
            row.sha256 = manifest.digest_of(keep.path(row.key))
    with migration_connection(db.engine) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": migrations.head()})
    db.session.rollback()
    yield Instance(settings, db.engine)
    db.session.rollback()
    with migration_connection(db.engine) as connection:
        connection.execute(text("DROP TABLE alembic_version"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Callable[[], Instance]]:
    """elsewhere(): a further, empty instance."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(_empty(tmp_path / f"instance-{len(list(tmp_path.iterdir()))}"))


@contextmanager
def _empty(path: Path) -> Iterator[Instance]:
    with ExitStack() as stack:
        url = f"sqlite:///{path}/tracker.db"
        if ON_POSTGRESQL:
            url = stack.enter_context(new_database(os.environ["TRACKER_TEST_POSTGRESQL"]))
        settings = load_settings({"TRACKER_INSTANCE": str(path), "TRACKER_DATABASE_URL": url})
        with create_app(settings).app_context():
            engine = db.engine
        yield Instance(settings, engine)
        engine.dispose()


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): content for path, content in found.items()}


def backed_up(instance: Instance, to: Path, now: datetime = NIGHT) -> Path:
    return service.back_up(instance.settings, instance.engine, to, now)


def restore(instance: Instance, source: Path, *, replace: bool = False) -> service.Restored:
    return service.restore(instance.settings, instance.engine, source, replace=replace)


def test_a_backup_taken_back_elsewhere_holds_every_row_and_every_byte(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    before = everything(worked.engine)
    files = bytes_below(worked.settings.files)
    assert len(before["issue_event"]) > 5
    assert len(files) == len(before["attachment"]) >= 2
    made = backed_up(worked, tmp_path / "backups")
    other = elsewhere()
    done = restore(other, made)
    assert (done.missing, done.aside) == ([], [])
    assert everything(other.engine) == before
    assert bytes_below(other.settings.files) == files
    assert migrations.current(other.engine) == migrations.head()
    again = restore(elsewhere(), backed_up(other, tmp_path / "second"))
    assert again.manifest.rows == done.manifest.rows


def test_a_backup_is_told_in_its_manifest(worked: Instance, tmp_path: Path) -> None:
    made = backed_up(worked, tmp_path)
    assert made.name == "tracker-20260608-013000"
    found = manifest.read(made)
    assert (found.created_at, found.schema, found.missing) == (NIGHT, migrations.head(), [])
    assert found.rows == {name: len(rows) for name, rows in everything(worked.engine).items()} | {
        "alembic_version": 1
    }
    assert manifest.digest_of(made / found.database) == found.database_sha256
    with worked.engine.connect() as connection:
        kept = connection.execute(select(Attachment.key, Attachment.sha256, Attachment.id)).all()
        assert found.files == {key: digest for key, digest, _ in kept}


def test_a_backup_is_for_its_owner_alone(worked: Instance, tmp_path: Path) -> None:
    made = backed_up(worked, tmp_path / "new" / "backups")
    for path in (made, *made.rglob("*")):
        if path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in made.glob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_copy_made_while_others_write_is_one_moment(
    worked: Instance, app: Flask, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(name: int) -> None:
        with app.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                with transaction():
                    for _ in range(2):
                        record(db.session, "pair", request_id=f"{name}-{number}")
                acknowledged.append(f"{name}-{number}")

    writers = [threading.Thread(target=write, args=(name,)) for name in range(3)]
    for writer in writers:
        writer.start()
    made = []
    try:
        while len(acknowledged) < 5:
            stop.wait(0.01)
        for second in range(3):
            before = set(acknowledged)
            made.append((before, backed_up(worked, tmp_path, NIGHT + timedelta(seconds=second))))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    pairs = select(AuditEntry.request_id, func.count()).where(AuditEntry.kind == "pair")
    for before, backup in made:
        other = elsewhere()
        restore(other, backup)
        with other.engine.connect() as connection:
            found = dict(connection.execute(pairs.group_by(AuditEntry.request_id)).all())
        assert set(found.values()) == {2}
        assert before <= set(found) <= set(acknowledged)


def test_nobody_is_signed_in_after_a_return(
    worked: Instance,
    desk: Desk,
    enter: Callable[..., object],
    elsewhere: Callable[[], Instance],
    tmp_path: Path,
) -> None:
    enter(desk.province.member)
    before = everything(worked.engine)
    assert len(before[SESSIONS]) == 1
    other = elsewhere()
    restore(other, backed_up(worked, tmp_path))
    assert everything(other.engine) == before | {SESSIONS: []}


def test_an_instance_that_holds_something_is_only_moved_aside(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    made = backed_up(worked, tmp_path / "backups")
    other = elsewhere()
    restore(other, made)
    with migration_connection(other.engine) as connection:
        connection.execute(update(Attachment).values(filename="later.pdf"))
    other.engine.dispose()
    (other.settings.files / "later").write_bytes(b"later")
    with pytest.raises(Unusable, match="not empty"):
        restore(other, made)
    assert (other.settings.files / "later").exists()
    done = restore(other, made, replace=True)
    assert everything(other.engine) == everything(worked.engine)
    assert bytes_below(other.settings.files) == bytes_below(worked.settings.files)
    database, files = done.aside
    assert (Path(files) / "later").read_bytes() == b"later"
    assert _names_aside(other, database) == {"later.pdf"}
    # What was moved aside is no part of the next backup.
    assert restore(elsewhere(), backed_up(other, tmp_path / "second")).missing == []


def _names_aside(instance: Instance, where: str) -> set[str]:
    names = "SELECT filename FROM "
    if ON_POSTGRESQL:
        with instance.engine.connect() as connection:
            return set(connection.scalars(text(f"{names}{where.removeprefix('schema ')}.attachment")))
    with closing(sqlite3.connect(where)) as old:
        return {name for (name,) in old.execute(f"{names}attachment")}


def test_a_database_in_use_is_not_replaced(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    made = backed_up(worked, tmp_path)
    other = elsewhere()
    restore(other, made)
    before = everything(other.engine)
    with create_app(other.settings).app_context():
        other_server = db.engine
    with other_server.connect() as connection:
        connection.execute(select(Attachment)).all()
        with pytest.raises(Unusable, match="in use"):
            restore(other, made, replace=True)
    other_server.dispose()
    assert everything(other.engine) == before
    assert list(other.settings.instance.glob("*.restoring")) == []


def test_a_damaged_database_is_moved_aside_and_replaced(tmp_path: Path) -> None:
    good, bad = SqliteDatabase(tmp_path / "good.db"), SqliteDatabase(tmp_path / "bad.db")
    with closing(sqlite3.connect(good.path)) as connection:
        connection.executescript(
            "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0001');"
            "CREATE TABLE attachment (key, sha256)"
        )
    copied = good.copy(tmp_path / "copy.db")
    bad.path.write_bytes(b"no database" * 1000)
    assert not bad.is_empty()
    with pytest.raises(Unusable, match="not a database"):
        bad.copy(tmp_path / "never.db")
    aside = bad.replace(tmp_path / "copy.db", copied.rows, "1")
    assert Path(aside).read_bytes().startswith(b"no database")
    bad.check(bad.path)


def flip(path: Path) -> None:
    """Change one byte in the middle; a file that has a second name is parted from it first."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_files_that_are_gone_or_damaged_are_named_and_the_rest_runs_on(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    storage = Storage.of(worked.settings)
    keys = sorted(everything_kept(worked))
    flip(storage.path(keys[0]))
    made = backed_up(worked, tmp_path)
    assert manifest.read(made).missing == keys[:1]
    Storage(made / "files").path(keys[1]).unlink()
    other = elsewhere()
    done = restore(other, made)
    assert done.missing == keys[:2]
    assert {path.split("/")[1] for path in bytes_below(other.settings.files)} == set(keys[2:])
    assert everything(other.engine) == everything(worked.engine)


def everything_kept(instance: Instance) -> list[str]:
    """The keys of all files."""
    with instance.engine.connect() as connection:
        keys = list(connection.scalars(select(Attachment.key)))
    assert len(keys) >= 2
    return keys


def _changed(made: Path, **values: object) -> None:
    path = made / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


BROKEN: dict[str, tuple[Callable[[Path, Manifest], object], str]] = {
    "no manifest": (lambda made, _: (made / manifest.NAME).unlink(), "no backup"),
    "half a manifest": (lambda made, _: (made / manifest.NAME).write_text('{"format": 1'), "is damaged"),
    "a manifest that says too little": (
        lambda made, _: (made / manifest.NAME).write_text('{"format": 1}'),
        "is damaged",
    ),
    "a manifest of another form": (lambda made, _: _changed(made, format=2), "in another form"),
    "a byte of the database": (lambda made, found: flip(made / found.database), "digest"),
    "no database": (lambda made, found: (made / found.database).unlink(), "digest"),
    "a newer schema": (lambda made, _: _changed(made, schema="9999"), "newer program"),
    "another kind of database": (lambda made, _: _changed(made, kind="oracle"), "is of oracle"),
    "rows that are not there": (
        lambda made, found: _changed(made, rows=found.rows | {"attachment": 99}),
        "rows of attachment, not 99",
    ),
}


def test_a_backup_that_is_not_whole_is_refused_and_changes_nothing(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    made = backed_up(worked, tmp_path / "backups")
    other = elsewhere()
    restore(other, made)
    before, files = everything(other.engine), bytes_below(other.settings.files)
    for what, (breaking, complaint) in BROKEN.items():
        broken = Path(shutil.copytree(made, tmp_path / what))
        breaking(broken, manifest.read(broken))
        with pytest.raises(Unusable, match=complaint):
            restore(other, broken, replace=True)
        assert everything(other.engine) == before, what
        assert bytes_below(other.settings.files) == files, what
        assert list(other.settings.instance.glob("*.restoring")) == [], what


def test_a_database_that_does_not_hold_what_its_digest_says_is_refused(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    made = backed_up(worked, tmp_path)
    found = manifest.read(made)
    (made / found.database).write_bytes(b"x" * 5000)
    _changed(made, database_sha256=manifest.digest_of(made / found.database))
    with pytest.raises(Unusable):
        restore(elsewhere(), made)


def test_a_backup_of_the_oldest_schema_is_taken_back_and_brought_forward(
    elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    old, new = elsewhere(), elsewhere()
    old.settings.instance.mkdir(exist_ok=True)
    migrations.migrate(old.engine, "0001")
    restore(new, backed_up(old, tmp_path / "backups"))
    assert migrations.current(new.engine) == "0001"
    migrations.migrate(new.engine)
    assert migrations.current(new.engine) == migrations.head()


def test_a_full_disk_leaves_no_half_backup(
    worked: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, _target: Path) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(places, "link_or_copy", full)
    with pytest.raises(OSError, match="No space"):
        backed_up(worked, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_files_on_another_disk_are_copied(
    worked: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: Path, _target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    made = backed_up(worked, tmp_path)
    assert bytes_below(made / "files") == bytes_below(worked.settings.files)


# --- nightly --------------------------------------------------------------------------------------


def nightly_settings(worked: Instance, directory: Path, **more: str) -> Settings:
    given = {"INSTANCE": str(worked.settings.instance), "BACKUP_DIR": str(directory)} | more
    return load_settings({f"TRACKER_{name}": value for name, value in given.items()})


def test_the_worker_makes_one_backup_a_night_and_keeps_as_many_as_set(
    worked: Instance, tmp_path: Path
) -> None:
    settings = nightly_settings(worked, tmp_path, BACKUP_DAILY="2", BACKUP_WEEKLY="2")
    by_hand = backed_up(worked, tmp_path, NIGHT)
    half = tmp_path / "nightly-20260601-010000.half"
    half.mkdir()
    os.utime(half, (NIGHT.timestamp() - 90_000,) * 2)
    nightly = jobs.jobs_of(settings)[-1:]
    made = []
    for hours in range(0, 24 * 9, 8):
        with clock.travel(NIGHT + timedelta(hours=hours)):
            jobs.run_due(Storage.of(settings), "one", nightly)
        made.append(sorted(path.name[:16] for path in tmp_path.iterdir() if path != by_hand))
    assert jobs.failing(db.session) == []
    assert made[0] == ["nightly-20260608"]
    assert made[2] == ["nightly-20260608"]  # 17:30
    assert made[3] == ["nightly-20260608", "nightly-20260609"]
    assert made[-1] == ["nightly-20260614", "nightly-20260615", "nightly-20260616"]
    assert by_hand.exists()


def test_no_backup_is_made_before_one_in_the_morning_nor_where_none_is_wanted(
    worked: Instance, tmp_path: Path
) -> None:
    settings = nightly_settings(worked, tmp_path / "backups")
    assert service.back_up_nightly(settings, worked.engine, NIGHT - timedelta(minutes=31)) is None
    off = nightly_settings(worked, tmp_path / "backups", BACKUP_DAILY="0")
    assert service.back_up_nightly(off, worked.engine, NIGHT) is None
    assert not (tmp_path / "backups").exists()


def test_people_write_while_the_nightly_backup_runs(
    worked: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = nightly_settings(worked, tmp_path)
    seen = []

    def meanwhile(_settings: Settings, _engine: Engine, _now: datetime) -> None:
        with transaction():
            record(db.session, "meanwhile")
        seen.append(True)

    monkeypatch.setattr(service, "back_up_nightly", meanwhile)
    with clock.travel(NIGHT):
        assert jobs.run_due(Storage.of(settings), "one", jobs.jobs_of(settings)[-1:]) == ["back_up"]
    assert seen == [True]


def test_a_nightly_backup_that_fails_is_a_failed_job(worked: Instance, tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    settings = nightly_settings(worked, tmp_path / "a file" / "backups")
    with clock.travel(NIGHT):
        assert jobs.run_due(Storage.of(settings), "one", jobs.jobs_of(settings)[-1:]) == []
    assert [run.name for run in jobs.failing(db.session)] == ["back_up"]


# --- the commands ---------------------------------------------------------------------------------


def run(instance: Instance, *words: str) -> Result:
    """Type a command on that instance."""
    url = str(instance.engine.url.render_as_string(hide_password=False))
    given = {
        "TRACKER_INSTANCE": str(instance.settings.instance),
        "TRACKER_DATABASE_URL": url,
        "TRACKER_FILES": str(instance.settings.files),
    }
    return CliRunner().invoke(commands, words, env=given)


def test_the_commands_copy_and_take_back(
    worked: Instance, elsewhere: Callable[[], Instance], tmp_path: Path
) -> None:
    before = everything(worked.engine)
    done = run(worked, "backup", str(tmp_path / "backups"))
    assert done.exception is None
    (made,) = (tmp_path / "backups").iterdir()
    assert done.output.startswith(f"{made}: ")
    other = elsewhere()
    taken = run(other, "restore", str(made))
    assert taken.exception is None
    assert "Everybody signs in anew" in taken.output
    assert everything(other.engine) == before
    again = run(other, "restore", str(made))
    assert "nothing was restored: this instance is not empty" in str(again.exception)
    assert "What was here before: " in run(other, "restore", str(made), "--replace").output


def test_the_backup_goes_to_the_set_directory_and_names_what_is_missing(worked: Instance) -> None:
    keys = everything_kept(worked)
    Storage.of(worked.settings).path(keys[0]).unlink()
    try:
        done = run(worked, "backup")
        assert f"1 files are missing or damaged: {keys[0]}" in done.output
        (made,) = (worked.settings.instance / "backups").iterdir()
        assert made.name.startswith("tracker-")
    finally:
        shutil.rmtree(worked.settings.instance / "backups", ignore_errors=True)


def test_there_is_nothing_to_copy_in_an_empty_instance(elsewhere: Callable[[], Instance]) -> None:
    done = run(elsewhere(), "backup")
    assert "no backup was made" in str(done.exception)
