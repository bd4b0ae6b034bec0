"""The administrator's page of the ladder: what is typed is tried without being stored; what is stored binds."""

from collections.abc import Callable

import pytest

from tests.browser_of_pages import Person, words_of
from tests.integration.test_directory_pages import last_entry
from tests.integration.test_escalation import late, morning
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.issues import escalation_rules
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    return enter(desk.province.administrator)


def test_the_look_counts_what_the_typed_rules_would_raise_and_stores_nothing(
    desk: Desk, enter: Enter
) -> None:
    number = desk.issue(late(desk)).number
    desk.go(june(10))
    administrator = enter(desk.province.administrator)
    looked_at = administrator.do("/ladder", status=200, do="look").text
    text = words_of(looked_at)
    assert "1 vướng mắc sẽ được báo cáo vào ngày 11/06/2026." in text
    assert "Đã đôn đốc tổ công tác: 1" in text
    assert number not in text
    later = words_of(administrator.do("/ladder", status=200, do="look", offset_late_lead="4").text)
    assert "0 vướng mắc sẽ được báo cáo" in later
    off = words_of(administrator.do("/ladder", status=200, do="look", active_late_lead="").text)
    assert "0 vướng mắc sẽ được báo cáo" in off
    desk.session.rollback()
    assert [rule.offset_days for rule in escalation_rules.read_rules(desk.session)][1] == 1


def test_what_is_saved_holds_from_the_next_working_morning_and_is_in_the_audit_log(
    desk: Desk, enter: Enter
) -> None:
    issue_id = late(desk)
    desk.go(june(10))
    administrator = enter(desk.province.administrator)
    administrator.do("/ladder", offset_late_lead="2")
    assert last_entry(desk.session, "ladder_changed")
    reached = [(morning(desk, june(day)), desk.issue(issue_id).level)[1] for day in (11, 12)]
    assert reached == [0, 1]


def test_days_that_make_no_sense_are_said_and_what_was_typed_stays(administrator: Person) -> None:
    for do in ("look", ""):
        refused = administrator.do("/ladder", status=422, do=do, days_late_lead="", offset_late_lead="5")
        assert refused.text.count('value="5"') >= 1
    refused = administrator.do("/ladder", status=422, offset_late_lead="999")
    assert 'value="999"' in refused.text


def test_a_ladder_that_would_leave_what_is_late_unseen_is_not_taken(
    desk: Desk, administrator: Person
) -> None:
    off = {f"active_{code}": "" for code in ("late_lead", "late_department", "late_coordinator")}
    for do in ("look", ""):  # the rule that is left holds for urgent matters alone
        refused = administrator.do("/ladder", status=422, do=do, **off)
        assert "Cần áp dụng ít nhất một quy tắc quá hạn" in words_of(refused.text)
    assert all(rule.is_active for rule in escalation_rules.read_rules(desk.session))
    administrator.do("/ladder", active_late_lead="", active_late_department="")


def test_what_is_lowered_comes_again_by_the_lowest_rule_that_is_left(desk: Desk, enter: Enter) -> None:
    issue_id = late(desk)
    desk.go(june(10))
    enter(desk.province.administrator).do("/ladder", active_late_lead="")
    morning(desk, june(22))
    desk.do(desk.province.coordinator, issue_id, Act.LOWER, reason="Đã thống nhất", level=0)
    assert [morning(desk, june(day)) for day in (23, 24, 25, 26)] == [0, 0, 0, 0]
    assert desk.verify() == []
    morning(desk, june(29))
    assert desk.issue(issue_id).level == 2


def test_who_saves_what_somebody_else_has_changed_meanwhile_is_told(
    desk: Desk, administrator: Person, enter: Enter
) -> None:
    form = administrator.form("/ladder", action="/ladder")
    administrator.do("/ladder", offset_late_lead="2")
    form.values["offset_late_lead"] = "3"
    assert administrator.send(form, status=409).status_code == 409


def test_nobody_but_the_administrator_finds_the_ladder(desk: Desk, enter: Enter) -> None:
    place = desk.province
    for account in (place.officer_a, place.lead, place.coordinator):
        enter(account).get("/ladder", status=404)
