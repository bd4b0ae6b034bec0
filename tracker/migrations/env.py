"""What Alembic runs for every migration: our metadata, our connection, one transaction."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import tracker.accounts.models
import tracker.attachments.models
import tracker.audit.models
import tracker.deadlines.models
import tracker.directory.models
import tracker.index.models
import tracker.issues.models
import tracker.issues.models_directives
import tracker.issues.models_lists
import tracker.issues.models_opinions
import tracker.jobs
import tracker.web.models
from tracker.db import Base, UtcDateTime, db, migration_connection


def _written_as(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations must not import the program: it changes, they do not."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        include_object=tracker.index.models.compared,
        render_item=_written_as,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:  # `flask db …`: writing a new revision
    with migration_connection(db.engine) as own:
        _run(own)
