"""An act is done wholly or not at all, at whatever statement the database fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.issue_builders import Desk
from tracker.db import db
from tracker.issues.models import Issue
from tracker.issues.workflow import Act

MOST_STATEMENTS = 200


class Broken(OperationalError):
    """The database gave up."""

    def __init__(self) -> None:
        super().__init__("the statement", {}, Exception("disk I/O error"))


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """The statement of that number fails, after it was sent; -1: the commit does. Gives the statements sent."""
    sent: list[str] = []
    engine = db.engine

    def after(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)
        if len(sent) == number:
            raise Broken

    def before_commit(_session: Session) -> None:
        if number == -1:
            raise Broken

    event.listen(engine, "after_cursor_execute", after)
    event.listen(db.session.registry(), "before_commit", before_commit)
    try:
        yield sent
    finally:
        event.remove(engine, "after_cursor_execute", after)
        event.remove(db.session.registry(), "before_commit", before_commit)


def _send(desk: Desk) -> Callable[[], Issue]:
    draft_id = desk.draft().id
    return lambda: desk.do(desk.province.officer_a, draft_id, Act.SEND)


def _assign(desk: Desk) -> Callable[[], Issue]:
    issue_id, owner_id = desk.sent(), desk.province.member.id
    return lambda: desk.do(desk.province.lead, issue_id, Act.ASSIGN, owner_id=owner_id)


def _confirm(desk: Desk) -> Callable[[], Issue]:
    issue_id = desk.answered(desk.working())
    return lambda: desk.do(desk.province.officer_a, issue_id, Act.CONFIRM, is_solved=True)


@pytest.mark.asvs("V2.3.3")
@pytest.mark.parametrize("prepare", [_send, _assign, _confirm])
def test_an_act_that_fails_at_any_statement_or_at_the_commit_leaves_nothing(
    desk: Desk, prepare: Callable[[Desk], Callable[[], Issue]]
) -> None:
    act = prepare(desk)
    before = desk.snapshot()
    for number in (-1, *range(1, MOST_STATEMENTS)):
        try:
            with failing_at(number):
                act()
        except OperationalError:
            assert desk.snapshot() == before, number
            continue
        break
    assert number > 10, "fewer statements failed than an act sends"
    assert desk.snapshot() != before
    assert desk.verify() == []
