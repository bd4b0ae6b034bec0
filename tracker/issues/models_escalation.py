"""Tables of escalation: the rules as the province has them, levels of issues, duties, alarms, plans.

Owns: one open level an issue, each alarm once, one plan a level. Must not hold a rule that is not a CHECK or UNIQUE;
when a rule is true is said in `deadlines.ladder`.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Account
from tracker.db import Base, UtcDateTime, enum_type
from tracker.deadlines.ladder import DutyKind, Trigger
from tracker.directory.models import Unit
from tracker.issues.models import Issue
from tracker.permissions import Role

Index(
    "ix_issue_open_alarm",
    Issue.__table__.c.next_alarm_on,
    Issue.__table__.c.id,
    sqlite_where=text("is_open IS 1"),
    postgresql_where=text("is_open IS true"),
)
"""The morning reads by it what falls due today, and nothing else."""


class OpenedBy(StrEnum):
    """What brought an issue to a level."""

    RULE = "rule"
    HAND = "hand"
    BACK = "back"
    """Come down from a higher level."""


class EndedBy(StrEnum):
    """Why a level no longer stands."""

    RAISED = "raised"
    ANSWERED = "answered"
    CLOSED = "closed"
    DUE_MOVED = "due_moved"
    PAUSED = "paused"
    LOWERED = "lowered"
    DECLINED = "declined"


class LadderRule(Base):
    """A rule as the province has it; a code without a row is as the product has it."""

    __tablename__ = "ladder_rule"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("offset_days BETWEEN 0 AND 250", name="offset_days"),
        CheckConstraint("urgent_offset_days BETWEEN 0 AND 250", name="urgent_offset_days"),
        CheckConstraint("days_to_act BETWEEN 1 AND 250", name="days_to_act"),
        CheckConstraint("communes > 0", name="communes"),
    )

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    level: Mapped[int]
    trigger: Mapped[Trigger] = mapped_column(enum_type(Trigger))
    offset_days: Mapped[int | None]
    urgent_offset_days: Mapped[int | None]
    communes: Mapped[int | None]
    days_to_act: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class Escalation(Base):
    """An issue at a level, until it is raised further or the level ends. At most one stands."""

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("from_level BETWEEN 0 AND 4", name="from_level"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index(
            "uq_escalation_open",
            "issue_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_escalation_issue_id", "issue_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    from_level: Mapped[int]
    level: Mapped[int]
    opened_by: Mapped[OpenedBy] = mapped_column(enum_type(OpenedBy))
    rule_code: Mapped[str] = mapped_column(String(40), default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who reported it by hand."""
    is_asked_by_commune: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_by: Mapped[EndedBy | None] = mapped_column(enum_type(EndedBy))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who lowered or declined it."""
    end_reason: Mapped[str] = mapped_column(Text, default="")

    issue: Mapped[Issue] = relationship(lazy="raise")
    asked_by: Mapped[Account | None] = relationship(foreign_keys=[asked_by_id], lazy="raise")


class Duty(Base):
    """What somebody owes because of a level: a person, or whoever has the role in the unit."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) = (role IS NULL)", name="role_in_unit"),
        CheckConstraint("account_id IS NOT NULL OR unit_id IS NOT NULL", name="somebodys"),
        CheckConstraint("discharged_at IS NULL OR released_at IS NULL", name="one_end"),
        CheckConstraint("(discharged_at IS NULL) = (discharge_act = '')", name="discharge_act"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        Index(
            "ix_duty_owed_role",
            "unit_id",
            "role",
            sqlite_where=text("discharged_at IS NULL AND released_at IS NULL"),
            postgresql_where=text("discharged_at IS NULL AND released_at IS NULL"),
        ),
        Index(
            "ix_duty_owed_person",
            "account_id",
            sqlite_where=text("discharged_at IS NULL AND released_at IS NULL"),
            postgresql_where=text("discharged_at IS NULL AND released_at IS NULL"),
        ),
        Index("ix_duty_issue_id", "issue_id", "id"),
        Index("ix_duty_escalation_id", "escalation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id", ondelete="CASCADE"))
    level: Mapped[int]
    kind: Mapped[DutyKind] = mapped_column(enum_type(DutyKind))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role | None] = mapped_column(enum_type(Role))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime())
    since_seq: Mapped[int]
    """The issue's last event before it was given: what came later may discharge it."""
    due_on: Mapped[date]
    missed_on: Mapped[date | None]
    """The morning on which it was found undone; it is still owed."""
    discharged_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    discharge_act: Mapped[str] = mapped_column(String(40), default="")
    discharged_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    released_by: Mapped[str | None] = mapped_column(String(24))
    """Why it is owed no more although nobody did it: how the level ended, or `transferred`."""

    issue: Mapped[Issue] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id], lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


class Alarm(Base):
    """That a person was told of a rule that came true, once for its anchor: the due date or the day of last news."""

    __tablename__ = "alarm"
    __table_args__ = (UniqueConstraint("issue_id", "rule_code", "level", "anchor_on", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    rule_code: Mapped[str] = mapped_column(String(40))
    """Or what else was told: `hand`, `missed`, `again`, `nudge`."""
    level: Mapped[int]
    anchor_on: Mapped[date]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    escalation_id: Mapped[int | None] = mapped_column(
        ForeignKey("escalation.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(ForeignKey("issue_event.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime())

    account: Mapped[Account] = relationship(lazy="raise")


class Plan(Base):
    """What a receiver will have done by a date; it holds the ladder until then. One a level."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("escalation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id", ondelete="CASCADE"))
    level: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    until_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime())


class WithheldRise(Base):
    """A level that would have been raised, were it not for trial mode or the switch of levels 3 and 4."""

    __tablename__ = "withheld_rise"
    __table_args__ = (UniqueConstraint("issue_id", "rule_code", "anchor_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    rule_code: Mapped[str] = mapped_column(String(40))
    level: Mapped[int]
    anchor_on: Mapped[date]
    would_on: Mapped[date] = mapped_column(index=True)

    issue: Mapped[Issue] = relationship(lazy="raise")
