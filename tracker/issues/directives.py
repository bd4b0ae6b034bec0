"""Directives: given or recorded for a leader, reported as done, confirmed or sent back, cancelled.

Owns: the order in which each is carried out – lock of the issue, rule, row, event, reading rights – and that an
answered issue closes when the last dated directive ends. Every act on a directive is an event of its issue, read by
departments alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.deadlines.days import load_calendar
from tracker.directory.models import Unit, UnitKind
from tracker.directory.switches import Switches, read_switches
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import access, duties, escalation, service
from tracker.issues.access import Why
from tracker.issues.directive_notes import attach, locked, note
from tracker.issues.directive_rules import may_give, may_record
from tracker.issues.inputs import TEXT_LIMIT, ask_text
from tracker.issues.models import Issue, IssueParty
from tracker.issues.models_directives import Directive, DirectiveSource, DirectiveTarget


@dataclass(frozen=True)
class Order:
    """What a leader decided. `leader_id` None: the acting person himself; else recorded for that leader."""

    content: str
    unit_ids: Sequence[int]
    due_on: date | None = None
    """None: an endorsement, nothing is reported and nothing held open."""
    leader_id: int | None = None
    source: DirectiveSource | None = None
    decided_on: date | None = None
    files: Sequence[Attachment] = ()


def give(session: Session, actor: Actor, issue_ids: Sequence[int], order: Order) -> Directive:
    """One text to every unit for every issue; what a deputy gives is that of the leader for whom he stands in.

    Raises NotFound (issue, unit, leader or right), NotPossible (an issue has ended), Invalid.
    """
    today = clock.today()
    _ask_complete(order, today)
    service.hold(session, issue_ids)
    giver = actor if order.leader_id is None else _leader(session, actor, order.leader_id, today)
    switches = read_switches(session)
    is_recorded = giver is not actor
    issues = [_open(session, actor, issue_id) for issue_id in issue_ids]
    absent = [_as_whom(giver, issue, order, switches.coordinating_unit_id) for issue in issues]
    stood_for = next((key for key in absent if key is not None), None)
    directive = Directive(
        content=order.content,
        given_by_id=stood_for or giver.account_id,
        recorded_by_id=actor.account_id if is_recorded else None,
        source=order.source if is_recorded else None,
        decided_on=(order.decided_on or today) if is_recorded else today,
        given_at=clock.now(),
        awaits_word=is_recorded and switches.leader_confirms_recorded,
    )
    session.add(directive)
    session.flush()
    for place, issue in enumerate(issues):
        for_whom = giver.account_id if is_recorded else stood_for
        for unit_id in order.unit_ids:
            _add_target(session, directive, issue, unit_id, order.due_on)
        payload = _payload(session, directive, order)
        event = note(session, actor, issue, "directive_given", payload, for_whom)
        attach(session, issue, event, order.files if place == 0 else ())
        if order.due_on is not None and issue.level:
            _discharge(session, giver, issue, switches)
    return directive


def _discharge(session: Session, giver: Actor, issue: Issue, switches: Switches) -> None:
    """A directive with a date is what a leader owes for a matter that was reported to him."""
    duties.discharge_by_directive(session, issue, giver, switches.coordinating_unit_id, clock.now())
    session.flush()
    escalation.store_next_alarm(session, issue, load_calendar(session), switches, clock.today())


def _open(session: Session, actor: Actor, issue_id: int) -> Issue:
    issue = locked(session, actor, issue_id)
    if not issue.is_open:
        raise NotPossible(state=issue.state.value)
    return issue


def _as_whom(giver: Actor, issue: Issue, order: Order, coordinating_unit_id: int) -> int | None:
    """The absent leader with whose rights a deputy directs, None for one's own. Raises NotFound."""
    for guise in giver.guises():
        if all(
            may_give(
                guise,
                holder_id=issue.holder_id,
                coordinating_unit_id=coordinating_unit_id,
                target_id=unit_id,
            )
            for unit_id in order.unit_ids
        ):
            return guise.deputy_of
    raise NotFound


def _payload(session: Session, directive: Directive, order: Order) -> dict[str, object]:
    return {
        "directive_id": directive.id,
        "text": order.content,
        "unit_ids": list(order.unit_ids),
        "units": [session.get_one(Unit, unit_id).name for unit_id in order.unit_ids],
        "due_on": order.due_on.isoformat() if order.due_on else None,
        "leader": session.get_one(Account, directive.given_by_id).full_name,
        "source": directive.source.value if directive.source else None,
        "decided_on": directive.decided_on.isoformat(),
    }


def waiting_for(session: Session, actor: Actor, directive_id: int) -> Directive:
    """The directive that waits for the person's word; locks nothing. Raises NotFound, NotPossible."""
    directive = session.get(Directive, directive_id, options=[joinedload(Directive.recorded_by)])
    if directive is None or directive.given_by_id != actor.account_id:
        raise NotFound
    if not directive.awaits_word:
        raise NotPossible("directive_not_waiting")
    return directive


def give_word(session: Session, actor: Actor, directive_id: int, objection: str = "") -> Directive:
    """The leader confirms what was recorded for him, or objects; nothing is rolled back by it."""
    directive = session.get(Directive, directive_id, with_for_update=True, populate_existing=True)
    if directive is None or directive.given_by_id != actor.account_id:
        raise NotFound
    if not directive.awaits_word:
        raise NotPossible("directive_not_waiting")
    ask_text(objection, "text", is_needed=False)
    directive.awaits_word, directive.objection = False, objection
    if objection:
        directive.objected_at = clock.now()
    else:
        directive.confirmed_at = clock.now()
    keys = session.scalars(
        select(DirectiveTarget.issue_id).where(DirectiveTarget.directive_id == directive_id).distinct()
    ).all()
    service.hold(session, keys)
    kind = "recorded_objected" if objection else "recorded_confirmed"
    for key in sorted(keys):
        issue = session.get_one(Issue, key, populate_existing=True)
        note(session, actor, issue, kind, {"directive_id": directive_id, "text": objection})
    return directive


def _ask_complete(order: Order, today: date) -> None:
    ask_text(order.content, "content", limit=TEXT_LIMIT)
    if not order.unit_ids:
        raise Invalid("units", "directive_without_unit")
    if order.due_on is not None and order.due_on < today:
        raise Invalid("due_on", "not_in_future")
    if order.leader_id is not None and order.source is None:
        raise Invalid("source", "missing")
    if order.decided_on is not None and order.decided_on > today:
        raise Invalid("decided_on", "in_future")


def _leader(session: Session, actor: Actor, leader_id: int, today: date) -> Actor:
    account = session.get(Account, leader_id)
    leader = actor_of(session, account, today) if account is not None else None
    if leader is None or not may_record(actor, leader):
        raise Invalid("leader", "leader_not_known")
    return leader


def _add_target(
    session: Session, directive: Directive, issue: Issue, unit_id: int, due_on: date | None
) -> None:
    unit = session.get(Unit, unit_id)
    if unit is None or not unit.is_valid_on(clock.today()):
        raise NotFound
    if unit.kind is UnitKind.COMMUNE:
        own = select(IssueParty.id).where(IssueParty.issue_id == issue.id, IssueParty.unit_id == unit_id)
        if session.scalar(own) is None:
            raise NotFound
    else:
        access.let_read(session, issue, unit_id, Why.ASKED)
    session.add(DirectiveTarget(directive_id=directive.id, issue_id=issue.id, unit_id=unit_id, due_on=due_on))
    session.flush()
