"""The page on which an assistant writes down what a department leader decided about a submitted answer.

Owns: the page. Which acts may be recorded for whom stands in `recording`.
"""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.db import db, transaction
from tracker.errors import Invalid, NotFound
from tracker.issues import recording
from tracker.issues.dossier import Dossier
from tracker.issues.forms.directives import RecordForm
from tracker.issues.forms.fields import chosen_files
from tracker.issues.recording import Origin
from tracker.issues.views import scene, uploads
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.issue_view import draft_answer_shown
from tracker.issues.workflow import Act
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.labels import label
from tracker.web.pages import page


@blueprint.route("/issues/<number>/record", methods=["GET", "POST"])
@takes_files
@requires(Permission.DIRECT)
def record_for_leader(number: str) -> Response:
    """Approve the answer, or send it back, in the name of a department leader."""
    me = actor()
    key = request.form.get("idempotency_key", "")
    if request.method == "POST" and (
        result := result_of(db.session, me, request.endpoint or "", key, body_of(request))
    ):
        return redirect(result, 303)
    found = scene.open_issue(me, number)
    form = _prepared(me, found)
    if form.validate_on_submit():
        try:
            return redirect(_record(me, found, form), 303)
        except Invalid as error:
            show_error(form, error)
    return page(
        "issues/record.html",
        None,
        422 if form.errors or form.form_errors else 200,
        form=form,
        issue=found.issue,
        draft_answer=draft_answer_shown(me, found),
    )


def _prepared(me: Actor, found: Dossier) -> RecordForm:
    """The form with what may be recorded for whom. Raises NotFound where nothing may."""
    acts = recording.recordable(db.session, me, found.matter)
    if not acts:
        raise NotFound
    people = {one.id: one for leaders in acts.values() for one in leaders}
    form = RecordForm()
    form.act.choices = [(act.value, label(f"Act.{act.value}")) for act in acts]
    form.offer_leaders([(one.id, one.full_name) for one in people.values()], is_needed=True)
    return form


def _record(me: Actor, found: Dossier, form: RecordForm) -> str:
    received = uploads.receive(chosen_files(form.files))
    version = request.form.get("version", 0, type=int)
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        stored = uploads.record(db.session, me, received, (found.issue.holder_id,))
        origin = Origin(form.leader.data, form.chosen_source, form.decided_on.data)
        data: dict[str, object] = {"version": version, "remark": form.remark.data or ""}
        recording.record_act(db.session, me, found.issue.id, Act(form.act.data), origin, data, stored)
        url = done.remember(url_for("issues.show", number=found.issue.number))
    flash(_("Đã ghi thay lãnh đạo."))
    return url
