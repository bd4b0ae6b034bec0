"""Pages of what is done with a directive: report, confirm, send back, cancel; and the leader's word.

Owns: the way from form to service and back. What is allowed stands in `directive_work`, `directives`, `recording`.
"""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import Invalid, NotFound
from tracker.issues import directive_work, directives, recording
from tracker.issues.directive_work import Work
from tracker.issues.forms.directives import RemarkForm, ReportForm, WordForm
from tracker.issues.forms.fields import chosen_files
from tracker.issues.models_directives import Directive, DirectiveTarget, Recording
from tracker.issues.views import uploads
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import CreatingForm, show_error
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.pages import page

_FORMS: dict[Work, type[CreatingForm]] = {
    Work.REPORT: ReportForm,
    Work.CONFIRM: WordForm,
    Work.SEND_BACK: RemarkForm,
    Work.CANCEL: RemarkForm,
}
WORDS = {
    Work.REPORT: _l("Báo cáo hoàn thành"),
    Work.CONFIRM: _l("Xác nhận hoàn thành"),
    Work.SEND_BACK: _l("Yêu cầu bổ sung"),
    Work.CANCEL: _l("Rút ý kiến chỉ đạo"),
}


@blueprint.route("/directives/<int:target_id>/<act>", methods=["GET", "POST"])
@takes_files
@requires(Permission.SEE_ISSUES)
def directive_act(target_id: int, act: str) -> Response:
    """Report, confirm, send back or cancel what one unit owes."""
    me, work = actor(), _work(act)
    if request.method == "POST" and (result := _done_before(me, _route(target_id, act))):
        return redirect(result, 303)
    target = directive_work.find(db.session, me, target_id, work)
    form = _FORMS[work]()
    if form.validate_on_submit():
        try:
            return redirect(_take(me, target_id, work, form), 303)
        except Invalid as error:
            show_error(form, error)
            target = directive_work.find(db.session, me, target_id, work)
    status = 422 if form.errors or form.form_errors else 200
    return page(
        "issues/directive_act.html",
        None,
        status,
        form=form,
        row=target,
        today=clock.today(),
        words=WORDS[work],
        is_report=work is Work.REPORT,
        is_confirm=work is Work.CONFIRM,
        url=url_for("issues.directive_act", target_id=target_id, act=act),
    )


@blueprint.route("/directives/recorded/<int:directive_id>", methods=["GET", "POST"])
@requires(Permission.SEE_ISSUES)
def recorded_word(directive_id: int) -> Response:
    """The leader confirms the directive that was recorded for him, or says what is wrong in it."""
    return _word("directive", directive_id, directives.waiting_for, directives.give_word)


@blueprint.route("/recorded/<int:recording_id>", methods=["GET", "POST"])
@requires(Permission.SEE_ISSUES)
def recorded_act_word(recording_id: int) -> Response:
    """The leader confirms the act that was recorded for him, or says what is wrong in it."""
    return _word("act", recording_id, recording.waiting_for, recording.give_word)


def _work(act: str) -> Work:
    if act not in set(Work):
        raise NotFound
    return Work(act)


def _route(target_id: int, act: str) -> str:
    return f"directive/{target_id}/{act}"


def _done_before(me: Actor, route: str) -> str:
    return result_of(db.session, me, route, request.form.get("idempotency_key", ""), body_of(request))


def _take(me: Actor, target_id: int, work: Work, form: CreatingForm) -> str:
    received = uploads.receive(chosen_files(form["files"]) if "files" in form else ())
    said = str(form["text"].data or "")
    with transaction():
        key = form.idempotency_key.data or ""
        done = once(db.session, me, _route(target_id, work.value), key, body_of(request))
        if done.result_url:
            return done.result_url
        if work is Work.REPORT:
            stored = uploads.record(db.session, me, received, ())
            directive_work.report(db.session, me, target_id, said, stored)
        elif work is Work.CONFIRM:
            directive_work.confirm_done(db.session, me, target_id)
        else:
            _with_remark(work)(db.session, me, target_id, said)
        url = done.remember(url_for("issues.directives_list"))
    flash(_("Đã thực hiện: %(act)s.", act=WORDS[work]))
    return url


def _with_remark(work: Work) -> Callable[[Session, Actor, int, str], DirectiveTarget]:
    return directive_work.send_back if work is Work.SEND_BACK else directive_work.cancel


Find = Callable[[Session, Actor, int], Directive | Recording]
Say = Callable[[Session, Actor, int, str], Directive | Recording]


def _word(kind: str, key: int, find: Find, say: Say) -> Response:
    """A bare POST confirms; one from the page of objections needs a text."""
    me, route = actor(), f"recorded/{kind}/{key}"
    if request.method == "POST" and (result := _done_before(me, route)):
        return redirect(result, 303)
    found = find(db.session, me, key)
    objects = request.method == "GET" or "objects" in request.form
    form = RemarkForm() if objects else WordForm()
    if form.validate_on_submit():
        try:
            return redirect(_said(me, route, key, form, say), 303)
        except Invalid as error:
            show_error(form, error)
            found = find(db.session, me, key)
    status = 422 if form.errors or form.form_errors else 200
    return page("issues/recorded_word.html", None, status, form=form, row=found, url=request.path)


def _said(me: Actor, route: str, key: int, form: CreatingForm, say: Say) -> str:
    said = str(form["text"].data or "").strip() if "objects" in request.form else ""
    if "objects" in request.form and not said:
        raise Invalid("text", "missing")
    with transaction():
        done = once(db.session, me, route, form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        say(db.session, me, key, said)
        url = done.remember(url_for("issues.directives_list"))
    flash(_("Đã ghi nhận ý kiến của ông, bà."))
    return url
