"""Fields and categories: adding and changing them. They are never deleted, only no longer offered.

Owns: these rows, the words that suggest them, and the audit entries. Must not know issues: what was filed under a
term that is no longer offered keeps it.
"""

import re
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import Category, Field, FieldWord
from tracker.errors import Invalid
from tracker.permissions import Actor
from tracker.text import clean_line, fold, folded_words

Term = Field | Category
TermModel = type[Field] | type[Category]
_LONGEST_NAME, _LONGEST_WORD, _MOST_WORDS = 120, 80, 200


@dataclass(frozen=True)
class TermFacts:
    """What the administrator enters. `words`: folded phrases that suggest the term."""

    name: str
    name_en: str
    order_no: int
    words: tuple[str, ...]
    is_active: bool = True


def facts_of(session: Session, term: Term) -> TermFacts:
    """The term as it is now."""
    if isinstance(term, Field):
        of_field = select(FieldWord.folded).where(FieldWord.field_id == term.id).order_by(FieldWord.folded)
        words = tuple(session.scalars(of_field))
    else:
        words = tuple(sorted(filter(None, term.words.split("\n"))))
    return TermFacts(term.name, term.name_en, term.order_no, words, term.is_active)


def term_by_id(session: Session, model: TermModel, term_id: int) -> Term | None:
    """The field or category, in use or not."""
    return session.get(Field, term_id) if model is Field else session.get(Category, term_id)


def terms_of(session: Session, model: TermModel) -> list[Term]:
    """All fields or categories in their order, those no longer in use too."""
    return list(session.scalars(select(model).order_by(model.order_no, model.id)))


def word_counts(session: Session, model: TermModel) -> dict[int, int]:
    """How many phrases suggest each field or category, by key."""
    if model is Category:
        return {
            row.id: len(row.words.split()) and row.words.count("\n") + 1
            for row in session.scalars(select(Category))
        }
    counted = select(FieldWord.field_id, func.count()).group_by(FieldWord.field_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def words_from(text: str) -> tuple[str, ...]:
    """The phrases of a text, one a line: folded, each once, in order. Raises Invalid for too long or too many."""
    phrases = {" ".join(folded_words(line)) for line in text.splitlines()} - {""}
    if len(phrases) > _MOST_WORDS:
        raise Invalid("words", "too_many", limit=_MOST_WORDS)
    if any(len(phrase) > _LONGEST_WORD for phrase in phrases):
        raise Invalid("words", "too_long", limit=_LONGEST_WORD)
    return tuple(sorted(phrases))


def add_term(session: Session, actor: Actor, model: TermModel, facts: TermFacts) -> Term:
    """A new field or category, at the end where no order is given. Raises Invalid for a name that there is."""
    facts = _cleaned(session, model, facts, own_id=None)
    code = re.sub(r"[^a-z0-9]+", "_", fold(facts.name)).strip("_")[:34] or "muc"
    if session.scalar(select(model.id).where(model.code == code)):
        number = session.scalar(select(func.max(model.id))) or 0
        code = f"{code}_{number + 1}"
    order_no = facts.order_no or (session.scalar(select(func.max(model.order_no))) or 0) + 1
    term = model(code=code, name=facts.name, name_en=facts.name_en, order_no=order_no, is_active=True)
    session.add(term)
    session.flush()
    _set_words(session, term, facts.words)
    record_change(session, actor, f"{_kind(model)}_added", {}, _plain(session, term), term=term.id)
    return term


def change_term(
    session: Session, actor: Actor, model: TermModel, term_id: int, facts: TermFacts, *, seen: str
) -> None:
    """Change a field or category. Raises Invalid, NotFound, NotPossible where somebody else has changed it."""
    term: Term = held(session, Field, term_id) if model is Field else held(session, Category, term_id)
    before = _plain(session, term)
    refuse_stale(before, seen)
    facts = _cleaned(session, model, facts, own_id=term.id)
    if not facts.is_active and term.is_active and _is_last(session, model):
        raise Invalid("is_active", "last_term")
    term.name, term.name_en = facts.name, facts.name_en
    term.order_no, term.is_active = facts.order_no, facts.is_active
    _set_words(session, term, facts.words)
    record_change(session, actor, f"{_kind(model)}_changed", before, _plain(session, term), term=term.id)


def seen_facts(session: Session, term: Term) -> dict[str, object]:
    """What the form of the term shows."""
    return _plain(session, term)


def _plain(session: Session, term: Term) -> dict[str, object]:
    return asdict(facts_of(session, term))


def _cleaned(session: Session, model: TermModel, facts: TermFacts, *, own_id: int | None) -> TermFacts:
    name = clean_line(facts.name)
    if not name:
        raise Invalid("name", "missing")
    if len(name) > _LONGEST_NAME:
        raise Invalid("name", "too_long", limit=_LONGEST_NAME)
    rows = session.execute(select(model.id, model.name)).all()
    if any(fold(row.name) == fold(name) and row.id != own_id for row in rows):
        raise Invalid("name", "term_taken")
    english = clean_line(facts.name_en)[:_LONGEST_NAME]
    return TermFacts(name, english, facts.order_no, facts.words, facts.is_active)


def _set_words(session: Session, term: Term, words: tuple[str, ...]) -> None:
    if isinstance(term, Category):
        term.words = "\n".join(words)
    elif words != facts_of(session, term).words:
        session.execute(delete(FieldWord).where(FieldWord.field_id == term.id))
        session.add_all(FieldWord(field_id=term.id, folded=phrase) for phrase in words)
    session.flush()


def _is_last(session: Session, model: TermModel) -> bool:
    return session.scalar(select(func.count()).select_from(model).where(model.is_active)) == 1


def _kind(model: TermModel) -> str:
    return "field" if model is Field else "category"
