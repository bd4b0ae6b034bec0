"""Rows of a batch: kept, looked up, compared with each other and with what was filed before.

Owns: how a row gets its communes, its findings and its state. Must not file anything.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.imports.cells import NAMES, Cells, Line
from tracker.imports.checking import Finding, Note, digest_of, obstacle_kind_of, state_of, text_notes, to_json
from tracker.imports.models import ImportBatch, ImportRow, RowState
from tracker.imports.places import Places
from tracker.issues.inputs import LINE_LIMIT
from tracker.issues.models import Issue, IssueParty
from tracker.issues.rights import visible_to
from tracker.text import fold


@dataclass(frozen=True)
class Checked:
    """What a check found of one row before it is compared with others."""

    row: ImportRow
    notes: list[Note]


def add_lines(
    session: Session, actor: Actor, batch: ImportBatch, lines: Sequence[Line], places: Places
) -> None:
    """Keep lines of the sheet as rows and check them."""
    rows = []
    for line in lines:
        values = {name: getattr(line.cells, name) for name in NAMES}
        row = ImportRow(batch_id=batch.id, line_no=line.line_no, state=RowState.BAD, **values)
        session.add(row)
        rows.append((row, _of_line(line)))
    check(session, actor, batch, rows, places)


def _of_line(line: Line) -> list[Note]:
    notes = []
    if line.is_inherited:
        notes.append(Note("commune", Finding.INHERITED))
    if line.is_titled:
        notes.append(Note("title", Finding.TITLED))
    return notes


def check(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    rows: Iterable[tuple[ImportRow, list[Note]]],
    places: Places,
) -> None:
    """Look at each row anew; what comes with a row is kept among its findings."""
    checked = [Checked(row, [*known, *_alone(row, batch, places)]) for row, known in rows]
    session.flush()
    twins = _twins(session, batch, checked)
    filed = _filed_before(session, checked)
    like = _like_filed(session, actor, checked)
    for each in checked:
        row, notes = each.row, each.notes
        if row.digest and (line_no := twins.get(row.digest, row.line_no)) < row.line_no:
            notes.append(Note("situation", Finding.TWICE, {"line": line_no}))
        if row.digest and row.digest in filed:
            notes.append(Note("situation", Finding.FILED_BEFORE, {"number": filed[row.digest]}))
        elif numbers := sorted({like.get((fold_title(row), key), "") for key in ids_of(row)} - {""}):
            notes.append(Note("title", Finding.LIKE_FILED, {"number": ", ".join(numbers)}))
        row.notes = to_json(notes)
        row.state = state_of(notes)
    session.flush()


def ids_of(row: ImportRow) -> list[int]:
    """The communes of the row."""
    return [int(key) for key in json.loads(row.commune_ids)]


def cells_of(row: ImportRow) -> Cells:
    """The texts of the row."""
    return Cells(**{name: getattr(row, name) for name in NAMES})


def fold_title(row: ImportRow) -> str:
    """The title as issues keep it folded."""
    return fold(row.title)[: LINE_LIMIT + 50]


def _alone(row: ImportRow, batch: ImportBatch, places: Places) -> list[Note]:
    cells = cells_of(row)
    notes = text_notes(cells)
    if not row.is_chosen:
        found = places.communes(row.commune)
        row.commune_ids = json.dumps(list(found.commune_ids))
        notes.extend(found.notes)
    row.field_id = places.field_id(row.field)
    if row.field.strip() and row.field_id is None:
        notes.append(Note("field", Finding.FIELD_UNKNOWN))
    row.obstacle_kind = obstacle_kind_of(row.kind)
    row.digest = digest_of(batch.unit_id, ids_of(row), cells)
    return notes


def _digests(checked: Iterable[Checked]) -> set[str]:
    return {each.row.digest for each in checked} - {""}


def _twins(session: Session, batch: ImportBatch, checked: list[Checked]) -> dict[str, int]:
    """Digest → the first line of the batch that has it, lines that were left out not counted."""
    rows = session.execute(
        select(ImportRow.digest, func.min(ImportRow.line_no).label("line_no"))
        .where(
            ImportRow.batch_id == batch.id,
            ImportRow.digest.in_(_digests(checked)),
            ImportRow.state != RowState.LEFT_OUT,
        )
        .group_by(ImportRow.digest)
    )
    return {row.digest: row.line_no for row in rows}


def _filed_before(session: Session, checked: list[Checked]) -> dict[str, str]:
    """Digest → the number under which the unit filed it."""
    rows = session.execute(
        select(ImportRow.filed_digest, Issue.number)
        .join(Issue, Issue.id == ImportRow.issue_id)
        .where(ImportRow.filed_digest.in_(_digests(checked)))
    )
    return {digest: number or "" for digest, number in rows if digest}


def _like_filed(session: Session, actor: Actor, checked: list[Checked]) -> dict[tuple[str, int], str]:
    """Folded title and commune → the number of an issue that the person may read."""
    titles = {fold_title(each.row) for each in checked if each.row.title}
    communes = {key for each in checked for key in ids_of(each.row)}
    if not titles or not communes:
        return {}
    rows = session.execute(
        select(Issue.folded_title, IssueParty.unit_id, Issue.number)
        .join(IssueParty, IssueParty.issue_id == Issue.id)
        .where(
            Issue.folded_title.in_(titles),
            IssueParty.unit_id.in_(communes),
            Issue.number.is_not(None),
            visible_to(actor),
        )
        .order_by(Issue.id)
    )
    return {(title, unit_id): number or "" for title, unit_id, number in rows}
