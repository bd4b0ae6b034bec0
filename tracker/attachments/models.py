"""The row of a stored file. The bytes lie under `instance/files/`; must not know what the file belongs to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class Attachment(Base):
    """A stored file: random key, name as given, what it really is, size and digest."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("byte_size > 0", name="byte_size"),
        Index("ix_attachment_unit", "unit_id", "byte_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    byte_size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit whose quota it counts against."""
    stored_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime())
