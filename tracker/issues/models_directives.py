"""Tables of directives: the text, what each unit owes for each issue; and of other acts recorded for a leader.

Must not know a rule; closing is held open by `obligations.holds_open`.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Account
from tracker.db import Base, UtcDateTime, enum_type
from tracker.directory.models import Unit
from tracker.issues.models import Issue, IssueEvent


class DirectiveSource(StrEnum):
    """Where the leader decided what somebody records for him."""

    MEETING = "meeting"
    PHONE = "phone"
    PAPER = "paper"


class DirectiveState(StrEnum):
    """How far a unit has come with what it was told to do."""

    OPEN = "open"
    REPORTED = "reported"
    SENT_BACK = "sent_back"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Directive(Base):
    """One text of one leader, given by himself or recorded for him."""

    __tablename__ = "directive"
    __table_args__ = (
        CheckConstraint("(recorded_by_id IS NULL) = (source IS NULL)", name="source_when_recorded"),
        CheckConstraint("confirmed_at IS NULL OR objected_at IS NULL", name="one_word"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    source: Mapped[DirectiveSource | None] = mapped_column(enum_type(DirectiveSource))
    decided_on: Mapped[date]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime())
    awaits_word: Mapped[bool] = mapped_column(default=False)
    """Recorded for the leader, who has neither confirmed nor objected yet."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    objected_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    objection: Mapped[str] = mapped_column(String(1000), default="")

    given_by: Mapped[Account] = relationship(foreign_keys=[given_by_id], lazy="raise")
    recorded_by: Mapped[Account | None] = relationship(foreign_keys=[recorded_by_id], lazy="raise")


class DirectiveTarget(Base):
    """What one unit owes for one issue. Without date it is an endorsement: nothing is reported."""

    __tablename__ = "directive_target"
    __table_args__ = (
        Index("ix_directive_target_unit", "unit_id", "state"),
        Index(
            "ix_directive_target_holds",
            "issue_id",
            sqlite_where=text("due_on IS NOT NULL AND state IN ('open', 'reported', 'sent_back')"),
            postgresql_where=text("due_on IS NOT NULL AND state IN ('open', 'reported', 'sent_back')"),
        ),
        CheckConstraint(
            "state NOT IN ('reported', 'confirmed') OR reported_at IS NOT NULL", name="reported_at"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int] = mapped_column(ForeignKey("directive.id"), index=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    state: Mapped[DirectiveState] = mapped_column(enum_type(DirectiveState), default=DirectiveState.OPEN)
    report: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(String(1000), default="")
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    directive: Mapped[Directive] = relationship(lazy="raise")
    issue: Mapped[Issue] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")


class Recording(Base):
    """An act other than a directive that an assistant recorded for a leader, and the leader's word on it."""

    __tablename__ = "recording"
    __table_args__ = (
        CheckConstraint("confirmed_at IS NULL OR objected_at IS NULL", name="one_word"),
        CheckConstraint("leader_id <> recorded_by_id", name="for_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("issue_event.id"), unique=True)
    act: Mapped[str] = mapped_column(String(40))
    leader_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    source: Mapped[DirectiveSource] = mapped_column(enum_type(DirectiveSource))
    decided_on: Mapped[date]
    awaits_word: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    objected_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    objection: Mapped[str] = mapped_column(String(1000), default="")

    issue: Mapped[Issue] = relationship(lazy="raise")
    event: Mapped[IssueEvent] = relationship(lazy="raise")
    leader: Mapped[Account] = relationship(foreign_keys=[leader_id], lazy="raise")
    recorded_by: Mapped[Account] = relationship(foreign_keys=[recorded_by_id], lazy="raise")
