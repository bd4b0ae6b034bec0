"""Everything that the page of one issue reads, in few statements.

Owns: `Dossier`. It reads under the rights of `issues.queries` and in its shapes; must not word or decide anything.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.accounts.actor import Actor
from tracker.accounts.models import Account
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import Switches
from tracker.issues import history, matters, opinions, queries
from tracker.issues.models import Answer, Issue, IssueEvent
from tracker.issues.models_escalation import Escalation, Plan
from tracker.issues.models_interim import IssueInterim
from tracker.issues.models_opinions import Opinion
from tracker.issues.models_referrals import ReferralIssue
from tracker.issues.models_stages import IssueStage
from tracker.issues.policy import Matter
from tracker.issues.queries import EVENTS_PER_PAGE, EventView, FileView
from tracker.issues.rights import (
    READING,
    audiences_of,
    reading_units,
    reads_as_department,
    visible_to_readers,
)
from tracker.issues.workflow import CONSULTING
from tracker.permissions import Permission

_EVENTS = (
    select(IssueEvent, Account.full_name)
    .outerjoin(Account, Account.id == IssueEvent.acting_for_id)
    .where(IssueEvent.issue_id == bindparam("issue_id"))
    .order_by(IssueEvent.seq.desc())
)


@dataclass(frozen=True)
class Dossier:
    """An issue with what its page shows. `events` are the newest, newest first."""

    issue: Issue
    answer: Answer | None
    """The newest version, whoever may read it."""
    matter: Matter
    calendar: WorkingCalendar
    today: date
    switches: Switches
    life: clocks.Timeline
    events: list[EventView]
    files: list[FileView]
    opinions: list[Opinion]
    """What other departments were asked; empty for who does not read as a department."""
    desk_due_on: date | None = None
    """Last day in time of the desk on which it lies; None for one without a deadline of its own."""
    interim: IssueInterim | None = None
    """The interim answer that was promised, given or not."""
    waiting: ReferralIssue | None = None
    """The document for whose reply it waits."""

    @property
    def oldest_seq(self) -> int:
        """The number of the oldest event that was read; 1 when none is left."""
        return self.events[-1].seq if self.events else 1


def read_by_number(
    session: Session, actor: Actor, number: str, *, switches: Switches, today: date, with_history: bool = True
) -> Dossier | None:
    """The dossier of a sent issue; None for what the person may not see."""
    found = _found(session, actor, "number", number)
    return _read(session, actor, found, switches, today, with_history) if found is not None else None


def read_by_draft_key(
    session: Session, actor: Actor, draft_key: str, *, switches: Switches, today: date
) -> Dossier | None:
    """The dossier of a draft, or of what became of it."""
    found = _found(session, actor, "draft_key", draft_key)
    return _read(session, actor, found, switches, today, True) if found is not None else None


_Found = Row[*tuple[Any, ...]]
"""What `_readable` gives."""


def _read(
    session: Session, actor: Actor, found: _Found, switches: Switches, today: date, with_history: bool
) -> Dossier:
    issue, answer, was_consulted, desk_due_on, interim, opened_by, plan_id, waiting = found
    calendar = load_calendar(session)
    asked = _asked(session, actor, issue) if was_consulted else []
    questions = opinions.questions_in(asked) if issue.state in CONSULTING else ()
    matter = queries.matter_of(
        session,
        issue,
        answer,
        switches=switches,
        calendar=calendar,
        today=today,
        questions=questions,
        raised=(opened_by, plan_id),
    )
    files = queries.files_of(session, actor, issue) if with_history else []
    life, events = (
        _history(session, actor, issue, calendar, today, files) if with_history else (clocks.Timeline(), [])
    )
    return Dossier(
        issue,
        answer,
        matter,
        calendar,
        today,
        switches,
        life,
        events,
        files,
        asked,
        desk_due_on,
        interim,
        waiting,
    )


def _found(session: Session, actor: Actor, name: str, value: str) -> _Found | None:
    """The issue whose column of that name has the value, where the person may read it."""
    statement = _readable(name, sees_all=actor.has(Permission.SEE_ALL_ISSUES))
    found = session.execute(statement, {"value": value, READING.key: list(reading_units(actor))}).first()
    if found is not None:
        set_committed_value(found[0], "parties", matters.parties_of(session, found[0]))
    return found


def _asked(session: Session, actor: Actor, issue: Issue) -> list[Opinion]:
    """Communes never learn whom the desk asks, so that for them nothing is read at all."""
    if issue.number is None or not reads_as_department(session, actor, issue):
        return []
    return opinions.of_issue(session, issue)


@cache
def _readable(name: str, *, sees_all: bool) -> Select[*tuple[Any, ...]]:
    """The issue with what it has at most one of: newest answer, desk, interim answer, open level, open referral.

    And whether departments were ever asked about it. Its parties are read by a statement of their own.

    Built once: building it costs more than running it.
    """
    newest = and_(Answer.issue_id == Issue.id, Answer.answer_version == _newest_version())
    was_consulted = exists(select(Opinion.id).where(Opinion.issue_id == Issue.id))
    desk = and_(IssueStage.issue_id == Issue.id, IssueStage.to_on.is_(None))
    raised = and_(Escalation.issue_id == Issue.id, Escalation.ended_at.is_(None))
    waits = and_(ReferralIssue.issue_id == Issue.id, ReferralIssue.ended_at.is_(None))
    return (
        select(
            Issue,
            Answer,
            was_consulted,
            IssueStage.due_on,
            IssueInterim,
            Escalation.opened_by,
            Plan.id,
            ReferralIssue,
        )
        .select_from(Issue)
        .outerjoin(Answer, newest)
        .outerjoin(IssueStage, desk)
        .outerjoin(IssueInterim, IssueInterim.issue_id == Issue.id)
        .outerjoin(Escalation, raised)
        .outerjoin(Plan, Plan.escalation_id == Escalation.id)
        .outerjoin(ReferralIssue, waits)
        .where(getattr(Issue, name) == bindparam("value"), visible_to_readers(sees_all=sees_all))
        .options(*queries.one_of_each(), joinedload(ReferralIssue.referral))
    )


def _newest_version() -> Any:
    another = aliased(Answer)
    return (
        select(func.max(another.answer_version))
        .where(another.issue_id == Issue.id)
        .correlate(Issue)
        .scalar_subquery()
    )


def _history(
    session: Session,
    actor: Actor,
    issue: Issue,
    calendar: WorkingCalendar,
    today: date,
    files: list[FileView],
) -> tuple[clocks.Timeline, list[EventView]]:
    """Clock and history; of a usual issue both come from one reading of its events."""
    if issue.event_count == 0:
        return clocks.Timeline(), []
    if issue.event_count > EVENTS_PER_PAGE:
        life = queries.timeline_of(session, issue, calendar, today)
        return life, queries.events_of(session, actor, issue)
    rows = session.execute(_EVENTS, {"issue_id": issue.id})
    views = queries.event_views(((event, name or "") for event, name in rows), files)
    facts = history.facts_in((view.seq, view.payload) for view in reversed(views))
    readable = audiences_of(session, actor, issue)
    life = clocks.timeline(facts, calendar, until=today)
    return life, [view for view in views if view.audience in readable]
