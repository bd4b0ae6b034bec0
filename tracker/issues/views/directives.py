"""Pages of directives: what my units owe and what I gave, giving one, and what is done with one.

Owns: the pages. What is allowed stands in `directives` and its rules.
"""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, MultipleFileField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker import clock
from tracker.db import db, transaction
from tracker.directory import queries as places
from tracker.errors import Invalid, NotFound
from tracker.issues import directive_lists, directives
from tracker.issues.directives import Order
from tracker.issues.forms.fields import chosen_files
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.views import scene, uploads
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Permission
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import BaseForm, CreatingForm, choices, show_error
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.idempotency import body_of, once
from tracker.web.labels import label
from tracker.web.pages import page

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]
MOST_ISSUES = 50


class DirectiveForm(CreatingForm):
    """One text, the units, the date; for an assistant the leader, where and when he decided."""

    content = TextAreaField(_l("Ý kiến chỉ đạo"), validators=[InputRequired()])
    units = SelectMultipleField(_l("Đơn vị thực hiện"), coerce=int, validators=[InputRequired()])
    due_on = DateField(_l("Hoàn thành trước hết ngày"), format=DAYS, validators=[Optional()])
    leader = SelectField(_l("Ghi thay"), validators=[Optional()])
    source = SelectField(_l("Nguồn"), validators=[Optional()])
    decided_on = DateField(_l("Ngày có ý kiến"), format=DAYS, validators=[Optional()])
    files = MultipleFileField(_l("Ảnh chụp hoặc văn bản kèm theo"))


class WordForm(BaseForm):
    """A report, a remark or an objection, with files where it is a report."""

    text = TextAreaField(_l("Nội dung"))
    files = MultipleFileField(_l("Tệp kèm theo"))


@blueprint.get("/directives")
@requires(Permission.SEE_ISSUES)
def directives_list() -> Response:
    """What my units owe, what I gave, what was recorded for me and waits for my word."""
    found = directive_lists.of_person(db.session, actor())
    return page("issues/directives.html", lists=found, form=WordForm())


@blueprint.route("/directives/new", methods=["GET", "POST"])
@takes_files
@requires(Permission.DIRECT)
def new_directive() -> Response:
    """Give one for the issues named in the address."""
    me, numbers = actor(), request.args.getlist("issue")[:MOST_ISSUES]
    issues = [scene.open_issue(me, number).issue for number in dict.fromkeys(numbers)]
    if not issues:
        raise NotFound
    form = _prepared(DirectiveForm())
    if not form.leader.choices:
        del form.leader, form.source, form.decided_on
    if form.validate_on_submit():
        try:
            return redirect(_give(form, [issue.id for issue in issues]), 303)
        except Invalid as error:
            show_error(form, error)
    status = 422 if form.errors or form.form_errors else 200
    return page("issues/directive_new.html", status=status, form=form, issues=issues, url=request.full_path)


def _prepared(form: DirectiveForm) -> DirectiveForm:
    today = clock.today()
    form.units.choices = choices((unit.id, unit.name) for unit in places.units_with_group(db.session))
    leaders = directive_lists.leaders_for(db.session, actor(), today)
    form.leader.choices = choices((one.id, one.full_name) for one in leaders)
    form.source.choices = choices((one.value, label(f"DirectiveSource.{one}")) for one in DirectiveSource)
    return form


def _give(form: DirectiveForm, keys: list[int]) -> str:
    me = actor()
    received = uploads.receive(chosen_files(form.files))
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        stored = uploads.record(db.session, me, received, ())
        is_recorded = "leader" in form and bool(form.leader.data)
        order = Order(
            content=str(form.content.data),
            unit_ids=form.units.data or [],
            due_on=form.due_on.data,
            leader_id=int(form.leader.data) if is_recorded else None,
            source=DirectiveSource(form.source.data) if is_recorded else None,
            decided_on=form.decided_on.data if is_recorded else None,
            files=stored,
        )
        directives.give(db.session, me, keys, order)
        url = done.remember(url_for("issues.directives_list"))
    flash(_("Đã ghi ý kiến chỉ đạo."))
    return url


@blueprint.post("/directives/<int:target_id>/<act>")
@takes_files
@requires(Permission.SEE_ISSUES)
def directive_act(target_id: int, act: str) -> Response:
    """Report, confirm, send back or cancel what one unit owes."""
    form, me = WordForm(), actor()
    if act not in ("report", "confirm", "send_back", "cancel"):
        raise NotFound
    received = uploads.receive(chosen_files(form.files)) if act == "report" else []
    text = str(form.text.data or "")
    verbs: dict[str, Any] = {"send_back": directives.send_back, "cancel": directives.cancel}
    with transaction():
        if act == "report":
            stored = uploads.record(db.session, me, received, ())
            directives.report(db.session, me, target_id, text, stored)
        elif act == "confirm":
            directives.confirm_done(db.session, me, target_id)
        else:
            verbs[act](db.session, me, target_id, text)
    flash(_("Đã lưu."))
    return redirect(url_for("issues.directives_list"), 303)


@blueprint.post("/directives/recorded/<int:directive_id>")
@requires(Permission.SEE_ISSUES)
def recorded_word(directive_id: int) -> Response:
    """The leader confirms what was recorded for him; with a text he objects."""
    form = WordForm()
    with transaction():
        directives.give_word(db.session, actor(), directive_id, str(form.text.data or ""))
    flash(_("Đã lưu."))
    return redirect(url_for("issues.directives_list"), 303)
