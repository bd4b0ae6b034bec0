"""Keeping the stages: one ends and the next begins in the transaction of the act that hands an issue over.

Owns: the rows of `IssueStage`. An act that changes nothing of state, holder and owner asks nothing; another one reads
the last row, ends it and adds one. Must not decide what a stage is (`issues.stages`).
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.directory.switches import Switches, read_switches
from tracker.issues import history
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.models_stages import IssueStage, StageFilling
from tracker.issues.stage_reading import Moment, Told, moments
from tracker.issues.stages import Place, Span, StageKind, begins_on, due_of, measure, place_of
from tracker.issues.step import Step
from tracker.issues.workflow import NOT_SENT

BATCH = 200
_OPTIONS = {"synchronize_session": False}
_S = IssueStage
_LAST = (
    select(_S.id, _S.kind, _S.holder_id, _S.owner_id, _S.from_on, _S.to_on, _S.due_on)
    .where(_S.issue_id == bindparam("issue_id"))
    .order_by(_S.id.desc())
    .limit(1)
)
_END = (
    update(IssueStage.__table__)  # type: ignore[arg-type]
    .where(_S.id == bindparam("key"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("to_on", "working_days", "late_days", "overdue_days")}
    )
)
_EVENTS = (
    select(IssueEvent.seq, IssueEvent.kind, IssueEvent.at, IssueEvent.payload)
    .where(IssueEvent.issue_id == bindparam("issue_id"))
    .order_by(IssueEvent.seq)
)

Transaction = Callable[[], AbstractContextManager[object]]


def desk_days(kind: StageKind, switches: Switches) -> int | None:
    """Working days that a desk has for its part; None where the promise alone counts."""
    return {
        StageKind.INTAKE: switches.intake_days,
        StageKind.ROUTING: switches.routing_days,
        StageKind.APPROVAL: switches.approval_days,
    }.get(kind)


def keep(step: Step) -> None:
    """End the stage that the act has ended and begin the next; nothing where the issue lies where it lay."""
    issue, matter = step.issue, step.matter
    before = place_of(matter.state, matter.holder_id, matter.owner_id, awaits_routing=matter.awaits_routing)
    after = place_of(issue.state, issue.holder_id, issue.owner_id, awaits_routing=issue.awaits_routing)
    if before == after:
        return
    if matter.state in NOT_SENT:
        _begin(step.session, issue.id, after, issue.zero_on or step.today, step.calendar, step.switches)
        return
    last = step.session.execute(_LAST, {"issue_id": issue.id}).first()
    if last is None:
        write_all(step.session, issue, step.calendar, step.switches)
        return
    span = Span(Place(last.kind, last.holder_id, last.owner_id), last.from_on, last.to_on)
    start = begins_on(step.today, span)
    if last.to_on is None:
        _end(step.session, last.id, span.from_on, start, step.calendar, last.due_on, matter.due_on)
    _begin(step.session, issue.id, after, start, step.calendar, step.switches)


def _end(
    session: Session,
    key: int,
    from_on: date,
    to_on: date,
    calendar: WorkingCalendar,
    due_on: date | None,
    promised_on: date | None,
) -> None:
    took = measure(from_on, to_on, calendar, due_on=due_on, promised_on=promised_on)
    session.connection().execute(
        _END,
        {
            "key": key,
            "new_to_on": to_on,
            "new_working_days": took.working_days,
            "new_late_days": took.late_days,
            "new_overdue_days": took.overdue_days,
        },
    )


def _begin(
    session: Session,
    issue_id: int,
    place: Place | None,
    on: date,
    calendar: WorkingCalendar,
    switches: Switches,
) -> None:
    if place is not None:
        row = _row(issue_id, place, on, calendar, switches)
        session.connection().execute(insert(IssueStage.__table__), row)  # type: ignore[arg-type]


def _row(
    issue_id: int, place: Place, on: date, calendar: WorkingCalendar, switches: Switches
) -> dict[str, object]:
    days = desk_days(place.kind, switches)
    return {
        "issue_id": issue_id,
        "kind": place.kind,
        "holder_id": place.holder_id,
        "owner_id": place.owner_id,
        "from_on": on,
        "target_days": days,
        "due_on": due_of(on, days, calendar),
    }


def count_again(session: Session, issue_ids: Sequence[int], calendar: WorkingCalendar) -> None:
    """After a change of the calendar: the desk deadlines of open stages; what has ended stays as it was."""
    rows = session.execute(
        select(_S.id, _S.from_on, _S.target_days, _S.due_on).where(
            _S.issue_id.in_(issue_ids), _S.to_on.is_(None), _S.target_days.is_not(None)
        )
    )
    for key, from_on, days, old in rows.all():
        due_on = due_of(from_on, days, calendar)
        if due_on != old:
            session.execute(
                update(IssueStage).where(_S.id == key).values(due_on=due_on), execution_options=_OPTIONS
            )


def events_of(session: Session, issue_id: int) -> list[Told]:
    """The events of an issue as the stages read them."""
    rows = session.execute(_EVENTS, {"issue_id": issue_id})
    return [Told(seq, kind, at, json.loads(payload)) for seq, kind, at, payload in rows]


def write_all(session: Session, issue: Issue, calendar: WorkingCalendar, switches: Switches) -> None:
    """All stages of an issue out of its events, for one that was there before stages were kept."""
    session.execute(delete(IssueStage).where(_S.issue_id == issue.id), execution_options=_OPTIONS)
    events = events_of(session, issue.id)
    facts = history.facts_in((event.seq, event.payload) for event in events)
    rows: list[dict[str, object]] = []
    last: Span | None = None
    for moment in moments(events, awaits_routing=issue.awaits_routing):
        is_open = last is not None and last.to_on is None
        if is_open and last is not None and last.place == moment.place:
            continue
        start = begins_on(moment.on, last)
        if is_open and last is not None:
            rows[-1] |= _ended(rows[-1], start, calendar, _promised(facts, moment, calendar))
            last = Span(last.place, last.from_on, start)
        if moment.place is not None:
            rows.append(_row(issue.id, moment.place, start, calendar, switches))
            last = Span(moment.place, start)
    for row in rows:
        session.connection().execute(insert(IssueStage.__table__), row)  # type: ignore[arg-type]


def _promised(facts: list[clocks.Fact], moment: Moment, calendar: WorkingCalendar) -> date | None:
    """The promised date as it stood before the event."""
    known = [fact for fact in facts if fact.seq < moment.seq]
    return clocks.timeline(known, calendar, until=moment.on).dates.due_on


def _ended(
    row: dict[str, object], to_on: date, calendar: WorkingCalendar, promised_on: date | None
) -> dict[str, object]:
    from_on, due_on = row["from_on"], row["due_on"]
    assert isinstance(from_on, date)
    due = due_on if isinstance(due_on, date) else None
    took = measure(from_on, to_on, calendar, due_on=due, promised_on=promised_on)
    return {
        "to_on": to_on,
        "working_days": took.working_days,
        "late_days": took.late_days,
        "overdue_days": took.overdue_days,
    }


def fill(session: Session, transaction: Transaction) -> int:
    """Write the stages of issues that have none yet, batch by batch, each a transaction. How many issues."""
    filled = 0
    while True:
        with transaction():
            filling = session.scalars(
                select(StageFilling).where(StageFilling.done_up_to < StageFilling.last_id).limit(1)
            ).first()
            if filling is None:
                return filled
            filled += _fill_batch(session, filling)


def _fill_batch(session: Session, filling: StageFilling) -> int:
    keys = session.scalars(
        select(Issue.id)
        .where(
            Issue.id > filling.done_up_to, Issue.id <= filling.last_id, Issue.state.not_in(sorted(NOT_SENT))
        )
        .order_by(Issue.id)
        .limit(BATCH)
    ).all()
    calendar, switches = load_calendar(session), read_switches(session)
    kept = set(session.scalars(select(_S.issue_id).where(_S.issue_id.in_(keys)).distinct()))
    rows = select(Issue).where(Issue.id.in_([key for key in keys if key not in kept])).order_by(Issue.id)
    found = session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
    for issue in found:
        write_all(session, issue, calendar, switches)
    filling.done_up_to = keys[-1] if len(keys) == BATCH else filling.last_id
    return len(found)
