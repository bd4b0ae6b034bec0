"""The text that the search box reads."""

import re
import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 500
MOST_CHARACTERS = 150_000
WORD = re.compile(r"[^\W_]+")
SQLITE = (
    """CREATE VIRTUAL TABLE issue_fts USING fts5(
        words, content='issue_text', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
    )""",
    """CREATE TRIGGER issue_text_added AFTER INSERT ON issue_text BEGIN
        INSERT INTO issue_fts (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER issue_text_removed AFTER DELETE ON issue_text BEGIN
        INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER issue_text_changed AFTER UPDATE ON issue_text BEGIN
        INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO issue_fts (rowid, words) VALUES (new.id, new.words);
    END""",
)
POSTGRESQL = (
    """ALTER TABLE issue_text ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, words)) STORED""",
    "CREATE INDEX ix_issue_text_lexemes ON issue_text USING gin (lexemes)",
)


def upgrade() -> None:
    op.create_table(
        "issue_text",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["issue.id"], name=op.f("fk_issue_text_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_text")),
    )
    bind = op.get_bind()
    for statement in SQLITE if bind.dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    _fill(bind)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE issue_fts")
    op.drop_table("issue_text")


def _fill(bind: sa.Connection) -> None:
    """The texts of the issues that are there already; their form is the clean one of all stored texts."""
    last = 0
    while rows := bind.execute(
        sa.text(
            "SELECT id, number, title, situation, proposal FROM issue"
            " WHERE id > :last AND number IS NOT NULL ORDER BY id LIMIT :batch"
        ),
        {"last": last, "batch": BATCH},
    ).all():
        first, last = rows[0][0], rows[-1][0]
        answers = _answers(bind, first, last)
        words = [{"id": key, "words": _words([*own, *answers.get(key, [])])} for key, *own in rows]
        bind.execute(sa.text("INSERT INTO issue_text (id, words) VALUES (:id, :words)"), words)


def _answers(bind: sa.Connection, first: int, last: int) -> dict[int, list[str]]:
    between = {"first": first, "last": last}
    cited: dict[int, list[str]] = {}
    for answer_id, document in bind.execute(
        sa.text(
            "SELECT citation.answer_id, citation.document FROM citation"
            " JOIN answer ON answer.id = citation.answer_id"
            " WHERE answer.status = 'sent' AND answer.issue_id BETWEEN :first AND :last ORDER BY citation.id"
        ),
        between,
    ):
        cited.setdefault(answer_id, []).append(document)
    texts: dict[int, list[str]] = {}
    for key, answer_id, *own in bind.execute(
        sa.text(
            "SELECT issue_id, id, document_number, content, next_step FROM answer"
            " WHERE status = 'sent' AND issue_id BETWEEN :first AND :last ORDER BY issue_id, answer_version"
        ),
        between,
    ):
        texts.setdefault(key, []).extend([*own, *cited.get(answer_id, ())])
    return texts


def _words(texts: Iterable[str]) -> str:
    words = " ".join(word for text in texts if text for word in WORD.findall(_fold(text)))
    return words if len(words) <= MOST_CHARACTERS else words[:MOST_CHARACTERS].rsplit(" ", 1)[0]


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d")
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
