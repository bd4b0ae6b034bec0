"""Saved lists: keeping the present filter, changing what was kept, what a row tells.

Owns: the page where a person arranges his lists. Must not decide who may share: `issues.saved` does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.db import db, transaction
from tracker.errors import Invalid, NotFound
from tracker.issues import choices, saved
from tracker.issues.forms.fields import to_key
from tracker.issues.forms.lists import ColumnsForm, SaveListForm
from tracker.issues.models_lists import SavedList
from tracker.issues.saved import Preference
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.filters import canonical_query, read_listing
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once
from tracker.web.pages import page

Change = Callable[[Actor, int], None]
_PLAIN = "open=1"
_KEPT_URL = 300
"""Letters that the key of a form keeps of an address."""


@dataclass(frozen=True)
class SavedShown:
    """A saved list as a tab and as a line of the page that arranges them."""

    id: int
    label: str
    href: str
    query: str
    is_own: bool
    is_default: bool
    shared_in: str
    may_unshare: bool
    is_current: bool = False
    count: None = None


def shown(
    me: Actor, preference: Preference, rows: list[SavedList], units: Mapping[int, str]
) -> list[SavedShown]:
    """The lists that the person may open; `units`: the names to be told where one is shared."""
    sharing = saved.units_to_share_in(me)
    return [
        SavedShown(
            id=row.id,
            label=row.name,
            href=href_of(row),
            query=row.query,
            is_own=row.account_id == me.account_id,
            is_default=row.id == preference.default_list_id,
            shared_in=units.get(row.unit_id or 0, ""),
            may_unshare=row.unit_id is not None
            and (row.account_id == me.account_id or row.unit_id in sharing),
        )
        for row in rows
    ]


def href_of(row: SavedList) -> str:
    """The address of what was saved."""
    return f"{url_for('issues.index')}?{row.query or _PLAIN}"


@blueprint.get("/issues/lists")
@requires(Permission.SEE_ISSUES)
def saved_lists() -> Response:
    """The person's lists, and the present filter to be kept where the address holds one."""
    return _page(actor(), request.query_string.decode("ascii", "replace"))


@blueprint.post("/issues/lists")
@requires(Permission.SEE_ISSUES)
def save_list() -> Response:
    """Keep the filter under a name."""
    me = actor()
    form = _save_form(me)
    query = _canonical(me, form.query.data or "")
    if not form.validate():
        return _page(me, query, form=form, status=422)
    try:
        with transaction():
            done = once(db.session, me, "issues.save_list", form.idempotency_key.data or "", body_of(request))
            if done.result_url:
                return redirect(done.result_url, 303)
            unit_id = form.unit_id.data if "unit_id" in form else None
            row = saved.save_list(db.session, me, name=form.name.data or "", query=query, unit_id=unit_id)
            url = href_of(row)
            done.remember(url if len(url) <= _KEPT_URL else url_for("issues.saved_lists"))
    except Invalid as error:
        show_error(form, error)
        return _page(me, query, form=form, status=422)
    flash(_("Đã lưu danh sách."))
    return redirect(url, 303)


@blueprint.post("/issues/lists/<int:list_id>")
@requires(Permission.SEE_ISSUES)
def change_list(list_id: int) -> Response:
    """Rename, move, share, take back, delete, open with it."""
    change = _CHANGES.get(request.form.get("do", ""))
    if change is None:
        raise NotFound
    with transaction():
        change(actor(), list_id)
    flash(_("Đã cập nhật."))
    return redirect(url_for("issues.saved_lists"), 303)


@blueprint.post("/issues/lists/columns")
@requires(Permission.SEE_ISSUES)
def choose_columns() -> Response:
    """What rows tell, and whether single keys do something."""
    me, form = actor(), ColumnsForm()
    form.fill(Preference())
    if not form.validate():
        return _page(me, "", columns=form, status=422)
    with transaction():
        saved.choose_columns(
            db.session, me, form.columns.data or [], has_shortcuts=bool(form.has_shortcuts.data)
        )
    flash(_("Đã cập nhật."))
    return redirect(url_for("issues.saved_lists"), 303)


def _rename(me: Actor, list_id: int) -> None:
    saved.rename_list(db.session, me, list_id, request.form.get("name", ""))


def _share(me: Actor, list_id: int) -> None:
    saved.share_list(db.session, me, list_id, to_key(request.form.get("unit_id")) or 0)


_CHANGES: dict[str, Change] = {
    "rename": _rename,
    "share": _share,
    "up": lambda me, list_id: saved.move_up(db.session, me, list_id),
    "unshare": lambda me, list_id: saved.unshare_list(db.session, me, list_id),
    "delete": lambda me, list_id: saved.delete_list(db.session, me, list_id),
    "default": lambda me, list_id: saved.choose_default(db.session, me, list_id),
    "plain": lambda me, _list_id: saved.choose_default(db.session, me, None),
}


def _canonical(me: Actor, query: str) -> str:
    return canonical_query(read_listing(db.session, me, dict(parse_qsl(query, keep_blank_values=False))))


def _save_form(me: Actor) -> SaveListForm:
    form = SaveListForm()
    form.offer(sorted(choices.unit_names(db.session, saved.units_to_share_in(me)).items()))
    return form


def _page(
    me: Actor,
    query: str,
    *,
    form: SaveListForm | None = None,
    columns: ColumnsForm | None = None,
    status: int = 200,
) -> Response:
    preference, rows = saved.wishes_of(db.session, me)
    units = choices.unit_names(db.session, {row.unit_id for row in rows if row.unit_id is not None})
    listing = read_listing(db.session, me, dict(parse_qsl(query)))
    form = form or _save_form(me)
    form.query.data = canonical_query(listing)
    if columns is None:
        columns = ColumnsForm()
        columns.fill(preference)
    return page(
        "issues/lists.html",
        None,
        status,
        rows=shown(me, preference, rows, units),
        form=form,
        columns=columns,
        chips=[chip.label for chip in listing.chips],
        is_saving=bool(query),
        has_default=preference.default_list_id is not None,
        units=sorted(choices.unit_names(db.session, saved.units_to_share_in(me)).items()),
    )
