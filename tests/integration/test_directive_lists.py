"""The page of directives when there are many: none is hidden behind a limit, each part goes on page by page."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.browser_of_pages import Person, links_in
from tests.integration.test_directives import does, given
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.issues import directive_lists, directive_work
from tracker.issues.directive_lists import DirectivePart

Enter = Callable[[Account], Person]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a page."""
    monkeypatch.setattr(directive_lists, "PAGE", 2)


def many(desk: Desk) -> list[str]:
    """Numbers of issues with a directive of the provincial leader each: three with one date, one later, one without."""
    found = []
    for due_on in (june(20), june(20), june(20), june(25), None):
        issue_id = desk.sent()
        given(desk, desk.province.provincial_leader, issue_id, due_on=due_on)
        found.append(desk.issue(issue_id).number or "")
    return found


@pytest.mark.parametrize("who", ["provincial_leader", "lead"])
def test_every_directive_is_reached_by_going_on_and_none_twice(desk: Desk, enter: Enter, who: str) -> None:
    numbers = many(desk)
    person = enter(getattr(desk.province, who))
    first = person.get("/directives").text
    leader = who == "provincial_leader"
    assert links_in(first)["Xem tất cả 5" if leader else "Xem tất cả 4"]
    seen: list[str] = []
    for part in ("given",) if leader else ("owed", "noted"):
        url: str | None = f"/directives?of={part}"
        while url:
            links = links_in(person.get(url).text)
            seen += [number for number in numbers if number in links]
            url = links.get("Trang sau")
    assert sorted(seen) == sorted(numbers)


def test_a_report_that_waits_is_not_hidden_by_what_is_due_before_it(desk: Desk, enter: Enter) -> None:
    p = desk.province
    for _ in range(4):
        given(desk, p.provincial_leader, desk.sent())
    (last,) = given(desk, p.provincial_leader, desk.sent(), due_on=june(30))
    does(desk, directive_work.report, p.lead, last.id, "Đã xong.")
    text = enter(p.provincial_leader).text("/directives")
    assert "Báo cáo chờ xác nhận 1" in text
    assert "Đã giao, đang thực hiện 4" in text


def test_the_provinces_directives_go_on_too_and_a_strange_place_or_part_is_no_error(
    desk: Desk, enter: Enter
) -> None:
    many(desk)
    auditor = enter(desk.province.auditor)
    page = auditor.get("/directives?of=all").text
    assert "2 trong 4 ý kiến chỉ đạo" in page
    rest = auditor.get(links_in(page)["Trang sau"]).text
    assert "Trang sau" not in rest
    assert "Trang trước" in rest
    for strange in ("of=all&on=x&after=y", "of=none", "of=given"):
        auditor.get(f"/directives?{strange}")
    lead = enter(desk.province.lead)
    assert "Ý kiến chỉ đạo đang thực hiện trong tỉnh" not in lead.text("/directives?of=all")


def test_a_part_shows_what_may_be_done_with_each(desk: Desk, enter: Enter) -> None:
    p = desk.province
    targets = [given(desk, p.provincial_leader, desk.sent())[0] for _ in range(3)]
    assert f"/directives/{targets[0].id}/report" in enter(p.lead).get("/directives?of=owed").text
    for target in targets:
        does(desk, directive_work.report, p.lead, target.id, "Đã xong.")
    assert "Xác nhận hoàn thành" in enter(p.provincial_leader).text("/directives?of=reported")


def test_the_order_is_by_date_and_undated_ones_come_last(desk: Desk) -> None:
    numbers = many(desk)
    seen: list[str] = []
    with desk.travelled():
        actor, after = desk.actor(desk.province.provincial_leader), None
        while True:
            found = directive_lists.list_part(desk.session, actor, DirectivePart.GIVEN, after)
            seen += [row.issue.number or "" for row in found.rows]
            dates = [row.due_on or june(30) + timedelta(days=1) for row in found.rows]
            assert dates == sorted(dates)
            assert found.total == len(numbers)
            after = found.next_after
            if after is None:
                break
    assert seen == numbers
