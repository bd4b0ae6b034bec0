"""The jobs of one morning among many issues: how long, how many statements and rows, how much work of the database.

`python benchmarks/morning.py 100000 1000000 [--open 20000] [--due 2000] [--keep DIR]`. The last line is one
JSON object. Owns: what is measured. What is due is made so in the rows: the clocks of the others ring later.
"""

import argparse
import json
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event, func, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))  # also when started as a file

from benchmarks.load import load
from benchmarks.people import NOT_ASKED
from benchmarks.simulated.course import LEFT_OUT, with_mail
from benchmarks.simulated.post import PostBox
from tracker import clock, jobs, migrations
from tracker.attachments.storage import Storage
from tracker.cli_context import application
from tracker.config import Settings, load_settings
from tracker.db import db, transaction
from tracker.deadlines.days import load_calendar
from tracker.issues.models import Issue
from tracker.jobs import JobRun
from tracker.notifications import rounds
from tracker.outbox.models import Notice

STEPS = 1_000
"""So many steps of SQLite's machine are counted as one."""


READ: Counter[str] = Counter()
"""What was asked of the database, over all connections, since it was emptied last."""


class CountingCursor(sqlite3.Cursor):
    """A cursor that counts the rows it gives."""

    def fetchall(self) -> list[Any]:
        """All that are left."""
        rows = super().fetchall()
        READ["rows"] += len(rows)
        return rows

    def fetchone(self) -> Any:
        """The next one."""
        row = super().fetchone()
        READ["rows"] += row is not None
        return row

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """The next few."""
        rows = super().fetchmany(size or 1)
        READ["rows"] += len(rows)
        return rows


class CountingConnection(sqlite3.Connection):
    """A connection whose cursors count, and which counts the steps of its machine."""

    def cursor(self, *_given: Any) -> sqlite3.Cursor:  # type: ignore[override]
        """A counting one."""
        return super().cursor(CountingCursor)


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000])
    parser.add_argument("--open", type=int, default=20_000)
    parser.add_argument("--due", type=int, default=2_000)
    parser.add_argument("--keep", type=Path, help="directory in which the filled instances stay")
    options = parser.parse_args()
    found: dict[str, Any] = {"open": options.open, "due": options.due, "sizes": {}}
    with tempfile.TemporaryDirectory(prefix="tracker-morning-") as temporary:
        for size in options.sizes:
            place = (options.keep or Path(temporary)) / str(size)
            place.mkdir(parents=True, exist_ok=True)
            found["sizes"][str(size)] = measure(place, size, options.open, options.due)
            print(size, found["sizes"][str(size)], file=sys.stderr, flush=True)
    print(json.dumps(found, ensure_ascii=False), flush=True)


def measure(place: Path, size: int, open_issues: int, due: int) -> dict[str, Any]:
    """One morning in an instance of so many issues."""
    with application(load_settings({"TRACKER_INSTANCE": str(place)})) as app:
        settings = app.extensions["settings"] = with_mail(app.extensions["settings"])
        event.listen(db.engine, "do_connect", _count_rows)
        event.listen(db.engine, "connect", _count_steps)
        event.listen(db.engine, "before_cursor_execute", _count_statements)
        migrations.migrate(db.engine)
        filled_s = _fill(size, open_issues)
        morning = datetime.combine(_working_day(), time(7, 30), clock.LOCAL_ZONE)
        with clock.travel(morning):
            _make_due(due)
            told = _run(settings)
        return told | {
            "filled_s": filled_s,
            "file_mb": round(sum(p.stat().st_size for p in place.iterdir() if p.is_file()) / 2**20),
        }


def _fill(size: int, open_issues: int) -> int:
    if db.session.scalar(select(func.count()).select_from(Issue)):
        return 0
    began = perf_counter()
    with transaction():
        load(db.session, size, open_issues / size, is_searchable=False)
        db.session.execute(text("UPDATE account SET email = login || '@example.vn'"))
    return round(perf_counter() - began)


def _working_day() -> Any:
    return load_calendar(db.session).next_working(clock.today() + timedelta(days=1))


def _make_due(due: int) -> None:
    """The clocks of so many late issues ring this morning, those of all others tomorrow; nothing was told before."""
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    with transaction():
        db.session.execute(
            text("UPDATE issue SET next_alarm_on = :tomorrow WHERE is_open AND next_alarm_on IS NOT NULL"),
            {"tomorrow": tomorrow.isoformat()},
        )
        late = (
            select(Issue.id)
            .where(Issue.is_open.is_(True), Issue.due_on < today)
            .order_by(Issue.due_on.desc())
        )
        for key in db.session.scalars(late.limit(due)).all():
            db.session.execute(
                text("UPDATE issue SET next_alarm_on = :on WHERE id = :key"),
                {"on": today.isoformat(), "key": key},
            )
        db.session.execute(text("DELETE FROM job_run"))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _run(settings: Settings) -> dict[str, Any]:
    """Each job once, one after another, as a worker takes them."""
    storage, box = Storage.of(settings), PostBox(random.Random(1))
    told: dict[str, Any] = {"jobs": {}}
    total: Counter[str] = Counter()
    for job in jobs.jobs_of(settings):
        if job.name in LEFT_OUT:
            continue
        is_mail = job.name == "tell_people"
        taken = replace(job, work=partial(_tell_people, settings, box)) if is_mail else job
        with _counted() as found:
            jobs.run_due(storage, "morning", (taken,))
        told["jobs"][job.name] = dict(found)
        total.update(found)
    failed = [
        f"{row.name}: {row.last_error}"
        for row in db.session.scalars(select(JobRun).where(JobRun.failures > 0))
    ]
    notices = db.session.scalar(select(func.count()).select_from(Notice))
    return told | {
        "total": {name: round(n, 2) for name, n in total.items()},
        "notices": notices,
        "mails": box.ids.total(),
        "failed": failed,
    }


def _tell_people(settings: Settings, box: PostBox, session: Any, _storage: Storage, _now: datetime) -> object:
    return rounds.tell_people(session, transaction, settings, box)


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    READ.clear()
    found: Counter[str] = Counter()
    began = perf_counter()
    yield found
    found.update(READ)
    found["seconds"] = round(perf_counter() - began, 2)  # type: ignore[assignment]


def _count_rows(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
    named["factory"] = CountingConnection


def _count_steps(connection: Any, _record: Any) -> None:
    def one_more() -> int:
        READ["thousand_steps"] += 1
        return 0

    connection.set_progress_handler(one_more, STEPS)


def _count_statements(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    READ["statements"] += not statement.startswith(NOT_ASKED)


if __name__ == "__main__":
    main()
