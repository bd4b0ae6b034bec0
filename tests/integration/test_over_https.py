"""Over https every answer keeps the browser there, and every cookie belongs to this host alone."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import Province
from tests.web import token_of
from tracker.accounts.models import Account
from tracker.accounts.service import Caller, start_session
from tracker.db import db, transaction

SignIn = Callable[[FlaskClient, Account], str]
HOME = "https://vuongmac.example.vn"
MOST_COOKIE_BYTES = 4096


@pytest.fixture
def safe(app_with: Callable[..., Flask], province: Province) -> Flask:
    """The application as it is shipped: under its own name, by https."""
    return app_with(BASE_URL=HOME)


@pytest.mark.asvs("V3.4.1")
@pytest.mark.parametrize(
    "what",
    [
        "GET /sign-in",
        "HEAD /sign-in",
        "OPTIONS /sign-in",
        "GET /profile",
        "POST /sign-in",
        "GET /nowhere",
        "DELETE /sign-in",
        "GET /%00",
        "GET /healthz",
        "GET /static/css/theme.css",
        "GET /static/nothing.css",
    ],
)
def test_every_answer_keeps_the_browser_on_https_for_a_year(safe: Flask, what: str) -> None:
    method, _, url = what.partition(" ")
    answer = safe.test_client().open(url, method=method, base_url=HOME)
    assert answer.headers.getlist("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


@pytest.mark.asvs("V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4", "V3.3.5")
def test_every_cookie_is_secure_bound_to_this_host_closed_to_scripts_and_small(
    safe: Flask, province: Province
) -> None:
    client = safe.test_client()
    long_way = "/issues?q=" + "%C4%91" * 300
    answers = [client.get(f"/sign-in?next={long_way}", base_url=HOME)]
    answers.append(client.get(long_way, base_url=HOME))
    typed = {"login": "officer_a", "password": "x" * 200, "next": long_way}
    for _ in range(8):
        token = token_of(client.get("/sign-in", base_url=HOME).text)
        typed["csrf_token"] = token
        answers.append(client.post("/sign-in", data=typed, base_url=HOME, headers={"Origin": HOME}))
    answers += signed_in(safe, client)
    found = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    names = set()
    for line in found:
        ((name, morsel),) = SimpleCookie(line).items()
        names.add(name)
        assert name.startswith("__Host-"), line
        assert morsel["secure"] and morsel["httponly"] and morsel["path"] == "/" and not morsel["domain"], (
            line
        )
        assert morsel["samesite"] == "Lax"
        assert len(line) < MOST_COOKIE_BYTES
    assert names == {"__Host-session", "__Host-language"}


def signed_in(safe: Flask, client: FlaskClient) -> list[TestResponse]:
    """Signs in and gathers messages and a language; the token stays out of every body and address."""
    with safe.app_context(), transaction():
        person = db.session.scalars(select(Account).where(Account.login == "officer_a")).one()
        token = start_session(db.session(), person.id, Caller(), lasts=timedelta(hours=1))
    with client.session_transaction(base_url=HOME) as cookie:
        cookie["_user_id"] = token
    answers = []
    for _ in range(6):
        page = client.get("/profile", base_url=HOME)
        data = {"csrf_token": token_of(page.text), "language": "en"}
        answers += [
            page,
            client.post("/profile/language", data=data, base_url=HOME, headers={"Origin": HOME}),
        ]
    for answer in answers:
        assert token not in answer.text + (answer.location or "")
    assert answers[1].status_code == 303
    return answers
