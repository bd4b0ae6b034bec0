"""Stored files: by key, by id, and how much a unit uses.

Owns: reading rows. Must not know what a file belongs to nor who may see it: the page that owns it asks that.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.attachments.models import Attachment


def attachment_by_key(session: Session, key: str) -> Attachment | None:
    """The file with this random key."""
    return session.scalar(select(Attachment).where(Attachment.key == key))


def attachments_by_id(session: Session, ids: Iterable[int]) -> dict[int, Attachment]:
    """The files with these ids, by id."""
    rows = session.scalars(select(Attachment).where(Attachment.id.in_(list(ids))))
    return {row.id: row for row in rows}


def stored_since(session: Session, unit_id: int, account_id: int, since: datetime) -> int:
    """How many files the person has stored for the unit since that instant."""
    his = (Attachment.unit_id == unit_id, Attachment.stored_by_id == account_id)
    count = select(func.count()).select_from(Attachment).where(*his, Attachment.stored_at > since)
    return session.scalar(count) or 0


def used_bytes(session: Session, unit_id: int) -> int:
    """Bytes of all files of the unit."""
    total = select(func.coalesce(func.sum(Attachment.byte_size), 0)).where(Attachment.unit_id == unit_id)
    return session.scalar(total) or 0
