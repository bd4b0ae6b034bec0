"""The end of a certificate, as openssl tells it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.certificates import valid_until

DATA = Path(__file__).parents[1] / "data"
PEM = (DATA / "certificate_2027.pem").read_text()


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("certificate_2027.pem", datetime(2027, 12, 27, 22, 55, 20, tzinfo=UTC)),
        ("certificate_2054.pem", datetime(2054, 4, 9, 22, 55, 20, tzinfo=UTC)),
    ],
)
def test_the_end_is_the_one_in_the_certificate(name: str, end: datetime) -> None:
    assert valid_until((DATA / name).read_text()) == end


def test_of_a_chain_the_first_certificate_counts() -> None:
    chain = "a comment\n" + PEM + (DATA / "certificate_2054.pem").read_text()
    assert valid_until(chain).year == 2027


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----",
    ],
)
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        valid_until(text)


@given(place=st.integers(30, len(PEM) - 30), letter=st.sampled_from("AQZaz09+/=\n"))
def test_a_changed_certificate_is_read_or_refused(place: int, letter: str) -> None:
    changed = PEM[:place] + letter + PEM[place + 1 :]
    try:
        assert valid_until(changed)
    except ValueError:
        assert changed != PEM
