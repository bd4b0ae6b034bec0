"""Files from the upload to the disk and back: limits, pictures, quota, damage, sweeping."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tracker import clock
from tracker.attachments import pictures, service
from tracker.attachments.models import Attachment
from tracker.attachments.queries import attachment_by_key, attachments_by_id, used_bytes
from tracker.attachments.storage import FileDamaged, Storage, StorageFull
from tracker.db import transaction
from tracker.errors import DomainError, Invalid

PDF = b"%PDF-1.7\n" + b"content " * 50


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A small storage of one's own: 100 kB a file, 150 kB a unit."""
    return Storage(tmp_path / "files", max_file_bytes=100_000, max_unit_bytes=150_000)


def put(
    session: Session, storage: Storage, province: Province, content: bytes, name: str = "a.pdf"
) -> Attachment:
    """Store a file for commune A in a transaction of its own."""
    with transaction():
        return service.put(
            session,
            storage,
            name=name,
            stream=io.BytesIO(content),
            unit_id=province.commune_a.id,
            account_id=province.officer_a.id,
        )


def picture(file_format: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **saved: object) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 90).save(out, file_format, **saved)  # type: ignore[arg-type]
    return out.getvalue()


def names_on_disk(storage: Storage) -> list[str]:
    """What lies in the directory."""
    return [name for name, _ in storage.files()]


def test_a_stored_file_comes_back_as_it_was(session: Session, province: Province, storage: Storage) -> None:
    kept = put(session, storage, province, PDF, "Tờ trình.PDF")
    found = attachment_by_key(session, kept.key)
    assert found is not None
    assert (found.filename, found.media_type, found.byte_size) == (
        "Tờ trình.pdf",
        "application/pdf",
        len(PDF),
    )
    assert attachments_by_id(session, [found.id]) == {found.id: found}
    with service.open_bytes(storage, found) as content:
        assert content.read() == PDF


@pytest.mark.asvs("V5.3.2")
def test_the_bytes_lie_under_a_random_key_never_under_the_name(
    session: Session, province: Province, storage: Storage
) -> None:
    first = put(session, storage, province, PDF, "../../evil.pdf")
    second = put(session, storage, province, PDF, "../../evil.pdf")
    assert first.key != second.key
    assert sorted(names_on_disk(storage)) == sorted([first.key, second.key])
    assert all(len(path.parts) == 2 for path in (storage.path(first.key).relative_to(storage.directory),))


@pytest.mark.asvs("V5.3.2")
@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 42, "a" * 42 + "/", "a" * 43 + "\n"])
def test_only_a_key_leads_to_a_file(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        storage.path(key)


@pytest.mark.asvs("V5.2.1")
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(Invalid) as refusal:
        service.receive(storage, name="a.pdf", stream=io.BytesIO(PDF + b"x" * 100_000))
    assert refusal.value.code == "file_too_large"
    assert names_on_disk(storage) == []


@pytest.mark.asvs("V5.2.1")
def test_a_file_of_exactly_the_limit_is_taken(storage: Storage) -> None:
    content = b"%PDF-".ljust(100_000, b"x")
    assert service.receive(storage, name="a.pdf", stream=io.BytesIO(content)).byte_size == 100_000


def test_the_quota_of_a_unit_holds_and_is_its_own(
    session: Session, province: Province, storage: Storage
) -> None:
    content = b"%PDF-".ljust(90_000, b"x")
    put(session, storage, province, content)
    with pytest.raises(Invalid) as refusal:
        put(session, storage, province, content)
    assert refusal.value.code == "quota_exceeded"
    assert used_bytes(session, province.commune_a.id) == 90_000
    assert used_bytes(session, province.commune_b.id) == 0


def test_a_row_never_stands_without_its_bytes(session: Session, province: Province, storage: Storage) -> None:
    def put_and_fail() -> None:
        with transaction():
            service.put(
                session,
                storage,
                name="a.pdf",
                stream=io.BytesIO(PDF),
                unit_id=province.commune_a.id,
                account_id=province.officer_a.id,
            )
            raise RuntimeError("after the bytes, before the commit")

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert session.scalars(select(Attachment)).all() == []
    assert len(names_on_disk(storage)) == 1


def test_bytes_without_a_row_are_swept_after_a_day_and_no_others(
    session: Session, province: Province, storage: Storage
) -> None:
    kept = put(session, storage, province, PDF)
    lone = service.receive(storage, name="a.pdf", stream=io.BytesIO(PDF))
    half = storage.path(lone.key).with_name("x" * 43 + ".part")
    half.write_bytes(b"half")
    half.rename(storage.path(lone.key).parent / (lone.key[:2] + "y" * 41 + ".part"))
    with transaction():
        assert service.sweep(session, storage, clock.now()) == 0
    with transaction():
        assert service.sweep(session, storage, clock.now() + timedelta(days=1, minutes=1)) == 2
    assert names_on_disk(storage) == [kept.key]


@pytest.mark.parametrize("position", [0, 7, -1])
def test_one_changed_byte_is_found_when_a_file_is_opened(
    session: Session, province: Province, storage: Storage, position: int
) -> None:
    kept = put(session, storage, province, PDF)
    content = bytearray(PDF)
    content[position] ^= 1
    storage.path(kept.key).write_bytes(content)
    with pytest.raises(FileDamaged) as refusal:
        service.open_bytes(storage, kept)
    assert refusal.value.status == 404


def test_bytes_that_are_gone_are_reported_as_damaged(
    session: Session, province: Province, storage: Storage
) -> None:
    kept = put(session, storage, province, PDF)
    storage.remove(kept.key)
    storage.remove(kept.key)
    with pytest.raises(FileDamaged):
        service.open_bytes(storage, kept)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull) as refusal:
        storage.write(PDF)
    assert refusal.value.status == 507
    assert names_on_disk(storage) == []


