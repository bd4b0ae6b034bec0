"""Mail and processes: killed between sending and marking, and two started together: nothing is lost, nothing doubled.

Owns: the mails, the processes and what is compared. The mail server is tests/mail_host.py, in this process; the one
that sends is tests/soak/mailing.py.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from tests.mail_host import MailHost, mail_host
from tracker import clock, migrations
from tracker.accounts.models import Account
from tracker.cli_context import application
from tracker.config import load_settings
from tracker.db import db, transaction
from tracker.directory.service import load_province
from tracker.outbox import service as outbox
from tracker.outbox.models import Mail, MailState

BEGAN = datetime(2026, 6, 1, 9, 0, tzinfo=clock.LOCAL_ZONE)
PEOPLE = 12
AFTER_A_LEASE = timedelta(minutes=16)
"""Longer than a mail or a job is held by a process that is dead."""


class Sender:
    """A process that sends."""

    def __init__(self, instance: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.mailing", str(instance), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear()

    def begin(self, moment: datetime, what: str = "jobs") -> None:
        """One round at that moment: of the jobs, or of the mail alone (`mail`)."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what} {moment.isoformat()}\n")
        self.process.stdin.flush()

    def ended(self) -> bool:
        """Wait for the end of the round; whether the process is still alive."""
        return self._hear() != ""

    def kill(self) -> None:
        """At once and for good."""
        os.kill(self.process.pid, signal.SIGKILL)

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Office:
    """The instance: people, each told something again and again."""

    def __init__(self, people: int) -> None:
        self.told = 0
        with transaction():
            load_province(db.session, "33")
            for number in range(people):
                name = f"p{number}"
                db.session.add(
                    Account(login=name, full_name=name, email=f"{name}@example.vn", created_at=BEGAN)
                )

    def tell(self, moment: datetime) -> int:
        """Everybody is told something more that leaves at any hour; how many notices there are in all."""
        with clock.travel(moment), transaction():
            people = db.session.scalars(select(Account.id).where(Account.login.like("p%"))).all()
            rows = [("credentials_changed", key, f"{moment.isoformat()} {key}") for key in people]
            outbox.put_all(db.session, rows)
        self.told += len(people)
        return self.told

    def waiting(self) -> int:
        """Mails that have not left."""
        db.session.rollback()
        return db.session.scalar(select(func.count()).where(Mail.state != MailState.SENT)) or 0


@contextmanager
def office(instance: Path, people: int) -> Iterator[Office]:
    """An instance of its own."""
    instance.mkdir(parents=True, exist_ok=True)
    with application(load_settings({"TRACKER_INSTANCE": str(instance)})):
        migrations.migrate(db.engine)
        yield Office(people)


def kills(instance: Path, times: int, seed: int) -> dict[str, object]:
    """The process is killed the moment the server has taken a mail: that one comes once more, with the same Message-ID.

    What was killed once may meet the next kill too.
    """
    chance, moment, killed = random.Random(seed), BEGAN, 0
    with mail_host() as host, office(instance, PEOPLE) as place:
        for _ in range(times):
            place.tell(moment)
            sender = Sender(instance, host.port)
            _kill_at(host, sender, chance.randrange(PEOPLE))
            sender.begin(moment)
            killed += not sender.ended()
            sender.stop()
            host.at_data = lambda _address: None
            moment += AFTER_A_LEASE
        sender = Sender(instance, host.port)
        _send_the_rest(sender, moment)
        sender.stop()
        problems = _wrong(host, place, doubles=killed)
        if killed != times:
            problems.append(f"{killed} of {times} kills met a process that was sending")
    return {"kills": killed, "mails": place.told, "problems": problems}


def together(instance: Path, times: int) -> dict[str, object]:
    """Two processes begin at the same moment, again and again: each mail leaves once."""
    moment = BEGAN
    with mail_host() as host, office(instance, PEOPLE) as place:
        pair = [Sender(instance, host.port) for _ in range(2)]
        for time in range(times):
            place.tell(moment)
            for sender in pair:
                sender.begin(moment, ("mail", "jobs")[time % 2])
            for sender in pair:
                assert sender.ended()
            moment += AFTER_A_LEASE
        _send_the_rest(pair[0], moment)
        for sender in pair:
            sender.stop()
        problems = _wrong(host, place, doubles=0)
    return {"times": times, "mails": place.told, "problems": problems}


def _kill_at(host: MailHost, sender: Sender, number: int) -> None:
    left = [number]

    def whim(_address: str) -> None:
        if left[0] == 0:
            sender.kill()
        left[0] -= 1

    host.at_data = whim


def _send_the_rest(sender: Sender, moment: datetime) -> None:
    for _ in range(3):
        sender.begin(moment)
        sender.ended()
        moment += AFTER_A_LEASE


def _wrong(host: MailHost, place: Office, *, doubles: int) -> list[str]:
    got = Counter(host.ids())
    problems = []
    if len(got) != place.told:
        problems.append(f"{place.told - len(got)} of {place.told} mails were lost")
    if place.waiting():
        problems.append(f"{place.waiting()} mails are not marked as sent")
    again = got.total() - len(got)
    if again != doubles:
        problems.append(f"{again} mails came once more, expected {doubles}")
    return problems


def run(instance: Path, times: int, seed: int) -> dict[str, object]:
    """Both, so often."""
    return {
        "seed": seed,
        "kills": kills(instance / "kills", times, seed),
        "together": together(instance / "together", times),
    }
