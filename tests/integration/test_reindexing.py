"""The index of the search is made anew while people search and write; a killed run is gone on with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import select, text

from tests.conftest import ON_POSTGRESQL
from tests.issue_builders import Desk
from tracker.db import transaction
from tracker.index.models import IndexedText
from tracker.issues import searching
from tracker.issues.models import Issue
from tracker.issues.workflow import Act

Transaction = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_BATCH", 2)
    monkeypatch.setattr(searching, "PAUSE_SECONDS", 0)


def _found(desk: Desk, typed: str) -> list[int]:
    desk.session.rollback()
    found = searching.found(desk.session, typed)
    return sorted(desk.session.scalars(found.with_only_columns(Issue.id)))


def _after_step(number: int, happens: Callable[[], None]) -> Transaction:
    """Transactions; when the so-manyth has ended, something happens."""
    steps: list[int] = []

    @contextmanager
    def step() -> Iterator[None]:
        with transaction():
            yield
        steps.append(1)
        if len(steps) == number:
            happens()

    return step


def _leftovers(desk: Desk) -> list[str]:
    if ON_POSTGRESQL:
        return []
    asked = "SELECT name FROM sqlite_master WHERE name LIKE '%next%' OR name LIKE '%fts_done%'"
    return list(desk.session.scalars(text(asked)))


def _problems(desk: Desk) -> list[str]:
    return [str(each) for each in desk.verify()]


def test_all_texts_are_found_after_it_and_nothing_is_left_of_it(desk: Desk) -> None:
    made = [desk.sent(title=f"Cầu phao số {n}") for n in range(5)]
    desk.draft(title="Cầu phao chưa gửi")
    assert searching.reindex(desk.session, transaction) == 5
    assert _found(desk, "cau phao") == made
    assert (_problems(desk), _leftovers(desk)) == ([], [])
    assert searching.reindex(desk.session, transaction) == 5
    assert _found(desk, "cau phao") == made


def test_people_search_and_write_while_it_runs(desk: Desk) -> None:
    member, words = desk.province.member, {"field_id": desk.province.field_staff.id}
    made = [desk.on_behalf(title=f"Cầu phao số {n}", **words) for n in range(5)]
    assert member
    seen: list[list[int]] = []

    def write() -> None:
        seen.append(_found(desk, "cau phao"))
        for issue_id in (made[0], made[4]):  # one that is in the new index already, and one that is not
            desk.do(
                desk.province.officer_a, issue_id, Act.CORRECT, title="Đường gom", situation="x", proposal="y"
            )
        made.append(desk.sent(title="Cầu phao mới"))
        seen.append(_found(desk, "duong gom"))

    searching.reindex(desk.session, _after_step(2, write))
    assert seen == [made[:5], [made[0], made[4]]]
    assert _found(desk, "cau phao") == [*made[1:4], made[5]]
    assert _found(desk, "duong gom") == [made[0], made[4]]
    assert (_problems(desk), _leftovers(desk)) == ([], [])


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_killed_run_is_gone_on_with(desk: Desk, step: int) -> None:
    made = [desk.sent(title=f"Cầu phao số {n}") for n in range(5)]

    def kill() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searching.reindex(desk.session, _after_step(step, kill))
    assert _found(desk, "cau phao") == made
    made.append(desk.sent(title="Cầu phao mới"))
    left = 6 if ON_POSTGRESQL else 6 - 2 * (step - 1)
    assert searching.reindex(desk.session, transaction) == left
    assert _found(desk, "cau phao") == made
    assert (_problems(desk), _leftovers(desk)) == ([], [])


def _spoil_texts(desk: Desk) -> None:
    desk.session.execute(text("UPDATE issue_text SET words = 'x' WHERE id > 1"))


def _lose_texts(desk: Desk) -> None:
    desk.session.execute(text("DELETE FROM issue_text"))


def _keep_a_draft(desk: Desk) -> None:
    draft = desk.session.scalars(select(Issue.id).where(Issue.number.is_(None))).one()
    desk.session.add(IndexedText(id=draft, words="cau phao"))


def _lose_of_fts5(desk: Desk) -> None:
    if ON_POSTGRESQL:
        return
    for row in desk.session.scalars(select(IndexedText)).all():
        lost = "INSERT INTO issue_fts (issue_fts, rowid, words) VALUES ('delete', :id, :words)"
        desk.session.execute(text(lost), {"id": row.id, "words": row.words})


def _lose_both(desk: Desk) -> None:
    _lose_of_fts5(desk)
    if not ON_POSTGRESQL:
        desk.session.execute(text("DROP TRIGGER issue_text_changed"))
    desk.session.execute(text("UPDATE issue_text SET words = 'x'"))
    if not ON_POSTGRESQL:
        from tracker.index.models import SQLITE

        desk.session.execute(text(SQLITE[3]))


@pytest.mark.parametrize("damage", [_spoil_texts, _lose_texts, _keep_a_draft, _lose_of_fts5, _lose_both])
@pytest.mark.parametrize("drafts_last", [True, False])
def test_whatever_is_damaged_is_whole_again(
    desk: Desk, damage: Callable[[Desk], None], drafts_last: bool
) -> None:
    if not drafts_last:
        desk.draft(title="Chưa gửi")
    made = [desk.sent(title=f"Cầu phao số {n}") for n in range(3)]
    if drafts_last:
        desk.draft(title="Chưa gửi")
    with transaction():
        damage(desk)
    searching.reindex(desk.session, transaction)
    assert _found(desk, "cau phao") == made
    assert (_problems(desk), _leftovers(desk)) == ([], [])
