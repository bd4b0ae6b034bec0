"""Acts that an assistant records for a department leader: only what that leader may do, told, and confirmed later."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.errors import DomainError, Invalid, NotFound, NotPossible
from tracker.issues import recording
from tracker.issues.models import Audience
from tracker.issues.models_directives import DirectiveSource, Recording
from tracker.issues.recording import Origin
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role


@pytest.fixture
def helper(desk: Desk) -> Account:
    """The second member, who is the department leader's assistant too."""
    p = desk.province
    desk.grant(p.second_member, Role.LEADER_ASSISTANT, p.home_affairs)
    found: Account = p.second_member
    return found


def record(desk: Desk, who: Account, issue_id: int, act: Act = Act.APPROVE, **changed: Any) -> Recording:
    plain: dict[str, Any] = {
        "leader_id": desk.province.department_leader.id,
        "source": DirectiveSource.PHONE,
        "decided_on": june(1),
    }
    files = changed.pop("files", ())
    data = {key: changed.pop(key) for key in ("remark",) if key in changed}
    with desk.travelled(), transaction():
        origin = Origin(**{**plain, **changed})
        return recording.record_act(desk.session, desk.actor(who), issue_id, act, origin, data, files)


def refused(desk: Desk, error: type[DomainError], who: Account, issue_id: int, **changed: Any) -> None:
    before = desk.snapshot()
    with pytest.raises(error):
        record(desk, who, issue_id, **changed)
    assert desk.snapshot() == before


def says(desk: Desk, who: Account, row: Recording, text: str = "") -> None:
    with desk.travelled(), transaction():
        recording.give_word(desk.session, desk.actor(who), row.id, text)


def test_the_answer_goes_out_in_the_leaders_name_and_both_are_told(desk: Desk, helper: Account) -> None:
    p, issue_id = desk.province, desk.to_approve()
    row = record(desk, helper, issue_id, files=[desk.file()])
    assert desk.state(issue_id) is IssueState.ANSWERED
    answer = desk.answer(issue_id)
    assert (answer.approved_by_id, answer.approved_for_id) == (helper.id, p.department_leader.id)
    event = desk.events(issue_id)[-1]
    assert (event.actor_id, event.acting_for_id) == (helper.id, p.department_leader.id)
    told = desk.payload(issue_id, "answer_approved")
    assert (told["leader"], told["source"], told["decided_on"]) == (
        p.department_leader.full_name,
        "phone",
        "2026-06-01",
    )
    (picture,) = [file for file in desk.stored_files(issue_id) if file.event_id == event.id]
    assert picture.audience is Audience.DEPARTMENTS
    assert row.awaits_word
    assert desk.verify() == []


def test_an_answer_is_sent_back_with_the_leaders_remark(desk: Desk, helper: Account) -> None:
    issue_id = desk.to_approve()
    refused(desk, Invalid, helper, issue_id, act=Act.RETURN_ANSWER)
    record(desk, helper, issue_id, Act.RETURN_ANSWER, remark="Thiếu căn cứ.")
    assert desk.state(issue_id) is IssueState.WORKING
    assert desk.payload(issue_id, "answer_returned")["leader"]


def test_who_wrote_the_answer_does_not_record_its_approval_nor_for_a_leader_who_wrote_it(
    desk: Desk, helper: Account
) -> None:
    p = desk.province
    note = {"kind": "guidance", "content": "a", "citations": [("Luật", None)]}
    own = desk.working(owner=helper)
    desk.do(helper, own, Act.SUBMIT_ANSWER, **note)
    refused(desk, NotFound, helper, own)
    his = desk.working(owner=p.department_leader)
    desk.do(p.department_leader, his, Act.SUBMIT_ANSWER, **note)
    refused(desk, NotFound, helper, his)


