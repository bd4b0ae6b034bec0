"""Pasted rows are filed in steps: nobody waits for all of them, what is the same for all is read once, none is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from tests.browser_of_pages import Person, Statements
from tests.integration.test_imports import file_all, paste
from tests.issue_builders import Desk
from tracker import clock
from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.imports import rounds
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState
from tracker.issues.models import Issue

Enter = Callable[[Account], Person]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAUSE_NOW_SECONDS", 0)


def _rows(n: int) -> list[str]:
    return [
        f"{i}\tXã An Bình\tViệc thứ {i}\tChưa có hướng dẫn {i}.\tĐề nghị hướng dẫn.\tNội vụ" for i in range(n)
    ]


def _filed(desk: Desk) -> int:
    desk.session.rollback()
    return desk.session.scalar(select(func.count(Issue.id))) or 0


def _begun(desk: Desk, enter: Enter, n: int) -> int:
    """A sheet whose maker has pressed the button, no row of it filed."""
    paste(enter(desk.province.member), *_rows(n))
    with transaction():
        batch = desk.session.scalars(select(ImportBatch)).one()
        batch.state, batch.sends_warned = BatchState.FILING, True
        return batch.id


def test_others_get_their_turn_between_the_steps(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STEP_NOW", 3)
    batch_id, seen = _begun(desk, enter, 8), []

    @contextmanager
    def step() -> Iterator[None]:
        with transaction():
            yield
        seen.append(_filed(desk))

    with desk.travelled():
        rounds.file_now(desk.session, step, batch_id)
    assert seen == [3, 6, 8]
    assert desk.session.get_one(ImportBatch, batch_id, populate_existing=True).state is BatchState.DONE


def test_what_a_broken_request_has_left_is_filed_by_the_worker_and_nothing_twice(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STEP_NOW", 3)
    batch_id = _begun(desk, enter, 8)

    @contextmanager
    def step() -> Iterator[None]:
        with transaction():
            yield
        raise KeyboardInterrupt

    with desk.travelled():
        with pytest.raises(KeyboardInterrupt):
            rounds.file_now(desk.session, step, batch_id)
        assert _filed(desk) == 3
        rounds.work(desk.session, transaction, clock.now().replace(year=2027))
        rounds.file_now(desk.session, transaction, batch_id)
    assert _filed(desk) == 8
    assert set(desk.session.scalars(select(ImportRow.state))) == {RowState.FILED}


def test_the_button_files_all_rows_whatever_the_step(
    desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STEP_NOW", 3)
    member = enter(desk.province.member)
    where = paste(member, *_rows(7)).headers["Location"]
    file_all(member, where)
    assert _filed(desk) == 7
    assert "Đã gửi 7" in member.text(where)


def test_calendar_switches_words_and_units_are_not_read_for_each_row(desk: Desk, enter: Enter) -> None:
    batch_id = _begun(desk, enter, 6)
    with desk.travelled(), Statements(db.engine) as counted:
        rounds.file_now(desk.session, transaction, batch_id)
    for words in ("FROM calendar_day", "FROM switch", "FROM field_word", "FROM category"):
        assert sum(words in each for each in counted.texts) <= 2, words
    assert len([each for each in counted.texts if "SAVEPOINT" not in each]) / 6 < 35
