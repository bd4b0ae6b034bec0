"""ACCEPT, ASSIGN, REASSIGN, TRANSFER, ROUTE: the lead's desk and the coordinator's."""

import pytest

from tests.issue_builders import Desk, june
from tracker.deadlines.facts import WaitsFor
from tracker.deadlines.models import WorkKind
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues.models import AnswerStatus
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

S = IssueState


# --- accept and assign --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (None, june(10)),
        ("urgent", june(4)),
        ("one_department", june(10)),
        ("several_departments", june(15)),
        ("provincial_decision", june(22)),
    ],
)
def test_the_first_acceptance_sets_the_target_from_day_zero(
    desk: Desk, kind: str | None, due: object
) -> None:
    issue_id = desk.sent()
    desk.go(june(2))
    issue = desk.do(desk.province.lead, issue_id, Act.ACCEPT, work_kind=kind)
    assert issue.state is S.ACCEPTED and issue.due_on == due and issue.zero_on == june(1)
    assert issue.work_kind is WorkKind(kind or "one_department")


def test_an_urgent_matter_is_promised_in_three_days(desk: Desk) -> None:
    issue_id = desk.sent(is_urgent=True, urgent_reason="Hạn chi trả ngày mai")
    issue = desk.do(desk.province.department_leader, issue_id, Act.ACCEPT)
    assert issue.work_kind is WorkKind.URGENT and issue.due_on == june(4)


