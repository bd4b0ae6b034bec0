"""Work of the night that needs the settings: the backup, and what is kept for a time alone.

Owns: what belongs to it. Must not know when it runs: `tracker.jobs` does.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.attachments.storage import Storage
from tracker.config import Settings
from tracker.db import db, transaction


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
