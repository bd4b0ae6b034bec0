"""Mails and short messages that could not be delivered: what administrator and doctor look at, and trying once more.

Owns: the list and the two ways out of it. The administrator sees who and why, never what a mail was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.audit.service import record
from tracker.errors import NotFound
from tracker.notifications import former_address
from tracker.outbox.models import Mail, MailState
from tracker.outbox.models_sms import ShortMessage
from tracker.permissions import Actor

PAGE_ROWS = 50
Sent = type[Mail] | type[ShortMessage]


@dataclass(frozen=True)
class DeadLetter:
    """What was given up. `address`: of mail, or the number of the telephone."""

    id: int
    full_name: str
    address: str
    created_at: datetime
    tries: int
    last_error: str


def dead_letters(session: Session, rows: int = PAGE_ROWS) -> Sequence[DeadLetter]:
    """Mails, the newest first; one to an address of before stands under that address."""
    found = _dead_of(session, Mail, Account.email, rows)
    former = former_address.addresses_of(session, [row.id for row in found])
    return [replace(row, address=former.get(row.id, row.address)) for row in found]


def dead_messages(session: Session, rows: int = PAGE_ROWS) -> Sequence[DeadLetter]:
    """Short messages, the newest first."""
    return _dead_of(session, ShortMessage, Account.phone, rows)


def _dead_of(session: Session, table: Any, address: Any, rows: int) -> Sequence[DeadLetter]:
    found = session.execute(
        select(table.id, Account.full_name, address, table.created_at, table.tries, table.last_error)
        .join(Account, Account.id == table.account_id)
        .where(table.state == MailState.DEAD)
        .order_by(table.id.desc())
        .limit(rows)
    )
    return [DeadLetter(*row) for row in found]


def count_dead(session: Session, table: Sent = Mail) -> int:
    """How many there are."""
    dead = select(func.count()).select_from(table).where(table.state == MailState.DEAD)
    return session.scalar(dead) or 0


def try_again(session: Session, actor: Actor, mail_id: int, table: Sent = Mail) -> None:
    """Put it back on its way, as new. Raises NotFound."""
    mail = _dead(session, mail_id, table)
    mail.state, mail.tries, mail.first_tried_at, mail.due_at = MailState.WAITING, 0, None, clock.now()
    _note(session, actor, mail, "mail_tried_again")


def let_go(session: Session, actor: Actor, mail_id: int, table: Sent = Mail) -> None:
    """Take it off the list: its notices stay in the inbox. Raises NotFound."""
    mail = _dead(session, mail_id, table)
    mail.state = MailState.DROPPED
    _note(session, actor, mail, "mail_let_go")


def _dead(session: Session, mail_id: int, table: Sent) -> Mail | ShortMessage:
    found = select(table).where(table.id == mail_id).with_for_update()
    mail: Mail | ShortMessage | None = session.scalars(cast(Select[Any], found)).first()
    if mail is None or mail.state is not MailState.DEAD:
        raise NotFound
    return mail


def _note(session: Session, actor: Actor, mail: Mail | ShortMessage, kind: str) -> None:
    session.flush()
    about: dict[str, Any] = {"mail" if isinstance(mail, Mail) else "short_message": mail.id}
    before, after = {"state": MailState.DEAD.value}, {"state": mail.state.value}
    record(
        session,
        kind,
        account_id=actor.account_id,
        **about,
        person=mail.account_id,
        before=before,
        after=after,
    )
