"""The only way to move an issue: `apply()`.

Owns: the order in which an act is carried out – lock, policy, version, act, landing, events, clocks, counts, rights.
What each act changes is in `issues.acts`; must not read the request nor commit.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.deadlines import clocks
from tracker.deadlines.days import load_calendar
from tracker.deadlines.facts import FactKind, WaitsFor
from tracker.deadlines.ladder import HIGHEST
from tracker.directory.models import Unit
from tracker.directory.switches import read_switches
from tracker.errors import NotFound, NotPossible, Stale
from tracker.issues import (
    access,
    commitments,
    counts,
    escalation,
    history,
    interims,
    matters,
    moving,
    opinions,
    overtaken,
    referral_ends,
    searching,
    stage_keeping,
)
from tracker.issues.access import Why
from tracker.issues.acts import HANDLERS
from tracker.issues.endings import cancel_what_is_owed, tell_cancelled
from tracker.issues.history import Happening, Signature
from tracker.issues.models import Issue, IssueCount, IssueEvent, IssueFile
from tracker.issues.policy import is_allowed, is_possible_now
from tracker.issues.rights import may_see
from tracker.issues.step import Step
from tracker.issues.telling import tell
from tracker.issues.workflow import BY_ACT, NOT_SENT, OPEN, OWNED, Act, Circumstances, IssueState, landing
from tracker.outbox.service import put_all

__all__ = ["apply", "hold"]

_S = IssueState


def apply(
    session: Session,
    actor: Actor | None,
    issue_id: int,
    act: Act,
    data: Mapping[str, object] | None = None,
) -> Issue:
    """Take an act on an issue; `actor` None is the system itself.

    Raises NotFound (unknown, not to be seen, or not this person's act: one answer), NotPossible (the state does not
    have the act any more), Stale (text or owner changed since the page was opened), Invalid (data).
    """
    step = _begin(session, actor, issue_id, act, data or {})
    _ask_policy(step)
    _guard_version(step)
    with session.no_autoflush:  # between act and landing the row would break its own CHECKs
        _carry_out(step)
    session.flush()
    return step.issue


def _carry_out(step: Step) -> None:
    issue = step.issue
    counted = counts.key_of(issue)
    holder_id, was_open, state = issue.holder_id, issue.is_open, issue.state
    acting_for_id = step.acting_for
    HANDLERS[step.act](step)
    referral_ends.lower_mark(step, state)
    _land(step, state)
    referral_ends.end_waiting(step, state)
    commitments.follow(step, state)
    if issue.state is _S.CLOSED and state is not _S.CLOSED:
        cancel_what_is_owed(step)
    opinions.end_what_nobody_waits_for(step, state)
    _note_facts(step, state, holder_id)
    due_on = issue.due_on
    event = _write_events(step, state, acting_for_id)
    _set_dates(step)
    step.session.flush()
    later = escalation.follow(step, event, holder_id, due_on)
    tell(step, event)
    put_all(step.session, later, issue_id=issue.id, event_id=event.id)
    step.session.flush()
    stage_keeping.keep(step)
    interims.keep(step)
    counts.move(step.session, counted, counts.key_of(issue))
    _keep_access(step, holder_id, was_open=was_open)
    searching.keep(step.session, issue, step.act)


def hold(session: Session, issue_ids: Sequence[int]) -> None:
    """Lock everything that a transaction with several acts will change, before the first of them.

    A page locks its issue, then rows of the counts. Who took issue, counts and the next issue in turn would meet it in
    a circle: so the issues first, in the order of their keys, then the counts as a whole (SQLite has one lock).
    """
    if not issue_ids:
        return
    session.execute(select(Issue.id).where(Issue.id.in_(issue_ids)).order_by(Issue.id).with_for_update())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {IssueCount.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _begin(
    session: Session, actor: Actor | None, issue_id: int, act: Act, data: Mapping[str, object]
) -> Step:
    found = session.execute(
        select(Issue, moving.waiting_change())
        .where(Issue.id == issue_id)
        .with_for_update(of=Issue)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound
    issue, waiting_change = found
    switches, calendar, now = read_switches(session), load_calendar(session), clock.now()
    if waiting_change is not None and issue.is_open:
        moving.catch_up(session, issue, calendar, switches, now)
    today = clock.local_date(now)
    parties = matters.parties_of(session, issue)
    answer = matters.newest_answer(session, issue)
    matter = matters.matter_of(
        session, issue, parties=parties, answer=answer, switches=switches, calendar=calendar, today=today
    )
    return Step(session, actor, act, issue, matter, parties, answer, data, now, today, switches, calendar)


def _ask_policy(step: Step) -> None:
    possible = is_possible_now(step.act, step.matter)
    if step.actor is None:
        if not possible:
            raise NotPossible(state=step.issue.state.value)
        return
    row = BY_ACT[step.act]
    if not may_see(step.session, step.actor, step.issue):
        raise NotFound
    if row.permission is None or not step.actor.has(row.permission):
        raise NotFound
    if not possible:
        raise NotPossible(state=step.issue.state.value)
    if not is_allowed(step.actor, step.act, step.matter):
        seen = step.data.get("version")
        raise overtaken.refusal(step.session, step.actor, step.act, step.issue, step.matter, seen)


def _guard_version(step: Step) -> None:
    row = BY_ACT[step.act]
    version = step.data.get("version")
    is_stale = isinstance(version, int) and version != step.issue.version
    if row.guards_version and step.actor is not None and is_stale:
        issue = step.issue
        current = {"title": issue.title, "situation": issue.situation, "proposal": issue.proposal}
        typed = {name: value for name, value in step.data.items() if isinstance(value, str)}
        raise Stale(current, typed)


def _land(step: Step, state: IssueState) -> None:
    issue, row = step.issue, BY_ACT[step.act]
    now = Circumstances(
        resume_state=issue.resume_state,
        is_owner_active=step.is_owner_active,
        wants_sign_off=step.wants_sign_off,
        is_second_check_on=step.is_second_check_on,
        all_replied=step.all_replied,
        closes=step.outcome is not None,
    )
    landed = landing(row, state, now)
    issue.state = landed
    issue.is_open = landed in OPEN
    issue.resume_state = (issue.resume_state or state) if landed is _S.NEED_INFO else None
    if landed in (_S.SUBMITTED, _S.ACCEPTED):
        issue.owner_id = None
    if landed not in OWNED:
        issue.extension_asked_days = None
    if landed is _S.CLOSED and state is not _S.CLOSED:
        issue.outcome = step.outcome
        issue.is_closed_by_silence = step.is_by_silence
        issue.closed_at = step.now
        issue.awaits_routing = False
    elif landed is not _S.CLOSED:
        issue.outcome, issue.closed_at, issue.is_closed_by_silence = None, None, False
    if landed in (_S.ANSWERED, _S.CLOSED) and state is not landed:
        step.level = 0
        issue.is_disputed = False
    if landed is _S.NEED_INFO and issue.level <= HIGHEST:
        step.level = 0
    if row.guards_version or state is not landed:
        issue.version += 1
    if step.level is not None and step.level != issue.level:
        issue.level = step.level
        step.payload["level"] = step.level


def _note_facts(step: Step, state: IssueState, holder_id: int | None) -> None:
    """What the change of state means for the clocks, the same for every act."""
    landed = step.issue.state
    if state in (_S.NEED_INFO, _S.WITH_AUTHORITY) and landed in OPEN - {state}:
        step.fact(FactKind.RESUMED, waits_for=WaitsFor.UNIT)
    if state not in NOT_SENT and step.issue.holder_id != holder_id:
        step.fact(FactKind.MOVED, unit=step.issue.holder_id)
    if landed is _S.NEED_INFO and state is not _S.NEED_INFO:
        step.fact(FactKind.PAUSED, waits_for=WaitsFor.COMMUNE)
    if landed is _S.ANSWERED and state is not _S.ANSWERED:
        step.fact(FactKind.ANSWERED, waits_for=WaitsFor.CONFIRMATION)
    if state in (_S.ANSWERED, _S.CLOSED) and landed in OPEN - {_S.ANSWERED}:
        step.issue.extension_count = 0
        zero = step.calendar.next_working(step.today)
        days = step.cycle_days or step.switches.new_cycle_days
        step.fact(FactKind.CYCLE_OPENED, on=zero, days=days, unit=step.issue.holder_id)
    if landed is _S.CLOSED and state is not _S.CLOSED:
        step.fact(FactKind.CLOSED)


def _write_events(step: Step, state: IssueState, acting_for_id: int | None) -> IssueEvent:
    issue, session = step.issue, step.session
    if issue.state is not state:
        step.payload["state"] = issue.state.value
    if step.outcome is not None:
        step.payload["outcome"] = step.outcome.value
        step.payload["by_silence"] = step.is_by_silence
    if step.recorded_for is not None:
        step.payload |= step.recorded_for.as_payload()
    signature = _signature(step, acting_for_id)
    for happening in step.before:
        earlier = history.append(session, issue, happening, signature, step.now)
        tell(step, earlier)
        tell_cancelled(step, earlier, happening)
    own = Happening(BY_ACT[step.act].event, step.payload, step.facts, step.audience)
    event = history.append(session, issue, own, signature, step.now)
    _attach(step, event)
    opinions.keep_event(step, event)
    return event


def _signature(step: Step, acting_for_id: int | None) -> Signature:
    actor = step.actor
    if actor is None:
        return Signature()
    wanted = (step.unit_id, step.issue.holder_id, step.issue.raised_by_id, step.matter.coordinating_unit_id)
    units = actor.unit_ids
    unit_id = next((key for key in wanted if key in units), next(iter(sorted(units)), None))
    unit = step.session.get(Unit, unit_id) if unit_id else None
    return Signature(actor.account_id, actor.display_name, unit.name if unit else "", acting_for_id)


def _attach(step: Step, event: IssueEvent) -> None:
    for attachment in step.files:
        step.session.add(
            IssueFile(
                issue_id=step.issue.id,
                attachment_id=attachment.id,
                event_id=event.id,
                answer_id=step.answer.id
                if step.file_purpose.value == "signed_document" and step.answer
                else None,
                purpose=step.file_purpose,
                audience=step.file_audience or step.audience,
            )
        )


def _set_dates(step: Step) -> None:
    """Store the dates that the clocks give; also used when only news was given."""
    issue = step.issue
    if issue.state in NOT_SENT:
        return
    life = clocks.timeline(history.facts_of(step.session, issue.id), step.calendar, until=step.today)
    moving.store_dates(issue, life)


def _keep_access(step: Step, holder_id: int | None, *, was_open: bool) -> None:
    issue, session = step.issue, step.session
    if issue.state in NOT_SENT:
        return
    is_sent_now = step.act in (Act.SEND, Act.SIGN)  # nobody has a row yet
    if issue.is_open is not was_open and not is_sent_now:
        access.mark_open(session, issue)
    readers = []
    if issue.holder_id is not None and issue.holder_id != holder_id:
        readers.append((issue.holder_id, Why.HOLDS))
    if is_sent_now:
        readers += [(issue.raised_by_id, Why.RAISED), *((party.unit_id, Why.PARTY) for party in step.parties)]
    access.let_all_read(session, issue, readers)
