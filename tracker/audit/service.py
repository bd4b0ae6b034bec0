"""Writing the audit log.

Owns: the one way a row gets into it. Must not change or delete a row, nor know a request.
"""

import json
from collections.abc import Callable

from sqlalchemy.orm import Session

from tracker import clock
from tracker.audit.models import AuditEntry

Listener = Callable[[Session, AuditEntry, int | None], None]
"""Gets each new entry and the account that it is about: the person named in the detail, else who acted."""

_listeners: list[Listener] = []


def when_recorded(hear: Listener) -> None:
    """Register who hears of each entry, in its own transaction; the same one counts once."""
    if hear not in _listeners:
        _listeners.append(hear)


def record(
    session: Session,
    kind: str,
    *,
    account_id: int | None = None,
    login: str = "",
    address: str = "",
    request_id: str = "",
    endpoint: str = "",
    **detail: object,
) -> AuditEntry:
    """Add one line. `detail` is kept as JSON and must hold neither citizens' data nor secrets."""
    person = detail.get("person", detail.get("of_account"))
    about_id = person if isinstance(person, int) else None
    entry = AuditEntry(
        at=clock.now(),
        kind=kind,
        account_id=account_id,
        about_id=about_id,
        login=login[:80],
        address=address[:45],
        request_id=request_id[:32],
        endpoint=endpoint[:80],
        detail=json.dumps(detail, ensure_ascii=True, sort_keys=True, default=str) if detail else "",
    )
    session.add(entry)
    session.flush()
    for hear in _listeners:
        hear(session, entry, about_id if about_id is not None else account_id)
    return entry
