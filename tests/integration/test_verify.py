"""The proof of what is stored: whatever is changed behind the services' back is found and named."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.issue_builders import Desk
from tracker.db import transaction
from tracker.errors import NotFound
from tracker.issues.workflow import Act

TAMPERED = {
    "a wording in the history": (
        "UPDATE issue_event SET payload = replace(payload, 'one_department', 'urgent') WHERE seq = 2",
        "payload_changed VM-2026-000001 event 2",
    ),
    "a wording and its hash": (
        "UPDATE issue_event SET payload_hash = 'x', payload = 'x' WHERE seq = 2",
        "payload_changed VM-2026-000001 event 2",
    ),
    "who did it": (
        "UPDATE issue_event SET actor_name = 'Ai đó' WHERE seq = 3",
        "chain_broken VM-2026-000001 event 3",
    ),
    "when it was done": (
        "UPDATE issue_event SET at = '2026-05-01 00:00:00.000000+00:00' WHERE seq = 1",
        "chain_broken VM-2026-000001 event 1",
    ),
    "who may read it": (
        "UPDATE issue_event SET audience = 'all' WHERE kind = 'answer_submitted'",
        "chain_broken VM-2026-000001 event 4",
    ),
    "an event taken out": ("DELETE FROM issue_event WHERE seq = 2", "event_missing VM-2026-000001 event 2"),
    "the tail cut": ("DELETE FROM issue_event WHERE seq = 5", "tail_cut VM-2026-000001 event 5"),
    "a head that was moved": ("UPDATE issue SET head_hash = 'x'", "tail_cut VM-2026-000001 event 6"),
    "a count": ("UPDATE issue_count SET n = 7", "count_wrong"),
    "a count that is gone": ("DELETE FROM issue_count", "count_wrong"),
    "a right that is gone": ("DELETE FROM issue_access WHERE why = 2", "access_wrong VM-2026-000001 unit"),
    "a right of a closed matter": (
        "UPDATE issue_access SET is_open = (1 = 0)",
        "access_wrong VM-2026-000001 unit",
    ),
    "a series that ran ahead": ("UPDATE number_series SET last_serial = 2", "number_gap 2026: 1 of 2"),
}


def tamper(session: Session, statement: str) -> None:
    with transaction():
        session.execute(text(statement))


@pytest.fixture
def issue_id(desk: Desk) -> int:
    """One answered issue with five events."""
    issue_id = desk.answered()
    assert len(desk.kinds(issue_id)) == 5
    return issue_id


@pytest.fixture
def undo(desk: Desk, issue_id: int) -> Callable[[], None]:
    """Forget everything, so that the desk is found clean at the end."""

    def forget() -> None:
        desk.session.rollback()
        with transaction():
            for name in ("issue_count", "issue_access", "issue_party", "citation", "answer", "issue_event"):
                desk.session.execute(text(f"DELETE FROM {name}"))
            desk.session.execute(text("DELETE FROM issue"))
            desk.session.execute(text("DELETE FROM number_series"))
        desk.session.expunge_all()

    return forget


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_the_back_is_named(
    desk: Desk, issue_id: int, undo: Callable[[], None], what: str
) -> None:
    statement, found = TAMPERED[what]
    tamper(desk.session, statement)
    problems = [str(problem) for problem in desk.verify()]
    assert any(problem.startswith(found) for problem in problems), problems
    undo()


def test_only_the_first_broken_event_of_an_issue_is_named(
    desk: Desk, issue_id: int, undo: Callable[[], None]
) -> None:
    tamper(desk.session, "UPDATE issue_event SET actor_name = 'x' WHERE seq > 1")
    chains = [problem for problem in desk.verify() if problem.code == "chain_broken"]
    assert [problem.seq for problem in chains] == [2]
    undo()


def test_a_history_that_cannot_be_read_does_not_stop_the_proof(desk: Desk, undo: Callable[[], None]) -> None:
    working = desk.working()
    tamper(desk.session, f"UPDATE issue_event SET payload = 'x' WHERE issue_id = {working}")
    assert [str(problem) for problem in desk.verify()] == ["payload_changed VM-2026-000002 event 1"]
    undo()


def test_a_due_date_that_was_moved_by_hand_is_named(desk: Desk, undo: Callable[[], None]) -> None:
    working = desk.working()
    tamper(desk.session, f"UPDATE issue SET due_on = '2026-12-31' WHERE id = {working}")
    assert {problem.code for problem in desk.verify()} == {"dates_wrong", "count_wrong"}
    undo()


def test_an_unknown_issue_is_not_found(desk: Desk) -> None:
    for person in (desk.province.coordinator, None):
        for issue_id in (0, -1, 9999):
            desk.refused(NotFound, person, issue_id, Act.ADD_INFO, text="x")
