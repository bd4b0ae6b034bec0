"""`run-jobs --dry-run` tells of every job what it found to do, and does none of it."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.issue_builders import Desk, june, local
from tracker import clock, jobs
from tracker.attachments import service
from tracker.attachments.storage import Storage
from tracker.config import Settings, load_settings
from tracker.db import transaction
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.imports.models import BatchKind, BatchState, ImportBatch
from tracker.issues.models import Channel
from tracker.issues.models_stages import StageFilling
from tracker.outbox.models import Mail, MailState

NIGHT = local("2026-06-04 01:30")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of an instance of its own."""
    return load_settings({"TRACKER_INSTANCE": str(tmp_path / "instance")})


def _told(settings: Settings, storage: Storage) -> dict[str, list[str]]:
    """The lines of each job by its name."""
    with clock.travel(NIGHT):
        lines = jobs.rehearse(storage, jobs.jobs_of(settings))
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith("  "):
            found[name].append(line.strip())
        else:
            name = line.partition(":")[0]
            found[name] = []
    return found


def test_with_nothing_to_do_the_jobs_say_so(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    told = _told(settings, Storage(tmp_path / "files"))
    assert list(told) == [job.name for job in jobs.jobs_of(settings)]
    assert told["sweep_files"] == ["0 files without a row to remove"]
    assert told["move_dates"] == told["write_stages"] == told["work_on_sheets"] == []
    assert told["remove_old"] == [
        "0 notices, 0 mails, 0 short messages to remove",
        "0 backups made before migrations to remove",
    ]
    assert told["back_up"] == ["a backup to make"]
    never = load_settings({"TRACKER_INSTANCE": str(tmp_path / "instance"), "TRACKER_BACKUP_DAILY": "0"})
    assert _told(never, Storage(tmp_path / "files"))["back_up"] == ["none is due"]


def test_each_job_tells_how_much_it_found_and_leaves_it(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    storage, p = Storage(tmp_path / "files"), desk.province
    lone = service.receive(storage, name="a.pdf", stream=io.BytesIO(b"%PDF-1.7\n" + b"content " * 50))
    long_ago = (NIGHT - timedelta(days=2)).timestamp()
    os.utime(storage.path(lone.key), (long_ago, long_ago))
    keys = [desk.working(), desk.working(), desk.sent()]
    with desk.travelled(), transaction():
        plan = changing.Plan((Day(june(5), False, "Nghỉ bão"),))
        me = desk.actor(p.administrator)
        changing.carry_out(desk.session, me, plan, desk.at, seen=changing.mark(desk.session))
        desk.session.add(StageFilling(done_up_to=0, last_id=max(keys)))
        sheet = ImportBatch(
            key="k",
            account_id=p.lead.id,
            unit_id=p.home_affairs.id,
            kind=BatchKind.FILE,
            state=BatchState.READING,
            channel=Channel.MEETING,
            created_at=desk.at,
            changed_at=desk.at,
        )
        old = local("2025-01-06 09:00")
        mail = Mail(
            key="old",
            account_id=p.lead.id,
            state=MailState.SENT,
            created_at=old,
            due_at=old,
            sent_at=old,
            tries=1,
        )
        desk.session.add_all([sheet, mail])
        desk.session.flush()
        sheet_id = sheet.id
    told = _told(settings, storage)
    assert told["sweep_files"] == ["1 files without a row to remove"]
    assert told["move_dates"] == ["3 open issues to look at"]
    assert told["write_stages"] == ["3 issues to look at"]
    assert told["work_on_sheets"] == [f"reading: sheets {sheet_id}"]
    assert told["remove_old"][0] == "0 notices, 1 mails, 0 short messages to remove"
    assert storage.path(lone.key).exists()
    desk.session.rollback()
    assert desk.session.scalar(select(func.count()).select_from(Mail).where(Mail.key == "old")) == 1
    assert _told(settings, storage) == told
