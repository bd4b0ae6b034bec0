"""Downloads: a file is served only by the issue that owns it, under that issue's rule.

Owns: the headers of a download. Must not know how bytes are kept.
"""

from flask import send_file
from werkzeug.wrappers import Response

from tracker.attachments.service import open_bytes
from tracker.db import db
from tracker.errors import NotFound
from tracker.issues import queries
from tracker.issues.models import Issue
from tracker.issues.views import scene, uploads
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires


@blueprint.get("/issues/<number>/files/<int:file_id>")
@requires(Permission.SEE_ISSUES)
def file(number: str, file_id: int) -> Response:
    """A file of a sent issue."""
    me = actor()
    issue = queries.find_issue(db.session, me, number)
    return _send(me, issue, file_id)


@blueprint.get("/drafts/<draft_key>/files/<int:file_id>")
@requires(Permission.SEE_ISSUES)
def draft_file(draft_key: str, file_id: int) -> Response:
    """A file of a draft."""
    me = actor()
    return _send(me, scene.open_draft(me, draft_key).issue, file_id)


def _send(me: Actor, issue: Issue | None, file_id: int) -> Response:
    row = queries.find_file(db.session, me, issue, file_id) if issue is not None else None
    if row is None:
        raise NotFound
    stored = row.attachment
    response = send_file(
        open_bytes(uploads.storage(), stored),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.filename,
        etag=False,
        max_age=0,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
