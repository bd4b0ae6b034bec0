"""One's own profile: password, language, sessions."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province, build_person
from tests.web import post, token_of
from tracker.accounts import passwords
from tracker.accounts.models import Account, SignedInSession
from tracker.accounts.service import hash_token
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.permissions import Role

SignIn = Callable[[FlaskClient, Account], str]
OLD, NEW = "mùa xuân ở An Bình", "mưa rào cuối hạ 2026"


@pytest.fixture
def person(session: Session, province: Province) -> Account:
    """Somebody with a password."""
    with transaction():
        return build_person(
            session,
            "tran.hoa",
            "Trần Thị Hòa",
            (Role.COMMUNE_OFFICER, province.commune_a),
            (Role.COMMUNE_LEADER, province.commune_b),
            password_hash=passwords.hash_password(OLD),
        )


def change(client: FlaskClient, current: str, new: str, again: str | None = None) -> object:
    data = {"current_password": current, "password": new, "password_again": new if again is None else again}
    return post(client, "/profile/password", data, page="/profile")


def is_password(session: Session, person: Account, password: str) -> bool:
    stored = session.scalar(select(Account.password_hash).where(Account.id == person.id))
    return passwords.is_right(stored, password)


def test_the_profile_shows_name_roles_and_sessions(
    client: FlaskClient, person: Account, sign_in: SignIn
) -> None:
    sign_in(client, person)
    page = client.get("/profile").text
    for text in (
        "Trần Thị Hòa",
        "Cán bộ đầu mối cấp xã, Xã An Bình",
        "Lãnh đạo UBND cấp xã, Xã Bình Minh",
        "phiên này",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge trên Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
            "Chrome trên Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari trên iPhone",
        ),
        ("<script>", "Trình duyệt khác trên máy khác"),
    ],
)
def test_a_session_shows_its_device_in_words(
    client: FlaskClient, session: Session, person: Account, user_agent: str, words: str
) -> None:
    page = client.get("/sign-in").text
    data = {"csrf_token": token_of(page), "login": "tran.hoa", "password": OLD}
    client.post("/sign-in", data=data, headers={"User-Agent": user_agent})
    assert words in client.get("/profile").text


@pytest.mark.asvs("V6.2.2", "V7.4.3")
def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, client: FlaskClient, session: Session, person: Account, sign_in: SignIn
) -> None:
    other = app.test_client()
    sign_in(client, person)
    sign_in(other, person)
    response = change(client, OLD, NEW)
    assert (response.status_code, response.location) == (303, "/profile")
    assert is_password(session, person, NEW)
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    assert "password_changed" in session.scalars(select(AuditEntry.kind)).all()


@pytest.mark.asvs("V6.2.1", "V6.2.3")
@pytest.mark.parametrize(
    ("current", "new", "again", "message"),
    [
        ("sai mật khẩu rồi", NEW, NEW, "Mật khẩu hiện tại chưa đúng."),
        ("", NEW, NEW, "Cần nhập mục này."),
        (OLD, "ngắn quá", "ngắn quá", "ít nhất 12 ký tự"),
        (OLD, NEW, NEW + "x", "chưa giống nhau"),
        (OLD, OLD, OLD, "phải khác mật khẩu hiện tại"),
        (OLD, "x-tran.hoa-2026!", "x-tran.hoa-2026!", "không được chứa tên đăng nhập hoặc họ tên"),
        (OLD, "TRANTHIHOA đẹp", "TRANTHIHOA đẹp", "không được chứa tên đăng nhập hoặc họ tên"),
        (OLD, "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "quá dễ đoán"),
        (OLD, "0123456789012", "0123456789012", "quá dễ đoán"),
        (OLD, "x" * 300, "x" * 300, "Không được dài quá 256 ký tự."),
    ],
)
def test_an_unfit_change_is_refused_with_its_reason(
    client: FlaskClient, session: Session, person: Account, sign_in: SignIn,
    current: str, new: str, again: str, message: str,
) -> None:  # fmt: skip
    sign_in(client, person)
    response = change(client, current, new, again)
    assert response.status_code == 422
    assert message in response.text
    assert is_password(session, person, OLD)


def test_guessing_the_present_password_is_slowed_down(
    client: FlaskClient, person: Account, sign_in: SignIn
) -> None:
    sign_in(client, person)
    statuses = [change(client, f"sai lần thứ {number}", NEW).status_code for number in range(8)]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429


def test_a_person_without_password_cannot_set_one_here(
    client: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    sign_in(client, province.officer_a)
    assert 'name="current_password"' not in client.get("/profile").text
    response = change(client, "x" * 12, NEW)
    assert response.status_code == 422
    assert session.scalar(select(Account.password_hash).where(Account.id == province.officer_a.id)) is None


def test_the_language_is_kept_with_the_person_and_in_the_browser(
    client: FlaskClient, session: Session, person: Account, sign_in: SignIn
) -> None:
    sign_in(client, person)
    response = post(client, "/profile/language", {"language": "en"}, page="/profile")
    assert response.status_code == 303
    assert '<html lang="en">' in client.get("/profile").text
    post(client, "/sign-out", {}, page="/profile")
    assert '<html lang="en">' in client.get("/sign-in").text


@pytest.mark.parametrize("language", ["", "fr", "../../etc", "v" * 500])
def test_an_unknown_language_is_refused(
    client: FlaskClient, session: Session, person: Account, sign_in: SignIn, language: str
) -> None:
    sign_in(client, person)
    assert post(client, "/profile/language", {"language": language}, page="/profile").status_code == 422
    assert session.scalar(select(Account.language).where(Account.id == person.id)) == "vi"


def test_a_forged_language_cookie_changes_nothing(client: FlaskClient, province: Province) -> None:
    client.set_cookie("language", "../../x")
    assert '<html lang="vi">' in client.get("/sign-in").text


@pytest.mark.asvs("V7.5.2")
def test_one_of_the_sessions_can_be_ended(
    app: Flask, client: FlaskClient, person: Account, sign_in: SignIn
) -> None:
    lost = app.test_client()
    sign_in(client, person)
    token = sign_in(lost, person)
    assert hash_token(token) in client.get("/profile").text
    response = post(client, "/profile/sessions/end", {"session": hash_token(token)}, page="/profile")
    assert response.status_code == 303
    assert lost.get("/profile").status_code == 302
    assert client.get("/profile").status_code == 200
    again = post(client, "/profile/sessions/end", {"session": hash_token(token)}, page="/profile")
    assert again.status_code == 404


@pytest.mark.asvs("V7.5.2", "V7.4.3")
def test_all_other_sessions_can_be_ended_at_once(
    app: Flask, client: FlaskClient, person: Account, sign_in: SignIn
) -> None:
    others = [app.test_client() for _ in range(3)]
    sign_in(client, person)
    for other in others:
        sign_in(other, person)
    assert post(client, "/profile/sessions/end-others", {}, page="/profile").status_code == 303
    assert [other.get("/profile").status_code for other in others] == [302] * 3
    assert client.get("/profile").status_code == 200


def test_ending_this_session_signs_out(client: FlaskClient, person: Account, sign_in: SignIn) -> None:
    token = sign_in(client, person)
    response = post(client, "/profile/sessions/end", {"session": hash_token(token)}, page="/profile")
    assert response.location == "/sign-in"
    assert client.get("/profile").status_code == 302


def test_nobody_ends_the_session_of_another(
    app: Flask, client: FlaskClient, session: Session, person: Account, province: Province, sign_in: SignIn
) -> None:
    other = app.test_client()
    token = sign_in(other, province.officer_b)
    sign_in(client, person)
    for stranger in (hash_token(token), "", "x" * 64, "\ud7ff"):
        assert (
            post(client, "/profile/sessions/end", {"session": stranger}, page="/profile").status_code == 404
        )
    assert other.get("/profile").status_code == 200
    row = session.get_one(SignedInSession, hash_token(token))
    assert row.revoked_at is None


def test_fields_that_are_not_offered_are_ignored(
    client: FlaskClient, session: Session, person: Account, sign_in: SignIn
) -> None:
    sign_in(client, person)
    more = {
        "role": "administrator",
        "is_active": "0",
        "password_hash": "x",
        "login": "root",
        "account_id": "1",
    }
    post(client, "/profile/language", {"language": "en", **more}, page="/profile")
    found = session.get_one(Account, person.id, populate_existing=True)
    assert (found.login, found.is_active, found.language) == ("tran.hoa", True, "en")
    assert is_password(session, person, OLD)


def test_the_pages_take_few_statements(client: FlaskClient, province: Province, sign_in: SignIn) -> None:
    from sqlalchemy import event

    from tracker.db import db

    sign_in(client, province.officer_a)
    client.get("/profile")
    statements: list[str] = []
    engine = db.engine
    listener = lambda _c, _u, statement, *_more: statements.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        client.get("/profile")
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    asked = [statement for statement in statements if statement.lstrip().upper().startswith("SELECT")]
    assert 0 < len(asked) <= 7
