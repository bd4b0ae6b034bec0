"""Dated roadmaps: a promise begins with the answer, is kept with evidence, or wakes the issue on its date."""

from collections.abc import Callable

import pytest
from sqlalchemy import Delete, Update, delete, select, update

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.errors import NotFound, NotPossible
from tracker.issues import commitment_lists, verify_referrals
from tracker.issues.models_referrals import Commitment, Referral, ReferralIssue
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.workflow import Act, IssueState, Outcome

Enter = Callable[[Account], Person]
PLAN: dict[str, object] = {"kind": "roadmap", "roadmap_on": june(22)}


class Undone(Exception):
    """Takes a transaction back."""


def states(desk: Desk, issue_id: int) -> list[str]:
    """What became of the issue's promises, oldest first."""
    desk.session.rollback()
    rows = select(Commitment.state).where(Commitment.issue_id == issue_id).order_by(Commitment.id)
    return [state.value for state in desk.session.scalars(rows)]


def promised(desk: Desk) -> int:
    """Closed by a roadmap up to the 22nd."""
    issue_id = desk.answered(**PLAN)
    desk.do(desk.province.officer_a, issue_id, Act.CONFIRM)
    assert desk.issue(issue_id).outcome is Outcome.ROADMAP
    return issue_id


def test_a_promise_that_nobody_kept_wakes_on_its_morning_at_level_one(desk: Desk) -> None:
    issue_id = promised(desk)
    desk.go(june(21))
    assert desk.jobs() == 0
    desk.go(june(22))
    assert desk.jobs() == 1
    issue = desk.issue(issue_id)
    assert (issue.state, issue.level, issue.owner_id) == (IssueState.ACCEPTED, 1, None)
    assert issue.due_on == june(29)  # a new cycle of five working days
    assert states(desk, issue_id) == ["woken"]
    assert desk.jobs() == 0
    assert desk.verify() == []


def test_what_closes_after_its_date_wakes_the_next_morning(desk: Desk) -> None:
    issue_id = desk.answered(**PLAN)
    desk.go(june(23))
    desk.do(desk.province.member, issue_id, Act.CONFIRM, by_phone=True, spoken_by="Chị An")
    assert desk.jobs() == 0
    desk.go(june(24))
    assert desk.jobs() == 1
    assert desk.state(issue_id) is IssueState.ACCEPTED


def test_a_kept_promise_is_told_and_never_wakes(desk: Desk, enter: Enter) -> None:
    p, issue_id = desk.province, promised(desk)
    desk.refused(NotFound, p.officer_a, issue_id, Act.KEEP, text="Xong")
    desk.refused(NotFound, p.second_member, issue_id, Act.KEEP, text="Xong")
    desk.do(p.member, issue_id, Act.KEEP, text="Đã cấp máy cho xã", files=[desk.file()])
    assert states(desk, issue_id) == ["kept"]
    desk.go(june(22))
    assert desk.jobs() == 0
    text = enter(p.officer_a).text(f"/issues/{desk.issue(issue_id).number}")
    assert "Đã cấp máy cho xã" in text
    desk.refused(NotFound, p.member, issue_id, Act.KEEP, text="Xong")
    desk.refused(NotPossible, None, issue_id, Act.WAKE)
    assert desk.verify() == []


def test_a_new_answer_takes_the_place_of_a_promise(desk: Desk) -> None:
    p, issue_id = desk.province, desk.answered(**PLAN)
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="Tháng nào?")
    desk.do(
        p.member, issue_id, Act.SUBMIT_ANSWER, kind="roadmap", content="Theo kế hoạch.", roadmap_on=june(30)
    )
    desk.do(p.lead, issue_id, Act.APPROVE)
    assert states(desk, issue_id) == ["ended", "open"]
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    desk.do(p.coordinator, issue_id, Act.REOPEN, reason="Xem lại")
    desk.working(issue_id)
    desk.answered(issue_id)
    assert states(desk, issue_id) == ["ended", "ended"]
    assert desk.verify() == []


