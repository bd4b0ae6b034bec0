"""Server-side sessions: how they end, and when they were last seen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.web import post
from tracker import clock
from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.accounts.service import clean_sessions, disable, end_grant, hash_token, revoke_sessions
from tracker.db import transaction

SignIn = Callable[[FlaskClient, Account], str]
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def row(session: Session, token: str) -> SignedInSession:
    found = session.get(SignedInSession, hash_token(token), populate_existing=True)
    assert found is not None
    return found


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


@pytest.mark.asvs("V7.3.1")
def test_a_session_ends_after_eight_idle_hours(
    client: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    with clock.travel(START):
        sign_in(client, province.officer_a)
    with clock.travel(START + timedelta(hours=7, minutes=59)):
        assert is_in(client)
    with clock.travel(START + timedelta(hours=16)):
        assert not is_in(client)


@pytest.mark.asvs("V7.3.2")
def test_a_session_in_use_ends_after_twelve_hours_all_the_same(
    client: FlaskClient, province: Province, sign_in: SignIn
) -> None:
    with clock.travel(START):
        sign_in(client, province.officer_a)
    for hours in (4, 8, 11.9):
        with clock.travel(START + timedelta(hours=hours)):
            assert is_in(client)
    with clock.travel(START + timedelta(hours=12)):
        assert not is_in(client)


def test_a_use_is_noted_at_most_every_five_minutes(
    client: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    with clock.travel(START):
        token = sign_in(client, province.officer_a)
    seen = []
    for minutes in (4, 6, 10, 11):
        with clock.travel(START + timedelta(minutes=minutes)):
            client.get("/profile")
            seen.append((row(session, token).last_seen_at - START) / timedelta(minutes=1))
    assert seen == [0, 6, 6, 11]


def test_reading_goes_on_when_the_use_cannot_be_noted(
    client: FlaskClient,
    province: Province,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tracker.accounts import service

    def fail(*_given: object) -> None:
        raise OSError("the disk is full")

    with clock.travel(START):
        sign_in(client, province.officer_a)
    monkeypatch.setattr(service, "mark_seen", fail)
    with clock.travel(START + timedelta(minutes=6)):
        assert is_in(client)
    assert "last use of a session was not kept (OSError)" in capsys.readouterr().err


@pytest.mark.asvs("V7.4.1")
def test_signing_out_ends_the_session_on_the_server(
    app: Flask, client: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    token = sign_in(client, province.officer_a)
    cookie = client.get_cookie("session")
    assert cookie is not None
    response = post(client, "/sign-out", {}, page="/profile")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert row(session, token).revoked_at is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/profile").status_code == 302
    assert thief.post("/profile/language", data={"language": "en"}).status_code == 401


def test_signing_out_by_a_link_does_nothing(client: FlaskClient, province: Province, sign_in: SignIn) -> None:
    sign_in(client, province.officer_a)
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


@pytest.mark.asvs("V7.4.2")
def test_a_disabled_account_is_out_at_once(
    client: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    sign_in(client, province.officer_a)
    with transaction():
        disable(session, province.officer_a.id)
    assert not is_in(client)


@pytest.mark.asvs("V8.3.2")
def test_an_ended_grant_is_gone_with_the_next_request(
    client: FlaskClient, session: Session, province: Province, sign_in: SignIn
) -> None:
    sign_in(client, province.officer_a)
    held = session.scalars(select(Grant).where(Grant.account_id == province.officer_a.id)).one()
    with transaction():
        end_grant(session, held.id, valid_to=clock.today() - timedelta(days=1))
    assert client.get("/profile").status_code == 404


@pytest.mark.asvs("V7.2.2")
def test_two_browsers_have_two_sessions_that_end_apart(
    app: Flask, session: Session, province: Province, sign_in: SignIn
) -> None:
    first, second = app.test_client(), app.test_client()
    kept = sign_in(first, province.officer_a)
    sign_in(second, province.officer_a)
    with transaction():
        assert revoke_sessions(session, province.officer_a.id, except_hash=hash_token(kept)) == 1
    assert is_in(first)
    assert not is_in(second)


@pytest.mark.asvs("V7.2.1")
@pytest.mark.parametrize("value", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "." * 3000, "ÿ"])
def test_a_forged_cookie_lets_nobody_in(client: FlaskClient, province: Province, value: str) -> None:
    client.set_cookie("session", value)
    assert client.get("/profile").status_code == 302


@pytest.mark.asvs("V7.2.1")
@pytest.mark.parametrize("token", [1, True, None, "", "\ud800", ["x"], {"a": 1}])
def test_a_strange_token_in_a_rightly_signed_cookie_lets_nobody_in(
    client: FlaskClient, province: Province, token: object
) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/profile").status_code == 302


def test_old_sessions_are_cleaned_away_and_living_ones_stay(
    app: Flask, session: Session, province: Province, sign_in: SignIn
) -> None:
    with clock.travel(START):
        sign_in(app.test_client(), province.officer_a)
    with clock.travel(START + timedelta(hours=30)):
        kept = sign_in(app.test_client(), province.officer_a)
    with transaction():
        assert clean_sessions(session, START + timedelta(hours=37)) == 1
    assert [found.token_hash for found in session.scalars(select(SignedInSession))] == [hash_token(kept)]
