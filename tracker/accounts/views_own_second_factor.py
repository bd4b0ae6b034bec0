"""Pages of one's own second factor in the profile, and its removal by the administrator.

Owns: the way from form to service and back. Setting up asks for the password again, or a fresh sign-in where there is
none; switching off and new recovery codes ask for a code.
"""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts import entering, login, second_factor
from tracker.accounts.forms_sign_in import CodeForm, PresentPasswordForm, RemovalForm
from tracker.accounts.login import SignedInUser
from tracker.accounts.models import Account
from tracker.accounts.views_confirm import check_own_password
from tracker.accounts.views_second_factor import caller, codes_page, enrolment_page
from tracker.db import db, transaction
from tracker.directory.pages import switches
from tracker.errors import Forbidden, Invalid, NotFound
from tracker.permissions import Permission
from tracker.web.access import NotSignedIn, actor, check_fresh, fresh, requires
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

blueprint = Blueprint("own_second_factor", __name__)


@blueprint.get("/profile/second-factor")
@requires(Permission.OWN_PROFILE)
def show() -> Response:
    """Whether one has a second factor, how many recovery codes are left, and what can be done."""
    return _show(PresentPasswordForm(), CodeForm(prefix="renew"), CodeForm(prefix="off"))


@blueprint.post("/profile/second-factor/begin")
@requires(Permission.OWN_PROFILE)
def begin() -> Response:
    """Begin to set it up: the password again, or a sign-in of the last minutes."""
    user, form = _user(), PresentPasswordForm()
    has_password = user.account.password_hash is not None
    if has_password and not form.validate_on_submit():
        return _show(form, CodeForm(prefix="renew"), CodeForm(prefix="off"))
    if not has_password:
        check_fresh()
    try:
        if has_password:
            check_own_password(user.account, str(form.current_password.data))
    except Invalid as error:
        show_error(form, error)
        return _show(form, CodeForm(prefix="renew"), CodeForm(prefix="off"))
    account_id = user.account_id
    with transaction():
        second_factor.begin_enrolment(db.session, account_id, login.seal())
    return redirect(url_for("own_second_factor.enrol"), 303)


@blueprint.route("/profile/second-factor/enrol", methods=["GET", "POST"])
@requires(Permission.OWN_PROFILE)
def enrol() -> Response:
    """The picture for the app; its first code switches the second factor on."""
    account, form = _user().account, CodeForm()
    secret = second_factor.secret_to_confirm(db.session, account.id, login.seal())
    if secret is None:
        return redirect(url_for("own_second_factor.show"), 303)
    if form.validate_on_submit():
        try:
            return _confirmed(account.id, str(form.one_time_code.data))
        except Invalid as error:
            show_error(form, error)
    return enrolment_page(form, account, secret, url_for("own_second_factor.enrol"), is_needed=False)


@blueprint.post("/profile/second-factor/codes")
@requires(Permission.OWN_PROFILE)
def renew() -> Response:
    """New recovery codes in place of the old ones."""
    form = CodeForm(prefix="renew")
    if not _is_right(form):
        return _show(PresentPasswordForm(), form, CodeForm(prefix="off"))
    account_id = _user().account_id
    with transaction():
        codes = second_factor.renew_recovery_codes(db.session, account_id, caller())
    return codes_page(codes, url_for("own_second_factor.show"))


@blueprint.post("/profile/second-factor/off")
@requires(Permission.OWN_PROFILE)
def turn_off() -> Response:
    """Give it up, where no role needs it."""
    account_id, found, form = _user().account_id, switches(), CodeForm(prefix="off")
    if second_factor.is_needed(db.session, account_id, found):
        raise Forbidden("second_factor_needed")
    if not _is_right(form):
        return _show(PresentPasswordForm(), CodeForm(prefix="renew"), form)
    with transaction():
        second_factor.turn_off(db.session, account_id, found, caller())
    flash(_("Đã tắt xác thực hai bước."), "success")
    return redirect(url_for("own_second_factor.show"), 303)


@blueprint.route("/people/<int:account_id>/second-factor/remove", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def remove(account_id: int) -> Response:
    """Take away the second factor of somebody who lost it; he sets up a new one when signing in."""
    account = db.session.get(Account, account_id)
    if account is None or not second_factor.standing(db.session, account_id).is_on:
        raise NotFound
    form = RemovalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                reason = str(form.reason.data or "")
                second_factor.remove_second_factor(db.session, actor(), account_id, reason=reason)
                entering.end_steps(db.session, account_id)
        except Invalid as error:
            show_error(form, error)
        else:
            flash(_("Đã gỡ xác thực hai bước của %(name)s.", name=account.full_name), "success")
            return redirect(url_for("home.index"), 303)
    status = 422 if form.errors else 200
    return page("accounts/second_factor_remove.html", status=status, form=form, account=account)


def _show(present: PresentPasswordForm, renewal: CodeForm, off: CodeForm) -> Response:
    account = _user().account
    has_errors = any(form.errors for form in (present, renewal, off))
    return page(
        "accounts/second_factor_own.html",
        status=422 if has_errors else 200,
        present=present,
        renewal=renewal,
        off=off,
        has_password=account.password_hash is not None,
        standing=second_factor.standing(db.session, account.id),
        is_needed=second_factor.is_needed(db.session, account.id, switches()),
    )


def _confirmed(account_id: int, code: str) -> Response:
    with transaction():
        codes = second_factor.confirm_enrolment(
            db.session, account_id, code, login.seal(), caller(), keep_session=login.current_token_hash()
        )
    return codes_page(codes, url_for("own_second_factor.show"))


def _is_right(form: CodeForm) -> bool:
    if not form.validate_on_submit():
        return False
    account_id, code = _user().account_id, str(form.one_time_code.data)
    with transaction():
        is_right = second_factor.check_code(db.session, account_id, code, login.seal(), caller())
    if not is_right:
        show_error(form, Invalid("one_time_code", "code_wrong"))
    return is_right


def _user() -> SignedInUser:
    user = login.signed_in_user()
    if user is None:
        raise NotSignedIn
    return user
