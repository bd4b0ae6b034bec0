"""One template as page and as fragment, and what the frame of every page shows.

Owns: `page()`, the navigation, lasting names of templates. Must not query anything: what a frame shows beyond this
is given by functions registered in `tracker.wiring`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for

from tracker.clock import local
from tracker.permissions import Actor, Permission
from tracker.text import format_date, format_number, format_time
from tracker.web import http
from tracker.web.labels import label


@dataclass(frozen=True)
class NavEntry:
    """A main page of a package. `label` is a lazy text; `count` gives a number to show beside it, or None."""

    endpoint: str
    label: str
    permission: Permission
    order_no: int
    count: Callable[[Actor], int | str | None] | None = None


@dataclass(frozen=True)
class AdminEntry:
    """A page of the administrator, with one sentence about it. `label` and `sentence` are lazy texts."""

    endpoint: str
    label: str
    sentence: str
    permission: Permission
    order_no: int


@dataclass(frozen=True)
class NavItem:
    """An entry as the frame shows it to this person."""

    href: str
    label: str
    is_current: bool
    count: int | str | None


def page(template: str, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """The page, or only its block `fragment` where htmx asks for a part. Templates extend `layout`."""
    is_part = fragment is not None and http.is_htmx()
    layout = "layouts/fragment.html" if is_part else "layouts/page.html"
    response = make_response(render_template(template, layout=layout, fragment=fragment, **context), status)
    response.vary.add("HX-Request")
    return response


def add_nav(app: Flask, entry: NavEntry) -> None:
    """Register a main page; wiring calls this."""
    entries: list[NavEntry] = app.extensions.setdefault("nav", [])
    entries.append(entry)
    entries.sort(key=lambda item: item.order_no)


def add_admin(app: Flask, entry: AdminEntry) -> None:
    """Register a page of the administrator; wiring calls this."""
    entries: list[AdminEntry] = app.extensions.setdefault("admin", [])
    entries.append(entry)
    entries.sort(key=lambda item: item.order_no)


def admin_entries(person: Actor) -> list[AdminEntry]:
    """The administrator's pages that the person may open, in their order."""
    entries: list[AdminEntry] = current_app.extensions.get("admin", [])
    return [entry for entry in entries if person.has(entry.permission)]


def init_app(app: Flask) -> None:
    """Give templates the navigation, `label()` and the filters local_date, local_time, number."""
    app.jinja_env.globals["label"] = label
    app.jinja_env.filters.update(local_date=local_date, local_time=local_time, number=format_number)
    app.context_processor(lambda: {"nav": _nav(), "may_search": _may_search()})


def local_date(moment: date | datetime | None) -> str:
    """04/08/2025 in Vietnam; '' for none."""
    if moment is None:
        return ""
    return format_date(local(moment) if isinstance(moment, datetime) else moment)


def local_time(moment: datetime | None) -> str:
    """14:30 04/08/2025 in Vietnam; '' for none."""
    if moment is None:
        return ""
    here = local(moment)
    return f"{format_time(here)} {format_date(here)}"


def _may_search() -> bool:
    """Whoever sees no matter gets no box to search them."""
    person: Actor | None = g.get("actor")
    return person is not None and person.has(Permission.SEE_ISSUES)


def _nav() -> list[NavItem]:
    person: Actor | None = g.get("actor")
    if person is None:
        return []
    return [
        NavItem(
            href=url_for(entry.endpoint),
            label=str(entry.label),
            is_current=request.endpoint == entry.endpoint,
            count=entry.count(person) if entry.count else None,
        )
        for entry in current_app.extensions.get("nav", [])
        if person.has(entry.permission)
    ]
