"""Lists, home, the leaders' page, the explanation of the date, downloads."""

import io
import re
from collections.abc import Callable

import pytest

from tests.browser_of_pages import HTMX, Person, links_in, path_of, tree_of, words_of
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.attachments.storage import Storage
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]
PDF = b"%PDF-1.4\n%%EOF\n"


def _numbers(html: str) -> list[str]:
    """The issues of a list, in its order."""
    return [
        (link.get("href") or "").rsplit("/", 1)[1]
        for link in tree_of(html).iter("a")
        if link.get("class") == "row-title"
    ]


def _chips(html: str) -> dict[str, str]:
    """Words of each chip → the address without it."""
    return {
        " ".join("".join(link.itertext()).split()): link.get("href", "")
        for link in tree_of(html).iter("a")
        if link.get("class") == "chip"
    }


# --- lists ---------------------------------------------------------------------------------------------------


def test_the_list_shows_open_issues_newest_first_and_a_chip_opens_the_rest(desk: Desk, enter: Enter) -> None:
    closed, open_ = desk.answered(), desk.working()
    desk.do(desk.province.officer_a, closed, Act.CONFIRM)
    officer = enter(desk.province.officer_a)
    page = officer.get("/issues").text
    assert _numbers(page) == [desk.issue(open_).number]
    everything = officer.get(_chips(page)["Đang mở"]).text
    assert _numbers(everything) == [desk.issue(open_).number, desk.issue(closed).number]
    assert _chips(everything) == {}
    assert "2 vướng mắc" in words_of(everything)


@pytest.mark.parametrize(
    ("query", "chip", "wanted"),
    [
        ("state=submitted", "Chờ tiếp nhận", ["sent", "money"]),
        ("late=late", "Quá hạn", ["late"]),
        ("field=finance_assets", "Lĩnh vực: Tài chính, tài sản công", ["money"]),
        ("urgent=1", "Cần gấp", ["urgent"]),
        ("commune=binh+minh", "Địa phương: Xã Bình Minh", ["behalf"]),
        ("q=phu+cap+rieng", "Có chữ: phu cap rieng", ["urgent"]),
        ("scope=mine", None, ["late"]),
        ("age=0-5", "Gửi trong khoảng 0-5 ngày làm việc", ["sent", "behalf", "urgent", "money"]),
    ],
)
def test_each_filter_is_a_chip_that_takes_it_away(
    desk: Desk, enter: Enter, query: str, chip: str | None, wanted: list[str]
) -> None:
    place = desk.province
    made = {"late": desk.working()}
    desk.go(june(22))
    made["money"] = desk.sent(field_id=place.field_money.id, category_id=None)
    made["urgent"] = desk.working(
        desk.sent(title="Phụ cấp riêng", is_urgent=True, urgent_reason="Hạn chi trả"), place.second_member
    )
    made["behalf"] = desk.sent(place.lead, commune_ids=[place.commune_b.id])
    desk.do(place.lead, made["behalf"], Act.ASSIGN, owner_id=place.second_member.id)
    made["sent"] = desk.sent()
    person = enter(place.member if query == "scope=mine" else place.coordinator)
    page = person.get(f"/issues?{query}").text
    assert sorted(_numbers(page)) == sorted(str(desk.issue(made[name]).number) for name in wanted)
    if chip is not None:
        chips = _chips(page)
        assert chip in chips
        assert chip not in _chips(person.get(chips[chip]).text)


