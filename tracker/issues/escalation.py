"""What every act means for the level of its issue: raised, lowered, ended, duties discharged, the next alarm.

Owns: the rows of `escalation` and the order in which things follow an act, inside `service.apply()`; the same after a
change of the calendar. Raising adds people and never removes the owner; the promise goes on. Who is told is in
`escalation_telling`.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines import ladder
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.ladder import HIGHEST, Rule
from tracker.directory.switches import Switches
from tracker.issues import duties, escalation_telling, history
from tracker.issues.escalation_rules import highest_automatic, read_rules
from tracker.issues.escalation_state import situation, situations, standings
from tracker.issues.escalation_telling import Told
from tracker.issues.history import Happening, Signature
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.models_escalation import Duty, EndedBy, Escalation, OpenedBy
from tracker.issues.receivers import receiver_of
from tracker.issues.rises import Reminding, Rise
from tracker.issues.step import Step
from tracker.issues.telling import People
from tracker.issues.workflow import ENDED, NOT_SENT, Act, IssueState

OF_THE_MORNING = frozenset({Act.RAISE, Act.REMIND})
"""Acts of the morning's job alone, which finds the next alarm for all that it moved at once."""


def follow(step: Step, event: IssueEvent, old_holder_id: int | None, old_due_on: date | None) -> list[Told]:
    """Carry out what the act means for the level; what is to be told after the notices of the act itself.

    Called when the act has landed, its event is written and its dates are stored.
    """
    issue = step.issue
    if issue.state in NOT_SENT:
        return []
    later: list[Told] = []
    row = open_level(step.session, issue.id) if _may_have_one(step) else None
    if row is not None:
        later = _go_on(step, event, row, old_holder_id, old_due_on)
    elif 0 < issue.level <= HIGHEST and step.rise is None:
        step.rise = Rise(issue.level)  # back from somebody higher, and still disputed
    if step.rise is not None:
        _open(step, event, step.rise, row)
    if step.reminding is not None:
        _remind(step, event, row)
    _store_next_alarm(step)
    return later


def open_level(session: Session, issue_id: int) -> Escalation | None:
    """The level at which the issue stands, by the table."""
    rows = select(Escalation).where(Escalation.issue_id == issue_id, Escalation.ended_at.is_(None))
    return session.scalars(rows).first()


def after_dates(
    session: Session, issue: Issue, old_due_on: date | None, calendar: WorkingCalendar, switches: Switches
) -> None:
    """The calendar has changed: a date that moved past today ends the level, and the next alarm is another."""
    now, today = clock.now(), clock.today()
    row = open_level(session, issue.id) if issue.level else None
    if row is not None and _has_moved_past(today, old_due_on, issue.due_on):
        _close(session, row, EndedBy.DUE_MOVED, now)
        _say_ended(session, issue, row, EndedBy.DUE_MOVED, now)
    elif row is not None:
        _give_days_back(session, row, calendar, switches)
    if _is_pressing(issue, today):
        store_next_alarm(session, issue, calendar, switches, today)


def _give_days_back(session: Session, row: Escalation, calendar: WorkingCalendar, switches: Switches) -> None:
    """Who owes something keeps his working days where one of them is a day off now; no date comes nearer."""
    rules = read_rules(session)
    for duty in duties.owed_of(session, row.issue_id):
        if duty.missed_on is None:
            rule = next((one for one in rules if one.code == row.rule_code), None)
            if rule is None or rule.level != duty.level:
                rule = ladder.of_level(rules, duty.level)
            given_on, meets_on = clock.local_date(duty.given_at), switches.meeting_weekday
            act_by = ladder.act_by(rule, given_on, calendar, meeting_weekday=meets_on)
            duty.due_on = max(duty.due_on, act_by)
    session.flush()


def store_next_alarm(
    session: Session, issue: Issue, calendar: WorkingCalendar, switches: Switches, today: date
) -> None:
    """The date on which the issue has to be looked at next, by the ladder; a pause keeps its nudges."""
    if issue.due_on is None:
        return
    now = situation(issue, standings(session, [issue.id])[issue.id])
    rules, highest = read_rules(session), highest_automatic(switches, today)
    issue.next_alarm_on = ladder.next_alarm(now, rules, today, calendar, highest=highest)


def store_next_alarms(
    session: Session, issues: Sequence[Issue], calendar: WorkingCalendar, switches: Switches, today: date
) -> None:
    """The same for many, in the statements of one: what the acts of the morning leave to their job."""
    dated = [issue for issue in issues if issue.due_on is not None]
    rules, highest = read_rules(session), highest_automatic(switches, today)
    now = situations(session, dated)
    for issue in dated:
        if _is_pressing(issue, today) or now[issue.id].communes > 1:
            issue.next_alarm_on = ladder.next_alarm(now[issue.id], rules, today, calendar, highest=highest)


def _may_have_one(step: Step) -> bool:
    """Whether a level may stand; the marks of referrals above the ladder do not matter."""
    return step.matter.level > 0


def _go_on(
    step: Step, event: IssueEvent, row: Escalation, old_holder_id: int | None, old_due_on: date | None
) -> list[Told]:
    """What the act means for the level that stands: duties done or passed on, lowered, ended."""
    issue, session = step.issue, step.session
    owed = duties.owed_of(session, issue.id)
    decider_id = step.decider_id if step.actor is not None else None
    done = duties.discharge_by_act(session, issue, owed, step.act, decider_id, step.now)
    session.flush()
    if step.descent is not None:
        return _descend(step, event, row, owed)
    ended_by = _ended_by(step, old_due_on)
    if ended_by is not None and step.rise is None:
        told = escalation_telling.ended(step, event, row)
        _close(session, row, ended_by, step.now)
        if issue.level and issue.level <= HIGHEST:
            _say_ended(session, issue, row, ended_by, step.now)
        return told
    if issue.holder_id != old_holder_id:
        _pass_on(step, row, [duty for duty in owed if duty not in done], old_holder_id)
    return []


