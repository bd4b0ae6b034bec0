"""Signing in by a sign-in service: a whole one that runs beside, and one that lies."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.browser_of_pages import forms_in
from tests.builders import Province
from tests.integration.test_second_factor import enrolled
from tests.sign_in_service import Liar, free_port, lying_service, whole_service
from tests.web import post
from tracker.accounts import oidc
from tracker.accounts.models import Account, SignedInSession
from tracker.accounts.models_sign_in import Identity, SignInStep
from tracker.accounts.service import Caller, disable, start_session
from tracker.audit.models import AuditEntry
from tracker.config import SettingError, load_settings
from tracker.db import transaction
from tracker.directory.switches import set_switch

AppWith = Callable[..., Flask]
PEOPLE = (
    {"sub": "s-1", "preferred_username": "officer_a", "email": "An@Example.vn", "email_verified": True},
    {"sub": "s-2", "preferred_username": "stranger", "email": "an@example.vn", "email_verified": False},
)


@pytest.fixture(scope="module")
def whole() -> Iterator[str]:
    """A provider of the registry in a process of its own."""
    with whole_service(*PEOPLE) as address:
        yield address


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that lies on demand."""
    with lying_service() as made:
        yield made


@pytest.fixture
def at(app_with: AppWith, province: Province) -> Callable[..., FlaskClient]:
    """at(issuer): a browser at an application that uses this provider."""

    def make(issuer: str, **more: str) -> FlaskClient:
        given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "tracker", "OIDC_LABEL": "VNeID tỉnh"}
        given |= {"OIDC_CLIENT_SECRET": "a secret"} | more
        return app_with(**given).test_client()

    return make


def leave(client: FlaskClient, wanted: str = "/profile") -> tuple[str, dict[str, str]]:
    """Press the button; gives where the browser is sent and the query."""
    response = post(client, "/sign-in/oidc", {"next": wanted})
    assert response.status_code == 200
    address = response.headers["Refresh"].removeprefix("0; url=")
    return address, {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


def come_back(client: FlaskClient, **query: str) -> TestResponse:
    return client.get("/sign-in/oidc/return", query_string=query)


def by_liar(client: FlaskClient, liar: Liar) -> TestResponse:
    """The whole way with the lying provider, which knows the nonce."""
    _, query = leave(client)
    liar.nonce = query["nonce"]
    return come_back(client, code="c", state=query["state"])


def by_whole(client: FlaskClient, sub: str) -> TestResponse:
    """The whole way, as a person who signs in at the provider."""
    address, _ = leave(client)
    sent = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(sent.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://127.0.0.1:8000/sign-in/oidc/return"
    return client.get(f"{parts.path}?{parts.query}")


def is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def reasons(session: Session) -> str:
    return " ".join(session.scalars(select(AuditEntry.detail).where(AuditEntry.kind == "sign_in_failed")))


@pytest.mark.asvs("V10.2.1", "V6.1.3")
def test_a_known_person_comes_in_by_the_service(
    at: Callable[..., FlaskClient], whole: str, session: Session, province: Province
) -> None:
    client = at(whole)
    assert "Đăng nhập qua VNeID tỉnh" in client.get("/sign-in").text
    response = by_whole(client, "s-1")
    assert (response.status_code, response.location) == (303, "/profile")
    assert "Nguyễn Thị An" in client.get("/profile").text
    kinds = list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))
    assert kinds == ["identity_bound", "sign_in"]
    assert (
        '"way": "oidc"' in session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first().detail
    )
    assert session.scalar(select(func.count()).select_from(SignInStep)) == 0


@pytest.mark.asvs("V10.1.1")
def test_no_token_of_the_provider_reaches_the_browser_or_the_database(
    at: Callable[..., FlaskClient], liar: Liar, session: Session
) -> None:
    client = at(liar.address)
    assert by_liar(client, liar).status_code == 303
    with client.session_transaction() as cookie:
        assert set(cookie) - {"csrf_token"} == {"_user_id"}
    row = session.scalars(select(SignedInSession)).one()
    assert "eyJ" not in repr([getattr(row, column.name) for column in SignedInSession.__table__.columns])


