"""The page of periodic jobs: what ran, what failed, who runs them, asking for a run; and the warnings at home."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, forms_in, words_of
from tests.builders import Province
from tests.issue_builders import Desk
from tracker import clock, doctor, jobs, workers
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.attachments.storage import Storage
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.jobs import JobRun
from tracker.upkeep import board, views
from tracker.workers import Worker

Enter = Callable[[Account], Person]
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""The desk's hour."""
HOUR = timedelta(hours=1)
RUN = "/jobs/clean_sessions/run"


@pytest.fixture
def chief(desk: Desk, enter: Enter) -> Person:
    """The administrator at his browser."""
    return enter(desk.province.administrator)


def keep(*rows: object) -> None:
    """Store rows."""
    with transaction():
        db.session.add_all(rows)


def job(name: str = "clean_sessions", **values: Any) -> JobRun:
    """A job that ran well half an hour ago and took three seconds."""
    usual = {
        "due_at": NOW + HOUR / 2,
        "last_started_at": NOW - HOUR / 2,
        "last_finished_at": NOW - HOUR / 2 + timedelta(seconds=3),
        "failures": 0,
        "last_error": "",
    }
    return JobRun(name=name, **(usual | values))


def test_every_job_has_a_name_and_a_sentence(app: Flask) -> None:
    names = {each.name for each in jobs.jobs_of(app.extensions["settings"])}
    assert names == set(views.JOB_WORDS)


def test_every_warning_of_doctor_has_words(desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    settings = app.extensions["settings"]
    for finding in (doctor._secret_key(settings), doctor._disk(settings), doctor._backup(settings)):
        found.add(finding.what)
    found |= {finding.what for finding in doctor._content(settings, db.session)}
    assert found | {"certificate"} == set(views.WARNING_WORDS)


def test_the_page_says_when_each_job_ran_and_how_long_it_took(chief: Person) -> None:
    keep(job())
    text = chief.text("/jobs")
    assert "Dọn phiên đăng nhập Xóa phiên đã hết hạn và các lần thử đăng nhập cũ. 1 giờ một lần." in text
    assert "08:30 01/06/2026 3 giây 09:30 01/06/2026 Tốt" in text
    assert text.count("Chưa chạy") == len(views.JOB_WORDS) - 1


def test_a_failed_job_shows_how_often_and_why_without_personal_data(chief: Person) -> None:
    error = "SMTPRecipientsRefused: lan.nt@example.vn, CCCD 001085012345\nDETAIL: Key (title)=(Bí mật)"
    keep(job(failures=4, last_error=error))
    text = chief.text("/jobs")
    assert "Lỗi 4 lần liên tiếp SMTPRecipientsRefused: " in text
    for secret in ("lan.nt", "001085012345", "Bí mật"):
        assert secret not in text
    assert "Có việc chạy định kỳ bị lỗi." in text


def test_a_job_that_runs_names_its_worker_and_cannot_be_asked_for(chief: Person) -> None:
    keep(job(leased_until=NOW + HOUR, lease_owner="host:42:abcd"))
    answer = chief.get("/jobs").text
    assert "Đang chạy host:42:abcd" in words_of(answer)
    assert RUN not in {form.action for form in forms_in(answer)}
    assert "Chương trình chạy ngầm đang hoạt động (1)." in words_of(answer)


def test_a_lease_that_has_run_out_holds_nothing(chief: Person) -> None:
    keep(job(leased_until=NOW - HOUR, lease_owner="host:42:abcd", due_at=NOW - 2 * HOUR))
    text = chief.text("/jobs")
    assert "host:42:abcd" not in text
    assert "Đang chờ quá lâu" in text
    assert "Không có chương trình chạy ngầm nào hoạt động." in text


@pytest.mark.parametrize(("ago", "is_alive"), [(timedelta(seconds=30), True), (timedelta(minutes=3), False)])
def test_a_worker_that_says_nothing_is_not_alive(chief: Person, ago: timedelta, is_alive: bool) -> None:
    keep(Worker(name="host:42:abcd", started_at=NOW - HOUR, seen_at=NOW - ago))
    text = chief.text("/jobs")
    assert ("đang hoạt động (1)" in text) is is_alive
    assert (
        "Không có chương trình chạy ngầm nào báo hiệu. Lần cuối: 08:57 01/06/2026." in text
    ) is not is_alive


def test_asking_for_a_run_makes_the_job_due_and_is_noted(chief: Person, session: Session) -> None:
    keep(job())
    answer = chief.send(chief.form("/jobs", action=RUN))
    assert answer.headers["Location"] == "/jobs"
    session.rollback()
    assert session.get_one(JobRun, "clean_sessions", populate_existing=True).due_at == NOW
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == board.AUDIT_KIND)).one()
    assert entry.account_id == chief.account.id
    detail = json.loads(entry.detail)
    assert detail["job"] == "clean_sessions"
    assert detail["before"] != detail["after"]
    assert "Đã ghi nhận." in chief.text("/jobs")


