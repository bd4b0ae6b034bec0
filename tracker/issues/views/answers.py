"""Keeping the draft of an answer while it is written.

Owns: the way from the form of SUBMIT_ANSWER to `answers.save_answer()`. Must not check completeness: submitting does.
"""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import Invalid, Stale
from tracker.issues import answers
from tracker.issues.views import scene
from tracker.issues.views.acts import act_page
from tracker.issues.views.blueprint import blueprint
from tracker.issues.workflow import Act
from tracker.permissions import Permission
from tracker.text import format_time
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.http import is_htmx
from tracker.web.i18n import gettext as _
from tracker.web.pages import page


@blueprint.post("/issues/<number>/answer")
@takes_files
@requires(Permission.WORK_ON_ISSUE)
def answer(number: str) -> Response:
    """Keep what was typed; nothing is sent, files are not taken yet."""
    me = actor()
    found = scene.open_issue(me, number)
    scene.ask_policy(me, Act.SUBMIT_ANSWER, found)
    form = scene.form_for(me, Act.SUBMIT_ANSWER, found)
    data = form.to_data()
    try:
        with transaction():
            kept = answers.save_answer(db.session, me, found.issue.id, data)
            version = kept.draft_version
    except Invalid as error:
        if is_htmx():
            return page("issues/answer_saved.html", "saved", 422, form_errors=True)
        show_error(form, error)
        return act_page(me, Act.SUBMIT_ANSWER, scene.open_issue(me, number), form, 422)
    except Stale as error:
        if is_htmx():
            return page("issues/answer_saved.html", "saved", 409, stale=error)
        found = scene.open_issue(me, number)
        form["draft_version"].data = found.answer.draft_version if found.answer else None
        return act_page(me, Act.SUBMIT_ANSWER, found, form, 409, stale=error)
    if is_htmx():
        saved_at = format_time(clock.local(clock.now()))
        return page("issues/answer_saved.html", "saved", saved_at=saved_at, version=version)
    flash(_("Đã lưu dự thảo trả lời."))
    if any(file.filename for file in request.files.values()):
        flash(_("Tệp chỉ được nhận khi trình duyệt; đề nghị chọn lại tệp lúc đó."), "warning")
    return redirect(url_for("issues.submit_answer", number=number), 303)
