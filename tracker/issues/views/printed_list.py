"""A list to print: /issues/print, with the query of the list.

Owns: how many rows a printed list has at most. Must not read an issue itself: `issues.lists` does, with the rights, the
filter and the order of the list.
"""

from flask import request
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.issues import lists, saved
from tracker.issues.listing import IssueRow
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.filters import Listing, address, read_listing
from tracker.issues.views.rows import row_views
from tracker.permissions import Actor, Permission
from tracker.text import format_number
from tracker.web.access import actor, requires
from tracker.web.labels import term
from tracker.web.pages import page

MOST_ROWS = 1_000
"""About forty sheets; who needs more takes the file."""
PAGE_ROWS = 500


@blueprint.get("/issues/print")
@requires(Permission.SEE_ISSUES)
def print_list() -> Response:
    """The whole list as it is filtered, to print."""
    me = actor()
    listing = read_listing(db.session, me, request.args.to_dict())
    columns = saved.wishes_of(db.session, me)[0].columns
    found = _rows(me, listing)
    rows = row_views(
        found[:MOST_ROWS],
        today=clock.today(),
        calendar=load_calendar(db.session),
        columns=columns,
        fields={row.id: term(row) for row in listing.fields},
    )
    return page(
        "issues/print_list.html",
        listing=listing,
        rows=rows,
        total=format_number(len(found)),
        most=format_number(MOST_ROWS) if len(found) > MOST_ROWS else None,
        list_href=address(listing.filters, listing.typed_commune),
        at=wording.moment(clock.now()),
    )


def _rows(me: Actor, listing: Listing) -> list[IssueRow]:
    """All rows in their order; more than the most where the list is cut."""
    found: list[IssueRow] = []
    calendar, today = load_calendar(db.session), clock.today()
    for rows in lists.row_pages(
        db.session, me, listing.filters, calendar=calendar, today=today, size=PAGE_ROWS
    ):
        found += rows
        if len(found) > MOST_ROWS:
            break
    return found
