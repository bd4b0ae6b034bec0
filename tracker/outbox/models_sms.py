"""Table of short messages: one notice on its way to the telephone of one person.

Owns: what is unique (a message per notice). The columns by which it is sent are those of `Mail`. Must not hold a text.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type
from tracker.outbox.models import MailState


class ShortMessage(Base):
    """One message. Its key goes with it at each try, so that the gateway knows what it has taken already."""

    __tablename__ = "short_message"
    __table_args__ = (
        CheckConstraint("(leased_until IS NULL) = (lease_owner IS NULL)", name="lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("tries >= 0", name="tries"),
        Index(
            "ix_short_message_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_short_message_dead",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), unique=True)
    is_immediate: Mapped[bool] = mapped_column(default=False)
    """Never: a telephone does not ring at night."""
    state: Mapped[MailState] = mapped_column(enum_type(MailState), default=MailState.WAITING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_error: Mapped[str] = mapped_column(Text, default="")
