"""A list to print: the whole of it as it is filtered, with the rights of the list, cut with a sentence."""

from collections.abc import Callable

import pytest

from tests.browser_of_pages import Person, Statements, links_in, tree_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues import lists
from tracker.issues.views import printed_list
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]
QUERIES = ("?open=1", "?open=any", "?late=late", "?field=finance_assets&open=any", "?q=cap", "?state=draft")


def _numbers(html: str) -> list[str]:
    titles = [link for link in tree_of(html).iter("a") if link.get("class") == "row-title"]
    return [(link.get("href") or "").rsplit("/", 1)[1] for link in titles]


def _whole_list(person: Person, query: str) -> list[str]:
    page = person.get(f"/issues{query}").text
    found = _numbers(page)
    while (following := links_in(page).get("Trang sau")) is not None:
        page = person.get(following).text
        found += _numbers(page)
    return found


@pytest.mark.parametrize(
    "name", ["officer_a", "leader_b", "member", "finance_lead", "coordinator", "auditor"]
)
def test_a_printed_list_holds_every_row_of_the_list_for_each_role(
    desk: Desk, enter: Enter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists.list_issues, "__kwdefaults__", {"after": None, "before": None, "limit": 2})
    monkeypatch.setattr(printed_list, "PAGE_ROWS", 3)
    place = desk.province
    for _ in range(3):
        desk.working()
    desk.draft(place.leader_b)
    desk.sent(place.leader_b, field_id=place.field_money.id, category_id=None)
    desk.do(place.officer_a, desk.answered(), Act.CONFIRM)
    desk.draft()
    person = enter(getattr(place, name))
    for query in QUERIES:
        assert _numbers(person.get(f"/issues/print{query}").text) == _whole_list(person, query), query


def test_a_long_list_is_cut_and_says_so(desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed_list, "MOST_ROWS", 2)
    _oldest, *newer = [desk.sent() for _ in range(3)]
    person = enter(desk.province.coordinator)
    page = person.get("/issues/print?open=1").text
    assert _numbers(page) == [desk.issue(issue_id).number for issue_id in reversed(newer)]
    assert "trang in chỉ có 2 vướng mắc mới nhất" in page
    monkeypatch.setattr(printed_list, "MOST_ROWS", 3)
    assert "trang in chỉ có" not in person.get("/issues/print?open=1").text


def test_the_list_leads_to_its_printed_form_with_its_filter(desk: Desk, enter: Enter) -> None:
    desk.sent()
    person = enter(desk.province.coordinator)
    links = links_in(person.get("/issues?open=any&field=home_affairs").text)
    assert links["In cả danh sách"] == "/issues/print?open=any&field=home_affairs"


def test_a_printed_list_takes_no_statement_per_row(desk: Desk, enter: Enter) -> None:
    person = enter(desk.province.coordinator)
    desk.sent()
    person.get("/issues/print?open=1")
    with Statements(db.engine) as few:
        person.get("/issues/print?open=1")
    for _ in range(4):
        desk.sent()
    with Statements(db.engine) as more:
        person.get("/issues/print?open=1")
    assert len(more.texts) == len(few.texts) <= 10
