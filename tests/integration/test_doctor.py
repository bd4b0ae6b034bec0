"""What `tracker doctor` finds, each thing when it is so and when it is not."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.issue_builders import Desk
from tracker import clock, doctor
from tracker.backup.manifest import Manifest, write
from tracker.config import Settings
from tracker.db import db, transaction

DATA = Path(__file__).parents[1] / "data"
END = datetime(2027, 12, 27, 22, 55, 20, tzinfo=UTC)


@pytest.fixture
def settings(desk: Desk, tmp_path: Path) -> Iterator[Settings]:
    """The settings of the instance, with backups in an empty place."""
    from flask import current_app

    made = replace(current_app.extensions["settings"], backup_dir=tmp_path / "backups")
    made.secret_key()
    yield made


def found(settings: Settings, what: str, at: datetime | None = None) -> doctor.Finding | None:
    """One finding at that instant."""
    check = {
        "certificate": lambda: list(doctor._certificate(settings)),
        "backup": lambda: [doctor._backup(settings)],
    }
    with clock.travel(at or clock.now()):
        findings = check[what]() if what in check else list(doctor._content(settings, db.session))
    named = [finding for finding in findings if finding.what == what]
    return named[0] if named else None


def test_no_certificate_is_looked_at_unless_it_is_named(settings: Settings) -> None:
    assert found(settings, "certificate") is None


@pytest.mark.parametrize(("days", "is_bad"), [(31, False), (29, True), (-1, True)])
def test_a_certificate_is_told_thirty_days_before_its_end(
    settings: Settings, days: int, is_bad: bool
) -> None:
    named = replace(settings, tls_certificate=DATA / "certificate_2027.pem")
    finding = found(named, "certificate", END - timedelta(days=days))
    assert finding == doctor.Finding("certificate", is_bad, "ends on 2027-12-28")


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 100])
def test_a_certificate_that_cannot_be_read_is_told(
    settings: Settings, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "certificate.pem"
    if content is not None:
        path.write_bytes(content)
    finding = found(replace(settings, tls_certificate=path), "certificate")
    assert finding is not None
    assert finding.is_bad
    assert str(path) in finding.detail


def backup_of(settings: Settings, at: datetime, *missing: str) -> None:
    """A backup made at that instant."""
    folder = settings.backup_dir / f"{at:%Y%m%d}"
    folder.mkdir(parents=True)
    write(Manifest("1", at, "sqlite", "tracker.db", "", "0001", missing=list(missing)), folder)


def test_the_age_of_the_last_backup_is_told(settings: Settings) -> None:
    now = clock.now()
    backup_of(settings, now - timedelta(days=5))
    old = found(settings, "backup")
    assert old is not None
    assert old.is_bad
    backup_of(settings, now - timedelta(hours=30))
    fresh = found(settings, "backup")
    assert fresh is not None
    assert not fresh.is_bad
    assert fresh.detail.endswith("on the same disk as the instance")


def test_a_backup_without_all_files_is_told(settings: Settings) -> None:
    backup_of(settings, clock.now(), "key")
    finding = found(settings, "backup")
    assert finding is not None
    assert finding.is_bad
    assert "1 files missing or damaged" in finding.detail


def test_an_instance_without_backup_is_told_after_two_days(settings: Settings) -> None:
    young = found(settings, "backup")
    assert young is not None
    assert not young.is_bad
    started = clock.now().timestamp()
    os.utime(settings.secret_key_file, (started, started))
    late = found(settings, "backup", clock.now() + timedelta(days=3))
    assert late is not None
    assert late.is_bad


def test_half_backups_and_other_things_are_no_backups(settings: Settings) -> None:
    backup_of(settings, clock.now())
    (made,) = settings.backup_dir.iterdir()
    (made / "manifest.json").write_text("{")
    shutil.copy(DATA / "certificate_2027.pem", settings.backup_dir)
    finding = found(settings, "backup")
    assert finding is not None
    assert finding.detail.startswith("none in ")


def test_a_broken_history_among_the_latest_is_named(settings: Settings, desk: Desk) -> None:
    issue_id = desk.answered()
    whole = found(settings, "histories")
    assert whole is not None
    assert not whole.is_bad
    with transaction():
        before = db.session.scalar(text("SELECT head_hash FROM issue WHERE id = :id"), {"id": issue_id})
        db.session.execute(text("UPDATE issue SET head_hash = 'x'"))
    broken = found(settings, "histories")
    assert broken is not None
    assert broken.is_bad
    assert broken.detail == "tail_cut VM-2026-000001 event 6: run `tracker verify`"
    with transaction():
        db.session.execute(text("UPDATE issue SET head_hash = :head"), {"head": before})


def test_a_disk_that_is_nearly_full_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(settings.instance)
    for free, is_bad in ((doctor.LEAST_FREE_BYTES - 1, True), (doctor.LEAST_FREE_BYTES, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage._replace(free=free))
        assert doctor._disk(settings).is_bad is is_bad


def test_a_year_without_days_off_is_told_sixty_days_before(settings: Settings) -> None:
    for day, is_bad in (
        (datetime(2027, 10, 1, tzinfo=UTC), False),
        (datetime(2027, 11, 15, tzinfo=UTC), True),
    ):
        finding = found(settings, "calendar", day)
        assert finding is not None
        assert finding.is_bad is is_bad
