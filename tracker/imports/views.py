"""Pages of imports: pasting, sending a file, correcting rows, filing, what became of each.

Owns: the way from forms to services. Must not read a sheet nor decide about a row.
"""

from typing import cast

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import Invalid
from tracker.imports import queries, reading, rounds, service, views_shown
from tracker.imports.forms import FileForm, OriginForm, PasteForm, RowForm
from tracker.imports.models import BatchKind, BatchState, ImportBatch, ImportRow
from tracker.issues.models import Channel
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.http import is_htmx
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once
from tracker.web.labels import label
from tracker.web.pages import page
from tracker.web.scanning import scan

blueprint = Blueprint("imports", __name__)
_UNPROCESSABLE = 422
_S = BatchState


@blueprint.route("/imports/paste", methods=["GET", "POST"])
@takes_files
@requires(Permission.WORK_ON_ISSUE)
def paste() -> Response:
    """Paste rows; they are checked and shown before anything is filed."""
    me, form = actor(), PasteForm()
    _prepare(me, form)
    if form.validate_on_submit():
        try:
            head, lines, encoding = reading.read_paste(form.text.data or "")
            with transaction():
                done = once(
                    db.session, me, "imports.paste", form.idempotency_key.data or "", body_of(request)
                )
                if not done.result_url:
                    batch = service.paste(db.session, me, form.origin(), head, lines, encoding)
                    done.remember(url_for("imports.show", key=batch.key))
            return redirect(done.result_url or url_for("imports.show", key=batch.key), 303)
        except Invalid as error:
            _show(form, error, "text")
    return page("imports/paste.html", None, _status(form), form=form, recent=_recent(me))


@blueprint.route("/imports/files", methods=["GET", "POST"])
@takes_files
@requires(Permission.WORK_ON_ISSUE)
def files() -> Response:
    """Send a file; the worker reads it."""
    me, form = actor(), FileForm()
    _prepare(me, form)
    if form.validate_on_submit():
        try:
            return redirect(_take_file(me, form), 303)
        except Invalid as error:
            _show(form, error, "file")
    return page("imports/files.html", None, _status(form), form=form, recent=_recent(me))


def _take_file(me: Actor, form: FileForm) -> str:
    """Keep the file. What can be seen at once is refused at once; the rows are the worker's."""
    sent = cast(FileStorage, form.file.data)
    scan(sent)
    name, content = sent.filename or "", sent.stream.read(reading.MAX_BYTES + 1)
    sent.stream.seek(0)
    reading.open_sheet(0, name, "", content)
    with transaction():
        done = once(db.session, me, "imports.files", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        batch = service.upload(db.session, me, form.origin(), name, content)
        return done.remember(url_for("imports.show", key=batch.key))


@blueprint.get("/imports/<key>")
@requires(Permission.WORK_ON_ISSUE)
def show(key: str) -> Response:
    """A batch: progress, findings, result."""
    me = actor()
    batch = queries.batch_of(db.session, me, key)
    return _page(me, batch)


@blueprint.post("/imports/<key>/rows")
@requires(Permission.WORK_ON_ISSUE)
def save_rows(key: str) -> Response:
    """Correct the rows of the form and check them again."""
    me = actor()
    batch = queries.batch_of(db.session, me, key)
    lines = [int(value) for value in request.form.getlist("line") if value.isdigit() and len(value) < 8]
    asked = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.line_no.in_(lines))
    rows = list(db.session.scalars(asked.order_by(ImportRow.line_no).limit(queries.FIXED_AT_ONCE)))
    forms = {row.line_no: views_shown.form_of(row, is_sent=True) for row in rows}
    wrong = [form for form in forms.values() if not form.validate()]
    if wrong:
        return _page(me, batch, status=_UNPROCESSABLE, sent=(rows, forms))
    with transaction():
        service.save_rows(db.session, me, key, {line: form.to_data() for line, form in forms.items()})
    return redirect(url_for("imports.show", key=key), 303)


