"""The pages on which an assistant writes down what a leader decided: about an answer, a date or a level.

Owns: the pages. Which acts may be recorded for whom stands in `recording`.
"""

from collections.abc import Iterable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.errors import Invalid, NotFound, Stale
from tracker.issues import recording
from tracker.issues.dossier import Dossier
from tracker.issues.forms.directives import RecordedActForm, RecordForm, SourceForm, recorded_form
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

Recordable = dict[Act, list[Account]]


@blueprint.route("/issues/<number>/record", methods=["GET", "POST"])
@takes_files
@requires(Permission.DIRECT)
def record_for_leader(number: str) -> Response:
    """Approve the answer, or send it back, in the name of a department leader; the way to what else may be recorded."""
    me = actor()
    if result := _recorded_before(me):
        return redirect(result, 303)
    found, acts = _recordable(me, number)
    form = _answer_form(acts)
    if form is not None and form.validate_on_submit():
        version = request.form.get("version", 0, type=int)
        data: dict[str, object] = {"version": version, "remark": form.remark.data or ""}
        try:
            return redirect(_record(me, found, form, Act(form.act.data), data), 303)
        except Invalid as error:
            show_error(form, error)
    others = [(each.value, label(f"Act.{each.value}")) for each in recording.ABOUT_TIME if each in acts]
    return page(
        "issues/record.html",
        None,
        _status(form),
        form=form,
        issue=found.issue,
        draft_answer=draft_answer_shown(me, found),
        others=others,
    )


@blueprint.route("/issues/<number>/record/<act>", methods=["GET", "POST"])
@takes_files
@requires(Permission.DIRECT)
def record_act_for_leader(number: str, act: str) -> Response:
    """What a leader decided about the date or the level, with the fields of that act."""
    me = actor()
    if result := _recorded_before(me):
        return redirect(result, 303)
    found, acts = _recordable(me, number)
    wanted = next((each for each in recording.ABOUT_TIME if each.value == act and each in acts), None)
    if wanted is None:
        raise NotFound
    form = scene.prepared(recorded_form(wanted)(), me, wanted, found)
    _offer_leaders(form, acts[wanted])
    stale: Stale | None = None
    if form.validate_on_submit():
        try:
            return redirect(_record(me, found, form, wanted, form.to_data()), 303)
        except Invalid as error:
            show_error(form, error)
        except Stale as error:
            stale = error
            form.note_seen(scene.open_issue(me, number).issue)
    return page(
        "issues/record_act.html", None, 409 if stale else _status(form), form=form, issue=found.issue, act=act,
        words=label(f"Act.{act}"), stale=stale,
    )  # fmt: skip


def _recorded_before(me: Actor) -> str:
    if request.method != "POST":
        return ""
    key = request.form.get("idempotency_key", "")
    return result_of(db.session, me, request.endpoint or "", key, body_of(request))


def _recordable(me: Actor, number: str) -> tuple[Dossier, Recordable]:
    """The issue and what may be recorded on it for whom. Raises NotFound where nothing may."""
    found = scene.open_issue(me, number)
    acts = recording.recordable(db.session, me, found.matter)
    if not acts:
        raise NotFound
    return found, acts


def _answer_form(acts: Recordable) -> RecordForm | None:
    """The form about the draft; None where no draft waits. Raises NotFound for what was sent nevertheless."""
    own = {act: leaders for act, leaders in acts.items() if act in recording.ABOUT_ANSWER}
    if not own:
        if request.method == "POST":
            raise NotFound
        return None
    form = RecordForm()
    form.act.choices = [(act.value, label(f"Act.{act.value}")) for act in own]
    _offer_leaders(form, {one.id: one for leaders in own.values() for one in leaders}.values())
    return form


def _offer_leaders(form: SourceForm, leaders: Iterable[Account]) -> None:
    form.offer_leaders([(one.id, one.full_name) for one in leaders], is_needed=True)


def _status(form: RecordForm | RecordedActForm | None) -> int:
    return 422 if form is not None and (form.errors or form.form_errors) else 200


def _record(
    me: Actor, found: Dossier, form: RecordForm | RecordedActForm, act: Act, data: dict[str, object]
) -> str:
    received = uploads.receive(chosen_files(form.files))
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        stored = uploads.record(db.session, me, received, (found.issue.holder_id,))
        origin = Origin(form.leader.data, form.chosen_source, form.decided_on.data)
        recording.record_act(db.session, me, found.issue.id, act, origin, data, stored)
        url = done.remember(url_for("issues.show", number=found.issue.number))
    flash(_("Đã ghi thay lãnh đạo."))
    return url
