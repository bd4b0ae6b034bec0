"""The one error boundary: every error is a worded page, a refusal leaves one entry, nothing typed is lost."""

import sqlite3
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine, exc, select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.web import post, token_of
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.directory.models import Unit
from tracker.errors import Forbidden, Invalid, NotFound, NotPossible, Stale, Throttled
from tracker.permissions import Permission
from tracker.web.access import actor, public, requires, takes_files
from tracker.web.forms import BaseForm

SignIn = Callable[[FlaskClient, Account], str]

ERRORS: dict[str, tuple[Callable[[], Exception], int]] = {
    "not-found": (NotFound, 404),
    "forbidden": (Forbidden, 403),
    "not-possible": (lambda: NotPossible(state="closed"), 409),
    "stale": (lambda: Stale({"a": "1"}, {"a": "2"}), 409),
    "invalid": (lambda: Invalid("title", "too_long", limit=250), 422),
    "unworded": (lambda: Invalid("title", "no_such_code"), 422),
    "throttled": (lambda: Throttled(30), 429),
    "overflow": (OverflowError, 400),
    "unicode": (lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), 400),
    "locked": (
        lambda: exc.OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked")),
        503,
    ),
    "pool": (exc.TimeoutError, 503),
    "bug": (lambda: ZeroDivisionError("secret /etc/passwd SELECT"), 500),
}


def routes() -> Blueprint:
    """Views that fail."""
    blueprint = Blueprint("failing", __name__)

    @blueprint.route("/raise/<name>", methods=["GET", "POST"])
    @public
    def fail(name: str) -> str:
        raise ERRORS[name][0]()

    @blueprint.get("/things/<int:unit_id>")
    @public
    def unit(unit_id: int) -> str:
        found = db.session.get(Unit, unit_id)
        if found is None:
            raise NotFound
        return found.name

    @blueprint.route("/echo", methods=["GET", "POST"])
    @public
    def echo() -> dict[str, str]:
        return request.values.to_dict()

    @blueprint.post("/write")
    @requires(Permission.FILE_ISSUE)
    def write() -> str:
        return actor().display_name

    @blueprint.post("/upload")
    @requires(Permission.OWN_PROFILE)
    @takes_files
    def upload() -> str:
        return str(len(request.files))

    @blueprint.get("/administer")
    @requires(Permission.ADMINISTER)
    def administer() -> str:
        return "administrators"

    @blueprint.get("/undeclared")
    def undeclared() -> str:
        return "open by mistake"

    @blueprint.get("/writes")
    @public
    def writes() -> str:
        db.session.add(Unit())
        db.session.flush()
        return "written"

    return blueprint


@pytest.fixture
def failing(app_with: Callable[..., Flask], province: Province) -> FlaskClient:
    """A browser on an application with views that fail."""
    return app_with(routes()).test_client()


def refusals(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.kind == "refused")))


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_error_is_a_worded_page_with_its_status(failing: FlaskClient, name: str, method: str) -> None:
    url, status = f"/raise/{name}", ERRORS[name][1]
    response = failing.get(url) if method == "GET" else post(failing, url, {"situation": "điều đã gõ"})
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert "<h1>" in response.text
    for leak in ("Traceback", "Error", "passwd", "SELECT", "UPDATE", "no_such_code", "%("):
        assert leak not in response.text
    assert response.headers["X-Request-Id"]


def test_what_was_typed_stays_on_the_page_of_a_refusal(failing: FlaskClient) -> None:
    typed = "Chưa có hướng dẫn về nhiệm vụ chuyển tiếp <b>"
    for name in ("not-possible", "invalid", "forbidden", "stale"):
        page = post(failing, f"/raise/{name}", {"situation": typed}).text
        assert "Chưa có hướng dẫn về nhiệm vụ chuyển tiếp &lt;b&gt;" in page


def test_a_busy_database_asks_to_come_back(failing: FlaskClient) -> None:
    assert failing.get("/raise/locked").headers["Retry-After"] == "5"
    assert failing.get("/raise/throttled").headers["Retry-After"] == "30"


