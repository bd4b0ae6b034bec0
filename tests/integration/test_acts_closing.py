"""CONFIRM, CLARIFY, DISPUTE, EXPIRE, CLOSE_READY, CLOSE_ERROR, REOPEN: how a matter ends, and begins again."""

from itertools import pairwise

import pytest

from tests.issue_builders import Desk, june
from tracker.deadlines.facts import WaitsFor
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues.models import PartyLeft, Reply
from tracker.issues.workflow import Act, IssueState, Outcome

S = IssueState


# --- confirmation ---------------------------------------------------------------------------------------------


def test_a_commune_that_ticks_solved_closes_the_matter_as_solved(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.go(june(3))
    issue = desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True, note="Cảm ơn")
    assert issue.state is S.CLOSED and issue.outcome is Outcome.SOLVED
    assert not issue.is_open and not issue.is_closed_by_silence and issue.closed_at == desk.at
    told = desk.payload(issue_id, "confirmed")
    assert told["party_name"] == "Xã An Bình" and told["outcome"] == "solved" and told["note"] == "Cảm ơn"
    assert [one.waits_for for one in desk.timeline(issue_id).holdings] == [
        WaitsFor.UNIT,
        WaitsFor.CONFIRMATION,
    ]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("guidance", Outcome.GUIDED),
        ("decision", Outcome.DECIDED),
        ("own_competence", Outcome.OWN_COMPETENCE),
        ("roadmap", Outcome.ROADMAP),
        ("refusal", Outcome.REFUSED),
    ],
)
def test_without_the_tick_the_outcome_follows_the_kind_of_the_answer(
    desk: Desk, kind: str, outcome: Outcome
) -> None:
    issue_id = desk.answered(kind=kind, roadmap_on=june(30))
    assert desk.do(desk.province.officer_a, issue_id, Act.CONFIRM).outcome is outcome


def test_each_commune_confirms_for_itself(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    for person in (p.officer_ward, p.second_member, p.coordinator):
        desk.refused(NotFound, person, issue_id, Act.CONFIRM)
    first = desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    assert first.state is S.ANSWERED and first.outcome is None
    desk.refused(NotFound, p.leader_a, issue_id, Act.CONFIRM)
    assert desk.party(issue_id, p.commune_b).reply is Reply.ASKED
    second = desk.do(p.leader_b, issue_id, Act.CONFIRM)
    assert second.state is S.CLOSED and second.outcome is Outcome.GUIDED  # not solved for both


def test_a_person_of_two_communes_says_for_which_he_speaks(desk: Desk) -> None:
    from tracker.permissions import Role

    p = desk.province
    desk.grant(p.officer_a, Role.COMMUNE_OFFICER, p.commune_b)
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.CONFIRM).field == "party_id"
    desk.refused(NotFound, p.officer_a, issue_id, Act.CONFIRM, party_id=p.ward.id)
    desk.do(p.officer_a, issue_id, Act.CONFIRM, party_id=p.commune_b.id)
    assert desk.do(p.officer_a, issue_id, Act.CONFIRM).state is S.CLOSED


