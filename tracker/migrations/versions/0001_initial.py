"""The tables with which the product begins."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_audit_entry_kind_at", ["kind", "at"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("off", "work", name="day_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "confirmed",
                "provisional",
                name="day_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
    )
    op.create_table(
        "field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field")),
        sa.UniqueConstraint("code", name=op.f("uq_field_code")),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("last_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("(leased_until IS NULL) = (lease_owner IS NULL)", name=op.f("ck_job_run_lease")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_job_run_failures")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "number_series",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_try_address", ["address", "tried_at"], unique=False)
        batch_op.create_index("ix_sign_in_try_login_address", ["login", "address", "tried_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_try_tried_at"), ["tried_at"], unique=False)

    op.create_table(
        "switch",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "department",
                "commune",
                "office",
                "central_agency",
                "ministry",
                "party_council",
                name="unit_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "commune_kind",
            sa.Enum(
                "xa",
                "phuong",
                "dac_khu",
                name="commune_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("sign", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.LargeBinary(length=2600), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("signs_off", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'commune') = (commune_kind IS NOT NULL)", name=op.f("ck_unit_commune_kind_of_commune")
        ),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> id", name=op.f("ck_unit_successor_is_another")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_unit_validity")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_folded_name"), ["folded_name"], unique=False)
        batch_op.create_index("ix_unit_kind_sort_key", ["kind", "order_no", "sort_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("stored_by_id", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("byte_size > 0", name=op.f("ck_attachment_byte_size")),
        sa.ForeignKeyConstraint(
            ["stored_by_id"], ["account.id"], name=op.f("fk_attachment_stored_by_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_attachment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("key", name=op.f("uq_attachment_key")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_unit", ["unit_id", "byte_size"], unique=False)

    op.create_table(
        "field_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_field_word_field_id_field")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_word")),
        sa.UniqueConstraint("field_id", "folded", name=op.f("uq_field_word_field_id_folded")),
    )
    op.create_table(
        "former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_former_name_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    with op.batch_alter_table("former_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_name_folded_name"), ["folded_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_former_name_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "commune_officer",
                "commune_leader",
                "group_member",
                "group_lead",
                "department_leader",
                "coordinator",
                "provincial_leader",
                "leader_assistant",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grant_validity")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_grant_account_id_account")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
    )
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_grant_unit_role", ["unit_id", "role"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("result_url", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_idempotency_key_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "route", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("number_key", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "to_sign",
                "submitted",
                "accepted",
                "working",
                "need_info",
                "with_authority",
                "to_approve",
                "answered",
                "closed",
                "merged",
                name="issue_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "solved",
                "guided",
                "decided",
                "own_competence",
                "roadmap",
                "refused",
                "answered_from_above",
                "no_information",
                "withdrawn",
                "in_error",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("is_closed_by_silence", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("folded_title", sa.String(length=300), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column(
            "obstacle_kind",
            sa.Enum(
                "blocked",
                "difficult",
                name="obstacle_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.String(length=500), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "dispatch",
                "phone",
                "meeting",
                "field_visit",
                "import",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("channel_reference", sa.String(length=250), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "resume_state",
            sa.Enum(
                "draft",
                "to_sign",
                "submitted",
                "accepted",
                "working",
                "need_info",
                "with_authority",
                "to_approve",
                "answered",
                "closed",
                "merged",
                name="resume_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "work_kind",
            sa.Enum(
                "urgent",
                "one_department",
                "several_departments",
                "provincial_decision",
                name="work_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("awaits_routing", sa.Boolean(), nullable=False),
        sa.Column("is_routed", sa.Boolean(), nullable=False),
        sa.Column("transfer_count", sa.Integer(), nullable=False),
        sa.Column("info_count", sa.Integer(), nullable=False),
        sa.Column("is_disputed", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("zero_on", sa.Date(), nullable=True),
        sa.Column("due_soon_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("long_late_on", sa.Date(), nullable=True),
        sa.Column("last_news_on", sa.Date(), nullable=True),
        sa.Column("no_news_on", sa.Date(), nullable=True),
        sa.Column("next_alarm_on", sa.Date(), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (state IN ('draft', 'to_sign'))", name=op.f("ck_issue_holder_when_sent")
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (state IN ('draft', 'to_sign'))", name=op.f("ck_issue_number_when_sent")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_issue_outcome_when_closed")
        ),
        sa.CheckConstraint(
            "(state = 'need_info') = (resume_state IS NOT NULL)",
            name=op.f("ck_issue_resume_state_when_asked"),
        ),
        sa.CheckConstraint(
            "NOT awaits_routing OR state IN ('submitted', 'need_info')", name=op.f("ck_issue_awaits_routing")
        ),
        sa.CheckConstraint(
            "is_open = (state NOT IN ('draft', 'to_sign', 'closed', 'merged'))",
            name=op.f("ck_issue_open_as_state_says"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('draft', 'to_sign', 'submitted', 'accepted') OR owner_id IS NULL",
            name=op.f("ck_issue_no_owner_before"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('working', 'with_authority', 'to_approve') OR owner_id IS NOT NULL",
            name=op.f("ck_issue_owner_when_worked"),
        ),
        sa.CheckConstraint("(number IS NULL) = (number_key IS NULL)", name=op.f("ck_issue_number_and_key")),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_issue_level")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_issue_category_id_category")),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_issue_field_id_field")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["account.id"], name=op.f("fk_issue_filed_by_id_account")),
        sa.ForeignKeyConstraint(["holder_id"], ["unit.id"], name=op.f("fk_issue_holder_id_unit")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_issue_owner_id_account")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["unit.id"], name=op.f("fk_issue_raised_by_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_issue_draft_key")),
        sa.UniqueConstraint("number", name=op.f("uq_issue_number")),
        sa.UniqueConstraint("number_key", name=op.f("uq_issue_number_key")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("ix_issue_field", ["field_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_filed_by_id"), ["filed_by_id"], unique=False)
        batch_op.create_index(
            "ix_issue_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.create_index(
            "ix_issue_open_due",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.create_index(
            "ix_issue_open_holder",
            ["holder_id", "id"],
            unique=False,
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.create_index(
            "ix_issue_open_owner",
            ["owner_id", "id"],
            unique=False,
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.create_index("ix_issue_raised_by", ["raised_by_id", "state", "id"], unique=False)
        batch_op.create_index("ix_issue_state", ["state", "id"], unique=False)

    op.create_table(
        "issue_count",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("zero_on", sa.Date(), nullable=False),
        sa.Column("due_soon_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("long_late_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_issue_count_n")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_count_unit_id_unit")),
        sa.PrimaryKeyConstraint(
            "unit_id",
            "field_id",
            "state",
            "outcome",
            "zero_on",
            "due_soon_on",
            "due_on",
            "long_late_on",
            name=op.f("pk_issue_count"),
        ),
    )
    op.create_table(
        "routing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_routing_category_id_category")
        ),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_routing_field_id_field")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_routing_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing")),
    )
    with op.batch_alter_table("routing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_routing_default",
            ["field_id"],
            unique=True,
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )
        batch_op.create_index("uq_routing_pair", ["field_id", "category_id"], unique=True)

    op.create_table(
        "signed_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_signed_in_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_signed_in_session")),
    )
    with op.batch_alter_table("signed_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_session_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signed_in_session_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "work_kind",
            sa.Enum(
                "urgent",
                "one_department",
                "several_departments",
                "provincial_decision",
                name="work_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("target_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("target_days BETWEEN 1 AND 250", name=op.f("ck_target_target_days")),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_target_field_id_field")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("work_kind", "field_id", name=op.f("uq_target_work_kind_field_id")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(
            "uq_target_general",
            ["work_kind"],
            unique=True,
            sqlite_where=sa.text("field_id IS NULL"),
            postgresql_where=sa.text("field_id IS NULL"),
        )

    op.create_table(
        "working_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_working_group_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_group")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_working_group_unit_id")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "sent",
                name="answer_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "guidance",
                "decision",
                "own_competence",
                "roadmap",
                "refusal",
                name="answer_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum(
                "note", "document", name="answer_form", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("roadmap_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("signer", sa.String(length=160), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_answer_sent_at")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["account.id"], name=op.f("fk_answer_approved_by_id_account")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_answer_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["account.id"], name=op.f("fk_answer_submitted_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_answer_written_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("issue_id", "answer_version", name=op.f("uq_answer_issue_id_answer_version")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            "uq_answer_open",
            ["issue_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'submitted')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted')"),
        )

    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["unit.id"], name=op.f("fk_area_commune_id_unit")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["working_group.id"], name=op.f("fk_area_group_id_working_group")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["account.id"], name=op.f("fk_area_member_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("group_id", "commune_id", name=op.f("uq_area_group_id_commune_id")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_commune_id"), ["commune_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_area_member_id"), ["member_id"], unique=False)

    op.create_table(
        "issue_access",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_access_issue_id_issue")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_access_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "issue_id", name=op.f("pk_issue_access")),
    )
    with op.batch_alter_table("issue_access", schema=None) as batch_op:
        batch_op.create_index("ix_issue_access_open", ["unit_id", "is_open", "issue_id"], unique=False)

    op.create_table(
        "issue_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("acting_for_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "all", "departments", name="audience", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_issue_event_seq")),
        sa.ForeignKeyConstraint(
            ["acting_for_id"], ["account.id"], name=op.f("fk_issue_event_acting_for_id_account")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_issue_event_actor_id_account")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_issue_event_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_event")),
        sa.UniqueConstraint("issue_id", "seq", name=op.f("uq_issue_event_issue_id_seq")),
    )
    with op.batch_alter_table("issue_event", schema=None) as batch_op:
        batch_op.create_index("ix_issue_event_at", ["at"], unique=False)

    op.create_table(
        "issue_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("is_on_behalf", sa.Boolean(), nullable=False),
        sa.Column("correct_until", sa.Date(), nullable=True),
        sa.Column(
            "left",
            sa.Enum(
                "withdrawn",
                "dropped",
                name="party_left",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "info",
            sa.Enum(
                "none",
                "asked",
                "given",
                name="info_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "reply",
            sa.Enum(
                "none",
                "asked",
                "confirmed",
                "expired",
                "clarify",
                "disputed",
                name="reply",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("is_solved", sa.Boolean(), nullable=False),
        sa.Column("clarify_count", sa.Integer(), nullable=False),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(reply = 'asked') = (reply_due_on IS NOT NULL)", name=op.f("ck_issue_party_reply_due_when_asked")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_party_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_party_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_party")),
        sa.UniqueConstraint("issue_id", "unit_id", name=op.f("uq_issue_party_issue_id_unit_id")),
    )
    with op.batch_alter_table("issue_party", schema=None) as batch_op:
        batch_op.create_index(
            "ix_issue_party_due",
            ["reply_due_on"],
            unique=False,
            sqlite_where=sa.text("reply = 'asked'"),
            postgresql_where=sa.text("reply = 'asked'"),
        )
        batch_op.create_index("ix_issue_party_unit", ["unit_id", "issue_id"], unique=False)

    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_citation_answer_id_answer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_answer_id"), ["answer_id"], unique=False)

    op.create_table(
        "issue_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "evidence",
                "dispatch",
                "signed_document",
                name="file_purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.Enum(
                "all", "departments", name="audience", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_issue_file_answer_id_answer")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_issue_file_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["issue_event.id"], name=op.f("fk_issue_file_event_id_issue_event")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_file_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_file")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_issue_file_attachment_id")),
    )
    with op.batch_alter_table("issue_file", schema=None) as batch_op:
        batch_op.create_index("ix_issue_file_issue", ["issue_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("issue_file", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_file_issue")

    op.drop_table("issue_file")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_answer_id"))

    op.drop_table("citation")
    with op.batch_alter_table("issue_party", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_party_unit")
        batch_op.drop_index(
            "ix_issue_party_due",
            sqlite_where=sa.text("reply = 'asked'"),
            postgresql_where=sa.text("reply = 'asked'"),
        )

    op.drop_table("issue_party")
    with op.batch_alter_table("issue_event", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_event_at")

    op.drop_table("issue_event")
    with op.batch_alter_table("issue_access", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_access_open")

    op.drop_table("issue_access")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_member_id"))
        batch_op.drop_index(batch_op.f("ix_area_commune_id"))

    op.drop_table("area")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_answer_open",
            sqlite_where=sa.text("status IN ('draft', 'submitted')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted')"),
        )

    op.drop_table("answer")
    op.drop_table("working_group")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_target_general",
            sqlite_where=sa.text("field_id IS NULL"),
            postgresql_where=sa.text("field_id IS NULL"),
        )

    op.drop_table("target")
    with op.batch_alter_table("signed_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_session_expires_at"))
        batch_op.drop_index(batch_op.f("ix_signed_in_session_account_id"))

    op.drop_table("signed_in_session")
    with op.batch_alter_table("routing", schema=None) as batch_op:
        batch_op.drop_index("uq_routing_pair")
        batch_op.drop_index(
            "uq_routing_default",
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_routing_unit_id"))

    op.drop_table("routing")
    op.drop_table("issue_count")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index("ix_issue_state")
        batch_op.drop_index("ix_issue_raised_by")
        batch_op.drop_index(
            "ix_issue_open_owner",
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.drop_index(
            "ix_issue_open_holder",
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.drop_index(
            "ix_issue_open_due",
            sqlite_where=sa.text("is_open IS 1"),
            postgresql_where=sa.text("is_open IS true"),
        )
        batch_op.drop_index(
            "ix_issue_open", sqlite_where=sa.text("is_open IS 1"), postgresql_where=sa.text("is_open IS true")
        )
        batch_op.drop_index(batch_op.f("ix_issue_filed_by_id"))
        batch_op.drop_index("ix_issue_field")
        batch_op.drop_index(batch_op.f("ix_issue_changed_at"))

    op.drop_table("issue")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_created_at"))

    op.drop_table("idempotency_key")
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.drop_index("ix_grant_unit_role")
        batch_op.drop_index(batch_op.f("ix_grant_account_id"))

    op.drop_table("grant")
    with op.batch_alter_table("former_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_name_unit_id"))
        batch_op.drop_index(batch_op.f("ix_former_name_folded_name"))

    op.drop_table("former_name")
    op.drop_table("field_word")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_unit")

    op.drop_table("attachment")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_successor_id"))
        batch_op.drop_index("ix_unit_kind_sort_key")
        batch_op.drop_index(batch_op.f("ix_unit_folded_name"))

    op.drop_table("unit")
    op.drop_table("switch")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_try_tried_at"))
        batch_op.drop_index("ix_sign_in_try_login_address")
        batch_op.drop_index("ix_sign_in_try_address")

    op.drop_table("sign_in_try")
    op.drop_table("number_series")
    op.drop_table("job_run")
    op.drop_table("field")
    op.drop_table("category")
    op.drop_table("calendar_day")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_kind_at")
        batch_op.drop_index(batch_op.f("ix_audit_entry_account_id"))

    op.drop_table("audit_entry")
    op.drop_table("account")
