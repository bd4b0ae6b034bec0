"""Pages of accounts: signing in and out, one's own profile.

Owns: the way from form to service and back. A password is checked between two transactions, outside both.
"""

from ipaddress import ip_address
from itertools import groupby

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts import devices, login, passwords, queries, second_factor, service
from tracker.accounts.forms import LanguageForm, PasswordForm, SignInForm
from tracker.accounts.models import Account
from tracker.accounts.service import Caller
from tracker.accounts.sign_in_service import oidc_label
from tracker.accounts.views_second_factor import enter
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.directory.pages import switches
from tracker.errors import DomainError, Invalid, NotFound
from tracker.permissions import Permission, Role
from tracker.web import http, i18n
from tracker.web.access import NotSignedIn, actor, public, requires
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

blueprint = Blueprint("accounts", __name__)

_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
_FORWARDED = {"Forwarded", "X-Forwarded-For", "X-Real-Ip"}
_YEAR = 365 * 24 * 3600


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Sign in by login and password."""
    wanted = http.safe_next(request.values.get("next"))
    if login.signed_in_user():
        return redirect(wanted, 303)
    form = SignInForm(next=wanted)
    if form.validate_on_submit():
        way_in = _checked_sign_in(str(form.login.data), str(form.password.data), wanted)
        if way_in:
            return way_in
        show_error(form, DomainError("sign_in_failed"))
    status = 422 if form.errors else 200
    return page(
        "accounts/sign_in.html",
        status=status,
        form=form,
        people=_sample_people(),
        next=wanted,
        provider=_settings().oidc_issuer and oidc_label(_settings()),
    )


@blueprint.post("/sign-in/demo")
@public
def sign_in_as_sample() -> Response:
    """Sign in as a sample person of the demonstration; elsewhere there is no such address."""
    if not is_open_demo():
        raise NotFound
    known = {person.account_id for person in queries.sample_people(db.session, clock.today())}
    chosen = request.form.get("account", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10 and int(chosen) in known):
        raise NotFound
    with transaction():
        token = service.start_session(db.session, int(chosen), _caller(), lasts=login.longest_time())
    login.let_in(token)
    return redirect(http.safe_next(request.form.get("next")), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session."""
    user = login.signed_in_user()
    if user:
        account_id = user.account_id
        with transaction():
            service.revoke_session(db.session, account_id, user.token_hash, kind="sign_out")
    login.let_out()
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/profile")
@requires(Permission.OWN_PROFILE)
def profile() -> Response:
    """One's own name and roles, password, language, sessions."""
    return _profile(PasswordForm())


@blueprint.post("/profile/password")
@requires(Permission.OWN_PROFILE)
def change_password() -> Response:
    """A new password; all other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(_account(), str(form.current_password.data), str(form.password.data))
        except Invalid as error:
            show_error(form, error)
        else:
            flash(_("Đã đổi mật khẩu. Các phiên làm việc khác đã kết thúc."), "success")
            return redirect(url_for("accounts.profile"), 303)
    return _profile(form)


@blueprint.post("/profile/language")
@requires(Permission.OWN_PROFILE)
def change_language() -> Response:
    """The language of one's own pages, and of the sign-in page in this browser."""
    chosen = request.form.get("language", "")
    with transaction():
        service.set_language(db.session, actor().account_id, chosen)
    i18n.use_language(chosen)
    flash(_("Đã đổi ngôn ngữ."), "success")
    response = redirect(url_for("accounts.profile"), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        i18n.cookie_name(), chosen, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return response


@blueprint.post("/profile/sessions/end")
@requires(Permission.OWN_PROFILE)
def end_session() -> Response:
    """End one of one's own sessions; ending this one signs out."""
    token_hash = request.form.get("session", "")
    is_this = token_hash == login.current_token_hash()
    with transaction():
        service.revoke_session(db.session, actor().account_id, token_hash)
    if is_this:
        login.let_out()
        return redirect(url_for("accounts.sign_in"), 303)
    flash(_("Đã kết thúc phiên làm việc."), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/profile/sessions/end-others")
@requires(Permission.OWN_PROFILE)
def end_other_sessions() -> Response:
    """End all of one's own sessions but this one."""
    with transaction():
        service.revoke_sessions(db.session, actor().account_id, except_hash=login.current_token_hash())
    flash(_("Đã kết thúc các phiên làm việc khác."), "success")
    return redirect(url_for("accounts.profile"), 303)


def _profile(form: PasswordForm) -> Response:
    account = _account()
    return page(
        "accounts/profile.html",
        status=422 if form.errors else 200,
        form=form,
        account=account,
        has_password=account.password_hash is not None,
        min_length=_settings().password_min_length,
        language_form=LanguageForm(formdata=None, language=account.language),
        roles=queries.units_of(db.session, account.id, clock.today()),
        sessions=queries.sessions_of(db.session, account.id, clock.now(), login.idle_time()),
        this_session=login.current_token_hash(),
        second_factor=second_factor.standing(db.session, account.id),
        browser_of=devices.browser_of,
        system_of=devices.system_of,
    )


def _checked_sign_in(typed_login: str, password: str, wanted: str) -> Response | None:
    """The way on, or None. Unknown login, wrong password and disabled account look the same."""
    caller = _caller()
    with transaction():
        account = service.begin_sign_in(db.session, typed_login, caller)
    account_id = account.id if account else None
    stored = account.password_hash if account else None
    may_enter = bool(account and account.is_active)
    is_right = passwords.is_right(stored, password) and may_enter
    new_hash = passwords.hash_password(password) if is_right and passwords.is_outdated(stored or "") else None
    if is_right and account_id is not None:
        return enter(account_id, way="password", wanted=wanted, new_hash=new_hash)
    with transaction():
        service.fail_sign_in(db.session, account_id, typed_login, caller)
    return None


def _change_password(account: Account, current: str, new: str) -> None:
    account_id, name, full_name, stored = account.id, account.login, account.full_name, account.password_hash
    token_hash, caller = login.current_token_hash(), _caller()
    if stored is None:
        raise Invalid("current_password", "password_not_used")
    units = [unit for _role, unit in queries.units_of(db.session, account_id, clock.today())]
    shortest = _settings().password_min_length
    passwords.check_new(new, login=name, full_name=full_name, min_length=shortest, words=units)
    with transaction():
        service.begin_sign_in(db.session, name, caller)
    if not passwords.is_right(stored, current):
        with transaction():
            service.fail_sign_in(db.session, account_id, name, caller)
        raise Invalid("current_password", "password_wrong")
    if current == new:
        raise Invalid("password", "password_same")
    new_hash = passwords.hash_password(new)
    with transaction():
        service.set_password(db.session, account_id, new_hash, keep_session=token_hash)


def _account() -> Account:
    user = login.signed_in_user()
    if user is None:
        raise NotSignedIn
    return user.account


def _caller() -> Caller:
    return Caller(http.client_address(), request.user_agent.string, http.request_id())


def _sample_people() -> list[tuple[Role, list[queries.SamplePerson]]]:
    """The sample people by role, from the communes upwards; none outside the demonstration."""
    people = queries.sample_people(db.session, clock.today()) if is_open_demo() else []
    return [(role, list(group)) for role, group in groupby(people, key=lambda person: person.role)]


def is_open_demo() -> bool:
    """The demonstration, asked from this very machine: no proxy in between, no foreign name."""
    if not switches().is_demo or _FORWARDED & set(request.headers.keys()):
        return False
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    try:
        return ip_address(request.remote_addr or "").is_loopback and host in _LOOPBACK_NAMES
    except ValueError:
        return False


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
