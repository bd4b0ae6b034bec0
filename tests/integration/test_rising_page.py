"""The coordinator reads beforehand what rises next, and week by week what was only listed."""

from collections.abc import Callable

import pytest

from tests.browser_of_pages import Person, Statements
from tests.integration.test_escalation import at_level, late, morning
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues import rising
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]


def all_late(desk: Desk, number: int) -> list[int]:
    """Issues as `late` makes one; the evening before they rise."""
    keys = [desk.working() for _ in range(number)]
    desk.go(june(5))
    for key in keys:
        desk.do(desk.province.member, key, Act.NEWS, text="Đang xử lý")
    desk.go(june(10))
    return keys


def test_what_rises_tomorrow_is_named_today_with_its_rule_and_holder(desk: Desk, enter: Enter) -> None:
    number = desk.issue(late(desk)).number
    desk.go(june(10))
    text = enter(desk.province.coordinator).text("/rising")
    assert "1 vướng mắc sẽ được báo cáo vào ngày 11/06/2026." in text
    assert "Đã đôn đốc tổ công tác (1)" in text
    assert number in text
    assert "Sở Nội vụ · Quá hạn: đôn đốc tổ công tác" in text


def test_what_is_answered_meanwhile_is_not_named(desk: Desk, enter: Enter) -> None:
    issue_id = late(desk)
    desk.go(june(10))
    desk.answered(issue_id)
    text = enter(desk.province.coordinator).text("/rising")
    assert "0 vướng mắc sẽ được báo cáo" in text
    assert "Không có vướng mắc nào" in text


def test_the_morning_raises_just_what_was_named(desk: Desk, enter: Enter) -> None:
    named = all_late(desk, 3)
    desk.do(desk.province.member, named[2], Act.ASK_INFO, question="Mấy người?")
    text = enter(desk.province.coordinator).text("/rising")
    foretold = {key for key in named if str(desk.issue(key).number) in text}
    morning(desk, june(11))
    assert foretold == {key for key in named if desk.issue(key).level == 1} == set(named[:2])


def test_in_trial_mode_level_three_is_marked_as_only_listed_and_stands_in_its_week(
    desk: Desk, enter: Enter
) -> None:
    desk.switch(trial_mode=True, trial_started_on="2026-06-01")
    number = desk.issue(at_level(desk, 2)).number
    desk.go(june(17))
    coordinator = enter(desk.province.coordinator)
    text = coordinator.text("/rising")
    assert "0 vướng mắc sẽ được báo cáo vào ngày 18/06/2026." in text
    assert "Đang chạy thử đến hết ngày 30/06/2026" in text
    assert "Chỉ liệt kê" in text.split(number)[1]
    assert number not in coordinator.text("/rising/withheld")
    morning(desk, june(18))
    coordinator = enter(desk.province.coordinator)
    listed = coordinator.text("/rising/withheld")
    assert "Tuần từ 15/06/2026" in listed
    assert number in listed
    assert number not in coordinator.text("/rising/withheld?week=2026-06-08")
    assert number in coordinator.text("/rising/withheld?week=2026-06-21")


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "khong", "2026-13-40"])
def test_a_week_that_is_none_is_answered_all_the_same(desk: Desk, enter: Enter, week: str) -> None:
    assert "Tuần từ" in enter(desk.province.coordinator).text(f"/rising/withheld?week={week}")


def test_nobody_but_the_coordinator_finds_it(desk: Desk, enter: Enter) -> None:
    p = desk.province
    for person in (p.officer_a, p.lead, p.department_leader, p.provincial_leader, p.administrator):
        for address in ("/rising", "/rising/withheld"):
            enter(person).get(address, status=404)


def test_more_issues_cost_no_more_statements_and_the_page_says_where_it_stopped(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = all_late(desk, 3)
    coordinator = enter(desk.province.coordinator)
    spent = []
    for key in keys:
        coordinator.get("/rising")
        with Statements(db.engine) as counted:
            coordinator.get("/rising")
        spent.append(len(counted.texts))
        desk.do(desk.province.member, key, Act.ASK_INFO, question="Mấy người?")
    assert len(set(spent)) == 1
    for key in keys[:2]:
        desk.do(desk.province.member, key, Act.RESUME)
    monkeypatch.setattr(rising, "MOST_LOOKED_AT", 1)
    assert "vẫn còn vướng mắc khác" in coordinator.text("/rising")
