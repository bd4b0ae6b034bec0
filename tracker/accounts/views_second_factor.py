"""Pages of the second factor on the way in: `enter()` after the first proof, asking for a code, setting one up.

Owns: the way from form to service and back for somebody who is not signed in yet. His own settings are in
`views_own_second_factor`.
"""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts import entering, login, second_factor, totp
from tracker.accounts.entering import Opened
from tracker.accounts.forms_sign_in import CodeForm
from tracker.accounts.models import Account
from tracker.accounts.models_sign_in import SignInStep, StepKind
from tracker.accounts.service import Caller
from tracker.db import db, transaction
from tracker.directory.pages import switches
from tracker.errors import DomainError, Invalid
from tracker.web import http
from tracker.web.access import public
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

blueprint = Blueprint("second_factor", __name__)


def enter(account_id: int, *, way: str, wanted: str, new_hash: str | None = None) -> Response:
    """Let in whoever gave the first proof, or lead to the second. `way`: password, oidc or link.

    Writes in a transaction of its own; call outside one. Raises NotFound for an account disabled meanwhile.
    """
    found = switches()
    with transaction():
        opened = entering.go_on(
            db.session,
            account_id,
            caller(),
            way=way,
            wanted=wanted,
            lasts=login.longest_time(),
            seal=login.seal(),
            switches=found,
            new_hash=new_hash,
        )
    return _lead_on(opened, wanted)


def caller() -> Caller:
    """Whence this request comes."""
    return Caller(http.client_address(), request.user_agent.string, http.request_id())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def ask() -> Response:
    """The code of the app, or a recovery code."""
    if login.signed_in_user():
        return redirect("/", 303)
    step = entering.living_step(db.session, login.step_token(), StepKind.CODE)
    if step is None:
        return _begin_again()
    form = CodeForm()
    if form.validate_on_submit():
        token = _checked(str(form.one_time_code.data))
        if token:
            login.let_in(token)
            return redirect(step.wanted, 303)
        if entering.living_step(db.session, login.step_token(), StepKind.CODE) is None:
            return _begin_again()
        show_error(form, Invalid("one_time_code", "code_wrong"))
    return page("accounts/second_factor.html", status=422 if form.errors else 200, form=form)


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def enrol() -> Response:
    """Set up the second factor that one's role needs, before anything else."""
    if login.signed_in_user():
        return redirect("/", 303)
    step = entering.living_step(db.session, login.step_token(), StepKind.ENROLMENT)
    account = db.session.get(Account, step.account_id) if step else None
    secret = second_factor.secret_to_confirm(db.session, account.id, login.seal()) if account else None
    if step is None or account is None or secret is None:
        return _begin_again()
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _enrolled(step, str(form.one_time_code.data))
        except Invalid as error:
            show_error(form, error)
    return enrolment_page(form, account, secret, url_for("second_factor.enrol"), is_needed=True)


def enrolment_page(
    form: CodeForm, account: Account, secret: bytes, action: str, *, is_needed: bool
) -> Response:
    """The picture for the app and the field for its first code."""
    issuer = switches().province_name or http.external_url("").split("://", 1)[-1]
    address = totp.address_for_app(secret, login=account.login, issuer=issuer)
    return page(
        "accounts/second_factor_enrol.html",
        status=422 if form.errors else 200,
        form=form,
        action=action,
        picture=totp.picture_of(address),
        secret=totp.grouped(totp.as_typed(secret)),
        is_needed=is_needed,
    )


def codes_page(codes: list[str], wanted: str) -> Response:
    """The recovery codes, the only time that they are shown."""
    return page("accounts/recovery_codes.html", codes=[totp.grouped(code) for code in codes], wanted=wanted)


def _lead_on(opened: Opened, wanted: str) -> Response:
    if opened.kind is None:
        login.let_in(opened.token)
        return redirect(wanted, 303)
    login.let_half_in(opened.token)
    is_code = opened.kind is StepKind.CODE
    return redirect(url_for("second_factor.ask" if is_code else "second_factor.enrol"), 303)


def _checked(code: str) -> str | None:
    with transaction():
        step = entering.living_step(db.session, login.step_token(), StepKind.CODE)
        if step is None:
            return None
        return entering.pass_code(
            db.session, step, code, caller(), lasts=login.longest_time(), seal=login.seal()
        )


def _enrolled(step: SignInStep, code: str) -> Response:
    wanted, token_of_step = step.wanted, login.step_token()
    with transaction():
        found = entering.living_step(db.session, token_of_step, StepKind.ENROLMENT)
        if found is None:
            raise DomainError("second_factor_too_late")
        token, codes = entering.pass_enrolment(
            db.session, found, code, caller(), lasts=login.longest_time(), seal=login.seal()
        )
    login.let_in(token)
    return codes_page(codes, wanted)


def _begin_again() -> Response:
    login.let_out()
    flash(_("Đã quá thời gian hoặc nhập sai mã nhiều lần. Đề nghị đăng nhập lại."), "warning")
    return redirect(url_for("accounts.sign_in"), 303)
