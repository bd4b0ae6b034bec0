"""The ladder of escalation: which rule raises a matter today, and on which date it has to be looked at next.

Owns: the rules as data, their defaults (product.md, Escalation) and when each is true. Levels only rise here; what ends
or lowers one is an act. Pure: neither the database nor the wall clock, nor states and acts of an issue.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.deadlines.calendar import WorkingCalendar

HIGHEST = 4
"""Level 5 is the mark of a referral, never raised."""
HIGHEST_IN_TRIAL = 2
"""In trial mode, and where levels 3 and 4 do not rise by themselves."""
MOST_PLAN_DAYS = 5
"""Working days ahead that a plan may reach."""
ASK_AGAIN_DAYS = 5
"""Working days after which a duty is asked for again, where the matter is still late and nobody owes anything."""
MONDAY, FRIDAY = 0, 4
"""Between them lies the weekday of the weekly meeting; on a day off it is the first worked day after."""
_ONE_DAY = timedelta(days=1)
_WEEK = 7


class Trigger(StrEnum):
    """What makes a rule true."""

    DUE_SOON = "due_soon"
    DAYS_LATE = "days_late"
    NO_NEWS = "no_news"
    DISPUTE = "dispute"
    SECOND_TRANSFER = "second_transfer"
    JOINED = "joined"
    JOINED_LATE = "joined_late"
    MISSED = "missed"
    """A duty or plan of the level below was missed."""


class Receiver(StrEnum):
    """Whose duty a level is."""

    OWNER = "owner"
    LEAD = "lead"
    DEPARTMENT_LEADER = "department_leader"
    COORDINATOR = "coordinator"
    PROVINCIAL_LEADER = "provincial_leader"


class DutyKind(StrEnum):
    """What the receiver owes."""

    NEWS_OR_EXTENSION = "news_or_extension"
    PLAN_OR_OWNER = "plan_or_owner"
    """A plan with a date, or a new owner; and news to the communes."""
    DIRECTIVE_OR_EXTENSION = "directive_or_extension"
    DECIDE = "decide"
    """The lead department decided, a meeting, or sent up."""
    DIRECTIVE = "directive"


RECEIVERS: tuple[Receiver, ...] = tuple(Receiver)
"""By level: 0 owner … 4 provincial leader."""
DUTIES: tuple[DutyKind, ...] = tuple(DutyKind)
"""By level."""


@dataclass(frozen=True)
class Rule:
    """A rule: `level` is raised `offset_days` working days after what the trigger names (None: not for such a matter).

    `days_to_act`: working days for the duty; None: until the next weekly meeting, or undated at level 0.
    """

    code: str
    level: int
    trigger: Trigger
    offset_days: int | None = 0
    urgent_offset_days: int | None = 0
    communes: int | None = None
    """How many communes must have it, for the triggers about joining."""
    days_to_act: int | None = None
    is_active: bool = True

    @property
    def receiver(self) -> Receiver:
        """Whose duty it is."""
        return RECEIVERS[self.level]

    @property
    def duty(self) -> DutyKind:
        """What he owes."""
        return DUTIES[self.level]


_T = Trigger
DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("due_soon", 0, _T.DUE_SOON),
    Rule("late_lead", 1, _T.DAYS_LATE, 1, 0, days_to_act=1),
    Rule("no_news_lead", 1, _T.NO_NEWS, days_to_act=1),
    Rule("late_department", 2, _T.DAYS_LATE, 3, 1, days_to_act=2),
    Rule("missed_lead", 2, _T.MISSED, days_to_act=2),
    Rule("dispute", 2, _T.DISPUTE, days_to_act=2),
    Rule("late_coordinator", 3, _T.DAYS_LATE, 7, 2, days_to_act=2),
    Rule("missed_department", 3, _T.MISSED, days_to_act=2),
    Rule("second_transfer", 3, _T.SECOND_TRANSFER, days_to_act=2),
    Rule("joined", 3, _T.JOINED, communes=10, days_to_act=2),
    Rule("joined_late", 3, _T.JOINED_LATE, communes=3, days_to_act=2),
    Rule("late_provincial", 4, _T.DAYS_LATE, None, 4),
    Rule("missed_coordinator", 4, _T.MISSED),
)
"""What holds where the province has not said otherwise."""


@dataclass(frozen=True)
class Situation:
    """What the rules look at. Dates as stored with the issue; all None while no promise runs."""

    level: int = 0
    is_urgent: bool = False
    cycle_from: date | None = None
    """Day zero of the running promise; None: answered, ended or paused, and nothing rises."""
    due_soon_on: date | None = None
    due_on: date | None = None
    no_news_on: date | None = None
    is_disputed: bool = False
    awaits_routing: bool = False
    communes: int = 0
    has_joined_before: bool = False
    """Raised once by the number of communes: never again for it."""
    is_reminded: bool = False
    """Somebody was reminded of this due date."""
    lowered_on: date | None = None
    """What was true by then counts no more."""
    duty_due_on: date | None = None
    """The earliest date of a duty of the present level that is still owed."""
    unmarked_due_on: date | None = None
    """The earliest date of a duty of any level that is owed and not known as missed."""
    plan_until: date | None = None
    """The date of the plan of the present level."""
    quiet_since: date | None = None
    """Since when nothing is owed for the level: the last duty was done, or it came down to a level without one."""


def first_step(rules: Sequence[Rule], *, is_urgent: bool) -> Rule | None:
    """The rule by which a late matter rises first; None where none does by its lateness."""
    return min((rule for rule in rules if _is_of_lateness(rule, is_urgent)), key=_by_level, default=None)


def _is_of_lateness(rule: Rule, is_urgent: bool) -> bool:
    offset = rule.urgent_offset_days if is_urgent else rule.offset_days
    return rule.is_active and rule.trigger is Trigger.DAYS_LATE and offset is not None


def _by_level(rule: Rule) -> int:
    return rule.level


def fires_on(
    rule: Rule, now: Situation, calendar: WorkingCalendar, *, is_first_step: bool = False
) -> date | None:
    """The first working day on which the rule is true, None where it is not going to be by itself.

    A running plan holds every rule until its date is over; what was true when the level was lowered is spent, but for
    the first step: a matter that stays late is not forgotten.
    """
    if not rule.is_active or now.cycle_from is None:
        return None
    on = _TRUE_FROM[rule.trigger](rule, now, calendar)
    if on is not None and now.lowered_on is not None and on <= now.lowered_on:
        on = calendar.add(now.lowered_on, ASK_AGAIN_DAYS) if is_first_step else None
    if on is None:
        return None
    held_until = _after(now.plan_until, calendar) if now.plan_until else on
    return max(on, held_until)


def raise_to(
    now: Situation, rules: Sequence[Rule], today: date, calendar: WorkingCalendar, *, highest: int = HIGHEST
) -> Rule | None:
    """The rule by which the matter rises today: the highest true one above its level, up to `highest`."""
    return max(
        _true(now, rules, today, calendar, range(now.level + 1, highest + 1)), key=_pressing, default=None
    )


def withheld(
    now: Situation, rules: Sequence[Rule], today: date, calendar: WorkingCalendar, *, highest: int
) -> Rule | None:
    """The rule by which it would rise today, were levels above `highest` raised."""
    levels = range(max(now.level, highest) + 1, HIGHEST + 1)
    return max(_true(now, rules, today, calendar, levels), key=_pressing, default=None)


def reminder(now: Situation, rules: Sequence[Rule], today: date, calendar: WorkingCalendar) -> Rule | None:
    """The rule by which the owner is reminded today: once for a due date, and not once the matter has risen."""
    if now.level or now.is_reminded:
        return None
    return next(iter(_true(now, rules, today, calendar, range(1))), None)


def asks_again_on(now: Situation, calendar: WorkingCalendar) -> date | None:
    """From when the duty of the level is asked for again, if the matter is still late then."""
    if not now.level or now.due_on is None or now.duty_due_on is not None or now.quiet_since is None:
        return None
    again_on = max(calendar.add(now.quiet_since, ASK_AGAIN_DAYS), _after(now.due_on, calendar))
    return max(again_on, _after(now.plan_until, calendar)) if now.plan_until else again_on


def missed_on(now: Situation, calendar: WorkingCalendar) -> date | None:
    """From when a duty counts as missed that is not known as missed yet; a running plan holds it too."""
    if now.unmarked_due_on is None:
        return None
    late_on = _after(now.unmarked_due_on, calendar)
    return max(late_on, _after(now.plan_until, calendar)) if now.plan_until else late_on


def next_alarm(
    now: Situation, rules: Sequence[Rule], today: date, calendar: WorkingCalendar, *, highest: int = HIGHEST
) -> date | None:
    """The first working day after today on which the matter has to be looked at, None where nothing is to come.

    What is true today and was not seen to yet is for the next morning. What is withheld is looked at again in a week.
    """
    if now.cycle_from is None:
        return None
    tomorrow = _after(today, calendar)
    dates = [on for on in (missed_on(now, calendar), asks_again_on(now, calendar)) if on is not None]
    first = first_step(rules, is_urgent=now.is_urgent)
    for rule in rules:
        on = fires_on(rule, now, calendar, is_first_step=rule is first)
        is_done = now.level > 0 or now.is_reminded if rule.level == 0 else rule.level <= now.level
        if on is None or is_done:
            continue
        is_held_back = on <= today and rule.level > highest
        dates.append(calendar.add(today, ASK_AGAIN_DAYS) if is_held_back else on)
    return min((max(on, tomorrow) for on in dates), default=None)


def act_by(rule: Rule, today: date, calendar: WorkingCalendar, *, meeting_weekday: int = MONDAY) -> date:
    """The last day for the duty of a rule that raises today; `meeting_weekday` as `date.weekday()` counts."""
    if rule.days_to_act is not None:
        return calendar.add(today, rule.days_to_act)
    ahead = (meeting_weekday - today.weekday() - 1) % _WEEK + 1
    return calendar.next_working(today + timedelta(days=ahead))


def of_level(rules: Iterable[Rule], level: int) -> Rule:
    """A rule of the level, for its duty and days, where the level is reached by hand. Raises LookupError."""
    found = sorted((rule for rule in rules if rule.level == level), key=lambda rule: not rule.is_active)
    if not found:
        raise LookupError(f"no rule for level {level}")
    return found[0]


def skipped(from_level: int, to_level: int) -> Sequence[int]:
    """The levels whose receivers are told although the duty is another's: all up to the new one."""
    return range(min(from_level + 1, to_level), to_level)


