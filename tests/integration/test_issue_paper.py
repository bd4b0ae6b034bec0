"""One issue on paper: the whole of what the reader may see, on the page to print and in Word, and nothing else."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, links_in, tree_of, words_of
from tests.builders import Province
from tests.issue_builders import Desk, june
from tests.marked_world import build_world
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues import queries
from tracker.issues.views import paper
from tracker.issues.workflow import Act
from tracker.paper.content import MEDIA_TYPE

Enter = Callable[[Account], Person]
MARKUP = '<script>alert(1)</script><b>đậm</b> & "x" {{ 7*7 }} =\''


def address(desk: Desk, issue_id: int, what: str = "") -> str:
    """The address of the issue, or of a page of it."""
    return f"/issues/{desk.issue(issue_id).number}{what}"


def document(person: Person, url: str) -> Any:
    """The sheet as Word would read it."""
    return Document(io.BytesIO(person.get(f"{url}/word").data))


def said(document: Any) -> list[str]:
    """All paragraphs, those of tables too."""
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]


def cells(document: Any, head: str) -> list[list[str]]:
    """The rows of the table with this first head."""
    found = [table for table in document.tables if table.rows[0].cells[0].text == head]
    return [[cell.text for cell in row.cells] for row in found[-1].rows[1:]]


def test_the_sheet_says_what_the_page_says(desk: Desk, enter: Enter) -> None:
    url = address(desk, desk.answered())
    sheet = document(enter(desk.province.lead), url)
    found = "\n".join(said(sheet))
    for words in (
        "PHIẾU THEO DÕI",
        "SỞ NỘI VỤ",
        "Chưa có hướng dẫn phụ cấp",
        "Đang vướng gì: Ba người chưa nhận phụ cấp tháng 5.",
        "Đề xuất: Đề nghị Sở hướng dẫn mức chi.",
        "Áp dụng Điều 5 của nghị định.",
        "Nghị định 118/2025/NĐ-CP",
        "ngày 01 tháng 6 năm 2026",
    ):
        assert words in found, words
    assert "Xem nội dung trả lời" not in found


def test_the_history_stands_from_its_beginning_with_who_and_when(desk: Desk, enter: Enter) -> None:
    issue_id = desk.answered()
    rows = cells(document(enter(desk.province.lead), address(desk, issue_id)), "Thời gian")
    assert len(rows) == len(desk.events(issue_id))
    assert rows[0][1].startswith("Đã gửi")
    assert rows[-1][1].startswith("Đã duyệt và gửi trả lời")
    assert {row[0] for row in rows} == {"09:00 ngày 01/06/2026"}
    assert "Vũ Thị Mai" in "".join(row[2] for row in rows)


def test_the_reason_of_the_date_is_unfolded_in_both(desk: Desk, enter: Enter) -> None:
    person, url = enter(desk.province.lead), address(desk, desk.working())
    why = words_of(person.get(f"{url}/why").text)
    reason = "Tính từ ngày 01/06/2026 (ngày này chưa tính)"
    assert reason in why
    assert reason in words_of(person.get(f"{url}/print").text)
    sheet = document(person, url)
    assert reason in "\n".join(said(sheet))
    assert cells(sheet, "Ngày")[0][2] == "Ngày bắt đầu, chưa tính"


def test_the_page_to_print_holds_all_events_of_a_long_history(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_id = desk.working()
    for number in range(8):
        desk.do(desk.province.member, issue_id, Act.NEWS, text=f"Tin số {number}.")
    monkeypatch.setattr(paper, "EVENTS_PER_PAGE", 3)
    monkeypatch.setattr(queries, "EVENTS_PER_PAGE", 3)
    monkeypatch.setattr("tracker.issues.dossier.EVENTS_PER_PAGE", 3)
    person, url = enter(desk.province.lead), address(desk, issue_id)
    text = words_of(person.get(f"{url}/print").text)
    assert all(f"Tin số {number}." in text for number in range(8))
    assert "sự kiện gần nhất" not in text
    assert len(cells(document(person, url), "Thời gian")) == len(desk.events(issue_id))
    monkeypatch.setattr(paper, "MOST_EVENTS", 4)
    text = words_of(person.get(f"{url}/print").text)
    assert "Chỉ có 4 sự kiện gần nhất." in text
    assert "Tin số 3." not in text
    assert "Tin số 7." in text
    assert len(cells(document(person, url), "Thời gian")) == 4


def test_paper_is_reached_from_the_page_and_leads_back(desk: Desk, enter: Enter) -> None:
    person, url = enter(desk.province.officer_a), address(desk, desk.working())
    assert links_in(person.get(url).text)["In hoặc tải tệp Word"] == f"{url}/print"
    links = links_in(person.get(f"{url}/print").text)
    assert links["Tải tệp Word"] == f"{url}/word"
    assert url in links.values()


def test_the_page_to_print_asks_for_nothing(desk: Desk, enter: Enter) -> None:
    page = enter(desk.province.lead).get(address(desk, desk.working(), "/print")).text
    main = next(each for each in tree_of(page).iter("main"))
    assert list(main.iter("form")) == []
    assert list(main.iter("details")) == []


@pytest.mark.parametrize(
    ("name", "above", "issuer", "place"),
    [
        ("officer_a", "", "ỦY BAN NHÂN DÂN XÃ AN BÌNH", "An Bình, ngày"),
        ("lead", "TỈNH MẪU", "SỞ NỘI VỤ", ", ngày 01 tháng 6 năm 2026"),
    ],
)
def test_the_unit_of_the_reader_issues_the_sheet(
    desk: Desk, enter: Enter, name: str, above: str, issuer: str, place: str
) -> None:
    url = address(desk, desk.working())
    left, right = document(enter(getattr(desk.province, name)), url).tables[0].rows[0].cells
    lines = [line for line in left.text.splitlines() if line]
    assert lines[-1] == issuer
    assert lines[0].startswith(above or issuer)
    assert place in right.text
    assert "Số:" not in left.text


def test_what_is_being_written_is_on_paper_for_departments_only(desk: Desk, enter: Enter) -> None:
    url = address(desk, desk.to_approve())
    words = "Áp dụng Điều 5 của nghị định."
    for name, is_seen in (("lead", True), ("member", True), ("officer_a", False)):
        person = enter(getattr(desk.province, name))
        assert (words in "\n".join(said(document(person, url)))) is is_seen
        assert (words in words_of(person.get(f"{url}/print").text)) is is_seen


def test_nobody_finds_on_paper_what_he_may_not_see(
    app: Flask, session: Session, province: Province, sign_in: Any
) -> None:
    world = build_world(app, session, province)
    for name in ("officer_b", "finance_lead", "administrator"):
        client = app.test_client()
        sign_in(client, world.person(name))
        for issue in world.sent():
            for what in ("print", "word"):
                answer = client.get(f"/issues/{world.number(issue)}/{what}")
                assert answer.status_code == (200 if name in world.readers[issue] else 404), (name, issue)
                if answer.status_code == 200:
                    text = answer.text if what == "print" else _all_of(answer.data)
                    found = [mark.word for mark in world.hidden_from(name) if mark.word in text.lower()]
                    assert found == [], (name, issue, what)


def _all_of(data: bytes) -> str:
    return "\n".join(said(Document(io.BytesIO(data))))


def test_markup_in_a_text_stays_text_on_paper(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working(desk.sent(title=MARKUP, situation=MARKUP, proposal=MARKUP))
    desk.do(desk.province.member, issue_id, Act.NEWS, text=MARKUP)
    stored = desk.issue(issue_id).title
    person, url = enter(desk.province.lead), address(desk, issue_id)
    page = person.get(f"{url}/print").text
    assert "<script>alert" not in page
    assert "<b>đậm" not in page
    assert stored in words_of(page)
    found = said(document(person, url))
    assert found.count(stored) >= 2
    assert any(text.endswith(stored) and text.startswith("Đang vướng gì") for text in found)


def test_the_file_has_a_name_that_any_browser_keeps_and_is_never_kept_between(
    desk: Desk, enter: Enter
) -> None:
    url = address(desk, desk.working())
    answer = enter(desk.province.lead).get(f"{url}/word")
    name = url.removeprefix("/issues/")
    assert answer.mimetype == MEDIA_TYPE
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="phieu-theo-doi-{name}.docx"; '
        f"filename*=UTF-8''Phi%E1%BA%BFu%20theo%20d%C3%B5i%20{name}.docx"
    )
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_same_matter_gives_the_same_file(desk: Desk, enter: Enter) -> None:
    person, url = enter(desk.province.lead), address(desk, desk.answered())
    first = person.get(f"{url}/word").data
    desk.go(june(1))
    assert person.get(f"{url}/word").data == first


def test_reading_on_paper_writes_nothing(desk: Desk, enter: Enter) -> None:
    person, url = enter(desk.province.lead), address(desk, desk.answered())
    before = desk.snapshot()
    person.get(f"{url}/print")
    person.get(f"{url}/word")
    db.session.rollback()
    assert desk.snapshot() == before


def test_page_print_and_sheet_explain_a_date_in_the_same_words(desk: Desk, enter: Enter) -> None:
    """One template and one function word it; nobody can read two reasons of one date."""
    place = desk.province
    issue_id = desk.working(desk.sent(is_urgent=True, urgent_reason="Hạn chi trả ngày mai"))
    desk.do(place.member, issue_id, Act.ASK_INFO, question="Gửi danh sách.")
    desk.go(june(2))
    desk.do(place.officer_a, issue_id, Act.GIVE_INFO, text="Đây.")
    desk.do(place.lead, issue_id, Act.EXTEND, days=2)
    person, url = enter(place.lead), address(desk, issue_id)
    why = words_of(person.get(f"{url}/why").text)
    begin = why.index("Lần trả lời thứ 1")
    explained = why[begin : why.index("Ngày Ngày thứ", begin)].strip()
    assert "Trả lời bước đầu trong 1 ngày làm việc" in explained
    assert "gia hạn 2 ngày làm việc" in explained
    assert "Tạm dừng 1 ngày làm việc" in explained
    assert explained in words_of(person.get(f"{url}/print").text)
    sheet = document(person, url)
    assert explained in " ".join(" ".join(said(sheet)).split())
    rows = cells(sheet, "Ngày")
    assert len(rows) > 3
    assert [row for row in rows if " ".join(row) not in why] == []
