"""A paper as a Word file: the form of Decree 30/2020/NĐ-CP, any text, the same bytes for the same paper."""

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.paper import labels
from tracker.paper.content import End, Facts, Head, Heading, Items, Paper, Table, Text
from tracker.paper.drawing import FONT, LONGEST, line_of, lines_of
from tracker.paper.writing import write_docx

HEAD = Head("UBND tỉnh Hưng Yên", "Sở Nội vụ", "Hưng Yên", date(2025, 8, 4))
REPORT = Paper(
    Head("UBND tỉnh Hưng Yên", "Sở Nội vụ", "Hưng Yên", date(2025, 2, 4), number=""),
    "Báo cáo",
    "Tổng hợp khó khăn, vướng mắc",
    "(Từ ngày 15/7/2025 đến ngày 14/8/2025)",
    ["Ủy ban nhân dân tỉnh", "Sở Tài chính"],
    [
        Heading("I. Tình hình"),
        Heading("1. Số liệu", level=2),
        Text("Dòng một\nDòng hai"),
        Text("Chưa có văn bản.", words="Lý do"),
        Text("Ghi chú", is_soft=True),
        Items(["một", "hai"]),
        Facts([("Số", "VM-2026-000001"), ("Trống", ""), ("Đang ở", "Sở Nội vụ")]),
        Table(["TT", "Nội dung"], [15, 150], [["1", "Tiêu đề\nNội dung"], ["2", "x"]], bold_column=1),
    ],
    End(["Như trên", "Lưu: VT"], ["KT. Giám đốc", "Phó Giám đốc"], "Nguyễn Văn A"),
)


def written(paper: Paper) -> bytes:
    """The file."""
    target = io.BytesIO()
    write_docx(target, paper)
    return target.getvalue()


def opened(paper: Paper) -> Any:
    """The file as Word would read it."""
    return Document(io.BytesIO(written(paper)))


def texts(document: Any) -> list[str]:
    """All paragraphs, those of tables too."""
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]


def test_page_and_margins_are_those_of_the_decree() -> None:
    section = opened(REPORT).sections[0]
    sizes = [section.page_width, section.page_height]
    edges = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(each.mm) for each in sizes] == [210, 297]
    assert [round(each.mm) for each in edges] == [20, 20, 30, 15]


def test_the_page_number_stands_in_the_top_margin_from_the_second_page_on() -> None:
    section = opened(REPORT).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


def test_every_letter_is_set_in_all_four_fonts() -> None:
    document = opened(REPORT)
    runs = list(document.element.body.iter(qn("w:r")))
    assert runs
    for run in runs:
        fonts = run.rPr.rFonts
        assert {fonts.get(qn(f"w:{key}")) for key in ("ascii", "hAnsi", "cs", "eastAsia")} == {FONT}
    normal = document.styles["Normal"].element.rPr.rFonts
    assert not [key for key in normal.attrib if "heme" in key]


def test_the_head_names_country_agencies_place_and_date() -> None:
    found = texts(opened(REPORT))
    assert labels.COUNTRY in found
    assert labels.MOTTO in found
    assert "UBND TỈNH HƯNG YÊN" in found
    assert "SỞ NỘI VỤ" in found
    assert "Hưng Yên, ngày 04 tháng 02 năm 2025" in found


def test_a_number_is_never_made_up() -> None:
    found = texts(opened(REPORT))
    assert labels.DRAFT in found
    assert any(re.fullmatch(r"Số: +/", text) for text in found)
    numbered = texts(opened(Paper(Head("", "Sở Nội vụ", "Hưng Yên", date(2025, 8, 4), number="15/BC-SNV"))))
    assert "Số: 15/BC-SNV" in numbered
    assert labels.DRAFT not in numbered
    sheet = texts(opened(Paper(HEAD, "Phiếu theo dõi")))
    assert labels.DRAFT not in sheet
    assert not any(text.startswith("Số:") for text in sheet)


