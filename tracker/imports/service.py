"""What a person does with a sheet: brings it, corrects rows, chooses the encoding, has it filed, gives it up.

Owns: who may do which of it and in which state of the batch. Reading a file and filing rows are `imports.reading` and
`imports.filing`.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.imports import rows as batch_rows
from tracker.imports.cells import NAMES, Head, Line
from tracker.imports.checking import Finding, from_json
from tracker.imports.models import BatchKind, BatchState, ImportBatch, ImportRow, ImportSource, RowState
from tracker.imports.places import Places
from tracker.imports.queries import filing_units, visible_to
from tracker.issues.models import Channel
from tracker.sheets.reading import ENCODINGS
from tracker.text import classification_mark, clean_line

CHANNELS = (Channel.MEETING, Channel.FIELD_VISIT, Channel.DISPATCH)
PASTED_ROWS = 200
FILE_ROWS = 5_000
FILES_KEPT = 10
"""Files of one person that are neither filed nor given up."""
KEPT = timedelta(days=30)
_S = BatchState
_OPEN = (_S.WAITING, _S.READING, _S.CHECKED, _S.FILING)


@dataclass(frozen=True)
class Origin:
    """Where the difficulties were raised, and for which unit they are filed."""

    channel: Channel
    reference: str
    reference_on: date | None
    unit_id: int | None = None


def paste(
    session: Session, actor: Actor, origin: Origin, head: Head, lines: list[Line], encoding: str
) -> ImportBatch:
    """Keep pasted rows and check them. Raises NotFound, Invalid (no row, more than 200)."""
    if not lines:
        raise Invalid("text", "sheet_without_rows")
    if len(lines) > PASTED_ROWS:
        raise Invalid("text", "sheet_too_many_rows", limit=PASTED_ROWS)
    batch = _new(session, actor, origin, BatchKind.PASTED, _S.CHECKED)
    batch.columns = json.dumps(head.heads, ensure_ascii=False)
    batch.encoding = encoding
    batch_rows.add_lines(session, actor, batch, lines, Places(session))
    batch.total = len(lines)
    return batch


def upload(session: Session, actor: Actor, origin: Origin, filename: str, content: bytes) -> ImportBatch:
    """Keep a file for the worker to read. Raises NotFound, Invalid (a marked name, too many files that wait)."""
    name = clean_line(filename)
    if classification_mark(name):
        raise Invalid("file", "file_classified")
    kept = select(func.count()).select_from(ImportSource).join(ImportBatch)
    if (session.scalar(kept.where(ImportBatch.account_id == actor.account_id)) or 0) >= FILES_KEPT:
        raise Invalid("file", "too_many_sheets", limit=FILES_KEPT)
    batch = _new(session, actor, origin, BatchKind.FILE, _S.WAITING)
    batch.filename = name[:250]
    session.add(ImportSource(batch_id=batch.id, content=content))
    session.flush()
    return batch


def save_rows(
    session: Session, actor: Actor, key: str, typed: Mapping[int, Mapping[str, object]]
) -> ImportBatch:
    """Correct rows and check them again. `typed`: line → texts, `commune_id` chosen from a list, `is_left_out`."""
    batch = hold(session, actor, key)
    _ask_state(batch, _S.CHECKED)
    found = session.scalars(
        select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.line_no.in_(list(typed)))
    ).all()
    touched = {row.digest for row in found}
    for row in found:
        _write(row, typed[row.line_no])
    session.flush()
    places = Places(session)
    _check_again(session, actor, batch, list(found), places)
    touched |= {row.digest for row in found}
    twins = session.scalars(
        select(ImportRow).where(
            ImportRow.batch_id == batch.id,
            ImportRow.digest.in_(touched - {""}),
            ImportRow.line_no.not_in(list(typed)),
        )
    ).all()
    _check_again(session, actor, batch, list(twins), places)
    return batch


def _check_again(
    session: Session, actor: Actor, batch: ImportBatch, found: list[ImportRow], places: Places
) -> None:
    kept = [row for row in found if row.state is not RowState.LEFT_OUT]
    batch_rows.check(session, actor, batch, [(row, []) for row in kept], places)


def choose_encoding(session: Session, actor: Actor, key: str, encoding: str) -> ImportBatch:
    """Read the file once more in another encoding. Raises Invalid, NotPossible."""
    batch = hold(session, actor, key)
    _ask_state(batch, _S.CHECKED, _S.FAILED)
    if encoding not in ENCODINGS:
        raise Invalid("encoding", "not_a_choice")
    if session.get(ImportSource, batch.id) is None:
        raise NotPossible
    batch.chosen_encoding = encoding
    batch.state = _S.WAITING
    batch.total = batch.position = 0
    batch.error_code, batch.error_params = "", "{}"
    return batch


def begin_filing(session: Session, actor: Actor, key: str, *, sends_warned: bool) -> ImportBatch:
    """Let the rows be filed; again when it has begun already. Raises NotPossible, Invalid where nothing is to file."""
    batch = hold(session, actor, key)
    if batch.state in (_S.FILING, _S.DONE):
        return batch
    _ask_state(batch, _S.CHECKED)
    states = {RowState.GOOD, *([RowState.WARNED] if sends_warned else [])}
    ready = select(ImportRow.id).where(ImportRow.batch_id == batch.id, ImportRow.state.in_(states)).limit(1)
    if session.scalar(ready) is None:
        raise Invalid("sends_warned", "nothing_to_file")
    batch.sends_warned = sends_warned
    batch.state = _S.FILING
    batch.position = 0
    return batch


def cancel(session: Session, actor: Actor, key: str) -> ImportBatch:
    """Give up what has not been filed yet; what was filed stays."""
    batch = hold(session, actor, key)
    if batch.state in (_S.CANCELLED, _S.FAILED):
        return batch
    _ask_state(batch, *_OPEN)
    batch.state = _S.CANCELLED
    batch.finished_at = clock.now()
    session.execute(delete(ImportSource).where(ImportSource.batch_id == batch.id))
    return batch


def hold(session: Session, actor: Actor, key: str) -> ImportBatch:
    """The person's own batch, locked. Raises NotFound."""
    asked = select(ImportBatch).where(ImportBatch.key == key, visible_to(actor))
    batch = session.scalars(asked.with_for_update().execution_options(populate_existing=True)).first()
    if batch is None or batch.account_id != actor.account_id:
        raise NotFound
    batch.changed_at = clock.now()
    return batch


