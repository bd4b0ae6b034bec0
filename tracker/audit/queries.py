"""Reading the audit log: a page of lines, filtered, newest first.

Owns: reading only. Must not know accounts: names of people are looked up by the page.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, select, union
from sqlalchemy.orm import Session

from tracker.audit.models import AuditEntry

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class AuditFilter:
    """What is asked for; None means whatever. `since` is included, `until` is not."""

    kind: str = ""
    account_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditLine:
    """An entry with its detail read."""

    entry: AuditEntry
    before: dict[str, Any]
    after: dict[str, Any]
    about: dict[str, Any]

    @property
    def person_id(self) -> int | None:
        """Whom the entry is about, where that is somebody else than who did it."""
        found = self.about.get("person")
        return found if isinstance(found, int) else None

    @property
    def changed(self) -> list[tuple[str, Any, Any]]:
        """Name, value before, value after, in the order of names."""
        names = sorted({*self.before, *self.after})
        return [(name, self.before.get(name), self.after.get(name)) for name in names]


def entries(
    session: Session, filters: AuditFilter, *, after: int | None = None
) -> tuple[list[AuditLine], int | None]:
    """A page of the log, and the key after which the next one begins."""
    asked = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(ROWS_PER_PAGE + 1)
    wanted = _wanted(filters, after)
    if filters.account_id is None:
        asked = asked.where(*wanted)
    else:
        asked = asked.where(AuditEntry.id.in_(_of_person(filters.account_id, wanted)))
    rows = list(session.scalars(asked))
    lines = [_read(row) for row in rows[:ROWS_PER_PAGE]]
    return lines, rows[ROWS_PER_PAGE - 1].id if len(rows) > ROWS_PER_PAGE else None


def _wanted(filters: AuditFilter, after: int | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.kind:
        wanted.append(AuditEntry.kind == filters.kind)
    if filters.since is not None:
        wanted.append(AuditEntry.at >= filters.since)
    if filters.until is not None:
        wanted.append(AuditEntry.at < filters.until)
    if after is not None:
        wanted.append(AuditEntry.id < after)
    return wanted


def _of_person(account_id: int, wanted: list[ColumnElement[bool]]) -> CompoundSelect[int]:
    """The newest that he did and the newest that was done to him, each by its own index."""
    parts = []
    for column in (AuditEntry.account_id, AuditEntry.about_id):
        newest = select(AuditEntry.id).where(column == account_id, *wanted)
        part = newest.order_by(AuditEntry.id.desc()).limit(ROWS_PER_PAGE + 1).subquery()
        parts.append(select(part.c.id))
    return union(*parts)


def kinds(session: Session) -> list[str]:
    """The kinds that occur."""
    return sorted(session.scalars(select(AuditEntry.kind).distinct()))


def _read(entry: AuditEntry) -> AuditLine:
    detail = json.loads(entry.detail) if entry.detail else {}
    before, after = detail.pop("before", {}), detail.pop("after", {})
    return AuditLine(entry, _as_mapping(before), _as_mapping(after), detail)


def _as_mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
