"""Slowing down who guesses, without locking out whose login is guessed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import Province, build_person
from tests.web import token_of
from tracker import clock
from tracker.accounts import passwords, throttle
from tracker.accounts.models import Account, SignInTry
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.errors import Throttled
from tracker.permissions import Role

PASSWORD = "mùa xuân ở An Bình"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOME, ATTACKER = "192.0.2.10", "198.51.100.7"


@pytest.fixture
def person(session: Session, province: Province) -> Account:
    """Somebody with a password."""
    with transaction():
        grant = (Role.COMMUNE_OFFICER, province.commune_a)
        return build_person(
            session, "tran.hoa", "Trần Thị Hòa", grant, password_hash=passwords.hash_password(PASSWORD)
        )


@pytest.fixture
def enter(client: FlaskClient, person: Account) -> Callable[..., int]:
    """enter(password, address=…, login=…, at=seconds after the start): the status of one try to sign in."""
    pages: dict[str, str] = {}

    def one(
        password: str, *, address: str = HOME, login: str = "tran.hoa", at: float = 0, **headers: str
    ) -> int:
        with clock.travel(START + timedelta(seconds=at)):
            if "token" not in pages:
                pages["token"] = token_of(client.get("/sign-in").text)
            response = client.post(
                "/sign-in",
                data={"csrf_token": pages["token"], "login": login, "password": password},
                environ_base={"REMOTE_ADDR": address},
                headers=headers,
            )
            if response.status_code == 303:
                pages.clear()
                client.delete_cookie("session")
            if response.status_code == 429:
                pages["wait"] = response.headers["Retry-After"]
            return response.status_code

    one.pages = pages  # type: ignore[attr-defined]
    return one


@pytest.mark.asvs("V2.3.2", "V2.4.1", "V6.3.1")
def test_after_a_few_wrong_passwords_the_next_try_has_to_wait(enter: Callable[..., int]) -> None:
    statuses = [enter("x" * 12) for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_the_wait_grows_and_ends(enter: Callable[..., int]) -> None:
    at = 0.0
    for _ in range(5):
        assert enter("x" * 12, at=at) == 422
    waits = []
    for _ in range(5):
        assert enter("x" * 12, at=at) == 429
        wait = int(enter.pages["wait"])  # type: ignore[attr-defined]
        waits.append(wait)
        assert enter("x" * 12, at=at + wait - 1.5) == 429
        at += wait
        assert enter("x" * 12, at=at) == 422
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]


def test_even_the_right_password_waits_and_then_opens(enter: Callable[..., int]) -> None:
    for _ in range(6):
        enter("x" * 12)
    assert enter(PASSWORD) == 429
    assert enter(PASSWORD, at=throttle.OF_LOGIN.longest + 1) == 303
    assert enter("x" * 12, at=throttle.OF_LOGIN.longest + 2) == 422  # counted anew


@pytest.mark.asvs("V6.3.1")
def test_the_victim_signs_in_from_his_own_address_at_once(enter: Callable[..., int]) -> None:
    for number in range(40):
        enter("x" * 12, address=ATTACKER, at=number * 3)
    assert enter("x" * 12, address=ATTACKER, at=121) == 429
    assert enter(PASSWORD, address=HOME, at=121) == 303


@pytest.mark.asvs("V6.3.1")
def test_many_logins_from_one_address_are_slowed_down_too(enter: Callable[..., int]) -> None:
    statuses = [enter("x" * 12, address=ATTACKER, login=f"nobody{number}") for number in range(60)]
    assert statuses[:50] == [422] * 50
    assert set(statuses[50:]) == {429}
    assert enter(PASSWORD, address=HOME) == 303


def test_a_whole_office_behind_one_address_still_gets_in(enter: Callable[..., int]) -> None:
    for number in range(30):
        enter("x" * 12, login=f"colleague{number}")
    assert enter(PASSWORD) == 303


@pytest.mark.asvs("V4.1.3")
def test_an_invented_forwarded_address_helps_nobody(enter: Callable[..., int]) -> None:
    statuses = [enter("x" * 12, **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(10)]
    assert statuses[-1] == 429


def test_spelling_the_login_otherwise_helps_nobody(enter: Callable[..., int]) -> None:
    spellings = ["tran.hoa", "TRAN.HOA", " tran.hoa", "trần.hoa", "tran.hoà", "Tran.Hoa "]
    assert [enter("x" * 12, login=spelling) for spelling in spellings][-1] == 429


def test_a_throttled_try_costs_no_hash_and_leaves_one_entry(
    enter: Callable[..., int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        enter("x" * 12)
    monkeypatch.setattr(passwords, "is_right", lambda *_given: pytest.fail("was hashed"))
    assert enter(PASSWORD) == 429
    refused = session.scalars(select(AuditEntry).where(AuditEntry.kind == "refused")).all()
    assert len(refused) == 1
    assert '"throttled"' in refused[0].detail


def test_a_try_is_counted_before_the_password_is_checked(
    enter: Callable[..., int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(passwords, "is_right", fail)
    assert enter(PASSWORD) == 500
    assert session.scalar(select(func.count()).select_from(SignInTry)) == 1


def test_tries_are_forgotten_after_an_hour(session: Session, province: Province) -> None:
    with transaction():
        for _ in range(5):
            throttle.begin_try(session, "a", HOME, START)
    with pytest.raises(Throttled), transaction():
        throttle.begin_try(session, "a", HOME, START)
    with transaction():
        throttle.begin_try(session, "a", HOME, START + timedelta(hours=1, seconds=1))
        assert throttle.clean_tries(session, START + timedelta(hours=1, seconds=1)) == 5


def test_the_longest_wait_is_bounded() -> None:
    assert throttle.OF_LOGIN.wait(4) == 0
    assert throttle.OF_LOGIN.wait(5) == 1
    assert throttle.OF_LOGIN.wait(10**6) == 900
    assert throttle.OF_ADDRESS.wait(10**6) == 60
