"""A browser that follows everything that a page offers to look at. Knows no page; never writes."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

MOST_PAGES = 1_000
MOST_FILTERS = 1
"""Filters can be put together without end; more of them at once only show less."""
_ONLY_ONCE = re.compile(
    r'(name="(?:csrf_token|idempotency_key)"[^>]*value=")[^"]*|(X-Request-Id: | · )[0-9a-f]{16}'
)
_PASSING = re.compile(r"^(Set-Cookie|Content-Length|Date): .*\n?", re.MULTILINE)
_NOT_FOLLOWED = re.compile(r"^(/static/|/sign-out)")


def _text_of(data: bytes) -> str:
    """What came back as text; of a workbook everything that is packed inside."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    return data.decode("utf-8", "replace")


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    headers: str
    body: str

    @property
    def lasting(self) -> str:
        """Status, headers and body without what is made anew for each answer."""
        headers = _PASSING.sub("", self.headers + "\n")
        return _ONLY_ONCE.sub(r"\1\2", f"{self.status}\n{headers}\n{self.body}")

    @property
    def everything(self) -> str:
        """Headers and body in small letters."""
        return f"{self.headers}\n{self.body}".lower()


class _Links(HTMLParser):
    """Addresses to look at: links, parts that htmx fetches, forms that search, each choice of theirs in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._action: str | None = None
        self._values: dict[str, str] = {}
        self._choices: list[tuple[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._action = given.get("action", "") if given.get("method", "get").lower() == "get" else None
            self._values, self._choices = {}, []
        elif tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in given:
                self._choices.append((given["name"], given.get("value", "on")))
            elif kind != "submit":
                self._values[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self._choices.append((self._select, given.get("value", "")))
        for name in ("href", "src", "hx-get", "formaction"):
            if given.get(name) and not (name == "formaction" and "formmethod" not in given):
                self.found.append(given[name])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._action is not None:
            for change in [{}, *({name: value} for name, value in self._choices)]:
                self.found.append(f"{self._action}?{urlencode(self._values | change)}")
            self._action = None


@dataclass
class Crawl:
    """What one person finds. `pages` by address."""

    client: FlaskClient
    pages: dict[str, Page] = field(default_factory=dict)

    def look(self, url: str, **headers: str) -> Page:
        """Fetch one address."""
        response = self.client.get(url, headers=headers)
        shown = "\n".join(f"{name}: {value}" for name, value in response.headers)
        found = Page(url, response.status_code, shown, _text_of(response.data))
        self.pages[url] = found
        return found

    def follow(self, starts: Iterable[str]) -> None:
        """Fetch the starts and everything that can be reached from them."""
        waiting = deque(starts)
        seen = set(waiting) | set(self.pages)
        while waiting:
            assert len(self.pages) < MOST_PAGES, "the crawl does not end"
            page = self.look(waiting.popleft())
            for url in self._links(page):
                if url not in seen:
                    seen.add(url)
                    waiting.append(url)

    def _links(self, page: Page) -> Iterator[str]:
        links = _Links()
        if "text/html" in page.headers:
            links.feed(page.body)
        location = re.search(r"^Location: (.*)$", page.headers, re.MULTILINE)
        for link in [*links.found, *([location.group(1)] if location else [])]:
            parts = urlsplit(urljoin(page.url, link))
            is_ours = parts.scheme in {"", "http"} and parts.netloc in {"", "localhost"}
            filters = [part for part in parts.query.split("&") if part and not part.endswith("=")]
            if is_ours and not _NOT_FOLLOWED.match(parts.path) and len(filters) <= MOST_FILTERS:
                yield parts.path + (f"?{'&'.join(filters)}" if filters else "")


def guessed(app: Flask, values: dict[str, list[object]]) -> list[str]:
    """Every address that can be looked at and takes only these values, with every combination of them."""
    found = []
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        if "GET" not in (rule.methods or ()) or not set(names) <= set(values):
            continue
        for combination in product(*(values[name] for name in names)):
            adapter = app.url_map.bind("localhost")
            found.append(str(adapter.build(rule.endpoint, dict(zip(names, combination, strict=True)))))
    return found
