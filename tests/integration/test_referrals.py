"""Referred up, followed up, answered from above or recalled: what each leaves, and what it does to the clock."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import referral_lists
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.referral_rules import ReferralEnd
from tracker.issues.workflow import Act, IssueState, Outcome

Enter = Callable[[Account], Person]
MINISTRY: dict[str, object] = {
    "addressee": "ministry",
    "name": "Bộ Nội vụ",
    "subject": "Xin ý kiến về phụ cấp",
}
PROVINCE: dict[str, object] = {"addressee": "provincial_committee"}


def refer(desk: Desk, issue_id: int | None = None, **data: object) -> int:
    """Referred by the department's leader, to a ministry unless told otherwise; the issue's key."""
    issue_id = issue_id or desk.working()
    desk.do(desk.province.department_leader, issue_id, Act.REFER, **(data or MINISTRY))
    return issue_id


def waiting(desk: Desk, issue_id: int) -> ReferralIssue:
    """The newest referral of the issue."""
    desk.session.rollback()
    rows = select(ReferralIssue).where(ReferralIssue.issue_id == issue_id).order_by(ReferralIssue.id.desc())
    return desk.session.scalars(rows.execution_options(populate_existing=True)).first() or pytest.fail("none")


def test_a_ministry_pauses_the_clock_and_marks_the_issue_until_it_replies(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    desk.go(june(3))
    refer(desk, issue_id)
    issue = desk.issue(issue_id)
    assert (issue.state, issue.level, issue.due_on) == (IssueState.WITH_AUTHORITY, 5, None)
    row = waiting(desk, issue_id)
    assert (row.follow_up_on, row.interim_due_on) == (date(2026, 7, 15), june(10))
    assert desk.timeline(issue_id).holdings[-1].waits_for.value == "authority"
    desk.go(june(10))
    desk.do(p.member, issue_id, Act.REPLY_IN, text="Bộ đồng ý", reply_number="99/BNV")
    issue = desk.issue(issue_id)
    assert (issue.state, issue.level, issue.due_on) == (IssueState.WORKING, 0, june(17))  # five days later
    assert waiting(desk, issue_id).how is ReferralEnd.REPLIED
    assert desk.verify() == []


def test_while_the_provincial_committee_decides_the_promise_runs_on(desk: Desk) -> None:
    issue_id = desk.working()
    due_on = desk.issue(issue_id).due_on
    refer(desk, issue_id, **PROVINCE)
    issue = desk.issue(issue_id)
    assert (issue.due_on, issue.level) == (due_on, 0)
    row = waiting(desk, issue_id)
    assert (row.follow_up_on, row.interim_due_on) == (june(15), None)
    assert desk.timeline(issue_id).holdings[-1].waits_for.value == "authority"
    assert desk.timeline(issue_id).pauses == ()
    desk.do(desk.province.member, issue_id, Act.REPLY_IN, text="Đồng ý")
    assert desk.issue(issue_id).due_on == due_on
    assert desk.timeline(issue_id).holdings[-1].waits_for.value == "unit"


def test_a_lead_refers_with_the_recorded_consent_of_his_leader_which_communes_do_not_read(
    desk: Desk, enter: Enter
) -> None:
    p, issue_id = desk.province, desk.working()
    assert desk.refused(Invalid, p.lead, issue_id, Act.REFER, **MINISTRY).field == "has_consent"
    assert (
        desk.refused(Invalid, p.lead, issue_id, Act.REFER, **MINISTRY, has_consent=True).field == "consent_by"
    )
    consent = {"has_consent": True, "consent_by": "Đặng Thị Giang", "consent_on": june(1)}
    desk.refused(NotFound, p.member, issue_id, Act.REFER, **MINISTRY, **consent)
    desk.do(p.lead, issue_id, Act.REFER, **MINISTRY, **consent, files=[desk.file()])
    assert desk.payload(issue_id, "referral_prepared")["consent_by"] == "Đặng Thị Giang"
    url = f"/issues/{desk.issue(issue_id).number}"
    assert "Đặng Thị Giang đã đồng ý trình, ngày 01/06/2026." in enter(p.member).text(url)
    text = enter(p.officer_a).text(url)
    assert "Bộ Nội vụ" in text
    assert "đã đồng ý trình" not in text
    assert "Đôn đốc" not in text
    assert [file.audience.value for file in desk.stored_files(issue_id)] == ["departments"]
    assert "tep-1.pdf" not in text


def test_one_document_carries_many_issues_and_is_settled_with_the_last(desk: Desk) -> None:
    p, first = desk.province, refer(desk)
    second = desk.working()
    key = waiting(desk, first).referral_id
    desk.do(p.department_leader, second, Act.REFER, referral_id=key)
    assert waiting(desk, second).referral_id == key
    assert desk.session.get_one(Referral, key).open_count == 2
    finance = desk.sent(field_id=p.field_staff.id)
    assert (
        desk.refused(Invalid, p.department_leader, desk.working(finance), Act.REFER, referral_id=999).field
        == "referral_id"
    )
    desk.do(p.officer_a, first, Act.WITHDRAW, reason="Thôi")
    assert waiting(desk, first).how is ReferralEnd.LEFT
    desk.do(p.department_leader, second, Act.RECALL, reason="Sai nội dung")
    assert waiting(desk, second).how is ReferralEnd.RECALLED
    desk.session.rollback()
    assert desk.session.get_one(Referral, key, populate_existing=True).open_count == 0
    third = desk.working()
    assert (
        desk.refused(Invalid, p.department_leader, third, Act.REFER, referral_id=key).field == "referral_id"
    )
    assert desk.verify() == []


def test_what_is_with_an_authority_stays_there_but_may_change_its_owner(desk: Desk) -> None:
    p, issue_id = desk.province, refer(desk)
    for act in (Act.TRANSFER, Act.ASK_INFO, Act.SUBMIT_ANSWER, Act.SEND_DOCUMENT, Act.REFER):
        desk.refused(NotPossible, p.department_leader, issue_id, act)
    desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id)
    desk.refused(NotFound, p.second_member, issue_id, Act.RECALL, reason="Thôi")
    desk.refused(NotFound, p.member, issue_id, Act.REPLY_IN, text="Đồng ý")
    desk.refused(Invalid, p.second_member, issue_id, Act.REPLY_IN)
    desk.do(p.second_member, issue_id, Act.REPLY_IN, files=[desk.file()])
    assert desk.issue(issue_id).owner_id == p.second_member.id


def test_a_follow_up_sets_the_next_date_and_a_late_number_needs_no_words(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, refer(desk, **PROVINCE)
    desk.go(june(15))
    assert "văn bản trình đến ngày đôn đốc" in enter(p.member).text("/")
    assert "văn bản trình đến ngày đôn đốc" in enter(p.lead).text("/")
    desk.refused(Invalid, p.member, issue_id, Act.FOLLOW_UP)
    late = desk.refused(Invalid, p.member, issue_id, Act.FOLLOW_UP, text="Đã gọi", follow_up_on=june(30))
    assert (late.field, late.code) == ("follow_up_on", "follow_up_too_late")
    desk.refused(Invalid, p.member, issue_id, Act.FOLLOW_UP, text="Đã gọi", follow_up_on=june(15))
    desk.do(p.member, issue_id, Act.FOLLOW_UP, document_number="12/SNV", document_on=june(2))
    assert waiting(desk, issue_id).follow_up_on == june(15)
    desk.do(p.member, issue_id, Act.FOLLOW_UP, text="Đã gọi Văn phòng UBND tỉnh")
    assert waiting(desk, issue_id).follow_up_on == june(29)
    assert "văn bản trình đến ngày đôn đốc" not in enter(p.member).text("/")
    url = f"/issues/{desk.issue(issue_id).number}"
    assert "Đã gọi Văn phòng UBND tỉnh" in enter(p.member).text(url)
    text = enter(p.officer_a).text(url)
    assert "Đã gọi Văn phòng UBND tỉnh" not in text
    assert "12/SNV" in text


def test_a_council_that_sits_later_is_waited_for_and_its_date_is_told(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, desk.working()
    council: dict[str, object] = {
        "addressee": "peoples_council",
        "session_on": june(30),
        "follow_up_on": june(29),
    }
    refer(desk, issue_id, **council)
    assert waiting(desk, issue_id).follow_up_on == june(29)
    assert desk.issue(issue_id).due_on is None
    assert desk.issue(issue_id).level == 0
    assert "30/06/2026" in enter(p.officer_a).text(f"/issues/{desk.issue(issue_id).number}")


def test_an_interim_answer_is_owed_until_it_is_given(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, refer(desk)
    assert "trả lời bước đầu cho địa phương" in enter(p.member).text("/")
    desk.do(p.member, issue_id, Act.INTERIM, text="Đã báo cáo Bộ Nội vụ.")
    assert waiting(desk, issue_id).interim_due_on is None
    assert "trả lời bước đầu cho địa phương" not in enter(p.member).text("/")


def test_an_answer_after_the_reply_closes_as_answered_from_above(desk: Desk) -> None:
    p, issue_id = desk.province, refer(desk)
    desk.do(p.member, issue_id, Act.REPLY_IN, text="Đồng ý")
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.issue(issue_id).outcome is Outcome.ANSWERED_FROM_ABOVE
    desk.do(p.officer_a, issue_id, Act.REOPEN, reason="Chưa xong")
    desk.working(issue_id)
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.issue(issue_id).outcome is Outcome.GUIDED


def test_a_recalled_document_leaves_the_kind_of_the_answer(desk: Desk) -> None:
    p, issue_id = desk.province, refer(desk)
    desk.do(p.department_leader, issue_id, Act.RECALL, reason="Tự giải quyết được")
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.issue(issue_id).outcome is Outcome.GUIDED


def test_documents_are_listed_by_addressee_for_departments_that_see_an_issue_of_theirs(
    desk: Desk, enter: Enter
) -> None:
    p, first = desk.province, refer(desk)
    key = waiting(desk, first).referral_id
    desk.do(p.department_leader, desk.working(), Act.REFER, referral_id=key)
    refer(desk, **PROVINCE)
    desk.go(june(3))
    for who in (p.lead, p.second_member, p.coordinator, p.provincial_leader, p.auditor):
        text = enter(who).text("/referrals")
        assert "2 vướng mắc" in text
        assert "Đã chờ 2 ngày làm việc" in text
        assert desk.issue(first).number in enter(who).text(f"/referrals/{key}")
    assert "2 vướng mắc" not in enter(p.lead).text("/referrals?to=provincial_committee")
    assert "Bộ Nội vụ" not in enter(p.finance_lead).text("/referrals")
    enter(p.finance_lead).get(f"/referrals/{key}", status=404)
    for url in ("/referrals", f"/referrals/{key}", f"/referrals/{key}/follow_up"):
        enter(p.officer_a).get(url, status=404)
    enter(p.auditor).get(f"/referrals/{key}/follow_up", status=404)


def test_one_follow_up_is_recorded_on_every_issue_of_the_document(desk: Desk, enter: Enter) -> None:
    p, first, second = desk.province, refer(desk), desk.working()
    key = waiting(desk, first).referral_id
    desk.do(p.department_leader, second, Act.REFER, referral_id=key)
    desk.do(p.lead, second, Act.REASSIGN, owner_id=p.second_member.id)
    url = f"/referrals/{key}"
    enter(p.lead).do(f"{url}/follow_up", status=422)
    enter(p.lead).do(f"{url}/follow_up", text="Đã gửi công văn nhắc", document_number="8/SNV")
    assert desk.payload(second, "followed_up")["text"] == "Đã gửi công văn nhắc"
    assert desk.kinds(first).count("followed_up") == 1
    enter(p.second_member).do(f"{url}/follow_up", text="Đã gọi điện")
    assert (desk.kinds(first).count("followed_up"), desk.kinds(second).count("followed_up")) == (1, 2)
    assert "8/SNV" in enter(p.lead).text(url)
    assert desk.verify() == []


def test_documents_page_by_key(desk: Desk) -> None:
    p = desk.province
    for number in range(3):
        refer(desk, addressee="ministry", name=f"Bộ {number}")
    me = desk.actor(p.lead)
    page = referral_lists.list_documents(desk.session, me, None, None, limit=2)
    assert [row.referral.name for row in page.rows] == ["Bộ 0", "Bộ 1"]
    rest = referral_lists.list_documents(desk.session, me, None, page.next_after, limit=2)
    assert ([row.referral.name for row in rest.rows], rest.next_after) == (["Bộ 2"], None)


def test_the_page_takes_a_referral_and_offers_the_documents_under_way(desk: Desk, enter: Enter) -> None:
    p, first, second = desk.province, desk.working(), desk.working()
    leader = enter(p.department_leader)
    url = f"/issues/{desk.issue(first).number}"
    assert "Người đồng ý" not in leader.text(f"{url}/refer")
    assert "Người đồng ý" in enter(p.lead).text(f"{url}/refer")
    leader.do(f"{url}/refer", status=422, addressee="ministry")
    leader.do(f"{url}/refer", addressee="ministry", name="Bộ Nội vụ", document_number="7/SNV")
    other = f"/issues/{desk.issue(second).number}/refer"
    assert "Bộ Nội vụ · 7/SNV" in leader.text(other)
    leader.do(other, referral_id=str(waiting(desk, first).referral_id))
    assert desk.state(second) is IssueState.WITH_AUTHORITY
    assert "Đã kiến nghị Trung ương" in leader.text(url)