def test_a_letter_says_what_it_is_about_below_its_number() -> None:
    found = texts(opened(Paper(Head("", "Sở Nội vụ", "Hưng Yên", date(2025, 8, 4), "1/SNV", "trả lời"))))
    assert "V/v trả lời" in found


def test_one_addressee_stands_on_the_line_and_several_below_it() -> None:
    several = texts(opened(REPORT))
    assert [text for text in several if text.startswith(("Kính", "- Ủy", "- Sở"))] == [
        "Kính gửi:",
        "- Ủy ban nhân dân tỉnh;",
        "- Sở Tài chính.",
    ]
    assert "Kính gửi: Sở Tài chính." in texts(opened(Paper(HEAD, addressees=["Sở Tài chính"])))


def test_the_blocks_follow_each_other_and_empty_facts_are_left_out() -> None:
    found = texts(opened(REPORT))
    for text in (
        "I. TÌNH HÌNH",
        "1. Số liệu",
        "Dòng một",
        "Dòng hai",
        "Lý do: Chưa có văn bản.",
        "- một",
        "Tiêu đề",
    ):
        assert text in found
    assert "Trống" not in found
    places = [
        found.index(text) for text in ("I. TÌNH HÌNH", "Dòng một", "- một", "Đang ở", "Nội dung", "Nơi nhận:")
    ]
    assert places == sorted(places)
    assert found[-1] == "Nguyễn Văn A"


def test_the_row_of_heads_repeats_on_each_page() -> None:
    table = opened(REPORT).tables[-2]
    assert "tblHeader" in table.rows[0]._tr.xml
    assert "tblHeader" not in table.rows[1]._tr.xml
    assert [round(column.width.mm) for column in table.columns] == [15, 150]


def test_the_same_paper_gives_the_same_bytes_and_names_no_instant_of_the_machine() -> None:
    assert written(REPORT) == written(REPORT)
    with zipfile.ZipFile(io.BytesIO(written(REPORT))) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
    about = opened(REPORT).core_properties
    assert (about.author, about.title) == ("Sở Nội vụ", "Báo cáo Tổng hợp khó khăn, vướng mắc")
    assert about.created.date() == date(2025, 2, 4)


def test_what_nobody_reads_to_its_end_is_cut() -> None:
    assert len(lines_of("a" * 200_000)[0]) == LONGEST
    assert lines_of("a" * 200_000)[0].endswith("…")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Tỉnh Hưng Yên", "Hưng Yên"),
        ("UBND tỉnh Hưng Yên", "Hưng Yên"),
        ("Thành phố Hà Nội", "Hà Nội"),
        ("Xã Đông Hưng", "Đông Hưng"),
        ("Phường", "Phường"),
        ("", ""),
    ],
)
def test_a_place_is_named_without_its_kind(name: str, place: str) -> None:
    assert labels.place_of(name) == place


@pytest.mark.parametrize(("month", "written_as"), [(1, "01"), (2, "02"), (3, "3"), (9, "9"), (12, "12")])
def test_only_the_first_two_months_carry_a_nought(month: int, written_as: str) -> None:
    assert f"tháng {written_as} năm" in labels.place_and_date("A", date(2025, month, 1))


anything = st.text(st.characters(), max_size=60)


@given(anything)
def test_lines_hold_only_what_a_file_may_hold(text: str) -> None:
    for line in lines_of(text):
        assert line == line.strip() != ""
        assert not re.search("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", line)
    assert "\n" not in line_of(text)


@settings(max_examples=15, deadline=None)
@given(anything, anything, anything)
def test_any_text_can_be_written_and_read_again(one: str, two: str, three: str) -> None:
    paper = Paper(
        Head(one, two, three, date(2026, 6, 1), number=one, about=two),
        one,
        two,
        three,
        [one],
        [
            Heading(one),
            Text(two, words=three),
            Items([one]),
            Facts([(one, two)]),
            Table([one], [165], [[two]]),
        ],
        End([one], [two], three),
    )
    found = texts(opened(paper))
    assert line_of(one).upper() in found
    assert f"- {line_of(one)}" in found
