"""Saved filters: a person's own and a unit's, never more than the reader may see; columns, first list, going back."""

from collections.abc import Callable

from tests.browser_of_pages import Person, links_in, path_of, tree_of, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]


def _numbers(html: str) -> list[str]:
    titles = [link for link in tree_of(html).iter("a") if link.get("class") == "row-title"]
    return [(link.get("href") or "").rsplit("/", 1)[1] for link in titles]


def _save(person: Person, query: str, name: str, unit_id: int | None = None, *, status: int = 303) -> str:
    form = person.form(f"/issues/lists?{query}", action="/issues/lists")
    typed = {"name": name} | ({"unit_id": str(unit_id)} if unit_id else {})
    answer = person.send(form, status=status, **typed)
    return answer.headers.get("Location", "")


def _change(person: Person, called: str, do: str, *, status: int = 303, **typed: str) -> None:
    """Press a button of a saved list."""
    person.send(person.form("/issues/lists", action=_address(person, called)), status=status, do=do, **typed)


def _address(person: Person, name: str) -> str:
    page = tree_of(person.get("/issues/lists").text)
    for line in page.iter("li"):
        if (form := line.find(".//form")) is not None and any(
            "".join(link.itertext()) == name for link in line.iter("a")
        ):
            return form.get("action") or ""
    raise AssertionError(f"{name} is not among the lists")


def _tabs(person: Person) -> list[str]:
    """The names of the saved lists above the list, in their order."""
    for nav in tree_of(person.get("/issues?open=1").text).iter("nav"):
        if nav.get("aria-label") == "Danh sách đã lưu":
            return ["".join(link.itertext()) for link in nav.iter("a")]
    return []


def test_a_filter_is_kept_as_the_list_writes_it(desk: Desk, enter: Enter) -> None:
    member = enter(desk.province.member)
    where = _save(member, "urgent=1&nonsense=%3Cb%3E&after=7&state=submitted&commune=an+binh", "Gấp, mới")
    key = desk.province.commune_a.id
    assert where == f"/issues?commune={key}&state=submitted&urgent=1"
    assert links_in(member.get("/issues?open=1").text)["Gấp, mới"] == where
    assert 'aria-current="page">Gấp, mới' in member.get(where).text
    assert _tabs(enter(desk.province.lead)) == []


def test_a_name_is_needed_and_kept_short(desk: Desk, enter: Enter) -> None:
    member = enter(desk.province.member)
    _save(member, "urgent=1", " ", status=422)
    _save(member, "urgent=1", "x" * 81, status=422)
    assert _tabs(member) == []


def test_a_shared_filter_is_seen_in_the_unit_and_shows_nobody_more(desk: Desk, enter: Enter) -> None:
    place = desk.province
    own = desk.sent()
    desk.sent(place.leader_b, field_id=place.field_money.id, category_id=None)
    _save(enter(place.lead), "open=any", "Tất cả của tổ", place.home_affairs.id)
    for other in (place.member, place.department_leader):
        person = enter(other)
        assert _tabs(person) == ["Tất cả của tổ"]
        where = links_in(person.get("/issues?open=1").text)["Tất cả của tổ"]
        assert _numbers(person.get(where).text) == [desk.issue(own).number]
    for stranger in (place.finance_lead, place.officer_a, place.coordinator):
        assert _tabs(enter(stranger)) == []


def test_only_leads_and_leaders_share_and_only_in_their_unit(desk: Desk, enter: Enter) -> None:
    place = desk.province
    member, lead = enter(place.member), enter(place.lead)
    assert "unit_id" not in member.form("/issues/lists?urgent=1", action="/issues/lists").names
    _save(member, "urgent=1", "Riêng")
    _change(member, "Riêng", "share", unit_id=str(place.home_affairs.id), status=404)
    assert lead.form("/issues/lists?urgent=1", action="/issues/lists").choices["unit_id"] == [
        "",
        str(place.home_affairs.id),
    ]
    _save(lead, "urgent=1", "Của tổ trưởng")
    _change(lead, "Của tổ trưởng", "share", unit_id=str(place.finance.id), status=404)
    _change(lead, "Của tổ trưởng", "share", unit_id=str(place.home_affairs.id))
    assert _tabs(member) == ["Riêng", "Của tổ trưởng"]
    _change(enter(place.department_leader), "Của tổ trưởng", "unshare")
    assert _tabs(member) == ["Riêng"]


def test_a_list_of_others_answers_as_one_that_does_not_exist(desk: Desk, enter: Enter) -> None:
    place = desk.province
    member, stranger = enter(place.member), enter(place.second_member)
    _save(member, "urgent=1", "Riêng")
    _save(stranger, "urgent=1", "Khác")
    address, unknown = _address(member, "Riêng"), "/issues/lists/999999"
    form = stranger.form("/issues/lists", action=_address(stranger, "Khác"))
    for do in ("rename", "up", "share", "unshare", "delete", "default", "nonsense"):
        typed = {"do": do, "name": "x", "unit_id": str(place.home_affairs.id)}
        texts = [
            words_of(stranger.send(form, url=url, status=404, **typed).text) for url in (address, unknown)
        ]
        assert texts[0].rsplit("·", 2)[0] == texts[1].rsplit("·", 2)[0]
    assert _tabs(member) == ["Riêng"]


