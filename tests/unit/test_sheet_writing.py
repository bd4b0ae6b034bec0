"""Spreadsheets as bytes: any text in, the same text out, and nothing that a program would run."""

import csv
import io
import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tracker.sheets.writing import (
    CELL_LIMIT,
    Cell,
    Column,
    Sheet,
    neutral,
    plain,
    sheet_name,
    write_csv,
    write_xlsx,
)

TEXTS = st.text(max_size=60)
RISKY = st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\u200b=", " ="]),
    TEXTS,
)
SHEET = Sheet("Vướng mắc", ["Điều kiện lọc: không"], [Column("Số"), Column("Tiêu đề")])


def workbook(rows: list[tuple[Cell, ...]]) -> list[list[object]]:
    """The rows as a workbook gives them back, without lines about it and heads."""
    target = io.BytesIO()
    assert write_xlsx(target, SHEET, rows) == len(rows)
    page = load_workbook(target).worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=3, max_col=2)]


def table(rows: list[tuple[Cell, ...]]) -> list[list[str]]:
    """The rows as .csv gives them back."""
    target = io.BytesIO()
    assert write_csv(target, SHEET, rows) == len(rows)
    text = target.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[2:]


@pytest.mark.asvs("V1.2.1")
@given(TEXTS | RISKY)
def test_any_text_can_be_written_and_read_back(text: str) -> None:
    """Excel keeps what looks like an escape by an escape; openpyxl leaves that as it is."""
    ((found, number),) = workbook([(text, 7)])
    assert number == 7
    assert str(found or "").replace("_x005F_", "_") == plain(text).replace("_x005F_", "_")


@pytest.mark.asvs("V1.2.10")
@given(TEXTS | RISKY)
def test_no_text_of_a_csv_begins_like_a_formula(text: str) -> None:
    ((found, number),) = table([(text, -7)])
    assert number == "-7"
    visible = "".join(
        each for each in found if not each.isspace() and unicodedata.category(each) not in {"Cf", "Cc"}
    )
    assert not unicodedata.normalize("NFKC", visible[:1]).startswith(("=", "+", "-", "@"))
    assert found[:1] not in {"\t", "\r", "\n"}


@pytest.mark.asvs("V1.3.3")
@given(st.text(max_size=40) | st.sampled_from(["Sở TN&MT [a]/b:*?", "'x'", "History", "", "///"]), st.data())
def test_any_name_becomes_a_name_of_a_sheet_and_none_comes_twice(name: str, data: st.DataObject) -> None:
    taken: list[str] = []
    for _ in range(data.draw(st.integers(1, 3))):
        found = sheet_name(name, taken)
        assert 1 <= len(found) <= 31
        assert not set(found) & set("[]:*?/\\")
        assert found[0] != "'" and found[-1] != "'"
        assert found.casefold() not in {"history", *(each.casefold() for each in taken)}
        taken.append(found)


@given(st.integers(CELL_LIMIT - 3, CELL_LIMIT + 3), st.integers(0, 9))
def test_a_cell_never_holds_more_than_excel_takes(units: int, pairs: int) -> None:
    """A letter beyond the first plane counts twice and is never halved."""
    text = "a" * (units - 2 * pairs) + "𝄞" * pairs
    cut = plain(text)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cut == text if units <= CELL_LIMIT else cut.endswith("…") and cut[:-1] == text[: len(cut) - 1]


def test_dates_and_numbers_are_cells_of_their_kind() -> None:
    day, moment = date(2026, 8, 4), datetime(2026, 8, 4, 14, 30)
    assert workbook([(day, 1.5), (moment, True), (None, 0)]) == [
        [datetime(2026, 8, 4), 1.5],
        [moment, True],
        [None, 0],
    ]
    assert table([(day, 1.5), (moment, True), (None, 0)]) == [
        ["04/08/2026", "1.5"],
        ["04/08/2026 14:30", "1"],
        ["", "0"],
    ]


def test_what_is_no_formula_is_left_as_it_is() -> None:
    for text in ("Xã An Bình", "a=b", "'x", "5 - 3", "", "№ 1"):
        assert neutral(text) == text
