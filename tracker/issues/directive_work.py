"""What is done with a directive once it is given: reported as done, confirmed or sent back, cancelled.

Owns: the order in which each is carried out – lock of the issue, rule, row, event – and that an answered issue closes
when its last dated directive ends. Every act is an event of its issue, read by departments alone.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.directory.models import Unit
from tracker.errors import NotFound, NotPossible
from tracker.issues import obligations, service
from tracker.issues.directive_notes import attach, locked, note
from tracker.issues.directive_rules import is_looked_after_by, may_record, may_report
from tracker.issues.inputs import TEXT_LIMIT, ask_text
from tracker.issues.models import Issue, IssueEvent, IssueParty, Reply
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget
from tracker.issues.rights import may_see
from tracker.issues.workflow import Act, IssueState

_D = DirectiveState


class Work(StrEnum):
    """What may be done with what one unit owes."""

    REPORT = "report"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


STATES: dict[Work, tuple[DirectiveState, ...]] = {
    Work.REPORT: (_D.OPEN, _D.SENT_BACK),
    Work.CONFIRM: (_D.REPORTED,),
    Work.SEND_BACK: (_D.REPORTED,),
    Work.CANCEL: obligations.STILL_OWED,
}
"""From which states each is possible; never for an endorsement, which has no date."""


def find(session: Session, actor: Actor, target_id: int, work: Work) -> DirectiveTarget:
    """What the person is about to work on, with issue, unit and directive; locks nothing. Raises as the work itself."""
    target = session.scalars(
        select(DirectiveTarget)
        .where(DirectiveTarget.id == target_id)
        .options(
            joinedload(DirectiveTarget.issue),
            joinedload(DirectiveTarget.unit),
            joinedload(DirectiveTarget.directive).joinedload(Directive.given_by),
        )
    ).first()
    if target is None or not may_see(session, actor, target.issue):
        raise NotFound
    _ask(session, actor, target, target.issue, work)
    return target


def is_possible(target: DirectiveTarget, work: Work) -> bool:
    """Whether the state of what is owed allows it, whoever does it."""
    return target.due_on is not None and target.state in STATES[work]


def report(
    session: Session, actor: Actor, target_id: int, text: str, files: Sequence[Attachment] = ()
) -> DirectiveTarget:
    """The unit says that it is done. Raises NotFound, NotPossible (already reported or ended), Invalid (text)."""
    target, issue = _begin(session, actor, target_id, Work.REPORT)
    ask_text(text, "text", limit=TEXT_LIMIT)
    target.state, target.report, target.remark = _D.REPORTED, text, ""
    target.reported_by_id, target.reported_at = actor.account_id, clock.now()
    attach(session, issue, _note(session, actor, issue, target, "directive_reported", text), files)
    return target


def confirm_done(session: Session, actor: Actor, target_id: int) -> DirectiveTarget:
    """The giver, his deputy or his assistant takes the report as done. Raises NotFound, NotPossible."""
    target, issue = _begin(session, actor, target_id, Work.CONFIRM)
    return _end(session, actor, issue, target, _D.CONFIRMED, "directive_confirmed", "")


def send_back(session: Session, actor: Actor, target_id: int, remark: str) -> DirectiveTarget:
    """The report is not enough. Raises NotFound, NotPossible, Invalid (text)."""
    target, issue = _begin(session, actor, target_id, Work.SEND_BACK)
    ask_text(remark, "text")
    target.state, target.remark = _D.SENT_BACK, remark
    _note(session, actor, issue, target, "directive_sent_back", remark)
    return target


def cancel(session: Session, actor: Actor, target_id: int, remark: str) -> DirectiveTarget:
    """The giver or his deputy takes it back, with the reason. Raises NotFound, NotPossible, Invalid (text)."""
    target, issue = _begin(session, actor, target_id, Work.CANCEL)
    ask_text(remark, "text")
    target.remark = remark
    return _end(session, actor, issue, target, _D.CANCELLED, "directive_cancelled", remark)


def is_givers(session: Session, actor: Actor, directive: Directive, work: Work) -> bool:
    """Whether the person gave it, stands in for who did, or – never to cancel it – records for him."""
    if is_looked_after_by(actor, directive.given_by_id):
        return True
    if work is Work.CANCEL:
        return False
    account = session.get_one(Account, directive.given_by_id)
    return may_record(actor, actor_of(session, account, clock.today()))


def _begin(session: Session, actor: Actor, target_id: int, work: Work) -> tuple[DirectiveTarget, Issue]:
    target = session.get(DirectiveTarget, target_id)
    if target is None:
        raise NotFound
    issue = locked(session, actor, target.issue_id)
    session.refresh(target)
    session.refresh(target, ["directive"])
    _ask(session, actor, target, issue, work)
    return target, issue


def may_take(session: Session, actor: Actor, target: DirectiveTarget, issue: Issue, work: Work) -> bool:
    """Whether the person may do it now; the directive must have been read with the target."""
    return is_possible(target, work) and _is_his(session, actor, target, issue, work)


def _is_his(session: Session, actor: Actor, target: DirectiveTarget, issue: Issue, work: Work) -> bool:
    if work is Work.REPORT:
        return may_report(actor, target.unit_id, issue.owner_id)
    return is_givers(session, actor, target.directive, work)


def _ask(session: Session, actor: Actor, target: DirectiveTarget, issue: Issue, work: Work) -> None:
    if not _is_his(session, actor, target, issue, work):
        raise NotFound
    if not is_possible(target, work):
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
    _note(session, actor, issue, target, kind, text)
    if issue.state is IssueState.ANSWERED and not obligations.holds_open(session, issue.id):
        waiting = select(IssueParty.id).where(
            IssueParty.issue_id == issue.id,
            IssueParty.left.is_(None),
            IssueParty.reply.not_in((Reply.CONFIRMED, Reply.EXPIRED)),
        )
        if session.scalar(waiting.limit(1)) is None:
            service.apply(session, None, issue.id, Act.CLOSE_READY)
    return target


def _note(
    session: Session, actor: Actor, issue: Issue, target: DirectiveTarget, kind: str, text: str
) -> IssueEvent:
    """The event; where somebody else acts for the giver it names both, an assistant as one who records."""
    unit, giver_id = session.get_one(Unit, target.unit_id), target.directive.given_by_id
    payload: dict[str, object] = {
        "directive_id": target.directive_id,
        "unit_ids": [unit.id],
        "units": [unit.name],
        "text": text,
    }
    for_whom = None
    if kind != "directive_reported" and giver_id != actor.account_id:
        for_whom = giver_id
        if not is_looked_after_by(actor, giver_id):
            giver = session.get_one(Account, giver_id)
            payload |= {"leader": giver.full_name, "by_assistant": True}
    return note(session, actor, issue, kind, payload, for_whom)
