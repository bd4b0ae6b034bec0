"""Which units may read a sent issue, and why, kept as rows so that a list is one index look-up.

Owns: `IssueAccess`. The rule who may read is `queries.visible_to`; people who see all need no row.
"""

from enum import IntFlag

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from tracker.issues.counts import upsert
from tracker.issues.models import Issue, IssueAccess


class Why(IntFlag):
    """The reasons for which a unit may read an issue; one is enough and none is taken back."""

    PARTY = 1
    HOLDS = 2
    RAISED = 4
    ASKED = 8


def let_read(session: Session, issue: Issue, unit_id: int, why: Why) -> None:
    """Let the unit read the issue from now on."""
    statement = upsert(session, IssueAccess).values(
        unit_id=unit_id, issue_id=issue.id, why=int(why), is_open=issue.is_open
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["unit_id", "issue_id"],
            set_={"why": IssueAccess.why.op("|")(int(why)), "is_open": issue.is_open},
        ),
        execution_options={"synchronize_session": False},
    )


def mark_open(session: Session, issue: Issue) -> None:
    """Carry the issue's openness into all its rows."""
    session.execute(
        update(IssueAccess).where(IssueAccess.issue_id == issue.id).values(is_open=issue.is_open),
        execution_options={"synchronize_session": False},
    )


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
