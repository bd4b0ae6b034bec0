"""What must hold on every day of the simulated year.

Owns: the invariants, one method each, and how often each was asked. Reads only. Issues that were touched since the last
look are read in full; at the end of a month, and when asked for, all of them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import or_, select

from benchmarks.simulated import alarms, counting, escalations
from benchmarks.simulated.acting import candidates, matter_of
from benchmarks.simulated.post import PostBox
from benchmarks.simulated.world import World
from tracker import clock
from tracker.accounts.models import Account
from tracker.deadlines import clocks
from tracker.deadlines.changing import running_change
from tracker.deadlines.facts import Timeline
from tracker.directory.models import Unit, UnitKind
from tracker.issues import history, verify, verify_escalation
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.policy import acts_offered
from tracker.issues.workflow import NOT_SENT, OWNED, IssueState

OWED: dict[str, frozenset[str]] = {
    "submitted": frozenset({"assign", "accept", "route"}),
    "accepted": frozenset({"assign"}),
    "working": frozenset({"submit_answer", "send_document", "reassign"}),
    "to_approve": frozenset({"approve"}),
    "with_authority": frozenset({"reply_in", "recall"}),
}
"""State → the acts that take a late matter further."""

MOST_TOLD = 50
"""Violations of one invariant that are kept word by word."""

Found = Iterator[tuple[str, str]]


class Checks:
    """All invariants. `violations` has the invariant, the day, the issue and what was found."""

    def __init__(self, world: World, box: PostBox) -> None:
        self.world, self.session, self.box = world, world.session, box
        self.made: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.violations: list[dict[str, str]] = []
        self.looked_until = datetime(2000, 1, 1, tzinfo=clock.LOCAL_ZONE)
        self.owing: dict[int, tuple[int, int]] = {}
        self.post_seen = 0

    def look(self, today: date, *, full: bool = False) -> None:
        """All invariants as of now; `full`: for all issues, not only for those touched since the last look."""
        self.session.rollback()
        self.session.expire_all()
        issues = self._touched(full)
        self.looked_until = clock.now()
        for name, check in self._of_issue().items():
            self._ask(name, today, (found for issue in issues for found in check(issue)), len(issues))
        self._of_timelines(issues, today)
        for name, ask in self._of_province(today, full).items():
            self._ask(name, today, ask(), 1)
        self._ask("late_has_somebody", today, self._late(today, full), 0)
        self.session.rollback()

    def note(self, name: str, today: date, where: str, what: str) -> None:
        """Something does not hold."""
        self.broken[name] += 1
        if self.broken[name] <= MOST_TOLD:
            self.violations.append(
                {"invariant": name, "day": today.isoformat(), "issue": where, "found": what}
            )

    def _ask(self, name: str, today: date, found: Found, times: int) -> None:
        self.made[name] += times
        for where, what in found:
            self.note(name, today, where, what)

    def _touched(self, full: bool) -> Sequence[Issue]:
        wanted = select(Issue).where(Issue.state.not_in(NOT_SENT)).order_by(Issue.id)
        if not full:
            wanted = wanted.where(Issue.changed_at > self.looked_until)
        return self.session.scalars(wanted).all()

    # --- one issue -----------------------------------------------------------------------------------------------

    def _of_issue(self) -> dict[str, Callable[[Issue], Found]]:
        return {
            "owner_where_demanded": self._owner,
            "levels_rise_by_rule": self._level,
            "access_equals_full_count": lambda issue: counting.access_differs(self.session, issue),
            "chain_verifies": self._chain,
        }

    def _owner(self, issue: Issue) -> Found:
        if issue.state in OWNED and (
            issue.owner_id is None or self.session.get(Account, issue.owner_id) is None
        ):
            yield _name(issue), f"{issue.state.value} without owner"

    def _level(self, issue: Issue) -> Found:
        """The level is the one that the history tells, and each rise in it is one that the rules know."""
        level = 0
        rows = self.session.execute(
            select(IssueEvent.seq, IssueEvent.kind, IssueEvent.payload)
            .where(IssueEvent.issue_id == issue.id)
            .order_by(IssueEvent.seq)
        )
        for seq, kind, payload in rows:
            told = json.loads(payload).get("level", level)
            if told > level and told > alarms.RISES.get(kind, -1):
                yield _name(issue), f"event {seq} {kind} raises {level} to {told}"
            level = told
        if level != issue.level:
            yield _name(issue), f"level {issue.level}, history tells {level}"

    def _chain(self, issue: Issue) -> Found:
        problem = verify.broken_event(self.session, issue)
        if problem is not None:
            yield _name(issue), str(problem)

    # --- what the clocks say ----------------------------------------------------------------------------------------

    def _of_timelines(self, issues: Sequence[Issue], today: date) -> None:
        calendar = self.world.calendar
        for issue in issues:
            life = clocks.timeline(history.facts_of(self.session, issue.id), calendar, until=today)
            for name, check in (
                ("one_holder", self._holder),
                ("holdings_cover_life", self._holdings),
                ("paused_not_late", self._paused),
            ):
                self._ask(name, today, check(issue, life), 1)

    def _holder(self, issue: Issue, life: Timeline) -> Found:
        if not life.holdings or life.holdings[-1].unit != issue.holder_id or issue.holder_id is None:
            yield _name(issue), f"unit {issue.holder_id} holds, the history says otherwise"

    def _holdings(self, issue: Issue, life: Timeline) -> Found:
        held = life.holdings
        if any(one.to_on != after.from_on for one, after in pairwise(held)):
            yield _name(issue), "a gap or an overlap"
        if held and held[0].from_on > clock.local_date(issue.sent_at or clock.now()) + timedelta(days=14):
            yield _name(issue), f"begins on {held[0].from_on}"
        if not held or (held[-1].to_on is None) is not issue.is_open:
            yield _name(issue), "ends otherwise than the issue"

    def _paused(self, issue: Issue, life: Timeline) -> Found:
        """While it is paused nothing is due; counted day by day, pauses never brought the due date nearer."""
        cycle = life.current
        is_paused = issue.is_open and cycle is not None and cycle.is_paused
        if is_paused and (issue.due_on or issue.long_late_on):
            yield _name(issue), f"paused and due on {issue.due_on}"
        if cycle is not None and issue.due_on is not None:
            counted = counting.due_by_days(cycle, self.world.calendar)
            if counted != issue.due_on and not self._waits_for_dates():
                yield _name(issue), f"due on {issue.due_on}, counted day by day {counted}"

    def _waits_for_dates(self) -> bool:
        """Whether the calendar was changed and the job that moves dates has not run yet."""
        return running_change(self.session) is not None

    # --- the province ------------------------------------------------------------------------------------------------

    def _of_province(self, today: date, full: bool) -> dict[str, Callable[[], Found]]:
        asked: dict[str, Callable[[], Found]] = {
            "one_holder": self._holders_of_all,
            "paused_not_late": self._paused_of_all,
            "counts_equal_full_count": lambda: counting.counts_differ(self.session),
            "access_equals_full_count": lambda: counting.openness_differs(self.session),
            "no_alarm_twice": lambda: alarms.twice(self.session, self.box),
            "no_alarm_out_of_hours": lambda: alarms.out_of_hours(
                self.session, self.box, self.world.calendar, today
            ),
            "one_open_escalation": lambda: escalations.one_open(self.session),
            "levels_rise_by_rule": lambda: escalations.rose_by_rule(self.session, self.world.calendar, today),
            "nothing_late_rests": self._rests,
            "jobs_run": lambda: alarms.failing_jobs(self.session),
        }
        if self.world.calendar.is_working(today):
            asked["no_alarm_forgotten"] = lambda: escalations.forgotten(self.session, today)
        if full:
            asked["everything_verifies"] = self._verify
        return asked

    def _verify(self) -> Found:
        for problem in verify.verify(self.session):
            yield problem.issue, str(problem)

    def _rests(self) -> Found:
        """What is late is owed, planned or looked at again, by the check that `tracker verify` makes."""
        for code, number, what in verify_escalation.check(self.session):
            yield number, f"{code}: {what}"

    def _holders_of_all(self) -> Found:
        """Every sent issue has a holder, and it is a unit that answers for issues."""
        rows = self.session.execute(
            select(Issue.number, Issue.holder_id)
            .outerjoin(Unit, Unit.id == Issue.holder_id)
            .where(
                Issue.is_open.is_(True),
                or_(Unit.id.is_(None), Unit.kind.not_in((UnitKind.DEPARTMENT, UnitKind.OFFICE))),
            )
        )
        for number, holder_id in rows:
            yield number or "", f"held by {holder_id}"

    def _paused_of_all(self) -> Found:
        rows = self.session.execute(
            select(Issue.number, Issue.due_on).where(
                Issue.state.in_((IssueState.NEED_INFO, IssueState.ANSWERED)), Issue.due_on.is_not(None)
            )
        )
        for number, due_on in rows:
            yield number or "", f"waits for communes and is due on {due_on}"

    def _late(self, today: date, full: bool) -> Found:
        """Somebody who is there can take a late matter further."""
        late = self.session.scalars(
            select(Issue).where(Issue.is_open.is_(True), Issue.due_on < today).order_by(Issue.id)
        )
        for issue in late.all():
            seen = (issue.event_count, self.world.people_version)
            self.made["late_has_somebody"] += 1
            if not full and self.owing.get(issue.id) == seen:
                continue
            if self._somebody_owes(issue):
                self.owing[issue.id] = seen
            else:
                yield _name(issue), f"{issue.state.value} at {issue.holder_id}: nobody owes an act"

    def _somebody_owes(self, issue: Issue) -> bool:
        matter = matter_of(self.world, issue)
        owed = OWED.get(issue.state.value, frozenset())
        return any(
            owed & {act.value for act in acts_offered(self.world.actor(person), matter)}
            for person in candidates(self.world, issue, matter)
        )


def _name(issue: Issue) -> str:
    return issue.number or issue.draft_key
