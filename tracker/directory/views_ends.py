"""Pages on which a unit ends: the end itself, the merger, the division. What will happen is shown before it does.

Owns: the two steps (filled in, confirmed). The numbers shown come from registered counts.
"""

from collections.abc import Callable
from datetime import date

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.directory import listing, load, planned_ends, units
from tracker.directory.changes import mark_of
from tracker.directory.forms import CancelEndForm, ChangeForm, EndForm, MergeForm, SplitForm, offer
from tracker.directory.models import Unit, UnitRenaming
from tracker.directory.views import blueprint, tried
from tracker.directory.views_units import unit_or_404
from tracker.errors import DomainError, Invalid, NotFound
from tracker.permissions import Permission
from tracker.web.access import actor, fresh, requires
from tracker.web.forms import choices, show_error
from tracker.web.i18n import gettext as _
from tracker.web.pages import page

Act = Callable[[], str]
_OWN_FIELDS = {"csrf_token", "seen", "confirmed"}


@blueprint.route("/units/<int:unit_id>/end", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def end_unit(unit_id: int) -> Response:
    """The end of a unit."""
    row, me = unit_or_404(unit_id), actor()
    form = EndForm(seen=_seen(row), from_on=clock.today())
    offer(form.successor, _("Không có, đầu mối tổng hợp cấp tỉnh quyết định"), _heirs(row))

    def act() -> str:
        units.close_unit(
            db.session,
            me,
            row.id,
            from_on=_day(form),
            successor_id=form.successor.data,
            seen=str(form.seen.data),
        )
        return url_for("directory.unit", unit_id=unit_id)

    return _in_two_steps(form, row, [row.id], act, "end")


@blueprint.route("/units/<int:unit_id>/merge", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def merge_unit(unit_id: int) -> Response:
    """This unit and others go into one."""
    row, me = unit_or_404(unit_id), actor()
    form = MergeForm(seen=_seen(row), from_on=clock.today())
    for field in (form.other_1, form.other_2, form.other_3):
        offer(field, _("Không chọn"), _heirs(row))
    offer(form.into, _("Không, thành lập đơn vị mới"), [(row.id, row.name), *_heirs(row)])
    into = form.into.data

    def act() -> str:
        heir = units.merge_units(
            db.session,
            me,
            [row.id, *form.others],
            into=into or form.new_unit,
            from_on=_day(form),
            seen={row.id: str(form.seen.data)},
        )
        return url_for("directory.unit", unit_id=heir.id)

    ended = [key for key in dict.fromkeys([row.id, *form.others]) if key != into]
    return _in_two_steps(form, row, ended, act, "merge")


@blueprint.route("/units/<int:unit_id>/split", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def split_unit(unit_id: int) -> Response:
    """This unit ends, several begin."""
    row, me = unit_or_404(unit_id), actor()
    form = SplitForm(seen=_seen(row), from_on=clock.today())
    places = [_("Đơn vị thứ nhất"), _("Đơn vị thứ hai"), _("Đơn vị thứ ba"), _("Đơn vị thứ tư")]
    form.heir.choices = choices(enumerate(places))

    def act() -> str:
        made = units.split_unit(
            db.session,
            me,
            row.id,
            parts=form.parts,
            heir=int(form.heir.data),
            from_on=_day(form),
            seen=str(form.seen.data),
        )
        return url_for("directory.unit", unit_id=made[int(form.heir.data)].id)

    return _in_two_steps(form, row, [row.id], act, "split")


@blueprint.route("/units/<int:unit_id>/end/cancel", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def cancel_end(unit_id: int) -> Response:
    """An end, a merger or a division whose day has not come is taken back."""
    row, me = unit_or_404(unit_id), actor()
    here = url_for("directory.unit", unit_id=unit_id)
    if not planned_ends.is_planned(row, clock.today()):
        raise NotFound
    form = CancelEndForm(seen=_seen(row))

    def act() -> str:
        planned_ends.cancel_end(db.session, me, unit_id, seen=str(form.seen.data))
        return here

    if form.validate_on_submit():
        answer = tried(form, act, back=here, done=_("Đã hủy. Đơn vị tiếp tục hoạt động."))
        if answer is not None:
            return answer
    plan = planned_ends.plan_of(db.session, row)
    return page(
        "directory/unit_end_cancel.html",
        status=422 if form.errors else 200,
        unit=row,
        form=form,
        plan=plan,
        here=here,
    )


def _in_two_steps(form: ChangeForm, row: Unit, ended: list[int], act: Act, name: str) -> Response:
    """First what will happen, in numbers and written nowhere; then the act."""
    here = url_for("directory.unit", unit_id=row.id)
    template = f"directory/unit_{name}.html"
    numbers: dict[str, int] | None = None
    if form.validate_on_submit():
        if form.confirmed.data == "yes":
            answer = tried(form, act, back=here, done=_("Đã ghi nhận thay đổi của đơn vị."))
            if answer is not None:
                return answer
        else:
            _check_shape(form)
            numbers = load.load_of(db.session, ended) if not form.errors else None
    form.confirmed.data = "" if numbers is None else "yes"
    return page(
        template if numbers is None else "directory/unit_check.html",
        status=422 if form.errors else 200,
        unit=row,
        form=form,
        here=here,
        url=request.path,
        numbers=numbers,
        kept=[pair for pair in request.form.items() if pair[0] not in _OWN_FIELDS],
        ended=[db.session.get(Unit, key) for key in ended],
        heir=_heir_name(form),
        today=clock.today(),
    )


def _check_shape(form: ChangeForm) -> None:
    """What can be said before anything is written; the service says the rest."""
    if isinstance(form, MergeForm) and not form.into.data and not (form.name.data and form.code.data):
        show_error(form, Invalid("name", "new_unit_missing"))
    if isinstance(form, MergeForm) and not form.others and not form.into.data:
        show_error(form, DomainError("merge_needs_two"))
    if isinstance(form, SplitForm) and int(form.heir.data) >= len(form.parts):
        show_error(form, Invalid("heir", "not_a_choice"))


def _heir_name(form: ChangeForm) -> str:
    """The name of the unit that takes what is open; '' for none."""
    if isinstance(form, SplitForm):
        place = int(form.heir.data or 0)
        return form.parts[place].name if place < len(form.parts) else ""
    key = form.into.data if isinstance(form, MergeForm) else form["successor"].data
    chosen = db.session.get(Unit, key) if key else None
    if chosen is not None:
        return chosen.name
    return str(form.name.data or "") if isinstance(form, MergeForm) else ""


def _seen(row: Unit) -> str:
    return mark_of(units.state_of(row, db.session.get(UnitRenaming, row.id)))


def _heirs(row: Unit) -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in listing.possible_heirs(db.session, row)]


def _day(form: ChangeForm) -> date:
    assert form.from_on.data is not None
    return form.from_on.data
