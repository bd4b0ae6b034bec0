"""Imports of difficulties."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pasted", "file", name="batch_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "reading",
                "checked",
                "filing",
                "done",
                "cancelled",
                "failed",
                name="batch_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("filename", sa.String(length=250), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "dispatch",
                "phone",
                "meeting",
                "field_visit",
                "import",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("reference_on", sa.Date(), nullable=True),
        sa.Column("chosen_encoding", sa.String(length=20), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("samples", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sends_warned", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=False),
        sa.Column("error_params", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position >= 0 AND total >= 0", name=op.f("ck_import_batch_progress")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_import_batch_account_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_batch_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_import_batch_key")),
    )
    op.create_index(op.f("ix_import_batch_account_id"), "import_batch", ["account_id"], unique=False)
    op.create_index("ix_import_batch_state", "import_batch", ["state", "id"], unique=False)
    op.create_index("ix_import_batch_unit", "import_batch", ["unit_id", "id"], unique=False)
    op.create_table(
        "import_source",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_source_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_source")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "good",
                "warned",
                "bad",
                "same",
                "left_out",
                "filed",
                name="row_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("commune_ids", sa.Text(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column(
            "obstacle_kind",
            sa.Enum(
                "blocked",
                "difficult",
                name="obstacle_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filed_digest", sa.String(length=64), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'filed') = (filed_digest IS NOT NULL)", name=op.f("ck_import_row_digest_when_filed")
        ),
        sa.CheckConstraint(
            "(state = 'filed') = (issue_id IS NOT NULL)", name=op.f("ck_import_row_issue_when_filed")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_row_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_import_row_field_id_field")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_import_row_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("batch_id", "line_no", name=op.f("uq_import_row_batch_id_line_no")),
        sa.UniqueConstraint("filed_digest", name=op.f("uq_import_row_filed_digest")),
    )
    op.create_index("ix_import_row_digest", "import_row", ["batch_id", "digest"], unique=False)
    op.create_index(op.f("ix_import_row_issue_id"), "import_row", ["issue_id"], unique=False)
    op.create_index("ix_import_row_state", "import_row", ["batch_id", "state", "line_no"], unique=False)


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("import_source")
    op.drop_table("import_batch")
