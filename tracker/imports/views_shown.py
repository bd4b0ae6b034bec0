"""What the pages of imports show: rows with their findings, progress, the encoding before and after.

Owns: gathering and wording for templates. Changes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.imports import queries
from tracker.imports.checking import Note, from_json
from tracker.imports.filing import reference_of
from tracker.imports.forms import EncodingForm, FilingForm, RowForm
from tracker.imports.models import BatchKind, BatchState, ImportBatch, ImportRow, ImportSource, RowState
from tracker.imports.rows import ids_of
from tracker.imports.views_words import COLUMNS, weight, words
from tracker.sheets.reading import ENCODINGS
from tracker.text import format_number
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label

WAITS_LONG = timedelta(minutes=2)
SHORT = 160
_ENCODINGS = {
    "utf-8": _l("Unicode (UTF-8)"),
    "utf-16": _l("Unicode (UTF-16)"),
    "tcvn3": _l("TCVN3 (phông .VnTime)"),
    "vni": _l("VNI (phông VNI-Times)"),
    "windows-1258": _l("Windows-1258"),
    "xlsx": _l("Excel (Unicode)"),
    "pasted": _l("Unicode"),
}


@dataclass(frozen=True)
class NoteShown:
    """A finding in words, and how much it weighs."""

    text: str
    weight: str


@dataclass(frozen=True)
class RowShown:
    """A row of the table."""

    line_no: int
    state: str
    state_words: str
    communes: str
    title: str
    situation: str
    proposal: str
    number: str
    href: str
    edit_href: str
    notes: dict[str, list[NoteShown]] = field(default_factory=dict)
    """By column; '' holds none."""


@dataclass(frozen=True)
class RowToFix:
    """A row with its form and what stands at no field of it."""

    line_no: int
    form: RowForm
    state: str
    state_words: str
    said: dict[str, list[NoteShown]]


def notes_by_column(notes: Sequence[Note]) -> dict[str, list[NoteShown]]:
    """Findings in words, by the cell at which they stand."""
    found: dict[str, list[NoteShown]] = {}
    for note in notes:
        found.setdefault(note.column, []).append(NoteShown(words(note), weight(note)))
    return found


def form_of(row: ImportRow, *, is_sent: bool = False) -> RowForm:
    """The form of one row; filled from what was sent, else from the row."""
    prefix = f"r{row.line_no}-"
    form = RowForm(prefix=prefix) if is_sent else RowForm(formdata=None, prefix=prefix, obj=row)
    pairs = [pair for note in from_json(row.notes) for pair in _candidates(note)]
    form.prepare([(key, name) for key, name in pairs])
    if not is_sent:
        form.is_left_out.data = row.state is RowState.LEFT_OUT
    return form


def _candidates(note: Note) -> list[tuple[int, str]]:
    found = note.params.get("candidates")
    return [(key, name) for key, name in found] if isinstance(found, list) else []


def to_fix(row: ImportRow, form: RowForm | None = None) -> RowToFix:
    """A row to correct: what is wrong stands at its field."""
    made = form or form_of(row)
    shown = notes_by_column(from_json(row.notes))
    for name, notes in shown.items():
        if name in made:
            bad = [note.text for note in notes if note.weight == "bad"]
            made[name].errors = [*made[name].errors, *bad]
    said = {name: [note for note in notes if note.weight != "bad"] for name, notes in shown.items()}
    return RowToFix(row.line_no, made, row.state.value, label(f"RowState.{row.state.value}"), said)


def rows_shown(
    session: Session, batch: ImportBatch, found: Sequence[tuple[ImportRow, str | None]], *, may_edit: bool
) -> list[RowShown]:
    """Rows of the table."""
    keys = {key for row, _ in found for key in ids_of(row)}
    names = queries.unit_names(session, sorted(keys))
    return [_row(batch, row, number or "", names, may_edit=may_edit) for row, number in found]


def _row(
    batch: ImportBatch, row: ImportRow, number: str, names: dict[int, str], *, may_edit: bool
) -> RowShown:
    communes = [names[key] for key in ids_of(row) if key in names]
    return RowShown(
        row.line_no,
        row.state.value,
        label(f"RowState.{row.state.value}"),
        ", ".join(communes) or row.commune,
        row.title,
        _short(row.situation),
        _short(row.proposal),
        number,
        url_for("issues.show", number=number) if number else "",
        url_for("imports.show", key=batch.key, edit=row.line_no) if may_edit else "",
        notes_by_column(from_json(row.notes)),
    )


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rsplit(" ", 1)[0] + "…"


def batch_context(session: Session, me: Actor, batch: ImportBatch) -> dict[str, object]:
    """What every face of a batch shows."""
    found = queries.tally(session, batch)
    heads = [(COLUMNS.get(name, ""), head) for name, head in json.loads(batch.columns)]
    is_busy = batch.state in (BatchState.WAITING, BatchState.READING, BatchState.FILING)
    ready = found.good + found.filed + (found.warned if batch.sends_warned else 0)
    return {
        "batch": batch,
        "state": batch.state.value,
        "state_words": label(f"BatchState.{batch.state.value}"),
        "tally": found,
        "n": {name: format_number(getattr(found, name)) for name in (*RowState, "total")},
        "is_own": queries.is_own(me, batch),
        "is_busy": is_busy,
        "waits_long": is_busy and clock.now() - batch.changed_at > WAITS_LONG,
        "is_pasted": batch.kind is BatchKind.PASTED,
        "channel": label(f"Channel.{batch.channel.value}"),
        "reference": reference_of(batch),
        "known_heads": [(str(name), head) for name, head in heads if name],
        "other_heads": [head for name, head in heads if not name],
        "progress": batch.total if batch.state is not BatchState.FILING else found.filed,
        "goal": ready if batch.state is BatchState.FILING else 0,
        "samples": json.loads(batch.samples),
        "encoding": str(_ENCODINGS.get(batch.encoding, "")),
        "error": label(f"error.{batch.error_code}", **json.loads(batch.error_params))
        if batch.error_code
        else "",
        "encoding_form": _encoding_form(session, batch),
        "filing_form": FilingForm(),
    }


def _encoding_form(session: Session, batch: ImportBatch) -> EncodingForm | None:
    """Only for a file that is still there: what was pasted can be pasted again."""
    can = batch.state in (BatchState.CHECKED, BatchState.FAILED)
    if not can or batch.kind is not BatchKind.FILE or session.get(ImportSource, batch.id) is None:
        return None
    form = EncodingForm()
    form.encoding.choices = [(name, str(_ENCODINGS[name])) for name in ENCODINGS]
    if not form.is_submitted():
        form.encoding.data = batch.encoding or ENCODINGS[0]
    return form
