"""What a small template says, as lines of plain text: so that paper and page use the same words.

Owns: reading finished markup of our own templates. Must not word anything.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

from flask import current_app

_BLOCKS = frozenset({"p", "li", "ul", "ol", "div", "h2", "h3", "h4", "dt", "dd", "summary", "section", "br"})
_LEFT_OUT = frozenset({"svg", "table"})


@dataclass(frozen=True)
class Line:
    """A paragraph: the class of its element and its text, which may have several lines."""

    css: str
    tag: str
    text: str


class _Reader(HTMLParser):
    """Links within a page lead nowhere on paper: their words are left out as well."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._tag = self._css = ""
        self._text: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT or (tag == "a" and (dict(attrs).get("href") or "").startswith("#")):
            self._open.append(tag)
        elif tag in _BLOCKS:
            self.end_line()
            self._tag, self._css = tag, dict(attrs).get("class") or ""

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._text.append(data)

    def end_line(self) -> None:
        """Keep what was gathered, if it says anything."""
        parts = (" ".join(part.split()) for part in "".join(self._text).splitlines())
        text = "\n".join(part for part in parts if part)
        if text:
            self.lines.append(Line(self._css, self._tag, text))
        self._text, self._tag, self._css = [], "", ""


def lines_in(markup: str) -> list[Line]:
    """The paragraphs of finished markup, one after another; tables and pictures are left out."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end_line()
    return reader.lines


def lines_of(template: str, **context: object) -> list[Line]:
    """The paragraphs that a template says."""
    return lines_in(current_app.jinja_env.get_template(template).render(context))
