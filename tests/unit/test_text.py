"""Vietnamese text: cleaning, searching, ordering, dates and numbers, and what must not be typed."""

import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.text import (
    PersonalData,
    classification_mark,
    clean_line,
    clean_text,
    fold,
    folded_words,
    format_date,
    format_number,
    format_percent,
    format_time,
    looks_like_complaint,
    mask_personal_data,
    mentions_secrecy,
    personal_data,
    sort_blob,
    sort_key,
)

ANY_TEXT = st.text(st.characters())  # lone surrogates too
NASTY = st.text(
    st.sampled_from(
        "aAăđĐÐð \t\r\n\x00\x85\x9f\xa0\xad\u0301\u0323\u034f\u200b\u202e\u2028\ufeff\ud800\uffff09.-@"
    )
)
TEXTS = st.one_of(ANY_TEXT, NASTY)


# --- cleaning ---------------------------------------------------------------------------------------


@pytest.mark.asvs("V1.1.1")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (unicodedata.normalize("NFD", "Đề nghị hướng dẫn"), "Đề nghị hướng dẫn"),
        ("Ðiện Biên, ðất", "Điện Biên, đất"),
        ("  hai\xa0\t  từ  ", "hai từ"),
        ("zero\u200bwidth\ufeff, soft\xadhyphen", "zerowidth, softhyphen"),
        ("nul\x00 bell\x07 del\x7f c1\x9f", "nul bell del c1"),
        ("lone\ud800 surrogate\udfff", "lone surrogate"),
        ("xã\u202eđảo\u2066 chiều", "xãđảo chiều"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("  dòng một  \n  dòng hai  \n", "dòng một\ndòng hai"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\u200b\u0302\u0301", "ấ"),
        ("\u3000\u2003", ""),
        ("", ""),
    ],
)
def test_text_is_stored_in_its_clean_form(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


def test_a_line_has_no_line_ends() -> None:
    assert clean_line(" a\r\n b\n\n c\u2029d ") == "a b c d"


def test_marks_heaped_on_one_letter_are_cut() -> None:
    assert len(clean_text("a" + "\u0336" * 500 + "b")) <= 6
    assert clean_text("a" + "\u0336" * 500 + "b").endswith("b")


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("a\u0323\u0323\u0323\u0301\u0653b")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.asvs("V1.1.1")
@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_clean_text_can_be_stored_anywhere(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert unicodedata.is_normalized("NFC", clean)
    assert not [char for char in clean if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    assert clean == clean.strip()
    assert "\n" not in clean_line(text)


# --- searching --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đất đai, HOÀ", "dat dai, hoa"),
        ("Ủy ban nhân dân", "uy ban nhan dan"),
        ("Uỷ  ban\nnhân dân", "uy ban nhan dan"),
        ("người hướng", "nguoi huong"),
        ("Ðiện Biên", "dien bien"),
        ("ĐƯỜNG", "duong"),
        ("ＵＢＮＤ", "ubnd"),
    ],
)
def test_folding_forgets_marks_and_case(text: str, key: str) -> None:
    assert fold(text) == key
    assert fold(unicodedata.normalize("NFD", text)) == key


def test_folded_words_have_no_punctuation() -> None:
    assert folded_words("Nghị định 118/2025/NĐ-CP, «Đất_đai»") == (
        "nghi", "dinh", "118", "2025", "nd", "cp", "dat", "dai",
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_folding_is_blind_to_form_and_never_fails(text: str) -> None:
    assert fold(text) == fold(clean_text(text)) == fold(unicodedata.normalize("NFD", clean_text(text)))
    assert all(word == fold(word) for word in folded_words(text))


# --- ordering ---------------------------------------------------------------------------------------

IN_ORDER = [
    ["An Thành", "Anh Sơn"],
    ["Bồ Đề", "Bồng Sơn"],
    ["a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ẳ", "ẵ", "ắ", "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ", "b"],
    ["da", "đa", "ea"],
    ["e", "ê", "f"],
    ["o", "ô", "ơ", "p"],
    ["u", "ư", "v"],
    ["Dương", "Đà Nẵng", "Đông Hưng", "Em"],
    ["hoà", "hoá"],
    ["Hưng Yên", "hương"],
    ["an", "An", "AN", "àn"],
    ["Tân", "Tấn", "Tân Tiến"],
    ["Phường 1", "Phường A"],
    ["", "1", "a"],
]


@pytest.mark.parametrize("words", IN_ORDER, ids=lambda words: words[0] or "empty")
def test_words_stand_in_the_order_of_a_vietnamese_dictionary(words: list[str]) -> None:
    expected = [unicodedata.normalize("NFC", word) for word in words]
    backwards = expected[::-1]
    assert sorted(backwards, key=sort_key) == expected
    assert sorted(backwards, key=sort_blob) == expected


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_the_binary_key_orders_as_the_key(one: str, other: str) -> None:
    assert (sort_blob(one) < sort_blob(other)) == (sort_key(one) < sort_key(other))
    assert (sort_blob(one) == sort_blob(other)) == (sort_key(one) == sort_key(other))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_order_is_blind_to_the_form_of_the_letters(text: str) -> None:
    assert sort_blob(text) == sort_blob(unicodedata.normalize("NFD", clean_text(text)))


def test_a_letter_with_two_lower_forms_does_not_break_the_order() -> None:
    assert sort_blob("İ") != sort_blob("ı")


# --- dates and numbers ------------------------------------------------------------------------------


def test_dates_numbers_and_times_look_vietnamese() -> None:
    assert format_date(date(2025, 8, 4)) == "04/08/2025"
    assert format_time(time(14, 30)) == format_time(datetime(2025, 8, 4, 14, 30, tzinfo=UTC)) == "14:30"
    assert format_number(68600) == "68.600"
    assert format_number(-1234567) == "-1.234.567"
    assert format_number(1234567.5, 1) == "1.234.567,5"
    assert format_number(Decimal("0.25"), 2) == "0,25"
    assert format_percent(75.8) == "75,8%"
    assert format_percent(100, 0) == "100%"


# --- what does not belong here ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("MẬT", "MẬT"),
        ("Mật", "MẬT"),
        ("TỐI MẬT.", "TỐI MẬT"),
        ("[TUYỆT MẬT]", "TUYỆT MẬT"),
        ("T Ố I   M Ậ T", "TỐI MẬT"),
        ("TOI MAT", "TỐI MẬT"),
        ("M\u200bẬT", "MẬT"),
        (unicodedata.normalize("NFD", "TUYỆT MẬT"), "TUYỆT MẬT"),
        ("MẬT - Không phổ biến", "MẬT"),
        ("Độ mật: Tối mật", "Độ mật"),
        ("  - ĐỘ MẬT :", "Độ mật"),
        ("Mức độ mật: Mật", "Độ mật"),
        ("Bản số: 02", "Bản số"),
        ("Bản số: …/…", "Bản số"),
        ("UBND TỈNH HƯNG YÊN\r\nMẬT\nBÁO CÁO", "MẬT"),
        ("MẬT.pdf", "MẬT"),
        ("toi_mat.docx", "TỐI MẬT"),
        ("MẬT_kế hoạch.pdf", "MẬT"),
        ("Kế hoạch - MẬT.pdf", "MẬT"),
        ("Kế hoạch (Tối mật).pdf", "TỐI MẬT"),
        ("ke_hoach_MẬT.pdf", "MẬT"),
        ("ke hoach TỐI MẬT 2026.xlsx", "TỐI MẬT"),
    ],
)
def test_a_classification_mark_is_recognised(text: str, mark: str) -> None:
    assert classification_mark(text) == mark
    assert mentions_secrecy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Đề nghị hướng dẫn quản lý tài liệu mật tại xã",
        "Công tác bảo vệ bí mật nhà nước ở cấp xã",
        "Xử lý thế nào với văn bản đóng dấu (MẬT) gửi nhầm?",
        "Văn bản có độ mật: nơi gửi phải ghi rõ",
        "Quy định về tài liệu tuyệt mật và tối mật",
    ],
)
def test_speaking_of_secrets_is_no_mark_but_is_noticed(text: str) -> None:
    assert classification_mark(text) is None
    assert mentions_secrecy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mật khẩu hộp thư công vụ",
        "MẬT KHẨU",
        "MẬT ĐỘ DÂN CƯ - 2026",
        "Nuôi ong lấy mật",
        "Bảo mật hệ thống",
        "QUY CHẾ BẢO MẬT.docx",
        "Quy chế bảo mật.docx",
        "BẢO MẬT - THÔNG TIN",
        "mất điện",
        "Bản số hóa: đã gửi",
        "",
        ".pdf",
    ],
)
def test_passwords_honey_and_density_are_no_secrets(text: str) -> None:
    assert classification_mark(text) is None
    assert not mentions_secrecy(text)


