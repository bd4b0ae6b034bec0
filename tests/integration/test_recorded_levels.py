"""What a leader decides about dates and levels, written down by his assistant: his duty, his name, his word."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser_of_pages import Person, words_of
from tests.integration.test_escalation import at_level
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.errors import DomainError, Invalid, NotFound, NotPossible
from tracker.issues import recording
from tracker.issues.models_directives import DirectiveSource, Recording
from tracker.issues.models_escalation import Duty, Escalation, Plan
from tracker.issues.recording import Origin
from tracker.issues.workflow import Act
from tracker.permissions import Role

Enter = Callable[[Account], Person]


@pytest.fixture
def helper(desk: Desk) -> Account:
    """The second member, who is the department leader's assistant too."""
    p = desk.province
    desk.grant(p.second_member, Role.LEADER_ASSISTANT, p.home_affairs)
    found: Account = p.second_member
    return found


def record(desk: Desk, who: Account, leader: Account, issue_id: int, act: Act, **data: Any) -> Recording:
    with desk.travelled(), transaction():
        origin = Origin(leader.id, DirectiveSource.MEETING, desk.today)
        return recording.record_act(desk.session, desk.actor(who), issue_id, act, origin, data)


def refused(
    desk: Desk, error: type[DomainError], who: Account, leader: Account, issue_id: int, act: Act, **data: Any
) -> None:
    before = desk.snapshot()
    with pytest.raises(error):
        record(desk, who, leader, issue_id, act, **data)
    assert desk.snapshot() == before


def offered(desk: Desk, who: Account, issue_id: int) -> list[Act]:
    """What the page of the issue would let the person record."""
    from tracker.directory.switches import read_switches
    from tracker.issues import dossier

    with desk.travelled():
        found = dossier.read_by_number(
            desk.session,
            desk.actor(who),
            str(desk.issue(issue_id).number),
            switches=read_switches(desk.session),
            today=desk.today,
        )
        assert found is not None
        return list(recording.recordable(desk.session, desk.actor(who), found.matter))


def test_more_time_in_the_leaders_name_discharges_his_duty_in_his_name(desk: Desk, helper: Account) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    record(desk, helper, p.department_leader, issue_id, Act.EXTEND, days=3)
    event = next(each for each in desk.events(issue_id) if each.kind == "extended")
    assert (event.actor_id, event.acting_for_id) == (helper.id, p.department_leader.id)
    done = [duty for duty in desk.session.query(Duty) if duty.discharged_at is not None]
    assert [(duty.level, duty.discharged_by_id) for duty in done] == [(2, p.department_leader.id)]
    assert desk.verify() == []


def test_a_plan_is_the_leaders_and_only_one_is_made(desk: Desk, helper: Account) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    record(desk, helper, p.department_leader, issue_id, Act.PLAN, text="Họp với Bộ", until_on=june(19))
    plan = desk.session.query(Plan).one()
    assert (plan.made_by_id, plan.content) == (p.department_leader.id, "Họp với Bộ")
    assert Act.PLAN not in offered(desk, helper, issue_id)
    assert desk.verify() == []


def test_a_report_to_the_coordinator_and_the_way_down_are_decided_by_who_may(
    desk: Desk, helper: Account
) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    record(desk, helper, p.department_leader, issue_id, Act.ESCALATE, reason="Vượt thẩm quyền")
    assert desk.issue(issue_id).level == 3
    raised = desk.session.query(Escalation).order_by(Escalation.id.desc()).first()
    assert raised is not None and raised.asked_by_id == p.department_leader.id
    for act in (Act.LOWER, Act.DECLINE_ESCALATION, Act.PLAN):  # the coordinator's now
        refused(desk, NotPossible, helper, p.department_leader, issue_id, act, reason="x", text="x", level=0)
    record(desk, p.assistant, p.provincial_leader, issue_id, Act.LOWER, reason="Sở tự giải quyết", level=2)
    assert desk.issue(issue_id).level == 2
    record(desk, helper, p.department_leader, issue_id, Act.LOWER, reason="Đã rõ hướng", level=0)
    assert desk.issue(issue_id).level == 0
    assert desk.verify() == []


