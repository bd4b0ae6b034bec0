"""Mails that could not be delivered: what the administrator and doctor look at, and trying them once more.

Owns: the list and the two ways out of it. The administrator sees who and why, never what a mail was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.audit.service import record
from tracker.errors import NotFound
from tracker.outbox.models import Mail, MailState
from tracker.permissions import Actor

PAGE_ROWS = 50


@dataclass(frozen=True)
class DeadLetter:
    """A mail that was given up."""

    id: int
    full_name: str
    email: str
    created_at: datetime
    tries: int
    last_error: str


def dead_letters(session: Session, rows: int = PAGE_ROWS) -> Sequence[DeadLetter]:
    """The newest first."""
    found = session.execute(
        select(Mail.id, Account.full_name, Account.email, Mail.created_at, Mail.tries, Mail.last_error)
        .join(Account, Account.id == Mail.account_id)
        .where(Mail.state == MailState.DEAD)
        .order_by(Mail.id.desc())
        .limit(rows)
    )
    return [DeadLetter(*row) for row in found]


def count_dead(session: Session) -> int:
    """How many there are."""
    dead = select(func.count()).select_from(Mail).where(Mail.state == MailState.DEAD)
    return session.scalar(dead) or 0


def try_again(session: Session, actor: Actor, mail_id: int) -> None:
    """Put it back on its way, as new. Raises NotFound."""
    mail = _dead(session, mail_id)
    mail.state, mail.tries, mail.first_tried_at, mail.due_at = MailState.WAITING, 0, None, clock.now()
    _note(session, actor, mail, "mail_tried_again")


def let_go(session: Session, actor: Actor, mail_id: int) -> None:
    """Take it off the list: its notices stay in the inbox. Raises NotFound."""
    mail = _dead(session, mail_id)
    mail.state = MailState.DROPPED
    _note(session, actor, mail, "mail_let_go")


def _dead(session: Session, mail_id: int) -> Mail:
    mail = session.scalars(select(Mail).where(Mail.id == mail_id).with_for_update()).first()
    if mail is None or mail.state is not MailState.DEAD:
        raise NotFound
    return mail


def _note(session: Session, actor: Actor, mail: Mail, kind: str) -> None:
    session.flush()
    before, after = {"state": MailState.DEAD.value}, {"state": mail.state.value}
    record(
        session,
        kind,
        account_id=actor.account_id,
        mail=mail.id,
        person=mail.account_id,
        before=before,
        after=after,
    )
