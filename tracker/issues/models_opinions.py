"""The table of opinions: what other departments were asked about an issue, by when, and what they said.

Must not know a rule; who may ask and answer is in `opinion_rules`, what ends a question in `opinions`.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Account
from tracker.db import Base, UtcDateTime, enum_type
from tracker.directory.models import Unit
from tracker.issues.models import Issue


class OpinionState(StrEnum):
    """Where one question to one department stands. Expired is never agreement; a late reply still answers it."""

    ASKED = "asked"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


ANSWERABLE = (OpinionState.ASKED, OpinionState.EXPIRED)


class Opinion(Base):
    """One question to one department about one issue."""

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_at"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by"),
        CheckConstraint("NOT is_late OR state = 'answered'", name="late_when_answered"),
        Index("ix_opinion_issue", "issue_id", "id"),
        Index("ix_opinion_unit", "unit_id", "state", "issue_id"),
        Index("ix_opinion_assigned", "assigned_id", "state", "issue_id"),
        Index(
            "ix_opinion_due",
            "due_on",
            "issue_id",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime())
    due_on: Mapped[date]
    state: Mapped[OpinionState] = mapped_column(enum_type(OpinionState), default=OpinionState.ASKED)
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who gives it inside the asked unit, where somebody was named."""
    content: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    is_late: Mapped[bool] = mapped_column(default=False)
    asked_event_id: Mapped[int | None] = mapped_column(ForeignKey("issue_event.id"))
    """The event that brought the question, and its files."""
    given_event_id: Mapped[int | None] = mapped_column(ForeignKey("issue_event.id"))
    """The event that brought the reply, and its files."""

    issue: Mapped[Issue] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id], lazy="raise")
    assigned: Mapped[Account | None] = relationship(foreign_keys=[assigned_id], lazy="raise")
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id], lazy="raise")
