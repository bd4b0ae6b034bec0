"""Short messages to telephones."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0019"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE = "short_message"


def _when(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    states = ("waiting", "sent", "dropped", "dead")
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("is_immediate", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*states, name="mail_state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        _when("created_at", nullable=False),
        _when("due_at", nullable=False),
        _when("first_tried_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _when("leased_until"),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        _when("sent_at"),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(leased_until IS NULL) = (lease_owner IS NULL)", name=op.f("ck_short_message_lease")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_short_message_sent_at")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_short_message_tries")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_short_message_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_short_message_notice_id_notice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_message")),
        sa.UniqueConstraint("key", name=op.f("uq_short_message_key")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_short_message_notice_id")),
    )
    op.create_index(op.f("ix_short_message_account_id"), _TABLE, ["account_id"])
    for name, columns, state in (("waiting", ["due_at", "id"], "waiting"), ("dead", ["id"], "dead")):
        op.create_index(
            f"ix_short_message_{name}",
            _TABLE,
            columns,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )


def downgrade() -> None:
    op.drop_table(_TABLE)