def test_the_code_is_bought_with_the_proof_key_and_the_client_secret(
    at: Callable[..., FlaskClient], liar: Liar
) -> None:
    client = at(liar.address)
    _, query = leave(client)
    assert (query["code_challenge_method"], query["response_type"]) == ("S256", "code")
    assert set(query["scope"].split()) == {"openid", "profile", "email"}
    liar.nonce = query["nonce"]
    assert come_back(client, code="c", state=query["state"]).status_code == 303
    form, headers = next((form, headers) for path, form, headers in liar.asked if path == "/token")
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == query["code_challenge"]
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"tracker:a secret").decode()
    assert form["redirect_uri"] == "http://127.0.0.1:8000/sign-in/oidc/return"


@pytest.mark.asvs("V6.8.2", "V10.5.1", "V10.5.4", "V10.2.2")
@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"nonce": "another"}},
        {"without": {"nonce"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"without": {"iss"}},
        {"claims": {"aud": "another client"}},
        {"claims": {"aud": ["tracker", "another"], "azp": "another"}},
        {"without": {"aud"}},
        {"claims": {"exp": int(time.time()) - 3600}},
        {"without": {"exp"}},
        {"claims": {"iat": int(time.time()) + 7200}},
        {"without": {"sub"}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": ["s-1"]}},
        {"sign": "none"},
        {"sign": "HS256"},
        {"sign": "other key"},
        {"sign": "changed"},
        {"token": {"access_token": "a", "token_type": "Bearer"}},
        {"token": {"access_token": "a", "token_type": "Bearer", "id_token": "x.y"}},
        {"token": {"error": "invalid_grant"}},
    ],
)
def test_a_token_that_is_not_ours_lets_nobody_in(
    at: Callable[..., FlaskClient], liar: Liar, session: Session, lie: dict[str, object]
) -> None:
    client = at(liar.address)
    for name, value in lie.items():
        setattr(liar, name, value)
    response = by_liar(client, liar)
    assert response.status_code == 403
    assert not is_in(client)
    assert session.scalar(select(func.count()).select_from(SignedInSession)) == 0
    assert "reason" in reasons(session)


@pytest.mark.asvs("V10.1.2", "V10.2.1", "V7.6.2")
def test_an_answer_to_the_question_of_another_browser_lets_nobody_in(
    at: Callable[..., FlaskClient], liar: Liar, session: Session
) -> None:
    client = at(liar.address)
    victim = client.application.test_client()
    _, query = leave(client)
    liar.nonce = query["nonce"]
    leave(victim)
    for browser in (victim, client.application.test_client()):
        assert come_back(browser, code="c", state=query["state"]).status_code == 403
        assert not is_in(browser)
    assert come_back(client, code="c", state="x" * 43).status_code == 403
    assert come_back(client, code="c").status_code == 403
    assert "state" in reasons(session)
    assert not any(path == "/token" for path, _form, _headers in liar.asked)


@pytest.mark.asvs("V6.6.2", "V10.1.2")
def test_an_answer_counts_once_and_for_ten_minutes(
    at: Callable[..., FlaskClient], liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at(liar.address)
    _, query = leave(client)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    liar.nonce = query["nonce"]
    assert come_back(client, code="c", state=query["state"]).status_code == 303
    again = client.application.test_client()
    with again.session_transaction() as cookie:
        cookie.update(kept)
    assert come_back(again, code="c", state=query["state"]).status_code == 403
    late = client.application.test_client()
    _, query = leave(late)
    with time_machine.travel(time.time() + 660, tick=False):
        assert come_back(late, code="c", state=query["state"]).status_code == 403


@pytest.mark.asvs("V10.2.2")
def test_the_answer_of_another_provider_or_a_refusal_lets_nobody_in(
    at: Callable[..., FlaskClient], liar: Liar
) -> None:
    client = at(liar.address)
    for wrong in ({"code": "c", "iss": "https://elsewhere.example"}, {"error": "access_denied"}, {}):
        _, query = leave(client)
        assert come_back(client, state=query["state"], **wrong).status_code == 403
    assert not any(path == "/token" for path, _form, _headers in liar.asked)


def test_an_unknown_or_disabled_person_gets_a_clear_page_and_no_account_is_made(
    at: Callable[..., FlaskClient], whole: str, session: Session, province: Province
) -> None:
    before = session.scalar(select(func.count()).select_from(Account))
    client = at(whole)
    response = by_whole(client, "s-2")
    assert response.status_code == 403
    assert "chưa có tài khoản nào" in response.text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "sign_in_failed")).one()
    assert entry.login == "stranger"
    assert by_whole(client, "s-1").status_code == 303
    with transaction():
        disable(session, province.officer_a.id)
    refused = by_whole(client, "s-1")
    assert (refused.status_code, is_in(client)) == (403, False)
    assert session.scalar(select(func.count()).select_from(Account)) == before


