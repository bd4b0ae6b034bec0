"""Proves that the stages kept are those that the history tells, without gap or overlap.

Owns: this part of `tracker verify`. Reads only. How late a stage that has ended was is frozen: no calendar of today
can prove it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.changing import running_change
from tracker.deadlines.days import load_calendar
from tracker.issues.models import Issue
from tracker.issues.models_interim import IssueInterim
from tracker.issues.models_stages import IssueStage, StageFilling
from tracker.issues.stage_keeping import events_of
from tracker.issues.stage_reading import moments
from tracker.issues.stages import Place, Span, due_of, spans
from tracker.issues.workflow import NOT_SENT, IssueState

Found = tuple[str, str, str]
"""Code, issue, detail."""


def check(session: Session, broken: set[str]) -> Iterator[Found]:
    """What does not hold; issues whose history is broken are left out."""
    calendar, change = load_calendar(session), running_change(session)
    kept = _kept(session)
    waiting = session.scalars(select(StageFilling)).first()
    sent = select(Issue).where(Issue.state.not_in(sorted(NOT_SENT))).order_by(Issue.id)
    for issue in session.scalars(sent.execution_options(yield_per=500)):
        name, rows = issue.number or issue.draft_key, kept.get(issue.id, [])
        if name in broken or (not rows and waiting and waiting.done_up_to < issue.id <= waiting.last_id):
            continue
        told = moments(events_of(session, issue.id), awaits_routing=issue.awaits_routing)
        wanted = spans((moment.on, moment.place) for moment in told)
        found = [Span(Place(row.kind, row.holder_id, row.owner_id), row.from_on, row.to_on) for row in rows]
        if found != wanted:
            yield "stages_wrong", name, f"{len(found)} kept, {len(wanted)} told"
        elif bool(found and found[-1].to_on is None) is not issue.is_open:
            yield "stage_open_wrong", name, ""
        elif change is None or issue.id <= change.done_up_to:
            yield from _desks(rows, calendar, name)


def interims(session: Session) -> Iterator[Found]:
    """Interim answers that are owed carry the date that their days give, and belong to open issues."""
    calendar, change = load_calendar(session), running_change(session)
    owed = select(Issue, IssueInterim).join(IssueInterim, IssueInterim.issue_id == Issue.id)
    for issue, row in session.execute(owed.where(IssueInterim.ended_on.is_(None))):
        waits = change is not None and issue.id > change.done_up_to
        is_right = waits or row.due_on == calendar.add(row.from_on, row.target_days)
        if not issue.is_open or issue.state is IssueState.ANSWERED or not is_right:
            yield "interim_wrong", issue.number or issue.draft_key, str(row.due_on)


def _kept(session: Session) -> dict[int, list[IssueStage]]:
    kept: dict[int, list[IssueStage]] = defaultdict(list)
    for row in session.scalars(select(IssueStage).order_by(IssueStage.id)):
        kept[row.issue_id].append(row)
    return kept


def _desks(rows: list[IssueStage], calendar: WorkingCalendar, name: str) -> Iterator[Found]:
    """The deadline of the desk where it lies now is what its days give."""
    for row in rows:
        due: date | None = due_of(row.from_on, row.target_days, calendar)
        if row.to_on is None and row.due_on != due:
            yield "desk_date_wrong", name, f"{row.due_on} stored, {due} computed"
