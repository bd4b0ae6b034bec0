"""Attacks by request: numbers, addresses, bodies, headers and cookies that no browser of ours would send."""

import random
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from tests.builders import Province
from tests.crawling import Crawl, guessed
from tests.issue_builders import Desk
from tests.marked_world import World, build_world
from tests.web import token_of
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.deadlines.days import import_packaged_days, load_calendar, load_targets
from tracker.issues import listing, lists
from tracker.issues.models import Issue

SignIn = Callable[[FlaskClient, Account], str]
NASTY = (
    "",
    "0",
    "-1",
    "1e3",
    "1;1",
    "0x10",
    "NaN",
    "null",
    "٣",
    str(2**31),
    str(2**63),
    str(10**18),
    "9" * 19,
    "9" * 30,
    "9" * 5000,
    "\x00",
    "a\x00b",
    "\r\nX: y",
    "\x1b[2J",
    "\x7f\x85\x9f",
    "\ufffe\uffff\u202e",
    "%ED%A0%80",
    "%FF%FE",
    "%",
    "%%%s%n%x",
    "'",
    "' OR '1'='1",
    "1); DROP TABLE issue;--",
    "1 UNION SELECT password_hash FROM account",
    "\\",
    "_",
    '" AND (a OR NEAR( * ^ - {t}:',
    "../../../etc/passwd",
    "..%2f..%2f",
    "//evil.example",
    "<script>",
    "{{7*7}}",
    "[]",
    '{"$gt": ""}',
    "true",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "30/02/2026",
    "password_hash",
    "A" * 3000,
)
LONG = ("%" * 60_000, "a" * 60_000, "đ" * 20_000, "[" * 60_000)
KEYS = (
    *NASTY,
    "VM-2026-000001\x00",
    "VM-2026-0000001",
    "VM-2026-\uff10\uff100001",
    "vm-2026-000001",
    "x" * 9000,
)
FINE = {200, 302, 303, 308, 400, 401, 404, 405, 409, 413, 414, 415, 422}
NAMES = [
    "q",
    "after",
    "before",
    "scope",
    "late",
    "state",
    "outcome",
    "field",
    "unit",
    "commune",
    "owner",
    "raised_by",
    "open",
    "urgent",
    "age",
    "routing",
    "silent",
    "numberless",
    "consulted",
    "desk",
    "next",
    "page",
    "per_page",
    "sort",
    "dir",
    "columns[]",
    "filter[owner.password]",
    "format",
    "number",
]


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """The marked province."""
    return build_world(app, session, province)


def noted(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEntry.kind == "refused")) or 0


def raw(value: str) -> str:
    """As it may stand in an address; what is percent-encoded already stays so."""
    return quote(value, safe="%/")


# --- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V1.2.4", "V1.2.9", "V1.4.2")
@pytest.mark.parametrize("name", ["coordinator", None])
def test_no_parameter_of_an_address_breaks_a_page(
    app: Flask, world: World, sign_in: SignIn, name: str | None
) -> None:
    client, dice = app.test_client(), random.Random(name)
    before = world.desk.snapshot()
    with world.desk.travelled():
        if name:
            sign_in(client, world.person(name))
        paths = ["/issues", "/sign-in"] if name else ["/sign-in"]
        for parameter in NAMES:
            for value in NASTY if parameter in {"q", "next"} else dice.sample(NASTY, 10):
                for path in paths:
                    status = client.get(f"{path}?{raw(parameter)}={raw(value)}").status_code
                    assert status in FINE, (path, parameter, value)
        for value in LONG:
            for path in paths:
                assert client.get(f"{path}?q={raw(value)}").status_code in FINE
        history = f"/issues/{world.number('a_working')}/history"
        for value in NASTY if name else ():
            assert client.get(f"{history}?before={raw(value)}").status_code in FINE
        for query in ("&" * 5000, "=" * 5000, "q[a][b]" + "[c]" * 500 + "=1", "q=1&" * 2000, "%FF=%FE&%00=1"):
            assert client.get(f"{paths[0]}?{query}").status_code in FINE
    assert world.desk.snapshot() == before


