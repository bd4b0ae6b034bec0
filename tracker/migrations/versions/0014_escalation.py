"""The ladder as the province has it, levels of issues with their duties, alarms and plans."""

import sqlalchemy as sa
from alembic import op

from tracker.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("ladder_rule", "escalation", "withheld_rise", "alarm", "duty", "plan")


def upgrade() -> None:
    for create in (
        _create_ladder_rule,
        _create_escalation,
        _create_withheld_rise,
        _create_alarm,
        _create_duty,
        _create_plan,
    ):
        create()
    op.create_index(
        "ix_issue_open_alarm",
        "issue",
        ["next_alarm_on", "id"],
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    _keep_levels()


def _keep_levels() -> None:
    """What has risen already stands at its level; what is late is looked at on the next morning."""
    op.execute(
        sa.text(
            "INSERT INTO escalation (issue_id, from_level, level, opened_by, rule_code, is_asked_by_commune, reason,"
            " opened_at, end_reason) SELECT id, 0, level, 'rule',"
            " CASE WHEN awaits_routing THEN 'second_transfer' ELSE 'dispute' END, false, '', changed_at, ''"
            " FROM issue WHERE is_open AND level BETWEEN 1 AND 4 ORDER BY id"
        )
    )
    op.execute(sa.text("UPDATE issue SET level = 0 WHERE NOT is_open AND level BETWEEN 1 AND 4"))
    op.execute(
        sa.text("UPDATE issue SET next_alarm_on = due_on WHERE is_open AND due_on IS NOT NULL AND level > 0")
    )
    op.execute(
        sa.text(
            "UPDATE issue SET next_alarm_on = due_on WHERE is_open AND due_on IS NOT NULL AND next_alarm_on IS NULL"
        )
    )


def _create_ladder_rule() -> None:
    op.create_table(
        "ladder_rule",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "trigger",
            sa.Enum(
                "due_soon",
                "days_late",
                "no_news",
                "dispute",
                "second_transfer",
                "joined",
                "joined_late",
                "missed",
                name="trigger",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("offset_days", sa.Integer(), nullable=True),
        sa.Column("urgent_offset_days", sa.Integer(), nullable=True),
        sa.Column("communes", sa.Integer(), nullable=True),
        sa.Column("days_to_act", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("communes > 0", name=op.f("ck_ladder_rule_communes")),
        sa.CheckConstraint("days_to_act BETWEEN 1 AND 250", name=op.f("ck_ladder_rule_days_to_act")),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_ladder_rule_level")),
        sa.CheckConstraint("offset_days BETWEEN 0 AND 250", name=op.f("ck_ladder_rule_offset_days")),
        sa.CheckConstraint(
            "urgent_offset_days BETWEEN 0 AND 250", name=op.f("ck_ladder_rule_urgent_offset_days")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ladder_rule")),
    )


def _create_escalation() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("from_level", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "opened_by",
            sa.Enum(
                "rule", "hand", "back", name="opened_by", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("is_asked_by_commune", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_by",
            sa.Enum(
                "raised",
                "answered",
                "closed",
                "due_moved",
                "paused",
                "lowered",
                "declined",
                name="ended_by",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_escalation_ended")),
        sa.CheckConstraint("from_level BETWEEN 0 AND 4", name=op.f("ck_escalation_from_level")),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_escalation_level")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_escalation_asked_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_escalation_ended_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_escalation_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    op.create_index("ix_escalation_issue_id", "escalation", ["issue_id", "id"], unique=False)
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["issue_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_withheld_rise() -> None:
    op.create_table(
        "withheld_rise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("would_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_withheld_rise_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld_rise")),
        sa.UniqueConstraint(
            "issue_id", "rule_code", "anchor_on", name=op.f("uq_withheld_rise_issue_id_rule_code_anchor_on")
        ),
    )
    op.create_index(op.f("ix_withheld_rise_would_on"), "withheld_rise", ["would_on"], unique=False)


def _create_alarm() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alarm_account_id_account")),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_alarm_escalation_id_escalation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["issue_event.id"], name=op.f("fk_alarm_event_id_issue_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_alarm_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint(
            "issue_id",
            "rule_code",
            "level",
            "anchor_on",
            "account_id",
            name=op.f("uq_alarm_issue_id_rule_code_level_anchor_on_account_id"),
        ),
    )
    op.create_index(op.f("ix_alarm_account_id"), "alarm", ["account_id"], unique=False)
    op.create_index(op.f("ix_alarm_escalation_id"), "alarm", ["escalation_id"], unique=False)
    op.create_index(op.f("ix_alarm_event_id"), "alarm", ["event_id"], unique=False)


def _create_duty() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "news_or_extension",
                "plan_or_owner",
                "directive_or_extension",
                "decide",
                "directive",
                name="duty_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
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
            nullable=True,
        ),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("since_seq", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column("discharged_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("discharge_act", sa.String(length=40), nullable=False),
        sa.Column("discharged_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=24), nullable=True),
        sa.CheckConstraint(
            "(discharged_at IS NULL) = (discharge_act = '')", name=op.f("ck_duty_discharge_act")
        ),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_duty_released")),
        sa.CheckConstraint("(unit_id IS NULL) = (role IS NULL)", name=op.f("ck_duty_role_in_unit")),
        sa.CheckConstraint("account_id IS NOT NULL OR unit_id IS NOT NULL", name=op.f("ck_duty_somebodys")),
        sa.CheckConstraint("discharged_at IS NULL OR released_at IS NULL", name=op.f("ck_duty_one_end")),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_duty_level")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_duty_account_id_account")),
        sa.ForeignKeyConstraint(
            ["discharged_by_id"], ["account.id"], name=op.f("fk_duty_discharged_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_duty_escalation_id_escalation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_duty_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_duty_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index("ix_duty_escalation_id", "duty", ["escalation_id"], unique=False)
    op.create_index("ix_duty_issue_id", "duty", ["issue_id", "id"], unique=False)
    op.create_index(
        "ix_duty_owed_person",
        "duty",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("discharged_at IS NULL AND released_at IS NULL"),
        postgresql_where=sa.text("discharged_at IS NULL AND released_at IS NULL"),
    )
    op.create_index(
        "ix_duty_owed_role",
        "duty",
        ["unit_id", "role"],
        unique=False,
        sqlite_where=sa.text("discharged_at IS NULL AND released_at IS NULL"),
        postgresql_where=sa.text("discharged_at IS NULL AND released_at IS NULL"),
    )


def _create_plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_plan_escalation_id_escalation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_plan_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_plan_made_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("escalation_id", name=op.f("uq_plan_escalation_id")),
    )
    op.create_index(op.f("ix_plan_issue_id"), "plan", ["issue_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_issue_open_alarm", "issue")
    for name in reversed(_TABLES):
        op.drop_table(name)