def test_a_confirmation_by_phone_names_who_spoke_and_who_recorded_it(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    asked = {"by_phone": True, "is_solved": True}
    assert desk.refused(Invalid, p.member, issue_id, Act.CONFIRM, **asked).field == "party_id"
    one = {**asked, "party_id": p.commune_a.id}
    assert desk.refused(Invalid, p.member, issue_id, Act.CONFIRM, **one).field == "spoken_by"
    for person in (p.second_member, p.officer_a, p.department_leader):
        desk.refused(NotFound, person, issue_id, Act.CONFIRM, **one, spoken_by="Anh Bảo")
    desk.refused(NotFound, p.member, issue_id, Act.CONFIRM, by_phone=True, party_id=p.ward.id, spoken_by="x")
    desk.do(p.member, issue_id, Act.CONFIRM, **one, spoken_by="Chị An")
    told = desk.payload(issue_id, "confirmed")
    assert told["by_phone"] is True and told["spoken_by"] == "Chị An" and told["party_name"] == "Xã An Bình"
    assert desk.events(issue_id)[-1].actor_id == p.member.id
    closed = desk.do(p.lead, issue_id, Act.CONFIRM, **asked, spoken_by="Anh Bảo")  # one is left: it is meant
    assert closed.state is S.CLOSED and closed.outcome is Outcome.SOLVED


def test_confirmation_by_phone_may_be_switched_off(desk: Desk) -> None:
    issue_id = desk.answered()
    desk.switch(phone_confirmation=False)
    desk.refused(NotFound, desk.province.member, issue_id, Act.CONFIRM, by_phone=True, spoken_by="x")


def test_the_desk_does_not_confirm_in_the_communes_name(desk: Desk) -> None:
    desk.refused(NotFound, desk.province.member, desk.answered(), Act.CONFIRM, is_solved=True)


# --- clarification and dispute -------------------------------------------------------------------------------


def test_a_clarification_opens_a_cycle_of_three_days_at_the_same_owner(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.go(june(4))
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.CLARIFY).field == "text"
    issue = desk.do(p.officer_a, issue_id, Act.CLARIFY, text="Khoản nào?")
    assert issue.state is S.WORKING and issue.owner_id == p.member.id
    assert issue.level == 0 and not issue.is_disputed
    assert issue.due_on == june(9) and issue.zero_on == june(1)
    first, second = desk.timeline(issue_id).cycles
    assert first.in_time and (second.from_on, second.target_days) == (june(4), 3)


def test_a_dispute_comes_after_the_partys_own_clarification(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.refused(NotFound, p.officer_a, issue_id, Act.DISPUTE, reason="x")
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    desk.refused(NotFound, p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.refused(NotFound, p.officer_b, issue_id, Act.DISPUTE, reason="x")
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.DISPUTE).field == "reason"
    desk.go(june(10))
    issue = desk.do(p.officer_a, issue_id, Act.DISPUTE, reason="Chưa giải quyết được")
    assert issue.state is S.ACCEPTED and issue.owner_id is None
    assert issue.level == 2 and issue.is_disputed and issue.due_on == june(17)
    assert desk.payload(issue_id, "disputed")["level"] == 2


def test_who_confirmed_stays_confirmed_and_the_others_are_asked_again(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf(p.commune_a, p.commune_b, p.ward)))
    desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    desk.do(p.officer_b, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    assert desk.party(issue_id, p.commune_a).reply is Reply.CONFIRMED
    desk.do(p.officer_b, issue_id, Act.CONFIRM, is_solved=True)
    closed = desk.do(p.officer_ward, issue_id, Act.CONFIRM, is_solved=True)
    assert closed.state is S.CLOSED and closed.outcome is Outcome.SOLVED


def test_a_late_clarification_is_recorded_without_a_new_cycle(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.go(june(2))
    issue = desk.do(p.officer_b, issue_id, Act.CLARIFY, text="Chúng tôi cũng hỏi")
    assert issue.state is S.WORKING and issue.due_on == june(4)
    assert len(desk.timeline(issue_id).cycles) == 2
    desk.refused(NotFound, p.officer_b, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    assert desk.do(p.officer_b, issue_id, Act.DISPUTE, reason="x").level == 2


@pytest.mark.parametrize(("reached", "landed"), [("working", "accepted"), ("to_approve", "to_approve")])
def test_a_late_dispute_still_rises_and_takes_the_work_back_to_the_lead(
    desk: Desk, reached: str, landed: str
) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.do(p.officer_b, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.DISPUTE, reason="x")
    desk.working(issue_id)
    if reached == "to_approve":
        desk.to_approve(issue_id)
    cycles = len(desk.timeline(issue_id).cycles)
    issue = desk.do(p.officer_b, issue_id, Act.DISPUTE, reason="y")
    assert issue.state is S(landed) and issue.level == 2 and issue.is_disputed
    assert len(desk.timeline(issue_id).cycles) == cycles


def test_a_clarification_after_the_owner_left_lands_on_the_leads_desk(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.leave(p.member)
    issue = desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    assert issue.state is S.ACCEPTED and issue.owner_id is None and issue.due_on == june(4)


def test_done_in_time_asks_every_cycle(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.go(june(8))
    desk.answered(issue_id)
    first, second = desk.timeline(issue_id).cycles
    assert (first.in_time, second.in_time) == (True, False)
    assert desk.timeline(issue_id).in_time is False


# --- silence ---------------------------------------------------------------------------------------------------


def test_five_days_of_silence_are_counted_apart_and_never_as_agreement(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    desk.go("2026-06-08 23:59")
    assert desk.jobs() == 0
    desk.go("2026-06-09 00:00")
    assert desk.jobs() == 1
    issue = desk.issue(issue_id)
    assert issue.state is S.CLOSED and issue.is_closed_by_silence and issue.outcome is Outcome.SOLVED
    assert desk.party(issue_id, p.commune_b).reply is Reply.EXPIRED
    assert desk.kinds(issue_id)[-1] == "reply_expired"


def test_silence_alone_leaves_the_outcome_of_the_answer(desk: Desk) -> None:
    issue_id = desk.answered()
    desk.go(june(9))
    desk.jobs()
    issue = desk.issue(issue_id)
    assert issue.outcome is Outcome.GUIDED and issue.is_closed_by_silence


def test_one_that_expired_does_not_close_what_others_still_read(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.go(june(9))
    assert desk.jobs() == 0  # the matter is worked on: nobody's days run out
    desk.answered(issue_id)
    desk.go(june(17))
    assert desk.jobs() == 2


def test_the_days_of_silence_are_a_switch(desk: Desk) -> None:
    desk.switch(silence_days=10)
    issue_id = desk.answered()
    assert desk.party(issue_id, desk.province.commune_a).reply_due_on == june(15)


def test_nobody_expires_before_the_time_nor_by_hand(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.refused(NotPossible, None, issue_id, Act.EXPIRE, party_id=p.commune_a.id)
    desk.refused(NotFound, None, issue_id, Act.EXPIRE, party_id=p.commune_b.id)
    desk.go(june(30))
    for person in (p.lead, p.coordinator, p.officer_a):
        for act in (Act.EXPIRE, Act.CLOSE_READY, Act.HAND_OVER):
            desk.refused(NotFound, person, issue_id, act, party_id=p.commune_a.id)


def test_a_matter_that_nobody_has_to_reply_to_is_closed_by_the_job(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.refused(NotPossible, None, issue_id, Act.CLOSE_READY)
    desk.do(p.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    desk.do(p.officer_b, issue_id, Act.CLARIFY, text="?")
    desk.do(p.officer_b, issue_id, Act.WITHDRAW, reason="Hết vướng")
    desk.answered(issue_id)
    assert desk.state(issue_id) is S.ANSWERED  # the only party left agreed with the answer before
    assert desk.jobs() == 1
    issue = desk.issue(issue_id)
    assert issue.state is S.CLOSED and issue.outcome is Outcome.SOLVED and not issue.is_closed_by_silence


# --- in error ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["sent", "accepted"])
def test_the_coordinator_closes_what_was_filed_twice(desk: Desk, before: str) -> None:
    p = desk.province
    issue_id = getattr(desk, before)()
    desk.refused(NotFound, p.lead, issue_id, Act.CLOSE_ERROR, reason="x")
    assert desk.refused(Invalid, p.coordinator, issue_id, Act.CLOSE_ERROR).field == "reason"
    issue = desk.do(p.coordinator, issue_id, Act.CLOSE_ERROR, reason="Gửi trùng VM-2026-000001")
    assert issue.state is S.CLOSED and issue.outcome is Outcome.IN_ERROR
    assert desk.events(issue_id)[-1].unit_name == "Văn phòng UBND tỉnh"
    for person in (p.coordinator, p.officer_a):
        desk.refused(NotFound, person, issue_id, Act.REOPEN, reason="x")


def test_what_is_worked_on_was_not_filed_in_error(desk: Desk) -> None:
    desk.refused(NotPossible, desk.province.coordinator, desk.working(), Act.CLOSE_ERROR, reason="x")


def test_the_coordinator_closes_in_error_what_awaits_routing(desk: Desk) -> None:
    issue_id = desk.sent(field_id=None, category_id=None, title="abc", situation="abc", proposal="abc")
    issue = desk.do(desk.province.coordinator, issue_id, Act.CLOSE_ERROR, reason="x")
    assert issue.state is S.CLOSED and not issue.awaits_routing


# --- reopening -----------------------------------------------------------------------------------------------------


def closed(desk: Desk) -> int:
    """Answered and confirmed by communes A and B on 1 June."""
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    for person in (desk.province.officer_a, desk.province.officer_b):
        desk.do(person, issue_id, Act.CONFIRM, is_solved=True)
    return issue_id


def test_a_commune_reopens_once_within_thirty_days(desk: Desk) -> None:
    p = desk.province
    issue_id = closed(desk)
    desk.go("2026-07-01 23:59")
    assert desk.refused(Invalid, p.officer_a, issue_id, Act.REOPEN).field == "reason"
    desk.refused(NotFound, p.lead, issue_id, Act.REOPEN, reason="x")
    issue = desk.do(p.officer_a, issue_id, Act.REOPEN, reason="Phát sinh lại")
    assert issue.state is S.ACCEPTED and issue.is_open and issue.outcome is None and issue.closed_at is None
    assert issue.holder_id == p.home_affairs.id and issue.owner_id is None
    last = desk.timeline(issue_id).cycles[-1]
    assert last.target_days == 5 and issue.due_on == last.due_on
    for unit in (p.commune_a, p.commune_b):
        assert desk.party(issue_id, unit).reply is Reply.NONE
    desk.answered(desk.working(issue_id))
    for person in (p.officer_a, p.officer_b):
        desk.do(person, issue_id, Act.CONFIRM)
    desk.refused(NotFound, p.officer_a, issue_id, Act.REOPEN, reason="y")
    assert desk.do(p.officer_b, issue_id, Act.REOPEN, reason="z").state is S.ACCEPTED


def test_after_thirty_days_only_the_coordinator_reopens(desk: Desk) -> None:
    p = desk.province
    issue_id = closed(desk)
    desk.go("2026-07-02 00:00")
    desk.refused(NotFound, p.officer_a, issue_id, Act.REOPEN, reason="x")
    assert desk.do(p.coordinator, issue_id, Act.REOPEN, reason="x").state is S.ACCEPTED


def test_after_reopening_all_but_the_withdrawn_are_asked_again(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf(p.commune_a, p.commune_b, p.ward))
    desk.do(p.officer_ward, issue_id, Act.WITHDRAW, reason="x")
    desk.answered(issue_id)
    for person in (p.officer_a, p.officer_b):
        desk.do(person, issue_id, Act.CONFIRM)
    desk.refused(NotFound, p.officer_ward, issue_id, Act.REOPEN, reason="x")
    desk.do(p.officer_a, issue_id, Act.REOPEN, reason="x")
    desk.answered(desk.working(issue_id))
    replies = {unit.name: desk.party(issue_id, unit).reply for unit in (p.commune_a, p.commune_b, p.ward)}
    assert replies == {
        "Xã An Bình": Reply.ASKED,
        "Xã Bình Minh": Reply.ASKED,
        "Phường Đông Hà": Reply.NONE,
    }
    assert desk.party(issue_id, p.ward).left is PartyLeft.WITHDRAWN


def test_the_life_between_closing_and_reopening_has_no_gap(desk: Desk) -> None:
    issue_id = closed(desk)
    desk.go("2026-06-13 10:00")  # a Saturday
    desk.do(desk.province.officer_a, issue_id, Act.REOPEN, reason="x")
    held = desk.timeline(issue_id).holdings
    assert all(one.to_on == after.from_on for one, after in pairwise(held))
    assert [one.waits_for for one in held] == [
        WaitsFor.UNIT,
        WaitsFor.CONFIRMATION,
        WaitsFor.NOBODY,
        WaitsFor.UNIT,
    ]


def test_the_level_ends_with_an_answer(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.DISPUTE, reason="x")
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    assert desk.issue(issue_id).level == 2
    desk.do(p.finance_lead, issue_id, Act.ASSIGN, owner_id=p.finance_member.id)
    assert desk.letter(issue_id, p.finance_lead).level == 0
    assert desk.payload(issue_id, "document_sent")["level"] == 0


def test_the_level_ends_with_closing(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.do(p.lead, issue_id, Act.TRANSFER, unit_id=p.finance.id, reason="x")
    assert desk.do(p.finance_lead, issue_id, Act.TRANSFER, unit_id=p.home_affairs.id, reason="x").level == 3
    issue = desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="x")
    assert issue.level == 0 and not issue.awaits_routing
