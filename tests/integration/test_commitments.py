"""Dated roadmaps: a promise begins with the answer, is kept with evidence, or wakes the issue on its date."""

from collections.abc import Callable

from sqlalchemy import select

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.errors import NotFound, NotPossible
from tracker.issues.models_referrals import Commitment
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.workflow import Act, IssueState, Outcome

Enter = Callable[[Account], Person]
PLAN: dict[str, object] = {"kind": "roadmap", "roadmap_on": june(22)}


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
