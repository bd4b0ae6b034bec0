"""Two people at one act: who comes second learns so and keeps what he typed; to others the act stays unknown."""

from collections.abc import Callable

from tests.browser_of_pages import Person, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.errors import NotFound, NotPossible
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

Enter = Callable[[Account], Person]
TYPED = "Theo dự toán đã giao đầu năm, không bổ sung."


def _url(desk: Desk, issue_id: int, act: str = "") -> str:
    path = f"/issues/{desk.issue(issue_id).number}"
    return f"{path}/{act}" if act else path


def _asked(desk: Desk) -> int:
    p, issue_id = desk.province, desk.working()
    rows = [{"unit_id": p.finance.id, "question": "Nguồn kinh phí?"}]
    desk.do(p.member, issue_id, Act.ASK_OPINION, questions=rows)
    return issue_id


def test_who_gives_an_opinion_second_sees_the_first_and_keeps_his_own(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, _asked(desk)
    second, url = enter(p.finance_lead), _url(desk, issue_id, "give_opinion")
    opened = second.form(url, action=url)
    desk.do(p.finance_member, issue_id, Act.GIVE_OPINION, text="Lấy từ dự phòng ngân sách xã.")
    words = words_of(second.send(opened, text=TYPED, status=409).text)
    assert p.finance_member.full_name in words and "09:00 ngày 01/06/2026" in words
    assert "Lấy từ dự phòng ngân sách xã." in words and TYPED in words
    assert desk.kinds(issue_id).count("opinion_given") == 1
    second.get(url, status=404)  # nothing typed, nothing lost
    enter(p.officer_a).get(url, status=404)


def test_a_question_taken_back_meanwhile_is_said_to_be_so(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, _asked(desk)
    asked, url = enter(p.finance_lead), _url(desk, issue_id, "give_opinion")
    opened = asked.form(url, action=url)
    desk.do(p.member, issue_id, Act.CANCEL_OPINION, reason="Đã rõ.")
    words = words_of(asked.send(opened, text=TYPED, status=409).text)
    assert "đã dừng" in words and TYPED in words
    desk.refused(NotPossible, p.lead, issue_id, Act.CANCEL_OPINION, reason="Đã rõ.")
    desk.refused(NotFound, p.finance_lead, issue_id, Act.CANCEL_OPINION, reason="Đã rõ.")


def test_an_owner_replaced_while_he_writes_keeps_his_answer(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    owner, url = enter(p.member), _url(desk, issue_id, "submit_answer")
    opened = owner.form(url, action=url)
    desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id, reason="Đi công tác")
    for address in (url, _url(desk, issue_id, "answer")):
        page = owner.send(opened, url=address, kind="guidance", content=TYPED, status=409)
        assert TYPED in words_of(page.text)
    owner.get(url, status=404)


def test_of_two_leads_who_transfer_the_second_learns_that_it_has_moved(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    desk.grant(p.second_member, Role.GROUP_LEAD, p.home_affairs)
    second, url = enter(p.second_member), _url(desk, issue_id, "transfer")
    opened = second.form(url, action=url)
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc Sở Tài chính")
    page = second.send(opened, unit_id=str(p.office.id), reason=TYPED, status=409)
    assert TYPED in words_of(page.text)
    assert desk.issue(issue_id).holder_id == p.finance.id
    assert desk.state(issue_id) is IssueState.SUBMITTED


def test_an_old_version_opens_nothing_to_who_never_held_it(desk: Desk) -> None:
    p, issue_id = desk.province, _asked(desk)
    desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id, reason="Đi công tác")
    for who in (p.finance_lead, p.finance_member, p.officer_a, p.coordinator):
        desk.refused(NotFound, who, issue_id, Act.SUBMIT_ANSWER, version=1, content=TYPED)
    desk.refused(NotFound, p.finance_lead, issue_id, Act.TRANSFER, version=1, unit_id=p.office.id)
    desk.refused(NotPossible, p.member, issue_id, Act.SUBMIT_ANSWER, version=1, content=TYPED)


def test_what_two_decide_at_once_is_decided_once(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.member, issue_id, Act.ASK_EXTENSION, days=2, reason="Chờ Bộ")
    desk.do(p.lead, issue_id, Act.REFUSE_EXTENSION, reason="Không cần")
    desk.refused(NotPossible, p.lead, issue_id, Act.REFUSE_EXTENSION, reason="Không cần")
    desk.refused(NotFound, p.member, issue_id, Act.REFUSE_EXTENSION, reason="Không cần")
