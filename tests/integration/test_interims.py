"""An urgent matter gets at least an interim answer within a working day; until then its owner is asked for it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.issues import recompute
from tracker.issues.models_interim import IssueInterim
from tracker.issues.workflow import Act
from tracker.outbox.models import Notice

Enter = Callable[[Account], Person]
WORDS = "vướng mắc chờ trả lời bước đầu"


@pytest.fixture
def urgent(desk: Desk) -> int:
    """Sent on Monday, given to the member."""
    return desk.working(desk.sent(is_urgent=True, urgent_reason="Hạn chi trả ngày mai"))


def _row(desk: Desk, issue_id: int) -> IssueInterim | None:
    desk.session.rollback()
    return desk.session.get(IssueInterim, issue_id, populate_existing=True)


def test_the_owner_is_told_and_sees_it_until_he_has_given_it(desk: Desk, enter: Enter, urgent: int) -> None:
    p, url = desk.province, f"/issues/{desk.issue(urgent).number}"
    row = _row(desk, urgent)
    assert row is not None
    assert (row.due_on, row.ended_on) == (june(2), None)
    told = desk.session.execute(select(Notice.kind, Notice.account_id).where(Notice.issue_id == urgent)).all()
    assert ("assigned_interim", p.member.id) in told
    member = enter(p.member)
    assert f"1 {WORDS}" in member.text("/")
    desk.go(june(3))
    member = enter(p.member)
    for person in (member, enter(p.officer_a)):
        assert "Hạn trả lời bước đầu 02/06/2026 (quá hạn 1 ngày làm việc)" in person.text(url)
        assert "Trả lời bước đầu trong 1 ngày làm việc: hạn 02/06/2026" in person.text(f"{url}/why")
        assert "Trả lời bước đầu: hạn 02/06/2026." in person.text(url)
    desk.do(p.member, urgent, Act.INTERIM, text="Sở đang rà soát.")
    row = _row(desk, urgent)
    assert row is not None
    assert row.ended_on == june(3)
    assert WORDS not in member.text("/")
    assert "Hạn trả lời bước đầu" not in member.text(url)


def test_the_answer_itself_is_enough(desk: Desk, enter: Enter, urgent: int) -> None:
    desk.answered(urgent)
    row = _row(desk, urgent)
    assert row is not None
    assert row.ended_on == june(1)
    assert WORDS not in enter(desk.province.member).text("/")


def test_no_other_matter_asks_for_one(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    assert _row(desk, issue_id) is None
    kinds = desk.session.scalars(select(Notice.kind).where(Notice.issue_id == issue_id)).all()
    assert "assigned" in kinds
    assert "assigned_interim" not in kinds
    assert WORDS not in enter(desk.province.member).text("/")


def test_a_changed_calendar_moves_what_is_owed(desk: Desk, urgent: int) -> None:
    with desk.travelled(), transaction():
        plan, seen = changing.Plan((Day(june(2), False, "Nghỉ bão"),)), changing.mark(desk.session)
        changing.carry_out(desk.session, desk.actor(desk.province.administrator), plan, desk.at, seen=seen)
    with desk.travelled():
        recompute.work(desk.session, transaction)
    row = _row(desk, urgent)
    assert row is not None
    assert row.due_on == june(3)
