"""Who had an issue, for what, how long and how late: kept at every hand-over and never counted again."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import read_switches
from tracker.issues import recompute, stage_keeping
from tracker.issues.models_stages import IssueStage, StageFilling
from tracker.issues.stages import StageKind
from tracker.issues.workflow import Act

K = StageKind
Enter = Callable[[Account], Person]


def stages(desk: Desk, issue_id: int) -> list[IssueStage]:
    """The stages as they are stored."""
    desk.session.rollback()
    rows = select(IssueStage).where(IssueStage.issue_id == issue_id).order_by(IssueStage.id)
    return list(desk.session.scalars(rows.execution_options(populate_existing=True)))


def told(desk: Desk, issue_id: int) -> list[tuple[K, int | None, int | None]]:
    """Kind, working days and lateness of each."""
    return [(row.kind, row.working_days, row.late_days) for row in stages(desk, issue_id)]


def _lived(desk: Desk) -> int:
    """Taken in two days late, answered three days late, approved a day late, confirmed."""
    p, issue_id = desk.province, desk.sent()  # Monday 1 June, due on the 10th
    desk.go(june(4))
    desk.working(issue_id)
    desk.go(june(15))
    desk.to_approve(issue_id)
    desk.go(june(18))
    desk.do(p.lead, issue_id, Act.APPROVE)
    desk.go(june(19))
    desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    return issue_id


def test_lateness_of_each_stage_is_frozen_at_its_hand_over(desk: Desk) -> None:
    issue_id = _lived(desk)
    assert told(desk, issue_id) == [
        (K.INTAKE, 3, 2),
        (K.WORKING, 7, 3),
        (K.APPROVAL, 3, 1),
        (K.CONFIRMATION, 1, 0),
    ]
    assert [row.overdue_days for row in stages(desk, issue_id)] == [0, 3, 3, 0]
    owners = [row.owner_id for row in stages(desk, issue_id)]
    assert owners == [None, *(desk.province.member.id for _ in range(3))]
    assert desk.verify() == []


def test_desks_have_the_days_that_the_province_has_chosen(desk: Desk) -> None:
    desk.switch(intake_days=3, approval_days=4)
    first = desk.sent()
    second = desk.to_approve()
    assert stages(desk, first)[-1].due_on == june(4)
    assert stages(desk, second)[-1].due_on == june(5)


def test_the_coordinators_routing_and_what_was_asked_are_stages_of_their_own(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Nhầm")
    desk.do(p.finance_lead, issue_id, Act.TRANSFER, unit_id=p.home_affairs.id, reason="Nhầm")
    assert stages(desk, issue_id)[-1].kind is K.ROUTING
    assert stages(desk, issue_id)[-1].due_on == june(2)
    desk.go(june(3))
    desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="Đúng")
    desk.do(p.finance_lead, issue_id, Act.ASK_INFO, question="Gửi danh sách")
    desk.go(june(5))
    desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="Đây")
    kinds = [row.kind for row in stages(desk, issue_id)]
    assert kinds == [K.INTAKE, K.WORKING, K.INTAKE, K.ROUTING, K.INTAKE, K.INFORMATION, K.INTAKE]
    assert [row.late_days for row in stages(desk, issue_id)] == [0, 0, 0, 1, 0, 0, None]
    assert desk.verify() == []


def test_a_changed_calendar_moves_the_open_desk_and_never_what_has_ended(desk: Desk) -> None:
    ended, waiting = _lived(desk), desk.sent()  # Friday 19 June: the desk's day is Monday the 22nd
    before = [(row.due_on, row.working_days, row.late_days) for row in stages(desk, ended)]
    assert stages(desk, waiting)[-1].due_on == june(22)
    rows = tuple(Day(june(n), False, "Nghỉ bão") for n in (2, 16, 22))
    with desk.travelled(), transaction():
        administrator = desk.actor(desk.province.administrator)
        plan, seen = changing.Plan(rows), changing.mark(desk.session)
        changing.carry_out(desk.session, administrator, plan, desk.at, seen=seen)
    assert desk.verify() == []
    with desk.travelled():
        recompute.work(desk.session, transaction)
    assert stages(desk, waiting)[-1].due_on == june(23)
    assert [(row.due_on, row.working_days, row.late_days) for row in stages(desk, ended)] == before
    assert desk.verify() == []


def test_what_was_there_before_is_written_from_its_events_once_by_the_job(desk: Desk) -> None:
    lived, open_one = _lived(desk), desk.working()
    kept = [told(desk, lived), told(desk, open_one)]
    with transaction():
        desk.session.execute(delete(IssueStage))
        desk.session.add(StageFilling(id=1, done_up_to=0, last_id=open_one))
    assert desk.verify() == []  # they wait for the job
    assert stage_keeping.fill(desk.session, transaction) == 2
    assert [told(desk, lived), told(desk, open_one)] == kept
    assert desk.verify() == []
    assert stage_keeping.fill(desk.session, transaction) == 0


def test_an_act_writes_the_stages_of_an_issue_to_which_the_job_has_not_come(desk: Desk) -> None:
    issue_id = desk.working()
    with transaction():
        desk.session.execute(delete(IssueStage))
        desk.session.add(StageFilling(id=1, done_up_to=0, last_id=issue_id))
    desk.to_approve(issue_id)
    assert [row.kind for row in stages(desk, issue_id)] == [K.INTAKE, K.WORKING, K.APPROVAL]
    assert stage_keeping.fill(desk.session, transaction) == 0
    assert desk.verify() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM issue_stage WHERE kind = 'intake'", "stages_wrong"),
        ("UPDATE issue_stage SET owner_id = NULL WHERE to_on IS NULL", "stages_wrong"),
        ("UPDATE issue_stage SET due_on = '2027-01-01' WHERE to_on IS NULL", "desk_date_wrong"),
    ],
)
def test_a_stage_changed_behind_the_services_is_found(desk: Desk, statement: str, problem: str) -> None:
    issue_id = desk.to_approve()
    with transaction():
        desk.session.execute(text(statement))
    assert [each.code for each in desk.verify()] == [problem]
    with transaction():
        calendar, switches = load_calendar(desk.session), read_switches(desk.session)
        stage_keeping.write_all(desk.session, desk.issue(issue_id), calendar, switches)
    assert desk.verify() == []


def test_departments_read_who_had_it_how_long_and_communes_no_person(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.sent()
    desk.go(june(4))
    desk.working(issue_id)
    desk.go(june(12))
    url = f"/issues/{desk.issue(issue_id).number}"
    for page in (f"{url}/why", f"{url}/print"):
        text = enter(p.lead).text(page)
        assert "Thời gian xử lý" in text
        assert "Quá hạn nội bộ 2 ngày làm việc" in text
        assert f"{p.home_affairs.name}, {p.member.full_name} 04/06/2026 – nay 6 ngày làm việc" in text
        assert "Quá hạn trả lời 2 ngày làm việc" in text
        text = enter(p.officer_a).text(page)
        assert "Thời gian xử lý" not in text
        assert "nội bộ" not in text
    assert "Thời gian xử lý từng bước, từng người" in enter(p.lead).text(url)
    assert "Thời gian xử lý" not in enter(p.officer_a).text(url)


def test_the_days_of_a_holder_leave_out_the_time_in_which_it_was_closed(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    desk.go(june(4))  # sent on Monday 1 June: three working days
    desk.to_approve(issue_id)
    desk.do(p.lead, issue_id, Act.APPROVE)
    desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    desk.go(june(18))
    desk.do(p.officer_a, issue_id, Act.REOPEN, reason="Phát sinh lại")
    desk.go(june(19))
    text = enter(p.lead).text(f"/issues/{desk.issue(issue_id).number}")
    assert "Đang ở Sở Nội vụ (4 ngày làm việc)" in text
    assert "Sở Nội vụ: 4 ngày làm việc (đang ở đây)" in text


def test_departments_read_by_when_a_desk_has_to_have_done_its_part(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.sent()
    url = f"/issues/{desk.issue(issue_id).number}"
    assert "Hạn nội bộ 02/06/2026" in enter(p.lead).text(url)
    desk.go(june(4))
    assert "Hạn nội bộ 02/06/2026 (quá hạn nội bộ 2 ngày làm việc)" in enter(p.lead).text(url)
    assert "nội bộ" not in enter(p.officer_a).text(url)


def test_who_leads_hears_on_the_home_page_what_lies_too_long_on_his_desk(desk: Desk, enter: Enter) -> None:
    p = desk.province
    desk.sent()
    desk.to_approve()
    words = "đã quá hạn nội bộ"
    desk.go(
        june(3)
    )  # the desk's day for what was sent is over; for what waits for approval it is the last one
    assert f"1 vướng mắc chờ tiếp nhận hoặc chờ duyệt {words}" in enter(p.lead).text("/")
    desk.go(june(4))
    assert f"2 vướng mắc chờ tiếp nhận hoặc chờ duyệt {words}" in enter(p.lead).text("/")
    assert words not in enter(p.officer_a).text("/")
    assert words not in enter(p.finance_lead).text("/")
    assert words not in enter(p.coordinator).text("/")


def test_the_coordinator_hears_what_he_has_not_routed(desk: Desk, enter: Enter) -> None:
    desk.sent(field_id=None, category_id=None, title="abc", situation="abc", proposal="abc")
    desk.go(june(3))
    assert "1 vướng mắc chờ quyết định cơ quan chủ trì đã quá hạn nội bộ" in enter(
        desk.province.coordinator
    ).text("/")
