"""Documents to somebody higher, the issues that wait for them, and dated roadmaps.

Roadmaps that were answered before become promises; those whose date has passed are taken as over, so that the first
morning does not open old issues again by the hundred.
"""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

ADDRESSEES = (
    "provincial_committee",
    "peoples_council",
    "party_committee",
    "ministry",
    "government",
    "prime_minister",
)


def upgrade() -> None:
    _referral()
    _referral_issue()
    _commitment()
    _take_over_roadmaps()


def downgrade() -> None:
    op.drop_table("commitment")
    op.drop_table("referral_issue")
    op.drop_table("referral")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _foreign(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns
    ]


def _referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("addressee", _enum("addressee", *ADDRESSEES), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("session_on", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("open_count >= 0", name=op.f("ck_referral_open_count")),
        sa.CheckConstraint("addressee <> 'ministry' OR name <> ''", name=op.f("ck_referral_ministry_named")),
        *_foreign("referral", ("unit_id", "unit"), ("created_by_id", "account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    is_open = sa.text("open_count > 0")
    for name, columns in (
        ("ix_referral_open", ["addressee", "name", "id"]),
        ("ix_referral_unit", ["unit_id", "id"]),
    ):
        op.create_index(name, "referral", columns, sqlite_where=is_open, postgresql_where=is_open)


def _referral_issue() -> None:
    op.create_table(
        "referral_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=False),
        sa.Column("interim_due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("how", _enum("referral_end", "replied", "recalled", "left"), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (how IS NULL)", name=op.f("ck_referral_issue_how_when_ended")
        ),
        *_foreign("referral_issue", ("referral_id", "referral"), ("issue_id", "issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_issue")),
    )
    waits = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_referral_issue_open",
        "referral_issue",
        ["issue_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index(
        "ix_referral_issue_due",
        "referral_issue",
        ["follow_up_on"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("ix_referral_issue_referral", "referral_issue", ["referral_id", "issue_id"])
    op.create_index("ix_referral_issue_issue", "referral_issue", ["issue_id", "id"])


def _commitment() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("state", _enum("commitment_state", "open", "kept", "woken", "ended"), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_commitment_ended_at")),
        *_foreign("commitment", ("issue_id", "issue"), ("answer_id", "answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_commitment_answer_id")),
    )
    promised = sa.text("state = 'open'")
    op.create_index(
        "uq_commitment_open",
        "commitment",
        ["issue_id"],
        unique=True,
        sqlite_where=promised,
        postgresql_where=promised,
    )
    op.create_index("ix_commitment_state", "commitment", ["state", "promised_on", "id"])
    op.create_index("ix_commitment_issue", "commitment", ["issue_id", "id"])


def _take_over_roadmaps() -> None:
    """The newest sent answer of an issue that still stands on it is a promise; every other roadmap is over."""
    op.execute(
        """
        INSERT INTO commitment (issue_id, answer_id, promised_on, state, ended_at)
        SELECT answer.issue_id, answer.id, answer.roadmap_on,
               CASE WHEN stands THEN 'open' ELSE 'ended' END,
               CASE WHEN stands THEN NULL ELSE answer.sent_at END
        FROM (
            SELECT answer.*,
                   (roadmap_on > CURRENT_DATE
                    AND (issue.state <> 'closed' OR issue.outcome = 'roadmap')
                    AND NOT EXISTS (
                        SELECT 1 FROM answer AS later
                        WHERE later.issue_id = answer.issue_id AND later.status = 'sent'
                          AND later.answer_version > answer.answer_version)) AS stands
            FROM answer JOIN issue ON issue.id = answer.issue_id
            WHERE answer.status = 'sent' AND answer.kind = 'roadmap' AND answer.roadmap_on IS NOT NULL
        ) AS answer
        """
    )
