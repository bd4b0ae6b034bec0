"""Rows become issues, exactly as a person would file them one by one: a draft, then SEND.

Owns: that each row is filed once. Its state and the issue stand or fall in one transaction; a digest that the unit has
filed before is refused by the database itself.
"""

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.audit.service import record
from tracker.db import keeping_readings
from tracker.directory.models import Field, Unit
from tracker.errors import DomainError, Invalid
from tracker.imports.checking import Finding, Note, to_json
from tracker.imports.models import BatchState, ImportBatch, ImportRow, ImportSource, RowState
from tracker.imports.rows import ids_of
from tracker.issues import drafts, service
from tracker.issues.models import Issue
from tracker.issues.workflow import Act
from tracker.permissions import Permission
from tracker.text import format_date

STEP = 50
AUDIT_KIND = "imported"


def file_some(session: Session, batch_id: int, limit: int = STEP) -> bool:
    """File the next rows of a batch as its maker; False when nothing more is to do. For the worker."""
    batch = session.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None or batch.state is not BatchState.FILING:
        return False
    account = session.get_one(Account, batch.account_id)
    actor = actor_of(session, account, clock.today())
    if batch.unit_id not in actor.units_with(Permission.WORK_ON_ISSUE):
        batch.state = BatchState.FAILED
        batch.error_code = "import_right_lost"
        _end(session, batch)
        return False
    return file_rows(session, actor, batch, limit)


def file_rows(session: Session, actor: Actor, batch: ImportBatch, limit: int) -> bool:
    """File up to so many rows of a locked batch; ends it after the last. True while rows are left."""
    rows = session.scalars(
        select(ImportRow).where(_is_ready(batch)).order_by(ImportRow.line_no).limit(limit)
    ).all()
    # Held, so that the session looks none of them up again.
    known = (session.scalars(select(Unit)).all(), session.scalars(select(Field)).all())
    with keeping_readings(session):
        drafted = [(row, issue) for row in rows if (issue := _draft(session, actor, batch, row)) is not None]
        service.hold(session, [issue.id for _, issue in drafted])
        for row, issue in drafted:
            _send(session, actor, row, issue)
    del known
    batch.position += len(rows)
    batch.changed_at = clock.now()
    session.flush()
    if session.scalar(select(ImportRow.id).where(_is_ready(batch)).limit(1)) is not None:
        return True
    batch.state = BatchState.DONE
    _end(session, batch)
    return False


def _is_ready(batch: ImportBatch) -> ColumnElement[bool]:
    states = [RowState.GOOD, *([RowState.WARNED] if batch.sends_warned else [])]
    return (ImportRow.batch_id == batch.id) & ImportRow.state.in_(states)


def _draft(session: Session, actor: Actor, batch: ImportBatch, row: ImportRow) -> Issue | None:
    try:
        with session.begin_nested():
            return drafts.create_draft(session, actor, _data(batch, row))
    except Invalid as error:
        _refuse(row, error)
        return None


def _send(session: Session, actor: Actor, row: ImportRow, issue: Issue) -> None:
    try:
        with session.begin_nested():
            row.state, row.issue_id, row.filed_digest = RowState.FILED, issue.id, row.digest
            session.flush()
            service.apply(session, actor, issue.id, Act.SEND, {})
        return
    except IntegrityError:  # the same was filed from another sheet meanwhile
        session.refresh(row)
        row.state = RowState.SAME
        row.notes = to_json([Note("situation", Finding.FILED_BEFORE, {"number": _number_of(session, row)})])
    except DomainError as error:
        session.refresh(row)
        _refuse(row, error)
    drafts.discard_draft(session, actor, issue.draft_key)


def _number_of(session: Session, row: ImportRow) -> str:
    twin = select(Issue.number).join(ImportRow, ImportRow.issue_id == Issue.id)
    return session.scalar(twin.where(ImportRow.filed_digest == row.digest)) or ""


def _refuse(row: ImportRow, error: DomainError) -> None:
    column = error.field if isinstance(error, Invalid) else "situation"
    column = {"commune_ids": "commune", "field_id": "field"}.get(column, column)
    note = Note(column, Finding.REFUSED, {"error": error.code, "params": {**error.params}})
    row.state = RowState.BAD
    row.notes = to_json([note])


def _data(batch: ImportBatch, row: ImportRow) -> dict[str, object]:
    return {
        "unit_id": batch.unit_id,
        "title": row.title,
        "situation": row.situation,
        "proposal": row.proposal,
        "obstacle_kind": row.obstacle_kind.value,
        "field_id": row.field_id,
        "channel": batch.channel.value,
        "channel_reference": reference_of(batch),
        "commune_ids": ids_of(row),
    }


def reference_of(batch: ImportBatch) -> str:
    """The conference, visit or dispatch with its day, as an issue keeps it."""
    day = format_date(batch.reference_on) if batch.reference_on else ""
    return ", ".join(part for part in (batch.reference, day) if part)


def _end(session: Session, batch: ImportBatch) -> None:
    batch.finished_at = clock.now()
    session.execute(delete(ImportSource).where(ImportSource.batch_id == batch.id))
    filed = session.scalar(
        select(func.count()).where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.FILED)
    )
    record(
        session,
        AUDIT_KIND,
        account_id=batch.account_id,
        batch=batch.id,
        unit=batch.unit_id,
        rows=batch.total,
        filed=filed,
    )