@pytest.mark.asvs("V1.2.4", "V1.4.2")
def test_no_key_in_a_path_breaks_a_page_and_each_refusal_is_noted_once(
    app: Flask, world: World, session: Session, sign_in: SignIn
) -> None:
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("coordinator"))
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments and rule.endpoint != "static"]
    adapter, dice = app.url_map.bind("localhost"), random.Random(1)
    count = noted(session)
    for rule in rules:
        is_first = rule.endpoint in {"issues.show", "issues.draft", "issues.file"}
        for value in KEYS if is_first else dice.sample(KEYS, 8):
            url = rule.rule
            for argument in rule.arguments:
                url = url.replace(f"<int:{argument}>", raw(value)).replace(f"<{argument}>", raw(value))
            with world.desk.travelled():
                response = client.get(url)
            assert response.status_code in FINE - {200, 302}, (url[:80], response.status_code)
            expected = count
            if response.status_code == 404 and is_known(adapter, response.request.path):
                expected += 1
            count = noted(session)
            assert count == expected, url[:80]


def is_known(adapter: Any, path: str) -> bool:
    """Whether the address leads to a view."""
    try:
        adapter.match(path, method="GET")
    except HTTPException:
        return False
    return True


@pytest.mark.asvs("V1.2.4", "V1.2.9")
def test_a_condition_in_a_filter_changes_nothing_that_is_found(
    app: Flask, world: World, sign_in: SignIn
) -> None:
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("officer_a"))
        crawl = Crawl(client)
        plain = crawl.look("/issues?open=any").lasting
        for parameter in (
            "sort",
            "dir",
            "columns[]",
            "filter[owner.password]",
            "order_by",
            "limit",
            "per_page",
            "page",
        ):
            for value in ("password_hash", "asc--", "1", "1000000", "-1", "9" * 30):
                assert crawl.look(f"/issues?open=any&{parameter}={value}").lasting == plain
        for wild in ("%25", "_", "%25zq%25", "zq_", "\\", "'", "'||'"):
            page = crawl.look(f"/issues?open=any&q={wild}")
            assert page.status == 200
            assert 'id="count">0 ' in page.body, wild
        assert 'id="count">1 ' in crawl.look("/issues?open=any&q=ZQaworkingTITLEzq").body


# --- bodies -------------------------------------------------------------------------------------------------------

FIELDS = [
    "title",
    "situation",
    "proposal",
    "text",
    "reason",
    "question",
    "remark",
    "note",
    "content",
    "next_step",
    "signer",
    "spoken_by",
    "document_number",
    "document_on",
    "roadmap_on",
    "unit_id",
    "owner_id",
    "party_id",
    "field_id",
    "category_id",
    "unit_ids",
    "commune_ids",
    "work_kind",
    "kind",
    "version",
    "draft_version",
    "idempotency_key",
    "obstacle_kind",
    "is_urgent",
    "urgent_reason",
    "channel",
    "channel_reference",
    "remove_file",
    "do",
    "citations-0-document",
    "citations-0-valid_until",
    "citations-999999999999-document",
    "by_phone",
    "is_solved",
    "is_checked",
    "language",
    "session",
    "login",
    "password",
    "current_password",
    "password_again",
    "account",
    "next",
]


@pytest.mark.asvs("V1.2.4", "V1.4.2", "V2.2.2")
@pytest.mark.parametrize("name", ["officer_a", "finance_lead"])
def test_no_field_of_a_form_breaks_a_write_and_each_refusal_is_noted_once(
    app: Flask, world: World, session: Session, sign_in: SignIn, name: str
) -> None:
    client = app.test_client()
    numbers = {"officer_a": "a_answered", "finance_lead": "a_moved"}
    keys = {"officer_a": "a_draft", "finance_lead": "finance_draft"}
    values = {"number": [world.number(numbers[name])], "draft_key": [world.key(keys[name])]}
    kept_out = {"/sign-out", "/profile/sessions/end-others", "/profile/password"}
    with world.desk.travelled():
        sign_in(client, world.person(name))
        token = token_of(client.get("/profile").text)
        urls = sorted(
            set(guessed(app, values))
            | {
                str(rule.rule)
                for rule in app.url_map.iter_rules()
                if not rule.arguments and "POST" in (rule.methods or ())
            }
            - kept_out
        )
        writable = [url for url in urls if can_post(app, url)]
        dice = random.Random(2026)
        count = noted(session)
        for url in writable:
            for value in dice.sample(NASTY, 9):
                data = dict.fromkeys(FIELDS, value) | {"csrf_token": token}
                response = client.post(url, data=data)
                assert response.status_code in FINE, (url, value)
                expected = count + (response.status_code == 404)
                count = noted(session)
                assert count == expected, (url, value, response.status_code)
    assert len(writable) > 25
    session.rollback()
    for issue in session.scalars(select(Issue)):
        assert issue.title.isprintable()


