"""A department as party: what a unit raises for itself, and what it may not say about its own answer."""

from tests.issue_builders import NOTE, Desk
from tracker.errors import NotFound
from tracker.issues.workflow import Act, IssueState, Outcome
from tracker.permissions import Role

S = IssueState


def test_the_filer_or_the_lead_of_the_raising_unit_acts_as_the_party(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.sent(p.finance_member)))
    for person in (p.finance_leader, p.member, p.officer_a):
        desk.refused(NotFound, person, issue_id, Act.CLARIFY, text="?")
    assert desk.do(p.finance_member, issue_id, Act.CLARIFY, text="?").state is S.WORKING
    desk.answered(issue_id)
    issue = desk.do(p.finance_lead, issue_id, Act.CONFIRM, is_solved=True)
    assert issue.state is S.CLOSED and issue.outcome is Outcome.SOLVED


def test_the_raising_unit_gives_information_and_withdraws(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.sent(p.finance_member))
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.refused(NotFound, p.finance_leader, issue_id, Act.GIVE_INFO, text="x")
    assert desk.do(p.finance_lead, issue_id, Act.GIVE_INFO, text="x").state is S.WORKING
    assert desk.do(p.finance_member, issue_id, Act.WITHDRAW, reason="x").outcome is Outcome.WITHDRAWN


def test_nobody_records_a_phone_call_of_a_department(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.sent(p.finance_member)))
    desk.refused(NotFound, p.member, issue_id, Act.CONFIRM, by_phone=True, spoken_by="x")


def test_who_wrote_the_answer_does_not_confirm_it_for_the_other_unit(desk: Desk) -> None:
    p = desk.province
    desk.grant(p.finance_member, Role.GROUP_MEMBER, p.home_affairs)
    issue_id = desk.working(desk.sent(p.finance_member, unit_id=p.finance.id), owner=p.finance_member)
    desk.do(p.finance_member, issue_id, Act.SUBMIT_ANSWER, **NOTE)
    desk.do(p.lead, issue_id, Act.APPROVE)
    desk.refused(NotFound, p.finance_member, issue_id, Act.CONFIRM)
    assert desk.do(p.finance_lead, issue_id, Act.CONFIRM).state is S.CLOSED


def test_where_holder_and_only_party_are_one_unit_the_coordinator_confirms(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.sent(p.second_member)))
    for person in (p.second_member, p.lead, p.department_leader):
        desk.refused(NotFound, person, issue_id, Act.CONFIRM)
    assert desk.do(p.coordinator, issue_id, Act.CONFIRM).state is S.CLOSED


def test_its_silence_closes_it_as_any_other(desk: Desk) -> None:
    issue_id = desk.answered(desk.working(desk.sent(desk.province.finance_member)))
    desk.go("2026-06-09")
    assert desk.jobs() == 1 and desk.issue(issue_id).is_closed_by_silence
