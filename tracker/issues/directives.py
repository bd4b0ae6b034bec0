"""Directives: given or recorded for a leader, reported as done, confirmed or sent back, cancelled.

Owns: the order in which each is carried out – lock of the issue, rule, row, event, reading rights – and that an
answered issue closes when the last dated directive ends. Every act on a directive is an event of its issue, read by
departments alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.directory.models import Unit, UnitKind
from tracker.directory.switches import read_switches
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import access, history, obligations, service
from tracker.issues.access import Why
from tracker.issues.directive_rules import may_give, may_record, may_report
from tracker.issues.history import Happening, Signature
from tracker.issues.models import Audience, Issue, IssueEvent, IssueFile, IssueParty, Reply
from tracker.issues.models_directives import Directive, DirectiveSource, DirectiveState, DirectiveTarget
from tracker.issues.rights import may_see
from tracker.issues.workflow import Act, IssueState

_D = DirectiveState


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
    """One text to every unit for every issue. Raises NotFound (issue, unit, leader or right), Invalid."""
    today = clock.today()
    _ask_complete(order, today)
    service.hold(session, issue_ids)
    giver = actor if order.leader_id is None else _leader(session, actor, order.leader_id, today)
    switches = read_switches(session)
    is_recorded = giver is not actor
    directive = Directive(
        content=order.content,
        given_by_id=giver.account_id,
        recorded_by_id=actor.account_id if is_recorded else None,
        source=order.source if is_recorded else None,
        decided_on=(order.decided_on or today) if is_recorded else today,
        given_at=clock.now(),
        awaits_word=is_recorded and switches.leader_confirms_recorded,
    )
    session.add(directive)
    session.flush()
    for place, issue_id in enumerate(issue_ids):
        issue = _issue(session, actor, issue_id)
        if not issue.is_open:
            raise NotPossible(state=issue.state.value)
        _oblige(session, giver, issue, directive, order, switches.coordinating_unit_id)
        for_whom = giver.account_id if is_recorded else None
        payload = _payload(session, directive, giver, order)
        event = _note(session, actor, issue, "directive_given", payload, for_whom)
        _attach(session, issue, event, order.files if place == 0 else ())
    return directive


def _oblige(
    session: Session,
    giver: Actor,
    issue: Issue,
    directive: Directive,
    order: Order,
    coordinating_unit_id: int,
) -> None:
    for unit_id in order.unit_ids:
        if not may_give(
            giver,
            holder_id=issue.holder_id,
            coordinating_unit_id=coordinating_unit_id,
            target_id=unit_id,
        ):
            raise NotFound
        _add_target(session, directive, issue, unit_id, order.due_on)


def _payload(session: Session, directive: Directive, giver: Actor, order: Order) -> dict[str, object]:
    return {
        "directive_id": directive.id,
        "text": order.content,
        "units": [session.get_one(Unit, unit_id).name for unit_id in order.unit_ids],
        "due_on": order.due_on.isoformat() if order.due_on else None,
        "leader": giver.display_name,
        "source": directive.source.value if directive.source else None,
        "decided_on": directive.decided_on.isoformat(),
    }


def report(
    session: Session, actor: Actor, target_id: int, text: str, files: Sequence[Attachment] = ()
) -> DirectiveTarget:
    """The unit says that it is done. Raises NotFound, NotPossible (already reported or ended), Invalid (text)."""
    target, issue = _target(session, actor, target_id)
    if not may_report(actor, target.unit_id, issue.owner_id):
        raise NotFound
    _ask_state(target, _D.OPEN, _D.SENT_BACK)
    if not text.strip():
        raise Invalid("text", "missing")
    target.state, target.report, target.remark = _D.REPORTED, text, ""
    target.reported_by_id, target.reported_at = actor.account_id, clock.now()
    _attach(session, issue, _note_on(session, actor, issue, target, "directive_reported", text), files)
    return target


def confirm_done(session: Session, actor: Actor, target_id: int) -> DirectiveTarget:
    """The giver, or his assistant, takes the report as done."""
    target, issue = _of_giver(session, actor, target_id)
    _ask_state(target, _D.REPORTED)
    return _end(session, actor, issue, target, _D.CONFIRMED, "directive_confirmed", "")


def send_back(session: Session, actor: Actor, target_id: int, remark: str) -> DirectiveTarget:
    """The report is not enough. Raises Invalid without remark."""
    target, issue = _of_giver(session, actor, target_id)
    _ask_state(target, _D.REPORTED)
    if not remark.strip():
        raise Invalid("text", "missing")
    target.state, target.remark = _D.SENT_BACK, remark
    _note_on(session, actor, issue, target, "directive_sent_back", remark)
    return target


def cancel(session: Session, actor: Actor, target_id: int, remark: str) -> DirectiveTarget:
    """The giver himself takes it back, with the reason."""
    target, issue = _of_giver(session, actor, target_id)
    if target.directive.given_by_id != actor.account_id:
        raise NotFound
    _ask_state(target, *obligations.STILL_OWED)
    if not remark.strip():
        raise Invalid("text", "missing")
    target.remark = remark
    return _end(session, actor, issue, target, _D.CANCELLED, "directive_cancelled", remark)


def give_word(session: Session, actor: Actor, directive_id: int, objection: str = "") -> Directive:
    """The leader confirms what was recorded for him, or objects; nothing is rolled back by it."""
    directive = session.get(Directive, directive_id, with_for_update=True, populate_existing=True)
    if directive is None or directive.given_by_id != actor.account_id:
        raise NotFound
    if not directive.awaits_word:
        raise NotPossible("directive_not_waiting")
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
        _note(session, actor, issue, kind, {"directive_id": directive_id, "text": objection})
    return directive


def _ask_complete(order: Order, today: date) -> None:
    if not order.content.strip():
        raise Invalid("content", "missing")
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


def _issue(session: Session, actor: Actor, issue_id: int) -> Issue:
    issue = session.get(Issue, issue_id, with_for_update=True, populate_existing=True)
    if issue is None or not issue.number or not may_see(session, actor, issue):
        raise NotFound
    return issue


def _target(session: Session, actor: Actor, target_id: int) -> tuple[DirectiveTarget, Issue]:
    target = session.get(DirectiveTarget, target_id)
    if target is None:
        raise NotFound
    issue = _issue(session, actor, target.issue_id)
    session.refresh(target)
    session.refresh(target, ["directive"])
    return target, issue


def _of_giver(session: Session, actor: Actor, target_id: int) -> tuple[DirectiveTarget, Issue]:
    target, issue = _target(session, actor, target_id)
    if not is_givers(session, actor, target.directive):
        raise NotFound
    return target, issue


def is_givers(session: Session, actor: Actor, directive: Directive) -> bool:
    """Whether the person gave it, or records for the one who did."""
    if directive.given_by_id == actor.account_id:
        return True
    account = session.get_one(Account, directive.given_by_id)
    return may_record(actor, actor_of(session, account, clock.today()))


def _ask_state(target: DirectiveTarget, *states: DirectiveState) -> None:
    if target.due_on is None or target.state not in states:
        raise NotPossible("directive_not_waiting")


def _end(
    session: Session,
    actor: Actor,
    issue: Issue,
    target: DirectiveTarget,
    state: DirectiveState,
    kind: str,
    text: str,
) -> DirectiveTarget:
    target.state, target.ended_at = state, clock.now()
    _note_on(session, actor, issue, target, kind, text)
    if issue.state is IssueState.ANSWERED and not obligations.holds_open(session, issue.id):
        waiting = select(IssueParty.id).where(
            IssueParty.issue_id == issue.id,
            IssueParty.left.is_(None),
            IssueParty.reply.not_in((Reply.CONFIRMED, Reply.EXPIRED)),
        )
        if session.scalar(waiting.limit(1)) is None:
            service.apply(session, None, issue.id, Act.CLOSE_READY)
    return target


def _note_on(
    session: Session, actor: Actor, issue: Issue, target: DirectiveTarget, kind: str, text: str
) -> IssueEvent:
    unit = session.get_one(Unit, target.unit_id)
    payload = {"directive_id": target.directive_id, "units": [unit.name], "text": text}
    given_by = target.directive.given_by_id
    is_givers_act = kind in ("directive_confirmed", "directive_sent_back")
    for_whom = given_by if is_givers_act and given_by != actor.account_id else None
    return _note(session, actor, issue, kind, payload, for_whom)


def _note(
    session: Session,
    actor: Actor,
    issue: Issue,
    kind: str,
    payload: dict[str, object],
    acting_for_id: int | None = None,
) -> IssueEvent:
    units = sorted(actor.unit_ids)
    unit = session.get(Unit, issue.holder_id if issue.holder_id in units else units[0]) if units else None
    signature = Signature(actor.account_id, actor.display_name, unit.name if unit else "", acting_for_id)
    happening = Happening(kind, payload, audience=Audience.DEPARTMENTS)
    return history.append(session, issue, happening, signature, clock.now())


def _attach(session: Session, issue: Issue, event: IssueEvent, files: Sequence[Attachment]) -> None:
    for file in files:
        session.add(
            IssueFile(
                issue_id=issue.id, attachment_id=file.id, event_id=event.id, audience=Audience.DEPARTMENTS
            )
        )
    session.flush()
