"""Every route × method × role against the declared expectation: no door that nobody has thought of."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import Province
from tests.rules.rights import ENDPOINTS, FRESH, GET, ROLES, WITHOUT_TOKEN, Gate, may_pass
from tracker import clock
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.permissions import PERMISSIONS, Permission, Role

SignIn = Callable[[FlaskClient, Account], str]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SAFE = {"GET", "HEAD", "OPTIONS"}
REACHED = "the view was reached"
VALUES: dict[str, object] = {
    "target_id": 1,
    "directive_id": 1,
    "referral_id": 1,
    "recording_id": 1,
    "act": "report",
    "number": "VM-2026-000001",
    "draft_key": "AAAAAAAAAAAAAAAAAAAAAA",
    "file_id": 1,
    "unit_id": 1,
    "account_id": 1,
    "field_id": 1,
    "term_id": 1,
    "list_id": 1,
    "grant_id": 1,
    "name": "clean_sessions",
    "kind": "csv",
    "year": 2026,
    "notice_id": 1,
    "mail_id": 1,
    "message_id": 1,
    "token": "AAAA",
    "key": "AAAAAAAAAAAAAAAAAAAAAA",
    "filename": "css/theme.css",
}
CASES = [
    (endpoint, method)
    for endpoint, gate in ENDPOINTS.items()
    for method in METHODS
    if endpoint != "static" and (method in gate.methods or (method == "HEAD" and "GET" in gate.methods))
]


def address(app: Flask, endpoint: str) -> str:
    """An address of the endpoint with values of the right shape."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    with app.test_request_context():
        return str(
            app.url_map.bind("localhost").build(endpoint, {name: VALUES[name] for name in rule.arguments})
        )


@pytest.fixture
def probed(app: Flask, province: Province, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with every view replaced by one that only says that it was reached."""
    for endpoint, view in list(app.view_functions.items()):
        if endpoint != "static":
            probe = functools.wraps(view)(lambda **_values: REACHED)
            monkeypatch.setitem(app.view_functions, endpoint, probe)
    return app


def token_for(app: Flask, client: FlaskClient) -> str:
    """A CSRF token that is right for this browser."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "of this browser"
    return str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps("of this browser"))


def refusals(session: Session) -> int:
    """How many refusals the audit log holds."""
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEntry.kind == "refused")) or 0


# --- the declarations ---------------------------------------------------------------------------------------------


@pytest.mark.asvs("V8.2.1")
def test_every_route_is_expected_and_every_expectation_has_its_route(one_app: Flask) -> None:
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for rule in one_app.url_map.iter_rules():
        methods = frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}
        found.setdefault(rule.endpoint, []).append((rule.rule, methods))
    expected = {endpoint: [(gate.rule, gate.methods)] for endpoint, gate in ENDPOINTS.items()}
    assert found == expected


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_view_declares_what_is_expected_of_it(one_app: Flask, endpoint: str) -> None:
    view: Any = one_app.view_functions[endpoint]
    assert hasattr(view, "permission"), f"{endpoint} declares nothing"
    assert view.permission == ENDPOINTS[endpoint].permission


def test_the_map_of_roles_is_the_expected_one() -> None:
    assert {role: set(held) for role, held in PERMISSIONS.items()} == ROLES


def test_every_permission_is_held_by_somebody_and_only_the_administrator_sees_no_matter() -> None:
    assert set().union(*ROLES.values()) == set(Permission)
    assert [role for role, held in ROLES.items() if Permission.SEE_ISSUES not in held] == [Role.ADMINISTRATOR]
    assert (
        ROLES[Role.AUDITOR]
        & {
            Permission.FILE_ISSUE,
            Permission.WORK_ON_ISSUE,
            Permission.SPEAK_FOR_PARTY,
        }
        == set()
    )