ALL = tuple(PersonalData)


@pytest.mark.parametrize(
    ("text", "kinds", "masked"),
    [
        ("CCCD 033097000123", ALL[:1], "CCCD •••••••••123"),
        ("CCCD 033 097 000 123.", ALL[:1], "CCCD ••••••••••••123."),
        ("CMND: 145123456", ALL[:1], "CMND: ••••••456"),
        ("gọi 0912345678 nhé", ALL[1:2], "gọi •••••••678 nhé"),
        ("gọi 0912 345 678", ALL[1:2], "gọi •••••••••678"),
        ("gọi +84 912.345.678", ALL[1:2], "gọi ••••••••••••678"),
        ("MST 0101234567", ALL[2:3], "MST •••••••567"),
        ("sổ BHXH số 3312345678", ALL[2:3], "sổ BHXH số •••••••678"),
        ("thư a.b@gmail.com", ALL[3:], "thư •••"),
        ("033097000123, 0912345678, a@b.vn", (ALL[0], ALL[1], ALL[3]), "•••••••••123, •••••••678, •••"),
    ],
)
def test_personal_data_is_found_and_masked(text: str, kinds: tuple[PersonalData, ...], masked: str) -> None:
    assert personal_data(text) == kinds
    assert mask_personal_data(text) == masked
    assert personal_data(masked) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Công văn số 12729/VPCP-KGVX ngày 25/12/2025",
        "kinh phí 1.234.567.890 đồng, 48.500/68.600 hồ sơ",
        "đường dây nóng 0221 3862 888",
        "VM-2026-000123",
        "mã 12345678901234567890",
        "a @ b",
        "",
    ],
)
def test_documents_money_and_offices_are_no_personal_data(text: str) -> None:
    assert personal_data(text) == ()
    assert mask_personal_data(text) == text


