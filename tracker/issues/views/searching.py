"""What the list shows of a search: words found in the rows, communes that were named, what to try.

Owns: the look of what was found. Must not decide what is found nor who may read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from tracker.directory.former import Named, communes_named
from tracker.index.marking import Piece, excerpt, pieces
from tracker.index.query import Query, read_query
from tracker.issues import searching
from tracker.issues.lists import IssueFilter, IssueRow
from tracker.issues.searching import named_keys
from tracker.issues.views.filters import address
from tracker.issues.views.rows import RowView
from tracker.text import clean_line
from tracker.web.i18n import gettext as _

_LOOKED_AT = 6_000
"""So many characters of a text are looked at for showing what was found in it."""


@dataclass(frozen=True)
class Place:
    """A commune that the search names: a sentence, and the list of its issues."""

    sentence: str
    href: str
    act: str


@dataclass(frozen=True)
class Searched:
    """What is said about a search above its list."""

    places: list[Place]
    named_ids: tuple[int, ...]
    is_cut: bool
    """More was typed than was looked for."""


def searched(session: Session, filters: IssueFilter, typed: str) -> Searched | None:
    """About the search of this list; None where nothing is searched. `typed`: as it came, however long."""
    if not filters.text:
        return None
    named = communes_named(session, filters.text)
    is_cut = read_query(filters.text).is_cut or len(clean_line(typed)) > len(filters.text)
    return Searched([_place(each, filters) for each in named], named_keys(named), is_cut)


def _place(named: Named, filters: IssueFilter) -> Place:
    name = named.name
    words = {"old": _in_sentence(named.former_name), "name": name}
    sentence = _("%(old)s nay là %(name)s.", **words) if named.former_name else ""
    href = address(replace(filters, text="", named_ids=None, commune_id=named.unit_id, is_open=None))
    return Place(sentence, href, _("Xem vướng mắc của %(name)s", name=name))


def _in_sentence(name: str) -> str:
    """'Xã A (Huyện B)' of the official list as it stands in a sentence: 'Xã A (huyện B)'."""
    before, bracket, district = name.partition("(")
    return before + bracket + district[:1].lower() + district[1:]


def mark_rows(
    session: Session, rows: Sequence[IssueRow], views: Sequence[RowView], text: str
) -> list[RowView]:
    """The rows with what was found: marked in the title, and around its first place in the other texts."""
    query = read_query(text)
    if not query or not rows:
        return list(views)
    sent = [row.id for row in rows if row.number]
    texts = searching.shown_texts(session, sent) if sent else {}
    return [
        replace(view, title=_marked(pieces(view.title, query)), found=_excerpt(texts.get(row.id, []), query))
        for row, view in zip(rows, views, strict=True)
    ]


def _excerpt(texts: list[str], query: Query) -> Markup | str:
    """From the first text in which anything typed stands."""
    for text in texts:
        if shown := excerpt(text[:_LOOKED_AT], query):
            return _marked(shown)
    return ""


def _marked(shown: list[Piece]) -> Markup:
    """Escaped piece by piece: no signs but our own reach the page as such."""
    parts = (
        f"<mark>{escape(piece.text)}</mark>" if piece.is_found else escape(piece.text) for piece in shown
    )
    return Markup("".join(parts))  # noqa: S704  # safe: every part is escaped
