"""The declared gate of every endpoint: who may open it at all, and that a write comes from our own page.

Owns: `@requires`, `@public`, `@takes_files`, `@fresh`, `actor()` and the order of checks. Must not know an object rule.

An endpoint that declares nothing is closed. Not signed in: a page leads to signing in, a write keeps what was typed.
Signed in without the permission: the same 404 as an unknown address. Who proved his identity too long ago for what is
sensitive is asked to do so once more.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from tracker import clock
from tracker.config import Settings
from tracker.errors import DomainError, NotFound
from tracker.permissions import Actor, Permission
from tracker.web import http

View = TypeVar("View", bound=Callable[..., Any])
LoadActor = Callable[[], Actor | None]

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_csrf = CSRFProtect()


class NotSignedIn(DomainError):
    """Nobody is signed in, or no longer."""

    status = 401

    def __init__(self) -> None:
        super().__init__("not_signed_in")


class NotOurForm(DomainError):
    """A write without the token of our own page (CSRF). `may_resend`: the browser says it came from our page."""

    status = 400

    def __init__(self, *, may_resend: bool) -> None:
        super().__init__("form_expired")
        self.may_resend = may_resend


class NotFresh(DomainError):
    """The person is signed in, but proved who he is too long ago for this."""

    status = 403

    def __init__(self) -> None:
        super().__init__("identity_not_fresh")


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that an endpoint asks for."""

    def declare(view: View) -> View:
        cast(Any, view).permission = permission
        return view

    return declare


def public(view: View) -> View:
    """Declare that an endpoint is open to everybody, signed in or not."""
    cast(Any, view).permission = None
    return view


def without_token(view: View) -> View:
    """Declare that a browser writes to an endpoint by itself and can send no token: it must change nothing."""
    cast(Any, view).takes_no_token = True
    return view


def takes_files(view: View) -> View:
    """Declare that an endpoint takes files: its body may be large when somebody is signed in."""
    cast(Any, view).takes_files = True
    return view


def fresh(view: View) -> View:
    """Declare that an endpoint asks for a proof of identity of the last minutes (ASVS 7.5.3).

    Its writes do; where it only reads, as an export does, its reading.
    """
    cast(Any, view).is_fresh = True
    return view


def check_fresh() -> None:
    """Whether the person proved who he is within the last minutes. Raises NotFresh."""
    proved_at: datetime | None = g.get("proved_at")
    lasts = timedelta(minutes=_settings().fresh_minutes)
    if proved_at is None or clock.now() - proved_at > lasts:
        raise NotFresh


def when_not_fresh(app: Flask, answer: Callable[[], Response]) -> None:
    """Register what asks for the proof and keeps what was sent; wiring calls this."""
    app.extensions["when_not_fresh"] = answer


def is_fresh_reading(path: str) -> bool:
    """Whether the path of this site is one whose reading asks for a fresh proof, as a file of many issues does."""
    try:
        rule, _values = current_app.url_map.bind("localhost").match(
            path.partition("?")[0], method="GET", return_rule=True
        )
    except HTTPException:
        return False
    is_fresh = getattr(current_app.view_functions[rule.endpoint], "is_fresh", False)
    return is_fresh and not (rule.methods or set()) - _SAFE_METHODS


def actor() -> Actor:
    """The person who asks. Raises NotSignedIn."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise NotSignedIn
    return found


def init_app(app: Flask, load_actor: LoadActor) -> None:
    """Check every request before its view. `load_actor` tells who asks."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False)
    _csrf.init_app(app)
    app.extensions["load_actor"] = load_actor
    public(app.view_functions["static"])
    app.before_request(_check)


def _check() -> None:
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    http.check_address()
    is_write = request.method not in _SAFE_METHODS
    if request.endpoint == "static":
        g.actor = None
        return
    g.actor = current_app.extensions["load_actor"]()
    if request.endpoint is None:
        return
    view: Any = current_app.view_functions[request.endpoint]
    if g.actor is not None:
        if not is_write and http.is_taken_into_other_page():
            raise NotFound  # what is private is shown by our own pages alone
        _check_permission(view)  # before a body of many megabytes is read
        if getattr(view, "takes_files", False):
            http.allow_files(request, _settings())
    if is_write:
        http.check_form(request)
    if g.actor is None:
        _check_permission(view)
    if is_write and not getattr(view, "takes_no_token", False):
        _check_token()
    _check_proof(view, is_write)


def _check_proof(view: Any, is_write: bool) -> None:
    if getattr(view, "is_fresh", False) and (is_write or not _takes_writes()):
        check_fresh()


def _takes_writes() -> bool:
    rule = request.url_rule
    return rule is not None and bool((rule.methods or set()) - _SAFE_METHODS)


def _check_permission(view: Any) -> None:
    if not hasattr(view, "permission"):
        current_app.logger.error("endpoint %s declares no permission and stays closed", request.endpoint)
        raise NotFound
    permission: Permission | None = view.permission
    if permission is not None and not actor().has(permission):
        raise NotFound


def _check_token() -> None:
    if http.is_from_other_site():
        raise NotOurForm(may_resend=False)
    try:
        _csrf.protect()
    except CSRFError:
        raise NotOurForm(may_resend=True) from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
