"""From notices to short messages: one's own duty, of a fresh notice, for who wants it and has a telephone.

Owns: that decision. What was missed while nobody worked the jobs comes by mail and in the inbox alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.deadlines.days import load_calendar
from tracker.notifications.hours import sendable_at
from tracker.notifications.kinds import BY_SMS, kind_of
from tracker.notifications.models import Mode, NoticePreference
from tracker.notifications.short_messages import telephone
from tracker.outbox.models import MailState, Notice
from tracker.outbox.models_sms import ShortMessage

FRESH = timedelta(days=3)
"""Long enough for what was put there at the beginning of a weekend."""


def plan_sms(session: Session, now: datetime, rows: Sequence[Notice]) -> None:
    """A message for each of these notices that is to have one."""
    wanted = [row for row in rows if _is_duty(row) and row.created_at > now - FRESH]
    reachable = _reachable(session, {row.account_id for row in wanted})
    calendar = load_calendar(session)
    session.add_all(
        ShortMessage(
            key=f"notice:{row.id}",
            account_id=row.account_id,
            notice_id=row.id,
            is_immediate=False,
            state=MailState.WAITING,
            created_at=now,
            due_at=sendable_at(max(now, row.not_before or now), calendar),
            tries=0,
        )
        for row in wanted
        if row.account_id in reachable
    )


def _is_duty(row: Notice) -> bool:
    kind = kind_of(row.kind)
    return kind.is_duty and not kind.is_immediate and row.issue_id is not None


def _reachable(session: Session, accounts: set[int]) -> set[int]:
    rows = session.execute(
        select(Account.id, Account.phone)
        .join(NoticePreference, NoticePreference.account_id == Account.id)
        .where(
            Account.id.in_(accounts),
            Account.is_active.is_(True),
            NoticePreference.kind == BY_SMS,
            NoticePreference.mode == Mode.AT_ONCE,
        )
    )
    return {account_id for account_id, phone in rows if telephone(phone)}
