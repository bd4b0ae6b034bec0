"""The administrator's pages of people.

Owns: the pages. What is allowed stands in `people`.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts import people, people_queries
from tracker.accounts.forms_people import (
    EndRoleForm,
    FactsForm,
    MoveForm,
    NewPersonForm,
    RoleForm,
    offer_roles,
)
from tracker.accounts.people_queries import PeopleFilter, PersonPage
from tracker.db import db, transaction
from tracker.directory.changes import mark_of
from tracker.directory.forms import offer, to_key
from tracker.directory.views import tried
from tracker.errors import NotFound
from tracker.permissions import Permission, Role
from tracker.text import clean_line
from tracker.web.access import actor, fresh, requires
from tracker.web.forms import BaseForm, CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.idempotency import body_of, once
from tracker.web.pages import AdminEntry, page

blueprint = Blueprint("people", __name__)
ADMIN_PAGES = (
    AdminEntry(
        "people.index",
        _l("Người dùng"),
        _l("Thêm, sửa, khóa tài khoản; vai trò theo thời gian; liên kết đặt mật khẩu."),
        Permission.ADMINISTER,
        10,
    ),
)
_UNPROCESSABLE = 422


@blueprint.get("/people")
@requires(Permission.ADMINISTER)
def index() -> Response:
    """The people, searched and filtered."""
    args, today = request.args, clock.today()
    role, state = args.get("role", ""), args.get("state", "")
    filters = PeopleFilter(
        text=clean_line(args.get("q", ""))[:100],
        unit_id=to_key(args.get("unit")),
        role=Role(role) if role in set(Role) else None,
        is_active={"active": True, "disabled": False}.get(state),
    )
    found = people_queries.people(db.session, filters, today, after=to_key(args.get("after")))
    kept: dict[str, Any] = {
        name: value for name, value in args.items() if name in ("q", "unit", "role", "state") and value
    }
    return page(
        "accounts/people.html",
        found=found,
        filters=filters,
        state=state,
        roles=list(Role),
        units=people_queries.units_to_choose(db.session, today),
        next_href=url_for("people.index", **kept, after=found.next_after) if found.next_after else None,
        first_href=url_for("people.index", **kept) if args.get("after") else None,
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def new() -> Response:
    """A new person with a first role."""
    me, form = actor(), NewPersonForm()
    if not form.is_submitted():
        form.valid_from.data = clock.today()
    _offer_units(form.unit)
    offer_roles(form.role)

    def act() -> str:
        assert form.valid_from.data is not None
        added = people.add_person(
            db.session,
            me,
            form.facts(),
            role=Role(form.role.data),
            unit_id=form.unit.data,
            valid_from=form.valid_from.data,
        )
        return url_for("people.show", account_id=added.id)

    if form.validate_on_submit():
        answer = tried(form, _once(form, act), back=request.path, done=_("Đã thêm người dùng."))
        if answer is not None:
            return answer
    return page("accounts/person_new.html", status=_UNPROCESSABLE if form.errors else 200, form=form)


@blueprint.route("/people/<int:account_id>", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def show(account_id: int) -> Response:
    """One person; his facts are changed here."""
    shown, me = _person(account_id), actor()
    facts = people.facts_of(shown.account)
    form = FactsForm(data={**facts, "seen": mark_of(facts)})

    def act() -> str:
        people.change_facts(db.session, me, account_id, form.facts(), seen=str(form.seen.data))
        return request.path

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu thông tin người dùng."))
        if answer is not None:
            return answer
    status = _UNPROCESSABLE if form.errors else 200
    return page(
        "accounts/person.html", status=status, shown=_person(account_id), form=form, today=clock.today()
    )


@blueprint.route("/people/<int:account_id>/roles", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def give_role(account_id: int) -> Response:
    """Another role for a time."""
    shown, me, form = _person(account_id), actor(), RoleForm()
    if not form.is_submitted():
        form.valid_from.data = clock.today()
    _offer_units(form.unit)
    offer_roles(form.role)

    def act() -> str:
        assert form.valid_from.data is not None
        people.give_role(
            db.session,
            me,
            account_id,
            role=Role(form.role.data),
            unit_id=form.unit.data,
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
        )
        return _home(account_id)

    return _answered(form, _once(form, act), "accounts/person_role.html", _("Đã giao vai trò."), shown)


@blueprint.route("/people/<int:account_id>/roles/<int:grant_id>/end", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def end_role(account_id: int, grant_id: int) -> Response:
    """The last day of a role."""
    shown, me = _person(account_id), actor()
    line = next((one for one in shown.roles if one.grant.id == grant_id), None)
    if line is None:
        raise NotFound
    form = EndRoleForm()
    if not form.is_submitted():
        form.valid_to.data = clock.today()

    def act() -> str:
        assert form.valid_to.data is not None
        people.end_role(db.session, me, account_id, grant_id, valid_to=form.valid_to.data)
        return _home(account_id)

    return _answered(form, act, "accounts/person_role_end.html", _("Đã ghi ngày kết thúc."), shown, line=line)


@blueprint.route("/people/<int:account_id>/move", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def move(account_id: int) -> Response:
    """To another unit on a day."""
    shown, me, form = _person(account_id), actor(), MoveForm()
    if not form.is_submitted():
        form.first_day.data = clock.today()
    held = {line.grant.unit_id: line.unit_name for line in shown.roles if not line.is_over}
    offer(form.from_unit, _("Chọn đơn vị"), sorted(held.items()))
    _offer_units(form.to_unit)
    offer_roles(form.role)

    def act() -> str:
        assert form.first_day.data is not None
        people.move(
            db.session,
            me,
            account_id,
            from_unit_id=form.from_unit.data,
            to_unit_id=form.to_unit.data,
            role=Role(form.role.data),
            first_day=form.first_day.data,
        )
        return _home(account_id)

    return _answered(form, _once(form, act), "accounts/person_move.html", _("Đã chuyển đơn vị."), shown)


@blueprint.route("/people/<int:account_id>/disable", methods=["GET", "POST"])
@fresh
@requires(Permission.ADMINISTER)
def disable(account_id: int) -> Response:
    """End the access, after it was said what that means."""
    shown, me, form = _person(account_id), actor(), BaseForm()

    def act() -> str:
        people.disable(db.session, me, account_id)
        return _home(account_id)

    return _answered(form, act, "accounts/person_disable.html", _("Đã khóa tài khoản."), shown)


@blueprint.post("/people/<int:account_id>/enable")
@fresh
@requires(Permission.ADMINISTER)
def enable(account_id: int) -> Response:
    """Give the access back."""
    me, form = actor(), BaseForm()

    def act() -> str:
        people.enable(db.session, me, account_id)
        return _home(account_id)

    answer = tried(form, act, back=_home(account_id), done=_("Đã mở lại tài khoản."))
    assert answer is not None  # nothing that could be refused at a field
    return answer


@blueprint.post("/people/<int:account_id>/sessions/end")
@fresh
@requires(Permission.ADMINISTER)
def end_sessions(account_id: int) -> Response:
    """End all sessions of the person."""
    me, form = actor(), BaseForm()

    def act() -> str:
        people.end_sessions(db.session, me, account_id)
        return _home(account_id)

    answer = tried(form, act, back=_home(account_id), done=_("Đã kết thúc mọi phiên làm việc của người này."))
    assert answer is not None  # nothing that could be refused at a field
    return answer


@blueprint.post("/people/<int:account_id>/link")
@fresh
@requires(Permission.ADMINISTER)
def link(account_id: int) -> Response:
    """A link to set a password, shown this once."""
    shown, me = _person(account_id), actor()
    with transaction():
        token = people.make_link(db.session, me, account_id)
    address = url_for("password_links.use", token=token, _external=True)
    return page("accounts/person_link.html", shown=_person(account_id) or shown, address=address)


def _answered(
    form: BaseForm, act: Callable[[], str], template: str, done: str, shown: PersonPage, **more: Any
) -> Response:
    if form.validate_on_submit():
        answer = tried(form, act, back=_home(shown.account.id), done=done)
        if answer is not None:
            return answer
    status = _UNPROCESSABLE if form.errors else 200
    return page(template, status=status, form=form, shown=shown, home=_home(shown.account.id), **more)


def _once(form: CreatingForm, act: Callable[[], str]) -> Callable[[], str]:
    """The act, done once however often the form is sent."""

    def acted() -> str:
        key = str(form.idempotency_key.data or "")
        done = once(db.session, actor(), request.endpoint or "", key, body_of(request))
        return done.result_url or done.remember(act())

    return acted


def _offer_units(field: object) -> None:
    offer(field, _("Chọn đơn vị"), people_queries.units_to_choose(db.session, clock.today()))


def _home(account_id: int) -> str:
    return url_for("people.show", account_id=account_id)


def _person(account_id: int) -> PersonPage:
    found = people_queries.person(db.session, account_id, clock.now(), clock.today())
    if found is None:
        raise NotFound
    return found
