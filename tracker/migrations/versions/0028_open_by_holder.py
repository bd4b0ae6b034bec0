"""What a unit holds is counted by lateness and field from the index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027b"
branch_labels = None
depends_on = None

_NAME = "ix_issue_open_holder"


def upgrade() -> None:
    op.drop_index(_NAME, "issue")
    _create("holder_id", "id", "due_on", "field_id")


def downgrade() -> None:
    op.drop_index(_NAME, "issue")
    _create("holder_id", "id")


def _create(*columns: str) -> None:
    op.create_index(
        _NAME,
        "issue",
        list(columns),
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
