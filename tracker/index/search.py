"""Finding the keys of texts.

Owns: the query language of either database. Must not order, count, or ask who may read: it gives a select of keys that
the owner of the texts joins with his own tables.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, false, func, literal_column, select
from sqlalchemy.orm import Session

from tracker.index.models import FTS, LEXEMES, IndexedText
from tracker.index.query import Query, Term


@dataclass(frozen=True)
class Matching:
    """The keys of the texts in which a query is found."""

    keys: Select[Any]
    """One column. Ordered by it, SQLite finds the newest without looking at the rest."""
    joined: ColumnElement[int]
    """The key for joining other tables: SQLite must not begin with them, hence its sign (see its query planner)."""


def matching(session: Session, query: Query) -> Matching:
    """Where all terms of the query are found; nowhere for a query without terms."""
    if session.get_bind().dialect.name == "sqlite":
        joined: ColumnElement[int] = literal_column("+issue_fts.rowid", Integer)
        if not query:
            return Matching(select(FTS.c.rowid).where(false()), joined)
        return Matching(select(FTS.c.rowid).where(FTS.c.issue_fts.op("MATCH")(fts5(query))), joined)
    found = (
        literal_column(f"issue_text.{LEXEMES}").op("@@")(func.to_tsquery("simple", tsquery(query)))
        if query
        else false()
    )
    return Matching(select(IndexedText.id).where(found), IndexedText.id.expression)


def fts5(query: Query) -> str:
    """The query for FTS5. Words hold letters and digits alone, so that a quoted phrase holds nothing but words."""
    return " AND ".join(f"({' OR '.join(_fts5_phrases(term))})" for term in query.terms)


def _fts5_phrases(term: Term) -> list[str]:
    return [f'"{" ".join(phrase)}"' + (" *" if term.is_beginning else "") for phrase in term.phrases]


def tsquery(query: Query) -> str:
    """The query for to_tsquery('simple', …)."""
    return " & ".join(f"({' | '.join(_tsquery_phrases(term))})" for term in query.terms)


def _tsquery_phrases(term: Term) -> list[str]:
    end = ":*" if term.is_beginning else ""
    return [" <-> ".join(f"'{word}'" for word in phrase) + end for phrase in term.phrases]
