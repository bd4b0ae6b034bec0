"""Counts kept by the writer: how many sent issues share holder, field, state, outcome and dates.

Owns: `IssueCount` and its key. Must not be read for anything but sums; `issues.verify` proves it equal to a full count.
"""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.issues.models import Issue, IssueCount

NO_DATE = date(9999, 12, 31)


class CountKey(NamedTuple):
    """The columns that a counted issue shares with others."""

    unit_id: int
    field_id: int
    state: str
    outcome: str
    zero_on: date
    due_soon_on: date
    due_on: date
    long_late_on: date


def key_of(issue: Issue) -> CountKey | None:
    """The row in which the issue is counted; None before it is sent. What has ended carries no dates."""
    if issue.number is None or issue.holder_id is None:
        return None
    dates = (issue.zero_on, issue.due_soon_on, issue.due_on, issue.long_late_on)
    if not issue.is_open:
        dates = (None, None, None, None)
    return CountKey(
        issue.holder_id,
        issue.field_id or 0,
        issue.state.value,
        issue.outcome.value if issue.outcome else "",
        *(day or NO_DATE for day in dates),
    )


def move(session: Session, before: CountKey | None, after: CountKey | None) -> None:
    """Take the issue out of one row and into another, in the order of the keys against deadlocks."""
    if before == after:
        return
    for key in sorted(key for key in (before, after) if key is not None):
        if key == after:
            _add(session, key)
        else:
            _take(session, key)


def upsert(session: Session, table: Any) -> Any:
    """An INSERT of the session's dialect that knows ON CONFLICT."""
    return insert_into(session.get_bind().dialect.name, table)


def insert_into(dialect: str, table: Any) -> Any:
    """As `upsert`, by the name of the dialect, for statements that are built once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _one_more(dialect: str) -> Any:
    statement = insert_into(dialect, IssueCount)
    return statement.on_conflict_do_update(
        index_elements=list(CountKey._fields), set_={"n": IssueCount.n + 1}
    )


def _add(session: Session, key: CountKey) -> None:
    statement = _one_more(session.get_bind().dialect.name)
    session.connection().execute(statement, key._asdict() | {"n": 1})


def _take(session: Session, key: CountKey) -> None:
    same = and_(*(getattr(IssueCount, name) == value for name, value in key._asdict().items()))
    options = {"synchronize_session": False}
    session.execute(update(IssueCount).where(same).values(n=IssueCount.n - 1), execution_options=options)
    session.execute(delete(IssueCount).where(same, IssueCount.n == 0), execution_options=options)
