"""Reading rights by issue, for every act that opens or closes one; the words of fields are watched too."""

from alembic import op

revision = "0027b"
down_revision = "0027"
branch_labels = None
depends_on = None

_EVENTS = ("insert", "update", "delete")
_SQLITE = """CREATE TRIGGER field_word_{event}_kept AFTER {event} ON "field_word" BEGIN
    INSERT INTO tables_changed (id, value) VALUES (1, hex(randomblob(8)))
    ON CONFLICT (id) DO UPDATE SET value = excluded.value;
END"""
_POSTGRESQL = """CREATE TRIGGER field_word_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "field_word"
    FOR EACH STATEMENT EXECUTE FUNCTION note_tables_changed()"""


def upgrade() -> None:
    op.create_index("ix_issue_access_issue_id", "issue_access", ["issue_id"])
    if op.get_bind().dialect.name == "sqlite":
        for event in _EVENTS:
            op.execute(_SQLITE.format(event=event))
    else:
        op.execute(_POSTGRESQL)


def downgrade() -> None:
    op.drop_index("ix_issue_access_issue_id", "issue_access")
    if op.get_bind().dialect.name == "sqlite":
        for event in _EVENTS:
            op.execute(f"DROP TRIGGER field_word_{event}_kept")
    else:
        op.execute('DROP TRIGGER field_word_kept ON "field_word"')
