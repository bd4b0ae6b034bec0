"""Faults that are planted into the data of the simulated year, one for each invariant.

Owns: how each damages the rows behind the back of the product. Call each inside a transaction in which the database
does not look at its own rules (`unruled`).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import db, transaction
from tracker.issues import history
from tracker.issues.models import Issue, IssueEvent
from tracker.outbox.models import Mail

Fault = Callable[[Session], None]


@contextmanager
def unruled() -> Iterator[None]:
    """A transaction in which CHECK and foreign keys are asleep (SQLite), so that anything can be written."""

    def sleep(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")

    event.listen(db.engine, "begin", sleep)
    try:
        with transaction():
            yield
            db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))
    finally:
        event.remove(db.engine, "begin", sleep)


def other_holder(session: Session) -> None:
    """The holder changes without an event."""
    _change(
        session,
        "holder_id = (SELECT max(id) FROM unit WHERE kind = 'department' AND id <> holder_id)",
        "is_open",
    )


def no_owner(session: Session) -> None:
    """Somebody works on it, nobody owns it."""
    _change(session, "owner_id = NULL", "state = 'working'")


def level_by_hand(session: Session) -> None:
    """A level that no event tells."""
    _change(session, "level = level + 1", "is_open AND level < 4")


def told_twice(session: Session) -> None:
    """The same notice under another key."""
    same = "kind, account_id, issue_id, event_id, is_planned"
    session.execute(
        text(
            f"INSERT INTO notice (key, created_at, {same}) SELECT 'again ' || key, created_at, {same} FROM notice "
            "WHERE event_id IS NOT NULL AND issue_id IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
    )


def told_at_night(session: Session) -> None:
    """A mail that left at three in the night."""
    night = datetime.combine(clock.today(), time(3), clock.LOCAL_ZONE) - timedelta(days=1)
    key = session.scalar(text("SELECT max(id) FROM mail WHERE state = 'sent' AND NOT is_immediate"))
    session.get_one(Mail, key).sent_at = night


def nobody_there(session: Session) -> None:
    """Everybody who could take a late matter further is gone."""
    session.execute(text("UPDATE account SET is_active = 0"))


def life_without_end(session: Session) -> None:
    """The closing of a closed issue no longer stops its clock; its chain is forged to fit."""
    for row in session.query(Issue).filter(Issue.closed_at.is_not(None)).order_by(Issue.id.desc()):
        if _forged(session, row, lambda facts: [fact for fact in facts if fact["kind"] != "closed"]):
            return
    raise LookupError("nothing was closed yet")


def late_while_paused(session: Session) -> None:
    """What waits for information or for a word on the answer is late."""
    day = (clock.today() - timedelta(days=3)).isoformat()
    dates = ", ".join(f"{name} = '{day}'" for name in ("due_soon_on", "due_on", "long_late_on"))
    _change(session, dates, "state IN ('need_info', 'answered')")


def wrong_count(session: Session) -> None:
    """One more than there are."""
    session.execute(
        text("UPDATE issue_count SET n = n + 1 WHERE rowid = (SELECT min(rowid) FROM issue_count)")
    )


def lost_access(session: Session) -> None:
    """A commune does not see its own issue."""
    session.execute(
        text("DELETE FROM issue_access WHERE rowid = (SELECT max(rowid) FROM issue_access WHERE why & 1)")
    )


def changed_history(session: Session) -> None:
    """A word of what happened is another one."""
    of_open = session.query(IssueEvent).join(Issue, Issue.id == IssueEvent.issue_id).filter(Issue.is_open)
    last = of_open.order_by(IssueEvent.id.desc()).limit(1).one()
    last.payload = history.canonical({**json.loads(last.payload), "reason": "khác"})


def job_that_fails(session: Session) -> None:
    """A job whose last run failed."""
    session.execute(
        text("UPDATE job_run SET failures = 1, last_error = 'planted' WHERE name = 'take_due_acts'")
    )


def second_level(session: Session) -> None:
    """Two levels stand; the index that forbids it is gone."""
    session.execute(text("DROP INDEX uq_escalation_open"))
    made = "from_level, opened_by, rule_code, is_asked_by_commune, reason, opened_at, end_reason"
    for _ in range(2):
        session.execute(
            text(
                f"INSERT INTO escalation (issue_id, level, {made}) SELECT id, 1, 0, 'rule', 'late_lead', 0, '', "
                "changed_at, '' FROM issue WHERE is_open ORDER BY id LIMIT 1"
            )
        )


def alarm_overslept(session: Session) -> None:
    """An alarm of yesterday is still there."""
    day = (clock.today() - timedelta(days=1)).isoformat()
    _change(session, f"next_alarm_on = '{day}'", "is_open AND due_on IS NOT NULL")


def alarm_lost(session: Session) -> None:
    """A late matter that has not risen and that no morning looks at any more."""
    day = (clock.today() - timedelta(days=3)).isoformat()
    planned = "SELECT issue_id FROM plan"
    _change(
        session,
        f"due_soon_on = '{day}', due_on = '{day}', next_alarm_on = NULL",
        f"is_open AND level = 0 AND due_on IS NOT NULL AND id NOT IN ({planned})",
    )


FAULTS: dict[str, Fault] = {
    "one_holder": other_holder,
    "owner_where_demanded": no_owner,
    "levels_rise_by_rule": level_by_hand,
    "one_open_escalation": second_level,
    "no_alarm_forgotten": alarm_overslept,
    "nothing_late_rests": alarm_lost,
    "no_alarm_twice": told_twice,
    "no_alarm_out_of_hours": told_at_night,
    "late_has_somebody": nobody_there,
    "holdings_cover_life": life_without_end,
    "paused_not_late": late_while_paused,
    "counts_equal_full_count": wrong_count,
    "access_equals_full_count": lost_access,
    "chain_verifies": changed_history,
    "jobs_run": job_that_fails,
}
"""Invariant → the fault that must be reported as its violation."""


def _change(session: Session, change: str, where: str) -> None:
    chosen = f"SELECT min(id) FROM issue WHERE {where}"
    if session.scalar(text(chosen)) is None:
        raise LookupError(f"no issue {where}")
    session.execute(text(f"UPDATE issue SET {change} WHERE id = ({chosen})"))


def _forged(
    session: Session, issue: Issue, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> bool:
    """Change the clock facts of an issue and make its chain fit; whether there was something to change."""
    head, is_changed = "", False
    for row in session.query(IssueEvent).filter_by(issue_id=issue.id).order_by(IssueEvent.seq):
        payload = json.loads(row.payload)
        facts = change(payload.get("facts", []))
        if facts != payload.get("facts", []):
            row.payload = history.canonical({**payload, "facts": facts})
            row.payload_hash, is_changed = history.digest(row.payload), True
        head = row.chain_hash = history.chain_hash(head, row)
    issue.head_hash = head
    return is_changed
