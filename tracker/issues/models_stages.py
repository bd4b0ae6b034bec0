"""Tables of the stages: who had an issue for what, how long and how late; and how far those of old issues are written.

Written by `issues.stage_keeping` only. What has ended is never computed again: it is kept for statistics as it was.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, enum_type
from tracker.issues.stages import StageKind


class IssueStage(Base):
    """An issue at one unit, with one owner, for one thing. `_days` are working days."""

    __tablename__ = "issue_stage"
    __table_args__ = (
        Index("ix_issue_stage_issue", "issue_id", "id"),
        Index(
            "uq_issue_stage_open",
            "issue_id",
            unique=True,
            sqlite_where=text("to_on IS NULL"),
            postgresql_where=text("to_on IS NULL"),
        ),
        Index("ix_issue_stage_holder", "holder_id", "to_on"),
        CheckConstraint("to_on >= from_on", name="in_order"),
        CheckConstraint("(to_on IS NULL) = (late_days IS NULL)", name="frozen_when_ended"),
        CheckConstraint("(to_on IS NULL) = (working_days IS NULL)", name="counted_when_ended"),
        CheckConstraint("(to_on IS NULL) = (overdue_days IS NULL)", name="overdue_when_ended"),
        CheckConstraint("(target_days IS NULL) = (due_on IS NULL)", name="due_by_target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    kind: Mapped[StageKind] = mapped_column(enum_type(StageKind))
    holder_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    from_on: Mapped[date]
    target_days: Mapped[int | None]
    """Working days that the desk had; NULL: none of its own, the promise counts."""
    due_on: Mapped[date | None]
    to_on: Mapped[date | None]
    """NULL: it lies there still."""
    working_days: Mapped[int | None]
    late_days: Mapped[int | None]
    """After the desk deadline, or after the promise where there is none."""
    overdue_days: Mapped[int | None]
    """After the promised date, of the days of this stage alone."""


class StageFilling(Base):
    """How far the stages of issues that were there before stages were kept have been written; one row at most."""

    __tablename__ = "stage_filling"

    id: Mapped[int] = mapped_column(primary_key=True)
    done_up_to: Mapped[int]
    """Key of the last issue whose stages were written."""
    last_id: Mapped[int]
    """Key of the last issue that was there."""