def _true(
    now: Situation, rules: Sequence[Rule], today: date, calendar: WorkingCalendar, levels: range
) -> list[Rule]:
    found = []
    first = first_step(rules, is_urgent=now.is_urgent)
    for rule in rules:
        if rule.level in levels:
            on = fires_on(rule, now, calendar, is_first_step=rule is first)
            if on is not None and on <= today:
                found.append(rule)
    return found


def _pressing(rule: Rule) -> tuple[int, bool]:
    """The highest level; of several rules for it the one that tells more than that days have passed."""
    return rule.level, rule.trigger is not Trigger.DAYS_LATE


def _after(day: date, calendar: WorkingCalendar) -> date:
    """The first working day after it."""
    return calendar.next_working(day + _ONE_DAY)


def _days_after(rule: Rule, now: Situation, day: date | None, calendar: WorkingCalendar) -> date | None:
    offset = rule.urgent_offset_days if now.is_urgent else rule.offset_days
    return None if day is None or offset is None else calendar.add(day, offset)


def _joined(rule: Rule, now: Situation, _calendar: WorkingCalendar) -> date | None:
    is_many = rule.communes is not None and now.communes >= rule.communes
    return now.cycle_from if is_many and not now.has_joined_before else None


def _joined_late(rule: Rule, now: Situation, calendar: WorkingCalendar) -> date | None:
    is_joined = _joined(rule, now, calendar) is not None and now.due_on is not None
    return _after(now.due_on, calendar) if is_joined and now.due_on is not None else None


def _missed(rule: Rule, now: Situation, calendar: WorkingCalendar) -> date | None:
    """The next morning after a duty or a plan of the level below."""
    if rule.level != now.level + 1:
        return None
    ends = [day for day in (now.duty_due_on, now.plan_until) if day is not None]
    return _after(max(ends), calendar) if ends else None


_TRUE_FROM: dict[Trigger, Callable[[Rule, Situation, WorkingCalendar], date | None]] = {
    Trigger.DUE_SOON: lambda rule, now, calendar: _days_after(rule, now, now.due_soon_on, calendar),
    Trigger.DAYS_LATE: lambda rule, now, calendar: _days_after(rule, now, now.due_on, calendar),
    Trigger.NO_NEWS: lambda rule, now, calendar: _days_after(rule, now, now.no_news_on, calendar),
    Trigger.DISPUTE: lambda rule, now, calendar: now.cycle_from if now.is_disputed else None,
    Trigger.SECOND_TRANSFER: lambda rule, now, calendar: now.cycle_from if now.awaits_routing else None,
    Trigger.JOINED: _joined,
    Trigger.JOINED_LATE: _joined_late,
    Trigger.MISSED: _missed,
}
