"""Passwords that everybody tries first are refused; a sentence of one's own is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracker
from tracker.accounts import passwords
from tracker.accounts.common_passwords import is_common, is_of_words
from tracker.errors import Invalid

DATA = Path(tracker.__file__).parent / "data"
COMMON = (DATA / "common_passwords.txt").read_text("utf-8").split()
WORDS = (DATA / "password_words.txt").read_text("utf-8").split()


def refusal(password: str, *units: str) -> str:
    try:
        passwords.check_new(password, login="tran.hoa", full_name="Trần Thị Hòa", min_length=12, words=units)
    except Invalid as error:
        return error.code
    return ""


@pytest.mark.asvs("V6.2.4", "V6.2.12")
def test_every_listed_password_is_refused_and_so_with_digits_around_it() -> None:
    assert len(COMMON) > 3000
    assert [word for word in COMMON if not is_common(word)] == []
    letters = [word for word in COMMON if word.isalpha()]
    assert len(letters) > 3000
    assert [word for word in letters if not is_common(word.upper() + "2026!")] == []
    long_ones = [word for word in COMMON if len(word) >= 12]
    assert len(long_ones) > 200
    assert [word for word in long_ones if not refusal(word)] == []


@pytest.mark.asvs("V6.1.2", "V6.2.11")
def test_a_word_of_the_product_or_a_place_is_no_password() -> None:
    assert {"vuongmac", "hungyen", "ubndtinh"} <= set(WORDS)
    assert [word for word in WORDS if not is_of_words(word + "2026")] == []
    for typed in (
        "Hưng Yên @2026!",
        "vướng-mắc-2026",
        "UBNDtinh123456",
        "xã An Bình 2026",
        "matkhau matkhau",
    ):
        assert refusal(typed, "Xã An Bình") == "password_common", typed


@pytest.mark.asvs("V6.2.5")
@pytest.mark.parametrize(
    "sentence",
    ["mùa xuân ở An Bình", "con mèo ngồi trên mái", "correct horse battery", "ba con vịt và 2 con gà"],
)
def test_a_sentence_of_ones_own_is_taken(sentence: str) -> None:
    assert refusal(sentence, "Xã An Bình") == ""


@given(st.text(max_size=40))
def test_any_text_can_be_compared(text: str) -> None:
    assert is_common(text) in {True, False}
    assert is_of_words(text, [text]) in {True, False}


@pytest.mark.asvs("V6.2.1", "V6.2.9")
@pytest.mark.parametrize(
    ("length", "code"), [(11, "password_too_short"), (12, ""), (64, ""), (128, ""), (256, "")]
)
def test_a_password_has_twelve_to_many_characters(length: int, code: str) -> None:
    assert refusal("".join(chr(97 + (n * n) % 26) for n in range(length))) == code


@pytest.mark.asvs("V6.2.8")
@given(st.text(min_size=1, max_size=60))
def test_a_password_is_taken_exactly_as_typed(typed: str) -> None:
    import unicodedata

    stored = passwords.hash_password(typed)
    assert passwords.is_right(stored, typed)
    for other in (typed + " ", " " + typed, typed.swapcase()):
        if unicodedata.normalize("NFC", other) != unicodedata.normalize("NFC", typed):
            assert not passwords.is_right(stored, other)
