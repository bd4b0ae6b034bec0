"""Pages of working groups and of the leaders in charge of fields.

Owns: the pages. What is allowed stands in `groups`.
"""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import Length, Optional

from tracker import clock
from tracker.accounts import groups
from tracker.db import db
from tracker.directory import queries
from tracker.directory.changes import mark_of
from tracker.directory.forms import to_key
from tracker.directory.models import Unit, WorkingGroup
from tracker.directory.views import tried
from tracker.errors import NotFound
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.forms import BaseForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import page

blueprint = Blueprint("groups", __name__)


class GroupForm(BaseForm):
    """The decision that set the group up."""

    seen = HiddenField()
    number = StringField(_l("Số quyết định thành lập"), validators=[Length(max=60)])
    on = DateField(_l("Ngày quyết định"), format=["%Y-%m-%d", "%d/%m/%Y"], validators=[Optional()])
    is_active = BooleanField(_l("Tổ công tác đang hoạt động"))


@blueprint.get("/groups")
@requires(Permission.ADMINISTER)
def index() -> Response:
    """The groups of all agencies."""
    return page("accounts/groups.html", lines=groups.groups(db.session, clock.today()))


@blueprint.route("/groups/<int:unit_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def show(unit_id: int) -> Response:
    """One group: its decision and its people."""
    me, (unit, group) = actor(), groups.group_of(db.session, unit_id)
    facts = groups.facts_of(group)
    form = GroupForm(data={**facts, "seen": mark_of(facts)})

    def act() -> str:
        groups.change_group(
            db.session,
            me,
            unit_id,
            number=str(form.number.data or ""),
            on=form.on.data,
            is_active=bool(form.is_active.data),
            seen=str(form.seen.data),
        )
        return request.path

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu tổ công tác."))
        if answer is not None:
            return answer
    return _show_group(unit, form, group)


def _show_group(unit: Unit, form: GroupForm, group: WorkingGroup | None) -> Response:
    return page(
        "accounts/group.html",
        status=422 if form.errors else 200,
        unit=unit,
        group=group,
        form=form,
        members=groups.members(db.session, unit.id, clock.today()),
        communes={row.id: row.name for row in queries.communes(db.session)},
        fields={row.id: row.name for row in queries.fields(db.session)},
    )


@blueprint.route("/groups/<int:unit_id>/members/<int:account_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def member(unit_id: int, account_id: int) -> Response:
    """What a member looks after: communes and fields."""
    me, (unit, group) = actor(), groups.group_of(db.session, unit_id)
    people = groups.members(db.session, unit_id, clock.today())
    person = next((one for one in people if one.account_id == account_id), None)
    if person is None or group is None:
        raise NotFound
    form, back = BaseForm(), url_for("groups.show", unit_id=unit_id)
    is_sent = form.is_submitted()
    areas = _ticked("areas") if is_sent else person.areas
    fields = _ticked("fields") if is_sent else person.fields
    seen = request.form.get("seen", "") if is_sent else mark_of(groups.duties_of(person))

    def act() -> str:
        groups.change_member(
            db.session, me, unit_id, account_id, areas=areas, fields=fields, today=clock.today(), seen=seen
        )
        return back

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu địa bàn và lĩnh vực."))
        if answer is not None:
            return answer
    return page(
        "accounts/group_member.html",
        status=422 if form.errors else 200,
        unit=unit,
        person=person,
        form=form,
        seen=seen,
        areas=areas,
        chosen_fields=fields,
        communes=queries.communes(db.session),
        fields=queries.fields(db.session),
        others={key: one.name for one in people if one.account_id != account_id for key in one.areas},
        back=back,
    )


@blueprint.route("/charges", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def charges() -> Response:
    """Which provincial leader is in charge of which field, and who follows it for him."""
    me, stored, today = actor(), groups.charges(db.session), clock.today()
    rows, form = queries.fields(db.session), BaseForm()
    chosen: dict[int, tuple[int | None, int | None]] = {**stored}
    seen = mark_of(groups.plain(stored))
    if form.is_submitted():
        seen = request.form.get("seen", "")
        chosen = {row.id: (_chosen("leader", row.id), _chosen("officer", row.id)) for row in rows}

    def act() -> str:
        groups.set_charges(db.session, me, chosen, today=today, seen=seen)
        return request.path

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu lãnh đạo phụ trách."))
        if answer is not None:
            return answer
    return page(
        "accounts/groups_charges.html",
        status=422 if form.form_errors else 200,
        rows=rows,
        chosen=chosen,
        form=form,
        seen=seen,
        leaders=groups.people_with(db.session, groups.LEADERS, today),
        officers=groups.people_with(db.session, groups.OFFICERS, today),
    )


def _ticked(name: str) -> set[int]:
    return {key for value in request.form.getlist(name) if (key := to_key(value)) is not None}


def _chosen(name: str, field_id: int) -> int | None:
    return to_key(request.form.get(f"{name}_{field_id}"))
