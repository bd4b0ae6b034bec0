"""Every page of the route map in a real browser: axe, no scrolling aside, nothing moves, nothing is too heavy.

A page is loaded as on a desktop and as on a phone; the colours are then changed in place and looked at again.
"""

import gzip
import time
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Route
from sqlalchemy import event

from tests.browser.conftest import Enter
from tests.browser.inspecting import DESKTOP, NARROW, NOTE_SHIFTS, PHONE, Inspector
from tests.browser.places import Place, page_endpoints, places_of
from tests.browser.site import Site
from tests.journeys.reading import parse
from tracker.db import db

PAGE_BYTES = 15_000
MOST_STATEMENTS = 10
MOST_OF_AN_EXAMINATION = 17
"""The administrator's pages that examine the instance: one or two statements a check, whatever the database holds."""
EXAMINING = {("quantri", "/"), ("quantri", "/jobs")}


@pytest.mark.parametrize("endpoint", page_endpoints())
def test_a_page_is_open_to_everybody_in_light_and_dark_on_phone_and_desktop(
    endpoint: str, site: Site, enter: Enter
) -> None:
    faults: list[str] = []
    for place in places_of(site, endpoint):
        context = enter(place.login, width=DESKTOP)
        context.add_init_script(NOTE_SHIFTS)
        page = context.new_page()
        inspector = Inspector(page)
        for width in (DESKTOP, PHONE):
            inspector.resize(width)
            page.goto(place.url)
            found = inspector.moved() + inspector.faults()
            faults += [f"{place.url} ({place.login}) at {width}: {line}" for line in found]
        inspector.resize(NARROW)
        if (pixels := inspector.aside()) > 0:
            faults.append(f"{place.url} ({place.login}) at {NARROW}: scrolls aside by {pixels} pixels")
        context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("late", ["-400.woff2", "-600.woff2", "app.js"])
def test_nothing_moves_when_letters_or_the_script_come_late(late: str, site: Site, enter: Enter) -> None:
    def wait(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    for address in ("/issues?q=ong+dinh", "/"):
        context = enter("chutich", width=DESKTOP)
        context.add_init_script(NOTE_SHIFTS)
        context.route(lambda url: late in url, wait)
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(
            "document.documentElement.classList.contains('js') && document.fonts.status == 'loaded'"
        )
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("window.shift") == 0, address
        context.close()


@pytest.mark.parametrize("endpoint", page_endpoints())
def test_a_page_is_right_markup_light_and_asks_few_questions(endpoint: str, site: Site) -> None:
    for place in places_of(site, endpoint):
        open_by_app(site, place)  # what is done every five minutes is done now
        statements, body = open_by_app(site, place)
        parse(body.decode())
        assert len(gzip.compress(body, 6)) <= PAGE_BYTES, place
        most = MOST_OF_AN_EXAMINATION if (place.login, place.url) in EXAMINING else MOST_STATEMENTS
        assert len(statements) <= most, (place, statements)


def open_by_app(site: Site, place: Place) -> tuple[list[str], bytes]:
    """The statements that a page asks, and its markup."""
    client = site.app.test_client()
    if place.login is not None:
        cookie = site.cookie(place.login)
        client.set_cookie(cookie["name"], cookie["value"])
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    engine = _engine(site.app)
    event.listen(engine, "before_cursor_execute", note)
    try:
        response = client.get(place.url)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert response.status_code == 200, place
    return asked, response.data


def _engine(app: Flask) -> Any:
    with app.app_context():
        return db.engine


def test_a_first_visit_weighs_at_most_150_kilobytes_and_the_next_20(site: Site, enter: Enter) -> None:
    context = enter("theodoi")
    page = context.new_page()
    weighed: list[int] = []
    cached: set[str] = set()
    door = context.new_cdp_session(page)
    door.send("Network.enable")
    door.on("Network.requestServedFromCache", lambda told: cached.add(told["requestId"]))
    answers: dict[str, Any] = {}
    door.on("Network.responseReceived", lambda told: answers.update({told["requestId"]: told["response"]}))
    for address in ("/", "/issues", "/leaders"):
        answers.clear()
        cached.clear()
        page.goto(address, wait_until="networkidle")
        weight = 0
        for key, answer in answers.items():
            if key in cached or answer.get("fromDiskCache") or answer["url"].startswith("data:"):
                continue
            body = page.request.get(answer["url"]).body()
            weight += len(body) if answer["url"].endswith(".woff2") else len(gzip.compress(body, 6))
        weighed.append(weight)
    assert 40_000 < weighed[0] <= 150_000, weighed
    assert all(500 < weight <= 20_000 for weight in weighed[1:]), weighed