@pytest.mark.asvs("V6.8.1", "V10.5.2")
def test_a_name_that_passes_to_another_subject_opens_nothing(
    at: Callable[..., FlaskClient], liar: Liar, session: Session, province: Province
) -> None:
    client = at(liar.address)
    assert by_liar(client, liar).status_code == 303
    liar.claims = {"sub": "s-2"}
    other = client.application.test_client()
    assert by_liar(other, liar).status_code == 403
    liar.claims = {"sub": "s-1", "preferred_username": "administrator"}
    same = client.application.test_client()
    assert by_liar(same, liar).status_code == 303
    assert "Nguyễn Thị An" in same.get("/profile").text
    assert session.scalars(select(Identity.subject)).all() == ["s-1"]


@pytest.mark.asvs("V6.8.1")
def test_the_same_subject_of_two_providers_is_two_people(
    at: Callable[..., FlaskClient], liar: Liar, session: Session
) -> None:
    with lying_service() as second:
        assert by_liar(at(liar.address), liar).status_code == 303
        second.claims = {"preferred_username": "officer_b"}
        client = at(second.address)
        assert by_liar(client, second).status_code == 303
        assert "Lê Thị Bích" in client.get("/profile").text


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "An@Example.vn", "email_verified": True}, 303),
        ({"email": "an@example.vn"}, 403),
        ({"email": "an@example.vn", "email_verified": "true"}, 403),
        ({"email": "", "email_verified": True}, 403),
        ({"email": "twice@example.vn", "email_verified": True}, 403),
    ],
)
def test_an_account_is_found_by_an_e_mail_that_is_verified_and_its_own(
    at: Callable[..., FlaskClient],
    liar: Liar,
    session: Session,
    province: Province,
    claims: dict[str, object],
    status: int,
) -> None:
    with transaction():
        session.get_one(Account, province.officer_a.id).email = "an@example.vn"
        for twin in (province.officer_b, province.leader_b):
            session.get_one(Account, twin.id).email = "twice@example.vn"
    liar.claims = claims
    client = at(liar.address, OIDC_CLAIM="email", OIDC_MATCH="email")
    assert by_liar(client, liar).status_code == status


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_host(at: Callable[..., FlaskClient], liar: Liar, wanted: str) -> None:
    client = at(liar.address)
    _, query = leave(client, wanted)
    liar.nonce = query["nonce"]
    assert come_back(client, code="c", state=query["state"]).location == "/"


@pytest.mark.asvs("V10.5.3")
@pytest.mark.parametrize(
    "lie",
    [
        {"papers": {"issuer": "https://elsewhere.example"}},
        {"papers": {"token_endpoint": "http://127.0.0.2:1/token"}},
        {"papers": {"jwks_uri": "file:///etc/passwd"}},
        {"papers": {"authorization_endpoint": "http://169.254.169.254/"}},
        {"papers": {"token_endpoint": None}},
        {"redirect_to": "http://127.0.0.1:1/"},
        {"status": 500},
        {"endless": True},
    ],
)
def test_a_provider_that_leads_elsewhere_or_answers_wrongly_is_not_used(
    at: Callable[..., FlaskClient], liar: Liar, lie: dict[str, object]
) -> None:
    client = at(liar.address)
    for name, value in lie.items():
        setattr(liar, name, value)
    response = post(client, "/sign-in/oidc", {})
    assert (response.status_code, "Refresh" in response.headers) == (503, False)
    assert len(liar.asked) == 1


def test_a_redirect_in_place_of_a_token_is_not_followed(at: Callable[..., FlaskClient], liar: Liar) -> None:
    client = at(liar.address)
    _, query = leave(client)
    with lying_service() as inside:
        liar.redirect_to = inside.address + "/token"
        assert come_back(client, code="c", state=query["state"]).status_code == 503
        assert inside.asked == []


