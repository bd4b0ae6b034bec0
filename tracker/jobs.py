"""Periodic work: the list of jobs, their lease in the database, and the loop of the worker.

Owns: which job runs when, and that each runs once per period however many workers there are. Must not know
how a job does its work: `tracker.chores` has it. `tracker worker` and
`run-jobs` start it.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import CheckConstraint, String, Text, and_, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker import chores, clock, rehearsals, workers
from tracker.attachments.storage import Storage
from tracker.config import Settings
from tracker.db import Base, UtcDateTime, db, transaction

WAKE_SECONDS = 30
LEASE = timedelta(minutes=15)
"""After this a job counts as dead with its worker and another worker takes it."""

LATE = timedelta(minutes=10)
"""A worker takes a due job within half a minute, or after a long one."""

FIRST_GAP = timedelta(minutes=1)
"""How long a failed job waits; doubled with every failure in a row, never longer than its period."""

_LONG_LEASE = timedelta(hours=3)
"""A hundred gigabytes of files are read in that."""

_MAX_DOUBLINGS = 12
_ERROR_CHARACTERS = 2000

_log = logging.getLogger(__name__)


class JobRun(Base):
    """When a job is due and who runs it: one row per job, taken by a conditional update."""

    __tablename__ = "job_run"
    __table_args__ = (
        CheckConstraint("(leased_until IS NULL) = (lease_owner IS NULL)", name="lease"),
        CheckConstraint("failures >= 0", name="failures"),
    )

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    last_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row; 0 after a run that went well."""
    last_error: Mapped[str] = mapped_column(Text, default="")


class LeaseLost(Exception):
    """The job took longer than its lease and another worker has taken it: its work is rolled back."""


Work = Callable[[Session, Storage, datetime], object]
Rehearsal = Callable[[Session, Storage], Iterable[str]]


@dataclass(frozen=True)
class Job:
    """A periodic job. `work` gets the session of an open transaction, the files, and the present instant."""

    name: str
    period: timedelta
    work: Work
    is_alone: bool = False
    """Long work that writes no row: it is done before the transaction, so that nobody waits for it."""
    lease: timedelta = LEASE
    touches_rows_only: bool = False
    """Rolled back it leaves nothing: it can be rehearsed as it is."""
    rehearse: Rehearsal | None = None
    """What it would do, a line each, in a transaction that is rolled back."""


JOBS = (
    Job("pass_on_ended_units", timedelta(hours=1), chores.pass_on_ended_units, touches_rows_only=True),
    Job("take_due_acts", timedelta(minutes=15), chores.take_due_acts, touches_rows_only=True),
    Job("remind_of_dates", timedelta(minutes=15), chores.remind_of_dates, touches_rows_only=True),
    Job("clean_sessions", timedelta(hours=1), chores.clean_sessions, touches_rows_only=True),
    Job("clean_form_keys", timedelta(hours=1), chores.clean_form_keys, touches_rows_only=True),
    Job("sweep_files", timedelta(hours=6), chores.sweep_files, rehearse=rehearsals.sweep_files),
    Job("move_dates", timedelta(minutes=1), chores.move_dates, is_alone=True, rehearse=rehearsals.move_dates),
    Job(
        "write_stages",
        timedelta(minutes=10),
        chores.write_stages,
        is_alone=True,
        rehearse=rehearsals.write_stages,
    ),
    Job(
        "raise_late_matters",
        timedelta(minutes=15),
        chores.raise_late_matters,
        is_alone=True,
        rehearse=rehearsals.raise_late_matters,
    ),
    Job(
        "work_on_sheets",
        timedelta(seconds=20),
        chores.work_on_sheets,
        is_alone=True,
        lease=timedelta(minutes=3),
        rehearse=rehearsals.work_on_sheets,
    ),
)


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """All jobs of an instance; the long one comes last."""
    mail = Job(
        "tell_people",
        timedelta(minutes=1),
        partial(chores.tell_people, settings),
        is_alone=True,
        rehearse=partial(rehearsals.mail, settings),
    )
    old = Job(
        "remove_old",
        timedelta(hours=1),
        partial(chores.remove_old, settings),
        is_alone=True,
        rehearse=partial(rehearsals.remove_old, settings),
    )
    backup = Job(
        "back_up",
        timedelta(hours=1),
        partial(chores.back_up, settings),
        is_alone=True,
        lease=_LONG_LEASE,
        rehearse=partial(rehearsals.back_up, settings),
    )
    return (*JOBS, mail, old, backup)


