"""The page "Xác nhận lại danh tính": who does something sensitive proves once more who he is.

Owns: the way from the refusal (`access.NotFresh`) to the proof and on, with what was sent kept sealed in the page. The
proof: the password (and second factor), the sign-in service (`views_oidc.confirm`), in the demonstration a click.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, redirect, request
from werkzeug.wrappers import Response

from tracker.accounts import confirming, identities, kept_form, login, passwords, second_factor, service
from tracker.accounts.forms_confirm import ConfirmForm, ConfirmWithCodeForm
from tracker.accounts.forms_sign_in import CodeForm
from tracker.accounts.login import SignedInUser
from tracker.accounts.models import Account
from tracker.accounts.sign_in_service import oidc_label
from tracker.accounts.views import is_open_demo
from tracker.accounts.views_second_factor import caller
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.directory.pages import switches
from tracker.errors import DomainError, Invalid, NotFound, Throttled
from tracker.permissions import Permission
from tracker.web import http
from tracker.web.access import NotSignedIn, is_fresh_reading, requires, when_not_fresh
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

blueprint = Blueprint("confirm", __name__)

PROVIDER_PREFIX = "provider"
"""Of the code that is asked for beside the sign-in service: the page may ask for one beside the password too."""


def init_app(app: Flask) -> None:
    """Answer what needs a fresh proof with this page."""
    when_not_fresh(app, _in_between)


@blueprint.route("/confirm-identity", methods=["GET", "POST"])
@requires(Permission.OWN_PROFILE)
def ask() -> Response:
    """The password once more, and the code where the person has a second factor."""
    user = signed_in()
    form = _form_of(user)(next=http.safe_next(request.values.get("next")))
    if user.account.password_hash is None or not form.validate_on_submit():
        return confirm_page(user, form)  # without a password no try is counted against anybody
    try:
        check_own_password(user.account, str(form.current_password.data))
        if isinstance(form, ConfirmWithCodeForm):
            check_own_code(user.account_id, str(form.one_time_code.data))
    except DomainError as error:
        show_error(form, error)
        return confirm_page(user, form, error=error)
    return go_on(user, way="password")


@blueprint.post("/confirm-identity/demo")
@requires(Permission.OWN_PROFILE)
def by_click() -> Response:
    """A sample person of the demonstration, who came in by a click too; elsewhere there is no such address."""
    user = signed_in()
    if not _may_click(user.account):
        raise NotFound
    return go_on(user, way="demo")


def confirm_page(
    user: SignedInUser,
    form: ConfirmForm,
    *,
    at_provider: CodeForm | None = None,
    error: DomainError | None = None,
    note: str = "",
    refused: str = "",
) -> Response:
    """The page with every way that this person has.

    `note`: a sentence above them, such as what could not be kept. `refused`: why the sign-in service did not do.
    """
    account = user.account
    code = at_provider or CodeForm(prefix=PROVIDER_PREFIX, formdata=None)
    has_errors = bool(form.errors or code.errors)
    response = page(
        "accounts/confirm_identity.html",
        status=error.status if error else 422 if has_errors else 200,
        form=form,
        code=code if asks_code_after_provider(account.id) else None,
        has_password=account.password_hash is not None,
        provider=provider_of_person(account.id),
        may_click=_may_click(account),
        minutes=_settings().fresh_minutes,
        note=note,
        refused=refused,
    )
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def filled(user: SignedInUser, wanted: str, sealed: str) -> ConfirmForm:
    """The form as it is shown first, with where to go and what to send afterwards."""
    return _form_of(user)(formdata=None, data={"next": wanted, "kept_form": sealed})


def go_on(user: SignedInUser, *, way: str, wanted: str | None = None, sealed: str | None = None) -> Response:
    """After the proof: a new session, then what was kept to be sent, the file that was asked for, or the page.

    Raises NotFound where the session ended meanwhile.
    """
    account_id, token_hash = user.account_id, user.token_hash
    wanted = http.safe_next(request.form.get("next") if wanted is None else wanted)
    sealed = request.form.get("kept_form", "") if sealed is None else sealed
    with transaction():
        token = confirming.confirm(
            db.session, account_id, token_hash, caller(), way=way, lasts=login.longest_time()
        )
    login.let_in(token, keep_forms=True)
    kept = kept_form.take_out(login.seal_of_forms(), sealed, account_id)
    if kept:
        path = http.safe_next(kept.path)
        return page("accounts/identity_confirmed.html", path=path, fields=kept.fields, address="")
    if sealed:
        flash(_("Đã xác nhận, nhưng nội dung đã nhập không giữ lại được. Đề nghị nhập lại."), "warning")
    if not is_fresh_reading(wanted):
        return redirect(wanted, 303)
    response = page("accounts/identity_confirmed.html", path="", fields=(), address=wanted)
    response.headers["Refresh"] = (
        f"0; url={wanted}"  # a file leaves the page as it is: say there what happened
    )
    return response


def check_own_password(account: Account, password: str) -> None:
    """Between two transactions, outside both. Raises Invalid, Throttled."""
    account_id, name, stored = account.id, account.login, account.password_hash
    with transaction():
        service.begin_sign_in(db.session, name, caller())
    if passwords.is_right(stored, password):
        return
    with transaction():
        service.fail_sign_in(db.session, account_id, name, caller())
    raise Invalid("current_password", "password_wrong")


def check_own_code(account_id: int, code: str) -> None:
    """Raises Invalid for a wrong code, Throttled."""
    with transaction():
        is_right = second_factor.check_code(db.session, account_id, code, login.seal(), caller())
    if not is_right:
        raise Invalid("one_time_code", "code_wrong")


def asks_code_after_provider(account_id: int) -> bool:
    """Whether our own second factor is asked for beside the sign-in service's."""
    return switches().second_factor_after_oidc and second_factor.standing(db.session, account_id).is_on


def provider_of_person(account_id: int) -> str:
    """The name of the sign-in service by which this person is known; '' for none."""
    settings = _settings()
    is_known = settings.oidc_issuer and identities.is_bound(db.session, settings.oidc_issuer, account_id)
    return oidc_label(settings) if is_known else ""


def signed_in() -> SignedInUser:
    """The person of this request with his session. Raises NotSignedIn."""
    user = login.signed_in_user()
    if user is None:
        raise NotSignedIn
    return user


def _in_between() -> Response:
    """The answer to a write that needs a fresh proof: the page, with what was sent sealed in it."""
    user = signed_in()
    path = request.full_path if request.query_string else request.path
    sealed = kept_form.keep(login.seal_of_forms(), user.account_id, path, request.form.items(multi=True))
    notes = (
        []
        if sealed
        else [_("Nội dung đã nhập quá dài, không giữ lại được; đề nghị nhập lại sau khi xác nhận.")]
    )
    if any(file.filename for file in request.files.values()):
        notes.append(_("Tệp đã chọn không giữ lại được; đề nghị chọn lại sau khi xác nhận."))
    wanted = http.safe_next(urlsplit(request.referrer or "").path)
    response = confirm_page(user, filled(user, wanted, sealed), note=" ".join(notes))
    response.status_code = 403
    return response


def _form_of(user: SignedInUser) -> type[ConfirmForm]:
    has_code = second_factor.standing(db.session, user.account_id).is_on
    return ConfirmWithCodeForm if has_code else ConfirmForm


def _may_click(account: Account) -> bool:
    return account.password_hash is None and is_open_demo()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