def test_another_fault_of_the_disk_is_not_hidden(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        storage.write(PDF)


def test_the_bytes_and_their_name_are_synced_before_the_row(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def remembered(descriptor: int) -> None:
        synced.append("directory" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")

    monkeypatch.setattr(os, "fsync", remembered)
    storage.write(PDF)
    assert synced == ["directory", "file", "directory"]


def test_a_photograph_loses_where_and_when_it_was_taken(storage: Storage) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0132] = "2026:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    content = picture("JPEG", exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in content
    received = service.receive(storage, name="a.jpg", stream=io.BytesIO(content))
    kept = storage.path(received.key).read_bytes()
    assert b"Secret" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert not opened.getexif()
        assert "comment" not in opened.info
        assert opened.size == (60, 40)


def test_a_photograph_held_sideways_is_turned_upright(storage: Storage) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    received = service.receive(storage, name="a.jpg", stream=io.BytesIO(picture("JPEG", exif=exif)))
    with Image.open(storage.path(received.key)) as opened:
        assert opened.size == (40, 60)


@pytest.mark.parametrize(("mode", "kept_mode"), [("RGBA", "RGBA"), ("RGB", "RGB"), ("L", "L"), ("P", "RGB")])
def test_a_scan_keeps_what_is_seen_and_loses_its_text_chunks(
    storage: Storage, mode: str, kept_mode: str
) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretAuthor")
    content = picture("PNG", mode=mode, pnginfo=info) + b"SecretTail"
    received = service.receive(storage, name="a.png", stream=io.BytesIO(content))
    kept = storage.path(received.key).read_bytes()
    assert b"Secret" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.mode == kept_mode


def test_a_large_picture_is_made_smaller(storage: Storage) -> None:
    content = picture("JPEG", (pictures.LONGEST_SIDE + 1000, 100))
    received = service.receive(storage, name="a.jpg", stream=io.BytesIO(content))
    with Image.open(storage.path(received.key)) as opened:
        assert opened.width == pictures.LONGEST_SIDE


@pytest.mark.asvs("V5.2.6")
def test_a_decompression_bomb_is_refused_by_its_size(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    for size in ((40, 30), (400, 300)):  # Pillow warns above the limit and raises above twice the limit
        with pytest.raises(Invalid) as refusal:
            service.receive(storage, name="a.png", stream=io.BytesIO(picture("PNG", size)))
        assert refusal.value.code == "picture_too_large"


@pytest.mark.asvs("V5.2.6")
def test_more_pixels_than_allowed_are_refused(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)
    with pytest.raises(Invalid) as refusal:
        service.receive(storage, name="a.png", stream=io.BytesIO(picture("PNG")))
    assert refusal.value.code == "picture_too_large"


@pytest.mark.parametrize(
    "content", [picture("JPEG")[:200], picture("PNG")[:40], b"\xff\xd8\xff\xe0 no picture"]
)
def test_a_broken_picture_is_refused_in_words(storage: Storage, content: bytes) -> None:
    with pytest.raises(DomainError) as refusal:
        service.receive(storage, name="a.jpg", stream=io.BytesIO(content))
    assert refusal.value.code == "picture_broken"
    assert names_on_disk(storage) == []


def test_the_settings_say_where_files_lie_and_how_much_there_may_be(app: Flask) -> None:
    settings = app.extensions["settings"]
    storage = Storage.of(settings)
    assert storage.directory == settings.files
    assert storage.max_file_bytes == settings.max_file_mb * 1024**2
    assert storage.max_unit_bytes == settings.unit_quota_mb * 1024**2