def test_what_was_reported_by_hand_is_declined_for_the_leader_and_the_asker_reads_why(
    desk: Desk, helper: Account
) -> None:
    p, issue_id = desk.province, at_level(desk, 1)
    desk.do(p.lead, issue_id, Act.ESCALATE, reason="Chờ Bộ")
    record(desk, helper, p.department_leader, issue_id, Act.DECLINE_ESCALATION, reason="Tổ xử lý được")
    assert desk.issue(issue_id).level == 1
    assert desk.payload(issue_id, "escalation_declined")["leader"] == p.department_leader.full_name
    assert desk.verify() == []


def test_an_extension_asked_for_is_refused_in_the_leaders_name(desk: Desk, helper: Account) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.member, issue_id, Act.ASK_EXTENSION, days=2, reason="Chờ Bộ")
    record(desk, helper, p.department_leader, issue_id, Act.REFUSE_EXTENSION, reason="Đủ căn cứ")
    assert "extension_refused" in desk.kinds(issue_id)


def test_nothing_is_recorded_beyond_the_leaders_own_rights(desk: Desk, helper: Account) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    refused(desk, Invalid, helper, p.finance_leader, issue_id, Act.EXTEND, days=1)
    refused(desk, Invalid, p.member, p.department_leader, issue_id, Act.EXTEND, days=1)
    refused(desk, NotFound, p.assistant, p.provincial_leader, issue_id, Act.EXTEND, days=1)
    refused(desk, NotFound, p.assistant, p.provincial_leader, issue_id, Act.PLAN, text="x", until_on=june(19))
    assert offered(desk, p.assistant, issue_id) == [Act.LOWER]
    assert offered(desk, p.member, issue_id) == []
    assert set(offered(desk, helper, issue_id)) == {Act.EXTEND, Act.PLAN, Act.ESCALATE, Act.LOWER}


def test_the_pages_offer_each_act_with_its_own_fields_and_keep_what_was_typed(
    desk: Desk, helper: Account, enter: Enter
) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    number, person = desk.issue(issue_id).number, enter(helper)
    page, record_page = f"/issues/{number}", f"/issues/{number}/record"
    assert record_page in person.get(page).text
    assert f"{record_page}/plan" in person.get(record_page).text
    url = f"{record_page}/plan"
    form = person.form(url, action=url)
    assert {"text", "until_on", "leader", "source", "decided_on"} <= form.names
    typed = {"text": "Họp với Bộ", "until_on": "2026-12-31", "source": "meeting"}
    answer = person.send(form, status=422, **typed)
    assert "Họp với Bộ" in answer.text and "muộn nhất" in words_of(answer.text)
    missing = person.send(form, status=422, **typed | {"source": "", "until_on": "2026-06-19"})
    assert "Cần nhập mục này." in words_of(missing.text)
    for _ in range(2):  # a retry after a lost answer gives the same result
        person.send(form, **typed | {"until_on": "2026-06-19"})
    assert desk.session.query(Plan).count() == 1
    told = f"Ghi thay: {p.department_leader.full_name}, do {helper.full_name} ghi, theo cuộc họp"
    assert told in person.text(page) and "Chờ lãnh đạo xác nhận" in person.text(page)
    row = desk.session.query(Recording).one()
    word = f"/recorded/{row.id}"
    enter(p.department_leader).get(word)
    assert told not in enter(p.officer_a).text(page)


def test_who_may_record_nothing_finds_no_page(desk: Desk, helper: Account, enter: Enter) -> None:
    p, issue_id = desk.province, at_level(desk, 2)
    url = f"/issues/{desk.issue(issue_id).number}/record"
    enter(p.member).get(f"{url}/plan", status=404)
    enter(p.assistant).get(f"{url}/plan", status=404)
    enter(p.assistant).get(f"{url}/lower")
    for act in ("approve", "assign", "nonsense"):
        enter(helper).get(f"{url}/{act}", status=404)
