"""Reading the stages of one issue with the names of units and people.

Owns: one statement. For departments alone: people are named. Changes nothing.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Unit
from tracker.issues.models import Issue
from tracker.issues.models_stages import IssueStage
from tracker.issues.stages import StageKind, measure

_S = IssueStage
_NAMED = (
    select(_S, Unit.name, Account.full_name)
    .join(Unit, Unit.id == _S.holder_id)
    .outerjoin(Account, Account.id == _S.owner_id)
    .where(_S.issue_id == bindparam("issue_id"))
    .order_by(_S.id)
)


@dataclass(frozen=True)
class StageRow:
    """A stage; of the one that lasts the figures are those of today. `_days` are working days."""

    kind: StageKind
    unit: str
    owner: str
    from_on: date
    to_on: date | None
    due_on: date | None
    working_days: int
    late_days: int
    overdue_days: int


def stages_of(session: Session, issue: Issue, calendar: WorkingCalendar, today: date) -> list[StageRow]:
    """The stages in their order; none before the issue is sent, nor before those of an old issue are written."""
    return [
        _row(stage, unit, owner or "", issue, calendar, today)
        for stage, unit, owner in session.execute(_NAMED, {"issue_id": issue.id})
    ]


def _row(
    stage: IssueStage, unit: str, owner: str, issue: Issue, calendar: WorkingCalendar, today: date
) -> StageRow:
    figures = (stage.working_days or 0, stage.late_days or 0, stage.overdue_days or 0)
    if stage.to_on is None:
        so_far = max(today, stage.from_on)
        took = measure(stage.from_on, so_far, calendar, due_on=stage.due_on, promised_on=issue.due_on)
        figures = (took.working_days, took.late_days, took.overdue_days)
    return StageRow(stage.kind, unit, owner, stage.from_on, stage.to_on, stage.due_on, *figures)
