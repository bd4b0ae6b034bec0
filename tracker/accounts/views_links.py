"""The page behind a link that sets a password once.

Owns: the page. A link that is unknown, used, replaced or old gets one and the same answer.
"""

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts import passwords, people
from tracker.accounts.forms_people import LinkForm
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.errors import Invalid, NotFound
from tracker.web.access import public
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

blueprint = Blueprint("password_links", __name__)


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
def use(token: str) -> Response:
    """Set the password. Raises NotFound for every link that cannot be used; 256 random bits are not guessed."""
    account = people.person_of_link(db.session, token)
    if account is None:
        raise NotFound
    form = LinkForm()
    if form.validate_on_submit():
        try:
            _set_password(token, form, account.login, account.full_name)
        except Invalid as error:
            show_error(form, error)
        else:
            flash(_("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới."))
            return redirect(url_for("accounts.sign_in"), 303)
    return page(
        "accounts/password_link.html", status=422 if form.errors else 200, form=form, login=account.login
    )


def _set_password(token: str, form: LinkForm, login: str, full_name: str) -> None:
    """Check and hash outside the transaction: a hash takes a tenth of a second."""
    settings: Settings = current_app.extensions["settings"]
    password = str(form.password.data)
    passwords.check_new(password, login=login, full_name=full_name, min_length=settings.password_min_length)
    password_hash = passwords.hash_password(password)
    with transaction():
        people.use_link(db.session, token, password_hash)
