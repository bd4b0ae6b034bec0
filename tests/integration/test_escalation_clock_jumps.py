"""The clock of the machine goes wrong: back an hour, ahead a day or a year, and right again."""

from sqlalchemy import func, select

from tests.integration.test_escalation import late
from tests.integration.test_escalation_journey import owed
from tests.issue_builders import Desk, june
from tracker.db import transaction
from tracker.issues import escalation_job
from tracker.issues.models_escalation import Alarm
from tracker.issues.workflow import Act
from tracker.outbox.models import Notice


def work(desk: Desk, moment: str) -> int:
    """The job at what the clock calls this moment."""
    desk.go(moment)
    desk.session.rollback()
    with desk.travelled():
        return escalation_job.raise_late_matters(desk.session, transaction)


def told(desk: Desk) -> int:
    """How many notices there are."""
    desk.session.rollback()
    return desk.session.scalar(select(func.count()).select_from(Notice)) or 0


def doubled(desk: Desk) -> list[object]:
    """Alarms that somebody got twice."""
    same = (Alarm.issue_id, Alarm.rule_code, Alarm.level, Alarm.anchor_on, Alarm.account_id)
    return list(desk.session.execute(select(*same).group_by(*same).having(func.count() > 1)))


def test_an_hour_back_after_the_morning_tells_nobody_again(desk: Desk) -> None:
    issue_id = late(desk)
    assert work(desk, "2026-06-11 07:15") == 1
    before = told(desk)
    assert work(desk, "2026-06-11 06:15") == work(desk, "2026-06-11 07:15") == 0
    assert told(desk) == before
    assert desk.issue(issue_id).level == 1
    assert desk.verify() == []


def test_a_day_ahead_and_back_raises_once_and_the_next_morning_comes_all_the_same(desk: Desk) -> None:
    issue_id = late(desk)
    assert work(desk, "2026-06-11 07:15") == 1  # the clock is a day ahead: it is the 10th
    before = told(desk)
    assert work(desk, "2026-06-10 07:15") == work(desk, "2026-06-11 07:15") == 0
    assert told(desk) == before
    assert work(desk, "2026-06-15 07:15") == 1
    assert desk.issue(issue_id).level == 2
    assert doubled(desk) == []
    assert desk.verify() == []


def test_a_year_ahead_and_back_doubles_nothing_and_the_next_act_puts_the_matter_right(desk: Desk) -> None:
    p, issue_id = desk.province, late(desk)
    assert work(desk, "2027-06-11 07:15") == 1
    risen, before = desk.issue(issue_id).level, told(desk)
    for day in (10, 11, 12):
        work(desk, f"2026-06-{day} 07:15")
    assert (desk.issue(issue_id).level, told(desk)) == (risen, before)
    other = desk.working()  # on the 12th: what comes after the jump rises in its time
    desk.do(p.member, other, Act.NEWS, text="Đang xử lý")
    assert work(desk, "2026-06-24 07:15") >= 1
    assert desk.issue(other).level >= 1
    desk.to_approve(issue_id)
    desk.do(p.department_leader, issue_id, Act.APPROVE)
    assert desk.issue(issue_id).level == 0
    assert doubled(desk) == []
    assert desk.verify() == []


def test_who_was_late_when_the_clock_came_back_does_not_sleep_for_a_year(desk: Desk) -> None:
    issue_id = late(desk)
    work(desk, "2027-06-11 07:15")
    assert desk.issue(issue_id).level == 3
    assert [row[3].year for row in owed(desk.session, issue_id)] == [2027]
    work(desk, "2026-06-12 07:15")
    assert [row[3] for row in owed(desk.session, issue_id)] == [june(16)]
    work(desk, "2026-06-16 07:15")
    assert desk.issue(issue_id).level == 3
    work(desk, "2026-06-17 07:15")
    assert desk.issue(issue_id).level == 4  # the coordinator let the new date pass
    assert doubled(desk) == []
    assert desk.verify() == []


def reminded(desk: Desk) -> list[int]:
    """Who was told that something is due soon, each time."""
    desk.session.rollback()
    return list(desk.session.scalars(select(Notice.account_id).where(Notice.kind == "due_soon")))


def test_a_reminder_is_told_once_however_the_clock_jumps(desk: Desk) -> None:
    p, issue_id = desk.province, late(desk)
    soon = desk.issue(issue_id).due_soon_on
    assert soon is not None
    assert work(desk, f"{soon} 07:15") == 1  # and the clock is a day ahead, or a year, or an hour
    assert reminded(desk) == [p.member.id]
    day_before = soon.replace(day=soon.day - 1)
    for moment in (f"{soon} 06:15", f"{day_before} 07:15", f"{soon} 07:15", f"{soon} 08:15"):
        work(desk, moment)
    assert reminded(desk) == [p.member.id]
    assert doubled(desk) == []
    assert desk.verify() == []


def test_a_year_ahead_and_back_loses_no_reminder_of_what_comes_after(desk: Desk) -> None:
    work(desk, "2027-06-01 07:15")
    desk.go("2026-06-01 09:00")
    issue_id = late(desk)
    soon = desk.issue(issue_id).due_soon_on
    assert soon is not None
    assert work(desk, f"{soon} 07:15") == 1
    assert reminded(desk) == [desk.province.member.id]