def can_post(app: Flask, url: str) -> bool:
    """Whether the address takes a form."""
    try:
        app.url_map.bind("localhost").match(url, method="POST")
    except HTTPException:
        return False
    return True


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"a" * 1000, "multipart/form-data"),
        (b"a" * 1000, "multipart/form-data; boundary="),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\ncut", "multipart/form-data; boundary=x"),
        (b"--x\r\n" + b"\r" * 500_000, "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=" + b"a" * 300_000, "multipart/form-data; boundary=x"),
        (b'{"title": "x"', "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"x=" + b"%" * 100_000, "application/x-www-form-urlencoded"),
        (b"&" * 100_000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_broken_body_is_answered_at_once(
    app: Flask, province: Province, sign_in: SignIn, body: bytes, kind: str
) -> None:
    signed_in, nobody = app.test_client(), app.test_client()
    sign_in(signed_in, province.officer_a)
    for client in (signed_in, nobody):
        for url in ("/issues/new", "/sign-in", "/profile/language"):
            started = time.monotonic()
            assert client.post(url, data=body, content_type=kind).status_code in {400, 401, 413}
            assert time.monotonic() - started < 5, "a broken request holds a thread"


def test_too_much_of_everything_is_refused_before_it_is_kept(
    app: Flask, province: Province, sign_in: SignIn
) -> None:
    signed_in, nobody = app.test_client(), app.test_client()
    sign_in(signed_in, province.officer_a)
    many = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % number for number in range(10_000)
    )
    for client in (signed_in, nobody):
        for url in ("/issues/new", "/sign-in"):
            plain = client.post(
                url, data=b"login=" + b"x" * 2_100_000, content_type="application/x-www-form-urlencoded"
            )
            parts = client.post(url, data=many + b"--x--", content_type="multipart/form-data; boundary=x")
            assert (plain.status_code, parts.status_code) == (413, 413)


@pytest.mark.parametrize("password", ["true", "0", "[]", "{}", "null", "1e999", "x" * 100_000])
@pytest.mark.parametrize("kind", ["form", "json"])
def test_a_password_of_another_type_lets_nobody_in(
    client: FlaskClient, province: Province, password: str, kind: str
) -> None:
    token = token_of(client.get("/sign-in").text)
    typed = {"login": "officer_a", "password": password, "csrf_token": token}
    if kind == "form":
        response = client.post("/sign-in", data=typed)
    else:
        body = f'{{"login": "officer_a", "password": {password!r}, "csrf_token": "{token}"}}'
        response = client.post("/sign-in", data=body, content_type="application/json")
    assert response.status_code in {400, 401, 422, 429}
    assert client.get("/profile").status_code == 302


# --- sessions and headers -----------------------------------------------------------------------------------------


@pytest.mark.asvs("V1.5.2")
def test_a_session_signed_with_a_weak_key_lets_nobody_in(
    app: Flask, province: Province, sign_in: SignIn
) -> None:
    client = app.test_client()
    token = sign_in(client, province.officer_a)
    cookie = client.get_cookie("session")
    assert cookie is not None
    real = app.secret_key
    interface = SecureCookieSessionInterface()
    forged = []
    try:
        for key in ("", "dev", "secret", "changeme", "CHANGE_ME", "flask", "0" * 32):
            app.secret_key = key or "x"
            serializer = interface.get_signing_serializer(app)
            assert serializer is not None
            forged += [
                serializer.dumps({"_user_id": name}) for name in (token, "1", str(province.officer_a.id))
            ]
    finally:
        app.secret_key = real
    value = cookie.value
    forged += [
        value[:-1],
        value[:-3] + "abc",
        value.split(".")[0],
        value.replace(".", "..", 1),
        value[::-1],
        value * 3,
    ]
    for made in forged:
        thief = app.test_client()
        thief.set_cookie("session", made)
        assert thief.get("/profile").status_code == 302


def test_another_site_signs_nobody_in_or_out(app: Flask, province: Province, sign_in: SignIn) -> None:
    victim = app.test_client()
    sign_in(victim, province.officer_a)
    token = token_of(victim.get("/profile").text)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for url in ("/sign-in", "/sign-out", "/sign-in/demo"):
            response = victim.post(url, data={"csrf_token": token, "login": "evil"}, headers=headers)
            assert response.status_code == 400
    assert victim.get("/profile").status_code == 200


@pytest.mark.asvs("V3.4.2")
def test_no_other_origin_may_read_an_answer(app: Flask, province: Province, sign_in: SignIn) -> None:
    client = app.test_client()
    sign_in(client, province.officer_a)
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "http://evil.localhost"):
        for method in ("GET", "POST", "OPTIONS"):
            for url in ("/", "/issues", "/static/css/theme.css", "/nowhere"):
                response = client.open(
                    url, method=method, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
                )
                assert not [name for name, _ in response.headers if name.lower().startswith("access-control")]


