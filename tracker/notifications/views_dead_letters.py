"""The administrator's page of mails and short messages that could not be delivered.

Owns: the page. It names no matter.
"""

from flask import current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from tracker.config import Settings
from tracker.db import db, transaction
from tracker.notifications import dead_letters
from tracker.notifications.views import blueprint
from tracker.outbox.models_sms import ShortMessage
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import AdminEntry, page

ADMIN_PAGE = AdminEntry(
    "notices.undelivered",
    _l("Thư không gửi được"),
    _l("Địa chỉ sai, máy chủ thư từ chối; gửi lại hoặc bỏ qua."),
    Permission.ADMINISTER,
    100,
)


@blueprint.get("/admin/mail")
@requires(Permission.ADMINISTER)
def undelivered() -> Response:
    """What was given up, and why."""
    settings: Settings = current_app.extensions["settings"]
    return page(
        "notifications/undelivered.html",
        letters=dead_letters.dead_letters(db.session),
        total=dead_letters.count_dead(db.session),
        messages=dead_letters.dead_messages(db.session),
        sends_mail=settings.sends_mail,
    )


@blueprint.post("/admin/mail/<int:mail_id>/again")
@requires(Permission.ADMINISTER)
def try_again(mail_id: int) -> Response:
    """Once more."""
    with transaction():
        dead_letters.try_again(db.session, actor(), mail_id)
    flash(_("Thư sẽ được gửi lại."))
    return redirect(url_for("notices.undelivered"), 303)


@blueprint.post("/admin/mail/<int:mail_id>/let-go")
@requires(Permission.ADMINISTER)
def let_go(mail_id: int) -> Response:
    """Off the list."""
    with transaction():
        dead_letters.let_go(db.session, actor(), mail_id)
    flash(_("Đã bỏ qua thư này; thông báo vẫn còn trong hệ thống."))
    return redirect(url_for("notices.undelivered"), 303)


@blueprint.post("/admin/sms/<int:message_id>/again")
@requires(Permission.ADMINISTER)
def try_sms_again(message_id: int) -> Response:
    """A short message once more."""
    with transaction():
        dead_letters.try_again(db.session, actor(), message_id, ShortMessage)
    flash(_("Tin nhắn sẽ được gửi lại."))
    return redirect(url_for("notices.undelivered"), 303)


@blueprint.post("/admin/sms/<int:message_id>/let-go")
@requires(Permission.ADMINISTER)
def let_sms_go(message_id: int) -> Response:
    """A short message off the list."""
    with transaction():
        dead_letters.let_go(db.session, actor(), message_id, ShortMessage)
    flash(_("Đã bỏ qua tin nhắn này; thông báo vẫn còn trong hệ thống."))
    return redirect(url_for("notices.undelivered"), 303)
