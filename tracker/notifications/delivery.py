"""Mails and short messages on their way: claimed in batches with a lease, sent outside any transaction, then marked.

Owns: that each leaves at least once, twice only where a worker dies between sending and marking, with growing gaps
for two days when it is not taken, and that one bad address stops no other. Must not know words.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import and_, or_, select, true, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.notifications.former_address import address_for
from tracker.notifications.smtp import MailFault, NoLine, RefusedForGood
from tracker.outbox.models import Mail, MailState
from tracker.outbox.models_sms import ShortMessage

BATCH = 20
LEASE = timedelta(minutes=10)
"""A batch whose worker died is taken again after this. No batch is worked on longer than half of it."""

GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480))
"""From try to try; the last one goes on."""

GIVE_UP_AFTER = timedelta(hours=48)
FEWEST_TRIES = len(GAPS)
_FAR_AHEAD = timedelta(days=60)
"""A mail due later than this was planned by a clock that was wrong and has been set back."""
_BREAKS_IN_A_ROW = 3
_ROUND_SECONDS = 300.0
"""A round ends after this, well within the lease of its job; the next one goes on."""

_log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[None]]
Compose = Callable[[Session, Any], Any]
"""The mail in words; None where nothing in it is true any more."""


class Line(Protocol):
    """Where it is handed over: `MailLine`, `SmsLine`."""

    def send(self, message: Any, address: str) -> None:
        """Hand one over. Raises a MailFault."""


@dataclass(frozen=True)
class Way:
    """A table of what waits to be sent, and where it goes. The columns of all such tables are those of `Mail`."""

    table: Any
    address_of: Callable[[Session, Any, Account], str]


BY_MAIL = Way(Mail, address_for)
BY_SMS = Way(ShortMessage, lambda _session, _message, account: account.phone)


@dataclass
class Report:
    """What a round did."""

    sent: int = 0
    dropped: int = 0
    postponed: int = 0
    dead: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.dropped} dropped, {self.postponed} postponed, {self.dead} given up"


def deliver(
    session: Session,
    transaction: Transaction,
    compose: Compose,
    line: Line,
    *,
    in_hours: bool,
    way: Way = BY_MAIL,
    people: frozenset[int] = frozenset(),
) -> Report:
    """Send all that is due, batch by batch, until nothing is or the line is down.

    Outside office hours (`in_hours` False) only what concerns the security of an account leaves, and what is for the
    `people` who work at this hour all the same.
    """
    report = Report()
    until = monotonic() + _ROUND_SECONDS
    while monotonic() < until:
        owner = secrets.token_urlsafe(24)
        with transaction():
            claimed = claim(session, owner, clock.now(), in_hours=in_hours, way=way, people=people)
        if not claimed:
            return report
        left = _Batch(session, transaction, compose, line, owner, report, way).send(claimed)
        if left:
            with transaction():
                _release(session, owner, way)
            return report
    return report


def due(now: datetime, *, in_hours: bool, way: Way = BY_MAIL, people: frozenset[int] = frozenset()) -> Any:
    """What may be tried now."""
    row = way.table
    return and_(
        row.state == MailState.WAITING,
        true() if in_hours else or_(row.is_immediate.is_(True), row.account_id.in_(sorted(people))),
        or_(row.due_at <= now, row.due_at > now + _FAR_AHEAD),
        or_(row.leased_until.is_(None), row.leased_until <= now, row.leased_until > now + 2 * LEASE),
    )


def claim(
    session: Session,
    owner: str,
    now: datetime,
    *,
    in_hours: bool,
    rows: int = BATCH,
    way: Way = BY_MAIL,
    people: frozenset[int] = frozenset(),
) -> Sequence[int]:
    """Lease the next few mails that are due; their keys. The rows decide between two workers."""
    row = way.table
    is_due = due(now, in_hours=in_hours, way=way, people=people)
    free = select(row.id).where(is_due).order_by(row.due_at, row.id).limit(rows)
    if session.get_bind().dialect.name == "postgresql":
        free = free.with_for_update(skip_locked=True)
    session.execute(
        update(row).where(row.id.in_(free), is_due).values(leased_until=now + LEASE, lease_owner=owner),
        execution_options={"synchronize_session": False},
    )
    return session.scalars(select(row.id).where(row.lease_owner == owner).order_by(row.due_at, row.id)).all()


class _Batch:
    """The claimed mails of one worker."""

    def __init__(
        self,
        session: Session,
        transaction: Transaction,
        compose: Compose,
        line: Line,
        owner: str,
        report: Report,
        way: Way,
    ) -> None:
        self.session, self.transaction, self.compose = session, transaction, compose
        self.line, self.owner, self.report, self.way = line, owner, report, way
        self.breaks = 0

    def send(self, claimed: Sequence[int]) -> bool:
        """Send each; whether some were left because the line is down or the lease is running out."""
        until = monotonic() + LEASE.total_seconds() / 2
        for mail_id in claimed:
            if monotonic() > until or self.breaks >= _BREAKS_IN_A_ROW:
                return True
            self._send_one(mail_id)
        return self.breaks >= _BREAKS_IN_A_ROW

    def _send_one(self, mail_id: int) -> None:
        session = self.session
        session.expire_all()
        mail = session.get_one(self.way.table, mail_id)
        address = self.way.address_of(session, mail, session.get_one(Account, mail.account_id))
        tries, first_tried_at = mail.tries, mail.first_tried_at
        try:
            message = self.compose(session, mail)
        except Exception as error:  # a mail that cannot be worded must not stop the others
            _log.exception("mail %s could not be put into words", mail_id)
            self._fail(mail_id, tries, first_tried_at, MailFault(f"{type(error).__name__}: {error}"))
            return
        finally:
            session.rollback()  # nothing is held open while the mail server is spoken with
        if message is None:
            self._mark(mail_id, state=MailState.DROPPED)
            self.report.dropped += 1
            return
        try:
            self.line.send(message, address)
        except MailFault as fault:
            self.breaks = self.breaks + 1 if isinstance(fault, NoLine) else 0
            self._fail(mail_id, tries, first_tried_at, fault)
            return
        self.breaks = 0
        self._mark(mail_id, state=MailState.SENT, sent_at=clock.now(), tries=tries + 1, last_error="")
        self.report.sent += 1

    def _fail(self, mail_id: int, tries: int, first_tried_at: datetime | None, fault: MailFault) -> None:
        now = clock.now()
        first = min(first_tried_at or now, now)
        is_over = tries + 1 >= FEWEST_TRIES and now - first >= GIVE_UP_AFTER
        is_dead = is_over or isinstance(fault, RefusedForGood)
        self._mark(
            mail_id,
            state=MailState.DEAD if is_dead else MailState.WAITING,
            tries=tries + 1,
            first_tried_at=first,
            due_at=now + GAPS[min(tries, len(GAPS) - 1)],
            last_error=str(fault),
        )
        if is_dead:
            self.report.dead += 1
        else:
            self.report.postponed += 1

    def _mark(self, mail_id: int, **values: object) -> None:
        """Only while the lease is still ours: a worker that slept too long changes nothing of another's."""
        row = self.way.table
        with self.transaction():
            self.session.execute(
                update(row)
                .where(row.id == mail_id, row.lease_owner == self.owner)
                .values(leased_until=None, lease_owner=None, **values),
                execution_options={"synchronize_session": False},
            )


def _release(session: Session, owner: str, way: Way) -> None:
    row = way.table
    session.execute(
        update(row).where(row.lease_owner == owner).values(leased_until=None, lease_owner=None),
        execution_options={"synchronize_session": False},
    )