def test_the_page_of_a_bug_names_the_request_and_the_log_holds_it(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing.get("/raise/bug")
    name = response.headers["X-Request-Id"]
    assert name in response.text
    assert name in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_even_without_database_there_is_a_page(failing: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.directory import pages

    def fail(_session: Session) -> None:
        raise exc.OperationalError("SELECT", {}, sqlite3.OperationalError("unable to open database file"))

    monkeypatch.setattr(pages, "read_switches", fail)
    response = failing.get("/sign-in")
    assert response.status_code == 503
    assert "Hệ thống đang bận" in response.text


def test_a_database_that_somebody_else_holds_is_answered_503_and_nothing_is_lost(
    app_with: Callable[..., Flask], province: Province, sign_in: SignIn, session: Session, database_url: str
) -> None:
    client = app_with(BUSY_TIMEOUT_MS="100").test_client()
    sign_in(client, province.officer_a)
    data = {"csrf_token": token_of(client.get("/profile").text), "language": "en"}
    session.rollback()
    other = create_engine(database_url)
    with other.connect() as writer:
        if other.dialect.name == "sqlite":
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        writer.exec_driver_sql("UPDATE account SET position = 'x'")
        response = client.post("/profile/language", data=data)
        assert client.get("/profile").status_code == 200
        writer.rollback()
    other.dispose()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert client.post("/profile/language", data=data).status_code == 303


@pytest.mark.asvs("V1.4.2")
@pytest.mark.parametrize(
    "unit_id", ["0", "-1", "1e3", str(2**63), str(10**20), "9" * 5000, "٣", "1;1", "1%00", "%ED%A0%80", "NaN"]
)
def test_absurd_ids_are_unknown_addresses(failing: FlaskClient, unit_id: str) -> None:
    assert failing.get(f"/things/{unit_id}").status_code in (400, 404)


@pytest.mark.asvs("V1.4.2")
@pytest.mark.parametrize("unit_id", [2**31 - 1, 2**31, 10**10 - 1, 2**63 - 1])
def test_large_ids_are_unknown_on_either_database(failing: FlaskClient, unit_id: int) -> None:
    assert failing.get(f"/things/{unit_id}").status_code == 404


@pytest.mark.parametrize(
    "url", ["/echo?q=%00", "/echo?q=%1b[31m", "/echo?%00=1", "/echo%0d%0aX:1", "/%ff%fe", "/echo?q=%0d%0a"]
)
def test_control_characters_in_the_address_are_refused(failing: FlaskClient, url: str) -> None:
    assert failing.get(url).status_code in (400, 404)


@pytest.mark.parametrize("value", ["\x00", "a\x00b"])
def test_a_nul_in_a_form_is_refused(failing: FlaskClient, value: str) -> None:
    assert post(failing, "/echo", {"title": value}).status_code == 400


def test_broken_text_in_a_form_does_no_harm(failing: FlaskClient) -> None:
    token = token_of(failing.get("/sign-in").text)
    body = f"csrf_token={token}&title=%ED%A0%80&other=%FF".encode()
    response = failing.post("/echo", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"\xff\xfe", "text/plain"),
    ],
)
def test_a_broken_body_is_refused(failing: FlaskClient, body: bytes, kind: str) -> None:
    assert failing.post("/echo", data=body, content_type=kind).status_code == 400


def test_a_form_that_is_too_large_or_has_too_many_fields_is_refused(failing: FlaskClient) -> None:
    assert post(failing, "/echo", {"title": "x" * 2_100_000}).status_code == 413
    token = token_of(failing.get("/sign-in").text)
    fields = {"csrf_token": token} | {f"f{number}": "x" for number in range(500)}
    assert failing.post("/echo", data=fields, content_type="multipart/form-data").status_code == 413


