"""Interim answers: promised with the target that asks for one, owed until one or the answer itself is given.

Owns: the rows of `IssueInterim`. A pause does not move the date: the question asked is no word on the matter. Must not
decide which targets ask for one (`deadlines.targets`).
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.models_interim import IssueInterim
from tracker.issues.step import Step
from tracker.issues.workflow import ENDED, Act, IssueState


def promise(step: Step, days: int | None) -> dict[str, object]:
    """Promise an interim answer within so many working days of day zero. What the event says of it."""
    zero = step.issue.zero_on
    if days is None or zero is None:
        return {}
    due_on = step.calendar.add(zero, days)
    step.session.add(IssueInterim(issue_id=step.issue.id, target_days=days, from_on=zero, due_on=due_on))
    return {"interim_days": days, "interim_due_on": due_on.isoformat()}


def keep(step: Step) -> None:
    """An interim answer, the answer or the end: nothing is owed any more."""
    state = step.issue.state
    has_ended = state in ENDED | {IssueState.ANSWERED} and step.matter.state is not state
    if step.issue.work_kind is None or not (step.act is Act.INTERIM or has_ended):
        return
    step.session.execute(
        update(IssueInterim)
        .where(IssueInterim.issue_id == step.issue.id, IssueInterim.ended_on.is_(None))
        .values(ended_on=step.today)
    )


def is_owed(step: Step) -> bool:
    """Whether the communes still wait for an interim answer."""
    row = step.session.get(IssueInterim, step.issue.id)
    return row is not None and row.ended_on is None


def count_again(session: Session, issue_ids: Sequence[int], calendar: WorkingCalendar) -> None:
    """After a change of the calendar: the dates of those that are still owed."""
    owed = select(IssueInterim).where(IssueInterim.issue_id.in_(issue_ids), IssueInterim.ended_on.is_(None))
    for row in session.scalars(owed):
        row.due_on = calendar.add(row.from_on, row.target_days)
