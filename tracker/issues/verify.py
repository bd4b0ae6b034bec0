"""Proves that what is stored belongs together: chains, counts, reading rights, numbers, dates, searched texts.

Owns: the checks of `tracker verify`. Reads only; repairs nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.changing import running_change
from tracker.deadlines.days import load_calendar
from tracker.issues import (
    counts,
    history,
    searching,
    verify_directives,
    verify_escalation,
    verify_opinions,
    verify_referrals,
    verify_stages,
)
from tracker.issues.access import Why
from tracker.issues.models import Issue, IssueAccess, IssueCount, IssueEvent, IssueParty, NumberSeries
from tracker.issues.numbers import YEAR_FACTOR
from tracker.issues.workflow import NOT_SENT


@dataclass(frozen=True)
class Problem:
    """Something that does not hold, with the issue and the event where it was found."""

    code: str
    issue: str = ""
    seq: int = 0
    detail: str = ""

    def __str__(self) -> str:
        where = f" {self.issue}" if self.issue else ""
        event = f" event {self.seq}" if self.seq else ""
        return f"{self.code}{where}{event} {self.detail}".rstrip()


def verify(session: Session) -> list[Problem]:
    """All problems, chains first; an empty list when everything holds."""
    chains = list(_chains(session))
    broken = {problem.issue for problem in chains}
    return [
        *chains,
        *_counts(session),
        *_access(session),
        *_numbers(session),
        *_dates(session, broken),
        *(Problem("text_wrong", name) for name in searching.unequal(session)),
        *(Problem(code, issue, detail=detail) for code, issue, detail in verify_directives.check(session)),
        *(Problem(code, issue, detail=detail) for code, issue, detail in verify_escalation.check(session)),
        *(Problem(code, issue, detail=text) for code, issue, text in verify_opinions.check(session)),
        *(Problem(code, issue, detail=text) for code, issue, text in verify_stages.check(session, broken)),
        *(Problem(code, issue, detail=text) for code, issue, text in verify_stages.interims(session)),
        *(Problem(code, issue, detail=detail) for code, issue, detail in verify_referrals.check(session)),
    ]


def verify_latest(session: Session, count: int) -> list[Problem]:
    """Broken chains among the issues that changed last: quick whatever lies in the database."""
    latest = select(Issue).order_by(Issue.changed_at.desc(), Issue.id.desc()).limit(count)
    issues = session.scalars(latest).all()
    of_issue: dict[int, list[IssueEvent]] = defaultdict(list)
    events = select(IssueEvent).where(IssueEvent.issue_id.in_([issue.id for issue in issues]))
    for event in session.scalars(events.order_by(IssueEvent.issue_id, IssueEvent.seq)):
        of_issue[event.issue_id].append(event)
    problems = [_broken_in(issue, of_issue[issue.id]) for issue in issues]
    return [problem for problem in problems if problem is not None]


def _name(issue: Issue) -> str:
    return issue.number or issue.draft_key


def _chains(session: Session) -> Iterator[Problem]:
    for issue in session.scalars(select(Issue).order_by(Issue.id).execution_options(yield_per=500)):
        problem = broken_event(session, issue)
        if problem is not None:
            yield problem


def broken_event(session: Session, issue: Issue) -> Problem | None:
    """The first event of the issue that does not hold; None where the whole chain does."""
    events = select(IssueEvent).where(IssueEvent.issue_id == issue.id).order_by(IssueEvent.seq)
    return _broken_in(issue, session.scalars(events))


def _broken_in(issue: Issue, events: Iterable[IssueEvent]) -> Problem | None:
    head, seq = "", 0
    for event in events:
        seq += 1
        if event.seq != seq:
            return Problem("event_missing", _name(issue), seq)
        if history.digest(event.payload) != event.payload_hash:
            return Problem("payload_changed", _name(issue), seq)
        head = history.chain_hash(head, event)
        if head != event.chain_hash:
            return Problem("chain_broken", _name(issue), seq)
    if seq != issue.event_count or head != issue.head_hash:
        return Problem("tail_cut", _name(issue), seq + 1)
    return None


def _counts(session: Session) -> Iterator[Problem]:
    full: Counter[counts.CountKey] = Counter()
    for issue in session.scalars(select(Issue).execution_options(yield_per=500)):
        key = counts.key_of(issue)
        if key is not None:
            full[key] += 1
    kept = {
        counts.CountKey(*(getattr(row, name) for name in counts.CountKey._fields)): row.n
        for row in session.scalars(select(IssueCount))
    }
    for key in sorted(set(full) | set(kept)):
        if full[key] != kept.get(key, 0):
            yield Problem("count_wrong", detail=f"{key}: {kept.get(key, 0)} kept, {full[key]} counted")


def _access(session: Session) -> Iterator[Problem]:
    rows = {(row.issue_id, row.unit_id): row for row in session.scalars(select(IssueAccess))}
    parties = session.execute(select(IssueParty.issue_id, IssueParty.unit_id)).all()
    needed: dict[int, list[tuple[int, Why]]] = {}
    for issue_id, unit_id in parties:
        needed.setdefault(issue_id, []).append((unit_id, Why.PARTY))
    for issue in session.scalars(select(Issue).execution_options(yield_per=500)):
        if issue.state in NOT_SENT:
            continue
        wanted = [*needed.get(issue.id, ()), (issue.raised_by_id, Why.RAISED)]
        if issue.holder_id is not None:
            wanted.append((issue.holder_id, Why.HOLDS))
        for unit_id, why in wanted:
            row = rows.get((issue.id, unit_id))
            if row is None or not row.why & why or row.is_open is not issue.is_open:
                yield Problem("access_wrong", _name(issue), detail=f"unit {unit_id}")


def _numbers(session: Session) -> Iterator[Problem]:
    for series in session.scalars(select(NumberSeries).order_by(NumberSeries.year)):
        first = series.year * YEAR_FACTOR
        given, highest = session.execute(
            select(func.count(), func.max(Issue.number_key)).where(
                Issue.number_key > first, Issue.number_key <= first + YEAR_FACTOR - 1
            )
        ).one()
        if given != series.last_serial or (highest or first) - first != series.last_serial:
            yield Problem("number_gap", detail=f"{series.year}: {given} of {series.last_serial}")


def _dates(session: Session, broken: set[str]) -> Iterator[Problem]:
    """The stored dates are those that the clocks give for the last change; a broken history gives none."""
    calendar, change = load_calendar(session), running_change(session)
    for issue in session.scalars(
        select(Issue).where(Issue.is_open.is_(True)).execution_options(yield_per=500)
    ):
        waits = change is not None and issue.id > change.done_up_to  # for the job that moves dates
        if _name(issue) in broken or waits:
            continue
        changed_on = clock.local_date(issue.changed_at)
        life = clocks.timeline(history.facts_of(session, issue.id), calendar, until=changed_on)
        stored = (issue.due_soon_on, issue.due_on, issue.long_late_on)
        computed = (life.dates.due_soon_on, life.dates.due_on, life.dates.long_late_on)
        if stored != computed:
            yield Problem("dates_wrong", _name(issue), detail=f"{stored} stored, {computed} computed")
