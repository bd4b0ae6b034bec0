"""Making a backup, taking one back, and the nightly round.

Owns: the order of steps. A backup appears under its name only when it is whole; the database is copied first and the
files after it, so that every row of the copy has its bytes: files never change and are removed a day after their row.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine

from tracker import clock, migrations
from tracker.attachments.storage import Storage
from tracker.backup import manifest as manifests
from tracker.backup import places
from tracker.backup.databases import Content, Database
from tracker.backup.errors import Unusable
from tracker.backup.manifest import Manifest
from tracker.backup.postgresql import PostgresqlDatabase
from tracker.backup.rotation import kept
from tracker.backup.sqlite import SqliteDatabase
from tracker.config import Settings

NIGHTLY = "nightly-"
BEFORE_MIGRATION = "before-migration-"
"""Rotated apart from those of the night: the newest few stay."""

FIRST_HOUR = 1
"""Local hour from which the backup of a day is made."""

_BY_HAND = "tracker-"
_HALF = ".half"
_STALE_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Restored:
    """What taking back a backup has done."""

    manifest: Manifest
    missing: list[str] = field(default_factory=list)
    """Keys of files without right bytes; their pages say so and everything else works."""
    aside: list[str] = field(default_factory=list)
    """Where the old database and the old files now are."""


def database_of(engine: Engine) -> Database:
    """The database behind an engine, as backups see it."""
    if engine.dialect.name == "sqlite":
        return SqliteDatabase(Path(str(engine.url.database)))
    return PostgresqlDatabase(engine)


def back_up(
    settings: Settings, engine: Engine, directory: Path, now: datetime, prefix: str = _BY_HAND
) -> Path:
    """Make a backup in a directory of its own below `directory`, which is returned. Raises Unusable, OSError."""
    final = directory / f"{prefix}{clock.local(now):%Y%m%d-%H%M%S}"
    half = final.with_name(final.name + _HALF)
    if final.exists():
        raise Unusable(f"{final} is there already")
    places.fresh_folder(half)
    try:
        _fill(half, settings, database_of(engine), now)
        half.rename(final)
        places.sync_folder(directory)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return final


def _fill(folder: Path, settings: Settings, database: Database, now: datetime) -> None:
    copy = folder / database.copy_name
    content = database.copy(copy)
    files, missing = _copy_files(Storage.of(settings), folder / manifests.FILES, content)
    manifests.write(
        Manifest(
            version=_version(),
            created_at=now,
            kind=database.kind,
            database=database.copy_name,
            database_sha256=manifests.digest_of(copy),
            schema=content.schema,
            rows=content.rows,
            files=files,
            missing=missing,
        ),
        folder,
    )
    places.sync_folder(folder)


def _copy_files(storage: Storage, to: Path, content: Content) -> tuple[dict[str, str], list[str]]:
    copies = Storage(to)
    places.fresh_folder(to)
    files, missing = {}, []
    for key, expected in sorted(content.files.items()):
        target = copies.path(key)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            digest = places.link_or_copy(storage.path(key), target)
        except FileNotFoundError:
            digest = ""
        if digest == expected:
            files[key] = digest
        else:
            target.unlink(missing_ok=True)
            missing.append(key)
    for folder in to.iterdir():
        places.sync_folder(folder)
    places.sync_folder(to)
    return files, missing


def restore(settings: Settings, engine: Engine, source: Path, *, replace: bool = False) -> Restored:
    """Take back a backup. With `replace` an instance that holds something is moved aside first.

    Raises Unusable: the backup is not whole or made by a newer program; the instance holds something or is in use.
    """
    found = manifests.read(source)
    database = database_of(engine)
    _check(found, source, database)
    has_files = settings.files.exists() and any(settings.files.iterdir())
    if not replace and (has_files or not database.is_empty()):
        raise Unusable("this instance is not empty: --replace moves what it holds aside")
    stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
    staged = settings.files.with_name(f"{settings.files.name}.restoring")
    missing = _take_files(source / manifests.FILES, staged, found)
    try:
        aside = [database.replace(source / found.database, found.rows, stamp)]
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    if has_files:
        old = settings.files.with_name(f"{settings.files.name}.replaced-{stamp}")
        settings.files.rename(old)
        aside.append(str(old))
    elif settings.files.exists():
        settings.files.rmdir()
    staged.rename(settings.files)
    places.sync_folder(settings.files.parent)
    return Restored(found, missing, [where for where in aside if where])


def _check(found: Manifest, source: Path, database: Database) -> None:
    if found.kind != database.kind:
        raise Unusable(f"the backup is of {found.kind}, this instance uses {database.kind}")
    if not migrations.knows(found.schema):
        raise Unusable(f"the backup stands at {found.schema}, which a newer program has made")
    copy = source / Path(found.database).name
    if not copy.is_file() or manifests.digest_of(copy) != found.database_sha256:
        raise Unusable(f"{copy} is damaged: its digest is not the one of the manifest")
    database.check(copy)


def _take_files(source: Path, staged: Path, found: Manifest) -> list[str]:
    shutil.rmtree(staged, ignore_errors=True)
    places.fresh_folder(staged)
    copies, own = Storage(source), Storage(staged)
    missing = list(found.missing)
    for key, expected in found.files.items():
        target = own.path(key)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            digest = places.copy(copies.path(key), target)
        except FileNotFoundError:
            digest = ""
        if digest != expected:
            target.unlink(missing_ok=True)
            missing.append(key)
    for folder in (*staged.iterdir(), staged):
        places.sync_folder(folder)
    return sorted(missing)


def back_up_nightly(settings: Settings, engine: Engine, now: datetime) -> Path | None:
    """Make today's backup when it is time and there is none, then remove the nightly ones that need not stay.

    Returns the new one. Raises Unusable, OSError.
    """
    if not is_nightly_due(settings, now):
        return None
    directory, nightly = settings.backup_dir, _nightly(settings)
    made = back_up(settings, engine, directory, now, NIGHTLY)
    staying = kept([*nightly, now], daily=settings.backup_daily, weekly=settings.backup_weekly)
    for instant, path in nightly.items():
        if instant not in staying:
            _remove(path)
    _sweep(directory, now)
    return made


def is_nightly_due(settings: Settings, now: datetime) -> bool:
    """Whether it is time for today's backup and there is none."""
    today = clock.local_date(now)
    is_made = any(clock.local_date(instant) == today for instant in _nightly(settings))
    return bool(settings.backup_daily) and not is_made and clock.local(now).hour >= FIRST_HOUR


