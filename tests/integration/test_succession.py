"""HAND_OVER: an ended unit's issues, drafts and places as party pass to its successor."""

from datetime import date

import pytest

from tests.issue_builders import Desk
from tracker.db import transaction
from tracker.directory import service as directory
from tracker.directory.models import Unit
from tracker.issues.models import PartyLeft, Reply
from tracker.issues.rights import may_see
from tracker.issues.service import apply
from tracker.issues.succession import pass_issues_on
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

S = IssueState
ENDED_ON = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _hooked() -> None:
    directory.when_unit_ends(pass_issues_on)


def end(desk: Desk, unit: Unit, successor: Unit | None) -> None:
    """1 June is the unit's last day; the desk goes to 2 June."""
    desk.go("2026-06-02")
    with desk.travelled(), transaction():
        here = desk.session.get_one(Unit, unit.id)
        heir = desk.session.get_one(Unit, successor.id) if successor else None
        directory.end_unit(desk.session, here, ENDED_ON, heir)


@pytest.mark.parametrize("before", ["sent", "accepted", "working", "to_approve", "answered"])
def test_the_successor_holds_what_was_open_and_no_transfer_is_counted(desk: Desk, before: str) -> None:
    p = desk.province
    issue_id = getattr(desk, before)()
    state = desk.state(issue_id)
    end(desk, p.home_affairs, p.finance)
    issue = desk.issue(issue_id)
    assert issue.holder_id == p.finance.id and issue.state is state and issue.transfer_count == 0
    assert desk.kinds(issue_id)[-1] == "handed_over"
    told = desk.payload(issue_id, "handed_over")
    assert (told["from"], told["to"]) == ("Sở Nội vụ", "Sở Tài chính")
    assert may_see(desk.session, desk.actor(p.finance_lead), issue)
    assert desk.timeline(issue_id).holdings[-1].unit == p.finance.id


def test_the_lead_of_the_successor_finds_an_owner(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    end(desk, p.home_affairs, p.finance)
    issue = desk.do(p.finance_lead, issue_id, Act.REASSIGN, owner_id=p.finance_member.id)
    assert issue.state is S.WORKING and issue.owner_id == p.finance_member.id


def test_without_successor_the_coordinator_holds_it(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.accepted()
    end(desk, p.home_affairs, None)
    assert desk.issue(issue_id).holder_id == p.office.id
    issue = desk.do(p.coordinator, issue_id, Act.ROUTE, unit_id=p.finance.id, reason="Sở đã giải thể")
    assert issue.state is S.SUBMITTED and issue.holder_id == p.finance.id


def test_a_commune_passes_its_places_and_drafts_to_its_successor(desk: Desk) -> None:
    p = desk.province
    answered = desk.answered()
    draft = desk.draft()
    end(desk, p.commune_a, p.commune_b)
    assert desk.issue(draft.id).raised_by_id == p.commune_b.id
    assert desk.party(answered, p.commune_b).reply is Reply.ASKED
    assert desk.do(p.officer_b, answered, Act.CONFIRM).state is S.CLOSED
    assert desk.do(p.officer_b, draft.id, Act.SEND).state is S.SUBMITTED


def test_what_waits_for_the_old_leaders_signature_waits_for_the_new_one(desk: Desk) -> None:
    p = desk.province
    desk.switch(commune_sign_off=True)
    draft = desk.draft()
    desk.do(p.officer_a, draft.id, Act.SEND)
    end(desk, p.commune_a, p.commune_b)
    assert desk.do(p.leader_b, draft.id, Act.SIGN).state is S.SUBMITTED
    assert desk.party(draft.id, p.commune_b)


def test_a_successor_that_is_a_party_already_speaks_once(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    desk.do(p.officer_b, issue_id, Act.CONFIRM, is_solved=True)
    end(desk, p.commune_a, p.commune_b)
    assert desk.party(issue_id, p.commune_a).left is PartyLeft.DROPPED
    assert desk.jobs() == 1
    assert desk.state(issue_id) is S.CLOSED


def test_a_successor_that_is_a_party_already_owes_the_information_too(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf())
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    desk.do(p.officer_b, issue_id, Act.GIVE_INFO, text="x")
    end(desk, p.commune_a, p.commune_b)
    assert desk.state(issue_id) is S.NEED_INFO
    assert desk.do(p.officer_b, issue_id, Act.GIVE_INFO, text="y").state is S.WORKING


def test_a_successor_that_had_withdrawn_is_a_party_again_in_the_ended_units_place(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf())
    desk.do(p.officer_b, issue_id, Act.WITHDRAW, reason="x")
    desk.answered(issue_id)
    end(desk, p.commune_a, p.commune_b)
    assert desk.jobs() == 0
    assert desk.do(p.officer_b, issue_id, Act.CONFIRM).state is S.CLOSED


def test_a_withdrawn_place_stays_withdrawn(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(desk.on_behalf())
    desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="x")
    with desk.travelled(), transaction():
        apply(
            desk.session,
            None,
            issue_id,
            Act.HAND_OVER,
            {"from_id": p.commune_a.id, "to_id": p.commune_b.id},
        )
    assert desk.party(issue_id, p.commune_a).left is PartyLeft.WITHDRAWN


def test_where_nobody_could_take_over_everything_stays_where_it_is(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.accepted()
    desk.switch(coordinating_unit_id=0)
    end(desk, p.home_affairs, None)
    assert desk.issue(issue_id).holder_id == p.home_affairs.id and "handed_over" not in desk.kinds(issue_id)


def test_the_net_below_hands_over_nothing_twice(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    end(desk, p.home_affairs, p.finance)
    events = desk.kinds(issue_id)
    with desk.travelled(), transaction():
        directory.pass_on_ended_units(desk.session, desk.today)
    assert desk.kinds(issue_id) == events


def test_a_closed_matter_is_reopened_at_the_successor(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    end(desk, p.home_affairs, p.finance)
    assert desk.issue(issue_id).holder_id == p.home_affairs.id
    issue = desk.do(p.officer_a, issue_id, Act.REOPEN, reason="x")
    assert issue.state is S.ACCEPTED and issue.holder_id == p.finance.id
    assert desk.do(p.finance_lead, issue_id, Act.ASSIGN, owner_id=p.finance_member.id).state is S.WORKING


def test_a_closed_matter_without_successor_is_reopened_at_the_coordinator(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    end(desk, p.home_affairs, None)
    assert desk.do(p.coordinator, issue_id, Act.REOPEN, reason="x").holder_id == p.office.id


def test_the_successor_reads_what_the_ended_unit_could_read(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    end(desk, p.home_affairs, p.finance)
    assert may_see(desk.session, desk.actor(p.finance_lead), desk.issue(issue_id))


def test_a_department_that_is_party_speaks_through_the_successors_lead(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered(desk.working(desk.sent(p.finance_member)))
    desk.grant(p.coordinator, Role.GROUP_LEAD, p.office)
    end(desk, p.finance, p.office)
    desk.leave(p.finance_lead)
    assert desk.do(p.coordinator, issue_id, Act.CONFIRM).state is S.CLOSED
