"""Signed letters whose number has not come are found by an index."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answer_number", "answer", ["form", "document_number", "issue_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_answer_number", table_name="answer")