def test_a_job_nobody_has_seen_yet_can_be_asked_for(chief: Person, session: Session) -> None:
    chief.send(chief.form("/jobs", action=RUN))
    session.rollback()
    assert session.get_one(JobRun, "clean_sessions").due_at == NOW


def test_what_runs_already_is_not_asked_for_twice(chief: Person, session: Session) -> None:
    form = chief.form("/jobs", action=RUN)
    keep(job(leased_until=NOW + HOUR, lease_owner="host:42:abcd"))
    chief.send(form)
    assert "Việc này đang chạy." in chief.text("/jobs")
    assert session.scalars(select(AuditEntry).where(AuditEntry.kind == board.AUDIT_KIND)).all() == []


def test_a_job_there_is_not_is_unknown(app: Flask, session: Session, province: Province) -> None:
    chief = actor_of(session, province.administrator, clock.today())
    with pytest.raises(NotFound), transaction():
        board.ask_for_run(session, chief, jobs.jobs_of(app.extensions["settings"]), "drop_everything")


def test_the_next_round_of_a_worker_runs_what_was_asked_for(
    app: Flask, session: Session, province: Province, tmp_path: Path
) -> None:
    one = jobs.Job("clean_sessions", 100 * HOUR, lambda *_: None)
    chief = actor_of(session, province.administrator, clock.today())
    with clock.travel(NOW):
        assert jobs.run_due(Storage(tmp_path), "one", (one,)) == ["clean_sessions"]
        assert jobs.run_due(Storage(tmp_path), "one", (one,)) == []
        with transaction():
            assert board.ask_for_run(session, chief, (one,), "clean_sessions")
        assert jobs.run_due(Storage(tmp_path), "one", (one,)) == ["clean_sessions"]


def test_a_worker_says_that_it_is_there_and_when_it_goes(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    stop, seen = threading.Event(), []

    def look(inner: Session, _storage: Storage, now: datetime) -> None:
        seen.extend(each.seen_at for each in workers.alive(inner, now))
        stop.set()

    @contextmanager
    def in_context() -> Iterator[None]:
        yield

    keep(Worker(name="gone", started_at=NOW - 50 * HOUR, seen_at=NOW - 49 * HOUR))
    with clock.travel(NOW):
        jobs.work_until(stop, in_context, Storage(tmp_path), (jobs.Job("look", HOUR, look),))
    assert seen == [NOW]
    session.rollback()
    assert session.scalars(select(Worker)).all() == []


def test_warnings_stand_on_the_administrators_home_page_and_nobody_elses(
    desk: Desk, enter: Enter, chief: Person
) -> None:
    keep(job(failures=2, last_error="ValueError: x"))
    assert "Có việc chạy định kỳ bị lỗi." in chief.text("/")
    assert "ValueError" not in chief.text("/")
    for person in (desk.province.lead, desk.province.officer_a, desk.province.coordinator):
        assert "Có việc chạy định kỳ bị lỗi." not in enter(person).text("/")


def test_looking_at_warnings_writes_nothing(chief: Person, session: Session) -> None:
    keep(job(due_at=NOW - 5 * HOUR))
    chief.get("/jobs")
    chief.get("/")
    session.rollback()
    assert session.get_one(JobRun, "clean_sessions", populate_existing=True).due_at == NOW - 5 * HOUR


def test_the_page_is_found_among_the_administrators_pages(chief: Person) -> None:
    assert "Việc chạy định kỳ" in chief.text("/admin")
