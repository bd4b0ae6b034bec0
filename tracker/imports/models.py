"""Tables of imports: a batch, the file that it came in, its rows.

Must not hold what becomes of an issue: a row that was filed names its issue, and the issue speaks for itself.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type
from tracker.issues.models import Channel, ObstacleKind


class BatchKind(StrEnum):
    """Whence the rows come."""

    PASTED = "pasted"
    FILE = "file"


class BatchState(StrEnum):
    """Where a batch is. A file waits for the worker twice: to be read, and to be filed."""

    WAITING = "waiting"
    READING = "reading"
    CHECKED = "checked"
    FILING = "filing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RowState(StrEnum):
    """What becomes of a row."""

    GOOD = "good"
    WARNED = "warned"
    BAD = "bad"
    SAME = "same"
    LEFT_OUT = "left_out"
    FILED = "filed"


class ImportBatch(Base):
    """One sheet, by one person for one unit."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("position >= 0 AND total >= 0", name="progress"),
        Index("ix_import_batch_state", "state", "id"),
        Index("ix_import_batch_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Random name under which it is addressed."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The unit that raises the matters."""
    kind: Mapped[BatchKind] = mapped_column(enum_type(BatchKind))
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState))
    filename: Mapped[str] = mapped_column(String(250), default="")
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    reference: Mapped[str] = mapped_column(String(200), default="")
    reference_on: Mapped[date | None]
    chosen_encoding: Mapped[str] = mapped_column(String(20), default="")
    """What a person chose in place of what was recognised."""
    encoding: Mapped[str] = mapped_column(String(20), default="")
    """How the text was read."""
    samples: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: [before, after] of some cells that the conversion changed."""
    columns: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: [column, its head] of those recognised; column '' for one that is not imported."""
    total: Mapped[int] = mapped_column(default=0)
    """Rows that hold a difficulty; while a file is read, those read so far."""
    position: Mapped[int] = mapped_column(default=0)
    """Rows dealt with since filing began."""
    sends_warned: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str] = mapped_column(String(40), default="")
    error_params: Mapped[str] = mapped_column(Text, default="{}")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ImportSource(Base):
    """The bytes of a file until its rows are filed: kept beside them so that a kill loses neither or both."""

    __tablename__ = "import_source"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """One difficulty as it was typed, what was made of it, and what is wrong with it."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "line_no"),
        CheckConstraint("(state = 'filed') = (issue_id IS NOT NULL)", name="issue_when_filed"),
        CheckConstraint("(state = 'filed') = (filed_digest IS NOT NULL)", name="digest_when_filed"),
        Index("ix_import_row_state", "batch_id", "state", "line_no"),
        Index("ix_import_row_digest", "batch_id", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    """The line of the sheet."""
    state: Mapped[RowState] = mapped_column(enum_type(RowState))
    commune: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    situation: Mapped[str] = mapped_column(Text, default="")
    proposal: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(Text, default="")
    commune_ids: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: the communes that were found, or that the person chose."""
    is_chosen: Mapped[bool] = mapped_column(default=False)
    """The person chose the commune from a list: its name is not looked up again."""
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    obstacle_kind: Mapped[ObstacleKind] = mapped_column(
        enum_type(ObstacleKind), default=ObstacleKind.DIFFICULT
    )
    notes: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: [column, code, parameters] of what was found."""
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Of unit, communes and texts: two rows with the same are the same difficulty."""
    filed_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The digest once it was filed: nobody files the same for the same unit twice, whatever the sheet."""
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
