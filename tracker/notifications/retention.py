"""What was told long ago and may go: read notices, and the mails and short messages that have left.

Owns: which rows go and that they go in small transactions of their own, so that nobody who writes waits. Must never
touch what is a record: issues, events, files and the audit log have no retention.

A duty that nobody has read stays, however old it is; so does every notice of an open issue, because its key says that
it was told, and what is still on its way or was given up, because somebody has to look at it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Base
from tracker.issues.models import Issue
from tracker.notifications.kinds import KINDS
from tracker.outbox.models import Mail, MailState, Notice
from tracker.outbox.models_sms import ShortMessage

BATCH = 200
MOST_AT_ONCE = 20_000
"""Rows of a kind within one round: the next round goes on."""
NIGHT = range(1, 5)
"""Local hours in which rows are removed."""
MISSED = timedelta(days=7)
"""What should have gone so long ago goes by day too: not every server runs at night."""

_GONE = (MailState.SENT, MailState.DROPPED)
_DUTIES = tuple(kind.code for kind in KINDS if kind.is_duty)

Transaction = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Removed:
    """How many rows a round has removed."""

    notices: int = 0
    mails: int = 0
    short_messages: int = 0

    def __str__(self) -> str:
        return f"{self.notices} notices, {self.mails} mails, {self.short_messages} short messages removed"


def remove_old(
    session: Session, transaction: Transaction, now: datetime, *, notice_days: int, mail_days: int
) -> Removed:
    """Remove what is older than so many days, in batches of a transaction each."""
    return Removed(
        **{
            name: _remove(session, transaction, table, goes)
            for name, table, goes in _going(now, notice_days, mail_days)
        }
    )


def would_remove(session: Session, now: datetime, *, notice_days: int, mail_days: int) -> Removed:
    """How much that would be now."""
    return Removed(
        **{
            name: min(MOST_AT_ONCE, session.scalar(select(func.count()).select_from(table).where(goes)) or 0)
            for name, table, goes in _going(now, notice_days, mail_days)
        }
    )


def _going(
    now: datetime, notice_days: int, mail_days: int
) -> Iterator[tuple[str, type[Base], ColumnElement[bool]]]:
    """Names of `Removed`, their tables and what of them goes, in the order in which it goes."""
    late = timedelta(0) if clock.local(now).hour in NIGHT else MISSED
    of_mail = now - timedelta(days=mail_days) - late
    yield "short_messages", ShortMessage, _left(ShortMessage, of_mail)
    yield "notices", Notice, _told(now - timedelta(days=notice_days) - late)
    yield "mails", Mail, _left(Mail, of_mail)


def _remove(session: Session, transaction: Transaction, table: Any, goes: ColumnElement[bool]) -> int:
    """The keys are looked for while nobody waits; each batch asks again, for a row may have changed meanwhile."""
    keys = session.scalars(select(table.id).where(goes).order_by(table.id).limit(MOST_AT_ONCE)).all()
    session.rollback()
    removed = 0
    for first in range(0, len(keys), BATCH):
        with transaction():
            found = session.execute(
                delete(table).where(table.id.in_(keys[first : first + BATCH]), goes),
                execution_options={"synchronize_session": False},
            )
            removed += int(getattr(found, "rowcount", 0))
    return removed


def _left(table: Any, before: datetime) -> ColumnElement[bool]:
    """Sent or given up as untrue, and due before that."""
    found: ColumnElement[bool] = table.state.in_(_GONE) & (table.due_at < before)
    return found


def _told(before: datetime) -> ColumnElement[bool]:
    under_way = or_(
        exists(select(Mail.id).where(Mail.id == Notice.mail_id, Mail.state.not_in(_GONE))),
        exists(
            select(ShortMessage.id).where(
                ShortMessage.notice_id == Notice.id, ShortMessage.state.not_in(_GONE)
            )
        ),
    )
    is_open = exists(select(Issue.id).where(Issue.id == Notice.issue_id, Issue.is_open.is_(True)))
    return (
        (Notice.created_at < before)
        & Notice.is_planned.is_(True)
        & or_(Notice.read_at.is_not(None), Notice.kind.not_in(_DUTIES))
        & ~is_open
        & ~under_way
    )
