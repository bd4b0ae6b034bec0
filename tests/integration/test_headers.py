"""Headers, cookies, hosts and addresses: the same for every answer, whoever makes it."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Province
from tests.web import token_of
from tracker.accounts.models import Account
from tracker.web.http import external_url, safe_next

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "report-uri /csp-report",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def ask(client: FlaskClient, what: str) -> object:
    method, _, url = what.partition(" ")
    return client.open(url, method=method)


@pytest.mark.asvs("V3.4.3", "V3.4.4", "V3.4.5", "V3.4.6", "V3.4.8")
@pytest.mark.parametrize(
    "what",
    [
        "GET /sign-in",
        "HEAD /sign-in",
        "OPTIONS /sign-in",
        "GET /profile",
        "POST /profile/language",
        "POST /sign-in",
        "GET /nowhere",
        "PUT /sign-in",
        "GET /static/css/theme.css",
        "GET /static/nothing.css",
        "POST /static/css/theme.css",
        "GET /%00",
    ],
)
def test_every_answer_carries_the_headers(client: FlaskClient, province: Province, what: str) -> None:
    headers = ask(client, what).headers
    assert {name: headers.get(name) for name in EXPECTED} == EXPECTED
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
    assert all(len(headers.getlist(name)) == 1 for name in EXPECTED)


@pytest.mark.parametrize("url", ["/sign-in", "/nowhere", "/profile"])
def test_pages_are_not_kept_by_the_browser(client: FlaskClient, province: Province, url: str) -> None:
    response = client.get(url)
    assert response.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["X-Request-Id"])


def test_a_static_file_is_kept_for_ever_under_the_hash_of_its_content(
    client: FlaskClient, province: Province
) -> None:
    page = client.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert any(re.search(r"/css/theme\.[0-9a-f]{12}\.css$", address) for address in addresses)
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert "immutable" in response.headers["Cache-Control"], address
        assert "Set-Cookie" not in response.headers


def test_a_static_file_under_its_plain_name_is_asked_for_again(client: FlaskClient) -> None:
    cache = client.get("/static/css/theme.css").headers["Cache-Control"]
    assert "immutable" not in cache


def test_a_text_goes_out_compressed_to_who_takes_it(client: FlaskClient, app: Flask) -> None:
    plain = client.get("/static/css/theme.css")
    packed = client.get("/static/css/theme.css", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert list((app.extensions["settings"].instance / "static").glob("theme.*.css.gz"))


def test_a_font_is_not_compressed_twice(client: FlaskClient) -> None:
    answer = client.get(
        "/static/vendor/be-vietnam-pro-5.3.0/latin-400.woff2", headers={"Accept-Encoding": "gzip"}
    )
    assert "Content-Encoding" not in answer.headers


def test_where_nothing_can_be_written_texts_go_out_as_they_are(
    app_with: Callable[..., Flask], tmp_path: Path
) -> None:
    (tmp_path / "static").write_text("in the way")
    app = app_with(INSTANCE=str(tmp_path))
    answer = app.test_client().get("/static/css/theme.css", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.asvs("V3.3.1", "V3.3.2", "V3.3.3")
def test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_stays_on_https(
    app_with: Callable[..., Flask], province: Province
) -> None:
    app = app_with(BASE_URL="https://vuongmac.example.vn")
    response = app.test_client().get("/sign-in", base_url="https://vuongmac.example.vn")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert len(cookie) < 4096
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.asvs("V3.3.4")
def test_over_http_the_cookie_is_still_closed_to_scripts(client: FlaskClient, province: Province) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.asvs("V3.5.4")
@pytest.mark.parametrize("host", ["evil.vn", "localhost.evil.vn", "127.0.0.1.evil.vn", "evil.vn:8000", ""])
def test_a_foreign_host_name_is_refused(client: FlaskClient, province: Province, host: str) -> None:
    response = client.get("/sign-in", headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.text
    assert response.headers["Content-Security-Policy"] == EXPECTED["Content-Security-Policy"]


@pytest.mark.asvs("V4.1.3")
def test_a_forwarded_host_changes_nothing(client: FlaskClient, province: Province) -> None:
    response = client.get("/profile", headers={"X-Forwarded-Host": "evil.vn", "X-Forwarded-Proto": "https"})
    assert response.location == "/sign-in?next=/profile"


def test_full_addresses_come_from_the_base_url(app_with: Callable[..., Flask]) -> None:
    app = app_with(BASE_URL="https://vuongmac.example.vn/")
    with app.test_request_context("/", base_url="https://vuongmac.example.vn"):
        assert external_url("/issues/VM-2026-000001") == "https://vuongmac.example.vn/issues/VM-2026-000001"


@pytest.mark.asvs("V4.1.3")
def test_only_as_many_proxies_are_believed_as_are_configured(
    app_with: Callable[..., Flask], client: FlaskClient, province: Province
) -> None:
    from flask import Blueprint

    from tracker.web.access import public
    from tracker.web.http import client_address

    routes = Blueprint("proxies", __name__)
    routes.get("/whence")(public(client_address))
    forwarded = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}
    for proxies, expected in (("0", "127.0.0.1"), ("1", "192.0.2.2"), ("2", "192.0.2.1")):
        routes = Blueprint("proxies", __name__)
        routes.get("/whence")(public(client_address))
        app = app_with(routes, PROXIES=proxies)
        assert app.test_client().get("/whence", headers=forwarded).text == expected


def test_a_form_of_another_site_is_refused_whatever_token_it_has(
    client: FlaskClient, province: Province, sign_in: Callable[[FlaskClient, Account], str]
) -> None:
    sign_in(client, province.officer_a)
    data = {"csrf_token": token_of(client.get("/profile").text), "language": "en"}
    for headers in (
        {"Origin": "https://evil.vn"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        response = client.post("/profile/language", data=data, headers=headers)
        assert response.status_code == 400
        assert "csrf_token" not in response.text.split('id="error"')[1]
    fine = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/profile/language", data=data, headers=fine).status_code == 303


@pytest.mark.parametrize("url", ["/", "/issues?q=%C4%91&page=2", "/issues/VM-2026-000001#history", "/a//b"])
def test_a_path_of_our_own_may_come_next(url: str) -> None:
    assert safe_next(url) == url


@pytest.mark.asvs("V3.7.2")
@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "issues",
        "//evil.vn",
        "///evil.vn",
        "/\\evil.vn",
        "http://evil.vn",
        "https:evil.vn",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/\x00",
        "/\t//evil.vn",
        " /x",
        "/\xa0x",
        "/\ud800",
        "/" + "x" * 3000,
    ],
)
def test_anything_that_might_be_another_host_does_not_come_next(url: str | None) -> None:
    assert safe_next(url, "/home") == "/home"
