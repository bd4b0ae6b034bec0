"""Tables of time: the days that differ from Monday–Friday, and the targets by work kind.

Must not know issues.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type
from tracker.kept import watch


class DayKind(StrEnum):
    """A day off, or a make-up day that is worked."""

    OFF = "off"
    WORK = "work"


class DayStatus(StrEnum):
    """Whether the decision about the day is known."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"


class WorkKind(StrEnum):
    """What the answer needs; decides the target."""

    URGENT = "urgent"
    ONE_DEPARTMENT = "one_department"
    SEVERAL_DEPARTMENTS = "several_departments"
    PROVINCIAL_DECISION = "provincial_decision"


class CalendarDay(Base):
    """A day that is not as its weekday says."""

    __tablename__ = "calendar_day"

    on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(enum_type(DayKind))
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[DayStatus] = mapped_column(enum_type(DayStatus))


class CalendarChange(Base):
    """A change of the table of days, and how far the dates of open issues were computed again after it."""

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_finished", "finished_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime())
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    done_up_to: Mapped[int] = mapped_column(default=0)
    """Key of the last issue whose dates were computed again."""
    moved: Mapped[int] = mapped_column(default=0)
    """How many due dates have moved."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """Also set when a newer change has taken its place."""


class Target(Base):
    """Working days within which an answer is promised; a row with a field goes before the general one."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("work_kind", "field_id"),
        Index(
            "uq_target_general",
            "work_kind",
            unique=True,
            sqlite_where=text("field_id IS NULL"),
            postgresql_where=text("field_id IS NULL"),
        ),
        CheckConstraint("target_days BETWEEN 1 AND 250", name="target_days"),
        CheckConstraint("interim_days BETWEEN 1 AND target_days", name="interim_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_kind: Mapped[WorkKind] = mapped_column(enum_type(WorkKind))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    target_days: Mapped[int]
    interim_days: Mapped[int | None]
    """Working days within which at least an interim answer is given; NULL: none is asked for."""


watch(CalendarDay)
