"""A creating form sent twice makes one thing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import Province
from tracker import clock
from tracker.accounts.actor import Actor
from tracker.db import transaction
from tracker.errors import Invalid, NotPossible
from tracker.web.idempotency import clean_keys, once
from tracker.web.models import IdempotencyKey

KEY = "abcdefgh12345678"
BODY = [("title", "a"), ("text", "b")]
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def person(province: Province) -> Actor:
    """Somebody who sends."""
    return Actor(province.officer_a.id, "A", frozenset())


def send(
    session: Session, person: Actor, key: str, body: list[tuple[str, str]], route: str = "issues.send"
) -> str:
    """Carry out a form; the address carries the number of things made so far."""
    with transaction():
        sending = once(session, person, route, key, body)
        made = session.scalar(select(func.count()).select_from(IdempotencyKey))
        return sending.result_url or sending.remember(f"/things/{made}")


def test_the_same_form_again_gives_the_first_result(session: Session, person: Actor) -> None:
    assert [send(session, person, KEY, BODY) for _ in range(3)] == ["/things/0"] * 3
    assert send(session, person, KEY, BODY[::-1]) == "/things/0"


def test_another_key_route_or_person_makes_another_thing(
    session: Session, person: Actor, province: Province
) -> None:
    other = Actor(province.officer_b.id, "B", frozenset())
    results = {
        send(session, person, KEY, BODY),
        send(session, person, KEY + "x", BODY),
        send(session, person, KEY, BODY, route="issues.other"),
        send(session, other, KEY, BODY),
    }
    assert len(results) == 4


@pytest.mark.parametrize(
    "body", [[("title", "a")], [("title", "a"), ("text", "c")], [("titl", "ea"), ("text", "b")]]
)
def test_another_body_under_the_same_key_is_refused(
    session: Session, person: Actor, body: list[tuple[str, str]]
) -> None:
    send(session, person, KEY, BODY)
    with pytest.raises(NotPossible) as refused:
        send(session, person, KEY, body)
    assert refused.value.code == "form_key_reused"


def test_a_form_that_failed_may_be_sent_again(session: Session, person: Actor) -> None:
    def fail() -> None:
        with transaction():
            once(session, person, "issues.send", KEY, BODY).remember("/things/x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert send(session, person, KEY, BODY) == "/things/0"


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "a b c d e f", "abc\x00defgh", "đđđđđđđđ"])
def test_a_key_of_another_shape_is_refused(session: Session, person: Actor, key: str) -> None:
    with pytest.raises(Invalid):
        send(session, person, key, BODY)


def test_a_key_is_kept_a_day(session: Session, person: Actor) -> None:
    with clock.travel(START):
        send(session, person, KEY, BODY)
    with clock.travel(START + timedelta(hours=23)), pytest.raises(NotPossible):
        send(session, person, KEY, [("title", "other")])
    with clock.travel(START + timedelta(hours=25)):
        assert send(session, person, KEY, [("title", "other")]) == "/things/0"
    with transaction():
        assert clean_keys(session, START + timedelta(hours=26)) == 0
        assert clean_keys(session, START + timedelta(hours=50)) == 1
