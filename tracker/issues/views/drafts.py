"""Drafts: typing, saving by itself, files, sending; and the page on which a commune's leader signs.

Owns: the way from the form of a draft to the services. Must not check completeness: SEND does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.attachments.service import Received
from tracker.db import db, transaction
from tracker.directory import queries as directory
from tracker.errors import Invalid, NotPossible, Stale
from tracker.issues import drafts, service
from tracker.issues.dossier import Dossier
from tracker.issues.forms.drafts import DraftForm
from tracker.issues.forms.fields import chosen_files, to_key
from tracker.issues.models import FilePurpose, Issue
from tracker.issues.views import draft_scene, scene, show, uploads
from tracker.issues.views.acts import url_of
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.draft_scene import Warnings
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Actor, Permission
from tracker.text import format_time
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.http import is_htmx
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import once
from tracker.web.labels import term
from tracker.web.pages import page

_UNPROCESSABLE = 422


@dataclass
class _Sent:
    """What a press of a button asks for, with the bytes that came along."""

    form: DraftForm
    button: str
    files: list[Received] = field(default_factory=list)
    dispatch: list[Received] = field(default_factory=list)


@blueprint.get("/issues/new")
@requires(Permission.FILE_ISSUE)
def new() -> Response:
    """The empty form; nothing is stored before something is typed."""
    return _edit_page(actor(), draft_scene.form_for(actor(), None), None)


@blueprint.post("/issues/new", endpoint="create")
@takes_files
@requires(Permission.FILE_ISSUE)
def create() -> Response:
    """Store the new draft; the same form again goes on with the same draft."""
    return _store(actor(), None)


@blueprint.get("/drafts/<draft_key>")
@requires(Permission.SEE_ISSUES)
def draft(draft_key: str) -> Response:
    """A draft to go on with, or one that waits for its signature; what was sent is under its number."""
    me = actor()
    found = scene.open_draft(me, draft_key)
    if found.issue.number:
        return redirect(url_of(found.issue))
    if found.issue.state is IssueState.DRAFT and me.has(Permission.FILE_ISSUE):
        return _edit_page(me, draft_scene.form_for(me, found), found)
    return page("issues/show.html", **show.context(me, found))


@blueprint.post("/drafts/<draft_key>", endpoint="save")
@takes_files
@requires(Permission.FILE_ISSUE)
def save(draft_key: str) -> Response:
    """Store what was typed, and send it where that button was pressed."""
    return _store(actor(), draft_key)


@blueprint.post("/drafts/<draft_key>/discard")
@requires(Permission.FILE_ISSUE)
def discard(draft_key: str) -> Response:
    """Delete a draft that was never sent; its bytes are swept later."""
    with transaction():
        drafts.discard_draft(db.session, actor(), draft_key)
    flash(_("Đã hủy bản nháp."))
    return redirect(url_for("issues.index", state="draft"), 303)


def _store(me: Actor, draft_key: str | None) -> Response:
    found = scene.open_draft(me, draft_key) if draft_key else None
    if found is not None and found.issue.number:
        return redirect(url_of(found.issue), 303)  # sent already: the same press again
    sent = _Sent(draft_scene.form_for(me, found), _button())
    if not sent.form.validate():
        return _edit_page(me, sent.form, found, status=_UNPROCESSABLE)
    if sent.button == "mask":
        draft_scene.mask(sent.form)
    warnings = draft_scene.warnings_of(sent.form)
    is_marked = draft_scene.is_marked(sent.form)  # refused by the service: a warning first would mislead
    if sent.button == "send" and warnings and not is_marked and not sent.form.is_checked.data:
        return _edit_page(me, sent.form, found, status=_UNPROCESSABLE, warnings=warnings)
    try:
        return _answer(me, _write(me, draft_key, sent), sent)
    except Invalid as error:
        return _refused(me, draft_key, sent, error)
    except Stale as error:
        if error.current != sent.form.texts():
            return _stale(me, draft_key, sent, error)
    # What is stored is what was typed: the answer to an earlier save was lost on its way.
    sent.form.version.data = None
    return _answer(me, _write(me, draft_key, sent), sent)


def _button() -> str:
    """What was pressed. A draft that keeps itself names the button pressed last: it must not send, mask or remove."""
    return "save" if is_htmx() else request.form.get("do", "save")


def _write(me: Actor, draft_key: str | None, sent: _Sent) -> Issue:
    """Everything that one press does, in one transaction."""
    if not is_htmx():
        sent.files = uploads.receive(chosen_files(sent.form["files"]))
        sent.dispatch = uploads.receive(chosen_files(sent.form["dispatch"]))
    data = sent.form.to_data()
    directory.hints(db.session)  # within the transaction nothing is kept
    with transaction():
        issue = _create_or_save(me, draft_key, data, sent.form.idempotency_key.data or "")
        if issue.number or issue.state is not IssueState.DRAFT:
            return issue
        for received, purpose in ((sent.files, FilePurpose.EVIDENCE), (sent.dispatch, FilePurpose.DISPATCH)):
            if received:
                stored = uploads.record(db.session, me, received, [issue.raised_by_id])
                drafts.attach(db.session, me, issue.draft_key, stored, purpose)
        removed = None if is_htmx() else to_key(request.form.get("remove_file"))
        if removed is not None:
            drafts.detach(db.session, me, issue.draft_key, removed)
        if sent.button == "send":
            service.apply(db.session, me, issue.id, Act.SEND, {})
        return issue


def _create_or_save(me: Actor, draft_key: str | None, data: Mapping[str, object], key: str) -> Issue:
    """A new form belongs to one draft, however often it is sent and whatever is in it by then."""
    if draft_key is not None:
        return drafts.save_draft(db.session, me, draft_key, data)
    done = once(db.session, me, "issues.create", key, ())
    if not done.result_url:
        issue = drafts.create_draft(db.session, me, data)
        done.remember(url_for("issues.draft", draft_key=issue.draft_key))
        return issue
    made = done.result_url.rsplit("/", 1)[1]
    try:
        return drafts.save_draft(db.session, me, made, data)
    except NotPossible:
        return draft_scene.what_became_of(me, made)


def _answer(me: Actor, issue: Issue, sent: _Sent) -> Response:
    if is_htmx():
        return _saved_part(me, issue)
    if issue.state is not IssueState.DRAFT:
        flash(_("Đã gửi %(number)s.", number=issue.number) if issue.number else _("Đã trình lãnh đạo duyệt."))
    elif sent.button == "mask":
        flash(_("Đã che thông tin cá nhân và lưu bản nháp. Đề nghị đọc lại trước khi gửi."))
    else:
        flash(_("Đã lưu bản nháp."))
    return redirect(url_of(issue), 303)


def _saved_part(me: Actor, issue: Issue) -> Response:
    """The line that says when it was saved, with the new version and what the text suggests."""
    text = f"{issue.title}\n{issue.situation}\n{issue.proposal}"
    suggested = [term(row) for row in directory.suggest(db.session, text) if row is not None]
    response = page(
        "issues/draft.html",
        "saved",
        saved_at=format_time(clock.local(clock.now())),
        version=issue.version,
        suggested=suggested,
        warnings=draft_scene.warnings_in(text),
    )
    response.headers["HX-Push-Url"] = url_for("issues.draft", draft_key=issue.draft_key)
    return response


def _refused(me: Actor, draft_key: str | None, sent: _Sent, error: Invalid) -> Response:
    show_error(sent.form, error)
    found = scene.open_draft(me, draft_key) if draft_key else None
    return _edit_page(me, sent.form, found, status=_UNPROCESSABLE)


def _stale(me: Actor, draft_key: str | None, sent: _Sent, error: Stale) -> Response:
    if draft_key is None:
        draft_key = draft_scene.made_by(me, sent.form.idempotency_key.data or "")
    found = scene.open_draft(me, draft_key)
    sent.form.version.data = found.issue.version
    if is_htmx():
        return page("issues/draft.html", "saved", status=409, stale=error, version=None)
    return _edit_page(me, sent.form, found, status=409, stale=error)


def _edit_page(
    me: Actor,
    form: DraftForm,
    found: Dossier | None,
    *,
    status: int = 200,
    warnings: Warnings | None = None,
    stale: Stale | None = None,
) -> Response:
    shown: dict[str, Any] = draft_scene.shown(me, form, found)
    has_chosen = any(file.filename for file in request.files.values())
    shown |= {"warnings": warnings, "stale": stale, "lost_files": status != 200 and has_chosen}
    if is_htmx():
        return page("issues/draft.html", "saved", status=status, version=None, form_errors=form.errors)
    return page("issues/draft.html", status=status, **shown)
