"""The morning: what falls due on the ladder today is raised, its owner reminded, what was missed told.

Owns: reading by the next-alarm date what is due and nothing else, and one act for each, in steps of a transaction
each. Which rule is true is said in `deadlines.ladder`; that it is a working morning, by who calls.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import keeping_readings
from tracker.deadlines import ladder
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.deadlines.ladder import Rule, Situation
from tracker.directory.switches import read_switches
from tracker.errors import NotPossible
from tracker.issues import clock_slips
from tracker.issues.escalation import store_next_alarms
from tracker.issues.escalation_rules import highest_automatic, read_rules
from tracker.issues.escalation_state import situations
from tracker.issues.models import Issue
from tracker.issues.orphaned_duties import pass_on_orphaned
from tracker.issues.rises import Reminding
from tracker.issues.service import apply, hold
from tracker.issues.withholding import withhold
from tracker.issues.workflow import Act, IssueState

BATCH = 100

Transaction = Callable[[], AbstractContextManager[object]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Morning:
    """What holds for the whole round."""

    today: date
    calendar: WorkingCalendar
    rules: tuple[Rule, ...]
    highest: int


@dataclass(frozen=True)
class Finding:
    """What is to be done with one issue: nothing, a reminder, or a rise; and what does not rise by itself."""

    rule: Rule | None = None
    reminding: Reminding | None = None
    withheld: Rule | None = None


class NotAllSeenTo(Exception):
    """Single issues could not be looked at; the others were."""


def raise_late_matters(session: Session, transaction: Transaction) -> int:
    """Everything that falls due by today, the longest waiting first. How many acts were taken.

    Raises NotAllSeenTo, when the others are done, where something is wrong with single issues.
    """
    with transaction():
        clock_slips.put_right(session)
        pass_on_orphaned(session)
    taken = 0
    last: set[int] = set()
    failed: dict[int, str] = {}
    while len(failed) < BATCH:
        with transaction():
            keys = list(session.scalars(due_by(clock.today()).where(Issue.id.not_in(failed)).limit(BATCH)))
            if set(keys) <= last:  # nothing is left, or nothing of it can be moved
                break
            with keeping_readings(session):  # calendar and switches once, not for each issue
                taken += see_to(session, keys, failed)
            last = set(keys) - set(failed)
    if failed:
        raise NotAllSeenTo("; ".join(f"issue {key}: {kind}" for key, kind in failed.items()))
    return taken


def rehearse(session: Session) -> Iterator[str]:
    """What would be done now, a line each: number, level now, and what comes of it. Writes nothing."""
    morning = morning_of(session, clock.today())
    issues = session.scalars(
        select(Issue).where(Issue.id.in_(due_by(morning.today))).order_by(Issue.id)
    ).all()
    for first in range(0, len(issues), BATCH):
        part = issues[first : first + BATCH]
        now = situations(session, part)
        for issue in part:
            found = finding(issue, now[issue.id], morning)
            if found.rule is not None:
                yield f"{issue.number}: {issue.level} → {found.rule.level} ({found.rule.code})"
            elif found.reminding is not None:
                yield f"{issue.number}: {found.reminding.value}"
            if found.withheld is not None:
                yield f"{issue.number}: withheld {found.withheld.code}"


def morning_of(session: Session, today: date, rules: tuple[Rule, ...] | None = None) -> Morning:
    """Calendar, rules (the province's unless given) and how far they rise by themselves on that date."""
    kept = tuple(read_rules(session)) if rules is None else rules
    return Morning(today, load_calendar(session), kept, highest_automatic(read_switches(session), today))


def finding(issue: Issue, now: Situation, morning: Morning) -> Finding:
    """What the date asks for, by the rules alone."""
    today, calendar = morning.today, morning.calendar
    if issue.due_on is None:
        return Finding(reminding=Reminding.NUDGE) if issue.state is IssueState.NEED_INFO else Finding()
    held = None
    if morning.highest < ladder.HIGHEST:
        held = ladder.withheld(now, morning.rules, today, calendar, highest=morning.highest)
    rule = ladder.raise_to(now, morning.rules, today, calendar, highest=morning.highest)
    if rule is not None:
        return Finding(rule=rule, withheld=held)
    return Finding(reminding=_reminding(now, morning), withheld=held)


def _reminding(now: Situation, morning: Morning) -> Reminding | None:
    today, calendar = morning.today, morning.calendar
    if ladder.reminder(now, morning.rules, today, calendar) is not None:
        return Reminding.DUE_SOON
    for what, on in (
        (Reminding.MISSED, ladder.missed_on(now, calendar)),
        (Reminding.AGAIN, ladder.asks_again_on(now, calendar)),
    ):
        if on is not None and on <= today:
            return what
    return None


def due_by(today: date) -> Select[int]:
    """Keys by the index of next alarms; what waits for an authority has its own follow-up."""
    has_alarm = or_(Issue.due_on.is_not(None), Issue.state == IssueState.NEED_INFO)
    return (
        select(Issue.id)
        .where(Issue.is_open.is_(True), Issue.next_alarm_on <= today, has_alarm)
        .order_by(Issue.next_alarm_on, Issue.id)
    )


def see_to(session: Session, keys: Sequence[int], failed: dict[int, str]) -> int:
    """What is due today of these issues: one act for each, then the next alarms of all. How many acts were taken."""
    hold(session, sorted(keys))
    morning = morning_of(session, clock.today())
    rows = select(Issue).where(Issue.id.in_(keys), Issue.next_alarm_on <= morning.today)
    issues = session.scalars(rows.execution_options(populate_existing=True)).all()
    place = {key: n for n, key in enumerate(keys)}
    now = situations(session, issues)
    ordered = sorted(issues, key=lambda issue: place[issue.id])
    moved = [issue for issue in ordered if _try(session, issue, now[issue.id], morning, failed)]
    store_next_alarms(session, moved, morning.calendar, read_switches(session), morning.today)
    session.flush()
    return len(moved)


def _try(session: Session, issue: Issue, now: Situation, morning: Morning, failed: dict[int, str]) -> bool:
    """One issue with which something is wrong does not stop the others: what it began is taken back."""
    key = issue.id
    try:
        with session.begin_nested():
            return _act_on(session, issue, now, morning)
    except OperationalError:  # the database, not the issue
        raise
    except Exception as error:
        _log.exception("issue %s could not be looked at", key)
        failed[key] = type(error).__name__
        return False


def _act_on(session: Session, issue: Issue, now: Situation, morning: Morning) -> bool:
    found = finding(issue, now, morning)
    if found.withheld is not None:
        anchor_on = issue.due_on or morning.today
        withhold(session, issue.id, found.withheld, anchor_on=anchor_on, today=morning.today)
    try:
        if found.rule is not None:
            apply(session, None, issue.id, Act.RAISE, {"rule": found.rule})
            return True
        if found.reminding is not None:
            apply(session, None, issue.id, Act.REMIND, {"what": found.reminding.value})
            return True
    except NotPossible:  # the table has no such act where it stands: it is looked at again when it moves
        pass
    issue.next_alarm_on = ladder.next_alarm(
        now, morning.rules, morning.today, morning.calendar, highest=morning.highest
    )
    session.flush()
    return False
