"""Sheets that people bring: read as they meant them; what would cost, run or reach out is refused unopened."""

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tracker.errors import Invalid
from tracker.sheets.columns import find_header, is_numbering, match_columns
from tracker.sheets.grid import Limits
from tracker.sheets.reading import read_pasted, read_rows
from tracker.text import clean_text

HEAD = "Địa phương;Nội dung vướng mắc;Đề xuất"
CSV = f'{HEAD}\r\nXã An Bình;"Chưa có\r\nhướng dẫn; phụ cấp";Đề nghị ""hướng dẫn""\r\n'
ROWS = [
    ["Địa phương", "Nội dung vướng mắc", "Đề xuất"],
    ["Xã An Bình", "Chưa có\nhướng dẫn; phụ cấp", 'Đề nghị ""hướng dẫn""'],
]


def rows(content: bytes, name: str = "bang.csv", **more: object) -> list[list[str]]:
    """All rows of a file."""
    return list(read_rows(io.BytesIO(content), name, **more).rows)  # type: ignore[arg-type]


def refused(content: bytes, name: str = "bang.xlsx", **more: object) -> str:
    """The code with which the file is refused."""
    with pytest.raises(Invalid) as caught:
        rows(content, name, **more)
    assert caught.value.field == "file"
    return caught.value.code


def xlsx(fill: Callable[[Workbook], object]) -> bytes:
    """A workbook as openpyxl writes it."""
    book, target = Workbook(), io.BytesIO()
    fill(book)
    book.save(target)
    return target.getvalue()


def plain(*lines: list[object]) -> bytes:
    """A workbook of one page."""
    return xlsx(lambda book: [book.active.append(line) for line in lines])


