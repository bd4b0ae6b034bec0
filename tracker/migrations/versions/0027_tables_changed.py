"""The row that says when the small tables of every page changed last, and the triggers that write it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

_WATCHED = ("calendar_day", "category", "field", "switch", "unit", "working_group")
_EVENTS = ("insert", "update", "delete")
_SQLITE = """CREATE TRIGGER {table}_{event}_kept AFTER {event} ON "{table}" BEGIN
    INSERT INTO tables_changed (id, value) VALUES (1, hex(randomblob(8)))
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
END"""
_FUNCTION = """CREATE OR REPLACE FUNCTION note_tables_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tables_changed (id, value) VALUES (1, md5(random()::text || clock_timestamp()::text))
        ON CONFLICT (id) DO UPDATE SET value = excluded.value;
        RETURN NULL;
    END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"
    FOR EACH STATEMENT EXECUTE FUNCTION note_tables_changed()"""
_FIRST_SQLITE = "INSERT INTO tables_changed (id, value) VALUES (1, hex(randomblob(8)))"
_FIRST_POSTGRESQL = "INSERT INTO tables_changed (id, value) VALUES (1, md5(random()::text))"


def upgrade() -> None:
    op.create_table(
        "tables_changed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tables_changed")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FIRST_SQLITE)
        for table in _WATCHED:
            for event in _EVENTS:
                op.execute(_SQLITE.format(table=table, event=event))
        return
    op.execute(_FIRST_POSTGRESQL)
    op.execute(_FUNCTION)
    for table in _WATCHED:
        op.execute(_POSTGRESQL.format(table=table))


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _WATCHED:
        for name in [f"{table}_{event}_kept" for event in _EVENTS] if is_sqlite else [f"{table}_kept"]:
            op.execute(f"DROP TRIGGER {name}" if is_sqlite else f'DROP TRIGGER {name} ON "{table}"')
    if not is_sqlite:
        op.execute("DROP FUNCTION note_tables_changed()")
    op.drop_table("tables_changed")
