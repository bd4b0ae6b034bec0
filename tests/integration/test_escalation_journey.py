"""Late → lead → department leader → coordinator → provincial leader, morning by morning."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines.ladder import DutyKind
from tracker.issues import directives, escalation_job
from tracker.issues.directives import Order
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.models_escalation import Alarm, Duty, EndedBy, Escalation, OpenedBy
from tracker.issues.workflow import Act
from tracker.outbox.models import Notice
from tracker.permissions import Role


def morning(desk: Desk, day: date) -> int:
    """The job on the morning of that day."""
    desk.go(f"{day.isoformat()} 07:15")
    desk.session.rollback()
    with desk.travelled():
        return escalation_job.raise_late_matters(desk.session, transaction)


def levels(session: Session, issue_id: int) -> list[tuple[int, OpenedBy, str, EndedBy | None]]:
    """Every level at which the issue stood: level, how it came there, rule, how it ended."""
    session.rollback()
    rows = session.scalars(select(Escalation).where(Escalation.issue_id == issue_id).order_by(Escalation.id))
    return [(row.level, row.opened_by, row.rule_code, row.ended_by) for row in rows]


def owed(session: Session, issue_id: int) -> list[tuple[int, DutyKind, Role | None, date, date | None]]:
    """What is owed for the issue: level, kind, role, date, missed on."""
    session.rollback()
    rows = session.scalars(
        select(Duty)
        .where(Duty.issue_id == issue_id, Duty.discharged_at.is_(None), Duty.released_at.is_(None))
        .order_by(Duty.id)
    )
    return [(row.level, row.kind, row.role, row.due_on, row.missed_on) for row in rows]


def told(session: Session, account: Account, issue_id: int) -> list[str]:
    """The kinds of the person's notices about the issue, the oldest first."""
    session.rollback()
    rows = select(Notice.kind).where(Notice.account_id == account.id, Notice.issue_id == issue_id)
    return list(session.scalars(rows.order_by(Notice.id)))


def test_what_is_late_rises_step_by_step_until_the_vice_chairman_has_directed(desk: Desk) -> None:
    p, session = desk.province, desk.session
    issue_id = desk.working()
    assert desk.issue(issue_id).due_on == june(10)
    assert [morning(desk, june(day)) for day in (2, 3, 4, 5)] == [0, 0, 0, 0]
    desk.do(p.member, issue_id, Act.NEWS, text="Đang lấy số liệu")
    assert morning(desk, june(8)) == 0
    assert morning(desk, june(9)) == 1  # due soon
    assert told(session, p.member, issue_id)[-1] == "due_soon"
    assert morning(desk, june(9)) == 0
    assert morning(desk, june(10)) == 0
    assert morning(desk, june(11)) == 1  # a working day late
    assert desk.issue(issue_id).level == 1
    assert owed(session, issue_id) == [(1, DutyKind.PLAN_OR_OWNER, Role.GROUP_LEAD, june(12), None)]
    assert told(session, p.lead, issue_id)[-1] == "raised_to_you"
    assert told(session, p.member, issue_id)[-1] == "raised"
    assert morning(desk, june(12)) == 0
    assert morning(desk, june(13)) == 0  # a Saturday
    assert morning(desk, june(15)) == 1  # the duty was missed
    assert desk.issue(issue_id).level == 2
    assert [row[:2] + row[4:] for row in owed(session, issue_id)] == [
        (1, DutyKind.PLAN_OR_OWNER, june(15)),
        (2, DutyKind.DIRECTIVE_OR_EXTENSION, None),
    ]
    assert told(session, p.department_leader, issue_id) == ["raised_to_you"]
    assert told(session, p.lead, issue_id)[-1] == "duty_missed"
    assert [morning(desk, june(day)) for day in (16, 17)] == [0, 0]
    assert morning(desk, june(18)) == 1
    assert desk.issue(issue_id).level == 3
    assert told(session, p.coordinator, issue_id) == ["raised_to_you"]
    assert [morning(desk, june(day)) for day in (19, 22)] == [0, 0]
    assert morning(desk, june(23)) == 1
    assert desk.issue(issue_id).level == 4
    assert told(session, p.provincial_leader, issue_id) == ["raised_to_you"]
    assert told(session, p.assistant, issue_id) == ["raised_to_you"]
    with desk.travelled(), transaction():
        order = Order(
            "Trả lời dứt điểm",
            [p.home_affairs.id],
            june(26),
            leader_id=p.provincial_leader.id,
            source=DirectiveSource.MEETING,
        )
        directives.give(session, desk.actor(p.assistant), [issue_id], order)
    assert [row[0] for row in owed(session, issue_id)] == [1]
    assert desk.issue(issue_id).level == 4  # the act closes the duty, not the level
    desk.do(
        p.member,
        issue_id,
        Act.SUBMIT_ANSWER,
        kind="guidance",
        content="Theo Điều 5.",
        next_step="",
        citations=[("Nghị định 118/2025/NĐ-CP", None)],
    )
    desk.do(p.department_leader, issue_id, Act.APPROVE)
    assert desk.issue(issue_id).level == 0
    assert owed(session, issue_id) == []
    assert [row[0] for row in levels(session, issue_id)] == [1, 2, 3, 4]
    assert [row[3] for row in levels(session, issue_id)] == [
        EndedBy.RAISED,
        EndedBy.RAISED,
        EndedBy.RAISED,
        EndedBy.ANSWERED,
    ]
    assert [row[2] for row in levels(session, issue_id)] == [
        "late_lead",
        "missed_lead",
        "missed_department",
        "missed_coordinator",
    ]
    assert told(session, p.officer_a, issue_id) == ["news", "answered"]
    assert desk.verify() == []
    alarms = session.execute(select(Alarm.rule_code, Alarm.level, Alarm.anchor_on, Alarm.account_id)).all()
    assert len(alarms) == len(set(alarms))
