"""The administrator's page of targets by work kind, for all fields and for one.

Owns: the page (deadlines has no views). A change binds issues that are accepted later.
"""

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.deadlines import targets as service
from tracker.deadlines.models import WorkKind
from tracker.directory import queries as directory
from tracker.directory.changes import mark_of
from tracker.directory.models import Field
from tracker.directory.views import tried
from tracker.errors import NotFound
from tracker.issues.forms.targets import shown, targets_form, typed
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.pages import page


@blueprint.route("/targets", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def targets() -> Response:
    """The general targets, and which fields have their own."""
    return _targets(None)


@blueprint.route("/targets/<int:field_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def targets_of_field(field_id: int) -> Response:
    """The targets of one field."""
    field = db.session.get(Field, field_id)
    if field is None:
        raise NotFound
    return _targets(field)


def _targets(field: Field | None) -> Response:
    me, field_id = actor(), field.id if field else None
    stored = service.targets_of(db.session, field_id)
    data = {**shown(stored), "seen": mark_of(service.plain(stored))}
    form = targets_form(is_general=field is None)(data=data)

    def act() -> str:
        service.set_targets(db.session, me, field_id, typed(form), seen=str(form["seen"].data))
        return url_for("issues.targets")

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu thời hạn."))
        if answer is not None:
            return answer
    return page(
        "issues/targets.html",
        status=422 if form.errors else 200,
        form=form,
        field=db.session.get(Field, field_id) if field_id else None,
        fields=directory.fields(db.session),
        own=service.fields_with_targets(db.session),
        general=service.targets_of(db.session, None),
        kinds=list(WorkKind),
    )
