"""A page as a person reads it: words, links, forms with their labels. Knows neither a page nor a client.

Every page is parsed strictly: markup that a browser would have to repair fails here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias
from xml.etree.ElementTree import Element

import html5lib

File: TypeAlias = tuple[str, bytes]
"""A file to attach: name and content."""
Typed: TypeAlias = "str | bool | list[File]"
_SILENT = {"script", "style", "title", "head", "svg"}
_NOT_THE_LABEL = {"optional", "hint", "error"}


def parse(markup: str, *, is_part: bool = False) -> Element:
    """The tree of a page, or of a part of one. Raises ParseError for markup that is not strictly right."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(markup) if is_part else parser.parse(markup)


def strings(element: Element, *, without: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    """The texts in an element, in their order; not of elements with one of the classes or ids."""
    if not isinstance(element.tag, str) or element.tag in _SILENT or _marks(element) & without:
        return
    if text := _line(element.text):
        yield text
    for child in element:
        yield from strings(child, without=without)
        if text := _line(child.tail):
            yield text


def words(element: Element, *, without: frozenset[str] | set[str] = frozenset()) -> str:
    """The text of an element in one line."""
    return " ".join(strings(element, without=without))


def _marks(element: Element) -> set[str]:
    return {*element.get("class", "").split(), element.get("id", "")} - {""}


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


@dataclass
class Field:
    """A field of a form. `values` is what would be sent."""

    name: str
    kind: str
    label: str
    values: list[str]
    options: list[tuple[str, str]] = field(default_factory=list)
    own_value: str = "on"
    files: list[File] = field(default_factory=list)

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it."""
        return self.kind == "hidden"

    def fill(self, typed: Typed) -> None:
        """Type, tick or choose. Raises AssertionError for a choice that the field does not offer."""
        if isinstance(typed, list):
            assert self.kind == "file", f"{self.label} takes no files"
            self.files = typed
        elif isinstance(typed, bool):
            assert self.kind in {"checkbox", "radio"}, f"{self.label} cannot be ticked"
            self.values = [self.own_value] if typed else []
        elif self.options:
            fitting = [value for value, text in self.options if text == typed or text.startswith(f"{typed},")]
            assert len(fitting) == 1, f"{self.label} offers {[text for _, text in self.options]}, not {typed}"
            self.values = fitting
        else:
            self.values = [typed.replace("\n", "\r\n")]


@dataclass(frozen=True)
class Button:
    """What can be pressed."""

    text: str
    name: str
    value: str
    action: str


@dataclass
class Form:
    """A form that writes or asks."""

    action: str
    method: str
    fields: list[Field]
    buttons: list[Button]
    keeps_itself: str = ""
    """Where htmx sends it while it is being filled in."""
    not_kept: frozenset[str] = frozenset()
    key: str = ""
    is_multipart: bool = False

    def find(self, label: str) -> list[Field]:
        """The visible fields with this label."""
        return [item for item in self.fields if item.label == label and not item.is_hidden]

    def button(self, text: str) -> Button | None:
        """The button with these words."""
        return next((item for item in self.buttons if item.text == text), None)

    def pairs(self, button: Button | None) -> list[tuple[str, str]]:
        """What a browser sends, without files."""
        sent = [(item.name, value) for item in self.fields for value in item.values if item.kind != "file"]
        return [*sent, (button.name, button.value)] if button and button.name else sent


class Sheet:
    """A parsed page."""

    def __init__(self, markup: str, *, is_part: bool = False) -> None:
        self.tree = parse(markup, is_part=is_part)

    @cached_property
    def text(self) -> str:
        """All that can be read, in one line."""
        return words(self.tree)

    def with_class(self, *names: str) -> list[Element]:
        """The elements that bear one of the classes."""
        return [item for item in self.tree.iter() if set(item.get("class", "").split()) & set(names)]

    def words_of(self, *classes: str) -> list[str]:
        """The texts of the elements with one of the classes."""
        return [words(item) for item in self.with_class(*classes)]

    @property
    def heading(self) -> str:
        """The heading of the page."""
        found = self.tree.find(".//h1")
        return words(found) if found is not None else ""

    @property
    def facts(self) -> dict[str, str]:
        """The definition lists of the page."""
        found: dict[str, str] = {}
        for item in self.tree.iter("div"):
            term, text = item.find("dt"), item.find("dd")
            if term is not None and text is not None:
                found[words(term)] = words(text)
        return found

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Text (or spoken label) and address of each link."""
        return [(words(item), item.get("href", "")) for item in self.tree.iter("a")]

    @cached_property
    def forms(self) -> list[Form]:
        """The forms of the page."""
        labels = self._labels()
        return [_form(item, labels) for item in self.tree.iter("form")]

    def _labels(self) -> Mapping[str, str]:
        return {
            item.get("for", ""): words(item, without=_NOT_THE_LABEL)
            for item in self.tree.iter("label")
            if item.get("for")
        }


def _form(element: Element, labels: Mapping[str, str]) -> Form:
    fields, buttons = [], []
    for item in element.iter():
        if item.tag == "button" and item.get("type", "submit") == "submit":
            action = item.get("formaction", "")
            text = item.get("aria-label") or words(item)
            buttons.append(Button(text, item.get("name", ""), item.get("value", ""), action))
        elif item.tag in {"input", "textarea", "select"} and item.get("name"):
            fields.append(_field(item, labels))
    keeper = next((item for item in element.iter() if item.get("hx-post")), element)
    excluded = keeper.get("hx-params", "").removeprefix("not ").split(",")
    return Form(
        action=element.get("action", ""),
        method=element.get("method", "get").lower(),
        fields=fields,
        buttons=buttons,
        keeps_itself=keeper.get("hx-post", ""),
        not_kept=frozenset(excluded),
        key=element.get("id", ""),
        is_multipart=element.get("enctype") == "multipart/form-data",
    )


def _field(element: Element, labels: Mapping[str, str]) -> Field:
    name, key = element.get("name", ""), element.get("id", "")
    label = labels.get(key) or element.get("aria-label", "")
    if element.tag == "textarea":
        return Field(name, "textarea", label, [element.text or ""])
    if element.tag == "select":
        return _select(element, name, label)
    kind, value = element.get("type", "text"), element.get("value", "")
    if kind in {"checkbox", "radio"}:
        own = value or "on"
        is_on = element.get("checked") is not None
        return Field(name, kind, label, [own] if is_on else [], own_value=own)
    return Field(name, kind, label, [] if kind == "file" else [value])


def _select(element: Element, name: str, label: str) -> Field:
    options = [(item.get("value", words(item)), words(item)) for item in element.iter("option")]
    chosen = [item.get("value", "") for item in element.iter("option") if item.get("selected") is not None]
    return Field(name, "select", label, chosen or [value for value, _ in options[:1]], options)
