"""Promises with a date: one begins when an answer of the kind roadmap goes out, and ends when it is no longer owed.

Owns: `Commitment` rows and the date from which the desk is reminded. Who may say that one is kept is a rule of acts.
"""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.models import AnswerKind, AnswerStatus
from tracker.issues.models_referrals import Commitment
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.step import Step
from tracker.issues.workflow import IssueState, Outcome

REMIND_DAYS = 5
"""Working days before the date from which owner and lead are reminded."""
STAND = frozenset({Outcome.ROADMAP, Outcome.ANSWERED_FROM_ABOVE})
"""Outcomes with which a promise outlives the closing; "solved" says that nothing is owed any more."""


def find_open(session: Session, issue_id: int) -> Commitment | None:
    """The promise that the issue's answer gives, as long as it is neither kept nor woken."""
    return session.scalars(
        select(Commitment).where(Commitment.issue_id == issue_id, Commitment.state == CommitmentState.OPEN)
    ).first()


def remind_until(today: date, calendar: WorkingCalendar) -> date:
    """Promises up to this date fall due soon."""
    return calendar.add(today, REMIND_DAYS)


def follow(step: Step, state: IssueState) -> None:
    """After an act has landed: a new answer takes the place of the old promise, some ends leave nothing promised."""
    landed = step.issue.state
    if landed is IssueState.ANSWERED and state is not IssueState.ANSWERED:
        end(step, CommitmentState.ENDED)
        _begin(step)
    if landed is IssueState.CLOSED and state is not IssueState.CLOSED and step.outcome not in STAND:
        end(step, CommitmentState.ENDED)


def end(step: Step, how: CommitmentState) -> date | None:
    """End the open promise, if there is one; gives its date."""
    found = find_open(step.session, step.issue.id)
    if found is None:
        return None
    # at once: an issue has one open promise, and a new row would be written before this one changes
    step.session.execute(
        update(Commitment).where(Commitment.id == found.id).values(state=how, ended_at=step.now)
    )
    return found.promised_on


def _begin(step: Step) -> None:
    answer = step.answer
    if answer is None or answer.kind is not AnswerKind.ROADMAP or answer.status is not AnswerStatus.SENT:
        return
    assert answer.roadmap_on is not None  # a roadmap is not complete without its date
    step.session.add(
        Commitment(
            issue_id=step.issue.id,
            answer_id=answer.id,
            promised_on=answer.roadmap_on,
            state=CommitmentState.OPEN,
        )
    )
