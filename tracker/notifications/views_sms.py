"""A short message in words: what to do, the number, the date, the link; no title and nobody's name.

Owns: what it says. Must not decide when it leaves.
"""

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.config import Settings
from tracker.issues.models import Issue
from tracker.notifications import pages
from tracker.notifications.short_messages import Sms
from tracker.notifications.truth import still_true
from tracker.outbox.models import Notice
from tracker.outbox.models_sms import ShortMessage
from tracker.web.http import external_url
from tracker.web.i18n import use_language


def compose(session: Session, message: ShortMessage) -> Sms | None:
    """The message as it is true now; None where it is not any more. Needs an application context."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    with app.test_request_context(base_url=f"http://{settings.trusted_hosts[0].lstrip('.')}"):
        use_language(session.get_one(Account, message.account_id).language)
        notice = session.get_one(Notice, message.notice_id)
        issue = session.get(Issue, notice.issue_id) if notice.issue_id else None
        if issue is None or not still_true(session, notice):
            return None
        parts = (
            pages.to_do(notice.kind),
            issue.number or "",
            pages.date_line(issue.state, issue.due_on),
            external_url(pages.issue_path(issue.number, issue.draft_key)),
        )
        text = " · ".join(part for part in parts if part)
        return Sms(f"{message.key.replace(':', '.')}.{int(message.created_at.timestamp())}", text)
