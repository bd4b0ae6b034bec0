"""What a leader reads in the morning: what is late in his charge, by lateness and by how many communes it concerns.

Owns: the choice and the order. Read with his rights as any page; no name of a person is among it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.accounts.groups import fields_of_leader
from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Unit
from tracker.issues.models import Issue, IssueParty
from tracker.issues.rights import visible_to
from tracker.permissions import Actor, Role

SHOWN = 20
_READ = 5000
"""The longest late; more than this nobody could order by hand either."""


@dataclass(frozen=True)
class LateRow:
    """A late matter. `late_days`: working days after the due date."""

    number: str
    title: str
    holder: str
    due_on: date
    late_days: int
    communes: int


def is_leader(actor: Actor) -> bool:
    """Whether the morning's figures are for him."""
    return bool(actor.roles & {Role.PROVINCIAL_LEADER, Role.DEPARTMENT_LEADER})


def late_rows(
    session: Session, actor: Actor, calendar: WorkingCalendar, today: date
) -> tuple[Sequence[LateRow], int]:
    """The first of what is late, and how many are late in all."""
    parties = select(func.count()).where(IssueParty.issue_id == Issue.id, IssueParty.left.is_(None))
    found = session.execute(
        select(Issue.number, Issue.title, Unit.name, Issue.due_on, parties.scalar_subquery())
        .join(Unit, Unit.id == Issue.holder_id)
        .where(Issue.is_open.is_(True), Issue.due_on < today, *_in_charge(session, actor))
        .order_by(Issue.due_on, Issue.id)
        .limit(_READ)
    ).all()
    rows = [
        LateRow(number or "", title, holder, due_on, calendar.between(due_on, today), communes)
        for number, title, holder, due_on, communes in found
        if due_on is not None
    ]
    rows.sort(key=lambda row: (-row.late_days * max(row.communes, 1), row.due_on, row.number))
    return rows[:SHOWN], len(rows)


def _in_charge(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """A provincial leader: his fields, or the province where he has none; a department's: what his unit holds."""
    conditions = [visible_to(actor)]
    if Role.PROVINCIAL_LEADER in actor.roles:
        fields = fields_of_leader(session, actor.account_id)
        return [*conditions, Issue.field_id.in_(sorted(fields))] if fields else conditions
    units = sorted(unit_id for role, unit_id in actor.grants if role is Role.DEPARTMENT_LEADER)
    return [*conditions, Issue.holder_id.in_(units)]
