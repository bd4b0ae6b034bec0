"""Every page of the route map in a real browser: axe, no scrolling aside, nothing moves, nothing is too heavy.

A page is loaded as on a desktop and as on a phone; the colours are then changed in place and looked at again.
"""

import gzip
import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import CDPSession, Page
from sqlalchemy import event

from tests.browser.conftest import Enter
from tests.browser.places import Place, page_endpoints, places_of
from tests.browser.site import Site
from tests.journeys.reading import parse
from tracker.db import db

DESKTOP, PHONE, NARROW = 1280, 390, 320
PAGE_BYTES = 15_000
MOST_STATEMENTS = 10
MOST_SHIFT = 0.01
_SOURCE = Axe().axe_script
_SHIFT = """
window.shift = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; })
  .observe({type: "layout-shift", buffered: true});
"""
_FIND = (
    "(async () => { const found = await axe.run(document, %s); return JSON.stringify(found.violations); })()"
)
_ALL = {"resultTypes": ["violations"]}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **_ALL}


class Inspector:
    """Looks at an open page through the browser's own door, so that its content security policy stays on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.door: CDPSession = page.context.new_cdp_session(page)

    def value(self, expression: str) -> Any:
        """What an expression gives on the page."""
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self.door.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def violations(self, options: dict[str, Any]) -> list[str]:
        """What axe finds, one line each."""
        self.value(_SOURCE)
        found = json.loads(self.value(_FIND % json.dumps(options)))
        return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]

    def aside(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.value("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def resize(self, width: int) -> None:
        """Another window."""
        self.page.set_viewport_size({"width": width, "height": 800})


@pytest.mark.parametrize("endpoint", page_endpoints())
def test_a_page_is_open_to_everybody_in_light_and_dark_on_phone_and_desktop(
    endpoint: str, site: Site, enter: Enter
) -> None:
    faults: list[str] = []
    for place in places_of(site, endpoint):
        context = enter(place.login, width=DESKTOP)
        context.add_init_script(_SHIFT)
        page = context.new_page()
        inspector = Inspector(page)
        for width in (DESKTOP, PHONE):
            inspector.resize(width)
            page.emulate_media(color_scheme="light")
            page.goto(place.url)
            found = inspector.violations(_ALL)
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {line}" for line in inspector.violations(_COLOURS)]
            if inspector.aside() > 0:
                found.append(f"scrolls aside by {inspector.aside()}")
            if (shift := inspector.value("window.shift")) > MOST_SHIFT:
                found.append(f"moved by {shift}")
            faults += [f"{place.url} ({place.login}) at {width}: {line}" for line in found]
        inspector.resize(NARROW)
        if inspector.aside() > 0:
            faults.append(f"{place.url} ({place.login}) at {NARROW}: scrolls aside by {inspector.aside()}")
        context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("endpoint", page_endpoints())
def test_a_page_is_right_markup_light_and_asks_few_questions(endpoint: str, site: Site) -> None:
    for place in places_of(site, endpoint):
        open_by_app(site, place)  # what is done every five minutes is done now
        statements, body = open_by_app(site, place)
        parse(body.decode())
        assert len(gzip.compress(body, 6)) <= PAGE_BYTES, place
        assert len(statements) <= MOST_STATEMENTS, (place, statements)


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
    assert all(5_00 < weight <= 20_000 for weight in weighed[1:]), weighed
