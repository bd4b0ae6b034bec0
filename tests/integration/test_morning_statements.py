"""What the morning's job asks of the database: by its index, and as much for each rise, whatever was closed."""

from datetime import date

from tests.browser_of_pages import Statements
from tests.integration.test_escalation_journey import morning
from tests.issue_builders import Desk, june
from tracker.db import db
from tracker.issues.escalation_job import due_by
from tracker.issues.workflow import Act

MOST_A_RISE = 18
OF_A_ROUND = 32


def _late(desk: Desk, n: int) -> list[int]:
    desk.go(june(1))
    keys = [desk.working() for _ in range(n)]
    desk.go(june(5))
    for key in keys:
        desk.do(desk.province.member, key, Act.NEWS, text="Đang xử lý")
    return keys


def _of_a_morning(desk: Desk, n: int) -> int:
    with Statements(db.engine) as counted:
        assert morning(desk, june(12)) == n
    return len(counted.texts)


def test_each_rise_costs_a_bounded_number_of_statements(desk: Desk) -> None:
    assert _of_a_morning(desk, len(_late(desk, 5))) <= OF_A_ROUND + MOST_A_RISE * 5


def test_what_was_closed_before_adds_no_statement(desk: Desk) -> None:
    for _ in range(5):
        closed = desk.sent()
        desk.do(desk.province.officer_a, closed, Act.WITHDRAW, reason="Đã tự giải quyết")
    assert _of_a_morning(desk, len(_late(desk, 2))) <= OF_A_ROUND + MOST_A_RISE * 2


def test_what_is_due_is_found_by_the_index_of_the_next_alarm(desk: Desk) -> None:
    if db.engine.dialect.name != "sqlite":
        assert desk.province  # PostgreSQL chooses by how many rows there are; in a test there are none
        return
    text = str(due_by(date(2026, 6, 12)).compile(db.engine, compile_kwargs={"literal_binds": True}))
    with db.engine.connect() as connection:
        plan = [step[3] for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert any("next_alarm" in step for step in plan), plan
