"""Former names of communes are kept in memory: their table is watched too."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_EVENTS = ("insert", "update", "delete")
_SQLITE = """CREATE TRIGGER former_name_{event}_kept AFTER {event} ON "former_name" BEGIN
    INSERT INTO tables_changed (id, value) VALUES (1, hex(randomblob(8)))
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
END"""
_POSTGRESQL = """CREATE TRIGGER former_name_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "former_name"
    FOR EACH STATEMENT EXECUTE FUNCTION note_tables_changed()"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in _EVENTS:
            op.execute(_SQLITE.format(event=event))
    else:
        op.execute(_POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in _EVENTS:
            op.execute(f"DROP TRIGGER former_name_{event}_kept")
    else:
        op.execute('DROP TRIGGER former_name_kept ON "former_name"')
