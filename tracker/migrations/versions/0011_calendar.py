"""Changes of the calendar, extensions."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("done_up_to", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("finished_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_change_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.create_index(op.f("ix_calendar_change_account_id"), "calendar_change", ["account_id"])
    op.create_index("ix_calendar_change_finished", "calendar_change", ["finished_at", "id"])
    op.add_column("issue", sa.Column("extension_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("issue", sa.Column("extension_asked_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("issue", "extension_asked_days")
    op.drop_column("issue", "extension_count")
    op.drop_table("calendar_change")
