"""Who is told of a level: each alarm once per issue, rule, level, anchor and person.

Owns: the rows of `alarm` and the notices that follow from them, in the transaction of the event. Who receives a level
is in `receivers`; communes are told nothing here but that their own question was declined, or that information is
waited for.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import bindparam, insert, select

from tracker import clock
from tracker.deadlines.ladder import Trigger
from tracker.issues.models import InfoState, IssueEvent
from tracker.issues.models_escalation import Alarm, Escalation
from tracker.issues.receivers import receiver_of, told_of
from tracker.issues.rises import Reminding, Rise
from tracker.issues.step import Step
from tracker.issues.telling import People
from tracker.outbox.service import put_all

Told = tuple[str, int, str]
"""Kind, account, key of a notice."""

HAND = "hand"
_TOLD = select(Alarm.account_id).where(
    *(getattr(Alarm, name) == bindparam(name) for name in ("issue_id", "rule_code", "level", "anchor_on"))
)
_ALARMS = insert(Alarm.__table__)  # type: ignore[arg-type]


def risen(step: Step, event: IssueEvent, row: Escalation, people: People) -> None:
    """The receiver has a duty; the owner and the receivers below are told for information."""
    receiver = receiver_of(step, people, row.level)
    owing = receiver.accounts if receiver is not None else frozenset()
    told = told_of(step, people, row.level)
    missed = _missing(step)
    rule = step.rise.rule if step.rise is not None else None
    code, anchor_on = row.rule_code, _anchor(step, rule.trigger) if rule else step.today
    fresh = _alarmed(step, event, row, code, row.level, anchor_on, owing | told | missed)
    by_kind = {
        "raised_to_you": fresh & owing,
        "duty_missed": fresh & missed - owing,
        "raised": fresh - owing - missed,
    }
    _put_all(step, event, by_kind)


def code_of(step: Step, rise: Rise) -> str:
    """What brought it up: the rule, somebody's hand, or the act itself."""
    if rise.rule is not None:
        return rise.rule.code
    return HAND if rise.is_by_hand else step.act.value


def reminded(step: Step, event: IssueEvent, row: Escalation | None) -> None:
    """What the morning reminds of without raising anything."""
    people, what, level = People(step), step.reminding, row.level if row is not None else 0
    due_on = step.issue.due_on or step.today
    if what is Reminding.DUE_SOON:
        owner = people.owner(step.issue.owner_id) or people.leads()
        _put(step, event, "due_soon", _alarmed(step, event, row, "due_soon", 0, due_on, owner))
    elif what is Reminding.MISSED:
        _put(
            step,
            event,
            "duty_missed",
            _alarmed(step, event, row, "missed", level, step.today, _missing(step)),
        )
    elif what is Reminding.AGAIN:
        receiver = receiver_of(step, people, level)
        owing = receiver.accounts if receiver is not None else frozenset()
        _put(step, event, "raised_to_you", _alarmed(step, event, row, "again", level, step.today, owing))
    elif what is Reminding.NUDGE:
        _nudge(step, event, people)


def descended(step: Step, event: IssueEvent, row: Escalation) -> list[Told]:
    """Who asked for it reads why it was declined, himself; the others that it has ended."""
    told = ended(step, event, row)
    down = step.descent
    if down is not None and down.is_declined and row.asked_by_id is not None:
        _put(step, event, "escalation_declined", {row.asked_by_id})
    return told


def ended(step: Step, event: IssueEvent, row: Escalation) -> list[Told]:
    """Everybody who was told of the level, after the notices of the act itself."""
    accounts = step.session.scalars(
        select(Alarm.account_id).where(Alarm.escalation_id == row.id).distinct().order_by(Alarm.account_id)
    )
    mine = step.actor.account_id if step.actor is not None else None
    return [("escalation_ended", key, _key(event, key)) for key in accounts if key != mine]


def _nudge(step: Step, event: IssueEvent, people: People) -> None:
    """Who was asked; once the silent parties may be dropped, who leads the holder's group has to decide."""
    asked = people.parties(lambda party: party.info is InfoState.ASKED)
    _put(step, event, "info_nudged", _alarmed(step, event, None, "nudge", 0, step.today, asked))
    if step.matter.is_info_overdue:
        leads = _alarmed(step, event, None, "nudge", 1, step.today, people.leads())
        _put(step, event, "to_close_uninformed", leads)


def _anchor(step: Step, trigger: Trigger) -> date:
    """The due date; of silence the day of the last news; of what was missed the day on which it was found."""
    issue = step.issue
    if trigger is Trigger.NO_NEWS:
        return issue.last_news_on or issue.zero_on or step.today
    if trigger is Trigger.MISSED:
        return step.today
    return issue.due_on or step.today


def _missing(step: Step) -> frozenset[int]:
    """The people whose duties this act has found undone."""
    people = People(step) if step.missed else None
    found: set[int] = set()
    for duty in step.missed:
        if duty.account_id is not None:
            found.add(duty.account_id)
        elif duty.role is not None and people is not None:
            found |= people.of(duty.unit_id, duty.role)
    return frozenset(found)


def _alarmed(
    step: Step,
    event: IssueEvent,
    row: Escalation | None,
    code: str,
    level: int,
    anchor_on: date,
    accounts: Iterable[int],
) -> frozenset[int]:
    """Those of the accounts who were not told of this yet, and are now; the acting person knows."""
    which = {"issue_id": step.issue.id, "rule_code": code, "level": level, "anchor_on": anchor_on}
    mine = {step.actor.account_id} if step.actor is not None else set()
    fresh = frozenset(accounts) - frozenset(step.session.scalars(_TOLD, which)) - mine
    shared = which | {
        "escalation_id": row.id if row is not None else None,
        "event_id": event.id,
        "at": clock.now(),
    }
    if fresh:  # all in one statement: as objects SQLite takes them one by one
        rows = [shared | {"account_id": account_id} for account_id in sorted(fresh)]
        step.session.connection().execute(_ALARMS, rows)
    return fresh


def _put(step: Step, event: IssueEvent, kind: str, accounts: Iterable[int]) -> None:
    _put_all(step, event, {kind: accounts})


def _put_all(step: Step, event: IssueEvent, by_kind: Mapping[str, Iterable[int]]) -> None:
    """In one statement, whatever the number of kinds."""
    told = [
        (kind, account_id, _key(event, account_id))
        for kind, accounts in by_kind.items()
        for account_id in sorted(accounts)
    ]
    put_all(step.session, told, issue_id=step.issue.id, event_id=event.id)


def _key(event: IssueEvent, account_id: int) -> str:
    """As of every notice of an event: of several a person gets the first."""
    return f"event:{event.id}:{account_id}"
