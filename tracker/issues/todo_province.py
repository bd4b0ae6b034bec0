"""The groups of the home page that concern the whole province: the coordinator's and those of who sees all.

Owns: their conditions (decision 0016 says what is shared and what was sent up). Looks nothing up.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, select, union_all

from tracker.deadlines.clocks import Lateness
from tracker.issues.list_conditions import desk_is_late
from tracker.issues.listing import IssueFilter, Todo
from tracker.issues.models import Issue, IssueParty
from tracker.issues.models_escalation import Escalation, OpenedBy
from tracker.issues.models_referrals import ReferralIssue
from tracker.issues.stages import StageKind
from tracker.issues.todo_wanted import TODAY, Roles, Wanted, listed
from tracker.permissions import Role

FEWEST_SHARING = 2
"""How many communes make a matter a shared one."""
COORDINATORS_LEVEL = 3


def of_coordinator() -> Iterator[Wanted]:
    """What waits for his word, then what he watches over: matters of several communes, matters sent up."""
    routing = and_(Issue.is_open.is_(True), Issue.awaits_routing.is_(True))
    desk_late = IssueFilter(is_open=True, awaits_routing=True, is_desk_overdue=True)
    yield Wanted("routing_overdue", and_(routing, desk_is_late(TODAY, StageKind.ROUTING)), desk_late)
    yield Wanted("to_route", routing, IssueFilter(is_open=True, awaits_routing=True))
    yield listed(Todo.SENT_UP, and_(Issue.is_open.is_(True), Issue.id.in_(_sent_up())))
    yield listed(Todo.SHARED, and_(Issue.is_open.is_(True), _is_shared()))


def _is_shared() -> ColumnElement[bool]:
    """Several communes still have it, by their own word or because it was filed for them."""
    present = select(func.count()).where(IssueParty.issue_id == Issue.id, IssueParty.left.is_(None))
    return present.correlate(Issue).scalar_subquery() >= FEWEST_SHARING


def _sent_up() -> CompoundSelect[int]:
    """Somebody sent it up: it waits for an authority, or was reported to the coordinator or higher by hand."""
    waiting = select(ReferralIssue.issue_id).where(ReferralIssue.ended_at.is_(None))
    by_hand = select(Escalation.issue_id).where(
        Escalation.ended_at.is_(None),
        Escalation.opened_by == OpenedBy.HAND,
        Escalation.level >= COORDINATORS_LEVEL,
    )
    return union_all(waiting, by_hand)


def of_everybody_who_sees_all(roles: Roles) -> Iterator[Wanted]:
    """What is late and what is open in the whole province."""
    if not roles & {Role.COORDINATOR, Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT, Role.AUDITOR}:
        return
    long_late = and_(Issue.is_open.is_(True), Issue.long_late_on <= TODAY)
    yield Wanted("all_long_late", long_late, IssueFilter(is_open=True, lateness=Lateness.LONG_LATE))
    late = and_(Issue.is_open.is_(True), Issue.due_on < TODAY)
    yield Wanted("all_late", late, IssueFilter(is_open=True, lateness=Lateness.LATE))
    yield Wanted("all_open", Issue.is_open.is_(True), IssueFilter(is_open=True))
