"""Directives: given, recorded for a leader, reported, confirmed; a dated one keeps the issue from closing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june, payload_of
from tracker.accounts import deputies
from tracker.accounts.models import Account, Grant
from tracker.db import transaction
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import directive_work, directives, recording, verify
from tracker.issues.directives import Order
from tracker.issues.models import Audience
from tracker.issues.models_directives import DirectiveSource, DirectiveState, DirectiveTarget
from tracker.issues.recording import Origin
from tracker.issues.workflow import Act, IssueState
from tracker.outbox.models import Notice
from tracker.permissions import Role


def given(desk: Desk, who: Account, *issue_ids: int, **order: Any) -> list[DirectiveTarget]:
    plain = {
        "content": "Giải quyết dứt điểm.",
        "unit_ids": [desk.province.home_affairs.id],
        "due_on": june(20),
    }
    with desk.travelled(), transaction():
        directive = directives.give(desk.session, desk.actor(who), issue_ids, Order(**{**plain, **order}))
    rows = desk.session.query(DirectiveTarget).filter_by(directive_id=directive.id)
    return rows.order_by(DirectiveTarget.id).all()


def does(desk: Desk, verb: Any, who: Account, key: int, *words: str) -> Any:
    with desk.travelled(), transaction():
        return verb(desk.session, desk.actor(who), key, *words)


def test_a_dated_directive_keeps_the_issue_answered_until_it_ends(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    (target,) = given(desk, p.provincial_leader, issue_id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.state(issue_id) is IssueState.ANSWERED
    with pytest.raises(NotPossible):
        does(desk, directive_work.confirm_done, p.provincial_leader, target.id)
    does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    assert desk.state(issue_id) is IssueState.ANSWERED
    does(desk, directive_work.send_back, p.provincial_leader, target.id, "Còn thiếu số liệu.")
    does(desk, directive_work.report, p.lead, target.id, "Đã bổ sung.")
    does(desk, directive_work.confirm_done, p.provincial_leader, target.id)
    assert desk.state(issue_id) is IssueState.CLOSED
    assert desk.verify() == []


def test_the_giver_cancels_and_the_issue_closes_an_endorsement_holds_nothing(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    given(desk, p.provincial_leader, issue_id, due_on=None)
    (target,) = given(desk, p.coordinator, issue_id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    for other in (p.provincial_leader, p.assistant, p.lead):
        with pytest.raises(NotFound):
            does(desk, directive_work.cancel, other, target.id, "Không cần nữa.")
    does(desk, directive_work.cancel, p.coordinator, target.id, "Không cần nữa.")
    assert desk.state(issue_id) is IssueState.CLOSED


def test_one_text_goes_to_several_units_for_several_issues(desk: Desk) -> None:
    p = desk.province
    issues = [desk.sent(), desk.sent()]
    rows = given(desk, p.provincial_leader, *issues, unit_ids=[p.home_affairs.id, p.finance.id])
    assert [(row.issue_id, row.unit_id) for row in rows] == [
        (issue, unit.id) for issue in issues for unit in (p.home_affairs, p.finance)
    ]
    does(
        desk, directive_work.report, p.finance_lead, rows[1].id, "Đã cấp kinh phí."
    )  # it reads the issue now
    with pytest.raises(NotFound):
        does(desk, directive_work.report, p.finance_lead, rows[0].id, "Của đơn vị khác.")
    assert desk.verify() == []


def test_a_department_leader_directs_his_own_unit_and_nobody_else_directs(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    given(desk, p.department_leader, issue_id)
    with pytest.raises(NotFound):
        given(desk, p.department_leader, issue_id, unit_ids=[p.finance.id])
    for person in (p.lead, p.member, p.officer_a, p.finance_leader, p.auditor, p.assistant, p.administrator):
        with pytest.raises(NotFound):
            given(desk, person, issue_id)


def test_an_assistant_records_for_a_leader_who_confirms_or_objects(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    words = {"leader_id": p.provincial_leader.id, "source": DirectiveSource.MEETING, "decided_on": june(1)}
    (target,) = given(desk, p.assistant, issue_id, **words)
    event = desk.events(issue_id)[-1]
    assert (event.actor_id, event.acting_for_id) == (p.assistant.id, p.provincial_leader.id)
    assert event.audience is Audience.DEPARTMENTS and payload_of(event)["source"] == "meeting"
    with pytest.raises(NotFound):
        does(desk, directives.give_word, p.assistant, target.directive_id)
    does(desk, directives.give_word, p.provincial_leader, target.directive_id)
    assert desk.kinds(issue_id)[-1] == "recorded_confirmed"
    with pytest.raises(NotPossible):
        does(desk, directives.give_word, p.provincial_leader, target.directive_id, "Không phải.")
    (second,) = given(desk, p.assistant, issue_id, **words)
    does(desk, directives.give_word, p.provincial_leader, second.directive_id, "Tôi không nói vậy.")
    assert desk.payload(issue_id, "recorded_objected")["text"] == "Tôi không nói vậy."
    row = desk.session.get_one(DirectiveTarget, second.id, populate_existing=True)
    assert row.state is DirectiveState.OPEN  # nothing is rolled back silently


def test_recording_is_refused_for_others_leaders_and_without_source(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    for who, leader in (
        (p.assistant, p.lead),
        (p.member, p.provincial_leader),
        (p.assistant, p.department_leader),
    ):
        with pytest.raises(Invalid):
            given(desk, who, issue_id, leader_id=leader.id, source=DirectiveSource.PHONE)
    with pytest.raises(Invalid):
        given(desk, p.assistant, issue_id, leader_id=p.provincial_leader.id)


def test_a_commune_is_directed_only_about_its_own_issue(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    with pytest.raises(NotFound):
        given(desk, p.provincial_leader, issue_id, unit_ids=[p.commune_b.id])
    (target,) = given(desk, p.provincial_leader, issue_id, unit_ids=[p.commune_a.id])
    does(desk, directive_work.report, p.officer_a, target.id, "Đã rà soát.")


def test_the_pages_record_report_and_confirm(desk: Desk, enter: Callable[[Account], Person]) -> None:
    p = desk.province
    number = desk.issue(desk.sent()).number
    new = f"/directives/new?issue={number}"
    assistant = enter(p.assistant)
    form = assistant.form(new, action=new)
    form.values |= {
        "content": "Xong trước ngày 20.",
        "units": str(p.home_affairs.id),
        "due_on": "2026-06-20",
        "leader": str(p.provincial_leader.id),
        "source": "meeting",
    }
    with desk.travelled():
        sent = assistant.client.post(new, data=form.values)
    assert sent.status_code == 303, sent.text
    leader = enter(p.provincial_leader)
    assert "chờ xác nhận" in leader.text("/directives")
    assert "Ghi thay" in leader.text(f"/issues/{number}")
    target = desk.session.query(DirectiveTarget).one()
    word = f"/directives/recorded/{target.directive_id}"
    with desk.travelled():
        token = leader.form("/directives", action=word).values
        assert leader.client.post(word, data=token).status_code == 303
    lead, url = enter(p.lead), f"/directives/{target.id}/report"
    assert url in lead.get("/directives").text
    report = lead.form(url, action=url).values
    with desk.travelled():
        assert lead.client.post(url, data={**report, "text": "Đã xong."}).status_code == 303
    assert "Xác nhận hoàn thành" in leader.text("/directives")
    assert "Xong trước ngày 20." not in enter(p.officer_a).text(f"/issues/{number}")
    enter(p.member).get(new, status=404)


def stand_in(desk: Desk, absent: Account, role: Role, deputy: Account) -> None:
    """Let somebody of the leader's unit stand in for him."""
    grant = desk.session.query(Grant).filter_by(account_id=absent.id, role=role).one()
    with desk.travelled(), transaction():
        actor = desk.actor(absent)
        deputies.appoint(desk.session, actor, grant.id, deputy.id, desk.today, june(30))


