"""Acts that an assistant recorded for a leader, and the leader's word on them."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    source = sa.Enum(
        "meeting",
        "phone",
        "paper",
        name="directive_source",
        native_enum=False,
        create_constraint=True,
        length=24,
    )
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("source", source, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("awaits_word", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("objected_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("confirmed_at IS NULL OR objected_at IS NULL", name=op.f("ck_recording_one_word")),
        sa.CheckConstraint("leader_id <> recorded_by_id", name=op.f("ck_recording_for_another")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_recording_{column}_{table}"))
            for column, table in (
                ("issue_id", "issue"),
                ("event_id", "issue_event"),
                ("leader_id", "account"),
                ("recorded_by_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("event_id", name=op.f("uq_recording_event_id")),
    )
    op.create_index(op.f("ix_recording_issue_id"), "recording", ["issue_id"])
    op.create_index(op.f("ix_recording_leader_id"), "recording", ["leader_id"])


def downgrade() -> None:
    op.drop_table("recording")
