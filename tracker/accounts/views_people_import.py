"""Taking people in from a spreadsheet: the file or pasted cells, a look at every row, then all of them at once.

Owns: the pages and the heads of columns. Between the look and the taking in, the rows travel in the form: nothing is
kept on the server that nobody confirmed.
"""

import io
from typing import BinaryIO, cast

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts import importing
from tracker.accounts.importing import COLUMNS, Row
from tracker.accounts.views_people import blueprint
from tracker.db import db, transaction
from tracker.errors import Invalid
from tracker.permissions import Permission, Role
from tracker.sheets.reading import read_pasted, read_rows
from tracker.sheets.writing import Column, Sheet, write_xlsx
from tracker.text import fold
from tracker.web.access import actor, fresh, requires, takes_files
from tracker.web.forms import BaseForm, show_error
from tracker.web.i18n import gettext as _
from tracker.web.i18n import mark
from tracker.web.labels import LABELS, label
from tracker.web.pages import page
from tracker.web.scanning import scan

HEADS: dict[str, str] = {
    "login": mark("Tên đăng nhập"),
    "full_name": mark("Họ và tên"),
    "position": mark("Chức vụ"),
    "phone": mark("Điện thoại"),
    "email": mark("Thư điện tử"),
    "unit": mark("Đơn vị"),
    "role": mark("Vai trò"),
    "valid_from": mark("Từ ngày"),
    "valid_to": mark("Đến ngày"),
}
_OTHER_HEADS = {
    "login": ["tai khoan", "ten dang nhap", "login"],
    "full_name": ["ho va ten", "ho ten", "ten"],
    "email": ["email", "thu dien tu"],
    "phone": ["dien thoai", "so dien thoai", "di dong"],
    "valid_from": ["tu ngay", "ngay bat dau"],
    "valid_to": ["den ngay", "den het ngay", "ngay ket thuc"],
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/people/import", methods=["GET", "POST"])
@fresh
@takes_files
@requires(Permission.ADMINISTER)
def bring() -> Response:
    """The file, then what each row means, then all of it."""
    me, form = actor(), BaseForm()
    if not form.validate_on_submit():
        return _page(form, [], "")
    try:
        lines = _lines()
        rows = importing.rows_of(
            lines, {name: [words, *_OTHER_HEADS.get(name, [])] for name, words in HEADS.items()}
        )
        importing.check(db.session, rows, _roles(), clock.today())
        if request.form.get("do") == "take" and not any(row.faults for row in rows):
            with transaction():
                again = importing.check(db.session, rows_again(rows), _roles(), clock.today())
                people, roles = importing.take_in(db.session, me, again)
            flash(_("Đã thêm %(people)s người, %(roles)s vai trò.", people=people, roles=roles))
            return redirect(url_for("people.index"), 303)
    except Invalid as error:
        show_error(form, error)
        return _page(form, [], request.form.get("cells", ""))
    return _page(form, rows, _as_cells(rows))


@blueprint.get("/people/import/template.xlsx")
@requires(Permission.ADMINISTER)
def template() -> FlaskResponse:
    """An empty sheet with the heads and one line to show how."""
    target = io.BytesIO()
    sheet = Sheet(_("Người dùng"), [], [Column(_(words), 22) for words in HEADS.values()])
    example = [
        "lan.nt",
        _("Nguyễn Thị Lan"),
        _("Chuyên viên"),
        "0912 000 000",
        "lan.nt@tinh.example",
        _("Sở Nội vụ"),
        label("Role.group_member"),
        "01/12/2026",
        "",
    ]
    write_xlsx(target, sheet, [example])
    response = FlaskResponse(target.getvalue(), mimetype=_XLSX)
    response.headers["Content-Disposition"] = "attachment; filename=nguoi-dung.xlsx"
    return response


def rows_again(rows: list[Row]) -> list[Row]:
    """The same cells, to be checked anew inside the transaction."""
    return [Row(row.number, row.cells) for row in rows]


def _lines() -> list[list[str]]:
    file = request.files.get("file")
    if file is not None and file.filename:
        scan(file)
        return list(read_rows(cast(BinaryIO, file.stream), file.filename).rows)
    cells = request.form.get("cells", "")
    if not cells.strip():
        raise Invalid("file", "file_empty")
    return list(read_pasted(cells).rows)


def _roles() -> dict[str, Role]:
    """Folded words and code → role."""
    found = {fold(LABELS[f"Role.{role}"]): role for role in Role}
    return found | {fold(label(f"Role.{role}")): role for role in Role} | {role.value: role for role in Role}


def _as_cells(rows: list[Row]) -> str:
    """The rows as cells that the form carries on."""
    lines = [list(HEADS.values()), *([row.cells[name] for name in COLUMNS] for row in rows)]
    return "\n".join("\t".join(cell.replace("\t", " ") for cell in line) for line in lines)


def _page(form: BaseForm, rows: list[Row], cells: str) -> Response:
    return page(
        "accounts/people_import.html",
        status=422 if form.form_errors else 200,
        form=form,
        heads=[_(words) for words in HEADS.values()],
        rows=[
            {
                "number": row.number,
                "cells": [row.cells[name] for name in COLUMNS],
                "faults": [
                    f"{_(HEADS[fault.column])}: {label(f'error.{fault.error.code}', **fault.error.params)}"
                    for fault in row.faults
                ],
                "is_known": row.is_known,
            }
            for row in rows
        ],
        faulty=sum(bool(row.faults) for row in rows),
        cells=cells,
    )
