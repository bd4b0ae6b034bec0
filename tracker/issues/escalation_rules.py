"""The ladder of the province: reading it, changing it, and how far it rises by itself today.

Owns: the rows of the ladder and their audit entry. When a rule is true is said in `deadlines.ladder`.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.days import load_calendar
from tracker.deadlines.ladder import DEFAULT_RULES, HIGHEST, HIGHEST_IN_TRIAL, Rule, Trigger, first_step
from tracker.directory.changes import mark_of, record_change, refuse_stale
from tracker.directory.models import Switch
from tracker.directory.switches import Switches
from tracker.errors import Invalid, NotFound
from tracker.issues.models import Issue
from tracker.issues.models_escalation import LadderRule
from tracker.permissions import Actor

MOST_DAYS = 250
_COLUMNS = tuple(item.name for item in fields(Rule))
_STORED = select(*(getattr(LadderRule, name) for name in _COLUMNS))


def read_rules(session: Session) -> list[Rule]:
    """The rules in the order of their levels; what is not stored is as the product has it."""
    stored = {row.code: Rule(**row._asdict()) for row in session.execute(_STORED)}
    return [stored.get(rule.code, rule) for rule in DEFAULT_RULES]


def mark(rules: Sequence[Rule]) -> str:
    """A mark of the rules as a page showed them, for `save_rules`."""
    return mark_of(plain(rules))


def plain(rules: Sequence[Rule]) -> dict[str, object]:
    """Rules as a log and a mark can hold them."""
    return {
        rule.code: [
            rule.offset_days,
            rule.urgent_offset_days,
            rule.communes,
            rule.days_to_act,
            rule.is_active,
        ]
        for rule in rules
    }


def save_rules(session: Session, actor: Actor, rules: Sequence[Rule], *, seen: str) -> bool:
    """Store the rules that differ; whether any did. Open issues are looked at again on the next working morning.

    Only days, communes and whether it is active may change. Raises NotFound (a code there is not), Invalid
    (`offset_CODE`, `urgent_CODE`, `communes_CODE`, `days_CODE`, `active_CODE`), NotPossible where somebody else changed
    them.
    """
    # Rules may have no row yet: who changes them waits at the switches for whoever changes them already.
    session.scalars(select(Switch).order_by(Switch.name).with_for_update()).all()
    before = read_rules(session)
    refuse_stale(plain(before), seen)
    known = {rule.code: rule for rule in before}
    check_ladder([*{**known, **{rule.code: rule for rule in rules}}.values()])
    for rule in rules:
        if rule.code not in known:
            raise NotFound
        check_rule(rule)
        if rule != known[rule.code]:
            old = known[rule.code]
            session.merge(LadderRule(**asdict(rule) | {"level": old.level, "trigger": old.trigger}))
    session.flush()
    has_changed = record_change(session, actor, "ladder_changed", plain(before), plain(read_rules(session)))
    if has_changed:
        look_at_all_again(session)
    return has_changed


def check_rule(rule: Rule) -> None:
    """Raises Invalid for days or communes that make no sense."""
    for name, days in (("offset", rule.offset_days), ("urgent", rule.urgent_offset_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Invalid(f"{name}_{rule.code}", "days_between", lowest=0, highest=MOST_DAYS)
    if rule.days_to_act is not None and not 1 <= rule.days_to_act <= MOST_DAYS:
        raise Invalid(f"days_{rule.code}", "days_between", lowest=1, highest=MOST_DAYS)
    if rule.days_to_act is None and 0 < rule.level < HIGHEST:
        raise Invalid(f"days_{rule.code}", "missing")
    is_about_joining = rule.trigger in (Trigger.JOINED, Trigger.JOINED_LATE)
    if is_about_joining and (rule.communes is None or rule.communes < 1):
        raise Invalid(f"communes_{rule.code}", "missing")


def check_ladder(rules: Sequence[Rule]) -> None:
    """Raises Invalid where lateness alone would never raise a plain or an urgent matter: it could rest unseen."""
    lowest = first_step(DEFAULT_RULES, is_urgent=False)
    for is_urgent in (False, True):
        if first_step(rules, is_urgent=is_urgent) is None:
            raise Invalid(f"active_{lowest.code if lowest else ''}", "lateness_must_rise")


def look_at_all_again(session: Session) -> None:
    """Every open issue with a running promise is for the next working morning."""
    tomorrow = load_calendar(session).next_working(clock.today() + timedelta(days=1))
    session.execute(
        update(Issue)
        .where(Issue.is_open.is_(True), Issue.due_on.is_not(None))
        .values(next_alarm_on=tomorrow)
        .execution_options(synchronize_session=False)
    )


def highest_automatic(switches: Switches, today: date) -> int:
    """The highest level that rises by itself today: 2 in trial mode and where levels 3 and 4 are by hand alone."""
    if not switches.levels_3_4_automatic or is_on_trial(switches, today):
        return HIGHEST_IN_TRIAL
    return HIGHEST


def is_on_trial(switches: Switches, today: date) -> bool:
    """Trial mode is on and its days have not passed; without a first day it lasts until it is turned off."""
    if not switches.trial_mode:
        return False
    last_on = trial_ends_on(switches)
    return last_on is None or today <= last_on


def trial_ends_on(switches: Switches) -> date | None:
    """The last day of the trial; None where none is set."""
    if not switches.trial_started_on:
        return None
    started_on = date.fromisoformat(switches.trial_started_on)
    return started_on + timedelta(days=switches.trial_calendar_days - 1)
