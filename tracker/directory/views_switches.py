"""The page of the province's switches.

Owns: the page. Limits stand in `switching`.
"""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.directory import queries, switching, unit_names
from tracker.directory.changes import mark_of
from tracker.directory.forms_switches import EVERY_ROLE, WORDS, switches_form
from tracker.directory.switching import Value
from tracker.directory.views import blueprint, tried
from tracker.permissions import Permission, Role
from tracker.web.access import actor, fresh, requires
from tracker.web.forms import BaseForm, choices
from tracker.web.i18n import gettext as _
from tracker.web.labels import label
from tracker.web.pages import page


@blueprint.route("/switches", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def switches() -> Response:
    """All switches in their groups."""
    me, stored = actor(), switching.changeable(db.session)
    lists: dict[str, Any] = {
        name: str(value).split(",") for name, value in stored.items() if name.endswith("_roles")
    }
    units = [name for name in stored if name.endswith("_units")]
    lists |= {name: unit_names.lines_of(db.session, _keys(stored[name])) for name in units}
    form = switches_form(stored)(data={**stored, **lists, "seen": mark_of(stored)})
    _offer(form)

    def act() -> str:
        seen: Any = form["seen"].data
        switching.change_switches(db.session, me, _values(form, stored), seen=str(seen))
        return request.path

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu các lựa chọn của tỉnh."))
        if answer is not None:
            return answer
    shown = sorted((name for name in WORDS if name in form), key=lambda name: list(WORDS).index(name))
    groups: dict[str, list[str]] = {}
    for name in shown:
        groups.setdefault(str(WORDS[name].group), []).append(name)
    status = 422 if form.errors else 200
    return page("directory/switches.html", status=status, form=form, groups=list(groups.items()), words=WORDS)


def _offer(form: BaseForm) -> None:
    units = [(unit.id, unit.name) for unit in queries.units_with_group(db.session)]
    roles = [(EVERY_ROLE, _("Mọi vai trò")), *((role.value, label(f"Role.{role.value}")) for role in Role)]
    days = [(day, name) for day, name in enumerate(_weekdays()) if day in switching.MEETING_WEEKDAYS]
    for each in form:
        field: Any = each
        if field.name.endswith("_weekday"):
            field.choices = days
        elif field.name.endswith("_id"):
            field.choices = choices(units)
        elif field.name.endswith("_roles"):
            field.choices = choices(roles)


def _weekdays() -> tuple[str, ...]:
    return (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"))


def _values(form: BaseForm, stored: dict[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, before in stored.items():
        if name in form:
            data: Any = form[name].data
            if name.endswith("_units"):
                keys = unit_names.keys_of(db.session, str(data or ""), kept=_keys(before), field=name)
                data = [str(key) for key in keys]
            data = ",".join(data) if isinstance(data, list) else data
            values[name] = type(before)(data if data is not None else type(before)())
    return values


def _keys(stored: Value) -> list[int]:
    return [int(key) for key in str(stored).split(",") if key]
