"""Every text is decoded once and read in one way: by us, by the libraries beneath and by whoever gets it."""

import email.message
import email.policy
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import html5lib
import pytest
from flask import Flask, send_file
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from requests import Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header
from werkzeug.urls import iri_to_uri

from tests.builders import Province
from tests.web import token_of
from tracker.accounts.models import Account
from tracker.attachments.names import clean_name
from tracker.attachments.sniff import PDF
from tracker.errors import Invalid
from tracker.issues.models import Issue
from tracker.web.http import safe_next

SignIn = Callable[[FlaskClient, Account], str]
ENCODED = (
    "%3Cscript%3E%253C %2527",
    "&lt;b&gt; &amp;lt; &#60;",
    "\\u003cb\\u003e \\x3c \\074",
    "=?utf-8?q?a?= =C4=91",
    "+ %2B %20 a+b",
    "{{7*7}} ${7*7}",
    "đất %C4%91 &#273;",
)


@pytest.mark.asvs("V1.1.1")
@pytest.mark.parametrize("typed", ENCODED)
def test_what_looks_encoded_is_kept_and_shown_to_the_letter(
    app: Flask, session: Session, province: Province, sign_in: SignIn, typed: str
) -> None:
    client = app.test_client()
    sign_in(client, province.officer_a)
    page = client.get("/issues/new").text
    key = page.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    decomposed = unicodedata.normalize("NFD", typed)
    data = {"csrf_token": token_of(page), "idempotency_key": key, "title": decomposed}
    answer = client.post("/issues/new", data=data)
    session.rollback()
    assert session.scalars(select(Issue.title)).one() == typed
    shown: Any = html5lib.parse(client.get(answer.location).text, namespaceHTMLElements=False)
    (box,) = [each for each in shown.iter("input") if each.get("name") == "title"]
    assert box.get("value") == typed
    again = client.get("/issues", query_string={"state": "draft", "q": typed}).text
    find = html5lib.parse(again, namespaceHTMLElements=False)
    assert typed in [each.get("value") for each in find.iter("input")]


ADDRESSES = st.text(st.sampled_from("/\\.:@?#%a0 -_\t\r\n[]evil…\u2028\uff0f"), max_size=25).map("/".__add__)
OURS = "https://vuongmac.example.vn/sign-in"


@pytest.mark.asvs("V1.5.3", "V3.7.2")
@given(ADDRESSES | st.text(max_size=30).map("/".__add__))
@example("//evil.vn")
@example("/\\evil.vn")
@example("/\t/evil.vn")
@example("/%2f/evil.vn")
@example("/@evil.vn")
@example("/.//evil.vn")
def test_an_address_that_may_come_next_is_ours_to_every_reader(wanted: str) -> None:
    chosen = safe_next(wanted, "/home")
    sent = iri_to_uri(chosen)
    host = "vuongmac.example.vn"
    assert urlsplit(urljoin(OURS, sent)).hostname == host
    assert urlsplit(str(Request("GET", urljoin(OURS, sent)).prepare().url)).hostname == host
    assert _as_browsers_read(sent) == host
    assert chosen.isprintable() or not re.search(r"[\x00-\x20]", chosen)


def _as_browsers_read(address: str) -> str:
    """The host by the rules of the URL standard: blanks at the ends and TAB, CR, LF go; a backslash is a slash."""
    plain = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain):
        return "another scheme"
    if plain.startswith("//"):
        return re.split(r"[/?#]", plain[2:])[0].rpartition("@")[2]
    return "vuongmac.example.vn"


NAMES = st.text(max_size=80) | st.sampled_from(
    [
        'a"; filename="b.html',
        "a\r\nSet-Cookie: x=1",
        "Tờ trình số 12 – đã ký.pdf",
        "😀 ảnh.pdf",
        "%41%0a.pdf",
        "a;b,c='d'",
        "'",
        "'a'.pdf",
    ]
)


@pytest.mark.asvs("V5.4.2", "V5.4.1", "V1.3.3")
def test_the_name_of_a_download_is_the_same_to_three_readers(one_app: Flask, tmp_path: Any) -> None:
    (tmp_path / "a").write_bytes(b"%PDF-1.7")

    @given(NAMES)
    def every_name(typed: str) -> None:
        try:
            name = clean_name(typed, PDF)
        except Invalid:
            return
        with one_app.test_request_context():
            answer = send_file(tmp_path / "a", as_attachment=True, download_name=name)
            header = answer.headers["Content-Disposition"]
            answer.close()
        assert header.isascii() and header.isprintable()
        kind, options = parse_options_header(header)
        assert (kind, options["filename"]) == ("attachment", name)
        message = email.message.EmailMessage(email.policy.HTTP)
        # Mail programs take the first of two names; to them the plain one, which is for old browsers, is not sent.
        message["Content-Disposition"] = re.sub(r"""filename=("[^"]*"|[^;"]*); (?=filename\*=)""", "", header)
        assert message.get_filename() == name
        assert _by_rfc_6266(header) == name

    every_name()


def _by_rfc_6266(header: str) -> str:
    """The name as the standard says: `filename*` in UTF-8 if there is one, else `filename`."""
    extended = re.search(r"filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)(?:;|$)", header)
    if extended:
        return unquote(extended[1], errors="strict")
    plain = re.search(r'filename=(?:"((?:[^"\\]|\\.)*)"|([^;"]+))(?:;|$)', header)
    assert plain, header
    return re.sub(r"\\(.)", r"\1", plain[1]) if plain[1] is not None else plain[2]


def test_the_reader_of_this_test_reads_the_standards_own_examples() -> None:
    assert _by_rfc_6266("attachment; filename*=UTF-8''%e2%82%ac%20rates") == "€ rates"
    assert _by_rfc_6266("attachment; filename=\"EURO rates\"; filename*=utf-8''x") == "EURO rates"
    assert quote("€") == "%E2%82%AC"
