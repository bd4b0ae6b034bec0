"""Tables of the outbox: a notice for a person, and the mail in which notices leave.

Owns: what is unique (a notice per key, a mail per key) and the states of a mail. Must not hold a text, nor know how
mail is sent.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type


class MailState(StrEnum):
    """Where a mail is on its way."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    """Nothing in it was true any more, or there was nobody to send it to."""
    DEAD = "dead"
    """Refused for good, or tried for two days: somebody has to look."""


class Mail(Base):
    """One mail to one person, with one notice or many. Its key is in its Message-ID, whatever the number of tries."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("(leased_until IS NULL) = (lease_owner IS NULL)", name="lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("tries >= 0", name="tries"),
        Index(
            "ix_mail_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_mail_dead",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
        Index("ix_mail_account_id", "account_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_digest: Mapped[bool] = mapped_column(default=False)
    is_immediate: Mapped[bool] = mapped_column(default=False)
    """Leaves at night and on days off too."""
    state: Mapped[MailState] = mapped_column(enum_type(MailState), default=MailState.WAITING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())
    """Not tried before this."""
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_error: Mapped[str] = mapped_column(Text, default="")


class Notice(Base):
    """Something that a person is told once: it stands in his inbox, and leaves by mail as he likes it."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_account_id", "account_id", "id"),
        Index(
            "ix_notice_unread",
            "account_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notice_unplanned",
            "id",
            sqlite_where=text("is_planned IS 0"),
            postgresql_where=text("is_planned IS false"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """What may be told only once, whoever tries again."""
    kind: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("issue_event.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """No mail before this; the inbox shows it at once."""
    is_planned: Mapped[bool] = mapped_column(default=False)
    """Whether it was decided how it leaves; `mail_id` then names the mail, if there is one."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"), index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
