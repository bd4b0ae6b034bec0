"""What time does by itself: replies that expire, information that never came, promises not kept.

Owns: the daily work of the jobs. Each act goes through `apply()`; what another did meanwhile is passed over.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.errors import NotPossible
from tracker.issues import history
from tracker.issues.models import Issue, IssueParty, Reply
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.models_referrals import Commitment
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.service import apply, hold
from tracker.issues.workflow import Act, IssueState

DueAct = tuple[int, Act, dict[str, object]]

_ASKED = bindparam("asked", OpinionState.ASKED, type_=Opinion.state.type, literal_execute=True)
"""Written out, so that the index of what is open serves whatever database."""

RESUME_AFTER_DAYS = 10
"""Working days after which work resumes without the information (the product's table of acts)."""


def run_due(session: Session, today: date) -> int:
    """Everything that falls due by itself today. Returns how many acts were taken."""
    held = sorted({issue_id for issue_id, _, _ in _due(session, today)})
    hold(session, held)
    due = [
        item for item in _due(session, today) if item[0] in held
    ]  # as it is now that nobody else can move them
    return sum(_taken(session, *item) for item in due)


def _due(session: Session, today: date) -> list[DueAct]:
    return [
        *_silent(session, today),
        *_uninformed(session, today),
        *_without_opinion(session, today),
        *_ready(session),
        *_promised(session, today),
    ]


def _silent(session: Session, today: date) -> Iterator[DueAct]:
    """Parties whose days to reply have passed."""
    due = session.execute(
        select(IssueParty.issue_id, IssueParty.unit_id)
        .join(Issue, Issue.id == IssueParty.issue_id)
        .where(
            IssueParty.reply == Reply.ASKED,
            IssueParty.reply_due_on < today,
            IssueParty.left.is_(None),
            Issue.state == IssueState.ANSWERED,
        )
        .order_by(IssueParty.issue_id, IssueParty.id)
    )
    for issue_id, unit_id in due.all():
        yield issue_id, Act.EXPIRE, {"party_id": unit_id}


def _uninformed(session: Session, today: date) -> Iterator[DueAct]:
    """Work goes on where information was asked ten working days ago and nobody decided."""
    calendar = load_calendar(session)
    waiting = session.scalars(select(Issue.id).where(Issue.state == IssueState.NEED_INFO).order_by(Issue.id))
    for issue_id in waiting.all():
        if _has_waited(session, issue_id, calendar, today):
            yield issue_id, Act.RESUME, {}


def _without_opinion(session: Session, today: date) -> Iterator[DueAct]:
    """Departments that were asked and have said nothing by their date; one act an issue."""
    over = session.scalars(select(Opinion.issue_id).where(Opinion.state == _ASKED, Opinion.due_on < today))
    for issue_id in sorted(set(over)):
        yield issue_id, Act.EXPIRE_OPINION, {}


def _ready(session: Session) -> Iterator[DueAct]:
    """The net below the acts: answered issues in which nobody has to reply any more."""
    asked = select(IssueParty.issue_id).where(
        IssueParty.left.is_(None), IssueParty.reply.not_in((Reply.CONFIRMED, Reply.EXPIRED))
    )
    ready = session.scalars(
        select(Issue.id).where(Issue.state == IssueState.ANSWERED, Issue.id.not_in(asked)).order_by(Issue.id)
    )
    for issue_id in ready.all():
        yield issue_id, Act.CLOSE_READY, {}


def _promised(session: Session, today: date) -> Iterator[DueAct]:
    """Roadmaps whose date has come, closed before this morning: nobody said that they were kept."""
    due = session.scalars(
        select(Commitment.issue_id)
        .join(Issue, Issue.id == Commitment.issue_id)
        .where(
            Commitment.state == CommitmentState.OPEN,
            Commitment.promised_on <= today,
            Issue.state == IssueState.CLOSED,
            Issue.closed_at < clock.start_of(today),
        )
        .order_by(Commitment.issue_id)
    )
    for issue_id in due.all():
        yield issue_id, Act.WAKE, {}


def _has_waited(session: Session, issue_id: int, calendar: WorkingCalendar, today: date) -> bool:
    life = clocks.timeline(history.facts_of(session, issue_id), calendar, until=today)
    return bool(life.pauses) and calendar.between(life.pauses[-1].from_on, today) >= RESUME_AFTER_DAYS


def _taken(session: Session, issue_id: int, act: Act, data: dict[str, object]) -> int:
    try:
        apply(session, None, issue_id, act, data)
    except NotPossible:
        return 0
    return 1
