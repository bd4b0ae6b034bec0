"""From notices to mails: which notice leaves in which mail, and when.

Owns: the decision for each notice, once. A notice that may leave now has a mail of its own; what waits for a morning,
was missed while nobody worked the jobs, or is wanted so, goes into the one digest of that person. Must not know words
nor how mail is sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.notifications.hours import next_morning, sendable_at, sendable_on_saturdays
from tracker.notifications.kinds import ADDRESS_CHANGED, LEADERS_DIGEST, kind_of
from tracker.notifications.models import Mode
from tracker.notifications.planning_sms import plan_sms
from tracker.notifications.service import LEADERS, modes_of_many, saturday_people
from tracker.outbox.models import Mail, MailState, Notice

MISSED = timedelta(hours=2)
"""A notice older than this was not seen to in time: it joins the digest, so that a return brings one mail each."""

FORGOTTEN = timedelta(days=14)
"""Older notices stay in the inbox alone: mail that was just set up does not begin with last year's."""

_ROWS_AT_ONCE = 500


def plan(session: Session, now: datetime, *, is_on: bool, by_sms: bool = False) -> int:
    """Decide for the next few hundred notices; how many they were. `is_on`, `by_sms`: whether that is set up at all."""
    rows = session.scalars(
        select(Notice).where(Notice.is_planned.is_(False)).order_by(Notice.id).limit(_ROWS_AT_ONCE)
    ).all()
    reachable = _reachable(session, {row.account_id for row in rows}) if is_on else set()
    kept = [
        row
        for row in rows
        if (row.account_id in reachable or (is_on and row.kind == ADDRESS_CHANGED))
        and (row.created_at > now - FORGOTTEN or _mails_left(session, row.created_at))
    ]
    for row in rows:
        row.is_planned = True
    if by_sms:
        plan_sms(session, now, rows)
    if kept:
        _Planner(session, now, kept).plan(kept)
    session.flush()
    return len(rows)


def _mails_left(session: Session, moment: datetime) -> bool:
    """Whether mail was set up then: what seems old now was put there by a clock that has been moved."""
    since = moment - FORGOTTEN
    return (
        session.scalar(select(Mail.id).where(Mail.created_at > since, Mail.created_at <= moment).limit(1))
        is not None
    )


def plan_for_leaders(session: Session, now: datetime, *, is_on: bool) -> int:
    """The digest of this working morning for each leader who has none yet; how many were added."""
    calendar = load_calendar(session)
    if not is_on or sendable_at(now, calendar) != now:
        return 0
    today = clock.local_date(now)
    leaders = session.scalars(
        select(Account.id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.role.in_(LEADERS), Grant.holds_on(today), Account.is_active.is_(True), Account.email != ""
        )
        .distinct()
        .order_by(Account.id)
    ).all()
    modes = modes_of_many(session, leaders)
    wanted = [key for key in leaders if modes[key][LEADERS_DIGEST] is not Mode.OFF]
    keys = {_digest_key(account_id, now, 0): account_id for account_id in wanted}
    present = set(session.scalars(select(Mail.key).where(Mail.key.in_(keys))))
    missing = [(key, account_id) for key, account_id in keys.items() if key not in present]
    session.add_all(_mail(key, account_id, now, now, is_digest=True) for key, account_id in missing)
    session.flush()
    return len(missing)


class _Planner:
    """What the decisions about some notices have in common."""

    def __init__(self, session: Session, now: datetime, rows: Sequence[Notice]) -> None:
        self.session, self.now = session, now
        self.calendar: WorkingCalendar = load_calendar(session)
        accounts = {row.account_id for row in rows}
        self.modes = modes_of_many(session, accounts)
        self.on_saturdays = saturday_people(session, clock.local_date(now))
        digests = session.scalars(
            select(Mail)
            .where(Mail.account_id.in_(accounts), Mail.is_digest.is_(True), Mail.due_at > now - FORGOTTEN)
            .order_by(Mail.id)
        ).all()
        self.keys = {mail.key for mail in digests}
        self.open: dict[tuple[int, object], Mail] = {
            (mail.account_id, clock.local_date(mail.due_at)): mail for mail in digests if _takes_more(mail)
        }

    def plan(self, rows: Iterable[Notice]) -> None:
        by_mail: dict[str, list[Notice]] = defaultdict(list)
        mails: dict[str, Mail] = {}
        for row in rows:
            mail = self._mail_for(row)
            if mail is not None:
                mails[mail.key] = mail
                by_mail[mail.key].append(row)
        self.session.add_all(mails.values())
        self.session.flush()
        for key, together in by_mail.items():
            for row in together:
                row.mail_id = mails[key].id

    def _mail_for(self, row: Notice) -> Mail | None:
        kind, now = kind_of(row.kind), self.now
        mode = self.modes[row.account_id].get(row.kind, kind.default)
        if mode is Mode.OFF:
            return None
        if kind.is_immediate:
            return self._own(row, now, is_immediate=True)
        since = (
            row.created_at if row.created_at <= now + MISSED else now
        )  # the clock was ahead and was set back
        base = max(since, row.not_before or since)
        if mode is Mode.AT_ONCE and base >= now - MISSED:
            moment = max(base, now)
            if self._sendable(row.account_id, moment) == moment:
                return self._own(row, moment)
        wanted = base if mode is Mode.AT_ONCE else next_morning(base, self.calendar)
        return self._digest(row.account_id, self._sendable(row.account_id, max(wanted, now)))

    def _sendable(self, account_id: int, moment: datetime) -> datetime:
        rule = sendable_on_saturdays if account_id in self.on_saturdays else sendable_at
        return rule(moment, self.calendar)

    def _own(self, row: Notice, due_at: datetime, *, is_immediate: bool = False) -> Mail:
        mail = _mail(f"notice:{row.id}", row.account_id, due_at, self.now)
        mail.is_immediate = is_immediate
        return mail

    def _digest(self, account_id: int, due_at: datetime) -> Mail:
        """The digest of that day that has not been tried yet, else a new one."""
        day = clock.local_date(due_at)
        mail = self.open.get((account_id, day))
        if mail is None:
            n = 0
            while (key := _digest_key(account_id, due_at, n)) in self.keys:
                n += 1
            self.keys.add(key)
            mail = self.open[account_id, day] = _mail(key, account_id, due_at, self.now, is_digest=True)
        return mail


def is_of_morning(mail: Mail) -> bool:
    """Whether it is the person's first digest of its day: the one that holds a leader's figures."""
    return mail.is_digest and mail.key.endswith(":0")


def _takes_more(mail: Mail) -> bool:
    return mail.state is MailState.WAITING and mail.tries == 0 and mail.lease_owner is None


def _digest_key(account_id: int, due_at: datetime, n: int) -> str:
    return f"digest:{account_id}:{clock.local_date(due_at).isoformat()}:{n}"


def _mail(
    key: str, account_id: int, due_at: datetime, created_at: datetime, *, is_digest: bool = False
) -> Mail:
    return Mail(
        key=key,
        account_id=account_id,
        is_digest=is_digest,
        is_immediate=False,
        state=MailState.WAITING,
        created_at=created_at,
        due_at=due_at,
        tries=0,
    )


def _reachable(session: Session, accounts: set[int]) -> set[int]:
    rows = select(Account.id).where(
        Account.id.in_(accounts), Account.is_active.is_(True), Account.email != ""
    )
    return set(session.scalars(rows))
