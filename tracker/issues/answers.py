"""Versions of the answer: the owner's draft, its completeness, its way out.

Owns: `Answer` and `Citation`. Whether an answer may be submitted or sent is the table's and the policy's business.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues import matters
from tracker.issues.inputs import (
    LINE_LIMIT,
    TEXT_LIMIT,
    Data,
    choice_of,
    date_of,
    line_of,
    text_of,
)
from tracker.issues.models import Answer, AnswerForm, AnswerKind, AnswerStatus, Citation, Issue
from tracker.issues.rights import may_see
from tracker.issues.workflow import IssueState
from tracker.text import clean_line

NEEDS_BASIS = frozenset({AnswerKind.GUIDANCE, AnswerKind.OWN_COMPETENCE, AnswerKind.REFUSAL})
"""Kinds that stand on a legal basis."""
CITATION_LIMIT = 30


def save_answer(session: Session, actor: Actor, issue_id: int, data: Data) -> Answer:
    """Keep the owner's draft of an answer; it may be incomplete. No event is written.

    Raises NotFound when it is not his, NotPossible outside working, Stale when it was saved elsewhere meanwhile.
    """
    issue = session.get(Issue, issue_id, with_for_update=True, populate_existing=True)
    if issue is None or issue.owner_id != actor.account_id or not may_see(session, actor, issue):
        raise NotFound
    if issue.state is not IssueState.WORKING:
        raise NotPossible(state=issue.state.value)
    newest = matters.newest_answer(session, issue)
    version = data.get("draft_version")
    if (
        newest
        and newest.status is AnswerStatus.DRAFT
        and isinstance(version, int)
        and version != newest.draft_version
    ):
        typed = {name: value for name, value in data.items() if isinstance(value, str)}
        raise Stale({"content": newest.content, "next_step": newest.next_step}, typed)
    return write_answer(session, issue, newest, actor.account_id, data)


def write_answer(
    session: Session,
    issue: Issue,
    newest: Answer | None,
    account_id: int,
    data: Data,
    form: AnswerForm = AnswerForm.NOTE,
) -> Answer:
    """Write the fields into the person's open draft, or into a new version where the last one left or is another's.

    A version has one writer: who wrote a part of it could otherwise approve it.
    """
    answer = newest
    if answer is None or answer.status is not AnswerStatus.DRAFT or answer.written_by_id != account_id:
        shelve(answer)
        session.flush()  # before the new row: an issue has one open version
        number = newest.answer_version + 1 if newest else 1
        answer = Answer(
            issue_id=issue.id,
            answer_version=number,
            status=AnswerStatus.DRAFT,
            written_by_id=account_id,
            citations=[],
            draft_version=0,
        )
        session.add(answer)
    answer.form = form
    answer.kind = choice_of(data, "kind", AnswerKind, AnswerKind.GUIDANCE) or AnswerKind.GUIDANCE
    answer.content = text_of(data, "content", limit=TEXT_LIMIT, is_needed=False)
    answer.next_step = text_of(data, "next_step", is_needed=False)
    answer.roadmap_on = date_of(data, "roadmap_on", is_needed=False)
    answer.saved_at = clock.now()
    answer.draft_version = (answer.draft_version or 0) + 1
    session.flush()
    _write_citations(session, answer, data)
    return answer


def ask_completeness(answer: Answer, citations: Sequence[Citation], today: date) -> None:
    """Raises Invalid where an answer that leaves the desk lacks something."""
    if answer.form is AnswerForm.NOTE:
        if not answer.content:
            raise Invalid("content", "missing")
        if answer.kind in NEEDS_BASIS and not citations:
            raise Invalid("citations", "basis_missing")
    if answer.kind is AnswerKind.ROADMAP:
        if answer.roadmap_on is None:
            raise Invalid("roadmap_on", "missing")
        if answer.roadmap_on <= today:
            raise Invalid("roadmap_on", "not_in_future")


def shelve(answer: Answer | None) -> None:
    """An answer that was under way when its matter left the desk stays as a returned version."""
    if answer is not None and answer.status in (AnswerStatus.DRAFT, AnswerStatus.SUBMITTED):
        answer.status = AnswerStatus.RETURNED


def citations_of(session: Session, answer: Answer) -> list[Citation]:
    """The legal basis of the answer, in its order."""
    return list(session.query(Citation).where(Citation.answer_id == answer.id).order_by(Citation.id))


def _write_citations(session: Session, answer: Answer, data: Data) -> None:
    given = data.get("citations")
    if not isinstance(given, list | tuple):
        return
    if len(given) > CITATION_LIMIT:
        raise Invalid("citations", "too_many", limit=CITATION_LIMIT)
    for old in citations_of(session, answer):
        session.delete(old)
    for document, valid_until in given:
        name = clean_line(str(document))
        if len(name) > LINE_LIMIT:
            raise Invalid("citations", "too_long", limit=LINE_LIMIT)
        if name:
            session.add(Citation(answer_id=answer.id, document=name, valid_until=valid_until))
    session.flush()


def read_document(answer: Answer, data: Data) -> None:
    """Number (may follow), date and signer of the signed letter."""
    answer.document_number = line_of(data, "document_number", limit=80, is_needed=False)
    answer.document_on = date_of(data, "document_on")
    answer.signer = line_of(data, "signer", limit=160)
