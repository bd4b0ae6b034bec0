"""Which index serves the main lists: the wrong one is as quick as the right one until there are many issues."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import inspect

from tests.browser_of_pages import Person, Statements
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues.models import Issue

Enter = Callable[[Account], Person]
_READS_ISSUES = re.compile(r"\bFROM issue(_access)?\b")
_WALKS_ALL = re.compile(r"SCAN (issue|issue_party|issue_access|answer|opinion)$")


def _plan(person: Person, url: str) -> list[str]:
    """How SQLite goes about what the page reads of issues."""
    person.get("/profile")
    with Statements(db.engine) as counted:
        person.get(url)
    read = [text for text in counted.texts if _READS_ISSUES.search(text) and not text.startswith("UPDATE")]
    assert read, "the page reads no issues"
    with db.engine.connect() as connection:
        return [
            step[3]
            for text in read
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (0,) * text.count("?"))
        ]


@pytest.mark.parametrize(
    ("who", "url", "index"),
    [
        ("coordinator", "/issues", "ix_issue_open"),
        ("coordinator", "/issues?open=any&field=home_affairs", "ix_issue_field"),
        ("coordinator", "/issues?late=late", "ix_issue_open_due"),
        ("coordinator", "/issues?unit={unit}&field=home_affairs&late=late", "ix_issue_open_holder"),
        ("coordinator", "/issues?owner={owner}&field=home_affairs", "ix_issue_open_owner"),
        ("coordinator", "/issues?owner={owner}&open=any", "ix_issue_ended_owner"),
        ("coordinator", "/issues?owner={owner}&open=0", "ix_issue_ended_owner"),
        ("lead", "/", "ix_issue_extension"),
        ("member", "/issues", "ix_issue_access_open"),
        ("officer_a", "/issues", "ix_issue_access_open"),
        ("officer_a", "/issues?state=draft", "ix_issue_raised_by"),
        ("member", "/", "ix_issue_open_owner"),
        ("lead", "/", "ix_issue_open_holder"),
        ("lead", "/", "ix_opinion_unit"),
        ("member", "/", "ix_opinion_assigned"),
        ("officer_a", "/", "ix_issue_state"),
    ],
)
def test_the_main_lists_are_read_by_their_index_and_never_walk_all_issues(
    desk: Desk, enter: Enter, who: str, url: str, index: str
) -> None:
    issue = desk.session.get_one(Issue, desk.working())
    url = url.replace("{unit}", str(issue.holder_id)).replace("{owner}", str(issue.owner_id))
    person = enter(getattr(desk.province, who))
    if db.engine.dialect.name != "sqlite":
        person.get(url)  # PostgreSQL chooses by how many rows there are; in a test there are none
        return
    plan = _plan(person, url)
    assert [step for step in plan if _WALKS_ALL.fullmatch(step)] == []
    assert [step for step in plan if re.search(rf"INDEX {index}\b", step)], plan


@pytest.mark.parametrize(
    ("who", "url", "most"),
    [
        ("coordinator", "/issues", 5),
        ("coordinator", "/issues?field=home_affairs&late=late", 5),
        ("member", "/issues", 5),
        ("coordinator", "/issues?q=kinh+doanh", 7),
        ("coordinator", "/issues/{number}", 8),
        ("member", "/", 7),
        ("provincial_leader", "/leaders", 7),
    ],
)
def test_a_page_sends_few_statements_once_the_small_tables_are_kept(
    desk: Desk, enter: Enter, who: str, url: str, most: int
) -> None:
    issue = desk.session.get_one(Issue, desk.working())
    person = enter(getattr(desk.province, who))
    address = url.replace("{number}", issue.number or "")
    person.get(address)
    with Statements(db.engine) as counted:
        person.get(address)
    assert 0 < len(counted.texts) <= most, counted.texts


def test_a_search_and_the_leaders_page_never_walk_all_issues(desk: Desk, enter: Enter) -> None:
    desk.working()
    if db.engine.dialect.name != "sqlite":
        return
    found = _plan(enter(desk.province.coordinator), "/issues?q=ph%E1%BB%A5+c%E1%BA%A5p")
    assert [step for step in found if _WALKS_ALL.fullmatch(step)] == []
    leader = enter(desk.province.provincial_leader)
    leader.get("/leaders")
    with Statements(db.engine) as counted:
        leader.get("/leaders")
    assert [text for text in counted.texts if re.search(r"\bFROM issue_count\b", text)]
    assert [text for text in counted.texts if re.search(r"\bFROM issue(_access|_party)?\b", text)] == []


def test_what_an_act_changes_of_reading_rights_is_found_by_the_issue(desk: Desk) -> None:
    if db.engine.dialect.name == "sqlite":
        asked = "EXPLAIN QUERY PLAN UPDATE issue_access SET is_open = 1 WHERE issue_id = 1"
        with db.engine.connect() as connection:
            plan = [step[3] for step in connection.exec_driver_sql(asked)]
        assert plan == ["SEARCH issue_access USING INDEX ix_issue_access_issue_id (issue_id=?)"]
    assert "ix_issue_access_issue_id" in {
        each["name"] for each in inspect(db.engine).get_indexes("issue_access")
    }
