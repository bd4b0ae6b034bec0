"""Signing in: by password, as a sample person of the demonstration, and what nobody may learn from it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province, build_person
from tests.web import post, token_of
from tracker import clock
from tracker.accounts import passwords
from tracker.accounts.models import Account, SignedInSession, SignInTry
from tracker.accounts.service import disable
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.directory.switches import set_switch
from tracker.permissions import Role

PASSWORD = "mùa xuân ở An Bình"
WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng."


@pytest.fixture
def person(session: Session, province: Province) -> Account:
    """Somebody with a password."""
    with transaction():
        return build_person(
            session,
            "tran.hoa",
            "Trần Thị Hòa",
            (Role.COMMUNE_OFFICER, province.commune_a),
            password_hash=passwords.hash_password(PASSWORD),
        )


def enter(client: FlaskClient, login: str, password: str, **more: object) -> object:
    return post(client, "/sign-in", {"login": login, "password": password, **more})


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))


def test_the_right_password_opens_a_session_and_leads_on(client: FlaskClient, person: Account) -> None:
    response = enter(client, "tran.hoa", PASSWORD, next="/profile")
    assert (response.status_code, response.location) == (303, "/profile")
    assert "Trần Thị Hòa" in client.get("/profile").text


def test_the_login_is_taken_in_capitals_and_the_password_with_separate_marks(
    client: FlaskClient, person: Account
) -> None:
    import unicodedata

    assert enter(client, " Tran.HOA ", unicodedata.normalize("NFD", PASSWORD)).status_code == 303


@pytest.mark.asvs("V6.2.10")
def test_a_password_does_not_grow_old(client: FlaskClient, person: Account) -> None:
    with clock.travel(clock.now() + timedelta(days=5 * 366)):
        assert enter(client, "tran.hoa", PASSWORD).status_code == 303
        assert client.get("/").status_code == 200


@pytest.mark.asvs("V6.3.8")
def test_unknown_login_wrong_password_and_disabled_account_look_the_same(
    client: FlaskClient, session: Session, province: Province, person: Account
) -> None:
    def answer(login: str, password: str) -> tuple[int, str]:
        response = enter(client, login, password)
        text = re.sub(r'value="[^"]*"', "", response.text)
        return response.status_code, re.sub(r"[0-9a-f]{16}", "", text)

    wrong, unknown = answer("tran.hoa", "x" * 14), answer("nobody.here", "x" * 14)
    without = answer("officer_a", "x" * 14)
    with transaction():
        disable(session, person.id)
    disabled = answer("tran.hoa", PASSWORD)
    assert WRONG in wrong[1]
    assert wrong == unknown == without == disabled
    assert wrong[0] == 422


@pytest.mark.asvs("V6.3.8")
def test_a_password_is_checked_as_often_for_an_unknown_login(
    client: FlaskClient, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "hasher", Watched(time_cost=1, memory_cost=8, parallelism=1))
    for login in ("tran.hoa", "nobody.here", "officer_a"):
        enter(client, login, "x" * 14)
    assert len(checked) == 3
    assert all("m=8,t=1,p=1" in used for used in checked)


def test_no_password_is_hashed_inside_a_transaction(
    client: FlaskClient, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.db import is_writing

    inside: list[bool] = []
    is_right = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda *given: inside.append(is_writing()) or is_right(*given))
    enter(client, "tran.hoa", PASSWORD)
    assert inside == [False]


def test_a_hash_made_with_old_parameters_is_made_anew(
    client: FlaskClient, session: Session, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = person.password_hash
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert enter(client, "tran.hoa", PASSWORD).status_code == 303
    new = session.scalar(select(Account.password_hash).where(Account.id == person.id))
    assert new is not None
    assert new != old
    assert "m=16,t=2" in new


def test_success_and_failure_are_in_the_audit_log_and_an_unknown_login_is_not_kept(
    client: FlaskClient, session: Session, person: Account
) -> None:
    enter(client, "tran.hoa", "x" * 14)
    enter(client, "my secret passphrase", "x" * 14)
    enter(client, "tran.hoa", PASSWORD)
    assert kinds(session) == ["sign_in_failed", "sign_in_failed", "sign_in"]
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.login for entry in entries] == ["tran.hoa", "", "tran.hoa"]
    assert all(entry.address == "127.0.0.1" and entry.request_id for entry in entries)
    assert "passphrase" not in str([row.login for row in session.scalars(select(SignInTry))])


@pytest.mark.asvs("V7.2.2", "V7.2.3")
def test_the_browser_holds_the_token_and_the_table_only_its_hash(
    client: FlaskClient, session: Session, person: Account
) -> None:
    enter(client, "tran.hoa", PASSWORD)
    with client.session_transaction() as cookie:
        assert set(cookie) - {"csrf_token"} == {"_user_id"}
        token = cookie["_user_id"]
    row = session.scalars(select(SignedInSession)).one()
    assert len(token) >= 43
    assert token not in (row.token_hash, row.device)


@pytest.mark.asvs("V7.2.4")
def test_a_planted_session_dies_when_somebody_signs_in(
    client: FlaskClient, session: Session, person: Account
) -> None:
    before = token_of(client.get("/sign-in").text)
    with client.session_transaction() as cookie:
        cookie["planted"] = "yes"
        secret = cookie["csrf_token"]
    enter(client, "tran.hoa", PASSWORD)
    client.get("/profile")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["csrf_token"] != secret
    assert client.post("/profile/language", data={"csrf_token": before, "language": "en"}).status_code == 400


@pytest.mark.asvs("V3.7.2")
@pytest.mark.parametrize(
    "unsafe",
    [
        "//evil.vn",
        "https://evil.vn",
        "/\\evil.vn",
        "\\\\evil.vn",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "/\t/evil.vn",
        "x",
    ],
)
def test_signing_in_leads_to_no_other_host(client: FlaskClient, person: Account, unsafe: str) -> None:
    response = enter(client, "tran.hoa", PASSWORD, next=unsafe)
    assert (response.status_code, response.location) == (303, "/")


def test_a_page_that_needs_signing_in_leads_there_and_back(client: FlaskClient, person: Account) -> None:
    response = client.get("/profile?tab=1")
    assert (response.status_code, response.location) == (302, "/sign-in?next=/profile?tab%3D1")
    page = client.get(response.location).text
    assert 'name="next" value="/profile?tab=1"' in page


def test_the_password_is_never_shown_again(client: FlaskClient, person: Account) -> None:
    assert "sesame-sesame" not in enter(client, "tran.hoa", "sesame-sesame").text


def test_an_empty_form_names_its_fields(client: FlaskClient, person: Account) -> None:
    response = enter(client, "", "")
    assert response.status_code == 422
    assert response.text.count("Cần nhập mục này.") >= 2


def test_a_very_long_password_is_refused_without_hashing(
    client: FlaskClient, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda *_given: pytest.fail("was hashed"))
    assert enter(client, "tran.hoa", "x" * 5000).status_code == 422


def test_elsewhere_than_in_the_demonstration_no_sample_person_is_offered(
    client: FlaskClient, province: Province
) -> None:
    page = client.get("/sign-in").text
    assert "Nguyễn Thị An" not in page
    response = post(client, "/sign-in/demo", {"account": province.officer_a.id})
    assert response.status_code == 404


@pytest.fixture
def demo(session: Session, province: Province) -> Province:
    """The small province marked as demonstration."""
    with transaction():
        set_switch(session, "is_demo", True)
    return province


def test_in_the_demonstration_each_sample_person_is_one_click_away(
    client: FlaskClient, demo: Province, person: Account
) -> None:
    page = client.get("/sign-in").text
    assert all(name in page for name in ("Nguyễn Thị An", "Xã An Bình", "Thành viên tổ công tác"))
    assert "Trần Thị Hòa" not in page  # has a password
    response = post(client, "/sign-in/demo", {"account": demo.officer_a.id, "next": "/profile"})
    assert (response.status_code, response.location) == (303, "/profile")
    assert "Nguyễn Thị An" in client.get("/profile").text


@pytest.mark.parametrize("account", ["", "x", "-1", "0", "9" * 9, "9" * 30, "٣", "1;1"])
def test_an_account_that_is_no_sample_person_is_not_entered(
    client: FlaskClient, demo: Province, account: str
) -> None:
    assert post(client, "/sign-in/demo", {"account": account}).status_code == 404


def test_a_person_with_a_password_is_not_entered_without_it(
    client: FlaskClient, demo: Province, person: Account
) -> None:
    assert post(client, "/sign-in/demo", {"account": person.id}).status_code == 404


@pytest.mark.asvs("V6.3.4")
@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        ({"REMOTE_ADDR": "192.0.2.7"}, {}),
        ({"REMOTE_ADDR": ""}, {}),
        ({}, {"X-Forwarded-For": "192.0.2.7"}),
        ({}, {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_the_demonstration_opens_only_on_its_own_machine(
    client: FlaskClient, demo: Province, environ: dict[str, str], headers: dict[str, str]
) -> None:
    token = token_of(client.get("/sign-in").text)
    page = client.get("/sign-in", environ_base=environ, headers=headers)
    assert "Nguyễn Thị An" not in page.text
    data = {"csrf_token": token, "account": demo.officer_a.id}
    assert client.post("/sign-in/demo", data=data, environ_base=environ, headers=headers).status_code == 404


@pytest.mark.asvs("V6.3.2")
def test_a_fresh_database_lets_nobody_in(client: FlaskClient, app: Flask) -> None:
    for login in ("admin", "root", "administrator", "demo"):
        for password in ("admin", "password", login, ""):
            assert enter(client, login, password).status_code in (422, 429)


def test_one_who_is_signed_in_is_led_on(
    client: FlaskClient, province: Province, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    sign_in(client, province.officer_a)
    response = client.get("/sign-in?next=/profile")
    assert (response.status_code, response.location) == (303, "/profile")