def changed(content: bytes, **members: bytes) -> bytes:
    """A package with members replaced or added; `__` stands for a slash."""
    target = io.BytesIO()
    given = {name.replace("__", "/"): data for name, data in members.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in given:
                new.writestr(info.filename, old.read(info.filename))
        for name, data in given.items():
            new.writestr(name, data)
    return target.getvalue()


# --- what is read ---------------------------------------------------------------------------------


def test_a_workbook_gives_what_a_person_sees() -> None:
    content = plain(
        ["Số", "Ngày", "Giờ", "Chữ"],
        [12.0, date(2025, 8, 4), time(14, 30), " Đề  nghị\r\nhai dòng "],
        [0.1, datetime(2025, 8, 4, 7, 5), True, "'=1+1"],
        [None, "   "],
        [1234567890123],
    )
    assert rows(content, "x.xlsx")[1:] == [
        ["12", "04/08/2025", "14:30", "Đề nghị\nhai dòng"],
        ["0.1", "04/08/2025 07:05", "TRUE", "'=1+1"],
        [],
        ["1234567890123"],
    ]


def test_a_formula_is_its_stored_value_and_never_computed() -> None:
    content = plain(["a"], ["=1+1"], ['=HYPERLINK("http://x")'], ["end"])
    assert rows(content, "x.xlsx") == [["a"], [], [], ["end"]]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        page = (
            package.read("xl/worksheets/sheet1.xml")
            .replace(b"<v></v>", b"<v>2</v>")
            .replace(b"<v/>", b"<v>2</v>")
        )
        page = page.replace(b"<v />", b"<v>2</v>")
    assert rows(changed(content, **{"xl__worksheets__sheet1.xml": page}), "x.xlsx")[1] == ["2"]


def test_the_first_page_in_sight_that_holds_something_is_read() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["ẩn"])
        book.active.sheet_state = "hidden"
        book.create_sheet("trống")
        book.create_sheet("đây").append(["đúng"])

    assert rows(xlsx(fill), "x.xlsx") == [["đúng"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert rows(CSV.encode(encoding)) == [
        ROWS[0],
        ["Xã An Bình", "Chưa có\nhướng dẫn; phụ cấp", 'Đề nghị ""hướng dẫn""'],
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_found(sign: str) -> None:
    lines = [["Tên", "Điện thoại", "Ghi chú"], ["An", "0912, 0913; 0914", "a|b"], ["Bình", "1\t2", ""]]
    quoted = "\n".join(sign.join(f'"{cell}"' for cell in line) for line in lines)
    assert rows(quoted.encode())[1] == ["An", "0912, 0913; 0914", "a|b"]
    assert rows(f"sep={sign}\n{quoted}".encode())[0] == lines[0]


def test_decomposed_letters_and_invisible_signs_become_plain_ones() -> None:
    typed = unicodedata.normalize("NFD", "Đề nghị") + "\u200b;\xa0Ủy  ban"
    assert rows(f"{HEAD}\n{typed}".encode())[1] == ["Đề nghị", "Ủy ban"]


def test_pasted_cells_keep_their_places_and_their_lines() -> None:
    text = '\tA\tB\r\n1\t"hai\ndòng ""trích"""\tx\r\n\r\n2\t\ty\r\n'
    assert list(read_pasted(text).rows) == [
        ["", "A", "B"],
        ["1", 'hai\ndòng "trích"', "x"],
        [],
        ["2", "", "y"],
    ]


# Letters of Latin-1 may be those of an old encoding; what becomes of them has tests of its own.
ANY_LETTERS = st.text(st.characters().filter(lambda char: not "\x80" <= char <= "\xff"), max_size=12)


@given(st.lists(st.lists(ANY_LETTERS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_any_cells_pasted_come_back_clean(cells: list[list[str]]) -> None:
    text = "\n".join("\t".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells)
    found = [row for row in read_pasted(text).rows if row]
    expected = [[clean_text(cell.replace("\r\n", "\n")).strip() for cell in line] for line in cells]
    for line in expected:
        while line and not line[-1]:
            line.pop()
    assert found == [line for line in expected if line]


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a", "a.xls"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    try:
        rows(content, name)
    except Invalid as error:
        assert error.field == "file"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows(bytes(content), "x.xlsx")
    except Invalid as error:
        assert error.field == "file"


GOOD = plain(["a", "b"], [1, date(2025, 8, 4)], ["x" * 50, "y"])


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "file_empty"),
        (b"%PDF-1.7", "a.csv", "sheet_type"),
        (b"a;b", "a.xlsx", "sheet_type"),
        (b"<html><table></table></html>", "a.xls", "sheet_type"),
        (b"\0\0\1\2" * 50, "a.csv", "sheet_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "a.xls", "sheet_old"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "file_locked",
        ),
        (b"PK\x03\x04", "a.xlsx", "file_broken"),
        (b"\x81\x8d\xfe\xff;\x9d\xf0" * 9, "a.csv", "sheet_encoding"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, name: str, code: str) -> None:
    assert refused(content, name) == code


def test_an_old_encoding_needs_a_text_that_reads() -> None:
    assert refused(b"caf\xe9 na\xefve;x\n", "a.csv") == "sheet_encoding"


def test_a_package_of_another_kind_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<a/>")
        package.writestr("[Content_Types].xml", "<a/>")
    assert refused(target.getvalue()) == "sheet_type"


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("xl__vbaProject.bin", "file_macros"),
        ("xl__macrosheets__sheet1.xml", "file_macros"),
        ("xl__externalLinks__externalLink1.xml", "sheet_links"),
        ("xl__connections.xml", "sheet_links"),
    ],
)
def test_programs_and_links_to_elsewhere_are_refused(member: str, code: str) -> None:
    assert refused(changed(GOOD, **{member: b"<a/>"})) == code


@pytest.mark.parametrize(
    "member", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "definition",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
    ],
)
def test_definitions_in_xml_are_refused_before_anything_is_opened(
    member: str, encoding: str, definition: str
) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{definition}<sst><si><t>&a;&c;</t></si></sst>'
    assert refused(changed(GOOD, **{member: text.encode(encoding)})) == "file_broken"


def test_an_encoding_that_hides_definitions_is_refused() -> None:
    text = b'<?xml version="1.0" encoding="cp037"?>' + '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("cp037")
    assert refused(changed(GOOD, **{"xl/sharedStrings.xml": text})) == "file_broken"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refused(changed(GOOD, **{"xl__media__a.bin": b"\0" * 30_000_000})) == "file_bomb"
    many = changed(GOOD, **{f"xl__media__{n}.bin": b"" for n in range(2_100)})
    assert refused(many) == "file_bomb"


def test_names_that_lead_out_of_the_package_write_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "evil"
    content = changed(GOOD, **{f"../../..{outside}": b"x", str(outside): b"x"})
    assert rows(content, "x.xlsx")[0] == ["a", "b"]
    assert not outside.exists()


@pytest.mark.parametrize("reference", ["A1048577", "A99999999999"])
def test_a_row_that_no_sheet_has_does_not_keep_us_busy(reference: str) -> None:
    number = reference[1:]
    page = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{number}"><c r="{reference}"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    content = changed(GOOD, **{"xl/worksheets/sheet1.xml": page.encode()})
    assert refused(content) in {"sheet_too_many_rows", "file_broken"}


def test_limits_are_kept_whatever_the_file() -> None:
    small = Limits(bytes=5_000, rows=3, columns=4, characters=50)
    assert refused(b"a" * 5_001, "a.csv", limits=small) == "sheet_too_large"
    assert refused(b"a;b\n" * 4, "a.csv", limits=small) == "sheet_too_many_rows"
    assert refused(b"1;2;3;4;5\n", "a.csv", limits=small) == "sheet_too_many_columns"
    assert refused(b"a;" + b"x" * 51, "a.csv", limits=small) == "sheet_cell_too_long"
    assert rows(b"a;b;;;;;\n;;\n;;\nc\n" + b";;\n" * 40, "a.csv", limits=small) == [["a", "b"], [], [], ["c"]]
    wide = plain(["a"] * 5)
    assert refused(wide, "a.xlsx", limits=Limits(columns=4)) == "sheet_too_many_columns"
    assert refused(b'"' + b"x" * 140_000 + b'";b\n', "a.csv") == "sheet_cell_too_long"
    with pytest.raises(Invalid):
        read_pasted("a\tb" * 3_000, limits=small)


# --- columns --------------------------------------------------------------------------------------

KNOWN = {
    "commune": ("Địa phương", "Xã"),
    "text": ("Nội dung vướng mắc", "Nội dung"),
    "wish": ("Đề xuất", "Kiến nghị"),
}


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (["TT", "NỘI DUNG VƯỚNG MẮC", "Dia phuong"], {"text": 1, "commune": 2}),
        (["Noi dung", "Kiến nghị, đề xuất", "Tên xã"], {"text": 0, "wish": 1, "commune": 2}),
        (["Nội dung kiến nghị", "Nội dung vướng mắc"], {"text": 1, "wish": 0}),
        (["Xã", "Địa phương"], {"commune": 1}),
        (["", "???", "Ghi chú"], {}),
    ],
)
def test_columns_are_known_by_folded_names(heads: list[str], found: dict[str, int]) -> None:
    assert match_columns(heads, KNOWN) == found


def test_the_head_is_found_below_the_titles_of_a_sheet() -> None:
    sheet = [
        ["BIỂU TỔNG HỢP nội dung"],
        [],
        ["TT", "Xã", "Nội dung", "Đề xuất"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["1", "a"],
    ]
    assert find_header(sheet, KNOWN) == (2, {"commune": 1, "text": 2, "wish": 3})
    assert [is_numbering(row) for row in sheet] == [False, False, False, True, False]
    assert find_header([["a", "b"]], KNOWN) is None


@given(st.lists(st.text(max_size=10), max_size=8))
def test_no_column_is_taken_twice(heads: list[str]) -> None:
    found = match_columns(heads, KNOWN)
    assert len(set(found.values())) == len(found)
    assert all(0 <= index < len(heads) for index in found.values())
