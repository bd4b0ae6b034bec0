"""A creating form sent twice makes one thing.

Owns: `once()` and the keys, kept 24 hours. The same form again gives the address of the first result; another body
under the same key is refused. Must not know what is created.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Request
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.errors import Invalid, NotPossible
from tracker.permissions import Actor
from tracker.web.models import IdempotencyKey

KEPT = timedelta(hours=24)
_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NOT_OF_THE_BODY = {"csrf_token", "idempotency_key"}

Body = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Once:
    """One sending of a form. `result_url` is set when it was carried out before."""

    session: Session
    row: IdempotencyKey
    result_url: str

    def remember(self, result_url: str) -> str:
        """Keep the address of what was made, in the same transaction; gives it back."""
        self.row.result_url = result_url
        self.session.add(self.row)
        self.session.flush()
        return result_url


def once(session: Session, actor: Actor, route: str, key: str, body: Body) -> Once:
    """Ask, inside the transaction, whether this form was carried out already.

    Raises Invalid for a key of another shape, NotPossible when the key came with another body.
    """
    if not _SHAPE.fullmatch(key or ""):
        raise Invalid("idempotency_key", "form_key_invalid")
    digest = _digest(body)
    _wait_for_twin(session, f"{actor.account_id}/{route}/{key}")
    row = session.get(IdempotencyKey, (actor.account_id, route, key))
    if row is not None and row.created_at < clock.now() - KEPT:
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        made = IdempotencyKey(
            account_id=actor.account_id,
            route=route,
            key=key,
            body_hash=digest,
            result_url="",
            created_at=clock.now(),
        )
        return Once(session, made, "")
    if row.body_hash != digest:
        raise NotPossible("form_key_reused")
    return Once(session, row, row.result_url)


def result_of(session: Session, actor: Actor, route: str, key: str, body: Body) -> str:
    """The address of what this very form made before, '' if it was not carried out; only reads.

    What the form chose from may be gone by then: ask before the form is checked. Raises NotPossible as once().
    """
    row = session.get(IdempotencyKey, (actor.account_id, route, key[:64]))
    if row is None or row.created_at < clock.now() - KEPT:
        return ""
    if row.body_hash != _digest(body):
        raise NotPossible("form_key_reused")
    return row.result_url


def body_of(request: Request) -> list[tuple[str, str]]:
    """The fields of a request that make up its body, files by name and length."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_OF_THE_BODY]
    files = [
        (name, f"{file.filename}/{file.stream.seek(0, 2)}") for name, file in request.files.items(multi=True)
    ]
    for _, file in request.files.items(multi=True):
        file.stream.seek(0)
    return fields + files


def clean_keys(session: Session, now: datetime) -> int:
    """Delete the keys older than a day; gives their number. A job calls this."""
    done = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
    return int(getattr(done, "rowcount", 0))


def _digest(body: Body) -> str:
    hasher = hashlib.sha256()
    for name, value in sorted(body):
        for part in (name, value):
            encoded = part.encode("utf-8", "surrogatepass")
            hasher.update(len(encoded).to_bytes(8, "big") + encoded)
    return hasher.hexdigest()


def _wait_for_twin(session: Session, name: str) -> None:
    """Two at once: SQLite has one writer anyway; on PostgreSQL the second waits for the first one's end."""
    if session.get_bind().dialect.name == "postgresql":
        lock = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
