"""One round of telling people by mail: plan what is new, then send what is due.

Owns: the order. Must not know how a notice is planned, worded or sent.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.config import Settings
from tracker.deadlines.days import load_calendar
from tracker.notifications import delivery, planning, views_mail, views_sms
from tracker.notifications.delivery import Report, Transaction
from tracker.notifications.hours import is_saturday_morning, sendable_at
from tracker.notifications.service import saturday_people
from tracker.notifications.sms import SmsLine
from tracker.notifications.smtp import MailLine
from tracker.outbox.models import Mail


def tell_people(
    session: Session, transaction: Transaction, settings: Settings, line: MailLine | None = None
) -> Report:
    """Plan and send. `line`: the connection to use; None: one to the configured server, for this round alone."""
    while True:
        with transaction():
            planned = planning.plan(
                session, clock.now(), is_on=settings.sends_mail, by_sms=settings.sends_sms
            )
        if not planned:
            break
    if settings.sends_sms:
        _send_sms(session, transaction, settings)
    if not settings.sends_mail:
        return Report()
    with transaction():
        planning.plan_for_leaders(session, clock.now(), is_on=True)
    in_hours, people = is_in_hours(session), at_work_now(session)
    session.rollback()
    with line or MailLine(settings) as used:
        return delivery.deliver(
            session, transaction, views_mail.compose, used, in_hours=in_hours, people=people
        )


def _send_sms(session: Session, transaction: Transaction, settings: Settings) -> Report:
    in_hours = is_in_hours(session)
    session.rollback()
    with SmsLine(settings) as line:
        return delivery.deliver(
            session, transaction, views_sms.compose, line, in_hours=in_hours, way=delivery.BY_SMS
        )


def is_in_hours(session: Session) -> bool:
    """Whether mail may leave now."""
    now = clock.now()
    return sendable_at(now, load_calendar(session)) == now


def at_work_now(session: Session) -> frozenset[int]:
    """On a Saturday morning: the people of units that work then."""
    now = clock.now()
    if not is_saturday_morning(now, load_calendar(session)):
        return frozenset()
    return saturday_people(session, clock.local_date(now))


def rehearse(session: Session, settings: Settings) -> Iterator[str]:
    """Within a transaction that is rolled back afterwards: a line for each mail that would leave now."""
    now = clock.now()
    while planning.plan(session, now, is_on=settings.sends_mail):
        pass
    planning.plan_for_leaders(session, now, is_on=settings.sends_mail)
    rows = session.execute(
        select(Mail, Account.login)
        .join(Account, Account.id == Mail.account_id)
        .where(delivery.due(now, in_hours=is_in_hours(session), people=at_work_now(session)))
        .order_by(Mail.due_at, Mail.id)
    ).all()
    for mail, login in rows:
        message = views_mail.compose(session, mail)
        yield (
            f"mail to {login}: {message['Subject']}" if message else f"mail to {login}: nothing true any more"
        )
