"""Opinions of other departments."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'asked'")


def upgrade() -> None:
    state = sa.Enum(
        "asked",
        "answered",
        "expired",
        "cancelled",
        name="opinion_state",
        native_enum=False,
        create_constraint=True,
        length=24,
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("assigned_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("asked_event_id", sa.Integer(), nullable=True),
        sa.Column("given_event_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)", name=op.f("ck_opinion_answered_at")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_opinion_answered_by")
        ),
        sa.CheckConstraint("NOT is_late OR state = 'answered'", name=op.f("ck_opinion_late_when_answered")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_opinion_{column}_{table}"))
            for column, table in (
                ("issue_id", "issue"),
                ("unit_id", "unit"),
                ("asked_by_id", "account"),
                ("assigned_id", "account"),
                ("answered_by_id", "account"),
                ("asked_event_id", "issue_event"),
                ("given_event_id", "issue_event"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index("ix_opinion_issue", "opinion", ["issue_id", "id"])
    op.create_index("ix_opinion_unit", "opinion", ["unit_id", "state", "issue_id"])
    op.create_index("ix_opinion_assigned", "opinion", ["assigned_id", "state", "issue_id"])
    op.create_index(
        "ix_opinion_due", "opinion", ["due_on", "issue_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_table("opinion")