def _ended_by(step: Step, old_due_on: date | None) -> EndedBy | None:
    """Whether what was done ends the level, and why."""
    issue = step.issue
    if issue.state in ENDED:
        return EndedBy.CLOSED
    if issue.state is IssueState.ANSWERED:
        return EndedBy.ANSWERED
    if issue.due_on is None:
        return EndedBy.PAUSED
    return EndedBy.DUE_MOVED if _has_moved_past(step.today, old_due_on, issue.due_on) else None


def _has_moved_past(today: date, old: date | None, new: date | None) -> bool:
    """What was due by today is due later now, and not late."""
    return old is not None and new is not None and old <= today <= new and old < new


def _close(session: Session, row: Escalation, ended_by: EndedBy, now: datetime) -> None:
    """End the level and what is owed for it and below."""
    row.ended_at, row.ended_by = now, ended_by
    if ended_by is not EndedBy.RAISED:
        duties.release(duties.owed_of(session, row.issue_id), ended_by.value, now)
    session.flush()


def _say_ended(session: Session, issue: Issue, row: Escalation, ended_by: EndedBy, now: datetime) -> None:
    """An event of its own where the act's own does not say so; all may read it."""
    issue.level = 0
    payload = {"why": ended_by.value, "from_level": row.level, "level": 0}
    history.append(session, issue, Happening("escalation_ended", payload), Signature(), now)


def _descend(step: Step, event: IssueEvent, row: Escalation, owed: list[Duty]) -> list[Told]:
    """Lowered or declined: what is owed above the new level is owed no more."""
    down = step.descent
    assert down is not None
    told = escalation_telling.descended(step, event, row)
    row.ended_at, row.ended_by_id, row.end_reason = step.now, step.decider_id, down.reason
    row.ended_by = EndedBy.DECLINED if down.is_declined else EndedBy.LOWERED
    duties.release((duty for duty in owed if duty.level > down.level), row.ended_by.value, step.now)
    step.session.flush()
    if down.level:
        back = Escalation(
            issue_id=row.issue_id,
            from_level=row.level,
            level=down.level,
            opened_by=OpenedBy.BACK,
            opened_at=step.now,
        )
        step.session.add(back)
        step.session.flush()
    return told


def _pass_on(step: Step, row: Escalation, owed: list[Duty], old_holder_id: int | None) -> None:
    """The new holder's people owe what the old one's owed, with days of their own."""
    people, rules = People(step), read_rules(step.session)
    for duty in duties.passed_on(owed, old_holder_id):
        duties.release([duty], duties.TRANSFERRED, step.now)
        _give_duty(step, people, row, ladder.of_level(rules, duty.level), level=duty.level)


def _open(step: Step, event: IssueEvent, rise: Rise, row: Escalation | None) -> None:
    if row is not None:
        _close(step.session, row, EndedBy.RAISED, step.now)
    opened = Escalation(
        issue_id=step.issue.id,
        from_level=row.level if row is not None else 0,
        level=rise.level,
        opened_by=OpenedBy.HAND if rise.is_by_hand else OpenedBy.RULE,
        rule_code=escalation_telling.code_of(step, rise),
        asked_by_id=step.decider_id if rise.is_by_hand else None,
        is_asked_by_commune=rise.is_by_commune,
        reason=rise.reason,
        opened_at=step.now,
    )
    step.session.add(opened)
    step.session.flush()
    people = People(step)
    rule = rise.rule or ladder.of_level(read_rules(step.session), rise.level)
    _give_duty(step, people, opened, rule, level=rise.level)
    escalation_telling.risen(step, event, opened, people)


def _give_duty(step: Step, people: People, row: Escalation, rule: Rule, *, level: int) -> Duty | None:
    receiver = receiver_of(step, people, level)
    if receiver is None:
        return None
    meets_on = step.switches.meeting_weekday
    due_on = ladder.act_by(rule, step.today, step.calendar, meeting_weekday=meets_on)
    return duties.give(
        step.session, row, receiver, due_on, level=level, since_seq=step.issue.event_count, now=step.now
    )


def _remind(step: Step, event: IssueEvent, row: Escalation | None) -> None:
    if step.reminding is Reminding.AGAIN and row is not None:
        people, rules = People(step), read_rules(step.session)
        _give_duty(step, people, row, ladder.of_level(rules, row.level), level=row.level)
    escalation_telling.reminded(step, event, row)


def _store_next_alarm(step: Step) -> None:
    issue = step.issue
    joined = sum(not party.is_on_behalf for party in step.present)
    if issue.due_on is not None and (_is_pressing(issue, step.today) or joined > 1):
        if step.act not in OF_THE_MORNING:
            store_next_alarm(step.session, issue, step.calendar, step.switches, step.today)
    elif issue.next_alarm_on is not None:
        tomorrow = step.calendar.add(step.today, 1)
        issue.next_alarm_on = max(issue.next_alarm_on, tomorrow)


def _is_pressing(issue: Issue, today: date) -> bool:
    """Whether more than the plain dates decides when it is looked at next."""
    if issue.due_on is None:
        return False
    return issue.level > 0 or (issue.due_soon_on is not None and issue.due_soon_on <= today)
