"""What ends a level and at the same time is what was owed for it."""

from sqlalchemy import select

from tests.issue_builders import Desk, june
from tracker.db import transaction
from tracker.issues import escalation_job
from tracker.issues.models_escalation import Duty, EndedBy, Escalation
from tracker.issues.workflow import Act


def test_an_extension_that_ends_the_level_discharges_the_duty_that_asked_for_it(desk: Desk) -> None:
    issue_id = desk.working()
    due_on = desk.issue(issue_id).due_on
    assert due_on is not None
    for day in (11, 12, 15, 16):
        desk.go(june(day))
        with desk.travelled():
            escalation_job.raise_late_matters(desk.session, transaction)
    assert desk.issue(issue_id).level == 2
    desk.do(desk.province.department_leader, issue_id, Act.EXTEND, days=4)
    desk.session.rollback()
    assert desk.issue(issue_id).level == 0
    levels = desk.session.scalars(select(Escalation).order_by(Escalation.id)).all()
    assert levels[-1].ended_by is EndedBy.DUE_MOVED
    of_leader = desk.session.scalars(select(Duty).where(Duty.level == 2)).one()
    assert of_leader.discharge_act == Act.EXTEND.value
    assert of_leader.released_at is None
    assert desk.verify() == []
