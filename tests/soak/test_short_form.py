"""The long proofs in a short form, and that they see what they look for. `make soak` runs them in full.

The killed processes have their own test (tests/integration/test_crash.py), for PostgreSQL too.
"""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.soak import connections, disks, importing, requests
from tests.soak.__main__ import problems_of
from tests.soak.clerks import Book

REQUESTS_A_ROUTE = 12


@pytest.mark.asvs("V8.4.1")
def test_generated_requests_of_every_role_break_no_rule(tmp_path: Path) -> None:
    found = requests.run(tmp_path, REQUESTS_A_ROUTE, seed=2026)
    assert found["problems"] == []
    assert int(str(found["requests"])) == int(str(found["routes"])) * REQUESTS_A_ROUTE


def test_requests_end_when_their_time_is_over_and_say_how_far_they_came(tmp_path: Path) -> None:
    found = requests.run(tmp_path, 10, seed=1, only="issues.show", minutes=0)
    assert (found["requests"], found["least_per_route"]) == (0, 0)


@pytest.mark.asvs("V8.4.1")
def test_the_oracle_of_generated_requests_sees_a_change_by_somebody_who_may_not_see_the_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_seen_by", lambda _province, _name: set())
    found = requests.run(tmp_path, 400, seed=1, only="issues.add_info")
    assert "may not see" in " ".join(list(found["problems"]))  # type: ignore[call-overload]  # a list


def test_the_oracle_of_generated_requests_sees_a_missing_audit_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.boundary._audit", lambda _error: None)
    found = requests.run(tmp_path, 20, seed=1, only="issues.show")
    assert "audit entries" in " ".join(list(found["problems"]))  # type: ignore[call-overload]  # a list


def test_cut_lines_lose_nothing_and_slow_clients_do_not_stop_a_page(tmp_path: Path) -> None:
    assert connections.run(tmp_path / "instance", cuts=12, pages=4)["problems"] == []


def test_a_database_that_is_held_is_told_in_time_and_nothing_is_lost(tmp_path: Path) -> None:
    assert disks.busy(tmp_path / "instance")["problems"] == []


def test_problems_are_counted_wherever_they_stand() -> None:
    found = {"a": {"problems": ["x"]}, "b": {"c": {"problems": ["y", "z"]}}, "seed": 1}
    assert problems_of(found) == 3


def test_a_sheet_that_was_answered_and_is_not_stored_is_named(session: Session) -> None:
    book = Book()
    assert importing.check(session, book) == []
    book.note("paste")
    book.note("import", "VM-2026-000001", "sent")
    assert "pasted sheets: 1 answered, 0 stored" in importing.check(session, book)
    assert "filed rows: 1 answered, 0 stored" in importing.check(session, book)
