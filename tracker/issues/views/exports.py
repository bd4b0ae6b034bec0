"""A list as a file: /issues/export.xlsx and /issues/export.csv, with the query of the list.

Owns: heads and words of the columns, the way from list to file. Must not read an issue itself: `issues.exports` does.

The file is finished before a byte of it goes out: the rows come page by page into a temporary file, and whoever has
lost a right meanwhile gets nothing.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, cast

from flask import request, send_file
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.errors import NotFound
from tracker.issues import exports
from tracker.issues.exports import MOST_ROWS, ExportRow
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.filters import Listing, canonical_query, read_listing
from tracker.permissions import Actor, Permission
from tracker.sheets.writing import Cell, Column, Sheet, write_csv, write_xlsx
from tracker.text import format_number
from tracker.web.access import actor, fresh, requires
from tracker.web.afterwards import afterwards
from tracker.web.http import client_address, request_id
from tracker.web.i18n import gettext as _
from tracker.web.labels import term
from tracker.web.pages import local_time

Writer = Callable[[IO[bytes], Sheet, Iterator[Sequence[Cell]]], int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 1_000_000
"""Bytes; a larger file is written to the disk."""


@blueprint.get("/issues/export.xlsx")
@fresh
@requires(Permission.SEE_ISSUES)
def export_xlsx() -> Response:
    """The list as a workbook."""
    return _export(write_xlsx, "xlsx", XLSX)


@blueprint.get("/issues/export.csv")
@fresh
@requires(Permission.SEE_ISSUES)
def export_csv() -> Response:
    """The list as comma-separated text, as Excel reads it here."""
    return _export(write_csv, "csv", "text/csv")


def _export(write: Writer, form: str, media_type: str) -> Response:
    me, now = actor(), clock.now()
    exports.check_rate(db.session, me, now)
    listing = read_listing(db.session, me, request.args.to_dict())
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
    rows = write(cast(IO[bytes], target), _sheet(me, listing), _cells(me, listing))
    if not _is_still(me):
        target.close()
        raise NotFound
    target.seek(0)
    words = exports.note(
        me,
        address=client_address(),
        request_id=request_id(),
        form=form,
        query=canonical_query(listing),
        rows=rows,
    )
    afterwards(words, else_print=f"audit: {exports.AUDIT_KIND} {form} by {me.account_id}, {rows} rows")
    name = f"vuong-mac-{clock.today():%Y%m%d}.{form}"
    response = send_file(
        cast(IO[bytes], target),
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=False,
        max_age=0,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_still(me: Actor) -> bool:
    """Whether the person has the same rights as when he asked; a large file takes a while."""
    db.session.rollback()
    db.session.expire_all()
    account = db.session.get(Account, me.account_id, populate_existing=True)
    return account is not None and actor_of(db.session, account, clock.today()).grants == me.grants


def _sheet(me: Actor, listing: Listing) -> Sheet:
    words = "; ".join(chip.label for chip in listing.chips) or _("Không lọc")
    about = [
        _("Danh sách vướng mắc"),
        _("Điều kiện lọc: %(words)s", words=words),
        _("Người xuất: %(name)s, lúc %(at)s", name=me.display_name, at=local_time(clock.now())),
    ]
    if exports.is_cut(db.session, me, listing.filters, load_calendar(db.session), clock.today()):
        about.append(
            _("Chỉ có %(n)s vướng mắc mới nhất; hãy lọc hẹp hơn để lấy đủ.", n=format_number(MOST_ROWS))
        )
    return Sheet(_("Vướng mắc"), about, _columns())


def _columns() -> list[Column]:
    return [
        Column(_("Số"), 17),
        Column(_("Tiêu đề"), 40),
        Column(_("Đang vướng gì"), 50),
        Column(_("Đề xuất"), 50),
        Column(_("Đơn vị gửi"), 24),
        Column(_("Địa phương"), 24),
        Column(_("Số địa phương"), 10),
        Column(_("Lĩnh vực"), 22),
        Column(_("Trạng thái"), 26),
        Column(_("Đang ở"), 24),
        Column(_("Xử lý chính"), 22),
        Column(_("Ngày bắt đầu"), 12),
        Column(_("Hạn trả lời"), 12),
        Column(_("Quá hạn (ngày làm việc)"), 12),
        Column(_("Mức báo cáo"), 24),
        Column(_("Cần gấp"), 9),
        Column(_("Số lần chuyển"), 9),
        Column(_("Cập nhật lần cuối"), 17),
    ]


def _cells(me: Actor, listing: Listing) -> Iterator[Sequence[Cell]]:
    fields = {row.id: term(row) for row in listing.fields}
    yes, calendar = _("Có"), load_calendar(db.session)
    for each in exports.export_rows(db.session, me, listing.filters, calendar=calendar, today=clock.today()):
        yield _of(each, fields, yes)


def _of(each: ExportRow, fields: dict[int, str], yes: str) -> Sequence[Cell]:
    row = each.row
    return (
        row.number,
        row.title,
        each.situation,
        each.proposal,
        row.raised_by_name,
        row.first_party_name,
        row.party_count,
        fields.get(row.field_id or 0, ""),
        wording.state_chip(row, has_communes=row.is_of_communes).text,
        row.holder_name,
        row.owner_name,
        row.zero_on,
        row.due_on,
        each.days_late,
        wording.level_words(row.level),
        yes if row.is_urgent else None,
        row.transfer_count,
        row.changed_at,
    )
