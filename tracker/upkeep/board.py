"""The periodic jobs as they stand, and asking for one to be run now.

Owns: reading the rows of jobs and workers; the one change an administrator may make to them. Must not run a job: the
worker does, within half a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, jobs, workers
from tracker.accounts.actor import Actor
from tracker.audit.service import record
from tracker.errors import NotFound
from tracker.jobs import Job, JobRun
from tracker.text import mask_personal_data

AUDIT_KIND = "job_requested"
ERROR_LENGTH = 300


@dataclass(frozen=True)
class JobState:
    """A job as the page shows it."""

    name: str
    period: timedelta
    last_started_at: datetime | None
    last_finished_at: datetime | None
    """The end of the last run that went well."""
    due_at: datetime | None
    """None for a job that no worker has seen yet."""
    failures: int
    error: str
    """Kind and first line of the last error, without personal data; '' after a run that went well."""
    holder: str
    """The worker that runs it now; '' for none."""
    is_late: bool

    @property
    def took(self) -> timedelta | None:
        """How long the last run took; None while one runs and after one that failed."""
        if self.last_started_at is None or self.last_finished_at is None or self.failures:
            return None
        took = self.last_finished_at - self.last_started_at
        return took if took >= timedelta(0) else None


@dataclass(frozen=True)
class WorkerState:
    """Whether anybody runs the jobs."""

    alive: int
    last_seen_at: datetime | None
    late: int
    """Jobs that wait although a worker would have taken them."""

    @property
    def is_bad(self) -> bool:
        """Nobody is there and work waits. Where a scheduler runs the jobs, nobody needs to be there."""
        return not self.alive and bool(self.late)


def job_states(session: Session, all_jobs: tuple[Job, ...], now: datetime) -> list[JobState]:
    """All jobs of the instance in the order in which a worker takes them."""
    rows = {row.name: row for row in session.scalars(select(JobRun))}
    return [_state(job, rows.get(job.name), now) for job in all_jobs]


def _state(job: Job, row: JobRun | None, now: datetime) -> JobState:
    if row is None:
        return JobState(job.name, job.period, None, None, None, 0, "", "", is_late=False)
    is_held = row.leased_until is not None and row.leased_until > now
    return JobState(
        job.name,
        job.period,
        row.last_started_at,
        row.last_finished_at,
        row.due_at,
        row.failures,
        harmless(row.last_error),
        (row.lease_owner or "") if is_held else "",
        is_late=jobs.is_due_long(row, now),
    )


def harmless(error: str) -> str:
    """An error as a page may show it: one line, no number of a person or telephone, no address."""
    return mask_personal_data(error.split("\n", 1)[0])[:ERROR_LENGTH]


def worker_state(session: Session, states: list[JobState], now: datetime) -> WorkerState:
    """Who runs the jobs. Somebody who is in the middle of one is alive, although he says nothing meanwhile."""
    alive = {row.name for row in workers.alive(session, now)} | {
        each.holder for each in states if each.holder
    }
    last = session.scalar(select(workers.Worker.seen_at).order_by(workers.Worker.seen_at.desc()).limit(1))
    return WorkerState(len(alive), last, sum(each.is_late for each in states))


def ask_for_run(session: Session, actor: Actor, all_jobs: tuple[Job, ...], name: str) -> bool:
    """Make a job due now; False where it is running already. Raises NotFound for a job there is not."""
    if name not in {job.name for job in all_jobs}:
        raise NotFound
    now = clock.now()
    row = session.get(JobRun, name, with_for_update=True)
    if row is not None and row.leased_until is not None and row.leased_until > now:
        return False
    before = row.due_at if row is not None else None
    if row is None:
        session.add(JobRun(name=name, due_at=now))
    else:
        row.due_at = now
    record(
        session,
        AUDIT_KIND,
        account_id=actor.account_id,
        job=name,
        before={"due_at": before},
        after={"due_at": now},
    )
    return True
