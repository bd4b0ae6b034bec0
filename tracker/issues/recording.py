"""What an assistant records for a leader beside directives: what he decides about an answer, a date, a level.

Owns: which acts may be recorded, that only what the named leader may do himself goes through, the picture that comes
with it, and the leader's word. The act itself is `service.apply()`'s; nothing is rolled back by an objection.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.directory.switches import read_switches
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import directive_lists, directive_rules, service
from tracker.issues.history import Happening, Signature, append
from tracker.issues.inputs import ask_text
from tracker.issues.models import Audience, Issue, IssueEvent, IssueFile
from tracker.issues.models_directives import Directive, DirectiveSource, Recording
from tracker.issues.policy import Matter, is_allowed, is_possible_now
from tracker.issues.queries import EventView
from tracker.issues.step import RecordedFor
from tracker.issues.workflow import BY_ACT, Act
from tracker.outbox.service import put
from tracker.permissions import Role

ABOUT_ANSWER = (Act.APPROVE, Act.RETURN_ANSWER)
"""Decided with the draft before one's eyes, one or the other."""
ABOUT_TIME = (
    Act.EXTEND,
    Act.REFUSE_EXTENSION,
    Act.PLAN,
    Act.ESCALATE,
    Act.DECLINE_ESCALATION,
    Act.LOWER,
)
"""What a leader decides about a matter that is late or was reported to him, the likely first."""
ACTS = (*ABOUT_ANSWER, *ABOUT_TIME)
"""What a leader decides himself and somebody else may write down."""


@dataclass(frozen=True)
class Origin:
    """Which leader decided, where and when."""

    leader_id: int
    source: DirectiveSource | None
    decided_on: date | None = None
    """None: today."""


def recordable(session: Session, actor: Actor, matter: Matter) -> dict[Act, list[Account]]:
    """The acts that the person may record now, each with the leaders for whom; empty for who is nobody's assistant."""
    possible = [act for act in ACTS if is_possible_now(act, matter) and _is_asked(act, matter)]
    if Role.LEADER_ASSISTANT not in actor.roles or not possible:
        return {}
    people = directive_lists.leaders_as_actors(session, actor, matter.today)
    names = [(one, directive_rules.in_the_name_of(actor, leader)) for one, leader in people]
    found = {act: [one for one, named in names if is_allowed(named, act, matter)] for act in possible}
    return {act: leaders for act, leaders in found.items() if leaders}


def _is_asked(act: Act, matter: Matter) -> bool:
    """Whether the matter may call for the act at all: leaders are looked for only where one does."""
    return act not in _OF_LEVEL or matter.level > 0


_OF_LEVEL = frozenset({Act.PLAN, Act.DECLINE_ESCALATION, Act.LOWER})


def record_act(
    session: Session,
    actor: Actor,
    issue_id: int,
    act: Act,
    origin: Origin,
    data: Mapping[str, object],
    files: Sequence[Attachment] = (),
) -> Recording:
    """Take the act in the leader's name.

    Raises Invalid (leader, source, decided_on, and what the act wants), NotFound, NotPossible, Stale as `apply()`.
    """
    leader, today = _leader(session, actor, origin, act), clock.today()
    if origin.source is None:
        raise Invalid("source", "missing")
    decided_on = origin.decided_on or today
    if decided_on > today:
        raise Invalid("decided_on", "in_future")
    told = RecordedFor(leader.display_name, origin.source.value, decided_on)
    person = directive_rules.in_the_name_of(actor, leader)
    issue = service.apply(session, person, issue_id, act, {**data, "recorded_for": told})
    event = _event_of(session, issue, act)
    row = Recording(
        issue_id=issue.id,
        event_id=event.id,
        act=act.value,
        leader_id=leader.account_id,
        recorded_by_id=actor.account_id,
        source=origin.source,
        decided_on=decided_on,
        awaits_word=read_switches(session).leader_confirms_recorded,
    )
    session.add(row)
    _attach(session, event, files)
    if row.awaits_word:
        _tell(session, event, "recorded_for_you", row.leader_id)
    session.flush()
    return row


def _event_of(session: Session, issue: Issue, act: Act) -> IssueEvent:
    """The act's own event; consequences may have been written after it."""
    own = (IssueEvent.issue_id == issue.id, IssueEvent.kind == BY_ACT[act].event)
    return session.scalars(select(IssueEvent).where(*own).order_by(IssueEvent.seq.desc()).limit(1)).one()