def test_the_assistants_own_rights_do_not_count_nor_those_lent_to_the_leader(
    desk: Desk, helper: Account
) -> None:
    """The lead of the group may approve a note; recorded for the leader of another department he may not."""
    p = desk.province
    desk.grant(helper, Role.GROUP_LEAD, p.home_affairs)
    desk.grant(helper, Role.LEADER_ASSISTANT, p.finance)
    refused(desk, NotFound, helper, desk.to_approve(), leader_id=p.finance_leader.id)


def test_recording_is_for_assistants_of_the_department_with_a_source_of_the_past(
    desk: Desk, helper: Account
) -> None:
    p, issue_id = desk.province, desk.to_approve()
    for person in (p.member, p.lead, p.assistant, p.officer_a, p.coordinator):
        refused(desk, Invalid, person, issue_id)
    for leader in (p.lead, p.finance_leader, p.coordinator, helper):
        refused(desk, Invalid, helper, issue_id, leader_id=leader.id)
    refused(desk, Invalid, helper, issue_id, source=None)
    refused(desk, Invalid, helper, issue_id, decided_on=june(2))
    for act in set(Act) - set(recording.ACTS):
        refused(desk, Invalid, helper, issue_id, act=act)
    desk.leave(p.department_leader)
    refused(desk, Invalid, helper, issue_id)


def test_the_leader_confirms_or_objects_once_and_nothing_is_undone(desk: Desk, helper: Account) -> None:
    p = desk.province
    first, second = (record(desk, helper, desk.to_approve()) for _ in range(2))
    for other in (helper, p.lead, p.provincial_leader):
        with pytest.raises(NotFound):
            says(desk, other, first)
    says(desk, p.department_leader, first)
    with pytest.raises(NotPossible):
        says(desk, p.department_leader, first, "Không phải.")
    says(desk, p.department_leader, second, "Tôi chưa đồng ý.")
    assert desk.kinds(first.issue_id)[-1] == "recorded_confirmed"
    assert desk.payload(second.issue_id, "recorded_objected")["text"] == "Tôi chưa đồng ý."
    assert desk.state(second.issue_id) is IssueState.ANSWERED
    assert desk.verify() == []


def test_without_the_switch_nobody_waits_for_the_leaders_word(desk: Desk, helper: Account) -> None:
    desk.switch(leader_confirms_recorded=False)
    assert not record(desk, helper, desk.to_approve()).awaits_word


def test_the_pages_record_show_and_take_the_leaders_word(
    desk: Desk, helper: Account, enter: Callable[[Account], Person]
) -> None:
    p, number = desk.province, desk.issue(desk.to_approve()).number
    url, person = f"/issues/{number}/record", enter(helper)
    assert url in person.get(f"/issues/{number}").text
    form = person.form(url, action=url)
    with desk.travelled():
        empty = person.client.post(url, data=form.values | {"leader": ""})
        assert empty.status_code == 422 and "Cần nhập mục này." in empty.text
        filled = form.values | {"act": "approve", "source": "meeting", "leader": str(p.department_leader.id)}
        for _ in range(2):  # a retry after a lost answer gives the same result
            assert person.client.post(url, data=filled).location == f"/issues/{number}"
    told = f"Ghi thay: {p.department_leader.full_name}, do {helper.full_name} ghi, theo cuộc họp"
    assert told in person.text(f"/issues/{number}") and "Chờ lãnh đạo xác nhận" in person.text(
        f"/issues/{number}"
    )
    commune = enter(p.officer_a).text(f"/issues/{number}")
    assert told in commune and "Chờ lãnh đạo xác nhận" not in commune
    leader, word = enter(p.department_leader), f"/recorded/{desk.session.query(Recording).one().id}"
    objection = leader.form(word, action=word).values
    with desk.travelled():
        assert leader.client.post(word, data=objection | {"text": " "}).status_code == 422
        assert leader.client.post(word, data=objection | {"text": "Chưa đồng ý."}).status_code == 303
    assert "Lãnh đạo không đồng ý" in person.text(f"/issues/{number}")
    assert "Chưa đồng ý." not in enter(p.officer_a).text(f"/issues/{number}")
    enter(p.member).get(url, status=404)
