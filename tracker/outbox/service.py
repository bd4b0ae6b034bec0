"""Putting a notice into the outbox.

Owns: that a notice exists once per key, in the transaction of what it tells. Must not know what a kind means, who is
told what, nor how a notice leaves.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker import clock
from tracker.outbox.models import Notice

_ROWS_AT_ONCE = 500


def put(
    session: Session,
    kind: str,
    *,
    account_id: int,
    key: str,
    issue_id: int | None = None,
    event_id: int | None = None,
    not_before: datetime | None = None,
) -> None:
    """Tell one person. A notice with the same key is there already: nothing happens."""
    put_all(session, [(kind, account_id, key)], issue_id=issue_id, event_id=event_id, not_before=not_before)


def put_all(
    session: Session,
    told: Iterable[tuple[str, int, str]],
    *,
    issue_id: int | None = None,
    event_id: int | None = None,
    not_before: datetime | None = None,
) -> None:
    """Tell many at once, each row (kind, account, key), in few statements; keys that exist are left as they are."""
    shared = {
        "issue_id": issue_id,
        "event_id": event_id,
        "not_before": not_before,
        "created_at": clock.now(),
        "is_planned": False,
    }
    rows = [{"kind": kind, "account_id": account_id, "key": key} | shared for kind, account_id, key in told]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[first : first + _ROWS_AT_ONCE]
        session.connection().execute(_new_ones(session.get_bind().dialect.name), part)


@cache
def _new_ones(dialect: str) -> Any:
    """Built once: building a statement costs more than running it."""
    maker: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return maker(Notice).on_conflict_do_nothing(index_elements=["key"])