def test_a_silent_provider_hurts_no_local_sign_in_and_is_not_asked_again_at_once(
    at: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at(f"http://127.0.0.1:{free_port()}")
    asked: list[str] = []
    original = oidc._Bounded.send
    monkeypatch.setattr(
        oidc._Bounded, "send", lambda *given, **more: asked.append("") or original(*given, **more)
    )
    for _ in range(3):
        response = post(client, "/sign-in/oidc", {})
        assert response.status_code == 503
        assert "hiện không trả lời" in response.text
    assert len(asked) == 1
    assert client.get("/sign-in").status_code == 200
    assert len(asked) == 1


def test_every_request_that_goes_out_has_an_end(
    at: Callable[..., FlaskClient], liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    from requests.adapters import HTTPAdapter

    seen: list[object] = []
    original = HTTPAdapter.send

    def watched(own: HTTPAdapter, request: object, **options: object) -> object:
        seen.append(options["timeout"])
        return original(own, request, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(HTTPAdapter, "send", watched)
    assert by_liar(at(liar.address), liar).status_code == 303
    assert seen == [(oidc.CONNECT_SECONDS, oidc.READ_SECONDS)] * 3


def test_nothing_goes_out_inside_a_transaction(
    at: Callable[..., FlaskClient], liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.db import is_writing

    inside: list[bool] = []
    original = oidc._Bounded.send
    monkeypatch.setattr(
        oidc._Bounded, "send", lambda *given, **more: inside.append(is_writing()) or original(*given, **more)
    )
    assert by_liar(at(liar.address), liar).status_code == 303
    assert inside == [False] * 3


def test_the_way_out_is_no_redirect_of_a_form(at: Callable[..., FlaskClient], liar: Liar) -> None:
    """Browsers hold `form-action 'self'` against redirects of a form too."""
    client = at(liar.address)
    response = post(client, "/sign-in/oidc", {})
    assert response.status_code == 200
    assert "form-action 'self';" in response.headers["Content-Security-Policy"]
    assert response.headers["Refresh"].startswith(f"0; url={liar.address}/authorize?")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.asvs("V7.6.2")
def test_another_site_sends_nobody_to_the_provider(at: Callable[..., FlaskClient], liar: Liar) -> None:
    client = at(liar.address)
    assert client.get("/sign-in/oidc").status_code == 405
    assert client.post("/sign-in/oidc").status_code == 400
    assert liar.asked == []


def test_without_a_service_there_is_neither_button_nor_address(client: FlaskClient) -> None:
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert come_back(client, code="c", state="s").status_code == 404
    assert post(client, "/sign-in/oidc", {}).status_code == 404


def test_the_second_factor_is_asked_after_the_service_only_by_a_switch(
    at: Callable[..., FlaskClient], liar: Liar, session: Session
) -> None:
    with transaction():
        set_switch(session, "second_factor_roles", "commune_officer")
    client = at(liar.address)
    assert by_liar(client, liar).location == "/profile"
    with transaction():
        set_switch(session, "second_factor_after_oidc", True)
    other = client.application.test_client()
    assert by_liar(other, liar).location == "/sign-in/second-factor"
    assert not is_in(other)


STRONG = {"OIDC_ACR": "urn:mfa,high", "OIDC_AMR": "otp,hwk", "OIDC_MAX_AGE_MINUTES": "30"}


def said(**more: object) -> dict[str, object]:
    """The claims of a proof that is strong and of this moment, but for `more`."""
    return {"acr": "high", "amr": ["pwd", "otp"], "auth_time": int(time.time())} | more


@pytest.mark.asvs("V6.8.4", "V7.6.1")
def test_the_service_is_asked_for_the_strength_and_age_of_the_settings(
    at: Callable[..., FlaskClient], liar: Liar
) -> None:
    client = at(liar.address, **STRONG)
    _, query = leave(client)
    assert (query["acr_values"], query["max_age"]) == ("urn:mfa high", "1800")
    liar.nonce, liar.claims = query["nonce"], said()
    assert come_back(client, code="c", state=query["state"]).status_code == 303
    assert is_in(client)
    _, query = leave(at(liar.address))
    assert not {"acr_values", "max_age", "prompt"} & set(query)


@pytest.mark.asvs("V6.8.4")
@pytest.mark.parametrize(
    ("lie", "sentence", "reason"),
    [
        ({"claims": said(acr="low")}, "ở mức bảo đảm", "acr"),
        ({"claims": said(acr=["high"])}, "ở mức bảo đảm", "acr"),
        ({"claims": said(), "without": {"acr"}}, "ở mức bảo đảm", "acr"),
        ({"claims": said(amr=["pwd"])}, "ở mức bảo đảm", "amr"),
        ({"claims": said(), "without": {"amr"}}, "ở mức bảo đảm", "amr"),
        ({"claims": said(auth_time=int(time.time()) - 2000)}, "đã quá lâu", "auth_time"),
        ({"claims": said(), "without": {"auth_time"}}, "đã quá lâu", "auth_time"),
    ],
)
def test_an_answer_weaker_or_older_than_demanded_lets_nobody_in_and_says_why(
    at: Callable[..., FlaskClient],
    liar: Liar,
    session: Session,
    lie: dict[str, object],
    sentence: str,
    reason: str,
) -> None:
    client = at(liar.address, **STRONG)
    for name, value in lie.items():
        setattr(liar, name, value)
    response = by_liar(client, liar)
    assert (response.status_code, is_in(client)) == (403, False)
    assert sentence in response.text
    assert f'"reason": "{reason}"' in reasons(session)
    assert session.scalar(select(func.count()).select_from(Identity)) == 0


@pytest.mark.asvs("V7.6.1")
def test_after_our_own_session_an_old_proof_at_the_service_lets_nobody_in_again(
    at: Callable[..., FlaskClient], liar: Liar
) -> None:
    client, begun = at(liar.address, OIDC_MAX_AGE_MINUTES="480"), time.time()
    liar.claims = {"auth_time": int(begun)}
    assert by_liar(client, liar).status_code == 303
    with time_machine.travel(begun + 12 * 3600 + 60, tick=False):
        assert not is_in(client)
        liar.claims |= {"iat": int(time.time()), "exp": int(time.time()) + 300}
        response = by_liar(client, liar)
        assert (response.status_code, is_in(client)) == (403, False)
        liar.claims["auth_time"] = int(time.time())
        assert by_liar(client, liar).status_code == 303


def signed_in_a_while_ago(client: FlaskClient, liar: Liar) -> int:
    """Come in by the service twenty minutes ago; gives when."""
    at = int(time.time()) - 1200
    liar.claims = {"auth_time": at, "iat": at, "exp": at + 300}
    with time_machine.travel(at, tick=False):
        assert by_liar(client, liar).status_code == 303
    return at


def leave_to_confirm(client: FlaskClient, asked: TestResponse) -> dict[str, str]:
    """Press the button of the page that asks; gives the query with which the browser is sent away."""
    form = next(each for each in forms_in(asked.text) if each.action == "/confirm-identity/oidc")
    sent = client.post(form.action, data=form.values)
    address = sent.headers["Refresh"].removeprefix("0; url=")
    return {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


def name_deputy(client: FlaskClient) -> TestResponse:
    """Something sensitive that everybody may try."""
    page = next(each for each in forms_in(client.get("/profile/deputies").text))
    return client.post("/profile/deputies", data={**page.values, "valid_to": "31/12/2099"})


@pytest.mark.asvs("V7.5.3", "V7.6.1")
def test_who_came_by_the_service_proves_himself_there_anew_and_what_he_typed_is_kept(
    at: Callable[..., FlaskClient], liar: Liar, session: Session
) -> None:
    client = at(liar.address)
    signed_in_a_while_ago(client, liar)
    asked = name_deputy(client)
    assert asked.status_code == 403
    query = leave_to_confirm(client, asked)
    assert (query["prompt"], query["max_age"]) == ("login", "0")
    assert "2099" not in str(session.scalars(select(SignInStep.kept_form)).all())
    liar.nonce, liar.claims = query["nonce"], {"auth_time": int(time.time())}
    done = come_back(client, code="c", state=query["state"])
    resend = next(each for each in forms_in(done.text) if each.action == "/profile/deputies")
    assert resend.values["valid_to"] == "31/12/2099"
    assert client.post(resend.action, data=resend.values).status_code == 422, "taken, and looked at"
    kinds = list(session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)))
    assert kinds == ["identity_bound", "sign_in", "identity_confirmed"]
    assert session.scalar(select(func.count()).select_from(SignInStep)) == 0


@pytest.mark.asvs("V7.5.3", "V7.6.1")
@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"auth_time": int(time.time()) - 1200}, 403),
        ({}, 403),
        ({"auth_time": int(time.time()), "sub": "s-2", "preferred_username": "officer_b"}, 403),
        ({"auth_time": int(time.time()), "sub": "s-3", "preferred_username": "nobody"}, 403),
    ],
)
def test_an_old_proof_and_another_person_confirm_nothing_and_nothing_typed_is_lost(
    at: Callable[..., FlaskClient], liar: Liar, claims: dict[str, object], status: int
) -> None:
    client = at(liar.address)
    signed_in_a_while_ago(client, liar)
    query = leave_to_confirm(client, name_deputy(client))
    liar.nonce, liar.claims = query["nonce"], claims
    done = come_back(client, code="c", state=query["state"])
    assert (done.status_code, is_in(client)) == (status, True)
    assert "Nguyễn Thị An" in client.get("/profile").text
    query = leave_to_confirm(client, done)
    liar.nonce, liar.claims = query["nonce"], {"auth_time": int(time.time())}
    assert "31/12/2099" in come_back(client, code="c", state=query["state"]).text


