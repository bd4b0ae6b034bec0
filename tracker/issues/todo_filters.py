"""The list behind a group of the home page: the very condition that the group counts by, for the person who asks.

Owns: finding that condition. Rights are the list's business; a group that the person does not have finds nothing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, false, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import replacement_traverse

from tracker.accounts.actor import Actor
from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.switches import read_switches
from tracker.issues.commitments import remind_until
from tracker.issues.list_conditions import owed_by
from tracker.issues.listing import Todo
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Duty
from tracker.issues.todo_groups import wanted
from tracker.issues.todo_wanted import asked
from tracker.permissions import Permission, Role


def todo_condition(
    session: Session, actor: Actor, todo: Todo, calendar: WorkingCalendar, today: date
) -> ColumnElement[bool]:
    """What the home page of this person counts in this group on this local date."""
    if todo is Todo.DUTIES:
        has_duties = actor.has(Permission.RECEIVE_ESCALATION)
        return Issue.id.in_(select(Duty.issue_id).where(owed_by(actor))) if has_duties else false()
    routes = actor.holds(read_switches(session).coordinating_unit_id, Role.COORDINATOR)
    group = next((each for each in wanted(actor.roles, routes) if each.code == todo.value), None)
    if group is None:
        return false()
    return _filled(group.condition, asked(actor, today, remind_until(today, calendar)))


def _filled(condition: ColumnElement[bool], values: Mapping[str, Any]) -> ColumnElement[bool]:
    """The condition with values in its placeholders, so that it can stand in any statement."""

    def value_of(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter) or element.key not in values:
            return None
        return bindparam(
            element.key, values[element.key], type_=element.type, unique=True, expanding=element.expanding
        )

    return replacement_traverse(condition, {}, value_of)
