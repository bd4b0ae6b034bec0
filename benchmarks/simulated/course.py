"""The course of the simulated year: each morning the jobs, then the people, then what must hold.

Owns: the order of a day and the figures that are told at the end.
"""

import time as stopwatch
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from benchmarks.simulated import faults
from benchmarks.simulated.acting import People
from benchmarks.simulated.changes import Changes
from benchmarks.simulated.checks import Checks
from benchmarks.simulated.post import PostBox
from benchmarks.simulated.world import FIRST_DAY, World, build_world
from tracker import clock, jobs
from tracker.attachments.storage import Storage
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.jobs import Job
from tracker.notifications import rounds
from tracker.outbox.models import Notice

MORNING, NOON, NIGHT, MIDNIGHT = time(7, 5), time(11, 30), time(21), time(23, 30)
LEFT_OUT = ("back_up", "sweep_files")
"""Jobs that say nothing about issues and take long."""

NOON_EVERY = 5
ONE_DAY = timedelta(days=1)


class Year:
    """A province for so many working days, in which so many issues are filed."""

    def __init__(self, app: Flask, seed: int, issues: int, days: int) -> None:
        settings: Settings = app.extensions["settings"]
        self.settings = with_mail(settings)
        app.extensions["settings"] = self.settings
        self.days, self.seed = days, seed
        self.world: World = build_world(db.session, Storage.of(settings), seed)
        self.people = People(self.world, issues)
        self.changes = Changes(self.people)
        self.box = PostBox(self.world.chance)
        self.checks = Checks(self.world, self.box)
        self.jobs = self._jobs()
        self.today = FIRST_DAY - ONE_DAY
        self.seconds: Counter[str] = Counter()
        self.worked = 0

    def live(self, tell: Callable[[str], None] = lambda _line: None) -> None:
        """All days, with the nights, weekends and days off between them."""
        while self.worked < self.days:
            self.today += ONE_DAY
            self.worked += self.world.calendar.is_working(self.today)
            self.day(is_last=self.worked == self.days)
            if self.today.day == 1:
                tell(f"{self.today} {self.worked} working days, {self.people.done.acts.total()} acts, "
                     f"{len(self.checks.violations)} violations, {dict(self.seconds)}")  # fmt: skip

    def day(self, *, is_last: bool = False) -> None:
        """One day of the calendar."""
        self._timed("jobs", lambda: self.run_jobs(MORNING))
        self._timed("people", self._work)
        self._timed("jobs", lambda: self.run_jobs(NIGHT))
        is_month_end = (self.today + ONE_DAY).month != self.today.month
        self._timed("checks", lambda: self.look(full=is_last or is_month_end))

    def _work(self) -> None:
        with clock.travel(_at(self.today, time(7, 30))):
            self.changes.happen(self.today)
        if self.today.toordinal() % NOON_EVERY == 0:
            self.run_jobs(NOON)
        self.people.work(self.today, self.worked / self.days)

    def run_jobs(self, moment: time) -> None:
        """Everything that is due at that hour."""
        with clock.travel(_at(self.today, moment)):
            jobs.run_due(self.world.storage, "year", self.jobs)

    def look(self, *, full: bool) -> None:
        """What must hold, at the end of the day."""
        with clock.travel(_at(self.today, MIDNIGHT)):
            for crash in self.people.done.crashes:
                self.checks.note("nothing_crashes", self.today, "", crash)
            self.people.done.crashes.clear()
            self.checks.look(self.today, full=full)

    def plant(self, fault: str) -> None:
        """Damage the data and look again."""
        with clock.travel(_at(self.today, MIDNIGHT)):
            with faults.unruled():
                faults.FAULTS[fault](self.world.session)
            self.world.people_changed()
        self.look(full=True)

    def told(self) -> dict[str, Any]:
        """The figures of the year."""
        session = self.world.session
        session.rollback()
        kinds = session.execute(select(Notice.kind, func.count()).group_by(Notice.kind)).all()
        return {
            "seed": self.seed,
            "days": self.worked,
            "last_day": self.today.isoformat(),
            "issues": len(self.people.paces),
            "acts": self.people.done.acts.total(),
            "acts_by_kind": dict(sorted(self.people.done.acts.items())),
            "refused": dict(sorted(self.people.done.refused.items())),
            "alarms": sum(n for _, n in kinds),
            "alarms_by_kind": dict(sorted(map(tuple, kinds))),
            "mails": self.box.ids.total(),
            "checks": dict(sorted(self.checks.made.items())),
            "broken": dict(sorted(self.checks.broken.items())),
            "seconds": {name: round(spent) for name, spent in self.seconds.items()},
            "violations": self.checks.violations,
        }

    def _jobs(self) -> tuple[Job, ...]:
        return tuple(
            replace(job, work=self._tell_people) if job.name == "tell_people" else job
            for job in jobs.jobs_of(self.settings)
            if job.name not in LEFT_OUT
        )

    def _tell_people(self, session: Any, _storage: Storage, _now: datetime) -> object:
        return rounds.tell_people(session, transaction, self.settings, self.box)

    def _timed(self, name: str, work: Callable[[], None]) -> None:
        began = stopwatch.perf_counter()
        work()
        self.seconds[name] += stopwatch.perf_counter() - began  # type: ignore[assignment]  # seconds


def with_mail(settings: Settings) -> Settings:
    """The settings with a mail server that nobody connects to."""
    return replace(
        settings,
        smtp_host="mail.invalid",
        smtp_security="none",
        smtp_from="tracker@example.vn",
        base_url="https://tracker.example.vn",
    )


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, clock.LOCAL_ZONE)