@pytest.mark.asvs("V5.2.1")
def test_only_who_is_signed_in_may_send_a_large_body_and_only_where_files_are_taken(
    failing: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    from io import BytesIO

    def send(url: str) -> int:
        token = token_of(failing.get("/sign-in", follow_redirects=True).text)
        data = {"csrf_token": token, "file": (BytesIO(b"x" * 3_000_000), "a.pdf")}
        return failing.post(url, data=data, content_type="multipart/form-data").status_code

    assert send("/upload") in (401, 413)
    sign_in(failing, province.officer_a)
    failing.get("/profile")

    def send_signed_in(url: str) -> int:
        token = token_of(failing.get("/profile").text)
        data = {"csrf_token": token, "file": (BytesIO(b"x" * 3_000_000), "a.pdf")}
        return failing.post(url, data=data, content_type="multipart/form-data").status_code

    assert send_signed_in("/upload") == 200
    assert send_signed_in("/echo") == 413


def test_an_endpoint_that_declares_nothing_is_closed(failing: FlaskClient) -> None:
    assert failing.get("/undeclared").status_code == 404


def test_looking_changes_nothing_even_if_a_view_tries(failing: FlaskClient, session: Session) -> None:
    before = session.scalars(select(Unit.id)).all()
    assert failing.get("/writes").status_code in (500, 503)
    assert session.scalars(select(Unit.id)).all() == before


def test_without_the_permission_a_page_is_as_unknown_as_any(
    failing: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    import re

    sign_in(failing, province.officer_a)
    refused, unknown = failing.get("/administer"), failing.get("/nowhere-at-all")
    assert refused.status_code == unknown.status_code == 404
    without_ids = [re.sub(r"[0-9a-f]{16}|value=\"[^\"]+\"", "", page.text) for page in (refused, unknown)]
    assert without_ids[0] == without_ids[1]
    sign_in(failing, province.administrator)
    assert failing.get("/administer").text == "administrators"


def test_a_refusal_leaves_exactly_one_entry(
    failing: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    sign_in(failing, province.officer_a)
    response = failing.get("/administer")
    (entry,) = refusals(session)
    assert (entry.account_id, entry.endpoint, entry.address) == (
        province.officer_a.id,
        "failing.administer",
        "127.0.0.1",
    )
    assert entry.request_id == response.headers["X-Request-Id"]


@pytest.mark.parametrize("name", ["not-found", "forbidden", "throttled"])
def test_each_kind_of_refusal_leaves_one_entry(failing: FlaskClient, session: Session, name: str) -> None:
    failing.get(f"/raise/{name}")
    assert len(refusals(session)) == 1


@pytest.mark.parametrize("name", ["not-possible", "invalid", "bug", "overflow", "locked"])
def test_what_is_no_refusal_leaves_none(failing: FlaskClient, session: Session, name: str) -> None:
    failing.get(f"/raise/{name}")
    failing.get("/nowhere")
    failing.get("/profile")
    assert refusals(session) == []


def test_a_write_without_token_is_refused_and_leaves_one_entry(
    failing: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    sign_in(failing, province.officer_a)
    response = failing.post("/write", data={"situation": "điều đã gõ ở trên"})
    assert response.status_code == 400
    assert len(refusals(session)) == 1
    assert failing.post("/write", headers={"HX-Request": "true"}).status_code == 400


def test_when_the_entry_cannot_be_written_stderr_gets_it(
    failing: FlaskClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tracker.web import boundary

    def fail(*_given: object, **_more: object) -> None:
        raise OSError

    monkeypatch.setattr(boundary, "record", fail)
    assert failing.get("/raise/forbidden").status_code == 403
    assert "audit: refused" in capsys.readouterr().err


def test_after_the_session_ended_what_was_typed_can_be_sent_again(
    failing: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    typed = {"situation": "Chưa có cán bộ chuyên môn về đất đai", "password": "bí mật riêng"}
    response = failing.post("/write", data=typed)
    assert response.status_code == 401
    assert typed["situation"] in response.text
    assert "/sign-in" in response.text
    assert typed["password"] not in response.text
    sign_in(failing, province.officer_a)
    again = failing.post("/write", data=typed)  # the old page has no token of the new session
    assert again.status_code == 400
    kept = {"situation": typed["situation"], "csrf_token": token_of(again.text.split('id="error"')[1])}
    assert f'name="situation" value="{typed["situation"]}"' in again.text
    done = failing.post("/write", data=kept)
    assert (done.status_code, done.text) == (200, "Nguyễn Thị An")


def test_a_foreign_page_gets_no_form_to_send_again_and_no_cookie(failing: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.vn"}
    response = failing.post("/write", data={"situation": "do kẻ khác soạn sẵn"}, headers=headers)
    assert response.status_code in (400, 401)
    assert "do kẻ khác" not in response.text
    assert "Set-Cookie" not in response.headers


def test_a_part_of_a_page_asked_without_session_leads_the_whole_page_to_signing_in(
    failing: FlaskClient,
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/profile?tab=1"}
    response = failing.get("/profile", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in?next=/profile?tab%3D1"


def test_a_missing_slash_or_method_keeps_its_meaning(failing: FlaskClient) -> None:
    response = failing.get("/write")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_transaction_that_fails_leaves_nothing(session: Session, province: Province) -> None:
    def half() -> None:
        with transaction():
            session.get_one(Unit, province.finance.id).name = "half"
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert session.get_one(Unit, province.finance.id, populate_existing=True).name == "Sở Tài chính"


def test_forms_speak_vietnamese_and_clean_what_is_typed(one_app: Flask) -> None:
    from wtforms import IntegerField, StringField, TextAreaField
    from wtforms.validators import InputRequired

    class Form(BaseForm):
        title = StringField(validators=[InputRequired()])
        text = TextAreaField()
        number = IntegerField()

    def form(**data: str) -> BaseForm:
        with one_app.test_request_context("/", method="POST", data=data):
            made = Form(meta={"csrf": False})
            made.validate()
            return made

    assert form().errors["title"] == ["Cần nhập mục này."]
    clean = form(title=" Đất\u200b  đai\x0b ", text="một\r\nhai\x07", number="3")
    assert (clean.data, clean.errors) == ({"title": "Đất đai", "text": "một\nhai", "number": 3}, {})
    assert form(title="x" * 301).errors["title"] == ["Không được dài quá 300 ký tự."]
    assert form(title="x", text="x" * 20_001).errors["text"] == ["Không được dài quá 20000 ký tự."]
    for number in ("9" * 30, "9" * 5000, "1e3", str(2**31)):
        assert form(title="x", number=number).errors["number"]
