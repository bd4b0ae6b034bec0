"""Pages on which a person chooses how notices come: all kinds when signed in, one kind by the link in a mail.

Owns: the pages. Which modes a kind has stands in `kinds`.
"""

from flask import current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import Account
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.notifications import links, pages, service
from tracker.notifications.forms import OneKindForm, preferences_form
from tracker.notifications.kinds import kind_of
from tracker.notifications.models import Mode
from tracker.notifications.short_messages import telephone
from tracker.notifications.views import blueprint
from tracker.permissions import Permission
from tracker.web.access import actor, public, requires
from tracker.web.i18n import gettext as _
from tracker.web.pages import page


@blueprint.route("/inbox/preferences", methods=["GET", "POST"])
@requires(Permission.OWN_PROFILE)
def preferences() -> Response:
    """How each kind of notice comes to the person."""
    me = actor()
    account = db.session.get_one(Account, me.account_id)
    form = preferences_form(
        service.modes_of(db.session, me.account_id),
        me.roles,
        has_sms=_settings().sends_sms and bool(telephone(account.phone)),
    )
    if form.validate_on_submit():
        modes = {name: Mode(value) for name, value in form.data.items() if value in set(Mode)}
        with transaction():
            service.choose(db.session, me.account_id, modes)
        flash(_("Đã lưu cách nhận thông báo."))
        return redirect(url_for("notices.inbox"), 303)
    return page(
        "notifications/preferences.html",
        status=422 if form.errors else 200,
        form=form,
        email=account.email,
        phone=account.phone,
        sends_sms=_settings().sends_sms,
    )


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@blueprint.route("/notices/preferences/<token>", methods=["GET", "POST"])
@public
def preference_by_link(token: str) -> Response:
    """One kind of one person, without signing in; the page names neither the person nor a matter."""
    found = links.read_token(_settings().secret_keys(), token)
    if found is None:
        raise NotFound
    account_id, code = found
    kind = kind_of(code)
    account = db.session.get(Account, account_id)
    if account is None or not account.is_active or len(kind.modes) < 2:
        raise NotFound
    form = OneKindForm(data={"mode": service.modes_of(db.session, account_id)[code].value})
    form.offer(kind)
    is_done = form.validate_on_submit()
    if is_done:
        with transaction():
            service.choose(db.session, account_id, {code: Mode(str(form.mode.data))})
    return page(
        "notifications/preference.html",
        status=422 if form.errors else 200,
        form=form,
        token=token,
        is_done=is_done,
        is_duty=kind.is_duty,
        happened=pages.happened(code),
    )
