"""Whom an entry of the audit log is about, in a column of its own, so that a person's entries are found by an index."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0019"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("about_id", sa.Integer(), nullable=True))
    _fill(op.get_bind())
    op.drop_index("ix_audit_entry_account_id", "audit_entry")
    op.create_index("ix_audit_entry_account_id", "audit_entry", ["account_id", "id"])
    op.create_index("ix_audit_entry_about_id", "audit_entry", ["about_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_about_id", "audit_entry")
    op.drop_index("ix_audit_entry_account_id", "audit_entry")
    op.create_index("ix_audit_entry_account_id", "audit_entry", ["account_id"])
    with op.batch_alter_table("audit_entry") as batch_op:
        batch_op.drop_column("about_id")


def _fill(bind: sa.Connection) -> None:
    last = 0
    while rows := bind.execute(
        sa.text(
            "SELECT id, detail FROM audit_entry WHERE id > :last"
            " AND (detail LIKE :person OR detail LIKE :of_account) ORDER BY id LIMIT :batch"
        ),
        {"last": last, "person": '%"person": %', "of_account": '%"of_account": %', "batch": BATCH},
    ).all():
        last = rows[-1][0]
        found = [{"id": key, "about": _about(detail)} for key, detail in rows]
        known = [row for row in found if row["about"] is not None]
        if known:
            bind.execute(sa.text("UPDATE audit_entry SET about_id = :about WHERE id = :id"), known)


def _about(text: str) -> int | None:
    detail = json.loads(text)
    about = detail.get("person", detail.get("of_account"))
    return about if isinstance(about, int) and not isinstance(about, bool) else None
