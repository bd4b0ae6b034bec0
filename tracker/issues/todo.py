"""What a person has to do: the groups of his home page, each a count, a few rows and the list behind it.

Owns: looking them up. Which groups exist for whom is in `issues.todo_groups`, the sentence of a group in the template.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import Switches
from tracker.issues.commitments import remind_until
from tracker.issues.listing import COUNT_CAP, CappedCount, IssueFilter, IssueRow, Todo
from tracker.issues.lists import read_rows
from tracker.issues.models import Issue
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.todo_groups import wanted
from tracker.issues.todo_wanted import Roles, Wanted, asked
from tracker.permissions import Role

ROWS_PER_GROUP = 5


@dataclass(frozen=True)
class TodoGroup:
    """A group of the home page. `filter` opens the list behind it, where a list filter says the same.

    `rows` are read where the page shows them or leads to one: without a filter, and of a group of one.
    """

    code: str
    count: CappedCount
    rows: list[IssueRow] = field(default_factory=list)
    filter: IssueFilter | None = None
    due_on: date | None = None
    """The nearest date by which the group asks for something, where its sentence names one."""


def groups(session: Session, actor: Actor, switches: Switches, today: date) -> list[TodoGroup]:
    """The groups that have something in them, the most pressing first; two statements, whatever the number."""
    routes = actor.holds(switches.coordinating_unit_id, Role.COORDINATOR)
    kinds = wanted(actor.roles, routes)
    if not kinds:
        return []
    values = asked(actor, today, _promised_until(session, actor, today))
    found = _find(session, _statement(actor.roles, routes), values, len(kinds))
    shown = [
        keys if group.filter is None or total == 1 else []
        for group, (keys, total) in zip(kinds, found, strict=True)
    ]
    rows = {row.id: row for row in read_rows(session, [key for keys in shown for key in keys])}
    return [
        TodoGroup(
            group.code,
            CappedCount(min(total, COUNT_CAP), total > COUNT_CAP),
            [rows[key] for key in keys],
            _filter_of(actor, group, values["desks"]),
        )
        for group, keys, (_, total) in zip(kinds, shown, found, strict=True)
        if total
    ]


def _promised_until(session: Session, actor: Actor, today: date) -> date:
    """Only who works on issues is reminded of promises; for him the calendar is read."""
    if not actor.roles & {*GROUP_ROLES}:
        return today
    return remind_until(today, load_calendar(session))


def _filter_of(actor: Actor, group: Wanted, desks: list[int]) -> IssueFilter | None:
    if group.filter is None or group.whose == "nobodys":
        return group.filter
    if group.whose == "owners":
        return replace(group.filter, owner_id=actor.account_id)
    if len(desks) == 1:
        return replace(group.filter, unit_id=desks[0])
    return IssueFilter(is_open=True, todo=Todo(group.code))


@cache
def _statement(roles: Roles, routes: bool) -> CompoundSelect[int, int, int]:
    """Newest keys of each group, each beside the capped count of its group: rows (group, key, count)."""
    parts: list[Select[int, int, int]] = []
    for place, group in enumerate(wanted(roles, routes)):
        found = select(Issue.id).where(group.condition).order_by(Issue.id.desc())
        capped = found.limit(COUNT_CAP + 1).subquery()
        newest = select(capped.c.id, func.count().over().label("n")).order_by(capped.c.id.desc())
        first = newest.limit(ROWS_PER_GROUP).subquery()
        parts.append(select(literal(place), first.c.id, first.c.n))
    return union_all(*parts)


def _find(
    session: Session, statement: CompoundSelect[int, int, int], values: dict[str, Any], number: int
) -> list[tuple[list[int], int]]:
    """Newest keys and capped count of each of the groups, in one statement."""
    keys: list[list[int]] = [[] for _ in range(number)]
    totals = [0] * number
    for place, key, total in session.execute(statement, values):
        keys[place].append(key)
        totals[place] = total
    return [(sorted(own, reverse=True), total) for own, total in zip(keys, totals, strict=True)]
