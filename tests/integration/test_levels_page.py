"""The page of an issue's levels says who was told when, what he owed and did; communes never see it."""

from collections.abc import Callable

from tests.browser_of_pages import Person, Statements, words_of
from tests.integration.test_escalation import at_level, late, morning
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]
LINK = "Ai đã được báo?"


def address(desk: Desk, issue_id: int) -> str:
    """The page of the levels of the issue."""
    return f"/issues/{desk.issue(issue_id).number}/levels"


def cards(person: Person, url: str) -> list[str]:
    """The words of each level's card, as they stand on the page."""
    return [words_of(part) for part in person.get(url).text.split('<section class="card')[1:]]


def test_every_raise_is_said_newest_first_with_rule_people_and_missed_duty(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    newest, first = cards(enter(p.member), address(desk, issue_id))
    assert "Đã báo cáo lãnh đạo Sở Nội vụ" in newest
    assert "Đang ở cấp này" in newest
    assert "Tổ công tác không thực hiện: báo cáo lãnh đạo sở, ngành" in newest
    assert "07:15 ngày 15/06/2026: " in newest
    for person in (p.department_leader, p.lead, p.member):
        assert person.full_name in newest
    assert "Lãnh đạo sở, ngành – Sở Nội vụ" in newest
    assert "17/06/2026" in newest
    assert "Chưa thực hiện" in newest
    assert "Đã đôn đốc tổ công tác" in first
    assert "Quá hạn: đôn đốc tổ công tác" in first
    assert "Quá hạn nội bộ, ghi nhận ngày 15/06/2026" in first
    assert "Đã báo cáo lên cấp cao hơn, 07:15 ngày 15/06/2026" in first


def test_what_was_done_is_said_with_act_person_and_hour_beside_the_plan(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.go("2026-06-11 10:30")
    desk.do(p.lead, issue_id, Act.PLAN, text="Họp với Sở Tài chính", until_on=june(17))
    desk.do(p.member, issue_id, Act.NEWS, text="Sẽ họp trước ngày 17")
    (only,) = cards(enter(p.lead), address(desk, issue_id))
    assert f"{p.lead.full_name}, đến ngày 17/06/2026" in only
    assert "Họp với Sở Tài chính" in only
    assert f"Đã thực hiện: Cập nhật tiến độ, {p.member.full_name}, 10:30 ngày 11/06/2026" in only
    assert "Chưa thực hiện" not in only


def test_a_report_by_hand_names_who_and_why_and_declining_says_who_and_why(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.lead, issue_id, Act.ESCALATE, reason="Vượt thẩm quyền của tổ")
    desk.do(p.department_leader, issue_id, Act.DECLINE_ESCALATION, reason="Tổ tự giải quyết được")
    (only,) = cards(enter(p.member), address(desk, issue_id))
    assert f"Báo cáo cấp trên: {p.lead.full_name}" in only
    assert "Vượt thẩm quyền của tổ" in only
    assert f"Chưa chấp nhận đề nghị, {p.department_leader.full_name}" in only
    assert "Tổ tự giải quyết được" in only
    assert "Không còn phải thực hiện: Chưa chấp nhận đề nghị" in only


def test_a_communes_request_and_the_way_back_down_are_said(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, late(desk)
    morning(desk, june(11))
    desk.do(p.leader_a, issue_id, Act.ESCALATE, reason="Dân chờ lâu")
    desk.do(p.department_leader, issue_id, Act.DECLINE_ESCALATION, reason="Đang chờ Bộ")
    back, asked, _by_rule = cards(enter(p.lead), address(desk, issue_id))
    assert "Chuyển xuống từ cấp trên" in back
    assert "Không báo thêm ai" in back
    assert f"Địa phương đề nghị: {p.leader_a.full_name}" in asked
    assert "Dân chờ lâu" in asked


def test_an_answer_ends_the_level_and_what_was_owed(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    desk.to_approve(issue_id)
    desk.do(p.department_leader, issue_id, Act.APPROVE)
    newest, _ = cards(enter(p.department_leader), address(desk, issue_id))
    assert "Kết thúc Đã trả lời" in " ".join(newest.split())
    assert "Không còn phải thực hiện: Đã trả lời" in newest
    page = f"/issues/{desk.issue(issue_id).number}"
    assert LINK in enter(p.department_leader).text(page)
    assert LINK not in enter(p.officer_a).text(page)


def test_the_issue_page_links_to_it_and_says_who_owes_what_by_when(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    page = f"/issues/{desk.issue(issue_id).number}"
    text = enter(p.member).text(page)
    assert LINK in text
    owed = "Tổ trưởng, tổ phó tổ công tác – Sở Nội vụ: Kế hoạch có ngày, hoặc giao người khác"
    assert owed in text
    assert "Hạn nội bộ 12/06/2026." in text
    lead = enter(p.department_leader)
    lead.get(page)
    with Statements(db.engine) as counted:
        lead.get(page)
    assert len(counted.texts) <= 10


def test_what_is_overdue_on_a_desk_is_said_so_on_the_issue_page(desk: Desk, enter: Enter) -> None:
    issue_id = at_level(desk, 2)
    text = enter(desk.province.member).text(f"/issues/{desk.issue(issue_id).number}")
    assert "Đã quá hạn nội bộ 12/06/2026." in text
    assert "Hạn nội bộ 17/06/2026." in text


def test_a_matter_that_never_rose_says_so(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    assert "Chưa báo cáo cấp trên" in enter(desk.province.member).text(address(desk, issue_id))
    assert LINK not in enter(desk.province.member).text(address(desk, issue_id).removesuffix("/levels"))


def test_communes_and_the_administrator_find_nothing(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    for person in (p.officer_a, p.leader_a, p.officer_b, p.administrator, p.finance_lead):
        enter(person).get(address(desk, issue_id), status=404)
    text = enter(p.officer_a).text(address(desk, issue_id).removesuffix("/levels"))
    assert "Đã báo cáo lãnh đạo" in text
    assert LINK not in text
    assert "Hạn nội bộ" not in text
    assert "quá hạn nội bộ" not in text


def test_opening_the_page_many_raises_later_asks_no_more(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, late(desk)
    spent = []
    for day in (11, 15, 18, 23):
        morning(desk, june(day))
        lead = enter(p.lead)
        lead.get(address(desk, issue_id))
        with Statements(db.engine) as counted:
            lead.get(address(desk, issue_id))
        spent.append(len(counted.texts))
    assert len(set(spent)) == 1
    assert spent[0] <= 10
