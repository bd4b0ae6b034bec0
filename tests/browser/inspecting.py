"""Looks at an open page: axe in light and dark, its width, what moved while it was loaded.

Owns: the measuring. Must not know a page.
"""

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

DESKTOP, PHONE, NARROW = 1280, 390, 320
MOST_SHIFT = 0.01
NOTE_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value; })
  .observe({type: "layout-shift", buffered: true});
"""
"""To run before a page's own scripts."""
_SOURCE = Axe().axe_script
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

    def faults(self) -> list[str]:
        """What is wrong with the page as it stands, in both colour schemes."""
        self.page.emulate_media(color_scheme="light")
        found = self.violations(_ALL)
        self.page.emulate_media(color_scheme="dark")
        found += [f"dark: {line}" for line in self.violations(_COLOURS)]
        if (pixels := self.aside()) > 0:
            found.append(f"scrolls aside by {pixels} pixels")
        return found

    def moved(self) -> list[str]:
        """Whether something moved while the page was loaded; asks for `NOTE_SHIFTS`."""
        shift = float(self.value("window.shift"))
        return [f"moved by {shift}"] if shift > MOST_SHIFT else []