def test_only_files_are_taken_where_something_is_filed_or_done(one_app: Flask) -> None:
    taking = {
        endpoint for endpoint, view in one_app.view_functions.items() if getattr(view, "takes_files", False)
    }
    sheets = {"imports.files", "imports.paste", "people.bring"}
    assert taking <= sheets | {endpoint for endpoint in ENDPOINTS if endpoint.startswith("issues.")}
    assert all("POST" in ENDPOINTS[endpoint].methods for endpoint in taking)


def test_what_asks_for_a_fresh_proof_is_what_the_table_says(one_app: Flask) -> None:
    found = {
        endpoint for endpoint, view in one_app.view_functions.items() if getattr(view, "is_fresh", False)
    }
    assert found == FRESH


# --- the gates as they answer -------------------------------------------------------------------------------------


@pytest.mark.asvs("V8.2.1")
@pytest.mark.parametrize("role", Role)
def test_each_role_passes_exactly_the_gates_that_it_may(
    probed: Flask, province: Province, session: Session, sign_in: SignIn, role: Role
) -> None:
    client = probed.test_client()
    sign_in(client, province.people()[role])
    token = token_for(probed, client)
    for endpoint, method in CASES:
        before = refusals(session)
        data = {"csrf_token": token} if method == "POST" else None
        response = client.open(address(probed, endpoint), method=method, data=data)
        if may_pass(role, ENDPOINTS[endpoint]):
            assert response.status_code == 200, (endpoint, method)
            assert response.text == ("" if method == "HEAD" else REACHED), (endpoint, method)
            assert refusals(session) == before, (endpoint, method)
        else:
            assert response.status_code == 404, (endpoint, method)
            assert REACHED not in response.text
            assert refusals(session) == before + 1, (endpoint, method)


def test_who_is_not_signed_in_is_led_to_sign_in_or_keeps_what_was_typed(
    probed: Flask, session: Session
) -> None:
    client = probed.test_client()
    token = token_for(probed, client)
    for endpoint, method in CASES:
        data = {"csrf_token": token, "title": "Chưa có hướng dẫn"} if method == "POST" else None
        response = client.open(address(probed, endpoint), method=method, data=data)
        if ENDPOINTS[endpoint].permission is None:
            assert response.status_code == 200, (endpoint, method)
        elif method == "POST":
            assert response.status_code == 401, (endpoint, method)
            assert "Chưa có hướng dẫn" in response.text
        else:
            assert response.status_code == 302, (endpoint, method)
            assert response.location.startswith("/sign-in?next=/")
        assert ENDPOINTS[endpoint].permission is None or REACHED not in response.text


@pytest.mark.asvs("V7.5.3")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR])
def test_an_old_proof_of_identity_passes_exactly_the_gates_that_ask_for_no_fresh_one(
    probed: Flask, province: Province, sign_in: SignIn, role: Role
) -> None:
    client = probed.test_client()
    with time_machine.travel(clock.now() - timedelta(minutes=16), tick=False):
        sign_in(client, province.people()[role])
    token = token_for(probed, client)
    for endpoint, method in CASES:
        gate = ENDPOINTS[endpoint]
        if not may_pass(role, gate):
            continue
        data = {"csrf_token": token} if method == "POST" else None
        response = client.open(address(probed, endpoint), method=method, data=data)
        asks = endpoint in FRESH and (method == "POST" or gate.methods == GET)
        expected = 200 if not asks else 403 if method == "POST" else 302
        assert response.status_code == expected, (endpoint, method)
        assert (REACHED in response.text) == (not asks and method != "HEAD"), (endpoint, method)
        assert not response.location or response.location.startswith("/confirm-identity?next=/")


@pytest.mark.asvs("V4.1.4")
@pytest.mark.parametrize("role", [None, Role.COMMUNE_OFFICER, Role.COORDINATOR])
def test_every_other_method_is_refused(
    probed: Flask, province: Province, sign_in: SignIn, role: Role | None
) -> None:
    client = probed.test_client()
    if role is not None:
        sign_in(client, province.people()[role])
    token = token_for(probed, client)
    by_rule: dict[str, set[str]] = {}
    for gate in ENDPOINTS.values():
        by_rule.setdefault(gate.rule, set()).update(gate.methods)
    for endpoint, gate in ENDPOINTS.items():
        if endpoint == "static":
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - by_rule[gate.rule]:
            response = client.open(address(probed, endpoint), method=method, data={"csrf_token": token})
            assert response.status_code == 405, (endpoint, method)
            assert set(response.headers["Allow"].split(", ")) == allowed(by_rule[gate.rule])


