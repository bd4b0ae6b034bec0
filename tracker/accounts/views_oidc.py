"""Signing in by the sign-in service: leaving for it and coming back.

Owns: the way from button to provider and back. The return is a GET that writes, the only one: the provider sends the
browser there. What comes back counts once and only in the browser that left.
"""

from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from tracker.accounts import entering, identities, login
from tracker.accounts.entering import AtProvider
from tracker.accounts.oidc_strength import NotBelieved, TooOld, TooWeak
from tracker.accounts.sign_in_service import ProviderSilent, oidc_label
from tracker.accounts.views_second_factor import caller, enter
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.web import http
from tracker.web.access import public
from tracker.web.pages import page

if TYPE_CHECKING:
    from tracker.accounts.oidc import Provider

blueprint = Blueprint("oidc", __name__)

_UNKNOWN, _FAILED, _SILENT = "unknown", "failed", "silent"
_WHY: dict[type[NotBelieved], str] = {TooWeak: "weak", TooOld: "old"}


def init_app(app: Flask) -> None:
    """Know the configured sign-in service; asks it nothing."""
    settings: Settings = app.extensions["settings"]
    app.extensions["oidc"] = None
    if settings.oidc_issuer:
        from tracker.accounts.oidc import provider_of  # its libraries are large

        app.extensions["oidc"] = provider_of(settings)


@blueprint.post("/sign-in/oidc")
@public
def leave() -> Response:
    """Send the browser to the sign-in service.

    By a page that leads on, not by a redirect: `form-action 'self'` holds for every form, and browsers apply it to
    redirects too.
    """
    provider, wanted = _provider(), http.safe_next(request.form.get("next"))
    if login.signed_in_user():
        return redirect(wanted, 303)
    try:
        provider.papers()
        with transaction():
            leaving = entering.leave_for_provider(db.session, wanted)
        address = provider.address_to_go(leaving)
    except ProviderSilent as error:
        return _refused(_SILENT, str(error))
    login.let_half_in(leaving.token)
    response = page("accounts/sign_in_leaving.html", address=address, provider=oidc_label(_settings()))
    response.headers["Refresh"] = f"0; url={address}"
    return response


@blueprint.get("/sign-in/oidc/return")
@public
def come_back() -> Response:
    """Take back whom the sign-in service sends."""
    provider = _provider()
    if login.signed_in_user():
        return redirect("/", 303)
    left = _left()
    if left is None:
        return _refused(_FAILED, "state")
    if request.args.get("iss", provider.issuer) != provider.issuer:
        return _refused(_FAILED, "issuer of the answer")
    if "error" in request.args or not request.args.get("code"):
        return _refused(_FAILED, "no code")
    try:
        claims = provider.claims(request.args["code"], left)
    except NotBelieved as error:
        return _refused(_WHY.get(type(error), _FAILED), str(error))
    except ProviderSilent as error:
        return _refused(_SILENT, str(error))
    settings, who = _settings(), caller()
    with transaction():
        account = identities.account_of(
            db.session,
            provider.issuer,
            claims,
            claim=settings.oidc_claim,
            match=settings.oidc_match,
            caller=who,
        )
    if account is None:
        return _refused(_UNKNOWN, "no account", named=str(claims.get(settings.oidc_claim) or ""))
    return enter(account.id, way="oidc", wanted=left.wanted)


def _left() -> AtProvider | None:
    """What was remembered when this browser left, if the state that comes back is its own."""
    state, token = request.args.get("state", ""), login.step_token()
    if not token or not compare_digest(state.encode(), token.encode()):
        return None
    with transaction():
        left = entering.come_back(db.session, token)
    login.let_out()
    return left


def _refused(kind: str, reason: str, *, named: str = "") -> Response:
    with transaction():
        identities.refuse(db.session, reason, caller(), named=named)
    current_app.logger.warning("request %s: sign-in service: %s", http.request_id(), reason)
    status = 503 if kind == _SILENT else 403
    return page("accounts/sign_in_refused.html", status=status, kind=kind, provider=oidc_label(_settings()))


def _provider() -> "Provider":
    found: Provider | None = current_app.extensions["oidc"]
    if found is None:
        raise NotFound
    return found


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
