"""Taking in the files of a form: bytes before the transaction, rows inside it.

Owns: the way from an upload to stored files. Must not know what they belong to.
"""

from collections.abc import Iterable, Sequence

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.attachments.service import Received
from tracker.attachments.storage import Storage
from tracker.config import Settings
from tracker.errors import Invalid
from tracker.permissions import Actor, Permission
from tracker.web.scanning import note_malware


def storage() -> Storage:
    """Where the bytes lie, with the limits of the settings."""
    settings: Settings = current_app.extensions["settings"]
    return Storage.of(settings)


def receive(chosen: Iterable[FileStorage]) -> list[Received]:
    """Check the files and write their bytes; call it before the transaction. Raises Invalid."""
    try:
        return [
            attachments.receive(storage(), name=item.filename or "", stream=item.stream) for item in chosen
        ]
    except Invalid as refused:
        if refused.code == "file_malware":
            note_malware()
        raise


def record(
    session: Session, actor: Actor, received: Sequence[Received], unit_ids: Iterable[int | None]
) -> list[Attachment]:
    """Write the rows, on the quota of the first of the units in which the person acts, else of his own."""
    if not received:
        return []
    own = actor.units_with(Permission.SEE_ISSUES)
    unit_id = next((key for key in unit_ids if key in own), None) or min(own)
    return [
        attachments.record(session, storage(), item, unit_id=unit_id, account_id=actor.account_id)
        for item in received
    ]
