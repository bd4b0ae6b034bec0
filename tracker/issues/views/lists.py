"""The list of issues: filters in the address, chips, tabs, pages by key.

Owns: how a filter is written in an address and in words. Must not know how it is looked up.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.deadlines.clocks import Lateness
from tracker.deadlines.days import load_calendar
from tracker.directory import queries as directory
from tracker.index.query import year_and_serial
from tracker.issues import lists, queries, saved
from tracker.issues.bulk import ACTS
from tracker.issues.lists import AGE_BANDS, IssueFilter, Scope
from tracker.issues.saved import Preference
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.filters import Listing, address, canonical_query, filter_args, read_listing
from tracker.issues.views.rows import row_views
from tracker.issues.views.saved import SavedShown
from tracker.issues.views.saved import shown as shown_lists
from tracker.issues.views.searching import mark_rows, searched
from tracker.issues.workflow import BY_ACT, Act, IssueState
from tracker.permissions import Actor, Permission
from tracker.text import clean_line
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.labels import label, term
from tracker.web.options import options
from tracker.web.pages import page

LIST_STATES = tuple(
    state for state in IssueState if state not in (IssueState.MERGED, IssueState.WITH_AUTHORITY)
)


@blueprint.get("/issues")
@requires(Permission.SEE_ISSUES)
def index() -> Response:
    """The issues that the person may read."""
    me = actor()
    if (number := _number_typed()) and queries.find_issue(db.session, me, number):
        return redirect(url_for("issues.show", number=number))
    preference, rows_kept = saved.wishes_of(db.session, me)
    kept = shown_lists(me, preference, rows_kept, {})
    if not request.args and (first := next((each for each in kept if each.is_default), None)):
        return redirect(first.href)
    return _page(me, read_listing(db.session, me, request.args.to_dict()), preference, kept)


def _page(me: Actor, listing: Listing, preference: Preference, kept: list[SavedShown]) -> Response:
    calendar, today = load_calendar(db.session), clock.today()
    search = searched(db.session, listing.filters, request.args.get("q", ""))
    found = lists.list_issues(
        db.session,
        me,
        replace(listing.filters, named_ids=search.named_ids) if search else listing.filters,
        calendar=calendar,
        today=today,
        after=listing.after,
        before=listing.before,
    )
    rows = row_views(
        found.rows,
        today=today,
        calendar=calendar,
        columns=preference.columns,
        fields={row.id: term(row) for row in listing.fields},
        me=me if me.has(Permission.WORK_ON_ISSUE) or me.has(Permission.DIRECT) else None,
    )
    if search:
        rows = mark_rows(db.session, found.rows, rows, listing.filters.text)
    query = canonical_query(listing)
    return page(
        "issues/index.html",
        "list",
        rows=rows,
        total=wording.count_words(found.total.n, is_capped=found.total.is_capped),
        listing=listing,
        search=search,
        tabs=_tabs(listing),
        kept=[replace(each, is_current=each.query == query) for each in kept],
        choices=_choices(me, listing),
        picks=_picks(me) if any(row.pick for row in rows) else [],
        has_picks=any(row.pick for row in rows),
        may_direct=me.has(Permission.DIRECT),
        has_shortcuts=preference.has_shortcuts,
        at=wording.moment(clock.now()),
        **_hrefs(listing, found),
    )


def _hrefs(listing: Listing, found: lists.Page) -> dict[str, Any]:
    """Where the list goes on, back, out as a file, and under a name."""
    query = filter_args(listing.filters, listing.typed_commune)
    before, after = found.previous_before, found.next_after
    return {
        "next_href": _href(listing, after=after) if after else None,
        "previous_href": _href(listing, before=before) if before else None,
        "first_href": _href(listing) if before or listing.after else None,
        "xlsx_href": url_for("issues.export_xlsx", **query),
        "csv_href": url_for("issues.export_csv", **query),
        "print_href": url_for("issues.print_list", **(query or {"open": "1"})),
        "save_href": url_for("issues.saved_lists", **(query or {"open": "1"})),
    }


def _picks(me: Actor) -> list[tuple[str, str]]:
    """The acts on many issues that the person may take at all."""
    words = ((Act.ASSIGN, label("act.accept_and_assign")), *((a, label(f"Act.{a.value}")) for a in ACTS[1:]))
    offered = ((act, text, BY_ACT[act].permission) for act, text in words)
    return [(act.value, text) for act, text, needed in offered if needed is not None and me.has(needed)]


def _number_typed() -> str:
    """A whole number typed into the search, with VM- or without, leads straight to the issue."""
    number = year_and_serial(clean_line(request.args.get("q", "")))
    return f"VM-{number[0]}-{number[1]}" if number else ""


def _href(listing: Listing, **place: int | None) -> str:
    return address(listing.filters, listing.typed_commune, **place)


def _tabs(listing: Listing) -> list[dict[str, object]]:
    words = {Scope.MINE: _("Của tôi"), Scope.UNIT: _("Đơn vị tôi"), Scope.ALL: _("Tất cả")}
    return [
        {
            "label": text,
            "href": address(replace(listing.filters, scope=scope), listing.typed_commune),
            "is_current": scope is listing.filters.scope,
            "count": None,
        }
        for scope, text in words.items()
    ]


def _choices(me: Actor, listing: Listing) -> list[dict[str, object]]:
    """The select boxes of the filter form: name, words, pairs, what is chosen."""
    chosen = filter_args(listing.filters)
    chosen["open"] = {True: "1", False: "0", None: "any"}[listing.filters.is_open]

    def box(name: str, words: str, pairs: Iterable[tuple[object, str]]) -> dict[str, object]:
        return {"name": name, "label": words, "options": options(pairs, str(chosen.get(name, "")))}

    boxes = [
        box("open", _("Tình trạng"), [("1", _("Đang mở")), ("0", _("Đã kết thúc")), ("any", _("Tất cả"))]),
        box("state", _("Trạng thái"), [("", _("Tất cả")), *_states()]),
        box("late", _("Thời hạn"), [("", _("Tất cả")), *_latenesses()]),
        box("field", _("Lĩnh vực"), [("", _("Tất cả")), *((row.code, term(row)) for row in listing.fields)]),
    ]
    if me.has(Permission.SEE_FIGURES):
        boxes.append(
            box(
                "age",
                _("Số ngày làm việc từ khi gửi"),
                [("", _("Tất cả")), *((a, age_words(a)) for a in AGE_BANDS)],
            )
        )
        boxes.append(box("unit", _("Đang ở"), [("", _("Tất cả")), *directory.desks(db.session)]))
    return boxes


def _states() -> list[tuple[object, str]]:
    return [(state.value, label(f"IssueState.{state.value}")) for state in LIST_STATES]


def _latenesses() -> list[tuple[object, str]]:
    return [
        (word.value, label(f"Lateness.{word.value}"))
        for word in (Lateness.DUE_SOON, Lateness.LATE, Lateness.LONG_LATE)
    ]


def age_words(band: str) -> str:
    """'6–10 ngày làm việc'."""
    youngest, oldest = AGE_BANDS[band]
    if oldest is None:
        return _("Trên %(n)s ngày", n=youngest - 1)
    return _("%(a)s–%(b)s ngày", a=youngest, b=oldest)


def list_href(filters: IssueFilter) -> str:
    """The address of the list behind a figure or a group."""
    return address(filters)
