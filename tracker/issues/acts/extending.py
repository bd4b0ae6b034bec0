"""Acts about more time: asked for by the owner, granted or refused by his lead or the department leader.

Owns: what they leave. Until it is decided the clock runs on; the old date stays in the event.
"""

from tracker.deadlines import clocks
from tracker.deadlines.facts import FactKind
from tracker.errors import Invalid, Stale
from tracker.issues import history
from tracker.issues.inputs import text_of
from tracker.issues.step import Step
from tracker.text import format_date


def most_days(target_days: int) -> int:
    """The longest single extension in working days: half the target, rounded up (the product's rules of time)."""
    return (target_days + 1) // 2


def ask_extension(step: Step) -> None:
    """The owner asks for more days, with a reason."""
    days = _days(step)
    step.payload |= {"days": days, "reason": text_of(step.data, "reason")}
    step.issue.extension_asked_days = days


def extend(step: Step) -> None:
    """More days for the running promise, asked for or not. Raises Stale where somebody else has just given some."""
    _guard_count(step)
    days, old = _days(step), step.issue.due_on
    step.fact(FactKind.EXTENDED, days=days)
    step.payload |= {"days": days, "reason": text_of(step.data, "reason", is_needed=False)}
    if old is not None:
        new = step.calendar.add(old, days)
        step.payload |= {"old_due_on": old.isoformat(), "new_due_on": new.isoformat()}
    step.issue.extension_count += 1
    step.issue.extension_asked_days = None


def _guard_count(step: Step) -> None:
    seen = step.data.get("extension_count", step.issue.extension_count)
    if seen != step.issue.extension_count:
        raise Stale({"due_on": format_date(step.issue.due_on) if step.issue.due_on else "–"}, {})


def refuse_extension(step: Step) -> None:
    """The date stays."""
    step.payload |= {"days": step.issue.extension_asked_days, "reason": text_of(step.data, "reason")}
    step.issue.extension_asked_days = None


def _days(step: Step) -> int:
    """The days typed. Raises Invalid where they are none, or more than half the target."""
    facts = history.facts_of(step.session, step.issue.id)
    cycle = clocks.timeline(facts, step.calendar, until=step.today).current
    most = most_days(cycle.target_days) if cycle else 0
    days = step.data.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= most:
        raise Invalid("days", "days_between", lowest=1, highest=most)
    return days
