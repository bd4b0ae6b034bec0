"""Taking in, opening and removing files.

Owns: the one way by which bytes enter. A file is received before the transaction (reading, sniffing,
re-encoding and writing are slow) and recorded inside it: a row never stands without its bytes; bytes that
stayed without a row are swept after a day. Must not know what a file belongs to.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.attachments.models import Attachment
from tracker.attachments.names import clean_name
from tracker.attachments.queries import stored_since, used_bytes
from tracker.attachments.sniff import file_type
from tracker.attachments.storage import Storage
from tracker.directory.models import Unit
from tracker.errors import Invalid

SWEEP_AFTER = timedelta(days=1)
"""Longer than any request or transaction can take."""

_A_DAY = timedelta(days=1)
_KEYS_AT_ONCE = 500


class Readable(Protocol):
    """What an upload gives: bytes, at most so many at once."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Received:
    """Bytes that lie on the disk and wait for their row."""

    key: str
    filename: str
    media_type: str
    byte_size: int
    sha256: str


def receive(storage: Storage, *, name: str, stream: Readable) -> Received:
    """Check a file and write it to the disk; call it before the transaction.

    Raises Invalid (see sniff, pictures, names, scanning; file_too_large), StorageFull.
    """
    content = _read(stream, storage.max_file_bytes)
    kind = file_type(content)
    filename = clean_name(name, kind)
    if storage.scanner is not None:
        storage.scanner.check(content)
    if kind.is_picture():
        from tracker.attachments.pictures import without_metadata  # its library is large and seldom needed

        content = without_metadata(content, kind)
    return Received(
        key=storage.write(content),
        filename=filename,
        media_type=kind.media_type,
        byte_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def record(
    session: Session, storage: Storage, received: Received, *, unit_id: int, account_id: int
) -> Attachment:
    """Write the row of a received file, within the quota of the unit and of the person's day.

    Raises Invalid: quota_exceeded, too_many_files_today.
    """
    # The row of the unit is locked so that two uploads at once cannot both take the last of the quota.
    # Not against keys: who moves an issue to the unit names its row and must not wait for us.
    session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    if used_bytes(session, unit_id) + received.byte_size > storage.max_unit_bytes:
        raise Invalid("files", "quota_exceeded", megabytes=storage.max_unit_bytes // 1024**2)
    if stored_since(session, unit_id, account_id, clock.now() - _A_DAY) >= storage.max_daily_files:
        raise Invalid("files", "too_many_files_today", number=storage.max_daily_files)
    attachment = Attachment(
        key=received.key,
        filename=received.filename,
        media_type=received.media_type,
        byte_size=received.byte_size,
        sha256=received.sha256,
        unit_id=unit_id,
        stored_by_id=account_id,
        stored_at=clock.now(),
    )
    session.add(attachment)
    session.flush()
    return attachment


def put(
    session: Session, storage: Storage, *, name: str, stream: Readable, unit_id: int, account_id: int
) -> Attachment:
    """Receive and record in one go, for jobs and the demonstration data; a page receives first."""
    received = receive(storage, name=name, stream=stream)
    return record(session, storage, received, unit_id=unit_id, account_id=account_id)


def open_bytes(storage: Storage, attachment: Attachment) -> BinaryIO:
    """The bytes at their beginning; the caller closes. Raises FileDamaged when the digest does not agree."""
    return storage.open_verified(attachment.key, attachment.sha256)


def sweep(session: Session, storage: Storage, now: datetime) -> int:
    """Remove files that have had no row for a day, half-written ones included; returns how many."""
    removed = 0
    for name in without_row(session, storage, now):
        storage.remove(name)
        removed += 1
    return removed


def without_row(session: Session, storage: Storage, now: datetime) -> Iterator[str]:
    """The names of files that have had no row for a day."""
    old = [name for name, written_at in storage.files() if now - written_at > SWEEP_AFTER]
    for start in range(0, len(old), _KEYS_AT_ONCE):
        names = old[start : start + _KEYS_AT_ONCE]
        kept = set(session.scalars(select(Attachment.key).where(Attachment.key.in_(names))))
        yield from (name for name in names if name not in kept)


def _read(stream: Readable, limit: int) -> bytes:
    blocks, size = [], 0
    while size <= limit and (block := stream.read(limit + 1 - size)):
        blocks.append(block)
        size += len(block)
    if size > limit:
        raise Invalid("files", "file_too_large", megabytes=limit // 1024**2)
    return b"".join(blocks)
