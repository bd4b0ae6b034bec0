"""A person at a browser without JavaScript, for tests of pages: opens a page, fills in its form, presses a button.

What a page's form does not hold cannot be sent by accident: hidden fields, tokens and choices come from the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from tests.issue_builders import Desk
from tracker.accounts.models import Account

HTMX = {"HX-Request": "true"}


@dataclass
class PageForm:
    """A form of a page: where it goes, what it would send as it is, what may be chosen."""

    action: str
    values: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The names of its fields."""
        return set(self.values) | set(self.choices)


class Person:
    """Somebody signed in at a browser of his own, at the desk's hour."""

    def __init__(self, desk: Desk, client: FlaskClient, account: Account, sign_in: Any) -> None:
        self.desk = desk
        self.client = client
        self.account = account
        with desk.travelled():
            sign_in(client, account)

    def get(self, url: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Open an address and expect a status."""
        with self.desk.travelled():
            response = self.client.get(url, headers=dict(headers or {}))
        assert response.status_code == status, (url, response.status_code, response.text[:2000])
        return response

    def text(self, url: str) -> str:
        """The page as text without tags."""
        return words_of(self.get(url).text)

    def form(self, url: str, *, at: int = 0, action: str | None = None) -> PageForm:
        """A POST form of the page: that with the action, else the one at the place (the menu's is left out)."""
        found = forms_in(self.get(url).text)
        if action is not None:
            found = [each for each in found if each.action == action]
        assert found, f"no form at {url}"
        return found[at]

    def send(
        self,
        form: PageForm,
        *,
        status: int = 303,
        url: str | None = None,
        headers: Mapping[str, str] | None = None,
        **typed: Any,
    ) -> TestResponse:
        """Send a form with what was typed; a value None leaves the field out."""
        data = {name: value for name, value in {**form.values, **typed}.items() if value is not None}
        with self.desk.travelled():
            response = self.client.post(
                url or form.action, data=data, headers=dict(headers or {}), content_type="multipart/form-data"
            )
        assert response.status_code == status, (
            form.action,
            response.status_code,
            words_of(response.text)[:3000],
        )
        return response

    def do(self, url: str, *, status: int = 303, **typed: Any) -> TestResponse:
        """Open the page of an act and send its form."""
        return self.send(self.form(url, action=url), status=status, **typed)


def path_of(response: TestResponse) -> str:
    """Where a redirect leads, as a path."""
    return urlsplit(response.headers["Location"]).path


def tree_of(html: str) -> Element:
    """The parsed page."""
    parsed: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return parsed


def words_of(html: str) -> str:
    """The visible words, spaces collapsed."""
    return " ".join(" ".join(tree_of(html).itertext()).split())


def links_in(html: str) -> dict[str, str]:
    """Text of each link → its address; the last of equal texts wins."""
    return {
        " ".join("".join(link.itertext()).split()): link.get("href", "") for link in tree_of(html).iter("a")
    }


def forms_in(html: str) -> list[PageForm]:
    """The forms that write, without those of the frame."""
    main = next(each for each in tree_of(html).iter() if each.get("id") in ("main", "act", "act-form", None))
    return [_read(form) for form in main.iter("form") if form.get("method") == "post" and not _is_frame(form)]


def _is_frame(form: Element) -> bool:
    return form.get("action") == "/sign-out"


def _read(form: Element) -> PageForm:
    read = PageForm(form.get("action", ""))
    for item in form.iter():
        name = item.get("name")
        if not name:
            continue
        if item.tag == "select":
            _read_select(read, name, item)
        elif item.tag == "textarea":
            read.values[name] = "".join(item.itertext())
        elif item.tag == "input":
            _read_input(read, name, item)
    return read


def _read_select(read: PageForm, name: str, item: Element) -> None:
    options = list(item.iter("option"))
    read.choices[name] = [option.get("value", "") for option in options]
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    read.values[name] = chosen[0].get("value", "") if chosen else ""


def _read_input(read: PageForm, name: str, item: Element) -> None:
    kind, value = item.get("type", "text"), item.get("value", "")
    if kind in ("checkbox", "radio"):
        read.choices.setdefault(name, []).append(value)
        if item.get("checked") is not None:
            read.values[name] = [*read.values.get(name, []), value] if kind == "checkbox" else value
    elif kind != "file":
        read.values[name] = value


class Statements:
    """Counts the SQL statements of a block: `with Statements(engine) as counted: …`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.texts: list[str] = []

    def _note(self, _c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            self.texts.append(statement)

    def __enter__(self) -> "Statements":
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_exc: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)
