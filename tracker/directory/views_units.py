"""Pages of units: the list, one unit, and what may be done with it.

Owns: the pages. The administrator sees numbers of matters, never a matter.
"""

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.directory import listing, units
from tracker.directory.changes import mark_of
from tracker.directory.forms import RenameForm, UnitForm
from tracker.directory.models import Unit, UnitKind, UnitRenaming
from tracker.directory.planned_ends import is_planned
from tracker.directory.views import blueprint, tried
from tracker.errors import NotFound
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

_SIGNS_OFF: dict[str, bool | None] = {"": None, "yes": True, "no": False}


@blueprint.get("/units")
@requires(Permission.ADMINISTER)
def units_list() -> Response:
    """All units, searched by present or former name."""
    text = request.args.get("q", "")[:100]
    wanted = request.args.get("kind", "")
    kind = UnitKind(wanted) if wanted in set(UnitKind) else None
    found = listing.find_units(db.session, text, kind)
    return page(
        "directory/units_list.html",
        found=found,
        text=text,
        kind=kind,
        kinds=list(UnitKind),
        today=clock.today(),
    )


@blueprint.get("/units/<int:unit_id>")
@requires(Permission.ADMINISTER)
def unit(unit_id: int) -> Response:
    """One unit."""
    row = unit_or_404(unit_id)
    chosen = next(word for word, value in _SIGNS_OFF.items() if value is row.signs_off)
    form = UnitForm(formdata=None, seen=mark_of(units.facts_of(row)), phone=row.phone, signs_off=chosen)
    return _show(row, form)


@blueprint.post("/units/<int:unit_id>")
@requires(Permission.ADMINISTER)
def change_unit(unit_id: int) -> Response:
    """The facts that change freely."""
    row, me = unit_or_404(unit_id), actor()
    form = UnitForm()
    here = url_for("directory.unit", unit_id=unit_id)

    def act() -> str:
        units.change_facts(
            db.session,
            me,
            unit_id,
            phone=str(form.phone.data or ""),
            signs_off=_SIGNS_OFF[str(form.signs_off.data or "")],
            seen=str(form.seen.data),
        )
        return here

    if form.validate_on_submit():
        answer = tried(form, act, back=here, done=_("Đã lưu thông tin đơn vị."))
        if answer is not None:
            return answer
    return _show(row, form, status=422)


@blueprint.route("/units/<int:unit_id>/rename", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def rename_unit(unit_id: int) -> Response:
    """Another name from a day on."""
    row, me = unit_or_404(unit_id), actor()
    seen = mark_of(units.state_of(row, db.session.get(UnitRenaming, unit_id)))
    form = RenameForm(seen=seen, name=row.name, from_on=clock.today())
    here = url_for("directory.unit", unit_id=unit_id)

    def act() -> str:
        assert form.from_on.data is not None
        name = str(form.name.data)
        units.rename_unit(
            db.session, me, unit_id, name=name, from_on=form.from_on.data, seen=str(form.seen.data)
        )
        return here

    if form.validate_on_submit():
        answer = tried(form, act, back=here, done=_("Đã ghi nhận tên mới."))
        if answer is not None:
            return answer
    return page(
        "directory/unit_rename.html", status=422 if form.errors else 200, unit=row, form=form, here=here
    )


def unit_or_404(unit_id: int) -> Unit:
    """The unit, ended or not. Raises NotFound."""
    row = db.session.get(Unit, unit_id)
    if row is None:
        raise NotFound
    return row


def _show(row: Unit, form: UnitForm, status: int = 200) -> Response:
    shown = listing.unit_page(db.session, row)
    return page(
        "directory/unit.html",
        status=status,
        shown=shown,
        unit=row,
        form=form,
        may_cancel_end=is_planned(row, clock.today()),
    )
