"""A file becomes rows, some hundred at a time, so that progress shows and nobody waits long for the database.

Owns: the steps of reading. Killed in between, the file is read again from its beginning: nothing was filed yet.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.errors import Invalid
from tracker.imports import rows as batch_rows
from tracker.imports.cells import Head, Line, Lines, read_head
from tracker.imports.models import BatchState, ImportBatch, ImportRow, ImportSource
from tracker.imports.places import Places
from tracker.imports.service import FILE_ROWS, PASTED_ROWS
from tracker.sheets.columns import LINES_TRIED
from tracker.sheets.grid import Limits, Sheet
from tracker.sheets.reading import read_pasted, read_rows

STEP = 200
MAX_BYTES = 10 * 1024 * 1024
_ABOVE = LINES_TRIED + 1
"""Lines over the difficulties: titles of the sheet, heads, their numbering."""
FILE_LIMITS = Limits(bytes=MAX_BYTES, rows=FILE_ROWS + _ABOVE)
PASTE_LIMITS = Limits(bytes=2_000_000, rows=PASTED_ROWS + _ABOVE)


@dataclass
class Reading:
    """A file that is being read."""

    batch_id: int
    sheet: Sheet
    lines: Iterator[Line]
    head: Head
    count: int = 0

    def next_lines(self) -> list[Line]:
        """The next difficulties; none at the end. Raises Invalid as the sheet does, and beyond 5,000."""
        found = list(islice(self.lines, STEP))
        self.count += len(found)
        if self.count > FILE_ROWS:
            raise Invalid("file", "sheet_too_many_rows", limit=FILE_ROWS)
        return found


def read_paste(text: str) -> tuple[Head, list[Line], str]:
    """Head, difficulties and encoding of what was pasted. Raises Invalid."""
    sheet = read_pasted(text, limits=PASTE_LIMITS)
    head, lines = _lines_of(sheet)
    return head, list(lines), sheet.encoding


def begin(session: Session, batch_id: int) -> tuple[str, str, bytes] | None:
    """Take a batch for reading: name, chosen encoding and bytes; None when it is not waiting any more."""
    batch = session.get(ImportBatch, batch_id, with_for_update=True)
    source = session.get(ImportSource, batch_id)
    if batch is None or source is None or batch.state not in (BatchState.WAITING, BatchState.READING):
        return None
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    batch.state = BatchState.READING
    batch.total = 0
    return batch.filename, batch.chosen_encoding, source.content


def open_sheet(batch_id: int, filename: str, encoding: str, content: bytes) -> Reading:
    """Open the file; touches no database. Raises Invalid."""
    sheet = read_rows(io.BytesIO(content), filename, limits=FILE_LIMITS, encoding=encoding or None)
    head, lines = _lines_of(sheet)
    return Reading(batch_id, sheet, lines, head)


def keep(session: Session, reading: Reading, lines: Sequence[Line], places: Places) -> bool:
    """Keep some difficulties as rows; no lines: the file is read. False when nothing more is to do."""
    batch = session.get(ImportBatch, reading.batch_id, with_for_update=True)
    if batch is None or batch.state is not BatchState.READING:
        return False
    actor = _maker(session, batch)
    if lines:
        batch_rows.add_lines(session, actor, batch, lines, places)
        batch.total += len(lines)
        return True
    if not batch.total:
        fail(session, batch.id, Invalid("file", "sheet_without_rows"))
        return False
    batch.state = BatchState.CHECKED
    batch.encoding = reading.sheet.encoding
    batch.samples = json.dumps(reading.sheet.changed, ensure_ascii=False)
    batch.columns = json.dumps(reading.head.heads, ensure_ascii=False)
    return False


def fail(session: Session, batch_id: int, error: Invalid) -> None:
    """The file cannot be read: say why. Its bytes stay, so that another encoding may be tried."""
    batch = session.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None or batch.state is not BatchState.READING:
        return
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    batch.state = BatchState.FAILED
    batch.error_code = error.code
    batch.error_params = json.dumps(error.params)
    batch.finished_at = clock.now()


def _lines_of(sheet: Sheet) -> tuple[Head, Iterator[Line]]:
    first = list(islice(sheet.rows, LINES_TRIED))
    head = read_head(first)
    numbered = enumerate(chain(first[head.index + 1 :], sheet.rows), start=head.index + 2)
    return head, Lines(head).read(numbered)


def _maker(session: Session, batch: ImportBatch) -> Actor:
    return actor_of(session, session.get_one(Account, batch.account_id), clock.today())
