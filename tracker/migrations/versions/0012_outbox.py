"""Notices and their delivery."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_mail()
    _create_notice()
    _create_preference()
    op.create_table(
        "known_device",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_device_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "device", name=op.f("pk_known_device")),
    )


def _when(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _create_mail() -> None:
    states = ("waiting", "sent", "dropped", "dead")
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
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
        sa.CheckConstraint("(leased_until IS NULL) = (lease_owner IS NULL)", name=op.f("ck_mail_lease")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent_at")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mail_tries")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    waiting, dead = sa.text("state = 'waiting'"), sa.text("state = 'dead'")
    op.create_index(
        "ix_mail_waiting", "mail", ["due_at", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_mail_dead", "mail", ["id"], sqlite_where=dead, postgresql_where=dead)
    op.create_index("ix_mail_account_id", "mail", ["account_id", "state"])


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        _when("created_at", nullable=False),
        _when("not_before"),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        _when("read_at"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_notice_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["issue_event.id"], name=op.f("fk_notice_event_id_issue_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id_mail"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_account_id", "notice", ["account_id", "id"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_notice_unread", "notice", ["account_id", "id"], sqlite_where=unread, postgresql_where=unread
    )
    op.create_index(
        "ix_notice_unplanned",
        "notice",
        ["id"],
        sqlite_where=sa.text("is_planned IS 0"),
        postgresql_where=sa.text("is_planned IS false"),
    )
    for column in ("issue_id", "event_id", "mail_id"):
        op.create_index(op.f(f"ix_notice_{column}"), "notice", [column])


def _create_preference() -> None:
    modes = ("at_once", "digest", "off")
    op.create_table(
        "notice_preference",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(*modes, name="mode", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_preference_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_notice_preference")),
    )


def downgrade() -> None:
    for name in ("known_device", "notice_preference", "notice", "mail"):
        op.drop_table(name)
