"""Before something sensitive one proves once more who one is, and what was typed is not lost over it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.browser_of_pages import forms_in, words_of
from tests.builders import Province, build_person
from tests.integration.test_second_factor import Phone, enrolled
from tests.web import post, token_of
from tracker import clock
from tracker.accounts import kept_form, passwords
from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.directory.switches import set_switch
from tracker.permissions import Role

SignIn = Callable[[FlaskClient, Account], str]
Enter = Callable[[Account], FlaskClient]
PASSWORD = "mùa xuân ở An Bình"
ASK = "/confirm-identity"
STALE = timedelta(minutes=16)
EXPORT = "/issues/export.csv?open=any"


@pytest.fixture
def boss(session: Session, province: Province) -> Account:
    """An administrator with a password."""
    with transaction():
        return build_person(
            session,
            "quan.tri",
            "Lê Văn Quản",
            (Role.ADMINISTRATOR, province.office),
            password_hash=passwords.hash_password(PASSWORD),
        )


@pytest.fixture
def lead(session: Session, province: Province) -> Account:
    """Somebody with a password who may take the list with him."""
    with transaction():
        return build_person(
            session,
            "to.truong",
            "Phạm Thị Tổ",
            (Role.GROUP_LEAD, province.finance),
            password_hash=passwords.hash_password(PASSWORD),
        )


@pytest.fixture
def stale(app: Flask, sign_in: SignIn) -> Enter:
    """stale(account): a browser in which that person signed in sixteen minutes ago."""

    def enter(account: Account) -> FlaskClient:
        client = app.test_client()
        with time_machine.travel(clock.now() - STALE, tick=False):
            sign_in(client, account)
        return client

    return enter


def role_page(province: Province) -> str:
    return f"/people/{province.officer_a.id}/roles"


def give_role(client: FlaskClient, province: Province, **more: object) -> TestResponse:
    """Fill in the form of a further role and send it."""
    form = next(each for each in forms_in(client.get(role_page(province)).text) if "role" in each.names)
    typed = {"unit": str(province.finance.id), "role": "group_member", "valid_from": "2026-06-01"}
    return client.post(role_page(province), data={**form.values, **typed}, **more)  # type: ignore[arg-type]


def confirm(client: FlaskClient, page: TestResponse, **typed: object) -> TestResponse:
    """Type into the form of the page that asks, and send it."""
    form = next(each for each in forms_in(page.text) if each.action == ASK)
    return client.post(ASK, data={**form.values, "current_password": PASSWORD, **typed})


def grants(session: Session, account: Account) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(Grant.account_id == account.id)) or 0


def kinds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))


@pytest.mark.asvs("V7.5.3")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_role_is_given_only_after_the_password_and_with_what_was_typed_before(
    stale: Enter, boss: Account, province: Province, session: Session, headers: dict[str, str]
) -> None:
    client, before = stale(boss), grants(session, province.officer_a)
    asked = give_role(client, province, headers=headers)
    assert (asked.status_code, grants(session, province.officer_a)) == (403, before)
    assert "Xác nhận lại danh tính" in words_of(asked.text)
    assert (asked.headers.get("HX-Retarget") == "#main") == bool(headers)
    assert "group_member" not in asked.text
    done = confirm(client, asked)
    assert (done.status_code, grants(session, province.officer_a)) == (200, before)
    resend = next(each for each in forms_in(done.text) if each.action == role_page(province))
    sent = client.post(resend.action, data=resend.values)
    assert (sent.status_code, grants(session, province.officer_a)) == (303, before + 1)
    assert {"identity_confirmed", "role_given"} <= set(kinds(session))
    assert give_role(client, province).status_code == 422, "held already: no further question for a while"


@pytest.mark.asvs("V7.5.3", "V7.2.4")
def test_an_export_waits_for_the_proof_and_a_new_session_takes_the_place_of_the_old(
    stale: Enter, lead: Account, session: Session, app: Flask
) -> None:
    client = stale(lead)
    with client.session_transaction() as cookie:
        former = dict(cookie)
    asked = client.get(EXPORT)
    assert (asked.status_code, asked.location) == (302, f"{ASK}?next=/issues/export.csv?open%3Dany")
    done = confirm(client, client.get(asked.location))
    assert (done.status_code, done.headers["Refresh"]) == (200, f"0; url={EXPORT}")
    assert client.get(EXPORT).mimetype == "text/csv"
    old = app.test_client()
    with old.session_transaction() as cookie:
        cookie.update(former)
    assert old.get("/profile").status_code == 302
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != former["_user_id"]
    assert kinds(session)[-2:] == ["identity_confirmed", "exported"]


@pytest.mark.asvs("V7.5.3")
def test_the_proof_lasts_for_the_minutes_of_the_setting(
    app_with: Callable[..., Flask], lead: Account, sign_in: SignIn
) -> None:
    client, now = app_with(FRESH_MINUTES="60").test_client(), clock.now()
    with time_machine.travel(now - timedelta(minutes=59), tick=False):
        sign_in(client, lead)
    assert client.get(EXPORT).status_code == 200
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        assert client.get(EXPORT).status_code == 302


@pytest.mark.asvs("V7.5.3")
def test_a_wrong_password_is_no_proof_and_guessing_is_slowed_as_at_the_door(
    stale: Enter, boss: Account, province: Province, session: Session
) -> None:
    client = stale(boss)
    asked = give_role(client, province)
    for _ in range(5):
        asked = confirm(client, asked, current_password="x" * 14)
        assert asked.status_code == 422
    slowed = confirm(client, asked)
    assert (slowed.status_code, int(slowed.headers["Retry-After"]) > 0) == (429, True)
    assert grants(session, province.officer_a) == 1
    assert kinds(session).count("sign_in_failed") == 5
    assert "identity_confirmed" not in kinds(session)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        done = confirm(client, slowed)
        assert any(each.action == role_page(province) for each in forms_in(done.text)), "still kept"


@pytest.mark.asvs("V7.5.3")
def test_who_has_a_second_factor_proves_it_too(
    app: Flask, stale: Enter, boss: Account, session: Session
) -> None:
    phone: Phone = enrolled(app, session, boss)[0]
    client = stale(boss)
    asked = client.get(f"{ASK}?next=/people")
    assert confirm(client, asked).status_code == 422
    assert confirm(client, asked, one_time_code="000000").status_code == 422
    assert confirm(client, asked, current_password="x" * 14, one_time_code=phone.code()).status_code == 422
    done = confirm(client, asked, one_time_code=phone.code())
    assert (done.status_code, done.location) == (303, "/people")


def test_forms_that_are_open_elsewhere_stay_valid(stale: Enter, boss: Account, province: Province) -> None:
    client = stale(boss)
    open_before = token_of(client.get("/profile").text)
    assert confirm(client, client.get(ASK)).status_code == 303
    sent = client.post("/profile/language", data={"csrf_token": open_before, "language": "en"})
    assert sent.status_code == 303


def test_files_are_not_kept_and_the_page_says_so(stale: Enter, boss: Account) -> None:
    from io import BytesIO

    client = stale(boss)
    token = token_of(client.get("/people/import").text)
    data = {"csrf_token": token, "file": (BytesIO(b"a;b"), "people.csv")}
    asked = client.post("/people/import", data=data, content_type="multipart/form-data")
    assert (asked.status_code, "đề nghị chọn lại" in asked.text) == (403, True)


def test_what_is_too_long_to_be_kept_is_named(
    stale: Enter, boss: Account, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_form, "MOST_BYTES", 10)
    client = stale(boss)
    asked = give_role(client, province, headers={"Referer": f"http://localhost{role_page(province)}"})
    assert "quá dài" in asked.text
    assert confirm(client, asked).location == role_page(province)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_on_leads_to_no_other_host(stale: Enter, boss: Account, wanted: str) -> None:
    client = stale(boss)
    asked = client.get(ASK, query_string={"next": wanted})
    assert "evil" not in asked.text
    assert confirm(client, asked, next=wanted).location == "/"


def test_the_form_of_another_person_is_not_sent(
    stale: Enter, boss: Account, province: Province, session: Session, lead: Account
) -> None:
    asked = give_role(stale(boss), province)
    sealed = next(each for each in forms_in(asked.text) if each.action == ASK).values["kept_form"]
    client = stale(lead)
    done = confirm(client, client.get(ASK), kept_form=sealed)
    assert (done.status_code, done.location) == (303, "/")
    assert "không giữ lại được" in words_of(client.get("/").text)


@pytest.mark.asvs("V7.5.3", "V3.5.1")
def test_another_site_plants_no_form_to_be_confirmed(stale: Enter, boss: Account, province: Province) -> None:
    client = stale(boss)
    for headers in ({}, {"Origin": "https://evil.example"}):
        planted = client.post(role_page(province), data={"role": "administrator"}, headers=headers)
        assert planted.status_code == 400
        assert "kept_form" not in planted.text


def test_htmx_is_led_to_the_page_by_a_read(stale: Enter, lead: Account) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/issues?open=any"}
    asked = stale(lead).get(EXPORT, headers=headers)
    assert asked.headers["HX-Redirect"] == f"{ASK}?next=/issues?open%3Dany"


@pytest.mark.asvs("V7.5.3")
def test_in_the_demonstration_and_there_alone_a_click_is_enough(
    stale: Enter, province: Province, session: Session, boss: Account
) -> None:
    client = stale(province.administrator)
    assert "đăng xuất rồi đăng nhập lại" in client.get(ASK).text
    assert post(client, f"{ASK}/demo", {"next": "/people"}).status_code == 404
    with transaction():
        set_switch(session, "is_demo", True)
    asked = give_role(client, province)
    form = next(each for each in forms_in(asked.text) if each.action == f"{ASK}/demo")
    done = client.post(form.action, data=form.values)
    assert any(each.action == role_page(province) for each in forms_in(done.text))
    with_password = stale(boss)
    assert post(with_password, f"{ASK}/demo", {}).status_code == 404


def test_a_session_that_ended_meanwhile_is_not_renewed(stale: Enter, boss: Account, session: Session) -> None:
    client = stale(boss)
    asked = client.get(ASK)
    with transaction():
        session.scalars(select(SignedInSession)).one().revoked_at = clock.now()
    assert confirm(client, asked).status_code == 401
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SignedInSession)) == 1