def owner_name() -> str:
    """A name for this worker that no other has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def run_due(storage: Storage, owner: str, jobs: tuple[Job, ...] = JOBS) -> list[str]:
    """Run every job that is due and that nobody else runs; needs an application context.

    Returns the names of those that ended well. A failing job is recorded and never stops the others.
    """
    done = []
    for job in jobs:
        try:
            if _take(job, owner) and _run(job, storage, owner):
                done.append(job.name)
        except Exception:  # the database is away or locked: the next round tries again
            _log.exception("job %s: its state could not be written", job.name)
    return done


def rehearse(storage: Storage, jobs: tuple[Job, ...]) -> list[str]:
    """What the jobs that are due would do now, a line each; nothing is kept, sent or removed.

    They see what the ones before them would have done to rows. A job that does more than write rows is not carried
    out: it tells what it found to do.
    """
    told: list[str] = []
    with suppress(_Undone), transaction():
        for job in jobs:
            row = db.session.get(JobRun, job.name)
            if row is None or row.due_at <= clock.now():
                told.append(job.name + _would_do(job, storage))
                told += [f"  {line}" for line in (job.rehearse(db.session, storage) if job.rehearse else ())]
        raise _Undone
    return told


class _Undone(Exception):
    """Ends the transaction of a rehearsal without keeping it."""


def _would_do(job: Job, storage: Storage) -> str:
    return f": {job.work(db.session, storage, clock.now())}" if job.touches_rows_only else ""


def work_until(
    stop: threading.Event,
    in_context: Callable[[], AbstractContextManager[object]],
    storage: Storage,
    jobs: tuple[Job, ...] = JOBS,
) -> None:
    """The loop of a worker: wake, run what is due, until told to stop; a running job is finished first."""
    owner = owner_name()
    while not stop.is_set():
        with in_context():
            _say(owner, is_there=True)
            run_due(storage, owner, jobs)
        stop.wait(WAKE_SECONDS)
    with in_context():
        _say(owner, is_there=False)


def _say(owner: str, *, is_there: bool) -> None:
    """For the page of jobs; no job waits because this could not be written."""
    try:
        with transaction():
            if is_there:
                workers.say_alive(db.session, owner, clock.now())
            else:
                workers.say_goodbye(db.session, owner)
    except SQLAlchemyError as error:
        _log.warning("worker: that it is alive could not be written: %s", _told(error))


def is_due_long(row: JobRun, now: datetime) -> bool:
    """Whether a job waits although any worker would have taken it: none is there, or it is held up."""
    is_held = row.leased_until is not None and row.leased_until > now
    return not is_held and row.due_at < now - LATE


def failing(session: Session) -> list[JobRun]:
    """The jobs whose last run failed."""
    return list(session.scalars(select(JobRun).where(JobRun.failures > 0).order_by(JobRun.name)))


def _take(job: Job, owner: str) -> bool:
    """Lease the job when it is due. The row decides between workers: only one update finds it free."""
    now = clock.now()
    _ensure_row(job, now)
    # A time far ahead comes from a clock that was wrong and has been set back: it must not stop the job.
    is_due = or_(JobRun.due_at <= now, JobRun.due_at > now + 2 * job.period)
    is_free = or_(
        JobRun.leased_until.is_(None), JobRun.leased_until <= now, JobRun.leased_until > now + 2 * job.lease
    )
    free_row = select(JobRun.name).where(and_(JobRun.name == job.name, is_due, is_free))
    if db.session.scalar(free_row) is None:
        return False
    with transaction():
        taken = db.session.execute(
            update(JobRun)
            .where(JobRun.name == job.name, is_due, is_free)
            .values(leased_until=now + job.lease, lease_owner=owner, last_started_at=now)
        )
        return _rows(taken) == 1


def _ensure_row(job: Job, now: datetime) -> None:
    if db.session.get(JobRun, job.name) is not None:
        return
    try:
        with transaction():
            db.session.add(JobRun(name=job.name, due_at=now))
    except IntegrityError:  # another worker was quicker
        db.session.rollback()


def _run(job: Job, storage: Storage, owner: str) -> bool:
    try:
        if job.is_alone:
            db.session.rollback()  # what the connection had been reading is not held open
            job.work(db.session, storage, clock.now())
        with transaction():
            if not job.is_alone:
                job.work(db.session, storage, clock.now())
            _finish(job, owner, clock.now())
    except Exception as error:
        _log.warning("job %s failed: %s", job.name, _told(error))
        _record_failure(job, owner, error)
        return False
    return True


def _finish(job: Job, owner: str, now: datetime) -> None:
    """In the transaction of the work itself: both are there or neither is."""
    finished = db.session.execute(
        update(JobRun)
        .where(JobRun.name == job.name, JobRun.lease_owner == owner)
        .values(
            due_at=now + job.period,
            leased_until=None,
            lease_owner=None,
            last_finished_at=now,
            failures=0,
            last_error="",
        )
    )
    if _rows(finished) != 1:
        raise LeaseLost(job.name)


def _record_failure(job: Job, owner: str, error: Exception) -> None:
    with transaction():
        row = db.session.get(JobRun, job.name, with_for_update=True)
        if row is None or row.lease_owner != owner:
            return
        gap = FIRST_GAP * 2 ** min(row.failures, _MAX_DOUBLINGS)
        row.due_at = clock.now() + min(gap, job.period)
        row.leased_until = row.lease_owner = None
        row.failures += 1
        row.last_error = _told(error)


def _told(error: Exception) -> str:
    """The kind of an error and its first line: a database names what people typed in the lines below."""
    first = str(error).split("\n", 1)[0]
    return f"{type(error).__name__}: {first}"[:_ERROR_CHARACTERS]


def _rows(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
