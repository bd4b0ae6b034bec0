"""The borders of a request: headers of every answer, limits of bodies, characters, hosts, safe addresses.

Owns: what is the same for all pages whatever they show. Must not know a permission, a table or a text.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from tracker.config import Settings

VIOLATIONS_PATH = "/csp-report"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"report-uri {VIOLATIONS_PATH}"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

MEGABYTE = 1_000_000
FORM_BYTES = 2 * MEGABYTE
"""Body of a form without files: three long Vietnamese texts, percent-encoded, fit several times over."""
FORM_PARTS = 400
HIGHEST_KEY = 2**31 - 1
"""PostgreSQL's INTEGER."""

_IN_ADDRESS = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff\ufffd]")
_IN_FORM = re.compile(
    "[\x00\ud800-\udfff]"
)  # other control characters come with pasted text and are cleaned away
_UNSAFE_NEXT = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
_NEXT_LENGTH = 2000


class SecureHeaders:
    """Puts the headers on every answer, whoever makes it: pages, errors, static files."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, is_https: bool) -> None:
        self.application = application
        self.headers = [*HEADERS.items(), *([HSTS] if is_https else [])]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (WSGI)."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            missing = [(name, value) for name, value in self.headers if name.lower() not in present]
            return start_response(status, [*headers, *missing], *more)

        return self.application(environ, start)


class KeyConverter(IntegerConverter):
    """`<int:…>` in a route: a number that no row's key can be is an unknown address."""

    regex = r"[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        """The number. Raises ValidationError above the largest key."""
        number = int(value)
        if number > HIGHEST_KEY:
            raise ValidationError
        return number


def init_app(app: Flask, settings: Settings) -> None:
    """Set limits, cookies, trusted hosts and the request's own number. Call before routes are added."""
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_name_request)
    app.after_request(_finish)


def wrap(app: Flask, settings: Settings) -> None:
    """Put the headers and, where there are own proxies, the caller's address around everything else."""
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = SecureHeaders(app.wsgi_app, is_https=settings.is_https)  # type: ignore[method-assign]


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _finish(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = request_id()
    return response


def request_id() -> str:
    """The random name of this request, in the log, the audit entry and the answer."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def client_address() -> str:
    """Whence the request comes: only as many proxies are believed as are configured."""
    return (request.remote_addr or "")[:45]


def allow_files(asked: Request, settings: Settings) -> None:
    """Let this request carry as many files as one step may have.

    Only a body of parts: any other is read into memory as a whole, whatever it holds.
    """
    if asked.mimetype == "multipart/form-data":
        asked.max_content_length = settings.max_file_mb * settings.max_files * MEGABYTE + FORM_BYTES


def check_address() -> None:
    """Refuse control characters and broken text in the address. Raises BadRequest."""
    texts = [request.path, *request.args.keys(), *(value for _, value in request.args.items(multi=True))]
    if any(_IN_ADDRESS.search(text) for text in texts):
        raise BadRequest


def check_form(asked: Request) -> None:
    """Refuse what no text may hold: NUL and lone surrogates in values, any control character in names."""
    for name, value in asked.form.items(multi=True):
        if _IN_ADDRESS.search(name) or _IN_FORM.search(value):
            raise BadRequest
    for name, file in asked.files.items(multi=True):
        if _IN_ADDRESS.search(name) or _IN_FORM.search(file.filename or ""):
            raise BadRequest


def is_htmx() -> bool:
    """Whether htmx asks for a part of a page (not when it restores one from the browser's history)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def is_from_other_site() -> bool:
    """Whether the browser says that another site's page made it send this request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_taken_into_other_page() -> bool:
    """Whether the browser says that another site's page wants this as a part of itself: picture, script, frame, fetch.

    A link from elsewhere that opens a page of ours is a navigation and fine.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}:
        return False
    is_navigation = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return not (is_navigation and request.headers.get("Sec-Fetch-Dest") in {"document", None})


def safe_next(url: str | None, default: str = "/") -> str:
    """The address if it is a path of this site, else `default`: nothing that a browser could read as another host."""
    if not url or len(url) > _NEXT_LENGTH or not url.startswith("/") or url.startswith("//"):
        return default
    if _UNSAFE_NEXT.search(url):
        return default
    try:
        parts = urlsplit(url)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else url


def external_url(path: str) -> str:
    """The full address of a path, from the configured base URL and never from the request's Host."""
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + path


def query_number(name: str, default: int, highest: int) -> int:
    """A whole number from the address, from 0 to `highest`; anything else: BadRequest."""
    text = request.args.get(name)
    if text is None or not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) > highest:
        raise BadRequest
    return int(text)
