"""The walk of one difficulty through the pages, as people without JavaScript take it."""

from collections.abc import Callable

from tests.browser_of_pages import Person, path_of, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account

Enter = Callable[[Account], Person]


def test_a_difficulty_goes_from_the_commune_to_its_confirmation(desk: Desk, enter: Enter) -> None:
    place = desk.province
    officer, lead, member = enter(place.officer_a), enter(place.lead), enter(place.member)
    sent = officer.send(
        officer.form("/issues/new"),
        title="Chưa có hướng dẫn phụ cấp",
        situation="Ba người chưa nhận phụ cấp tháng 5.",
        proposal="Đề nghị Sở hướng dẫn mức chi.",
        field_id=place.field_staff.id,
        do="send",
    )
    url = path_of(sent)
    assert url == "/issues/VM-2026-000001"
    assert "Chờ tiếp nhận" in officer.text(url)

    lead.send(lead.form(url), owner_id=place.member.id)
    assert "Đã giao Vũ Thị Mai xử lý" in officer.text(url)

    member.do(
        f"{url}/submit_answer",
        kind="guidance",
        content="Áp dụng Điều 5.",
        **{"citations-0-document": "Nghị định 118/2025/NĐ-CP"},
    )
    assert "Áp dụng Điều 5." not in officer.text(url)
    assert "Áp dụng Điều 5." in lead.text(url)
    lead.send(lead.form(url))

    page = officer.text(url)
    assert "Áp dụng Điều 5." in page and "chờ địa phương phản hồi" in page
    officer.send(officer.form(url), is_solved="y")
    assert "Kết thúc: Đã giải quyết" in officer.text(url)
    assert "Mở lại" in officer.text(url)


def test_every_main_page_opens_for_everybody_who_may(desk: Desk, enter: Enter) -> None:
    desk.answered()
    desk.working()
    for role, account in desk.province.people().items():
        person = enter(account)
        assert "Việc cần làm" in person.text("/"), role
        sees = role.value != "administrator"
        listed = person.get("/issues", status=200 if sees else 404)
        assert ("VM-2026-000001" in words_of(listed.text)) is sees
        commune = role.value.startswith("commune")
        person.get("/leaders", status=404 if commune or not sees else 200)
        person.get("/issues/VM-2026-000001", status=200 if sees else 404)
        person.get("/issues/VM-2026-000001/why", status=200 if sees else 404)
        person.get("/issues/VM-2026-000001/history", status=200 if sees else 404)
