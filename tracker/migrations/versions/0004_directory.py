"""Working groups, members' fields, leaders in charge."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("former_name", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("former_name", sa.Column("valid_to", sa.Date(), nullable=True))
    op.create_table(
        "unit_renaming",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_renaming_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_renaming")),
    )
    op.create_table(
        "member_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_member_field_field_id_field")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["working_group.id"], name=op.f("fk_member_field_group_id_working_group")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["account.id"], name=op.f("fk_member_field_member_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_field")),
        sa.UniqueConstraint(
            "group_id", "field_id", "member_id", name=op.f("uq_member_field_group_id_field_id_member_id")
        ),
    )
    op.create_index(op.f("ix_member_field_field_id"), "member_field", ["field_id"], unique=False)
    op.create_index(op.f("ix_member_field_member_id"), "member_field", ["member_id"], unique=False)
    op.create_table(
        "field_charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_field_charge_field_id_field")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["account.id"], name=op.f("fk_field_charge_leader_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["account.id"], name=op.f("fk_field_charge_officer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_charge")),
        sa.UniqueConstraint("field_id", name=op.f("uq_field_charge_field_id")),
    )
    op.create_index(op.f("ix_field_charge_leader_id"), "field_charge", ["leader_id"], unique=False)
    op.create_index(op.f("ix_field_charge_officer_id"), "field_charge", ["officer_id"], unique=False)
    with op.batch_alter_table("target") as table:
        table.add_column(sa.Column("interim_days", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_target_interim_days"), "interim_days BETWEEN 1 AND target_days"
        )


def downgrade() -> None:
    with op.batch_alter_table("target") as table:
        table.drop_constraint(op.f("ck_target_interim_days"), type_="check")
        table.drop_column("interim_days")
    op.drop_table("field_charge")
    op.drop_table("member_field")
    op.drop_table("unit_renaming")
    op.drop_column("former_name", "valid_to")
    op.drop_column("former_name", "valid_from")
