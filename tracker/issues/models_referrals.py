"""Tables of what waits for somebody higher, and of dated roadmaps.

Owns: the document that was sent up, the issues that hang on it, the promises with a date. Must not hold a rule that
is not a CHECK or UNIQUE; they are in `referral_rules`.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, UtcDateTime, enum_type
from tracker.directory.models import Unit
from tracker.issues.models import Issue
from tracker.issues.referral_rules import Addressee, CommitmentState, ReferralEnd

_WAITS = text("ended_at IS NULL")
_OPEN = text("open_count > 0")
_PROMISED = text("state = 'open'")


class Referral(Base):
    """One document to somebody higher; it may carry many issues."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("open_count >= 0", name="open_count"),
        CheckConstraint("addressee <> 'ministry' OR name <> ''", name="ministry_named"),
        Index("ix_referral_open", "addressee", "name", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_referral_unit", "unit_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    addressee: Mapped[Addressee] = mapped_column(enum_type(Addressee))
    name: Mapped[str] = mapped_column(String(200), default="")
    """Which ministry, or the office addressed; empty where the kind says all."""
    document_number: Mapped[str] = mapped_column(String(80), default="")
    document_on: Mapped[date | None]
    subject: Mapped[str] = mapped_column(String(500), default="")
    session_on: Mapped[date | None]
    """When the Council or the Committee of the Party sits, if that is known."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    sent_on: Mapped[date]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    open_count: Mapped[int] = mapped_column(default=0)
    """How many issues still wait for the reply; kept by the acts, proven by `tracker verify`."""

    unit: Mapped[Unit] = relationship(lazy="raise")


class ReferralIssue(Base):
    """An issue that waits, or waited, for the reply to a document."""

    __tablename__ = "referral_issue"
    __table_args__ = (
        Index(
            "uq_referral_issue_open", "issue_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS
        ),
        Index("ix_referral_issue_due", "follow_up_on", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_referral_issue_referral", "referral_id", "issue_id"),
        Index("ix_referral_issue_issue", "issue_id", "id"),
        CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name="how_when_ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    referred_on: Mapped[date]
    follow_up_on: Mapped[date]
    interim_due_on: Mapped[date | None]
    """By when the communes get an interim answer; NULL once it is given, or where none is owed."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    how: Mapped[ReferralEnd | None] = mapped_column(enum_type(ReferralEnd))

    referral: Mapped[Referral] = relationship(lazy="raise")
    issue: Mapped[Issue] = relationship(lazy="raise")


class Commitment(Base):
    """What an answer of the kind roadmap promised, with its date."""

    __tablename__ = "commitment"
    __table_args__ = (
        Index(
            "uq_commitment_open", "issue_id", unique=True, sqlite_where=_PROMISED, postgresql_where=_PROMISED
        ),
        Index("ix_commitment_state", "state", "promised_on", "id"),
        Index("ix_commitment_issue", "issue_id", "id"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), unique=True)
    promised_on: Mapped[date]
    state: Mapped[CommitmentState] = mapped_column(enum_type(CommitmentState), default=CommitmentState.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    issue: Mapped[Issue] = relationship(lazy="raise")
