"""Files of a form that are read at once and not stored: asked of the scanner before anything reads them.

Owns: that a sheet goes the same way as an attachment, and that a refusal stands in the audit log. Must not keep a byte.
"""

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tracker.audit import service as audit
from tracker.config import Settings
from tracker.errors import Invalid
from tracker.scanning import scanner_of
from tracker.web.access import actor
from tracker.web.afterwards import afterwards
from tracker.web.http import client_address, request_id


def scan(file: FileStorage, field: str = "file") -> None:
    """Let a clean file pass, at its beginning again. Raises Invalid: file_too_large, file_malware, scanner_down."""
    settings: Settings = current_app.extensions["settings"]
    scanner = scanner_of(settings)
    if scanner is None:
        return
    most = settings.max_file_mb * 1024**2
    content = file.stream.read(most + 1)
    file.stream.seek(0)
    if len(content) > most:
        raise Invalid(field, "file_too_large", megabytes=settings.max_file_mb)
    try:
        scanner.check(content)
    except Invalid as refused:
        if refused.code == "file_malware":
            note_malware()
        raise Invalid(field, refused.code) from None


def note_malware() -> None:
    """Who sent it stands in the audit log; the file and its name do not."""
    account_id, address, asked = actor().account_id, client_address(), request_id()

    def write(session: Session) -> None:
        audit.record(session, "malware_refused", account_id=account_id, address=address, request_id=asked)

    afterwards(write, else_print=f"audit: malware_refused, account {account_id}")