def _nightly(settings: Settings) -> dict[datetime, Path]:
    """The backups of the nights by the moment at which they were made."""
    return {
        found.created_at: path
        for path, found in manifests.backups(settings.backup_dir)
        if path.name.startswith(NIGHTLY)
    }


def rotate_migration_backups(settings: Settings) -> int:
    """Remove the backups made before migrations beyond the newest few; how many. Raises OSError."""
    old = too_many_before_migrations(settings)
    for path in old:
        _remove(path)
    return len(old)


def too_many_before_migrations(settings: Settings) -> list[Path]:
    """The backups made before migrations beyond the newest few, the oldest first."""
    made = sorted(
        (found.created_at, path)
        for path, found in manifests.backups(settings.backup_dir)
        if path.name.startswith(BEFORE_MIGRATION)
    )
    return [path for _instant, path in made[: max(0, len(made) - settings.backup_before_migration)]]


def _remove(path: Path) -> None:
    """The name goes first: what a kill leaves is no backup any more and is swept."""
    half = path.with_name(path.name + _HALF)
    path.rename(half)
    shutil.rmtree(half, ignore_errors=True)


def _sweep(directory: Path, now: datetime) -> None:
    """Halves of backups whose making was killed."""
    for path in directory.glob(f"*{_HALF}"):
        with suppress(FileNotFoundError):
            if now.timestamp() - path.stat().st_mtime > _STALE_AFTER.total_seconds():
                shutil.rmtree(path, ignore_errors=True)


def _version() -> str:
    try:
        return version("tracker")
    except PackageNotFoundError:  # run from the sources
        return "unreleased"
