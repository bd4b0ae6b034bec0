"""What a template may not hold: inline script or style, raw markup without a reason, unmarked text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.rules.tree import name, templates

# The content security policy refuses all of these; better to learn it here.
INLINE = {
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    "event attribute": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "hx-on": re.compile(r"\b(data-)?hx-on\b", re.IGNORECASE),
    "js: value": re.compile(r"""["'{\s](js|javascript):""", re.IGNORECASE),
    "trigger filter": re.compile(r"""hx-trigger\s*=\s*"[^"]*\["""),
}
# Shown when the application itself fails: nothing is left to translate it.
UNTRANSLATED = {"tracker/templates/errors/plain.html"}
MARKERS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def _without_jinja(source: str) -> str:
    return re.sub(r"\{([{%#]).*?[}%#]\}", "", source, flags=re.DOTALL)


def _is_vietnamese(text: str) -> bool:
    return any(ord(letter) > 127 and letter.isalpha() for letter in text)


def _unmarked(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Vietnamese texts below a node outside translation calls; {% trans %} is such a call once parsed."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKERS:
        return
    text = ""
    if isinstance(node, nodes.TemplateData):
        text = node.data
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        text = node.value
    if _is_vietnamese(text):
        yield node.lineno, " ".join(text.split())
    for child in node.iter_child_nodes():
        yield from _unmarked(child)


def _parsed(path: Path) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    return environment.parse(path.read_text(encoding="utf-8"), name(path))


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    found = [
        f"{name(path)}: {what}"
        for path in templates()
        for what, pattern in INLINE.items()
        if pattern.search(_without_jinja(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.asvs("V1.1.2")
def test_raw_markup_in_templates_gives_its_reason() -> None:
    """A line with `|safe` or `autoescape false` carries a comment `{# safe: why #}`."""
    unexplained = [
        f"{name(path)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\|\s*safe\b|autoescape\s+false", line) and not re.search(r"\{# safe: \w+", line)
    ]
    assert unexplained == []


def test_every_visible_text_is_marked_for_translation() -> None:
    unmarked = [
        f"{name(path)}:{line} {text}"
        for path in templates()
        if path.suffix in {".html", ".txt"} and name(path) not in UNTRANSLATED
        for line, text in _unmarked(_parsed(path))
    ]
    assert unmarked == []
