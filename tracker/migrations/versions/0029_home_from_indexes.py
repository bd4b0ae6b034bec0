"""Home pages are counted from indexes, whatever one person or unit has open; what a person had is found by one too."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_HOLDER, _OWNER = "ix_issue_open_holder", "ix_issue_open_owner"
_ENDED = "ix_issue_ended_owner"
_EXTENSION, _CLARIFY = "ix_issue_extension", "ix_issue_party_clarify"


def upgrade() -> None:
    _change(_HOLDER, "holder_id", "id", "due_on", "field_id", "state", "level")
    _change(_OWNER, "owner_id", "id", "state", "due_on", "due_soon_on", "no_news_on")
    _create(_ENDED, "issue", ["owner_id", "id"], "is_open IS 0", "is_open IS false")
    _create(_EXTENSION, "issue", ["holder_id", "id"], "extension_asked_days IS NOT NULL")
    _create(_CLARIFY, "issue_party", ["issue_id"], "reply = 'clarify'")


def downgrade() -> None:
    op.drop_index(_CLARIFY, "issue_party")
    op.drop_index(_EXTENSION, "issue")
    op.drop_index(_ENDED, "issue")
    _change(_OWNER, "owner_id", "id")
    _change(_HOLDER, "holder_id", "id", "due_on", "field_id")


def _change(name: str, *columns: str) -> None:
    op.drop_index(name, "issue")
    _create(name, "issue", list(columns), "is_open IS 1", "is_open IS true")


def _create(name: str, table: str, columns: list[str], sqlite: str, postgresql: str = "") -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql or sqlite),
    )
