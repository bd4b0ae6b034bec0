"""The audit log: one row for each security event and each refusal.

Must not know any other table; names are kept as text so that a row outlives what it speaks of.
"""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class AuditEntry(Base):
    """A line of the audit log. Rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_kind_at", "kind", "at"),
        Index("ix_audit_entry_account_id", "account_id", "id"),
        Index("ix_audit_entry_about_id", "about_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    kind: Mapped[str] = mapped_column(String(40))
    """For example sign_in, sign_in_failed, sign_out, password_changed, refused."""
    account_id: Mapped[int | None]
    """Who did it."""
    about_id: Mapped[int | None]
    """The account that the detail names: whom it was done to."""
    login: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    request_id: Mapped[str] = mapped_column(String(32), default="")
    endpoint: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    """JSON without personal data of citizens and without secrets."""
