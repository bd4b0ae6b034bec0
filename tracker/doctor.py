"""Whether the instance is healthy: the checks of `tracker doctor`.

Owns: the checks and their one-line findings. Must not repair anything.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import clock, jobs, migrations, workers
from tracker.backup import manifest
from tracker.certificates import valid_until
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.deadlines.days import covered_years
from tracker.directory.queries import count_units
from tracker.directory.switches import read_switches
from tracker.issues.verify import verify_latest
from tracker.notifications import dead_letters
from tracker.outbox.models_sms import ShortMessage

LEAST_FREE_BYTES = 1024**3
CALENDAR_WARNING = timedelta(days=60)
CERTIFICATE_WARNING = timedelta(days=30)
BACKUP_WARNING = timedelta(days=2)
CHAINS_READ = 50


@dataclass(frozen=True)
class Finding:
    """The result of one check; `is_bad` means that somebody has to act."""

    what: str
    is_bad: bool
    detail: str


def examine(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """All findings, in an order in which the first bad one explains the later ones. Needs an app context."""
    yield Finding("settings", False, f"instance {settings.instance}")
    yield _secret_key(settings)
    yield _disk(settings)
    yield from _certificate(settings)
    yield _backup(settings)
    schema = _schema(engine)
    yield schema
    if not schema.is_bad:
        yield _writable()
        yield from _content(settings, db.session)


def warnings(settings: Settings, session: Session) -> list[Finding]:
    """What somebody has to act on, as far as reading tells it: for pages, which write nothing."""
    findings = (
        _secret_key(settings),
        _disk(settings),
        *_certificate(settings),
        _backup(settings),
        *_content(settings, session),
    )
    return [finding for finding in findings if finding.is_bad]


def beyond_loopback(settings: Settings, session: Session) -> str | None:
    """Why this instance may not listen: a database of sample people without passwords is for this machine only."""
    if read_switches(session).is_demo and not settings.is_loopback_only:
        return (
            f"the database holds the demonstration province, whose people have no passwords: "
            f"it is served on 127.0.0.1 only, not on {settings.host}"
        )
    return None


def schema_problem(engine: Engine) -> str | None:
    """Why the database cannot be used as it is; None when its schema is the one this program knows."""
    at = migrations.current(engine)
    if at == migrations.head():
        return None
    return f"the database schema is {at or 'empty'}, this program needs {migrations.head()}: run `tracker migrate`"


def _schema(engine: Engine) -> Finding:
    try:
        problem = schema_problem(engine)
    except SQLAlchemyError as error:
        return Finding("database", True, f"cannot be opened: {str(error).splitlines()[0]}")
    return Finding("schema", problem is not None, problem or f"at {migrations.head()}, the newest")


def _secret_key(settings: Settings) -> Finding:
    settings.secret_key()
    mode = settings.secret_key_file.stat().st_mode & 0o077
    is_open = os.name != "nt" and mode != 0
    return Finding("secret key", is_open, "readable by others" if is_open else "readable by its owner only")


def _disk(settings: Settings) -> Finding:
    folder = next(path for path in (settings.files, *settings.files.parents) if path.exists())
    free = min(shutil.disk_usage(path).free for path in (folder, Path(settings.instance)))
    return Finding("disk", free < LEAST_FREE_BYTES, f"{free // 1024**2} MB free")


def _certificate(settings: Settings) -> Iterator[Finding]:
    path = settings.tls_certificate
    if path == Path():
        return
    try:
        end = valid_until(path.read_text(encoding="ascii", errors="replace"))
    except (OSError, ValueError) as error:
        yield Finding("certificate", True, f"{path} cannot be read: {error}")
        return
    left = end - clock.now()
    yield Finding("certificate", left < CERTIFICATE_WARNING, f"ends on {clock.local_date(end)}")


def _backup(settings: Settings) -> Finding:
    made = list(manifest.backups(settings.backup_dir))
    if not made:
        # The key is made at the first start: a new instance has not seen a night yet.
        started_at = datetime.fromtimestamp(settings.secret_key_file.stat().st_mtime, UTC)
        is_old = clock.now() - started_at > BACKUP_WARNING
        return Finding("backup", is_old, f"none in {settings.backup_dir} yet")
    path, newest = made[-1]
    is_old = clock.now() - newest.created_at > BACKUP_WARNING
    lost = f", {len(newest.missing)} files missing or damaged" if newest.missing else ""
    where = ", on the same disk as the instance" if _on_one_disk(path, settings.instance) else ""
    at = f"{clock.local(newest.created_at):%Y-%m-%d %H:%M}"
    return Finding("backup", is_old or bool(lost), f"last one of {at}{lost}{where}")


def _on_one_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _writable() -> Finding:
    try:
        with transaction():
            db.session.execute(text("DELETE FROM job_run WHERE name = ''"))
    except SQLAlchemyError as error:
        return Finding("database", True, f"cannot be written: {str(error).splitlines()[0]}")
    return Finding("database", False, "can be written")


def _content(settings: Settings, session: Session) -> Iterator[Finding]:
    units = count_units(session)
    detail = f"{units} units" if units else "no province yet: run `tracker init --province CODE`"
    yield Finding("province", not units, detail)
    years = covered_years(session)
    today = clock.today()
    needed = {today.year, (today + CALENDAR_WARNING).year}
    missing = ", ".join(str(year) for year in sorted(needed - years))
    yield Finding(
        "calendar", bool(missing), f"no days off for {missing}" if missing else f"knows {today.year}"
    )
    problem = beyond_loopback(settings, session)
    yield Finding("demonstration", problem is not None, problem or f"host {settings.host}")
    broken = verify_latest(session, CHAINS_READ)
    detail = f"{broken[0]}: run `tracker verify`" if broken else f"the last {CHAINS_READ} that changed agree"
    yield Finding("histories", bool(broken), detail)
    failing = jobs.failing(session)
    texts = "; ".join(f"{run.name} failed {run.failures}×: {run.last_error}" for run in failing)
    yield Finding("jobs", bool(failing), texts or "none failed")
    yield _worker(session)
    dead = dead_letters.count_dead(session) + dead_letters.count_dead(session, ShortMessage)
    off = "" if settings.sends_mail else ", no mail server is set"
    yield Finding(
        "mail", bool(dead), (f"{dead} could not be delivered" if dead else "none undelivered") + off
    )


def _worker(session: Session) -> Finding:
    now = clock.now()
    waiting = [run.name for run in session.scalars(select(jobs.JobRun)) if jobs.is_due_long(run, now)]
    alive = len(workers.alive(session, now))
    is_bad = bool(waiting) and not alive
    return Finding("worker", is_bad, f"{alive} alive" + (f", {len(waiting)} jobs wait" if waiting else ""))
