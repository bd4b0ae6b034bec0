"""What somebody was about to send is kept while he confirms at the sign-in service who he is."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_step") as table:
        table.add_column(sa.Column("kept_form", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("sign_in_step") as table:
        table.drop_column("kept_form")
