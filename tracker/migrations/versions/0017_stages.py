"""The stages of an issue: who had it for what, how long and how late."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

_KINDS = ("intake", "routing", "working", "information", "authority", "approval", "confirmation")


def upgrade() -> None:
    kind = sa.Enum(*_KINDS, name="stage_kind", native_enum=False, create_constraint=True, length=24)
    ended = ("frozen_when_ended", "late_days"), ("counted_when_ended", "working_days")
    op.create_table(
        "issue_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("target_days", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.Column("overdue_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_issue_stage_in_order")),
        *(
            sa.CheckConstraint(f"(to_on IS NULL) = ({column} IS NULL)", name=op.f(f"ck_issue_stage_{name}"))
            for name, column in (*ended, ("overdue_when_ended", "overdue_days"))
        ),
        sa.CheckConstraint(
            "(target_days IS NULL) = (due_on IS NULL)", name=op.f("ck_issue_stage_due_by_target")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_stage_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["unit.id"], name=op.f("fk_issue_stage_holder_id_unit")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_issue_stage_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_stage")),
    )
    op.create_index("ix_issue_stage_issue", "issue_stage", ["issue_id", "id"])
    op.create_index("ix_issue_stage_holder", "issue_stage", ["holder_id", "to_on"])
    op.create_index(op.f("ix_issue_stage_owner_id"), "issue_stage", ["owner_id"])
    is_open = sa.text("to_on IS NULL")
    op.create_index(
        "uq_issue_stage_open",
        "issue_stage",
        ["issue_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "stage_filling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done_up_to", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_filling")),
    )
    # The stages of what is there already are written from its events by a job; here only how far it has to go.
    op.execute(
        "INSERT INTO stage_filling (id, done_up_to, last_id) SELECT 1, 0, max(id) FROM issue HAVING max(id) > 0"
    )


def downgrade() -> None:
    op.drop_table("stage_filling")
    op.drop_table("issue_stage")
