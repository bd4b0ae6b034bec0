"""What a person does with his notices: reading them, choosing how they come.

Owns: marking as read, preferences. Must not know how a notice is worded or sent.
"""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.errors import Invalid, NotFound
from tracker.notifications.kinds import KINDS, kind_of
from tracker.notifications.models import Mode, NoticePreference
from tracker.outbox.models import Notice


def open_notice(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Mark one as read. Raises NotFound where it is not the person's own."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.account_id != actor.account_id:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = clock.now()
        session.flush()
    return notice


def mark_read(session: Session, actor: Actor, up_to: int) -> None:
    """Mark all of the person's notices as read, up to the newest that he saw."""
    session.execute(
        update(Notice)
        .where(Notice.account_id == actor.account_id, Notice.read_at.is_(None), Notice.id <= up_to)
        .values(read_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def modes_of(session: Session, account_id: int) -> dict[str, Mode]:
    """How each kind of notice comes to the person: his choice where it is one of the kind's, else the default."""
    rows = session.scalars(select(NoticePreference).where(NoticePreference.account_id == account_id))
    chosen = {row.kind: row.mode for row in rows}
    modes = {kind.code: chosen.get(kind.code, kind.default) for kind in KINDS}
    return {
        code: mode if mode in kind_of(code).modes else kind_of(code).default for code, mode in modes.items()
    }


def choose(session: Session, account_id: int, modes: Mapping[str, Mode]) -> None:
    """Keep choices. Raises Invalid for a mode that the kind does not have: a duty is never off."""
    for code, mode in modes.items():
        if mode not in kind_of(code).modes:
            raise Invalid(code, "not_a_choice")
        row = session.get(NoticePreference, (account_id, code))
        if row is None:
            session.add(NoticePreference(account_id=account_id, kind=code, mode=mode))
        else:
            row.mode = mode
    session.flush()