def test_values_that_mean_nothing_are_left_out(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    officer = enter(desk.province.officer_a)
    odd = "state=x&late=y&field=z&unit=abc&owner=99999999999999999999&age=9&scope=them&after=-1&open=maybe"
    page = officer.get(f"/issues?{odd}").text
    assert _numbers(page) == [desk.issue(issue_id).number]


def test_an_unknown_commune_is_said_to_be_unknown(desk: Desk, enter: Enter) -> None:
    desk.sent()
    page = enter(desk.province.coordinator).text("/issues?commune=Xã+Không+Có")
    assert "Địa phương: Xã Không Có (không tìm thấy)" in page


def test_pages_follow_by_key_and_keep_the_filter(desk: Desk, enter: Enter) -> None:
    made = [str(desk.issue(desk.sent()).number) for _ in range(27)]
    officer = enter(desk.province.officer_a)
    first = officer.get("/issues?state=submitted").text
    assert _numbers(first) == made[:1:-1]
    assert "25 trong 27 vướng mắc" in words_of(first)
    second = officer.get(links_in(first)["Trang sau"]).text
    assert _numbers(second) == [made[1], made[0]]
    assert "Chờ tiếp nhận" in _chips(second)
    assert _numbers(officer.get(links_in(second)["Về trang đầu"]).text) == made[:1:-1]


def test_a_whole_number_in_the_search_leads_to_the_issue(desk: Desk, enter: Enter) -> None:
    desk.sent()
    officer = enter(desk.province.officer_a)
    assert path_of(officer.get("/issues?q=vm-2026-000001", status=302)) == "/issues/VM-2026-000001"
    stranger = enter(desk.province.officer_b).get("/issues?q=VM-2026-000001")
    assert _numbers(stranger.text) == []


def test_the_list_alone_comes_where_htmx_asks(desk: Desk, enter: Enter) -> None:
    desk.sent()
    officer = enter(desk.province.officer_a)
    part = officer.get("/issues", headers=HTMX)
    assert "<html" not in part.text and "VM-2026-000001" in part.text
    restored = officer.get("/issues", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_an_empty_list_says_what_to_do(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    assert "Chưa có vướng mắc nào" in officer.text("/issues")
    assert "Chưa có vướng mắc nào" in officer.text("/issues?open=any")
    assert "Không có vướng mắc nào phù hợp" in officer.text("/issues?urgent=1")


def test_drafts_are_listed_under_their_own_key(desk: Desk, enter: Enter) -> None:
    draft = desk.draft(title="")
    page = enter(desk.province.officer_a).get("/issues?state=draft").text
    assert links_in(page)["(chưa có tiêu đề)"] == f"/drafts/{draft.draft_key}"


# --- home ----------------------------------------------------------------------------------------------------


def test_home_says_what_to_do_by_role(desk: Desk, enter: Enter) -> None:
    desk.sent()
    desk.answered()
    desk.to_approve()
    place = desk.province
    assert "1 trả lời chờ địa phương phản hồi Phản hồi" in enter(place.officer_a).text("/")
    lead = enter(place.lead)
    words = lead.text("/")
    assert "1 dự thảo trả lời chờ duyệt" in words and "1 vướng mắc mới chờ tiếp nhận" in words
    assert links_in(lead.get("/").text)["Tiếp nhận và giao"] == "/issues/VM-2026-000001"
    assert "vướng mắc trong tỉnh" in enter(place.provincial_leader).text("/")


def test_a_group_of_several_opens_the_list_that_says_the_same(desk: Desk, enter: Enter) -> None:
    desk.sent()
    desk.sent()
    lead = enter(desk.province.lead)
    page = lead.get("/").text
    listed = lead.get(links_in(page)["Tiếp nhận và giao"]).text
    assert len(_numbers(listed)) == 2


def test_every_group_of_several_opens_a_list_of_as_many(desk: Desk, enter: Enter) -> None:
    """Whatever the role: the count of a group is the length of the list behind it."""
    place = desk.province
    for _ in range(2):
        desk.sent()
        desk.accepted()
        desk.draft(place.member)
        desk.draft()
        desk.to_approve()
        desk.answered()
        disputed = desk.answered()
        desk.do(place.officer_a, disputed, Act.CLARIFY, text="Chưa rõ")
        desk.answered(disputed)
        desk.do(place.officer_a, disputed, Act.DISPUTE, reason="Chưa đúng")
        asked = desk.working()
        desk.do(place.member, asked, Act.ASK_INFO, question="Gửi danh sách")
        desk.letter(desk.working(), document_number="")
        desk.sent(field_id=None, category_id=None, title="Không rõ lĩnh vực")
    desk.go(june(12))
    for _ in range(2):
        desk.working()
    checked = set()
    for account in place.people().values():
        person = enter(account)
        html = person.get("/").text
        for item in tree_of(html).iter("li"):
            if "todo" not in (item.get("class") or "").split():
                continue
            (link,) = [each for each in item.iter("a") if "btn" in (each.get("class") or "")]
            count = int(next("".join(each.itertext()) for each in item.iter("span")))
            if count > 1:
                listed = _numbers(person.get(link.get("href", "")).text)
                assert len(listed) == min(count, 25), (account.login, words_of(html), link.get("href"))
                checked.add(link.get("href"))
    assert len(checked) >= 12


def test_home_tells_the_owner_what_came_back(desk: Desk, enter: Enter) -> None:
    place = desk.province
    returned, unclear = desk.to_approve(), desk.answered()
    desk.do(place.lead, returned, Act.RETURN_ANSWER, remark="Nêu căn cứ")
    desk.do(place.officer_a, unclear, Act.CLARIFY, text="Chưa rõ")
    words = enter(place.member).text("/")
    assert "1 dự thảo trả lời được chuyển lại để hoàn thiện Hoàn thiện" in words
    assert "1 trả lời địa phương đề nghị làm rõ thêm Làm rõ" in words


def test_home_tells_a_department_what_waits_for_it_as_raising_unit(desk: Desk, enter: Enter) -> None:
    place = desk.province
    asked, answered = desk.sent(place.finance_member), desk.sent(place.finance_member)
    desk.do(place.member, desk.working(asked), Act.ASK_INFO, question="Gửi danh sách")
    desk.answered(desk.working(answered))
    for speaker in (place.finance_member, place.finance_lead):
        words = enter(speaker).text("/")
        assert "1 vướng mắc chờ đơn vị gửi bổ sung thông tin Bổ sung" in words
        assert "1 trả lời chờ đơn vị gửi phản hồi Phản hồi" in words
    assert "đơn vị gửi" not in enter(place.finance_leader).text("/")
    assert "đơn vị gửi" not in enter(place.coordinator).text("/")


def test_home_tells_the_coordinator_to_confirm_what_a_unit_answered_itself(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.answered(desk.working(desk.sent(place.second_member)))
    assert "1 trả lời chờ đơn vị gửi phản hồi Phản hồi" in enter(place.coordinator).text("/")
    for own in (place.second_member, place.member, place.lead):
        assert "chờ đơn vị gửi phản hồi" not in enter(own).text("/")


def test_a_list_names_the_unit_where_no_commune_is_asked(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.do(
        place.member, desk.working(desk.sent(place.finance_member)), Act.ASK_INFO, question="Gửi danh sách"
    )
    row = enter(place.finance_member).text("/issues").split("VM-2026-000001")[1]
    assert "Chờ đơn vị gửi bổ sung" in row and "Chờ địa phương bổ sung" not in row


def test_a_matter_that_its_unit_withdrew_names_the_unit(desk: Desk, enter: Enter) -> None:
    place = desk.province
    issue_id = desk.sent(place.finance_member)
    desk.do(place.finance_member, issue_id, Act.WITHDRAW, reason="Đã tự giải quyết")
    words = enter(place.finance_member).text(f"/issues/{desk.issue(issue_id).number}")
    assert "Kết thúc: Đơn vị gửi đã rút" in words


def test_home_teaches_the_next_act_when_there_is_nothing(desk: Desk, enter: Enter) -> None:
    assert "Không có việc nào đang chờ" in enter(desk.province.officer_a).text("/")


def test_home_counts_what_is_new_since_one_last_looked(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    officer = enter(desk.province.officer_a)
    assert "nội dung mới" not in officer.text("/")
    desk.go("2026-06-01 09:03")
    desk.do(desk.province.member, issue_id, Act.NEWS, text="Đang phối hợp")
    assert "1 nội dung mới từ lần xem trước" in officer.text("/")
    desk.go("2026-06-01 09:04")
    assert "1 nội dung mới" in officer.text("/")  # looking again within five minutes changes nothing
    desk.go("2026-06-01 09:09")
    officer.get("/")
    desk.go("2026-06-01 09:10")
    assert "nội dung mới" not in officer.text("/")


# --- leaders' page -------------------------------------------------------------------------------------------


def test_every_figure_opens_a_list_of_as_many(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.working()
    desk.answered()
    desk.go(june(9))
    desk.working()
    desk.sent(field_id=place.field_money.id)
    desk.go(june(24))
    desk.sent()
    leader = enter(place.provincial_leader)
    html = leader.get("/leaders").text
    checked = 0
    for cell in tree_of(html).iter("td"):
        for link in cell.iter("a"):
            value = int("".join(link.itertext()))
            assert len(_numbers(leader.get(link.get("href", "")).text)) == value, link.get("href")
            checked += 1
    for row in tree_of(html).iter("tr"):
        links = [link for link in row.iter("a") if "age=" in link.get("href", "")]
        for link in links:
            value = int("".join(list(row)[-1].itertext()))
            assert len(_numbers(leader.get(link.get("href", "")).text)) == value
            checked += 1
    assert checked >= 10


def test_a_department_reads_the_figures_of_what_it_holds(desk: Desk, enter: Enter) -> None:
    desk.sent()
    words = "Chỉ gồm vướng mắc đơn vị đang giữ."
    outside, inside = enter(desk.province.finance_member), enter(desk.province.member)
    assert words in outside.text("/leaders") and "Sở Nội vụ" not in outside.text("/leaders")
    assert words in inside.text("/leaders") and "Sở Nội vụ" in inside.text("/leaders")
    assert words not in enter(desk.province.auditor).text("/leaders")


# --- one issue -----------------------------------------------------------------------------------------------


def test_the_issue_page_says_how_it_stands_in_words(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    officer = enter(desk.province.officer_a)
    page = officer.get("/issues/VM-2026-000001").text
    words = words_of(page)
    assert "Đang xử lý" in words and "Còn 7 ngày làm việc" in words and "Xử lý chính: Vũ Thị Mai" in words
    assert 'href="tel:0900000000"' in page
    desk.go(june(10))
    officer = enter(desk.province.officer_a)
    assert "Hạn trả lời: hôm nay" in officer.text("/issues/VM-2026-000001")
    desk.go(june(12))
    officer = enter(desk.province.officer_a)
    assert "Quá hạn 2 ngày làm việc" in officer.text("/issues/VM-2026-000001")
    desk.do(desk.province.member, issue_id, Act.ASK_INFO, question="Gửi danh sách")
    assert "Tạm dừng tính thời hạn" in officer.text("/issues/VM-2026-000001")


def test_the_message_to_copy_has_four_lines_and_no_personal_data(desk: Desk, enter: Enter) -> None:
    desk.sent(title="Vướng của bà Hoa 0912345678")
    page = enter(desk.province.officer_a).get("/issues/VM-2026-000001").text
    message = next(each for each in tree_of(page).iter("p") if each.get("id") == "message")
    lines = "".join(message.itertext()).split("\n")
    assert len(lines) == 4
    assert lines[0] == "VM-2026-000001" and "0912345678" not in lines[1] and "Vướng của bà Hoa" in lines[1]
    assert lines[2] == "Hạn trả lời: 10/06/2026 (Còn 7 ngày làm việc)"
    assert lines[3].endswith("/issues/VM-2026-000001") and lines[3].startswith("http")


def test_the_date_explains_itself(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    desk.go(june(3))
    desk.do(desk.province.member, issue_id, Act.ASK_INFO, question="Gửi danh sách")
    desk.go(june(5))
    desk.do(desk.province.member, issue_id, Act.RESUME)
    page = enter(desk.province.officer_a).text("/issues/VM-2026-000001/why")
    assert "hạn 12/06/2026" in page and "đếm 7 ngày làm việc" in page
    assert "Tạm dừng 2 ngày làm việc" in page and "Nghỉ cuối tuần" in page
    enter(desk.province.officer_a).get(f"/issues/{'VM-2026-000002'}/why", status=404)


def test_communes_see_where_it_lay_only_where_the_province_wants_it(desk: Desk, enter: Enter) -> None:
    desk.working()
    url = "/issues/VM-2026-000001"
    assert "Thời gian tại từng đơn vị" in enter(desk.province.officer_a).text(url)
    desk.switch(communes_see_holdings=False)
    assert "Thời gian tại từng đơn vị" not in enter(desk.province.officer_a).text(url)
    assert "Thời gian tại từng đơn vị" in enter(desk.province.member).text(url)


def test_a_long_history_is_paged(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    for n in range(60):
        desk.do(desk.province.member, issue_id, Act.NEWS, text=f"Tin số {n}.")
    officer = enter(desk.province.officer_a)
    page = officer.get("/issues/VM-2026-000001").text
    assert "Tin số 59." in page and "Tin số 5." not in page
    older = officer.get(links_in(page)["Xem các sự kiện trước đó"]).text
    assert "Tin số 5." in older and "Đã gửi VM-2026-000001" in words_of(older)
    officer.get("/issues/VM-2026-000001/history?before=x", status=400)


# --- files ---------------------------------------------------------------------------------------------------


def test_a_file_is_a_download_of_the_right_type_under_its_own_name(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    issue_id = desk.working()
    name = 'Danh sách "phụ cấp"\r\nSet-Cookie: a=b đợt 1.pdf'
    officer.do("/issues/VM-2026-000001/add_info", text="Kèm danh sách", files=(io.BytesIO(PDF), name))
    page = officer.get("/issues/VM-2026-000001").text
    (href,) = re.findall(r'href="(/issues/[^"]+/files/\d+)"', page)
    response = officer.get(href)
    assert response.data == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;") and "filename*=UTF-8''" in disposition
    assert "Set-Cookie" not in response.headers or "a=b" not in response.headers["Set-Cookie"]
    enter(desk.province.officer_b).get(href, status=404)
    officer.get(f"/issues/VM-2026-000001/files/{desk.stored_files(issue_id)[0].id + 1}", status=404)


def test_a_file_of_departments_is_unknown_to_a_commune(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member = enter(desk.province.member)
    member.do(
        "/issues/VM-2026-000001/submit_answer",
        kind="decision",
        content="Đã có quyết định.",
        files=(io.BytesIO(PDF), "nội bộ.pdf"),
    )
    (row,) = desk.stored_files(issue_id)
    href = f"/issues/VM-2026-000001/files/{row.id}"
    assert "nội bộ.pdf" in enter(desk.province.lead).text("/issues/VM-2026-000001")
    enter(desk.province.lead).get(href)
    assert "nội bộ.pdf" not in enter(desk.province.officer_a).text("/issues/VM-2026-000001")
    enter(desk.province.officer_a).get(href, status=404)


def test_damaged_bytes_are_not_served(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    issue_id = desk.working()
    officer.do("/issues/VM-2026-000001/add_info", text="Tệp", files=(io.BytesIO(PDF), "a.pdf"))
    (row,) = desk.stored_files(issue_id)
    storage = Storage.of(officer.client.application.extensions["settings"])
    (path,) = [each for each in storage.directory.rglob("*") if each.is_file()]
    path.chmod(0o600)
    path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    page = officer.get(f"/issues/VM-2026-000001/files/{row.id}", status=404)
    assert PDF[:4] not in page.data
