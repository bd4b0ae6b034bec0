"""Which legal documents a text cites."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.legal.recognise import LegalReference, references

CASES = [
    ("Luật Tổ chức chính quyền địa phương số 72/2025/QH15 ngày 16/6/2025", "Luật", "72/2025/QH15"),
    ("Luật số 80/2025/QH15", "Luật", "80/2025/QH15"),
    ("Nghị định 118/2025/ND-CP", "Nghị định", "118/2025/NĐ-CP"),
    ("Nghị định  số  150 / 2025 / NĐ-CP", "Nghị định", "150/2025/NĐ-CP"),
    ("Thông tư 15/2018/TT-BGDĐT", "Thông tư", "15/2018/TT-BGDĐT"),
    ("Thông tư liên tịch số 01/2011/TTLT-VPCP-BNV", "Thông tư liên tịch", "01/2011/TTLT-VPCP-BNV"),
    ("Quyết định số 15/2025/QĐ-TTg", "Quyết định", "15/2025/QĐ-TTg"),
    ("Quyết định số 2336/QĐ-TTg", "Quyết định", "2336/QĐ-TTg"),
    ("Quyết định số 128/2025/QĐ-UBND", "Quyết định", "128/2025/QĐ-UBND"),
    ("Công văn số 12729/VPCP-KGVX ngày 25/12/2025", "Công văn", "12729/VPCP-KGVX"),
    ("Công văn số 123/SNV-XDCQ&TCBC", "Công văn", "123/SNV-XDCQ&TCBC"),
    ("Nghị quyết số 18-NQ/TW ngày 25 tháng 10 năm 2017", "Nghị quyết", "18-NQ/TW"),
    ("Nghị quyết 28/2026/QH16", "Nghị quyết", "28/2026/QH16"),
    ("Nghị quyết số 1666/NQ-UBTVQH15", "Nghị quyết", "1666/NQ-UBTVQH15"),
    ("Nghị quyết số 326/2016/UBTVQH14", "Nghị quyết", "326/2016/UBTVQH14"),
    ("Kết luận số 137-KL/TW", "Kết luận", "137-KL/TW"),
    ("Công văn số 12/CV-BCĐ", "Công văn", "12/CV-BCĐ"),
    ("Thông báo 9441/TB-BNV", "Thông báo", "9441/TB-BNV"),
    ("Công điện số 87/CĐ-TTg", "Công điện", "87/CĐ-TTg"),
    ("Tờ trình số 1494/TTr-SNV", "Tờ trình", "1494/TTr-SNV"),
    ("Pháp lệnh số 02/2020/UBTVQH14", "Pháp lệnh", "02/2020/UBTVQH14"),
    ("68/VBHN-VPQH", "Văn bản hợp nhất", "68/VBHN-VPQH"),
    ("điểm a khoản 1 Điều 9 Nghị định số 154/2025/NĐ-CP", "Nghị định", "154/2025/NĐ-CP"),
    ("Số: 45/BC-UBND", "Báo cáo", "45/BC-UBND"),
    ("Kế hoạch số 02-KH/BCĐTW", "Kế hoạch", "02-KH/BCĐTW"),
    ("TB số 371-TB/VPTW", "Thông báo", "371-TB/VPTW"),
    ("123/UBND-NC", "Công văn", "123/UBND-NC"),
    ("45/SNV-TCBC.", "Công văn", "45/SNV-TCBC"),
    ("theo 72/2025/QH15", "", "72/2025/QH15"),
    ("Nghị định số 118/2025/NÐ–CP", "Nghị định", "118/2025/NĐ-CP"),  # eth, en dash
]


@pytest.mark.parametrize(("text", "kind", "number"), CASES)
def test_a_cited_document_is_recognised_with_its_type(text: str, kind: str, number: str) -> None:
    assert [(found.kind, found.number) for found in references(text)] == [(kind, number)]


@pytest.mark.parametrize(("text", "kind", "number"), CASES)
def test_decomposed_letters_change_nothing(text: str, kind: str, number: str) -> None:
    assert references(unicodedata.normalize("NFD", text)) == references(text)


@pytest.mark.parametrize(
    "text",
    [
        "ngày 16/6/2025 hoặc 1/7/2025; tỷ lệ 48.500/68.600 hồ sơ; 7/7 xã",
        "tel 0221/3862-888",
        "lô 12/A-B",
        "Luật Đất đai",
        "",
    ],
)
def test_dates_ratios_and_telephone_numbers_are_no_documents(text: str) -> None:
    assert references(text) == ()


@pytest.mark.parametrize(
    ("text", "issued_on"),
    [
        ("Công văn số 12729/VPCP-KGVX ngày 25/12/2025", date(2025, 12, 25)),
        ("Nghị quyết số 18-NQ/TW, ngày 25 tháng 10 năm 2017", date(2017, 10, 25)),
        ("Công văn số 12729/VPCP-KGVX ngày 31/02/2025", None),
        ("Công văn số 12729/VPCP-KGVX ngày 99/99/9999", None),
        ("Công văn số 12729/VPCP-KGVX", None),
    ],
)
def test_the_date_after_a_number_is_its_date_of_issue(text: str, issued_on: date | None) -> None:
    assert references(text)[0].issued_on == issued_on


def test_several_documents_come_in_order_each_with_its_own_type() -> None:
    text = "Quyết định số 15/QĐ-SNNMT, Thông báo số 6150/TB-BLĐTBXH; Luật số 80/2025/QH15"
    assert references(text) == (
        LegalReference("Quyết định", "15/QĐ-SNNMT"),
        LegalReference("Thông báo", "6150/TB-BLĐTBXH"),
        LegalReference("Luật", "80/2025/QH15"),
    )


def test_a_document_cited_twice_comes_once_with_its_date() -> None:
    text = "Nghị định 118/2025/NĐ-CP; Nghị định 118/2025/NĐ-CP ngày 09/6/2025; Nghị định 118/2025/NĐ-CP"
    assert references(text) == (LegalReference("Nghị định", "118/2025/NĐ-CP", date(2025, 6, 9)),)


def test_the_nearest_type_word_wins_over_an_earlier_one() -> None:
    assert references("Nghị quyết và Luật số 80/2025/QH15")[0].kind == "Luật"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        ("Nghị định số " + "1/" * 3000 + "a " * 5000 + "Luật " * 2000) * 5,
        "1/NĐ-" + "A" * 200_000 + "_",
        "12/NĐ-CP" + "\n" * 100_000 + "x",
        "12/NĐ-CP" + " " * 100_000 + "x",
        "1 /" * 100_000,
        "1/A-" * 50_000,
        "1/AB-AB.," * 30_000,
        "Luật " * 50_000 + "1/NĐ-CP",
    ],
    ids=range(8),
)
def test_a_long_hostile_text_does_not_take_quadratic_time(text: str) -> None:
    assert len(references(text)) <= 1


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    references(text)