def test_a_deputy_of_the_leader_ends_the_absent_leaders_directives_and_both_are_named(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    rows = [given(desk, p.department_leader, issue_id)[0] for _ in range(2)]
    for person in (p.lead, p.member):
        with pytest.raises(NotFound):
            does(desk, directive_work.cancel, person, rows[0].id, "Không cần nữa.")
    stand_in(desk, p.department_leader, Role.DEPARTMENT_LEADER, p.lead)
    does(desk, directive_work.report, p.lead, rows[0].id, "Xong.")
    does(desk, directive_work.send_back, p.lead, rows[0].id, "Thiếu.")
    does(desk, directive_work.report, p.lead, rows[0].id, "Xong.")
    does(desk, directive_work.confirm_done, p.lead, rows[0].id)
    does(desk, directive_work.cancel, p.lead, rows[1].id, "Không cần nữa.")
    given(desk, p.lead, issue_id)
    events = [event for event in desk.events(issue_id) if event.actor_id == p.lead.id]
    kinds = {event.kind: event.acting_for_id for event in events}
    assert kinds.pop("directive_reported") is None
    assert set(kinds.values()) == {p.department_leader.id}
    assert not any(payload_of(event).get("by_assistant") for event in events)
    assert desk.verify() == []


def test_an_early_end_cancels_what_is_owed_with_the_reason_and_names_the_giver(desk: Desk) -> None:
    p = desk.province
    withdrawn, wrong = desk.sent(), desk.sent()
    for issue_id, who, act in (
        (withdrawn, p.officer_a, Act.WITHDRAW),
        (wrong, p.coordinator, Act.CLOSE_ERROR),
    ):
        (target,) = given(desk, p.provincial_leader, issue_id)
        given(desk, p.provincial_leader, issue_id, due_on=None)
        desk.do(who, issue_id, act, reason="Đã tự giải quyết.")
        assert desk.state(issue_id) is IssueState.CLOSED
        row = desk.session.get_one(DirectiveTarget, target.id, populate_existing=True)
        assert (row.state, row.remark) == (DirectiveState.CANCELLED, "Đã tự giải quyết.")
        told = desk.payload(issue_id, "directive_cancelled")
        assert (told["giver_id"], told["text"]) == (p.provincial_leader.id, "Đã tự giải quyết.")
        notices = select(Notice.account_id).where(
            Notice.issue_id == issue_id, Notice.kind == "directive_cancelled"
        )
        assert p.provincial_leader.id in set(desk.session.scalars(notices))
        assert p.lead.id in set(desk.session.scalars(notices))
        assert p.officer_a.id not in set(desk.session.scalars(notices))
        assert desk.kinds(issue_id)[-1] != "directive_cancelled"
        assert desk.kinds(issue_id).count("directive_cancelled") == 1
    assert desk.verify() == []


def test_what_waits_stands_on_the_home_pages(desk: Desk, enter: Callable[[Account], Person]) -> None:
    p = desk.province
    issue_id = desk.sent()
    words = {"leader_id": p.provincial_leader.id, "source": DirectiveSource.PHONE}
    (target,) = given(desk, p.assistant, issue_id, **words)
    assert "chờ ông, bà xác nhận" in enter(p.provincial_leader).text("/")
    assert "ý kiến chỉ đạo đơn vị phải thực hiện, hạn gần nhất 20/06/2026" in enter(p.lead).text("/")
    assert "chỉ đạo đơn vị" not in enter(p.finance_lead).text("/")
    does(desk, directives.give_word, p.provincial_leader, target.directive_id, "Tôi không nói vậy.")
    assert "lãnh đạo không đồng ý với nội dung được ghi thay" in enter(p.lead).text("/")
    does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    assert "báo cáo thực hiện chỉ đạo chờ xác nhận" in enter(p.provincial_leader).text("/")
    assert "Ý kiến chỉ đạo đang thực hiện: 1, quá hạn: 0" in enter(p.provincial_leader).text("/leaders")
    assert "Giải quyết dứt điểm." in enter(p.auditor).text("/directives?of=all")
    assert "Giải quyết dứt điểm." not in enter(p.finance_lead).text("/directives?of=all")


def test_a_form_offers_the_holder_and_the_parties_and_a_retry_gives_the_first_result(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p = desk.province
    issues = [desk.issue(desk.sent()) for _ in range(2)]
    rows = "&".join(f"row={issue.number}.{issue.version}" for issue in issues)
    new, leader = f"/directives/new?{rows}", enter(p.provincial_leader)
    text = leader.get(new).text
    assert "Ghi thay lãnh đạo" not in text and p.commune_b.name not in text
    form = leader.form(new, action=new)
    with desk.travelled():
        bare = leader.client.post(new, data=form.values | {"content": " "})
        assert bare.status_code == 422 and 'id="content-error"' in bare.text
        filled = form.values | {
            "content": "Phối hợp giải quyết.",
            "units": [str(p.commune_a.id), str(p.home_affairs.id)],
            "due_on": "2026-06-20",
        }
        for _ in range(2):
            assert leader.client.post(new, data=filled).status_code == 303
        assert leader.client.post(new, data=filled | {"content": "Khác."}).status_code == 409
    targets = desk.session.query(DirectiveTarget).order_by(DirectiveTarget.id).all()
    assert len(targets) == 4
    commune, url = enter(p.officer_a), f"/directives/{targets[0].id}/report"
    report = commune.form(url, action=url).values
    with desk.travelled():
        assert commune.client.post(url, data=report | {"text": ""}).status_code == 422
        for _ in range(2):
            assert commune.client.post(url, data=report | {"text": "Đã xong."}).status_code == 303
    assert desk.kinds(targets[0].issue_id).count("directive_reported") == 1
    assert "Chưa chọn vướng mắc nào" in leader.text("/directives/new")
    too_many = "&".join("issue=VM-2026-000001" for _ in range(51))
    leader.get(f"/directives/new?{too_many}", status=422)


TAMPERED = {
    "UPDATE directive_target SET state = 'cancelled'": "directive_wrong VM-2026-000001 cancelled stored, open told",
    "DELETE FROM directive_target": "directive_missing VM-2026-000001 directive 1 unit",
    "UPDATE recording SET leader_id = recorded_by_id - 1": "recording_wrong VM-2026-000002 recording 1",
    'UPDATE deputy SET deputy_id = (SELECT account_id FROM "grant" WHERE id = grant_id)': "deputy_wrong deputy 1",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_is_changed_behind_the_services_back_is_found(desk: Desk, statement: str) -> None:
    p = desk.province
    given(desk, p.provincial_leader, desk.sent())
    desk.grant(p.second_member, Role.LEADER_ASSISTANT, p.home_affairs)
    with desk.travelled():
        origin = Origin(p.department_leader.id, DirectiveSource.PHONE)
        assistant, issue_id = desk.actor(p.second_member), desk.to_approve()
        with transaction():
            recording.record_act(desk.session, assistant, issue_id, Act.APPROVE, origin, {})
    stand_in(desk, p.department_leader, Role.DEPARTMENT_LEADER, p.lead)
    assert desk.verify() == []
    found = ""
    with pytest.raises(KeyboardInterrupt), transaction():
        desk.session.execute(text(statement))
        found = "\n".join(map(str, verify.verify(desk.session)))
        raise KeyboardInterrupt  # so that nothing of it stays
    assert TAMPERED[statement] in found


def test_no_text_about_a_directive_carries_a_mark_of_secrecy(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p, marked = desk.province, "Độ mật: TUYỆT MẬT. Giải quyết dứt điểm."
    issue_id = desk.sent()
    with pytest.raises(Invalid):
        given(desk, p.provincial_leader, issue_id, content=marked)
    (target,) = given(desk, p.provincial_leader, issue_id)
    for verb, who in (
        (directive_work.report, p.lead),
        (directive_work.cancel, p.provincial_leader),
    ):
        with pytest.raises(Invalid):
            does(desk, verb, who, target.id, marked)
    refused = enter(p.lead).do(f"/directives/{target.id}/report", status=422, text=marked)
    assert "Giải quyết dứt điểm." in refused.text
    does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    with pytest.raises(Invalid):
        does(desk, directive_work.send_back, p.provincial_leader, target.id, marked)
    words = {"leader_id": p.provincial_leader.id, "source": DirectiveSource.PHONE}
    (recorded,) = given(desk, p.assistant, desk.sent(), **words)
    with pytest.raises(Invalid):
        does(desk, directives.give_word, p.provincial_leader, recorded.directive_id, marked)
    word = f"/directives/recorded/{recorded.directive_id}"
    assert "Giải quyết dứt điểm." in enter(p.provincial_leader).do(word, status=422, text=marked).text