def test_no_answer_with_content_may_be_kept_or_shared(app: Flask, world: World, sign_in: SignIn) -> None:
    first, nobody = app.test_client(), app.test_client()
    with world.desk.travelled():
        sign_in(first, world.person("officer_a"))
        crawl = Crawl(first)
        crawl.follow(["/", "/issues?open=any", "/profile", "/issues/new"])
        for page in crawl.pages.values():
            assert "no-store" in page.headers, page.url
            assert "public" not in page.headers.lower()
        for url in crawl.pages:
            response = nobody.get(url)
            assert response.status_code in {302, 404}, url
            assert "zq" not in response.text
        static = first.get("/static/css/theme.css")
    assert static.status_code == 200
    assert "Set-Cookie" not in static.headers


@pytest.mark.asvs("V5.3.1")
@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/instance/tracker.db",
        "/tracker.db",
        "/instance/secret_key",
        "/backup",
        "/metrics",
        "/console",
        "/debug",
        "/admin.php",
        "/server-status",
        "/phpinfo.php",
        "/wp-login.php",
        "/.well-known/x",
        "/static/../tracker/config.py",
        "/static/..%2fconfig.py",
        "/static/%2e%2e/config.py",
        "/static//etc/passwd",
        "/static/",
        "/static",
        "/issues/../instance/tracker.db",
        "/static/css/",
        "/static/vendor/refresh.sh%00.css",
        "/templates/layouts/page.html",
    ],
)
def test_no_file_of_the_machine_has_an_address(client: FlaskClient, province: Province, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {400, 404} or response.location == "http://localhost/static/etc/passwd"
    assert "root:" not in response.text
    assert "SQLite" not in response.text


def test_an_error_tells_neither_path_nor_version(client: FlaskClient, province: Province) -> None:
    for url, method in (
        ("/nowhere", "GET"),
        ("/issues/x\x00", "GET"),
        ("/profile", "DELETE"),
        ("/sign-in", "POST"),
    ):
        response = client.open(url, method=method)
        assert response.status_code >= 400
        text = f"{response.headers}{response.text}".lower()
        for word in (
            "traceback",
            "werkzeug",
            "flask",
            "python",
            "sqlalchemy",
            "sqlite",
            "/tracker/",
            "gunicorn",
        ):
            assert word not in text, (url, word)


def test_the_audit_log_is_only_read_and_no_verb_changes_it(app: Flask) -> None:
    from tracker.audit import service

    rules = [rule for rule in app.url_map.iter_rules() if "audit" in rule.rule or "log" in rule.rule]
    assert [(rule.rule, set(rule.methods or ()) - {"HEAD", "OPTIONS"}) for rule in rules] == [
        ("/audit", {"GET"})
    ]
    verbs = [
        name
        for name, value in vars(service).items()
        if callable(value) and value.__module__ == service.__name__
    ]
    assert sorted(verbs) == ["record", "when_recorded"]


# --- time and growth ----------------------------------------------------------------------------------------------


def test_the_last_and_the_first_moment_of_a_year_count_where_they_are_in_vietnam(
    session: Session, province: Province
) -> None:
    with transaction():
        import_packaged_days(session)
        load_targets(session)
    desk = Desk(session, province)
    given: list[tuple[str | None, object]] = []
    for moment in ("2026-12-31 23:59", "2027-01-01 00:00", "2027-02-05 23:59"):
        desk.go(moment)
        issue = desk.issue(desk.sent())
        given.append((issue.number, issue.zero_on))
    assert given == [
        ("VM-2026-000001", date(2026, 12, 31)),
        ("VM-2027-000001", load_calendar(session).next_working(date(2027, 1, 1))),
        ("VM-2027-000002", load_calendar(session).next_working(date(2027, 2, 5))),
    ]
    assert given[1][1] != date(2027, 1, 1)
    assert desk.verify() == []


def test_counting_stops_at_the_cap(
    app: Flask, world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (listing, lists):  # where the count is cut, and where no more is looked for
        monkeypatch.setattr(place, "COUNT_CAP", 3)
    client = app.test_client()
    with world.desk.travelled():
        sign_in(client, world.person("coordinator"))
        assert 'id="count">3+ ' in client.get("/issues?open=any").text
