"""Acts about the level: RAISE and REMIND by the morning's job; ESCALATE, DECLINE_ESCALATION, LOWER, PLAN by hand.

Owns: what they leave. Rows, duties and notices follow in `issues.escalation`. A commune reads that its matter was
reported up, never a duty, a plan or a remark.
"""

from sqlalchemy import select

from tracker.deadlines import ladder
from tracker.deadlines.facts import FactKind
from tracker.deadlines.ladder import Rule
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import duties
from tracker.issues.escalation_policy import asks_for_commune, level_asked
from tracker.issues.escalation_rules import highest_automatic, read_rules
from tracker.issues.history import Happening
from tracker.issues.inputs import date_of, text_of
from tracker.issues.matter import Person
from tracker.issues.models import Audience
from tracker.issues.models_escalation import Escalation, Plan
from tracker.issues.rises import Descent, Reminding, Rise
from tracker.issues.step import Step
from tracker.issues.withholding import withhold
from tracker.issues.workflow import PROMISED, IssueState
from tracker.permissions import Role


def raise_level(step: Step) -> None:
    """A rule came true: `rule` in the data is the one."""
    rule = step.data.get("rule")
    if not isinstance(rule, Rule) or rule.level <= step.issue.level:
        raise NotPossible(state=step.issue.state.value)
    _note_missed(step)
    step.fact(FactKind.REMINDED)
    step.rise, step.level = Rise(rule.level, rule), rule.level


def remind(step: Step) -> None:
    """Somebody is reminded; nothing rises."""
    what = Reminding(str(step.data.get("what")))
    step.payload["what"] = what.value
    step.audience = Audience.ALL if what is Reminding.NUDGE else Audience.DEPARTMENTS
    if what is Reminding.MISSED:
        _note_missed(step)
    step.reminding = what
    step.fact(FactKind.REMINDED)


def escalate(step: Step) -> None:
    """By hand, with a reason: only a commune's own is for communes to read."""
    person = _guise(step)
    level, reason = level_asked(person, step.matter), text_of(step.data, "reason")
    is_by_commune = asks_for_commune(person, step.matter) and not _is_of_desk(step, person)
    if is_by_commune:
        step.unit_id = next(
            party.unit_id for party in step.present if person.holds(party.unit_id, Role.COMMUNE_LEADER)
        )
        step.payload |= {"reason": reason, "by_commune": True}
    else:
        asked = Happening("escalation_asked", {"reason": reason, "to_level": level}, [], Audience.DEPARTMENTS)
        step.before.append(asked)
    step.rise = Rise(level, is_by_hand=True, reason=reason, is_by_commune=is_by_commune)
    step.level = level


def decline(step: Step) -> None:
    """Back to where it stood before somebody raised it by hand; the one who asked reads why."""
    row = _open(step)
    reason = text_of(step.data, "reason")
    step.audience = Audience.ALL if row.is_asked_by_commune else Audience.DEPARTMENTS
    step.payload |= {"reason": reason, "from_level": row.level}
    step.descent = Descent(row.from_level, is_declined=True, reason=reason)
    step.level = row.from_level


def lower(step: Step) -> None:
    """To a lower level, or to none, with a reason."""
    level = step.data.get("level", 0)
    if not isinstance(level, int) or not 0 <= level < step.issue.level:
        raise Invalid("level", "not_a_choice")
    reason = text_of(step.data, "reason")
    step.audience = Audience.DEPARTMENTS
    step.payload |= {"reason": reason, "from_level": step.issue.level}
    step.descent = Descent(level, is_declined=False, reason=reason)
    step.level = level


def plan(step: Step) -> None:
    """What will have been done by a date, at most five working days ahead."""
    row, until_on = _open(step), date_of(step.data, "until_on")
    furthest = step.calendar.add(step.today, ladder.MOST_PLAN_DAYS)
    if until_on is None or not step.today < until_on <= furthest:
        raise Invalid("until_on", "plan_date", last=furthest.strftime("%d/%m/%Y"))
    text = text_of(step.data, "text")
    step.session.add(
        Plan(
            issue_id=step.issue.id,
            escalation_id=row.id,
            level=row.level,
            content=text,
            until_on=until_on,
            made_by_id=step.decider_id,
            made_at=step.now,
        )
    )
    step.audience = Audience.DEPARTMENTS
    step.payload |= {"text": text, "until_on": until_on.isoformat()}


def rise_by(step: Step, code: str) -> None:
    """Another act makes this rule true at once; what does not rise by itself now is kept for the weekly list."""
    is_paused = step.issue.due_on is None and step.issue.state in PROMISED | {IssueState.NEED_INFO}
    rule = next(each for each in read_rules(step.session) if each.code == code)
    if is_paused:  # the morning after it is resumed
        return
    if not rule.is_active or rule.level <= step.issue.level:
        return
    if rule.level > highest_automatic(step.switches, step.today):
        withhold(step.session, step.issue.id, rule, anchor_on=step.today, today=step.today)
        return
    step.rise, step.level = Rise(rule.level, rule), rule.level


def _note_missed(step: Step) -> None:
    missed = duties.mark_missed(duties.owed_of(step.session, step.issue.id), step.today)
    if missed:
        step.missed = missed
        payload = {"levels": sorted({duty.level for duty in missed})}
        step.before.append(Happening("duty_missed", payload, [], Audience.DEPARTMENTS))


def _open(step: Step) -> Escalation:
    row = open_level(step)
    if row is None:
        raise NotPossible(state=step.issue.state.value)
    return row


def open_level(step: Step) -> Escalation | None:
    """The level at which the issue stands."""
    rows = select(Escalation).where(Escalation.issue_id == step.issue.id, Escalation.ended_at.is_(None))
    return step.session.scalars(rows).first()


def _guise(step: Step) -> Person:
    """The person with those rights that raise it highest."""
    if step.actor is None:
        raise NotFound
    return max(step.actor.guises(), key=lambda guise: level_asked(guise, step.matter))


def _is_of_desk(step: Step, person: Person) -> bool:
    units = (step.issue.holder_id, step.matter.coordinating_unit_id)
    return any(person.holds(unit_id, *_DESK) for unit_id in units)


_DESK = (Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR)
