"""ASK_INFO, GIVE_INFO, RESUME, CLOSE_UNINFORMED, ADD_INFO, NEWS, INTERIM, WITHDRAW: between desk and communes."""

import pytest

from tests.issue_builders import Desk, june
from tracker.deadlines.facts import WaitsFor
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues.models import InfoState, PartyLeft
from tracker.issues.workflow import Act, IssueState, Outcome

S = IssueState


# --- asking and giving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["sent", "accepted", "working"])
def test_asked_and_given_the_matter_comes_back_to_where_it_was(desk: Desk, before: str) -> None:
    p = desk.province
    issue_id = getattr(desk, before)()
    state = desk.state(issue_id)
    asked = desk.do(p.lead, issue_id, Act.ASK_INFO, question="Bao nhiêu người?")
    assert asked.state is S.NEED_INFO and asked.resume_state is state and asked.info_count == 1
    given = desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="Ba người")
    assert given.state is state and given.resume_state is None
    assert given.owner_id == (p.member.id if before == "working" else None)
    assert desk.kinds(issue_id)[-2:] == ["info_asked", "info_given"]


def test_the_clock_is_paused_while_information_is_awaited(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.go(june(3))
    asked = desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    assert asked.due_on is None and asked.due_soon_on is None and asked.next_alarm_on == june(5)
    desk.go("2026-06-06 10:00")  # a Saturday
    assert desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x").due_on == june(12)  # Thursday and Friday
    waits = [(one.waits_for, one.from_on, one.to_on) for one in desk.timeline(issue_id).holdings]
    assert waits == [
        (WaitsFor.UNIT, june(1), june(3)),
        (WaitsFor.COMMUNE, june(3), june(6)),
        (WaitsFor.UNIT, june(6), None),
    ]


def test_asked_and_given_on_one_day_costs_nothing(desk: Desk) -> None:
    issue_id = desk.working()
    desk.do(desk.province.member, issue_id, Act.ASK_INFO, question="?")
    assert desk.do(desk.province.officer_a, issue_id, Act.GIVE_INFO, text="x").due_on == june(10)


def test_work_resumes_when_all_asked_have_replied(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf(p.commune_a, p.commune_b, p.ward))
    units = [p.commune_a.id, p.commune_b.id]
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?", unit_ids=units)
    assert desk.payload(issue_id, "info_asked")["asked"] == ["Xã An Bình", "Xã Bình Minh"]
    assert desk.party(issue_id, p.ward).info is InfoState.NONE
    desk.refused(NotFound, p.officer_ward, issue_id, Act.GIVE_INFO, text="x")  # was not asked
    assert desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x").state is S.NEED_INFO
    desk.refused(NotFound, p.officer_a, issue_id, Act.GIVE_INFO, text="again")
    assert desk.do(p.leader_b, issue_id, Act.GIVE_INFO, text="y").state is S.WORKING


def test_a_question_needs_words_and_somebody_to_ask(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    assert desk.refused(Invalid, p.member, issue_id, Act.ASK_INFO, question=" ").field == "question"
    error = desk.refused(Invalid, p.member, issue_id, Act.ASK_INFO, question="?", unit_ids=[p.commune_b.id])
    assert error.field == "unit_ids"


def test_information_is_text_or_a_file(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.GIVE_INFO, text="").field == "text"
    scan = desk.file("image/png", p.commune_a)
    assert desk.do(p.officer_a, issue_id, Act.GIVE_INFO, files=[scan]).state is S.WORKING
    (stored,) = desk.stored_files(issue_id)
    assert stored.attachment_id == scan.id and stored.event_id == desk.events(issue_id)[-1].id


def test_the_owner_resumes_without_waiting_for_the_rest(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.refused(NotFound, p.department_leader, issue_id, Act.RESUME)
    assert desk.do(p.member, issue_id, Act.RESUME, reason="Đã rõ qua điện thoại").state is S.WORKING
    assert desk.party(issue_id, p.commune_a).info is InfoState.NONE
    desk.refused(NotPossible, p.officer_a, issue_id, Act.GIVE_INFO, text="muộn")


def test_asking_goes_higher_each_time(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    for refused_people, may in (
        ((p.department_leader, p.second_member), p.member),
        ((p.member, p.department_leader), p.lead),
        ((p.member, p.lead), p.department_leader),
        ((p.member, p.lead), p.department_leader),
    ):
        for person in refused_people:
            desk.refused(NotFound, person, issue_id, Act.ASK_INFO, question="?")
        desk.do(may, issue_id, Act.ASK_INFO, question="?")
        desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x")
    assert desk.issue(issue_id).info_count == 4


def test_where_the_owner_left_meanwhile_the_matter_comes_back_to_the_lead(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.leave(p.member)
    given = desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x")
    assert given.state is S.ACCEPTED and given.owner_id is None


def test_an_owner_chosen_during_the_pause_goes_on_with_the_work(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.leave(p.member)
    desk.do(p.lead, issue_id, Act.REASSIGN, owner_id=p.second_member.id)
    given = desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x")
    assert given.state is S.WORKING and given.owner_id == p.second_member.id


# --- silence ------------------------------------------------------------------------------------------------


def test_after_seven_working_days_the_lead_drops_silent_parties(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf())
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x")
    desk.go("2026-06-09 23:59")
    desk.refused(NotFound, p.lead, issue_id, Act.CLOSE_UNINFORMED)
    desk.go(june(10))
    desk.refused(NotFound, p.member, issue_id, Act.CLOSE_UNINFORMED)
    issue = desk.do(p.lead, issue_id, Act.CLOSE_UNINFORMED)
    assert issue.state is S.WORKING
    assert desk.party(issue_id, p.commune_b).left is PartyLeft.DROPPED
    assert desk.party(issue_id, p.commune_a).left is None
    assert desk.payload(issue_id, "uninformed_closed")["dropped"] == ["Xã Bình Minh"]
    desk.refused(NotFound, p.officer_b, issue_id, Act.ADD_INFO, text="muộn")


def test_without_any_party_left_the_matter_closes_for_lack_of_information(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.go(june(10))
    issue = desk.do(p.lead, issue_id, Act.CLOSE_UNINFORMED, reason="Không liên hệ được")
    assert issue.state is S.CLOSED and issue.outcome is Outcome.NO_INFORMATION and not issue.is_open
    assert not issue.is_closed_by_silence and issue.closed_at == desk.at
    life = desk.timeline(issue_id)
    assert life.in_time is None and life.cycles[0].ended_on == june(10)


def test_a_dropped_party_may_reopen_within_thirty_days(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.go(june(10))
    desk.do(p.lead, issue_id, Act.CLOSE_UNINFORMED)
    desk.go("2026-07-10 17:00")
    issue = desk.do(p.officer_a, issue_id, Act.REOPEN, reason="Đã có số liệu")
    assert issue.state is S.ACCEPTED and desk.party(issue_id, p.commune_a).left is None


def test_after_ten_working_days_work_resumes_by_itself(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.go(june(12))
    assert desk.jobs() == 0
    desk.go(june(15))
    assert desk.jobs() == 1
    issue = desk.issue(issue_id)
    assert issue.state is S.WORKING and issue.due_on == june(24)  # ten working days of pause
    last = desk.events(issue_id)[-1]
    assert (last.kind, last.actor_id, last.actor_name) == ("resumed", None, "")
    assert desk.jobs() == 0


# --- news, additions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [Act.NEWS, Act.INTERIM])
def test_news_resets_silence_but_never_the_clock(desk: Desk, act: Act) -> None:
    p = desk.province
    issue_id = desk.working()
    before = desk.issue(issue_id)
    due_on, no_news_on, version = before.due_on, before.no_news_on, before.version
    desk.go(june(4))
    assert desk.refused(Invalid, p.member, issue_id, act, text="").field == "text"
    after = desk.do(p.member, issue_id, act, text="Đã họp với kho bạc", by_phone=True)
    assert after.state is S.WORKING and after.due_on == due_on and after.version == version
    assert after.last_news_on == june(4)
    assert after.no_news_on is not None and no_news_on is not None and after.no_news_on > no_news_on


@pytest.mark.parametrize("act", [Act.NEWS, Act.INTERIM])
@pytest.mark.parametrize("before", ["sent", "accepted", "working", "to_approve", "answered"])
def test_news_is_given_in_any_open_state(desk: Desk, act: Act, before: str) -> None:
    issue_id = getattr(desk, before)()
    state = desk.state(issue_id)
    assert desk.do(desk.province.lead, issue_id, act, text="x").state is state
    desk.refused(NotFound, desk.province.second_member, issue_id, act, text="x")


@pytest.mark.parametrize("before", ["sent", "accepted", "working", "to_approve", "answered"])
def test_a_party_adds_in_any_open_state(desk: Desk, before: str) -> None:
    p = desk.province
    issue_id = getattr(desk, before)()
    state = desk.state(issue_id)
    assert desk.do(p.officer_a, issue_id, Act.ADD_INFO, text="Thêm danh sách").state is state
    desk.refused(Invalid, p.officer_a, issue_id, Act.ADD_INFO)
    desk.refused(NotFound, p.officer_b, issue_id, Act.ADD_INFO, text="x")


# --- withdrawal ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["sent", "accepted", "working", "to_approve"])
def test_the_last_party_to_withdraw_closes_the_issue(desk: Desk, before: str) -> None:
    p = desk.province
    issue_id = getattr(desk, before)()
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.WITHDRAW).field == "reason"
    issue = desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="Đã tự giải quyết")
    assert issue.state is S.CLOSED and issue.outcome is Outcome.WITHDRAWN
    assert desk.party(issue_id, p.commune_a).left is PartyLeft.WITHDRAWN
    assert desk.timeline(issue_id).in_time is None
    desk.refused(NotFound, p.coordinator, issue_id, Act.REOPEN, reason="x")


def test_one_of_several_withdraws_and_the_rest_goes_on(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve(desk.working(desk.on_behalf()))
    issue = desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="x")
    assert issue.state is S.TO_APPROVE and issue.is_open
    for act in (Act.WITHDRAW, Act.ADD_INFO):
        desk.refused(NotFound, p.officer_a, issue_id, act, reason="x", text="x")
    desk.do(p.lead, issue_id, Act.APPROVE)
    desk.refused(NotFound, p.officer_a, issue_id, Act.CONFIRM)
    assert desk.do(p.officer_b, issue_id, Act.CONFIRM).state is S.CLOSED


def test_a_withdrawal_that_leaves_nobody_silent_resumes_the_work(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf(p.commune_a, p.commune_b, p.ward))
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?", unit_ids=[p.commune_a.id, p.commune_b.id])
    desk.do(p.officer_a, issue_id, Act.GIVE_INFO, text="x")
    assert desk.do(p.officer_ward, issue_id, Act.WITHDRAW, reason="x").state is S.NEED_INFO
    assert desk.do(p.officer_b, issue_id, Act.WITHDRAW, reason="x").state is S.WORKING


def test_after_the_answer_nobody_withdraws(desk: Desk) -> None:
    desk.refused(NotPossible, desk.province.officer_a, desk.answered(), Act.WITHDRAW, reason="x")


def test_a_withdrawn_party_keeps_reading(desk: Desk) -> None:
    from tracker.issues.rights import may_see

    p = desk.province
    issue_id = desk.on_behalf()
    desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="x")
    assert may_see(desk.session, desk.actor(p.officer_a), desk.issue(issue_id))
