"""More time: asked, granted by whom and how far, refused; the old date stays in sight."""

from collections.abc import Callable

from tests.browser_of_pages import Person, forms_in, links_in
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.workflow import Act
from tracker.permissions import Role

Enter = Callable[[Account], Person]


def test_an_extension_is_asked_granted_once_by_the_lead_once_by_the_leader_and_never_again(
    desk: Desk,
) -> None:
    p, issue_id = desk.province, desk.working()
    desk.refused(Invalid, p.member, issue_id, Act.ASK_EXTENSION, days=5, reason="Chờ Bộ")  # half of 7 is 4
    desk.do(p.member, issue_id, Act.ASK_EXTENSION, days=2, reason="Chờ Bộ")
    assert desk.issue(issue_id).due_on == june(10)  # the clock runs while it is asked
    desk.refused(NotPossible, p.member, issue_id, Act.ASK_EXTENSION, days=1, reason="Nữa")
    desk.refused(NotFound, p.member, issue_id, Act.EXTEND, days=2)
    desk.do(p.lead, issue_id, Act.EXTEND, days=2)
    assert desk.issue(issue_id).due_on == june(12)
    assert desk.payload(issue_id, "extended")["old_due_on"] == "2026-06-10"
    assert desk.payload(issue_id, "extended")["new_due_on"] == "2026-06-12"
    desk.refused(NotPossible, p.lead, issue_id, Act.EXTEND, days=1)
    desk.do(p.department_leader, issue_id, Act.EXTEND, days=4)
    assert desk.issue(issue_id).due_on == june(18)
    desk.refused(NotFound, p.department_leader, issue_id, Act.EXTEND, days=1)
    desk.refused(NotFound, p.member, issue_id, Act.ASK_EXTENSION, days=1, reason="Nữa")


def test_two_who_grant_at_once_do_not_grant_twice(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    url = f"/issues/{desk.issue(issue_id).number}/extend"
    leader = enter(p.department_leader)
    opened = leader.form(url, action=url)
    enter(p.lead).do(url, days="2")
    assert desk.issue(issue_id).due_on == june(12)
    stale = leader.send(opened, days="3", status=409)
    assert "Thời hạn hiện nay: 12/06/2026" in stale.text
    assert desk.issue(issue_id).due_on == june(12)
    again = next(form for form in forms_in(stale.text) if form.action == url)
    leader.send(again, status=409, days="3", extension_count=None)  # who does not say what he saw
    leader.send(again, days="3")
    assert desk.issue(issue_id).due_on == june(17)


def test_an_assistant_who_records_an_extension_beside_another_is_told_first(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    url = f"/issues/{desk.issue(issue_id).number}"
    desk.grant(p.second_member, Role.LEADER_ASSISTANT, p.home_affairs)
    helper = enter(p.second_member)
    opened = helper.form(f"{url}/record/extend", action=f"{url}/record/extend")
    enter(p.lead).do(f"{url}/extend", days="2")
    stale = helper.send(opened, status=409, days="3", source=DirectiveSource.MEETING.value)
    assert "Thời hạn hiện nay: 12/06/2026" in stale.text
    assert desk.issue(issue_id).due_on == june(12)


def test_what_is_asked_in_time_may_be_granted_late_but_is_not_asked_late(desk: Desk) -> None:
    p, asked, silent = desk.province, desk.working(), desk.working()
    desk.go(june(10))
    desk.do(p.member, asked, Act.ASK_EXTENSION, days=1, reason="Chờ Bộ")
    desk.go(june(11))
    desk.refused(NotFound, p.member, silent, Act.ASK_EXTENSION, days=1, reason="Chờ Bộ")
    desk.refused(NotPossible, p.lead, silent, Act.EXTEND, days=1)
    desk.do(p.lead, asked, Act.EXTEND, days=1)
    desk.do(p.department_leader, silent, Act.EXTEND, days=1)
    assert desk.issue(asked).due_on == desk.issue(silent).due_on == june(11)


def test_an_extension_is_refused_with_a_reason_and_everybody_reads_it(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    url = f"/issues/{desk.issue(issue_id).number}"
    enter(p.member).do(f"{url}/ask_extension", days="2", reason="Chờ Bộ trả lời")
    lead = enter(p.lead)
    assert "đề nghị gia hạn chờ quyết định" in lead.text("/")
    lead.do(f"{url}/refuse_extension", status=422, reason="")
    lead.do(f"{url}/refuse_extension", reason="Còn đủ thời gian")
    assert desk.issue(issue_id).due_on == june(10)
    assert "đề nghị gia hạn chờ quyết định" not in lead.text("/")
    text = enter(p.officer_a).text(url)
    assert "Không gia hạn" in text
    assert "Còn đủ thời gian" in text


def test_who_decides_finds_the_days_asked_for_their_reason_and_the_date_they_lead_to(
    desk: Desk, enter: Enter
) -> None:
    p, issue_id = desk.province, desk.working()
    url, lead = f"/issues/{desk.issue(issue_id).number}", enter(p.lead)
    assert "Nhiều nhất 4 ngày" in enter(p.member).text(f"{url}/ask_extension")
    assert "đề nghị thêm" not in lead.text(f"{url}/extend")
    enter(p.member).do(f"{url}/ask_extension", days="3", reason="Chờ Bộ Nội vụ trả lời")
    offered = list(links_in(lead.get(url).text).values())
    acts = [href.rsplit("/", 1)[1] for href in offered if href.startswith(f"{url}/")]
    assert [act for act in acts if act in {"extend", "refuse_extension", "send_document"}] == [
        "extend", "refuse_extension", "send_document",
    ]  # fmt: skip
    for act in ("extend", "refuse_extension"):
        text = lead.text(f"{url}/{act}")
        assert "đề nghị thêm 3 ngày làm việc (hạn mới 15/06/2026): “Chờ Bộ Nội vụ trả lời”" in text
    lead.do(f"{url}/extend")  # as it was asked for, without typing anything
    assert desk.issue(issue_id).due_on == june(15)


def test_the_explanation_tells_the_days_of_an_extension(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.lead, issue_id, Act.EXTEND, days=2)
    text = enter(p.officer_a).text(f"/issues/{desk.issue(issue_id).number}/why")
    assert "Thời hạn 7 ngày làm việc: loại việc" in text
    assert "Trong đó gia hạn 2 ngày làm việc" in text
