"""TCVN3 and VNI: every letter there and back, recognised by what reads, and never where the text is Unicode."""

import json
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sheets import legacy, tcvn3, vni
from tracker.sheets.grid import Limits
from tracker.sheets.separated import read_csv
from tracker.sheets.syllables import is_syllable

TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES] + ["đ"]
ALPHABET = SMALL + [letter.upper() for letter in SMALL]
TEXTS = st.lists(st.sampled_from([*ALPHABET, *"bcdghklmnpqrstvx 0123,.-\n"]), max_size=60).map("".join)
OF_TCVN3 = st.lists(st.sampled_from([*SMALL, *"ĂÂÊÔƠƯĐbcdghklmnpqrstvx 0123,.-\n"]), max_size=60).map("".join)
MATTERS = [
    json.loads(line)
    for line in files("tracker").joinpath("data/difficulties.jsonl").read_text("utf-8").splitlines()
]


@given(TEXTS)
def test_vni_there_and_back_is_the_same(text: str) -> None:
    assert vni.to_unicode(vni.from_unicode(text)) == text


@given(OF_TCVN3)
def test_tcvn3_there_and_back_is_the_same_but_for_capitals_of_its_font(text: str) -> None:
    assert tcvn3.to_unicode(tcvn3.from_unicode(text)).lower() == text.lower()


def test_every_letter_has_its_code_in_both() -> None:
    assert len(ALPHABET) == 146
    for letter in ALPHABET:
        assert vni.to_unicode(vni.from_unicode(letter)) == letter
    for letter in SMALL:
        code = tcvn3.from_unicode(letter)
        assert len(code) == 1 and code.encode("cp1252")
        assert tcvn3.to_unicode(code) == letter


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("§Ò nghÞ Uû ban", "Đề nghị Uỷ ban"),
        ("C¤NG HOµ X· HéI", "CÔNG HOÀ XÃ HỘI"),
        ("Thµnh phè Hµ Néi, TØNH H¦NG Y£N", "Thành phố Hà Nội, TỈNH HƯNG YÊN"),
    ],
)
def test_known_words_of_tcvn3(seen: str, text: str) -> None:
    assert tcvn3.to_unicode(seen) == text


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("Ñeà nghò UÛy ban", "Đề nghị Ủy ban"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("ÑOÄC LAÄP – TÖÏ DO", "ĐỘC LẬP – TỰ DO"),
    ],
)
def test_known_words_of_vni(seen: str, text: str) -> None:
    assert vni.to_unicode(seen) == text


@pytest.mark.parametrize("name", ["title", "body", "proposal"])
def test_every_sample_matter_is_recognised_in_each_encoding_and_left_alone_in_unicode(name: str) -> None:
    for matter in MATTERS:
        text = unicodedata.normalize("NFC", str(matter[name] or ""))
        words = [word for word in text.split() if not word.isascii()]
        if len(words) < 5:
            continue
        assert legacy.detected([tcvn3.from_unicode(text)]) == "tcvn3", text
        assert legacy.detected([vni.from_unicode(text)]) == "vni", text
        assert legacy.detected([text]) is None
        assert legacy.detected([unicodedata.normalize("NFD", text)]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Plain text without any marks",
        "De nghi huong dan, khong dau",
        "Café Müller, naïve façade, señor, garçon, Ångström",
        "§ 5 Absatz 2 Nr. 3 — größer als 100 m²",
        "日本語のテキスト, русский текст",
        "có gì là ít, tôi nói và hỏi",
        "",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert legacy.detected([text] * 3) is None


def test_cells_that_are_unicode_already_stay_as_they_are_in_a_mixed_sheet() -> None:
    convert = legacy.conversion("tcvn3")
    assert convert("Đề nghị hướng dẫn") == "Đề nghị hướng dẫn"
    assert convert("§Ò nghÞ") == "Đề nghị"


@pytest.mark.parametrize("module", [tcvn3, vni])
@pytest.mark.parametrize("form", ["bytes", "unicode"])
def test_a_file_in_an_old_encoding_is_read_whichever_way_its_signs_were_saved(
    module: object, form: str
) -> None:
    matters = "\n".join(
        f"{each['title']};{each['proposal']}" for each in MATTERS[:9] if "²" not in each["proposal"]
    )
    seen = module.from_unicode(matters)  # type: ignore[attr-defined]
    content = seen.encode("cp1252", "replace") if form == "bytes" else seen.encode("utf-8")
    sheet = read_csv(content, Limits())
    found = list(sheet.rows)
    assert sheet.encoding == ("tcvn3" if module is tcvn3 else "vni")
    assert found[0][0].lower() == MATTERS[0]["title"].lower()
    assert sheet.changed and sheet.changed[0][0] != sheet.changed[0][1]


def test_windows_1258_is_read_with_its_loose_tones() -> None:
    def old(letter: str) -> str:
        try:
            letter.encode("cp1258")
            return letter
        except UnicodeEncodeError:
            base, tone = unicodedata.normalize("NFD", letter)[:-1], unicodedata.normalize("NFD", letter)[-1]
            if tone not in TONES:
                base, tone = unicodedata.normalize("NFD", letter).replace("\u0323", ""), "\u0323"
            return unicodedata.normalize("NFC", base) + tone

    text = "Đề nghị Ủy ban nhân dân tỉnh hướng dẫn;một hai"
    content = "".join(map(old, text)).encode("cp1258")
    sheet = read_csv(content, Limits())
    assert (list(sheet.rows), sheet.encoding) == ([text.split(";")], "windows-1258")


@pytest.mark.parametrize(
    "word", ["Nguyễn", "khuya", "giếng", "gì", "quốc", "nghiêng", "uỷ", "thuở", "ngoằn", "học", "Ủy"]
)
def test_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["fa", "tức" + "x", "hạp" + "ph", "bắcn", "tưc\u0300", "áà", "strường", "q", "Ñeà"]
)
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)
