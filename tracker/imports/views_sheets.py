"""Sheets that imports give away: the template to fill in, and the report of a batch.

Owns: their columns and words.
"""

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, cast

from flask import send_file
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.imports import queries
from tracker.imports.checking import from_json
from tracker.imports.models import ImportBatch, ImportRow
from tracker.imports.views import blueprint
from tracker.imports.views_words import COLUMNS, words
from tracker.permissions import Permission
from tracker.sheets.writing import Cell, Column, Sheet, write_csv, write_xlsx
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.labels import label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = {"commune": 24, "title": 32, "situation": 60, "proposal": 48, "field": 20, "kind": 16}


@blueprint.get("/imports/template.xlsx")
@requires(Permission.WORK_ON_ISSUE)
def template() -> Response:
    """An empty sheet with the heads that are read."""
    columns = [Column(str(head), _WIDTHS[name]) for name, head in COLUMNS.items()]
    about = [_("Mỗi dòng một vướng mắc. Nhiều địa phương trong một ô: cách nhau bằng dấu chấm phẩy.")]
    target = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - closed with the answer
    write_xlsx(cast(IO[bytes], target), Sheet(_("Vướng mắc"), about, columns), [])
    return _answer(target, XLSX, "mau-nhap-vuong-mac.xlsx")


@blueprint.get("/imports/<key>/report.csv")
@requires(Permission.WORK_ON_ISSUE)
def report(key: str) -> Response:
    """What became of each row, as a sheet."""
    batch = queries.batch_of(db.session, actor(), key)
    heads = [_("Dòng"), _("Kết quả"), _("Số"), *(str(head) for head in COLUMNS.values()), _("Ghi chú")]
    sheet = Sheet(_("Kết quả nhập"), [], [Column(head) for head in heads])
    target = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - closed with the answer
    write_csv(cast(IO[bytes], target), sheet, _cells(batch))
    return _answer(target, "text/csv", "ket-qua-nhap.csv")


def _cells(batch: ImportBatch) -> Iterator[Sequence[Cell]]:
    after = 0
    while found := queries.page_of_rows(db.session, batch, after):
        for row, number in found[: queries.ROWS_PER_PAGE]:
            yield _of_row(row, number or "")
            after = row.line_no


def _of_row(row: ImportRow, number: str) -> Sequence[Cell]:
    said = " ".join(words(note) for note in from_json(row.notes))
    state = label(f"RowState.{row.state.value}")
    return [row.line_no, state, number, *(getattr(row, name) for name in COLUMNS), said]


def _answer(target: object, media_type: str, name: str) -> Response:
    made = cast(IO[bytes], target)
    made.seek(0)
    response = send_file(
        made, mimetype=media_type, as_attachment=True, download_name=name, etag=False, max_age=0
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