def test_a_corrected_field_needs_its_reason_and_the_reason_is_told(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    changed = {"field_id": p.field_money.id, "category_id": p.category_budget.id}
    assert desk.refused(Invalid, p.lead, issue_id, Act.ACCEPT, **changed).field == "reason"
    assert desk.refused(Invalid, p.lead, issue_id, Act.ACCEPT, field_id=9999, reason="x").field == "field_id"
    assert (
        desk.refused(Invalid, p.lead, issue_id, Act.ACCEPT, category_id=9999, reason="x").field
        == "category_id"
    )
    assert desk.refused(Invalid, p.lead, issue_id, Act.ACCEPT, work_kind="soon").field == "work_kind"
    issue = desk.do(p.lead, issue_id, Act.ACCEPT, **changed, reason="Thuộc kinh phí")
    assert (issue.field_id, issue.category_id) == (p.field_money.id, p.category_budget.id)
    assert issue.holder_id == p.home_affairs.id  # correcting the field is no transfer
    told = desk.payload(issue_id, "accepted")
    assert (told["field"], told["category"], told["reason"]) == (
        p.field_money.name,
        "Kinh phí",
        "Thuộc kinh phí",
    )


def test_accept_and_assign_is_one_click_with_both_events(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    issue = desk.do(p.lead, issue_id, Act.ASSIGN, owner_id=p.member.id, work_kind="several_departments")
    assert issue.state is S.WORKING and issue.owner_id == p.member.id and issue.due_on == june(15)
    assert desk.kinds(issue_id) == ["sent", "accepted", "assigned"]
    assert desk.payload(issue_id, "accepted")["target_days"] == 10
    assert desk.payload(issue_id, "assigned")["owner"] == p.member.full_name


def test_a_member_takes_an_issue_for_himself_only(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.refused(NotFound, p.member, issue_id, Act.ASSIGN, owner_id=p.second_member.id)
    assert desk.do(p.member, issue_id, Act.ASSIGN, owner_id=p.member.id).state is S.WORKING
    other = desk.sent()
    desk.switch(members_take_issues=False)
    desk.refused(NotFound, p.member, other, Act.ASSIGN, owner_id=p.member.id)


def test_the_owner_is_an_active_person_of_the_unit(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.leave(p.second_member)
    for person in (p.finance_member, p.coordinator, p.officer_a, p.second_member):
        error = desk.refused(Invalid, p.lead, issue_id, Act.ASSIGN, owner_id=person.id)
        assert (error.field, error.code) == ("owner_id", "not_of_this_unit")
    assert desk.refused(Invalid, p.lead, issue_id, Act.ASSIGN).code == "missing"
    assert desk.do(p.department_leader, issue_id, Act.ASSIGN, owner_id=p.lead.id).owner_id == p.lead.id


def test_the_desk_of_another_unit_cannot_take_it(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    for person in (
        p.finance_lead,
        p.finance_leader,
        p.officer_a,
        p.officer_b,
        p.provincial_leader,
        p.auditor,
    ):
        for act in (Act.ACCEPT, Act.ASSIGN, Act.TRANSFER):
            desk.refused(
                NotFound, person, issue_id, act, owner_id=p.member.id, unit_id=p.finance.id, reason="x"
            )


def test_reassigning_names_both_owners_and_keeps_the_state(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    issue = desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id, reason="Nghỉ phép")
    assert issue.state is S.TO_APPROVE and issue.owner_id == p.second_member.id
    told = desk.payload(issue_id, "reassigned")
    assert (told["old_owner"], told["owner"]) == (p.member.full_name, p.second_member.full_name)
    assert (
        desk.refused(Invalid, p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id).code
        == "same_owner"
    )
    desk.refused(NotFound, p.second_member, issue_id, Act.REASSIGN, owner_id=p.member.id)


def test_an_owner_who_lost_his_grant_no_longer_owns(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.leave(p.member)
    desk.refused(NotFound, p.member, issue_id, Act.NEWS, text="Đang xem")
    assert desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id).state is S.WORKING
    assert desk.do(p.second_member, issue_id, Act.NEWS, text="Đang xem").state is S.WORKING


def test_what_waits_from_the_leads_desk_has_no_owner_to_replace(desk: Desk) -> None:
    """It would come back to the desk without the owner just named."""
    p = desk.province
    issue_id = desk.accepted()
    desk.do(p.lead, issue_id, Act.ASK_INFO, question="?")
    desk.refused(NotFound, p.lead, issue_id, Act.REASSIGN, owner_id=p.member.id)


# --- transfer -----------------------------------------------------------------------------------------------


def test_a_transfer_clears_the_owner_and_the_clock_runs_on(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.go(june(3))
    issue = desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc Sở Tài chính")
    assert issue.state is S.SUBMITTED and issue.owner_id is None
    assert issue.holder_id == p.finance.id and issue.transfer_count == 1 and issue.level == 0
    assert issue.due_on == june(10) and issue.zero_on == june(1)
    told = desk.payload(issue_id, "transferred")
    assert (told["from"], told["to"]) == ("Sở Nội vụ", "Sở Tài chính")
    first, second = desk.timeline(issue_id).holdings
    assert (first.unit, first.to_on, second.unit) == (p.home_affairs.id, june(3), p.finance.id)
    assert first.waits_for is second.waits_for is WaitsFor.UNIT


def test_the_former_holder_keeps_reading_but_no_longer_acts(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    desk.refused(NotFound, p.lead, issue_id, Act.ACCEPT)
    from tracker.issues.rights import may_see

    assert may_see(desk.session, desk.actor(p.lead), desk.issue(issue_id))


def test_a_later_acceptance_changes_neither_target_nor_due_date(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.accepted()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    desk.go(june(4))
    issue = desk.do(p.finance_lead, issue_id, Act.ACCEPT, work_kind="provincial_decision")
    assert issue.work_kind is WorkKind.ONE_DEPARTMENT and issue.due_on == june(10)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_transfer_needs_a_reason(desk: Desk, reason: str) -> None:
    p = desk.province
    issue_id = desk.sent()
    assert (
        desk.refused(Invalid, p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason=reason).field
        == "reason"
    )


def test_a_transfer_names_another_unit_with_an_active_group(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    wrong = ((None, "missing"), (p.home_affairs.id, "same_holder"), (p.commune_a.id, "unit_without_group"))
    for unit_id, code in wrong:
        error = desk.refused(Invalid, p.lead, issue_id, Act.TRANSFER, unit_id=unit_id, reason="x")
        assert (error.field, error.code) == ("unit_id", code)


def test_a_draft_of_an_answer_stays_behind_as_a_returned_version(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.save(p.member, issue_id)
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    assert desk.answer(issue_id).status is AnswerStatus.RETURNED
    desk.do(p.finance_lead, issue_id, Act.ASSIGN, owner_id=p.finance_member.id)
    assert desk.save(p.finance_member, issue_id, content="Khác").answer_version == 2


# --- the second transfer and routing ------------------------------------------------------------------------


def twice_transferred(desk: Desk) -> int:
    """Home affairs → finance → the coordinator's desk."""
    p = desk.province
    issue_id = desk.sent()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    desk.do(p.finance_lead, issue_id, Act.TRANSFER, unit_id=p.home_affairs.id, reason="y")
    return issue_id


def test_the_second_transfer_lands_at_the_coordinator(desk: Desk) -> None:
    p = desk.province
    issue = desk.issue(twice_transferred(desk))
    assert issue.state is S.SUBMITTED and issue.awaits_routing
    assert issue.holder_id == p.office.id and issue.transfer_count == 2 and issue.level == 3
    told = desk.payload(issue.id, "transferred")
    assert told["awaits_routing"] is True and told["level"] == 3 and told["to"] == "Sở Nội vụ"


@pytest.mark.parametrize("act", [Act.ACCEPT, Act.ASSIGN, Act.TRANSFER, Act.INTERIM])
def test_while_routing_is_awaited_nothing_else_goes_on(desk: Desk, act: Act) -> None:
    p = desk.province
    issue_id = twice_transferred(desk)
    desk.refused(NotPossible, p.coordinator, issue_id, act, text="x", owner_id=p.member.id)


def test_while_routing_is_awaited_the_coordinator_asks_and_gives_news(desk: Desk) -> None:
    p = desk.province
    issue_id = twice_transferred(desk)
    desk.do(p.coordinator, issue_id, Act.NEWS, text="Đang xem xét cơ quan chủ trì")
    asked = desk.do(p.coordinator, issue_id, Act.ASK_INFO, question="Thuộc việc nào?")
    assert asked.state is S.NEED_INFO and asked.awaits_routing
    given = desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="Việc A")
    assert given.state is S.SUBMITTED and given.awaits_routing


def test_routing_decides_and_from_then_on_transfers_are_the_coordinators(desk: Desk) -> None:
    p = desk.province
    issue_id = twice_transferred(desk)
    desk.go(june(2))
    for person in (p.lead, p.finance_leader, p.officer_a):
        desk.refused(NotFound, person, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="x")
    issue = desk.do(
        p.coordinator, issue_id, Act.ROUTE, unit_id=p.home_affairs.id, reason="Theo quyết định 10"
    )
    assert issue.state is S.SUBMITTED and not issue.awaits_routing and issue.is_routed
    assert issue.holder_id == p.home_affairs.id and issue.due_on == june(10)
    desk.do(p.lead, issue_id, Act.ACCEPT)
    desk.refused(NotFound, p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    moved = desk.do(p.coordinator, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    assert moved.holder_id == p.finance.id and not moved.awaits_routing  # straight to the unit
    assert desk.do(p.finance_lead, issue_id, Act.ACCEPT).state is S.ACCEPTED


def test_the_coordinator_may_route_to_his_own_unit(desk: Desk) -> None:
    p = desk.province
    issue_id = twice_transferred(desk)
    issue = desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.office.id, reason="Tự xử lý")
    assert issue.holder_id == p.office.id and not issue.awaits_routing
    assert desk.do(p.coordinator, issue_id, Act.ACCEPT).state is S.ACCEPTED  # nobody else leads there


def test_an_issue_that_waited_from_the_beginning_is_routed(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent(field_id=None, category_id=None, title="abc", situation="abc", proposal="abc")
    issue = desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="x")
    assert issue.holder_id == p.finance.id and issue.transfer_count == 0


@pytest.mark.parametrize("state", ["accepted", "working", "to_approve"])
def test_where_nobody_leads_the_coordinator_routes_from_any_open_state(desk: Desk, state: str) -> None:
    p = desk.province
    issue_id = getattr(desk, state)()
    desk.refused(NotFound, p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="x")
    desk.leave(p.lead)
    desk.leave(p.department_leader)
    issue = desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="Không còn tổ")
    assert issue.state is S.SUBMITTED and issue.holder_id == p.finance.id and issue.owner_id is None
    assert desk.do(p.finance_lead, issue_id, Act.ACCEPT).due_on == june(10)


def test_routing_out_of_a_pause_ends_it(desk: Desk) -> None:
    p = desk.province
    issue_id = twice_transferred(desk)
    desk.do(p.coordinator, issue_id, Act.ASK_INFO, question="?")
    desk.go(june(3))
    issue = desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="x")
    assert issue.state is S.SUBMITTED and issue.due_on == june(12)  # two working days of pause
    assert desk.party(issue_id, p.commune_a).info.value == "none"


# --- substitution, versions ---------------------------------------------------------------------------------


def test_without_a_lead_the_department_leader_stands_in(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.refused(NotFound, p.department_leader, issue_id, Act.NEWS, text="x")
    desk.leave(p.lead)
    assert desk.do(p.department_leader, issue_id, Act.NEWS, text="x").state is S.WORKING
    desk.refused(NotFound, p.coordinator, issue_id, Act.NEWS, text="x")


def test_without_lead_and_department_leader_the_coordinator_stands_in(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.leave(p.lead)
    desk.leave(p.department_leader)
    assert desk.do(p.coordinator, issue_id, Act.ASSIGN, owner_id=p.member.id).owner_id == p.member.id


def test_a_stale_page_does_not_overwrite_the_owner(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    version = desk.issue(issue_id).version
    desk.do(p.lead, issue_id, Act.ACCEPT, version=version)
    desk.refused(Stale, p.department_leader, issue_id, Act.ASSIGN, version=version, owner_id=p.member.id)
    now = desk.issue(issue_id).version
    assert desk.do(p.department_leader, issue_id, Act.ASSIGN, version=now, owner_id=p.member.id).owner_id


def test_the_signature_names_the_unit_in_whose_name_one_acts(desk: Desk) -> None:
    p = desk.province
    desk.grant(p.lead, Role.GROUP_MEMBER, p.finance)
    issue_id = desk.working()
    last = desk.events(issue_id)[-1]
    assert (last.actor_name, last.unit_name) == (p.lead.full_name, "Sở Nội vụ")