def waiting_for(session: Session, actor: Actor, recording_id: int) -> Recording:
    """What waits for the person's word; locks nothing. Raises NotFound, NotPossible."""
    named = [joinedload(Recording.recorded_by), joinedload(Recording.issue)]
    row = session.get(Recording, recording_id, options=named)
    if row is None or row.leader_id != actor.account_id:
        raise NotFound
    if not row.awaits_word:
        raise NotPossible("directive_not_waiting")
    return row


def give_word(session: Session, actor: Actor, recording_id: int, objection: str = "") -> Recording:
    """The leader himself confirms what was recorded for him, or objects; told in the history, nothing is undone."""
    row = session.get(Recording, recording_id)
    if row is None or row.leader_id != actor.account_id:
        raise NotFound
    service.hold(session, [row.issue_id])
    session.refresh(row)
    if not row.awaits_word:
        raise NotPossible("directive_not_waiting")
    ask_text(objection, "text", is_needed=False)
    row.awaits_word, row.objection = False, objection
    if objection:
        row.objected_at = clock.now()
    else:
        row.confirmed_at = clock.now()
    issue = session.get_one(Issue, row.issue_id, populate_existing=True)
    kind = "recorded_objected" if objection else "recorded_confirmed"
    payload: dict[str, object] = {"recording_id": row.id, "act": row.act, "text": objection}
    happening = Happening(kind, payload, audience=Audience.DEPARTMENTS)
    signature = Signature(actor.account_id, actor.display_name)
    event = append(session, issue, happening, signature, clock.now())
    _tell(session, event, kind, row.recorded_by_id)
    return row


def awaiting_word(session: Session, actor: Actor) -> list[Recording]:
    """What was recorded in the person's name and waits for his word, the oldest first."""
    return list(
        session.scalars(
            select(Recording)
            .where(Recording.leader_id == actor.account_id, Recording.awaits_word.is_(True))
            .options(joinedload(Recording.issue), joinedload(Recording.recorded_by))
            .order_by(Recording.id)
            .limit(directive_lists.LONGEST)
        )
    )


def words_on(session: Session, issue_id: int, events: Iterable[EventView]) -> dict[int, str]:
    """For the events (by seq) that were recorded: "waiting" or "objected"; what is confirmed is not named."""
    recorded = [event for event in events if event.payload.get("source")]
    if not recorded:
        return {}
    keys = {key for event in recorded if (key := event.payload.get("directive_id"))}
    of_event: dict[int, Recording] = {}
    of_directive: dict[object, Directive] = {}
    if any(not event.payload.get("directive_id") for event in recorded):
        acts = session.scalars(select(Recording).where(Recording.issue_id == issue_id))
        of_event = {row.event_id: row for row in acts}
    if keys:
        orders = session.scalars(select(Directive).where(Directive.id.in_(keys)))
        of_directive = {row.id: row for row in orders}
    found: dict[int, str] = {}
    for event in recorded:
        row = of_event.get(event.id) or of_directive.get(event.payload.get("directive_id"))
        if row is not None and (row.awaits_word or row.objected_at):
            found[event.seq] = "waiting" if row.awaits_word else "objected"
    return found


def _leader(session: Session, actor: Actor, origin: Origin, act: Act) -> Actor:
    account = session.get(Account, origin.leader_id)
    leader = actor_of(session, account, clock.today()) if account is not None else None
    if act not in ACTS or leader is None or not directive_rules.may_record(actor, leader):
        raise Invalid("leader", "leader_not_known")
    return leader


def _tell(session: Session, event: IssueEvent, kind: str, account_id: int) -> None:
    put(session, kind, account_id=account_id, key=f"recording:{event.id}:{account_id}",
        issue_id=event.issue_id, event_id=event.id)  # fmt: skip


def _attach(session: Session, event: IssueEvent, files: Sequence[Attachment]) -> None:
    """The picture or scan is the departments', even where the answer itself goes to communes."""
    for file in files:
        session.add(
            IssueFile(
                issue_id=event.issue_id,
                attachment_id=file.id,
                event_id=event.id,
                audience=Audience.DEPARTMENTS,
            )
        )
