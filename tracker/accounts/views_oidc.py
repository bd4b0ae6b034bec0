"""Signing in by the sign-in service, and confirming there who one is: leaving for it and coming back.

Owns: the way from button to provider and back. The return is a GET that writes, the only one: the provider sends the
browser there. What comes back counts once and only in the browser that left.
"""

from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from tracker.accounts import entering, identities, login
from tracker.accounts.entering import AtProvider
from tracker.accounts.forms_sign_in import CodeForm
from tracker.accounts.oidc_strength import NotBelieved, TooOld, TooWeak
from tracker.accounts.sign_in_service import ProviderSilent, oidc_label
from tracker.accounts.views_confirm import (
    PROVIDER_PREFIX,
    asks_code_after_provider,
    check_own_code,
    confirm_page,
    filled,
    go_on,
    provider_of_person,
    signed_in,
)
from tracker.accounts.views_second_factor import caller, enter
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.errors import DomainError, NotFound
from tracker.permissions import Permission
from tracker.web import http
from tracker.web.access import public, requires
from tracker.web.forms import show_error
from tracker.web.pages import page

if TYPE_CHECKING:
    from tracker.accounts.oidc import Provider

blueprint = Blueprint("oidc", __name__)

_UNKNOWN, _FAILED, _SILENT = "unknown", "failed", "silent"
_WHY: dict[type[NotBelieved], str] = {TooWeak: "weak", TooOld: "old"}


class _NoEntry(Exception):
    """Nobody comes in. `reason` is for the audit log and the log; `named`: whom the sign-in service named."""

    def __init__(self, kind: str, reason: str, *, named: str = "") -> None:
        super().__init__(reason)
        self.kind, self.reason, self.named = kind, reason, named


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
        return _refused(_NoEntry(_SILENT, str(error)))
    login.let_half_in(leaving.token)
    return _lead_away(address)


@blueprint.post("/confirm-identity/oidc")
@requires(Permission.OWN_PROFILE)
def confirm() -> Response:
    """Send somebody who is signed in there to prove anew who he is; what he was about to send is kept meanwhile."""
    provider, user, form = _provider(), signed_in(), CodeForm(prefix=PROVIDER_PREFIX)
    account_id, sealed = user.account_id, request.form.get("kept_form", "")
    wanted = http.safe_next(request.form.get("next"))
    if not provider_of_person(account_id):
        raise NotFound
    if asks_code_after_provider(account_id):
        if not form.validate_on_submit():
            return confirm_page(user, filled(user, wanted, sealed), at_provider=form)
        try:
            check_own_code(account_id, str(form.one_time_code.data))
        except DomainError as error:
            show_error(form, error)
            return confirm_page(user, filled(user, wanted, sealed), at_provider=form, error=error)
    return _leave_to_confirm(
        provider, AtProvider("", "", "", wanted, account_id=account_id, kept_form=sealed)
    )


@blueprint.get("/sign-in/oidc/return")
@public
def come_back() -> Response:
    """Take back whom the sign-in service sends."""
    provider, user = _provider(), login.signed_in_user()
    if user and not login.step_token():
        return redirect("/", 303)
    left = _left()
    try:
        if left is None:
            raise _NoEntry(_FAILED, "state")
        account_id = _named_by(provider, left)
        if user and not (account_id == left.account_id == user.account_id):
            raise _NoEntry(_FAILED, "another person")
    except _NoEntry as why:
        return _refused(why, left)
    if user is None:
        return enter(account_id, way="oidc", wanted=left.wanted)
    return go_on(user, way="oidc", wanted=left.wanted, sealed=left.kept_form)


def _leave_to_confirm(provider: "Provider", about: AtProvider) -> Response:
    try:
        provider.papers()
        with transaction():
            leaving = entering.leave_for_provider(
                db.session, about.wanted, account_id=about.account_id, kept_form=about.kept_form
            )
        address = provider.address_to_go(leaving)
    except ProviderSilent as error:
        return _refused(_NoEntry(_SILENT, str(error)), about)
    login.note_step(leaving.token)
    return _lead_away(address)


def _lead_away(address: str) -> Response:
    response = page("accounts/sign_in_leaving.html", address=address, provider=oidc_label(_settings()))
    response.headers["Refresh"] = f"0; url={address}"
    return response


def _left() -> AtProvider | None:
    """What was remembered when this browser left, if the state that comes back is its own."""
    state, token = request.args.get("state", ""), login.step_token()
    if not token or not compare_digest(state.encode(), token.encode()):
        return None
    with transaction():
        left = entering.come_back(db.session, token)
    if login.signed_in_user():
        login.forget_step()
    else:
        login.let_out()
    return left


def _named_by(provider: "Provider", left: AtProvider) -> int:
    """The account of whom the sign-in service sends back. Raises _NoEntry."""
    if request.args.get("iss", provider.issuer) != provider.issuer:
        raise _NoEntry(_FAILED, "issuer of the answer")
    if "error" in request.args or not request.args.get("code"):
        raise _NoEntry(_FAILED, "no code")
    try:
        claims = provider.claims(request.args["code"], left)
    except NotBelieved as error:
        raise _NoEntry(_WHY.get(type(error), _FAILED), str(error)) from error
    except ProviderSilent as error:
        raise _NoEntry(_SILENT, str(error)) from error
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
        raise _NoEntry(_UNKNOWN, "no account", named=str(claims.get(settings.oidc_claim) or ""))
    return account.id


def _refused(why: _NoEntry, left: AtProvider | None = None) -> Response:
    """The page of the refusal; for somebody who is signed in the page that asks again, with what he wanted."""
    with transaction():
        identities.refuse(db.session, why.reason, caller(), named=why.named)
    current_app.logger.warning("request %s: sign-in service: %s", http.request_id(), why.reason)
    user, status = login.signed_in_user(), 503 if why.kind == _SILENT else 403
    if user and left and left.account_id == user.account_id:
        response = confirm_page(user, filled(user, left.wanted, left.kept_form), refused=why.kind)
        response.status_code = status
        return response
    return page(
        "accounts/sign_in_refused.html", status=status, kind=why.kind, provider=oidc_label(_settings())
    )


def _provider() -> "Provider":
    found: Provider | None = current_app.extensions["oidc"]
    if found is None:
        raise NotFound
    return found


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
