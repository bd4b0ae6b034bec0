"""A list of issues as rows of a spreadsheet: the same rights, filter and order as the list, and no more.

Owns: which columns a file has, how many rows at most, how often a person may ask. Must not know how a file is written
(`tracker.sheets.writing`) nor worded (`issues.views.exports`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.audit import service as audit
from tracker.audit.models import AuditEntry
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.clocks import days_late
from tracker.errors import Throttled
from tracker.issues import lists
from tracker.issues.lists import IssueFilter, IssueRow
from tracker.issues.models import Issue
from tracker.issues.workflow import OPEN

MOST_ROWS = 100_000
PAGE_ROWS = 500
MOST_EXPORTS = 30
WITHIN = timedelta(minutes=10)
AUDIT_KIND = "exported"


@dataclass(frozen=True)
class ExportRow:
    """An issue as a file shows it: what the list says, and what was asked for."""

    row: IssueRow
    situation: str
    proposal: str
    days_late: int | None
    """Working days since the due date; None where nothing is late."""


def export_rows(
    session: Session,
    actor: Actor,
    filters: IssueFilter,
    *,
    calendar: WorkingCalendar,
    today: date,
    limit: int = MOST_ROWS,
) -> Iterator[ExportRow]:
    """Every row of the list in its order, up to the limit; read page by page."""
    left = limit
    for page in lists.row_pages(session, actor, filters, calendar=calendar, today=today, size=PAGE_ROWS):
        texts = _texts(session, [row.id for row in page])
        for row in page[:left]:
            situation, proposal = texts[row.id]
            yield ExportRow(row, situation, proposal, _days_late(row, calendar, today))
        left -= len(page)
        if left <= 0:
            return


def is_cut(
    session: Session, actor: Actor, filters: IssueFilter, calendar: WorkingCalendar, today: date
) -> bool:
    """Whether the list is longer than a file may be."""
    return lists.has_more_than(session, actor, filters, MOST_ROWS, calendar=calendar, today=today)


def _texts(session: Session, keys: list[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(Issue.id, Issue.situation, Issue.proposal).where(Issue.id.in_(keys)))
    return {row.id: (row.situation, row.proposal) for row in rows}


def _days_late(row: IssueRow, calendar: WorkingCalendar, today: date) -> int | None:
    if row.state not in OPEN or row.due_on is None or today <= row.due_on:
        return None
    return days_late(row.due_on, today, calendar)


def check_rate(session: Session, actor: Actor, now: datetime) -> None:
    """Refuse who has taken many files just now. Raises Throttled."""
    since = now - WITHIN
    taken = session.scalar(
        select(func.count(AuditEntry.id)).where(
            AuditEntry.kind == AUDIT_KIND, AuditEntry.account_id == actor.account_id, AuditEntry.at > since
        )
    )
    if (taken or 0) >= MOST_EXPORTS:
        raise Throttled(int(WITHIN.total_seconds()))


def note(
    actor: Actor, *, address: str, request_id: str, form: str, query: str, rows: int
) -> Callable[[Session], None]:
    """What writes that the person took a file: which filter and how many rows, no content."""

    def write(session: Session) -> None:
        audit.record(
            session,
            AUDIT_KIND,
            account_id=actor.account_id,
            address=address,
            request_id=request_id,
            endpoint="issues.export",
            form=form,
            query=query,
            rows=rows,
        )

    return write
