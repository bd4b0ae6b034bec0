"""Deputies, acts recorded for somebody, directives."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_HOLDS = sa.text("due_on IS NOT NULL AND state IN ('open', 'reported', 'sent_back')")


def upgrade() -> None:
    _create_deputy()
    _create_directive()
    _create_target()
    with op.batch_alter_table("answer") as table:
        for name in ("written_for_id", "approved_for_id"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_answer_{name}_account"), "account", [name], ["id"])


def _create_deputy() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_deputy_validity")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grant.id"], name=op.f("fk_deputy_grant_id_grant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["account.id"], name=op.f("fk_deputy_deputy_id_account")),
        sa.ForeignKeyConstraint(["set_by_id"], ["account.id"], name=op.f("fk_deputy_set_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_grant_id"), "deputy", ["grant_id"])
    op.create_index("ix_deputy_deputy_id", "deputy", ["deputy_id", "valid_to"])


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _create_directive() -> None:
    op.create_table(
        "directive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("source", _enum("directive_source", "meeting", "phone", "paper"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("awaits_word", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("objected_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "(recorded_by_id IS NULL) = (source IS NULL)", name=op.f("ck_directive_source_when_recorded")
        ),
        sa.CheckConstraint("confirmed_at IS NULL OR objected_at IS NULL", name=op.f("ck_directive_one_word")),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["account.id"], name=op.f("fk_directive_given_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_directive_recorded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
    )
    op.create_index(op.f("ix_directive_given_by_id"), "directive", ["given_by_id"])


def _create_target() -> None:
    states = ("open", "reported", "sent_back", "confirmed", "cancelled")
    op.create_table(
        "directive_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", _enum("directive_state", *states), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('reported', 'confirmed') OR reported_at IS NOT NULL",
            name=op.f("ck_directive_target_reported_at"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_directive_target_{column}_{table}")
            )
            for column, table in (
                ("directive_id", "directive"),
                ("issue_id", "issue"),
                ("unit_id", "unit"),
                ("reported_by_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_target")),
    )
    op.create_index(op.f("ix_directive_target_directive_id"), "directive_target", ["directive_id"])
    op.create_index("ix_directive_target_unit", "directive_target", ["unit_id", "state"])
    op.create_index(
        "ix_directive_target_holds",
        "directive_target",
        ["issue_id"],
        sqlite_where=_HOLDS,
        postgresql_where=_HOLDS,
    )


def downgrade() -> None:
    with op.batch_alter_table("answer") as table:
        for name in ("approved_for_id", "written_for_id"):
            table.drop_constraint(op.f(f"fk_answer_{name}_account"), type_="foreignkey")
            table.drop_column(name)
    for name in ("directive_target", "directive", "deputy"):
        op.drop_table(name)
