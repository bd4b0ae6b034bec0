"""Slowing down who guesses passwords, without locking out whose login is guessed.

Owns: how failed tries are counted and how long the next one has to wait. Tries count per login from one address, and
per address; a person whose login is attacked from elsewhere signs in from his own address as ever.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from tracker.accounts.models import SignInTry
from tracker.errors import Throttled
from tracker.text import fold

REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """`free` tries cost nothing; each further one doubles the wait, from one second up to `longest` seconds."""

    free: int
    longest: int

    def wait(self, tries: int) -> int:
        """Seconds to wait after so many failed tries."""
        extra = tries - self.free
        return 0 if extra < 0 else min(2 ** min(extra, 20), self.longest)


OF_LOGIN = Pace(free=5, longest=900)
OF_ADDRESS = Pace(free=50, longest=60)
"""A whole commune office signs in from one address."""


def begin_try(session: Session, login: str, address: str, now: datetime) -> None:
    """Count a try as failed before it is checked, so that many at once cannot slip through.

    Raises Throttled when the next try may not be made yet.
    """
    _one_at_a_time(session, address)
    of_login = _waits_until(
        session, OF_LOGIN, now, SignInTry.login == _key(login), SignInTry.address == address
    )
    of_address = _waits_until(session, OF_ADDRESS, now, SignInTry.address == address)
    seconds = (max(of_login, of_address) - now).total_seconds()
    if seconds > 0:
        raise Throttled(int(seconds) + 1)
    session.add(SignInTry(login=_key(login), address=address, tried_at=now))
    session.flush()


def forget_tries(session: Session, login: str, address: str) -> None:
    """After a success: the tries of this login from this address count no more."""
    session.execute(delete(SignInTry).where(SignInTry.login == _key(login), SignInTry.address == address))


def begin_code_try(session: Session, account_id: int, now: datetime) -> None:
    """Count a try of a second factor's code, wherever it comes from: who gets here knows the password.

    Raises Throttled when the next try may not be made yet.
    """
    key = _code_key(account_id)
    _one_at_a_time(session, key)
    until = _waits_until(session, OF_LOGIN, now, SignInTry.login == key)
    seconds = (until - now).total_seconds()
    if seconds > 0:
        raise Throttled(int(seconds) + 1)
    session.add(SignInTry(login=key, address="", tried_at=now))
    session.flush()


def forget_code_tries(session: Session, account_id: int) -> None:
    """After a right code: the tries of this person's codes count no more."""
    session.execute(delete(SignInTry).where(SignInTry.login == _code_key(account_id)))


def clean_tries(session: Session, now: datetime) -> int:
    """Delete the tries that count no more; gives their number. A job calls this."""
    done = session.execute(delete(SignInTry).where(SignInTry.tried_at < now - REMEMBERED))
    return int(getattr(done, "rowcount", 0))


def _waits_until(session: Session, pace: Pace, now: datetime, *which: object) -> datetime:
    recent = select(func.count(), func.max(SignInTry.tried_at)).where(SignInTry.tried_at > now - REMEMBERED)
    tries, last = session.execute(recent.where(*which)).one()  # type: ignore[arg-type]
    return now if last is None else last + timedelta(seconds=pace.wait(tries))


def _key(login: str) -> str:
    """A login is not stored as typed: people type their password into the wrong field."""
    return hashlib.sha256(fold(login).encode()).hexdigest()


def _code_key(account_id: int) -> str:
    """Apart from every login: no login holds a blank."""
    return _key(f"code of {account_id}")


def _one_at_a_time(session: Session, address: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        lock = int.from_bytes(hashlib.sha256(address.encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