PERSONAL_TEXT = st.lists(
    st.sampled_from(
        [
            "033097000123",
            "0912345678",
            "+84",
            "CMND",
            "MST",
            "BHXH ",
            "0",
            "12",
            "9",
            "123456789",
            " ",
            ".",
            "-",
            "a@b.vn",
            "•",
            "x",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(TEXTS, PERSONAL_TEXT))
@example("0@0.0+@0.0")
@example("BHXH:0@0.0:0000000000")
def test_after_masking_nothing_is_found(text: str) -> None:
    masked = mask_personal_data(text)
    assert personal_data(masked) == ()
    assert mask_personal_data(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "ĐƠN KHIẾU NẠI\nKính gửi: Chủ tịch UBND xã",
        "Đơn tố cáo",
        "don xin khieu nai",
        "Tôi xin khiếu nại quyết định thu hồi đất",
        "Gia đình tôi làm đơn tố cáo cán bộ xã",
        "Người tố cáo: Nguyễn Văn A",
        "Xã nhận đơn khiếu nại của ông A",
        "Tố cáo ông Nguyễn Văn B nhận tiền",
    ],
)
def test_a_complaint_is_recognised(text: str) -> None:
    assert looks_like_complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn thư khiếu nại, tố cáo tồn từ huyện chuyển về xã thiếu hồ sơ gốc",
        "Đơn khiếu nại, tố cáo tồn đọng: cơ quan nào giải quyết?",
        "Nội dung khiếu nại, tố cáo không nhập chi tiết vào hệ thống này",
        "Luật Khiếu nại số 02/2011/QH13, Luật Tố cáo số 25/2018/QH14",
        "Thiếu đơn giá bồi thường",
        "",
    ],
)
def test_speaking_of_how_complaints_are_handled_is_none(text: str) -> None:
    assert not looks_like_complaint(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_makes_a_check_fail(text: str) -> None:
    classification_mark(text)
    classification_mark(text + ".pdf")
    mentions_secrecy(text)
    looks_like_complaint(text)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["a", "0", "0912 345 ", "a.", "a@", "MST ", "MST: ", "_", " ", "\n", "\u0301", "MẬT ", "-", "toi xin "],
)
def test_a_long_hostile_text_does_not_take_quadratic_time(piece: str) -> None:
    text = piece * (200_000 // len(piece)) + "!"
    for check in (
        clean_text,
        fold,
        sort_blob,
        classification_mark,
        mentions_secrecy,
        personal_data,
        looks_like_complaint,
    ):
        check(text)
    classification_mark(text + ".pdf")
    mask_personal_data(text)
