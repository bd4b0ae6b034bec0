"""What periodic jobs would do now, told in lines for `tracker run-jobs --dry-run`.

Owns: the rehearsal of each job that does more than write rows of one transaction. Each looks within a transaction that
is rolled back afterwards, and removes, sends and writes nothing. Must not know when a job runs: `tracker.jobs` does.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.attachments.storage import Storage
from tracker.config import Settings


def sweep_files(session: Session, storage: Storage) -> Iterator[str]:
    """How many files would go."""
    from tracker.attachments import service

    yield f"{sum(1 for _name in service.without_row(session, storage, clock.now()))} files without a row to remove"


def move_dates(session: Session, _storage: Storage) -> Iterator[str]:
    """How many open issues a change of the calendar still asks for."""
    from tracker.deadlines.changing import running_change
    from tracker.issues.models import Issue

    change = running_change(session)
    if change is not None:
        ahead = (Issue.is_open.is_(True), Issue.id > change.done_up_to)
        yield f"{session.scalar(select(func.count()).where(*ahead))} open issues to look at"


def write_stages(session: Session, _storage: Storage) -> Iterator[str]:
    """How many issues are left whose stages may lack."""
    from tracker.issues.models import Issue
    from tracker.issues.models_stages import StageFilling

    filling = session.scalars(
        select(StageFilling).where(StageFilling.done_up_to < StageFilling.last_id).limit(1)
    ).first()
    if filling is not None:
        ahead = Issue.id.between(filling.done_up_to + 1, filling.last_id)
        yield f"{session.scalar(select(func.count()).where(ahead))} issues to look at"


def raise_late_matters(session: Session, _storage: Storage) -> Iterable[str]:
    """What would rise, and who would be reminded of what."""
    from tracker.deadlines.days import load_calendar
    from tracker.issues import escalation_job
    from tracker.notifications.hours import sendable_at

    now = clock.now()
    return escalation_job.rehearse(session) if sendable_at(now, load_calendar(session)) == now else ()


def work_on_sheets(session: Session, _storage: Storage) -> Iterator[str]:
    """Which sheets would be read, and which filed."""
    from tracker.imports.models import BatchState
    from tracker.imports.queries import waiting

    for state in (BatchState.READING, BatchState.WAITING, BatchState.FILING):
        if keys := waiting(session, state):
            yield f"{state.value}: sheets {', '.join(str(key) for key in keys)}"


def mail(settings: Settings, session: Session, _storage: Storage) -> Iterable[str]:
    """The mails that would leave."""
    from tracker.notifications import rounds

    return rounds.rehearse(session, settings)


def remove_old(settings: Settings, session: Session, _storage: Storage) -> Iterator[str]:
    """How many rows and backups would go."""
    from tracker.backup import service
    from tracker.notifications import retention

    rows = retention.would_remove(
        session, clock.now(), notice_days=settings.notice_days, mail_days=settings.mail_days
    )
    yield f"{rows.notices} notices, {rows.mails} mails, {rows.short_messages} short messages to remove"
    yield f"{len(service.too_many_before_migrations(settings))} backups made before migrations to remove"


def back_up(settings: Settings, _session: Session, _storage: Storage) -> Iterator[str]:
    """Whether the backup of the night would be made."""
    from tracker.backup import service

    yield "a backup to make" if service.is_nightly_due(settings, clock.now()) else "none is due"
