"""A mail has the headers that we gave it, whatever somebody typed into a title, a name or an address."""

import email
import email.policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.notifications.composing import Parts, header_text, message_of
from tracker.notifications.smtp import is_address

HEADERS = {
    "from",
    "to",
    "subject",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "list-unsubscribe",
    "mime-version",
    "content-type",
}
NASTY = [
    "\r\nBcc: x@evil.example",
    "\nSubject: other",
    "\u2028Bcc: x@evil.example",
    "\u2029",
    "\x0b\x0c\x85Bcc: x",
    "\x00",
    "=?utf-8?q?=0D=0ABcc=3A_x=40evil.example?=",
    "a, b@evil.example",
    '"<x@evil.example>',
    "\u202egnp.exe",
    "Đề nghị hướng dẫn phụ cấp",
    "x" * 2000,
]
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=30)), max_size=5).map("".join)


@pytest.mark.asvs("V1.3.11")
@example(subject="", name="\r\nBcc: x@evil.example" * 4, sender_name="", body="")
@example(subject="", name="", sender_name="\r\nBcc: x@evil.example" * 4, body="")
@given(subject=texts, name=texts, sender_name=texts, body=texts)
def test_one_recipient_one_subject_and_no_header_of_somebody_else(
    subject: str, name: str, sender_name: str, body: str
) -> None:
    clean_body = body.encode("utf-8", "replace").decode()
    message = message_of(
        Parts(
            key="notice.1",
            host="tracker.example",
            sender="tracker@example.vn",
            sender_name=sender_name,
            address="nguoi.nhan@example.vn",
            name=name,
            subject=subject,
            text=clean_body,
            html=f"<p>{len(body)}</p>",
            preferences_url="https://tracker.example/x",
        )
    )
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert [key.lower() for key in read.keys()].count("subject") == 1  # noqa: SIM118
    assert {key.lower() for key in read.keys()} == HEADERS  # noqa: SIM118
    assert [one.addr_spec for one in read["To"].addresses] == ["nguoi.nhan@example.vn"]
    assert [one.addr_spec for one in read["From"].addresses] == ["tracker@example.vn"]
    assert str(read["Message-ID"]) == "<notice.1@tracker.example>"
    parts = [part.get_content_type() for part in read.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


@given(texts)
def test_a_header_text_is_one_short_line(text: str) -> None:
    line = header_text(text, 180)
    assert len(line) <= 180
    assert line.splitlines() in ([], [line])
    assert "=?" not in line


@pytest.mark.asvs("V1.3.11")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.vn",
        "a@b.vn\r\nBcc: c@d.vn",
        "a@b.vn, c@d.vn",
        "a b@c.vn",
        "<a@b.vn>",
        "a@b..vn",
        "ă@b.vn",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(address: str) -> None:
    assert not is_address(address)


def test_an_ordinary_address_gets_mail() -> None:
    assert is_address("nguyen.van-a+cv@so.tinh.gov.vn")