def test_a_silent_service_confirms_nobody_and_loses_nothing(
    at: Callable[..., FlaskClient], liar: Liar
) -> None:
    client = at(liar.address)
    signed_in_a_while_ago(client, liar)
    asked = name_deputy(client)
    form = next(each for each in forms_in(asked.text) if each.action == "/confirm-identity/oidc")
    provider = client.application.extensions["oidc"]
    provider._papers, liar.status = {}, 500
    done = client.post(form.action, data=form.values)
    assert (done.status_code, "hiện không trả lời" in done.text) == (503, True)
    assert form.values["kept_form"] in done.text


@pytest.mark.asvs("V7.5.3")
def test_our_own_code_is_asked_for_beside_the_service_where_the_switch_says_so(
    at: Callable[..., FlaskClient], liar: Liar, session: Session, province: Province
) -> None:
    client = at(liar.address)
    phone, _codes = enrolled(client.application, session, session.get_one(Account, province.officer_a.id))
    signed_in_a_while_ago(client, liar)
    with transaction():
        set_switch(session, "second_factor_after_oidc", True)
    asked = name_deputy(client)
    form = next(each for each in forms_in(asked.text) if each.action == "/confirm-identity/oidc")
    for code in ("", "000000"):
        answer = client.post(form.action, data={**form.values, "provider-one_time_code": code})
        assert (answer.status_code, "Refresh" in answer.headers) == (422, False)
    right = {**form.values, "provider-one_time_code": phone.code()}
    assert "Refresh" in client.post(form.action, data=right).headers


