"""Searching issues: what of an issue is searched, and where what was typed is found.

Owns: which texts the index holds – number, title, obstacle, proposal and the answers that were sent with the documents
they cite: what every reader of the issue may read. Never notes, remarks or answers under way. Who reads is `rights`.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, literal, select, union, union_all
from sqlalchemy.orm import Session

from tracker.directory.former import Named, communes_named
from tracker.index import renewing, writing
from tracker.index.query import MOST_CHARACTERS, read_query
from tracker.index.search import matching
from tracker.index.words import indexed_words
from tracker.issues.models import Answer, AnswerStatus, Citation, Issue, IssueParty
from tracker.issues.workflow import Act

TEXT_LIMIT = MOST_CHARACTERS
_FIRST = frozenset({Act.SEND, Act.SIGN})
_TEXT_ACTS = _FIRST | {Act.CORRECT, Act.APPROVE, Act.SEND_DOCUMENT, Act.SET_NUMBER}
"""The acts that change a searched text; `tracker verify` tells when one is missing here."""
_BATCH = 500
PAUSE_SECONDS = 0.05
"""Between two steps of making the index anew: people get their turn at the database."""

Transaction = Callable[[], AbstractContextManager[object]]


def found(
    session: Session, text: str, commune_ids: Collection[int] | None = None, *, is_joined: bool = True
) -> Select[Any]:
    """Keys of the sent issues in which the text is found, joined with `Issue`; rights are the caller's to add.

    `is_joined` False: nothing more is asked of the issues; the index holds sent ones alone.

    Where the whole text names communes, today or formerly, their issues are found too; `commune_ids` spares looking
    for them.
    """
    places = matching(session, read_query(text))
    if commune_ids is None:
        commune_ids = named_keys(communes_named(session, text))
    if not commune_ids:
        if not is_joined:
            return places.keys
        return places.keys.join(Issue, Issue.id == places.joined)
    theirs = select(IssueParty.issue_id).where(IssueParty.unit_id.in_(commune_ids))
    either = union(places.keys, theirs).subquery("found")
    return select(either.columns[0]).join(Issue, Issue.id == either.columns[0])


def named_keys(named: list[Named]) -> tuple[int, ...]:
    """The keys of the communes that were named."""
    return tuple(each.unit_id for each in named)


def keep(session: Session, issue: Issue, act: Act) -> None:
    """After an act: let the index hold the texts as they are now."""
    if act not in _TEXT_ACTS or issue.number is None:
        return
    texts = [issue.number, issue.title, issue.situation, issue.proposal]
    if act not in _FIRST:
        texts += _answers(session, [issue.id]).get(issue.id, [])
    writing.put(session, {issue.id: indexed_words(texts)})


def rebuild(session: Session) -> int:
    """Make the index anew from the texts in one transaction of the caller's. Returns how many issues it holds."""
    writing.clear(session)
    count = 0
    for words in _batches(session):
        writing.put(session, words)
        count += len(words)
    return count


def reindex(session: Session, transaction: Transaction) -> int:
    """The same while people read, search and write: in steps of a transaction each; a killed run is gone on with.

    Returns how many issues were read.
    """
    with transaction():
        last = renewing.begin(session)
    count = 0
    while True:
        with transaction():
            words = _words_after(session, last)
            if not words:
                renewing.finish(session, last)
                return count
            renewing.renew(session, last, max(words), words)
        last, count = max(words), count + len(words)
        time.sleep(PAUSE_SECONDS)


def unequal(session: Session) -> Iterator[str]:
    """Numbers of the issues whose words in the index are not those of their texts; keys that are no issue's."""
    for words in _batches(session):
        kept = writing.kept(session, list(words))
        wrong = [key for key, own in words.items() if kept.get(key) != own]
        numbers = session.scalars(select(Issue.number).where(Issue.id.in_(wrong)).order_by(Issue.id))
        yield from map(str, numbers)
    yield from (str(key) for key in writing.unequal(session))


def shown_texts(session: Session, issue_ids: list[int]) -> dict[int, list[str]]:
    """Obstacle, proposal and sent answers of the issues, newest answer first, for showing what was found."""
    texts: dict[int, list[str]] = {key: [] for key in issue_ids}
    rows = [*session.execute(_shown_texts(), {"keys": issue_ids})]
    for key, _version, *two in sorted(rows, key=lambda row: (row[1] != 0, row[1])):
        texts[key] += two
    return texts


@cache
def _shown_texts() -> CompoundSelect[int, int, str, str]:
    """Built once: building it costs more than running it."""
    keys: BindParameter[Any] = bindparam("keys", expanding=True)
    own = select(Issue.id, literal(0), Issue.situation, Issue.proposal).where(Issue.id.in_(keys))
    answers = select(Answer.issue_id, -Answer.answer_version, Answer.content, Answer.next_step).where(
        Answer.issue_id.in_(keys), Answer.status == AnswerStatus.SENT
    )
    return union_all(own, answers)


def _batches(session: Session) -> Iterator[dict[int, str]]:
    """Key → words of all sent issues, some at a time."""
    last = 0
    while words := _words_after(session, last):
        last = max(words)
        yield words


def _words_after(session: Session, last: int) -> dict[int, str]:
    columns = (Issue.id, Issue.number, Issue.title, Issue.situation, Issue.proposal)
    rows = session.execute(
        select(*columns).where(Issue.id > last, Issue.number.is_not(None)).order_by(Issue.id).limit(_BATCH)
    ).all()
    answers = _answers(session, [row[0] for row in rows])
    return {key: indexed_words([number or "", *texts, *answers.get(key, [])]) for key, number, *texts in rows}


def _answers(session: Session, issue_ids: Iterable[int]) -> dict[int, list[str]]:
    """The texts of the sent answers in their order: letter's number, text, next step, documents cited."""
    keys = list(issue_ids)
    sent = (Answer.issue_id.in_(keys), Answer.status == AnswerStatus.SENT)
    cited: dict[int, list[str]] = {}
    citations = select(Citation.answer_id, Citation.document).join(Answer, Answer.id == Citation.answer_id)
    for answer_id, document in session.execute(citations.where(*sent).order_by(Citation.id)):
        cited.setdefault(answer_id, []).append(document)
    columns = (Answer.issue_id, Answer.id, Answer.document_number, Answer.content, Answer.next_step)
    texts: dict[int, list[str]] = {}
    for key, answer_id, *own in session.execute(
        select(*columns).where(*sent).order_by(Answer.issue_id, Answer.answer_version)
    ):
        texts.setdefault(key, []).extend([*own, *cited.get(answer_id, ())])
    return texts
