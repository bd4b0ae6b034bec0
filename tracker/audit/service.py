"""Writing the audit log.

Owns: the one way a row gets into it. Must not change or delete a row, nor know a request.
"""

import json

from sqlalchemy.orm import Session

from tracker import clock
from tracker.audit.models import AuditEntry


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
    entry = AuditEntry(
        at=clock.now(),
        kind=kind,
        account_id=account_id,
        login=login[:80],
        address=address[:45],
        request_id=request_id[:32],
        endpoint=endpoint[:80],
        detail=json.dumps(detail, ensure_ascii=True, sort_keys=True, default=str) if detail else "",
    )
    session.add(entry)
    session.flush()
    return entry