def test_whom_no_service_knows_is_not_sent_there(
    at: Callable[..., FlaskClient], liar: Liar, session: Session, province: Province
) -> None:
    client = at(liar.address)
    with transaction():
        token = start_session(session, province.officer_b.id, Caller(), lasts=timedelta(hours=1))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert "/confirm-identity/oidc" not in client.get("/confirm-identity").text
    assert post(client, "/confirm-identity/oidc", {}).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_MAX_AGE_MINUTES", "-1"),
        ("OIDC_MAX_AGE_MINUTES", "8h"),
        ("OIDC_MAX_AGE_MINUTES", "10081"),
        ("OIDC_ISSUER", "http://sso.example.vn"),
        ("OIDC_ISSUER", "https://sso.example.vn?x=1"),
        ("OIDC_ISSUER", "https://a:b@sso.example.vn"),
        ("OIDC_ISSUER", "file:///etc"),
        ("OIDC_ISSUER", "https://sso.example.vn:x"),
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_MATCH", "phone"),
        ("OIDC_CLAIM", ""),
    ],
)
def test_a_wrong_setting_of_the_service_stops_the_start(
    app: Flask, tmp_path: object, name: str, value: str
) -> None:
    given = {"INSTANCE": str(tmp_path), "OIDC_ISSUER": "https://sso.example.vn", "OIDC_CLIENT_ID": "tracker"}
    given[name] = value
    with pytest.raises(SettingError, match="TRACKER_OIDC_"):
        load_settings({f"TRACKER_{key}": text for key, text in given.items()})


def test_the_client_secret_is_in_no_print_of_the_settings(tmp_path: object) -> None:
    settings = load_settings({"TRACKER_INSTANCE": str(tmp_path), "TRACKER_OIDC_CLIENT_SECRET": "hush-hush"})
    assert settings.oidc_client_secret == "hush-hush"
    assert "hush-hush" not in repr(settings)
