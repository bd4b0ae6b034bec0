"""What every change by the administrator shares: nobody overwrites unseen, and the audit log says what was before.

Owns: the mark of what a form showed, the row held while it is changed, the entry with before and after. Must not
know what is changed.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from tracker.audit.service import record
from tracker.db import Base
from tracker.errors import NotFound, NotPossible
from tracker.permissions import Actor

Row = TypeVar("Row", bound=Base)
Values = Mapping[str, object]


def held(session: Session, model: type[Row], key: object) -> Row:
    """The row as it is now, kept from others until the transaction ends. Raises NotFound."""
    row = session.get(model, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def mark_of(values: Values) -> str:
    """A short mark of what a form shows; it differs as soon as any value does."""
    text = json.dumps(values, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def refuse_stale(values: Values, seen: str) -> None:
    """Raises NotPossible where the values are no longer those that the form showed."""
    if mark_of(values) != seen:
        raise NotPossible("changed_meanwhile")


def record_change(
    session: Session, actor: Actor, kind: str, before: Values, after: Values, **subject: Any
) -> bool:
    """Write the audit entry with the values that differ; whether there was any."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return False
    detail: dict[str, Any] = {
        "before": {name: before[name] for name in names if name in before},
        "after": {name: after[name] for name in names if name in after},
    }
    record(session, kind, account_id=actor.account_id, **detail, **subject)
    return True
