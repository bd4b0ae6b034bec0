"""What each periodic job does: one call of one service, in one transaction where it writes rows.

Owns: these calls. Services are imported by the job that needs them, so that a server starts light. Must not know when
a job runs: `tracker.jobs` does.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker import clock
from tracker.attachments.storage import Storage
from tracker.config import Settings
from tracker.db import db, transaction

_SHEETS_AT_ONCE = timedelta(minutes=1)
"""Well within the lease of its job: the next round goes on, and the other jobs are not kept waiting."""


def pass_on_ended_units(session: Session, _storage: Storage, now: datetime) -> object:
    """Names that change today, and the net under the hand-over from units that have ended."""
    from tracker.directory import service, units

    today = clock.local_date(now)
    return units.apply_renamings(session, today) + service.pass_on_ended_units(session, today)


def take_due_acts(session: Session, _storage: Storage, now: datetime) -> object:
    """EXPIRE, RESUME and CLOSE_READY: what falls due by itself."""
    from tracker.issues import expiry

    return expiry.run_due(session, clock.local_date(now))


def clean_sessions(session: Session, _storage: Storage, now: datetime) -> object:
    """Sessions that are over and old sign-in tries."""
    from tracker.accounts import service

    return service.clean_sessions(session, now)


def clean_form_keys(session: Session, _storage: Storage, now: datetime) -> object:
    """Keys of forms that are too old to be sent again."""
    from tracker.web import idempotency

    return idempotency.clean_keys(session, now)


def sweep_files(session: Session, storage: Storage, now: datetime) -> object:
    """Bytes that have had no row for a day."""
    from tracker.attachments import service

    return service.sweep(session, storage, now)


def work_on_sheets(session: Session, _storage: Storage, now: datetime) -> object:
    """Sheets of difficulties: files are read, rows are filed, in steps of a transaction each."""
    from tracker.imports import rounds

    return rounds.work(session, transaction, until=now + _SHEETS_AT_ONCE)


def move_dates(session: Session, _storage: Storage, _now: datetime) -> object:
    """After a change of the calendar the dates of open issues are computed again, in steps of a transaction each."""
    from tracker.issues import recompute

    return recompute.work(session, transaction)


def write_stages(session: Session, _storage: Storage, _now: datetime) -> object:
    """The stages of issues that were there before stages were kept, in steps of a transaction each."""
    from tracker.issues import stage_keeping

    return stage_keeping.fill(session, transaction)


def raise_late_matters(session: Session, _storage: Storage, now: datetime) -> object:
    """What falls due on the ladder, on working mornings alone, in steps of a transaction each."""
    from tracker.deadlines.days import load_calendar
    from tracker.issues import escalation_job
    from tracker.notifications.hours import sendable_at

    if sendable_at(now, load_calendar(session)) != now:
        return 0
    session.rollback()
    return escalation_job.raise_late_matters(session, transaction)


def remind_of_dates(session: Session, _storage: Storage, now: datetime) -> object:
    """Follow-ups and promises whose day has come, opinions due on the next working day."""
    from tracker.issues import date_reminders

    return date_reminders.remind(session, clock.local_date(now))


def tell_people(settings: Settings, session: Session, _storage: Storage, _now: datetime) -> object:
    """Notices leave by mail: planned in one transaction, sent outside of any, marked one by one."""
    from tracker.notifications import rounds

    return rounds.tell_people(session, transaction, settings)


def back_up(settings: Settings, _session: Session, _storage: Storage, now: datetime) -> object:
    """The backup of the night."""
    from tracker.backup import service

    return service.back_up_nightly(settings, db.engine, now)


def remove_old(settings: Settings, session: Session, _storage: Storage, now: datetime) -> object:
    """Notices and mails that were told long ago, and backups before migrations beyond those that are kept."""
    from tracker.backup import service
    from tracker.notifications import retention

    service.rotate_migration_backups(settings)
    return retention.remove_old(
        session, transaction, now, notice_days=settings.notice_days, mail_days=settings.mail_days
    )