@blueprint.post("/imports/<key>/encoding")
@requires(Permission.WORK_ON_ISSUE)
def choose_encoding(key: str) -> Response:
    """Read the file once more in another encoding."""
    with transaction():
        service.choose_encoding(db.session, actor(), key, request.form.get("encoding", ""))
    return redirect(url_for("imports.show", key=key), 303)


@blueprint.post("/imports/<key>/file")
@requires(Permission.WORK_ON_ISSUE)
def file(key: str) -> Response:
    """File the good rows: pasted ones now, those of a file by the worker."""
    me = actor()
    try:
        with transaction():
            sends_warned = bool(request.form.get("sends_warned"))
            batch = service.begin_filing(db.session, me, key, sends_warned=sends_warned)
            is_now = batch.kind is BatchKind.PASTED and batch.state is _S.FILING
        if is_now:
            rounds.file_now(db.session, transaction, batch.id)
    except Invalid as error:
        flash(label(f"error.{error.code}"))
    return redirect(url_for("imports.show", key=key), 303)


@blueprint.post("/imports/<key>/cancel")
@requires(Permission.WORK_ON_ISSUE)
def cancel(key: str) -> Response:
    """Give up what has not been filed."""
    with transaction():
        service.cancel(db.session, actor(), key)
    flash(_("Đã dừng. Những dòng chưa gửi không được gửi."))
    return redirect(url_for("imports.show", key=key), 303)


def _page(
    me: Actor,
    batch: ImportBatch,
    *,
    status: int = 200,
    sent: tuple[list[ImportRow], dict[int, RowForm]] | None = None,
) -> Response:
    shown = views_shown.batch_context(db.session, me, batch)
    after, may_edit = _number("after"), bool(shown["is_own"]) and batch.state is _S.CHECKED
    found = [] if shown["is_busy"] and batch.state is not _S.FILING else _rows(batch, after)
    more = found[queries.ROWS_PER_PAGE :]
    found = found[: queries.ROWS_PER_PAGE]
    if sent is not None:
        fixed = [views_shown.to_fix(row, sent[1][row.line_no]) for row in sent[0]]
    else:
        fixed = [views_shown.to_fix(row) for row in _to_fix(batch)] if may_edit else []
    response = page(
        "imports/show.html",
        "progress",
        status,
        **shown,
        to_fix=fixed,
        may_edit=may_edit,
        rows=views_shown.rows_shown(db.session, batch, found, may_edit=may_edit),
        next_href=url_for("imports.show", key=batch.key, after=found[-1][0].line_no) if more else "",
        first_href=url_for("imports.show", key=batch.key) if after else "",
    )
    if not shown["is_busy"] and is_htmx():  # it waited for this: now the page is another one
        response.headers["HX-Refresh"] = "true"
    return response


def _rows(batch: ImportBatch, after: int) -> list[tuple[ImportRow, str | None]]:
    return queries.page_of_rows(db.session, batch, after)


def _to_fix(batch: ImportBatch) -> list[ImportRow]:
    only = _number("edit")
    return queries.rows_to_fix(db.session, batch, _number("fix"), only or None)


def _number(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def _prepare(me: Actor, form: OriginForm) -> None:
    units = [(unit.id, unit.name) for unit in queries.filing_units(db.session, me)]
    channels = [(channel.value, label(f"Channel.{channel.value}")) for channel in service.CHANNELS]
    form.prepare(units, channels)
    if not form.is_submitted():
        form.channel.data = Channel.MEETING.value
        form.reference_on.data = clock.today()


def _show(form: OriginForm, error: Invalid, name: str) -> None:
    if error.field == "file":  # a sheet knows no form
        error.field = name
    show_error(form, error)


def _status(form: OriginForm) -> int:
    return _UNPROCESSABLE if form.is_submitted() else 200


def _recent(me: Actor) -> list[dict[str, object]]:
    return [
        {
            "href": url_for("imports.show", key=batch.key),
            "name": batch.filename or batch.reference,
            "at": batch.created_at,
            "total": batch.total,
            "state": label(f"BatchState.{batch.state.value}"),
        }
        for batch in queries.recent(db.session, me)
    ]
