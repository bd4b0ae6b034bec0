"""The inbox: what a person was told, the act to take first.

Owns: the pages. Opening the list changes nothing; a notice is read when its button is pressed.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.db import db, transaction
from tracker.notifications import pages, queries, service
from tracker.notifications.queries import NoticeRow
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires
from tracker.web.http import query_number
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label
from tracker.web.pages import NavEntry, page

blueprint = Blueprint("notices", __name__)
_HIGHEST_KEY = 2**31 - 1


def count_unread(me: Actor) -> str | None:
    """What stands beside the entry of the frame."""
    unread = queries.unread_count(db.session, me.account_id)
    if unread > queries.UNREAD_CAP:
        return f"{queries.UNREAD_CAP}+"
    return str(unread) if unread else None


MAIN_PAGES = (NavEntry("notices.inbox", _l("Thông báo"), Permission.OWN_PROFILE, 15, count_unread),)


@dataclass(frozen=True)
class NoticeShown:
    """A line of the inbox."""

    id: int
    row: NoticeRow
    happened: str
    act: str
    href: str
    date: str
    """Until when it is due, or where it stands; '' where there is no matter to see."""
    why_href: str
    message: str
    is_past: bool


@blueprint.get("/inbox")
@requires(Permission.OWN_PROFILE)
def inbox() -> Response:
    """What the person was told, the newest first."""
    before = query_number("before", 0, _HIGHEST_KEY) or None
    only_unread = "unread" in request.args
    rows = queries.notices_of(db.session, actor(), before=before, only_unread=only_unread)
    shown = [_shown(row) for row in rows[: queries.PAGE_ROWS]]
    older = ""
    if len(rows) > queries.PAGE_ROWS:
        older = url_for("notices.inbox", before=shown[-1].id, unread=1 if only_unread else None)
    return page(
        "notifications/inbox.html",
        notices=shown,
        older=older,
        newer=url_for("notices.inbox", unread=1 if only_unread else None) if before else "",
        only_unread=only_unread,
        newest=shown[0].id if shown and any(not item.row.is_read for item in shown) else 0,
    )


def _shown(row: NoticeRow) -> NoticeShown:
    is_past = pages.is_past(row)
    return NoticeShown(
        id=row.id,
        row=row,
        happened=pages.happened(row.kind),
        act=label("notice_line.look") if is_past else pages.to_do(row.kind),
        href=pages.path_of(row),
        date=pages.date_line(row.state, row.due_on) if row.is_visible else "",
        why_href=pages.why_path(row.number, row.due_on) if row.is_visible else "",
        message=pages.chat_message(row),
        is_past=is_past,
    )


@blueprint.post("/inbox/<int:notice_id>/open")
@requires(Permission.OWN_PROFILE)
def open_notice(notice_id: int) -> Response:
    """Mark one as read and go where the person acts."""
    me = actor()
    with transaction():
        service.open_notice(db.session, me, notice_id)
    row = queries.notices_of(db.session, me, before=notice_id + 1, rows=1)[0]
    target = pages.path_of(row)
    if not target:
        flash(_("Nội dung này không còn thuộc phạm vi được xem."))
    return redirect(target or url_for("notices.inbox"), 303)


@blueprint.post("/inbox/read")
@requires(Permission.OWN_PROFILE)
def mark_read() -> Response:
    """Mark all as read that the person had before him."""
    with transaction():
        service.mark_read(db.session, actor(), request.form.get("up_to", 0, type=int))
    flash(_("Đã đánh dấu tất cả là đã đọc."))
    return redirect(url_for("notices.inbox"), 303)
