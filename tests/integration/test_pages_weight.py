"""What a page costs: SQL statements, bytes, whatever the number of rows."""

import gzip
from collections.abc import Callable

from tests.browser_of_pages import Person, Statements
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues.workflow import Act

MOST_STATEMENTS = 10
MOST_BYTES = 15_000
Enter = Callable[[Account], Person]


def _busy(desk: Desk) -> dict[str, int]:
    """Issues in every state that a page may show, with several communes and files."""
    made = {
        "submitted": desk.sent(),
        "accepted": desk.accepted(),
        "working": desk.working(),
        "need_info": desk.working(desk.on_behalf()),
        "to_approve": desk.to_approve(),
        "answered": desk.answered(desk.working(desk.on_behalf())),
        "letter": desk.working(),
        "closed": desk.answered(),
        "consulted": desk.working(),
    }
    place = desk.province
    rows = [{"unit_id": unit.id, "question": "Nguồn nào?"} for unit in (place.finance, place.office)]
    desk.do(place.member, made["consulted"], Act.ASK_OPINION, questions=rows, files=[desk.file()])
    desk.do(place.finance_lead, made["consulted"], Act.GIVE_OPINION, text="Dự phòng.", files=[desk.file()])
    desk.do(place.member, made["need_info"], Act.ASK_INFO, question="Gửi danh sách.")
    desk.letter(made["letter"], document_number="")
    made["escalated"] = desk.working()
    desk.do(place.member, made["escalated"], Act.ESCALATE, reason="Cần ý kiến của sở.")
    desk.do(place.officer_a, made["closed"], Act.CONFIRM, is_solved=True)
    for text in ("một", "hai", "ba"):
        desk.do(place.member, made["working"], Act.NEWS, text=text, files=[desk.file()])
    return made


def test_no_page_asks_more_than_ten_statements_or_weighs_more_than_fifteen_kilobytes(
    desk: Desk, enter: Enter
) -> None:
    numbers = {name: desk.issue(key).number for name, key in _busy(desk).items()}
    draft_key = desk.draft().draft_key
    place = desk.province
    urls = {
        place.officer_a: ["/", "/issues", "/issues/new", f"/drafts/{draft_key}"],
        place.member: ["/", "/issues", "/issues/new", "/leaders"],
        place.lead: ["/", "/issues?late=late&field=home_affairs&commune=An+B%C3%ACnh", "/leaders"],
        place.coordinator: ["/", "/issues", "/leaders"],
        place.provincial_leader: ["/", "/issues", "/leaders"],
    }
    shown = [f"/issues/{number}" for number in numbers.values()]
    shown.append(f"{shown[0]}/why")
    levels = f"/issues/{numbers['escalated']}/levels"
    acts = {
        place.department_leader: [levels],
        place.lead: [
            levels,
            f"/issues/{numbers['submitted']}/assign",
            f"/issues/{numbers['to_approve']}/approve",
        ],
        place.member: [f"/issues/{numbers['working']}/submit_answer"],
        place.officer_a: [f"/issues/{numbers['answered']}/confirm"],
    }
    spent = {}
    for account in (*urls, place.department_leader):
        person = enter(account)
        person.get("/profile")
        for url in [*urls.get(account, []), *shown, *acts.get(account, [])]:
            with Statements(db.engine) as counted:
                page = person.get(url)
            spent[f"{account.login} {url}"] = (len(counted.texts), len(gzip.compress(page.data, 6)))
    assert {page: cost for page, cost in spent.items() if cost[0] > MOST_STATEMENTS} == {}
    assert {page: cost for page, cost in spent.items() if cost[1] > MOST_BYTES} == {}


def test_a_list_of_many_asks_no_more_than_a_list_of_one(desk: Desk, enter: Enter) -> None:
    desk.working()
    person = enter(desk.province.lead)

    def spent(url: str) -> int:
        person.get(url)
        with Statements(db.engine) as counted:
            person.get(url)
        return len(counted.texts)

    few = [spent("/issues"), spent("/")]
    for _ in range(30):
        desk.working()
    assert [spent("/issues"), spent("/")] == few
