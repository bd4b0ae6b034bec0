"""Reading one issue and what belongs to it, under the rights of the reader.

Owns: single issues, their events, answers, files and clocks. Lists are in `issues.lists`. Changes nothing; what may not
be seen is None, exactly as what does not exist.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from tracker.accounts.actor import Actor
from tracker.accounts.models import Account
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.switches import Switches
from tracker.issues import history, matters
from tracker.issues.matter import Matter, Question
from tracker.issues.models import Answer, AnswerStatus, Audience, Issue, IssueEvent, IssueFile, IssueParty
from tracker.issues.rights import audiences_of, reads_as_department, visible_to

EVENTS_PER_PAGE = 50


@dataclass(frozen=True)
class FileView:
    """A file as a page lists it."""

    id: int
    filename: str
    media_type: str
    byte_size: int
    purpose: str
    event_id: int | None = None
    answer_id: int | None = None


@dataclass(frozen=True)
class EventView:
    """An event as the history shows it, with the names of that time."""

    id: int
    seq: int
    kind: str
    at: datetime
    actor_name: str
    unit_name: str
    acting_for_name: str
    audience: Audience
    payload: dict[str, Any]
    files: list[FileView] = field(default_factory=list)


def find_issue(session: Session, actor: Actor, number: str) -> Issue | None:
    """A sent issue by its number, with everything that its page names."""
    return _find(session, Issue.number == number, visible_to(actor))


def find_draft(session: Session, actor: Actor, draft_key: str) -> Issue | None:
    """A draft, or what became of it, by its random key."""
    return _find(session, Issue.draft_key == draft_key, visible_to(actor))


def _find(session: Session, *conditions: Any) -> Issue | None:
    return session.scalars(select(Issue).where(*conditions).options(*everything_named())).first()


def everything_named() -> tuple[ExecutableOption, ...]:
    """What the page of an issue names beside its own columns."""
    return (*one_of_each(), selectinload(Issue.parties).joinedload(IssueParty.unit))


def one_of_each() -> tuple[ExecutableOption, ...]:
    """What it names and an issue has at most one of."""
    return (
        joinedload(Issue.holder),
        joinedload(Issue.raised_by),
        joinedload(Issue.owner),
        joinedload(Issue.filed_by),
        joinedload(Issue.field),
        joinedload(Issue.category),
    )


def matter_of(
    session: Session,
    issue: Issue,
    answer: Answer | None,
    *,
    switches: Switches,
    calendar: WorkingCalendar,
    today: date,
    questions: tuple[Question, ...] | None = None,
    raised: matters.Raised | None = None,
) -> Matter:
    """What the rules need to know of an issue that `find_issue` has read."""
    return matters.matter_of(
        session,
        issue,
        parties=issue.parties,
        answer=answer,
        switches=switches,
        calendar=calendar,
        today=today,
        questions=questions,
        raised=raised,
    )


def timeline_of(session: Session, issue: Issue, calendar: WorkingCalendar, today: date) -> clocks.Timeline:
    """Cycles, pauses, holdings and dates as of today; empty for a draft."""
    return clocks.timeline(history.facts_of(session, issue.id), calendar, until=today)


def events_of(
    session: Session,
    actor: Actor,
    issue: Issue,
    *,
    before_seq: int | None = None,
    limit: int = EVENTS_PER_PAGE,
) -> list[EventView]:
    """The newest events that the person may read, newest first, `limit` of them before `before_seq`."""
    statement = (
        select(IssueEvent, Account.full_name)
        .outerjoin(Account, Account.id == IssueEvent.acting_for_id)
        .where(IssueEvent.issue_id == issue.id, IssueEvent.audience.in_(audiences_of(session, actor, issue)))
        .order_by(IssueEvent.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        statement = statement.where(IssueEvent.seq < before_seq)
    rows = [(event, acting_for or "") for event, acting_for in session.execute(statement)]
    return event_views(rows, files_of(session, actor, issue, event_ids=[event.id for event, _ in rows]))


def event_views(rows: Iterable[tuple[IssueEvent, str]], files: Iterable[FileView]) -> list[EventView]:
    """Events with the name of whom they were recorded for, each with those of the files that it brought."""
    by_event: dict[int | None, list[FileView]] = defaultdict(list)
    for view in files:
        by_event[view.event_id].append(view)
    return [
        EventView(
            id=event.id,
            seq=event.seq,
            kind=event.kind,
            at=event.at,
            actor_name=event.actor_name,
            unit_name=event.unit_name,
            acting_for_name=acting_for,
            audience=event.audience,
            payload=json.loads(event.payload),
            files=by_event[event.id],
        )
        for event, acting_for in rows
    ]


def files_of(
    session: Session, actor: Actor, issue: Issue, *, event_ids: Sequence[int] | None = None
) -> list[FileView]:
    """The files that the person may read; with `event_ids` those of these events, else all."""
    statement = _files()
    asked = {"issue_id": issue.id, "audiences": audiences_of(session, actor, issue)}
    if event_ids is not None:
        statement = statement.where(IssueFile.event_id.in_(event_ids))
    return [
        FileView(
            id=row.id,
            filename=row.attachment.filename,
            media_type=row.attachment.media_type,
            byte_size=row.attachment.byte_size,
            purpose=row.purpose.value,
            event_id=row.event_id,
            answer_id=row.answer_id,
        )
        for row in session.scalars(statement, asked)
    ]


@cache
def _files() -> Select[IssueFile]:
    """Built once: building a statement costs more than running it."""
    readable = IssueFile.audience.in_(bindparam("audiences", expanding=True))
    of_issue = select(IssueFile).where(IssueFile.issue_id == bindparam("issue_id"), readable)
    return of_issue.options(joinedload(IssueFile.attachment)).order_by(IssueFile.id)


def find_file(session: Session, actor: Actor, issue: Issue, file_id: int) -> IssueFile | None:
    """A file of an issue that the person sees, with its stored attachment."""
    return session.scalars(
        select(IssueFile)
        .options(joinedload(IssueFile.attachment))
        .where(
            IssueFile.id == file_id,
            IssueFile.issue_id == issue.id,
            IssueFile.audience.in_(audiences_of(session, actor, issue)),
        )
    ).first()


def answers_of(session: Session, actor: Actor, issue: Issue) -> list[Answer]:
    """Versions of the answer, newest first: all for departments, those sent for the communes."""
    statement = (
        select(Answer)
        .options(selectinload(Answer.citations))
        .where(Answer.issue_id == issue.id)
        .order_by(Answer.answer_version.desc())
    )
    if not reads_as_department(session, actor, issue):
        statement = statement.where(Answer.status == AnswerStatus.SENT)
    return list(session.scalars(statement))