def test_what_the_communes_call_solved_or_withdraw_leaves_nothing_promised(desk: Desk) -> None:
    p, solved = desk.province, desk.answered(**PLAN)
    desk.do(p.officer_a, solved, Act.CONFIRM, is_solved=True)
    assert states(desk, solved) == ["ended"]
    gone = promised(desk)
    desk.do(p.officer_a, gone, Act.REOPEN, reason="Xem lại")
    desk.do(p.officer_a, gone, Act.WITHDRAW, reason="Thôi")
    assert states(desk, gone) == ["ended"]


def test_a_promise_after_a_reply_from_above_wakes_all_the_same(desk: Desk) -> None:
    p, issue_id = desk.province, desk.working()
    desk.do(p.department_leader, issue_id, Act.REFER, addressee="provincial_committee")
    desk.do(p.member, issue_id, Act.REPLY_IN, text="Bố trí trong quý III")
    desk.answered(issue_id, **PLAN)
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.issue(issue_id).outcome is Outcome.ANSWERED_FROM_ABOVE
    desk.go(june(22))
    assert desk.jobs() == 1
    assert CommitmentState(states(desk, issue_id)[0]) is CommitmentState.WOKEN


def test_who_owes_a_promise_is_reminded_five_working_days_before(desk: Desk, enter: Enter) -> None:
    p = desk.province
    promised(desk)
    desk.go(june(12))
    assert "cam kết sắp đến hạn" not in enter(p.member).text("/")
    desk.go(june(15))
    assert "cam kết sắp đến hạn" in enter(p.member).text("/")
    assert "cam kết sắp đến hạn" in enter(p.lead).text("/")
    assert "cam kết sắp đến hạn" not in enter(p.second_member).text("/")


def test_promises_are_listed_first_due_first_and_communes_read_their_own(desk: Desk, enter: Enter) -> None:
    p, first = desk.province, promised(desk)
    number = str(desk.issue(first).number)
    for who in (p.officer_a, p.member, p.coordinator, p.auditor):
        text = enter(who).text("/commitments")
        assert number in text
        assert "22/06/2026" in text
    assert number not in enter(p.officer_b).text("/commitments")
    assert number not in enter(p.finance_lead).text("/commitments")
    desk.go(june(15))
    assert "đã đến hạn: 1" in enter(p.provincial_leader).text("/leaders")
    desk.go(june(22))
    desk.jobs()
    assert number not in enter(p.officer_a).text("/commitments")
    assert number in enter(p.officer_a).text("/commitments?state=woken")
    me = desk.actor(p.lead)
    assert commitment_lists.list_commitments(desk.session, me, CommitmentState.OPEN, None).rows == []


def test_promises_page_by_date_and_key(desk: Desk) -> None:
    for day in (24, 22, 24):
        desk.answered(kind="roadmap", roadmap_on=june(day))
    me = desk.actor(desk.province.lead)
    page = commitment_lists.list_commitments(desk.session, me, CommitmentState.OPEN, None, limit=2)
    rest = commitment_lists.list_commitments(desk.session, me, CommitmentState.OPEN, page.next_after, limit=2)
    assert [row.promised_on for row in (*page.rows, *rest.rows)] == [june(22), june(24), june(24)]
    assert rest.next_after is None


def test_verify_finds_a_promise_or_a_document_that_was_tampered_with(desk: Desk) -> None:
    promised(desk)
    above = desk.working()
    desk.do(desk.province.department_leader, above, Act.REFER, addressee="provincial_committee")

    def found_after(statement: Update | Delete) -> list[str]:
        codes: list[str] = []
        with pytest.raises(Undone), transaction():
            desk.session.execute(statement)
            codes = [code for code, _, _ in verify_referrals.check(desk.session)]
            raise Undone
        return codes

    assert found_after(update(Commitment).values(promised_on=june(30))) == ["commitment_wrong"]
    assert found_after(delete(Commitment)) == ["commitment_missing"]
    assert found_after(update(Referral).values(open_count=2)) == ["referral_count_wrong"]
    assert found_after(delete(ReferralIssue)) == ["referral_wrong", "referral_count_wrong"]
