"""Saved filters, chosen columns, results of acts on many issues."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_list_account_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_saved_list_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
    )
    op.create_index(op.f("ix_saved_list_account_id"), "saved_list", ["account_id"], unique=False)
    op.create_index(op.f("ix_saved_list_unit_id"), "saved_list", ["unit_id"], unique=False)
    op.create_table(
        "list_preference",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("columns", sa.String(length=200), nullable=False),
        sa.Column("default_list_id", sa.Integer(), nullable=True),
        sa.Column("has_shortcuts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_list_preference_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["default_list_id"],
            ["saved_list.id"],
            name=op.f("fk_list_preference_default_list_id_saved_list"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_list_preference")),
    )
    op.create_index(
        op.f("ix_list_preference_default_list_id"), "list_preference", ["default_list_id"], unique=False
    )
    op.create_table(
        "bulk_run",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bulk_run_account_id_account")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bulk_run")),
    )
    op.create_index(op.f("ix_bulk_run_account_id"), "bulk_run", ["account_id"], unique=False)
    op.create_index(op.f("ix_bulk_run_at"), "bulk_run", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("bulk_run")
    op.drop_table("list_preference")
    op.drop_table("saved_list")