def test_lists_are_renamed_moved_and_deleted(desk: Desk, enter: Enter) -> None:
    member = enter(desk.province.member)
    for name in ("Một", "Hai", "Ba"):
        _save(member, "urgent=1", name)
    _change(member, "Ba", "up")
    _change(member, "Một", "rename", name="Số một")
    assert _tabs(member) == ["Số một", "Ba", "Hai"]
    _change(member, "Ba", "delete")
    assert _tabs(member) == ["Số một", "Hai"]


def test_the_page_opens_with_the_first_list_and_the_address_stays_the_truth(desk: Desk, enter: Enter) -> None:
    place = desk.province
    member = enter(place.member)
    where = _save(member, "state=submitted", "Mới")
    _change(member, "Mới", "default")
    assert member.get("/issues", status=302).headers["Location"] == where
    plain = links_in(member.get(where).text)
    assert plain["Tất cả"] == where, "the tab keeps the filter"
    assert plain["Chờ tiếp nhận"] == "/issues?open=1"
    assert _numbers(member.get("/issues?open=1").text) == []
    _change(member, "Mới", "plain")
    member.get("/issues")
    _change(member, "Mới", "default")
    _change(member, "Mới", "delete")
    member.get("/issues")


def test_a_person_chooses_what_rows_tell(desk: Desk, enter: Enter) -> None:
    desk.working()
    member = enter(desk.province.member)
    page = member.text("/issues")
    assert "Đang ở: Sở Nội vụ" in page and "Hạn trả lời: 10/06/2026" not in page
    form = member.form("/issues/lists", action="/issues/lists/columns")
    assert form.values["columns"] == ["place", "holder", "owner", "transfers"]
    member.send(form, columns=["due_on", "field", "zero_on", "changed_at"])
    page = member.text("/issues")
    assert "Đang ở: Sở Nội vụ" not in page
    for words in (
        "Lĩnh vực: Nội vụ",
        "Hạn trả lời: 10/06/2026",
        "Ngày bắt đầu: 01/06/2026",
        "Cập nhật: 09:00",
    ):
        assert words in page
    assert "Đang ở: Sở Nội vụ" in enter(desk.province.lead).text("/issues")
    member.send(form, columns=["salary"], status=422)


def test_shortcuts_can_be_switched_off(desk: Desk, enter: Enter) -> None:
    member = enter(desk.province.member)
    assert 'id="shortcuts"' in member.get("/issues").text
    form = member.form("/issues/lists", action="/issues/lists/columns")
    member.send(form, has_shortcuts=None)
    assert 'id="shortcuts"' not in member.get("/issues").text


def test_pages_lead_back_by_key(desk: Desk, enter: Enter) -> None:
    made = [str(desk.issue(desk.sent()).number) for _ in range(53)][::-1]
    officer = enter(desk.province.officer_a)
    pages = [officer.get("/issues?state=submitted").text]
    assert "Trang trước" not in links_in(pages[0])
    for _ in range(2):
        pages.append(officer.get(links_in(pages[-1])["Trang sau"]).text)
    assert [_numbers(page) for page in pages] == [made[:25], made[25:50], made[50:]]
    back = officer.get(links_in(pages[2])["Trang trước"]).text
    assert _numbers(back) == made[25:50]
    assert _numbers(officer.get(links_in(back)["Trang sau"]).text) == made[50:]
    first = officer.get(links_in(back)["Trang trước"]).text
    assert _numbers(first) == made[:25]
    assert "Trang trước" not in links_in(first)


def test_what_is_new_leads_to_the_list_of_what_changed(desk: Desk, enter: Enter) -> None:
    place = desk.province
    old, fresh = desk.working(), desk.working()
    lead = enter(place.lead)
    lead.get("/")
    desk.go("2026-06-01 11:00")
    desk.do(place.member, fresh, Act.NEWS, text="Đã họp.")
    link = links_in(lead.get("/").text)["1 nội dung mới từ lần xem trước"]
    page = lead.get(link).text
    assert _numbers(page) == [desk.issue(fresh).number]
    assert "Có thay đổi từ" in words_of(page)
    assert path_of(lead.get(f"/issues?q={desk.issue(old).number}", status=302)).startswith("/issues/")


def test_the_page_of_figures_is_called_by_what_it_shows(desk: Desk, enter: Enter) -> None:
    assert "Tình hình của đơn vị" in links_in(enter(desk.province.member).get("/issues").text)
    assert "Tình hình toàn tỉnh" in links_in(enter(desk.province.coordinator).get("/issues").text)
