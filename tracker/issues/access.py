"""Which units may read a sent issue, and why, kept as rows so that a list is one index look-up.

Owns: `IssueAccess`. The rule who may read is `queries.visible_to`; people who see all need no row.
"""

from collections.abc import Iterable
from enum import IntFlag
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, select, update
from sqlalchemy.orm import Session

from tracker.issues.counts import insert_into, upsert
from tracker.issues.models import Issue, IssueAccess


class Why(IntFlag):
    """The reasons for which a unit may read an issue; one is enough and none is taken back."""

    PARTY = 1
    HOLDS = 2
    RAISED = 4
    ASKED = 8


_MARKED = (
    update(IssueAccess)
    .where(IssueAccess.issue_id == bindparam("of_issue"))
    .values(is_open=bindparam("now_open"))
    .execution_options(synchronize_session=False)
)


def let_read(session: Session, issue: Issue, unit_id: int, why: Why) -> None:
    """Let the unit read the issue from now on."""
    let_all_read(session, issue, [(unit_id, why)])


def let_all_read(session: Session, issue: Issue, units: Iterable[tuple[int, Why]]) -> None:
    """Let several units read the issue from now on, each for its reason."""
    shared = {"issue_id": issue.id, "is_open": issue.is_open}
    rows = [{"unit_id": unit_id, "why": int(why)} | shared for unit_id, why in units]
    if rows:
        session.connection().execute(_let_read(session.get_bind().dialect.name), rows)


@cache
def _let_read(dialect: str) -> Any:
    """Built once: building a statement costs more than running it."""
    statement = insert_into(dialect, IssueAccess)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["unit_id", "issue_id"],
        set_={"why": IssueAccess.why.op("|")(new.why), "is_open": new.is_open},
    )


def mark_open(session: Session, issue: Issue) -> None:
    """Carry the issue's openness into all its rows."""
    session.execute(_MARKED, {"of_issue": issue.id, "now_open": issue.is_open})


def pass_on(session: Session, unit_id: int, successor_id: int) -> None:
    """Give the successor of an ended unit everything that the unit could read."""
    theirs = select(literal(successor_id), IssueAccess.issue_id, IssueAccess.why, IssueAccess.is_open).where(
        IssueAccess.unit_id == unit_id
    )
    session.execute(
        upsert(session, IssueAccess)
        .from_select(["unit_id", "issue_id", "why", "is_open"], theirs)
        .on_conflict_do_nothing(),
        execution_options={"synchronize_session": False},
    )