def _new(session: Session, actor: Actor, origin: Origin, kind: BatchKind, state: BatchState) -> ImportBatch:
    units = {unit.id for unit in filing_units(session, actor)}
    if not units or (origin.unit_id is not None and origin.unit_id not in units):
        raise NotFound
    if origin.unit_id is None and len(units) > 1:
        raise Invalid("unit_id", "missing")
    if mark := classification_mark(origin.reference):
        raise Invalid("reference", "classified", mark=mark)
    now = clock.now()
    batch = ImportBatch(
        key=secrets.token_urlsafe(16),
        account_id=actor.account_id,
        unit_id=origin.unit_id or next(iter(units)),
        kind=kind,
        state=state,
        channel=origin.channel,
        reference=origin.reference,
        reference_on=origin.reference_on,
        created_at=now,
        changed_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def _ask_state(batch: ImportBatch, *states: BatchState) -> None:
    if batch.state not in states:
        raise NotPossible


def _write(row: ImportRow, typed: Mapping[str, object]) -> None:
    for name in NAMES:
        value = typed.get(name)
        if isinstance(value, str):
            if name == "commune" and value != row.commune:
                row.is_chosen = False
            setattr(row, name, value)
    chosen = typed.get("commune_id")
    if isinstance(chosen, int) and chosen in _candidates(row):
        row.commune_ids, row.is_chosen = json.dumps([chosen]), True
    if typed.get("is_left_out") is True:
        row.state = RowState.LEFT_OUT
    elif row.state is RowState.LEFT_OUT:
        row.state = RowState.BAD  # until it is checked again


def _candidates(row: ImportRow) -> set[int]:
    """Only what was offered may be chosen."""
    kinds = {Finding.COMMUNE_UNCLEAR, Finding.COMMUNE_UNKNOWN}
    offered = (note.params.get("candidates") for note in from_json(row.notes) if note.code in kinds)
    return {key for pairs in offered if isinstance(pairs, list) for key, _name in pairs}


def has_old(session: Session, now: datetime) -> bool:
    """Whether there is anything for clean() to delete."""
    old = _old(now)
    unfiled = select(ImportRow.id).where(ImportRow.batch_id.in_(old), ImportRow.state != RowState.FILED)
    sources = select(ImportSource.batch_id).where(ImportSource.batch_id.in_(old))
    return session.scalar(unfiled.limit(1)) is not None or session.scalar(sources.limit(1)) is not None


def clean(session: Session, now: datetime) -> int:
    """Delete what was never filed of sheets that nobody has touched for a month; gives the number of rows."""
    old = _old(now)
    session.execute(delete(ImportSource).where(ImportSource.batch_id.in_(old)))
    unfiled = delete(ImportRow).where(ImportRow.batch_id.in_(old), ImportRow.state != RowState.FILED)
    return int(getattr(session.execute(unfiled), "rowcount", 0))


def _old(now: datetime) -> Select[int]:
    ended = (_S.CHECKED, _S.CANCELLED, _S.FAILED, _S.DONE)
    return select(ImportBatch.id).where(ImportBatch.state.in_(ended), ImportBatch.changed_at < now - KEPT)
