"""One act on many issues: a result for each row, and nothing at all where a single one is foreign."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser_of_pages import Person, tree_of, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.issues import bulk
from tracker.issues.bulk import Result
from tracker.issues.workflow import Act, IssueState

Enter = Callable[[Account], Person]
UNKNOWN = "VM-2026-999999.1"


def _pick(desk: Desk, issue_id: int) -> str:
    issue = desk.issue(issue_id)
    return f"{issue.number}.{issue.version}"


def _query(act: Act, rows: list[str]) -> str:
    return f"/issues/bulk?act={act.value}&" + "&".join(f"row={row}" for row in rows)


def _send(person: Person, act: Act, rows: list[str], *, status: int = 303, **typed: Any) -> Any:
    """The form of the act as the page gives it, filled in and sent."""
    form = person.form(_query(act, rows), action="/issues/bulk")
    form.values["row"] = rows
    return person.send(form, status=status, **typed)


def _results(person: Person, response: Any) -> dict[str, str]:
    """Number → what the page says."""
    page = person.get(response.headers["Location"]).text
    rows = [[words_of_element(cell) for cell in row] for row in tree_of(page).iter("tr")][1:]
    return {row[0].split()[0]: row[1] for row in rows}


def words_of_element(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _boxes(html: str) -> list[str]:
    return [each.get("value") or "" for each in tree_of(html).iter("input") if each.get("name") == "row"]


def test_ticked_rows_are_accepted_and_assigned_in_one_go(desk: Desk, enter: Enter) -> None:
    place = desk.province
    made = [desk.sent(), desk.accepted(), desk.sent()]
    lead = enter(place.lead)
    rows = _boxes(lead.get("/issues").text)
    assert rows == [_pick(desk, each) for each in reversed(made)]
    done = _send(lead, Act.ASSIGN, rows, owner_id=str(place.member.id))
    assert set(_results(lead, done).values()) == {"Đã thực hiện"}
    assert {desk.state(each) for each in made} == {IssueState.WORKING}
    assert {desk.issue(each).owner_id for each in made} == {place.member.id}
    assert desk.kinds(made[0])[-2:] == ["accepted", "assigned"]


def test_ticked_rows_are_transferred_and_get_news(desk: Desk, enter: Enter) -> None:
    place = desk.province
    made = [desk.working(), desk.working()]
    lead = enter(place.lead)
    rows = [_pick(desk, each) for each in made]
    told = _send(lead, Act.NEWS, rows, text="Đang chờ Bộ trả lời.")
    assert set(_results(lead, told).values()) == {"Đã thực hiện"}
    assert [desk.payload(each, "news_given")["text"] for each in made] == ["Đang chờ Bộ trả lời."] * 2
    _send(lead, Act.TRANSFER, rows, unit_id=str(place.finance.id), reason="Thuộc lĩnh vực tài chính.")
    assert {desk.issue(each).holder_id for each in made} == {place.finance.id}


@pytest.mark.parametrize("act", bulk.ACTS)
def test_one_foreign_issue_refuses_all_exactly_like_an_unknown_one(
    desk: Desk, enter: Enter, act: Act
) -> None:
    place = desk.province
    own = [desk.sent() for _ in range(3)]
    foreign = desk.sent(place.leader_b, field_id=place.field_money.id, category_id=None)
    lead = enter(place.lead)
    typed = {"owner_id": place.member.id, "unit_id": place.finance.id, "reason": "Lý do", "text": "Tin"}
    form = lead.form(_query(act, [_pick(desk, each) for each in own]), action="/issues/bulk")
    before = desk.snapshot()
    answers = []
    for last in (_pick(desk, foreign), UNKNOWN, "VM-2026-000001", "1", "x' OR 1=1"):
        rows = [*(_pick(desk, each) for each in own), last]
        answers.append(lead.get(_query(act, rows), status=404).text)
        form.values["row"] = rows
        lead.send(form, status=404, **{name: str(value) for name, value in typed.items()})
    assert desk.snapshot() == before
    assert words_of(answers[0]).split("·")[0] == words_of(answers[1]).split("·")[0]


def test_a_row_that_has_moved_on_is_told_and_the_others_go_through(desk: Desk, enter: Enter) -> None:
    place = desk.province
    fresh, stale, moved, held = desk.sent(), desk.accepted(), desk.sent(), desk.working()
    lead = enter(place.lead)
    rows = [_pick(desk, each) for each in (fresh, stale, moved, held)]
    form = lead.form(_query(Act.ASSIGN, rows), action="/issues/bulk")
    form.values["row"] = rows
    desk.working(stale)
    desk.do(place.lead, moved, Act.TRANSFER, unit_id=place.finance.id, reason="Nhầm nơi gửi")
    done = lead.send(form, owner_id=str(place.member.id))
    told = _results(lead, done)
    assert told[str(desk.issue(fresh).number)] == "Đã thực hiện"
    assert "không còn thực hiện được" in told[str(desk.issue(stale).number)]
    assert "không còn thực hiện được" in told[str(desk.issue(moved).number)]
    assert "không còn thực hiện được" in told[str(desk.issue(held).number)]
    assert desk.state(fresh) is IssueState.WORKING
    assert desk.issue(moved).holder_id == place.finance.id
    assert "1 vướng mắc đã thực hiện, 3 chưa thực hiện" in lead.text(done.headers["Location"])


def test_a_row_that_was_changed_meanwhile_is_not_overwritten(desk: Desk, enter: Enter) -> None:
    place = desk.province
    issue_id = desk.sent()
    lead = enter(place.lead)
    rows = [_pick(desk, issue_id)]
    form = lead.form(_query(Act.TRANSFER, rows), action="/issues/bulk")
    form.values["row"] = rows
    desk.accepted(issue_id)
    done = lead.send(form, unit_id=str(place.finance.id), reason="Thuộc Sở Tài chính")
    assert list(_results(lead, done).values()) == [
        "Người khác vừa thay đổi vướng mắc này. Hãy mở ra xem lại."
    ]
    assert desk.issue(issue_id).holder_id == place.home_affairs.id


def test_the_same_form_sent_twice_acts_once(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    lead = enter(desk.province.lead)
    rows = [_pick(desk, issue_id)]
    form = lead.form(_query(Act.NEWS, rows), action="/issues/bulk")
    form.values["row"] = rows
    first, second = (lead.send(form, text="Một tin") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert desk.kinds(issue_id).count("news_given") == 1
    lead.send(form, text="Tin khác", status=409)


def test_what_fits_none_of_them_is_shown_at_its_field_and_changes_nothing(desk: Desk, enter: Enter) -> None:
    made = [desk.working(), desk.working()]
    lead = enter(desk.province.lead)
    rows = [_pick(desk, each) for each in made]
    before = desk.snapshot()
    page = _send(lead, Act.NEWS, rows, status=422, text="TỐI MẬT\nchưa công bố")
    assert "độ mật" in words_of(page.text)
    assert _boxes(page.text) == rows
    _send(lead, Act.NEWS, rows, status=422, text="")
    assert desk.snapshot() == before


def test_a_member_takes_many_for_himself_and_for_nobody_else(desk: Desk, enter: Enter) -> None:
    place = desk.province
    made = [desk.sent(), desk.sent()]
    member = enter(place.member)
    rows = _boxes(member.get("/issues").text)
    assert len(rows) == 2
    form = member.form(_query(Act.ASSIGN, rows), action="/issues/bulk")
    assert form.choices["owner_id"] == ["", str(place.member.id)]
    _send(member, Act.ASSIGN, rows, owner_id=str(place.member.id))
    assert {desk.issue(each).owner_id for each in made} == {place.member.id}
    member.get(_query(Act.TRANSFER, rows), status=404)


def test_boxes_stand_only_where_somebody_may_act(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.sent(), desk.working(owner=place.second_member)
    desk.answered()
    for person in (place.officer_a, place.auditor):
        page = enter(person).get("/issues").text
        assert _boxes(page) == [] and "/issues/bulk" not in page
    page = enter(place.provincial_leader).get("/issues").text  # he directs, and takes no act on a desk
    assert len(_boxes(page)) == 3 and "/issues/bulk" not in page and "/directives/new" in page
    assert len(_boxes(enter(place.lead).get("/issues").text)) == 3
    assert len(_boxes(enter(place.second_member).get("/issues").text)) == 2
    enter(place.officer_a).get("/issues/bulk", status=404)


@pytest.mark.asvs("V2.3.2")
def test_no_more_than_a_hundred_at_once(desk: Desk, enter: Enter) -> None:
    lead = enter(desk.province.lead)
    lead.get(_query(Act.NEWS, [f"VM-2026-{n:06}.1" for n in range(101)]), status=422)
    assert "Chưa chọn vướng mắc nào" in lead.text("/issues/bulk")


def test_the_result_is_told_only_to_who_acted(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    lead = enter(desk.province.lead)
    where = _send(lead, Act.NEWS, [_pick(desk, issue_id)], text="Tin").headers["Location"]
    lead.get(where)
    enter(desk.province.department_leader).get(where, status=404)
    assert "Chưa có lần" in enter(desk.province.department_leader).text("/issues/bulk/done")


def test_many_acts_release_nothing_and_results_hold_no_text() -> None:
    assert {act.value for act in bulk.ACTS} == {"assign", "transfer", "news"}
    assert set(Result.__dataclass_fields__) == {"number", "code"}
