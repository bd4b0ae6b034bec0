"""Periodic jobs: once per period, whatever dies, fails or is set wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import Province
from tracker import clock, jobs
from tracker.attachments.storage import Storage
from tracker.db import db, transaction
from tracker.directory.switches import read_switches, set_switch
from tracker.jobs import FIRST_GAP, LEASE, Job, JobRun

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty place for files."""
    return Storage(tmp_path / "files")


def counting(name: str = "count", period: timedelta = HOUR) -> tuple[Job, list[datetime]]:
    """A job that notes when it ran."""
    runs: list[datetime] = []
    return Job(name, period, lambda _session, _storage, now: runs.append(now)), runs


def failing(error: Exception, name: str = "fail") -> Job:
    """A job that writes something and then fails."""

    def work(session: Session, _storage: Storage, _now: datetime) -> None:
        set_switch(session, "silence_days", 99)
        raise error

    return Job(name, timedelta(hours=8), work)


def run_at(moment: datetime, storage: Storage, *some: Job, owner: str = "one") -> list[str]:
    """One round of a worker at that moment."""
    with clock.travel(moment):
        return jobs.run_due(storage, owner, some)


def row(session: Session, name: str) -> JobRun:
    """The row of a job as it is now."""
    session.rollback()
    session.expire_all()
    return session.get_one(JobRun, name)


def test_a_job_runs_once_per_period(session: Session, storage: Storage) -> None:
    job, runs = counting()
    moments = (START, START + timedelta(minutes=59), START + HOUR, START + HOUR)
    assert [run_at(moment, storage, job) for moment in moments] == [["count"], [], ["count"], []]
    assert runs == [START, START + HOUR]
    kept = row(session, "count")
    assert (kept.due_at, kept.last_finished_at) == (START + 2 * HOUR, START + HOUR)
    assert kept.leased_until is None


def test_two_workers_started_at_once_run_each_job_once(app: Flask, storage: Storage) -> None:
    job, runs = counting()
    gate = threading.Barrier(4)
    faults: list[BaseException] = []

    def work(owner: str) -> None:
        try:
            gate.wait()
            with app.app_context():
                run_at(START, storage, job, owner=owner)
        except BaseException as fault:
            faults.append(fault)

    for _ in range(5):
        runs.clear()
        with app.app_context(), transaction():
            db.session.query(JobRun).delete()
        workers = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert faults == []
        assert runs == [START]


def test_a_job_whose_worker_died_is_taken_again_when_the_lease_ends(
    session: Session, storage: Storage
) -> None:
    job, runs = counting()
    with transaction():
        session.add(
            JobRun(
                name="count",
                due_at=START,
                leased_until=START + LEASE,
                lease_owner="dead",
                last_started_at=START,
            )
        )
    assert run_at(START + LEASE - timedelta(seconds=1), storage, job) == []
    assert run_at(START + LEASE, storage, job) == ["count"]
    assert runs == [START + LEASE]


def test_work_that_outlived_its_lease_is_rolled_back(session: Session, storage: Storage) -> None:
    def work(inner: Session, _storage: Storage, _now: datetime) -> None:
        set_switch(inner, "silence_days", 99)
        inner.get_one(JobRun, "slow").lease_owner = "another"

    assert run_at(START, storage, Job("slow", HOUR, work)) == []
    assert read_switches(session).silence_days == 5


def test_a_failing_job_leaves_nothing_but_its_error_and_blocks_no_other(
    session: Session, storage: Storage
) -> None:
    job, runs = counting()
    assert run_at(START, storage, failing(ValueError("no such thing")), job) == ["count"]
    assert runs == [START]
    assert read_switches(session).silence_days == 5
    kept = row(session, "fail")
    assert kept.last_error == "ValueError: no such thing"
    assert (kept.failures, kept.leased_until, kept.last_finished_at) == (1, None, None)
    assert [one.name for one in jobs.failing(session)] == ["fail"]


def test_the_gap_grows_with_every_failure_up_to_the_period(session: Session, storage: Storage) -> None:
    job = failing(ValueError("again"))
    moment, gaps = START, []
    for _ in range(12):
        run_at(moment, storage, job)
        due = row(session, "fail").due_at
        gaps.append(due - moment)
        moment = due
    assert gaps[:4] == [FIRST_GAP, 2 * FIRST_GAP, 4 * FIRST_GAP, 8 * FIRST_GAP]
    assert gaps[-1] == job.period


def test_a_job_that_recovers_forgets_its_failures(session: Session, storage: Storage) -> None:
    run_at(START, storage, failing(ValueError("once"), "count"))
    job, _ = counting()
    run_at(START + FIRST_GAP, storage, job)
    kept = row(session, "count")
    assert (kept.failures, kept.last_error) == (0, "")


def test_a_long_error_is_cut(session: Session, storage: Storage) -> None:
    run_at(START, storage, failing(ValueError("x" * 10_000)))
    assert len(row(session, "fail").last_error) == 2000


def test_a_clock_that_was_a_year_ahead_stops_no_job(session: Session, storage: Storage) -> None:
    job, runs = counting()
    ahead = START + timedelta(days=365)
    run_at(ahead, storage, job)
    assert run_at(START, storage, job) == ["count"]
    assert runs == [ahead, START]


def test_a_worker_off_for_a_week_runs_each_job_once_on_return(session: Session, storage: Storage) -> None:
    job, runs = counting()
    run_at(START, storage, job)
    run_at(START + timedelta(days=7), storage, job)
    assert run_at(START + timedelta(days=7, minutes=1), storage, job) == []
    assert len(runs) == 2


def test_a_database_that_is_away_stops_no_worker(
    session: Session, storage: Storage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job, runs = counting()
    other, other_runs = counting("other")
    take: Callable[[Job, str], bool] = jobs._take

    def away(which: Job, owner: str) -> bool:
        if which is job:
            raise OSError("disk I/O error")
        return take(which, owner)

    monkeypatch.setattr(jobs, "_take", away)
    assert run_at(START, storage, job, other) == ["other"]
    assert (runs, other_runs) == ([], [START])
    assert "disk I/O error" in caplog.text


def test_the_worker_ends_after_the_running_job_when_told_to_stop(
    app: Flask, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    rounds: list[str] = []

    def one_round(_storage: Storage, owner: str, _jobs: tuple[Job, ...]) -> list[str]:
        rounds.append(owner)
        stop.set()
        return []

    @contextmanager
    def in_context() -> Iterator[None]:
        with app.app_context():
            yield

    monkeypatch.setattr(jobs, "run_due", one_round)
    jobs.work_until(stop, in_context, storage)
    assert len(rounds) == 1
    assert jobs.owner_name() != jobs.owner_name()


def test_the_real_jobs_all_run_on_a_province(session: Session, province: Province, storage: Storage) -> None:
    done = jobs.run_due(storage, "one")
    assert done == [job.name for job in jobs.JOBS]
    assert jobs.failing(session) == []
    assert jobs.run_due(storage, "one") == []