def allowed(methods: set[str]) -> set[str]:
    """What the answer says that is possible."""
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


def test_no_method_can_be_smuggled_in(probed: Flask, province: Province, sign_in: SignIn) -> None:
    client = probed.test_client()
    sign_in(client, province.officer_a)
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        response = client.get("/profile/language?_method=POST", headers={header: "POST"})
        assert response.status_code == 405


# --- writes come from our own pages -------------------------------------------------------------------------------


def somebody_allowed(gate: Gate) -> Role:
    """A role that passes the gate."""
    return next(role for role in Role if may_pass(role, gate))


WRITES = [
    endpoint for endpoint, gate in ENDPOINTS.items() if gate.methods - SAFE and endpoint not in WITHOUT_TOKEN
]


def test_a_write_goes_without_token_only_where_a_browser_writes_by_itself(one_app: Flask) -> None:
    found = {
        endpoint
        for endpoint, view in one_app.view_functions.items()
        if getattr(view, "takes_no_token", False)
    }
    assert found == WITHOUT_TOKEN


@pytest.mark.asvs("V3.5.1")
@pytest.mark.parametrize("endpoint", WRITES)
def test_a_write_without_our_token_is_refused_and_noted(
    probed: Flask, province: Province, session: Session, sign_in: SignIn, endpoint: str
) -> None:
    client, other = probed.test_client(), probed.test_client()
    url, person = address(probed, endpoint), province.people()[somebody_allowed(ENDPOINTS[endpoint])]
    sign_in(client, person)
    sign_in(other, person)
    token = token_for(probed, client)
    with other.session_transaction() as cookie:
        cookie["csrf_token"] = "of another browser"
    serializer = URLSafeTimedSerializer(probed.secret_key or "", salt="wtf-csrf-token")
    foreign, cross = serializer.dumps("of another browser"), {"Sec-Fetch-Site": "cross-site"}
    attempts: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({}, {"HX-Request": "true"}),
        ({"csrf_token": ""}, {}),
        ({"csrf_token": token[:-2]}, {}),
        ({"csrf_token": str(foreign)}, {}),
        ({"csrf_token": token}, {"Origin": "https://evil.example"}),
        ({"csrf_token": token}, {"Origin": "null"}),
        ({"csrf_token": token}, cross),
        ({"csrf_token": token}, {**cross, "HX-Request": "true"}),
    ]
    for number, (data, headers) in enumerate(attempts, start=1):
        response = client.post(url, data=data, headers=headers)
        assert response.status_code == 400, (data, headers)
        assert REACHED not in response.text
        assert refusals(session) == number, (data, headers)
    assert client.post(url, data={"csrf_token": token}).text == REACHED


@pytest.mark.asvs("V3.5.2")
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_a_body_that_is_no_form_carries_no_token(
    probed: Flask, province: Province, sign_in: SignIn, kind: str
) -> None:
    client = probed.test_client()
    sign_in(client, province.coordinator)
    token = token_for(probed, client)
    for endpoint in WRITES:
        body = f'{{"csrf_token": "{token}", "language": "en"}}'
        response = client.post(address(probed, endpoint), data=body, headers={"Content-Type": kind})
        assert response.status_code in {400, 404, 415}, endpoint
        assert REACHED not in response.text


def test_a_token_in_the_address_does_not_count(probed: Flask, province: Province, sign_in: SignIn) -> None:
    client = probed.test_client()
    sign_in(client, province.officer_a)
    token = token_for(probed, client)
    assert client.post(f"/profile/language?csrf_token={token}&language=en").status_code == 400
