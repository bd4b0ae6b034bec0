"""The table of interim answers that are owed: where the target asks for one, by when, and whether it was given.

Written by `issues.interims` only.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class IssueInterim(Base):
    """An interim answer promised with the first target of an issue."""

    __tablename__ = "issue_interim"
    __table_args__ = (CheckConstraint("target_days > 0", name="target_days"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    target_days: Mapped[int]
    """Working days from day zero."""
    from_on: Mapped[date]
    due_on: Mapped[date]
    ended_on: Mapped[date | None]
    """It was given, or the answer was, or the issue has ended."""
