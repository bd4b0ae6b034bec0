"""Which groups of the home page exist for whom, in which order, and what each counts.

Owns: the conditions. They are built once for each set of roles, because building takes longer than the answer: the
person, his units and the day are placeholders that `asked` fills. Must not look anything up: `issues.todo` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, exists, or_, select

from tracker.accounts.actor import Actor
from tracker.deadlines.clocks import Lateness
from tracker.issues.lists import IssueFilter, Scope, desk_is_late, lacks_number
from tracker.issues.models import Answer, AnswerStatus, InfoState, Issue, IssueParty, Reply
from tracker.issues.models_interim import IssueInterim
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.models_referrals import Commitment, ReferralIssue
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.stages import StageKind
from tracker.issues.standing import COMMUNE_ROLES, GROUP_ROLES
from tracker.issues.workflow import CONSULTING, IssueState
from tracker.permissions import Role

Roles = frozenset[Role]

_S = IssueState
_CORRECTED = (_S.SUBMITTED, _S.ACCEPTED, _S.WORKING)
"""The states in which a commune may correct what was filed for it."""


Whose = Literal["nobodys", "owners", "units"]
"""What the person adds to the filter of a group: nothing, himself as owner, his unit where he has one."""


@dataclass(frozen=True)
class Wanted:
    """A group that the person may have: what it counts, and the list that says the same."""

    code: str
    condition: ColumnElement[bool]
    filter: IssueFilter | None = None
    whose: Whose = "nobodys"


_ME = bindparam("me", type_=Integer())
_TODAY = bindparam("today", type_=Date())
_PROMISED_UNTIL = bindparam("promised_until", type_=Date())
_OWNERS: Whose = "owners"
_UNITS: Whose = "units"
_RAISING = (*GROUP_ROLES, Role.COORDINATOR)
_LEADING = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)
_ROLES_OF = {
    "communes": COMMUNE_ROLES,
    "raising": _RAISING,
    "led": (Role.GROUP_LEAD,),
    "desks": _LEADING,
    "directed": (Role.DEPARTMENT_LEADER,),
}


def _units(name: str) -> Any:
    return bindparam(name, type_=Integer(), expanding=True)


def asked(actor: Actor, today: date, promised_until: date) -> dict[str, Any]:
    """The values of all placeholders for this person on this local date; `promised_until`: what falls due soon."""
    units = {name: _units_of(actor, *roles) for name, roles in _ROLES_OF.items()}
    return {"me": actor.account_id, "today": today, "promised_until": promised_until, **units}


def _units_of(actor: Actor, *roles: Role) -> list[int]:
    return sorted({unit_id for role, unit_id in actor.grants if role in roles})


@cache
def wanted(roles: Roles, routes: bool) -> tuple[Wanted, ...]:
    """The groups of who has these roles; `routes`: as coordinator in the unit that has the last word on routing."""
    return (
        *_of_commune(roles),
        *_of_raising_unit(roles),
        *_of_consulted(roles),
        *_of_owner(roles),
        *_of_leads(roles),
        *(_of_coordinator() if routes else ()),
        *_of_everybody_who_sees_all(roles),
    )


def _has_party(units: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(IssueParty.id).where(
            IssueParty.issue_id == Issue.id,
            IssueParty.unit_id.in_(units),
            IssueParty.left.is_(None),
            *conditions,
        )
    )


def _of_commune(roles: Roles) -> Iterator[Wanted]:
    if not roles & {*COMMUNE_ROLES}:
        return
    units = _units("communes")
    own = Issue.raised_by_id.in_(units)
    if Role.COMMUNE_LEADER in roles:
        yield Wanted("to_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield Wanted("info_asked", and_(Issue.state == _S.NEED_INFO, asked), IssueFilter(state=_S.NEED_INFO))
    reply = _has_party(units, IssueParty.reply == Reply.ASKED)
    yield Wanted("to_confirm", and_(Issue.state == _S.ANSWERED, reply), IssueFilter(state=_S.ANSWERED))
    may_correct = _has_party(units, IssueParty.is_on_behalf.is_(True), IssueParty.correct_until >= _TODAY)
    yield Wanted("filed_for_us", and_(Issue.state.in_(_CORRECTED), may_correct))
    if Role.COMMUNE_LEADER not in roles:
        yield Wanted("awaiting_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    yield Wanted("drafts", and_(own, Issue.state == _S.DRAFT), IssueFilter(state=_S.DRAFT))
    is_open = and_(Issue.is_open.is_(True), _has_party(units))
    yield Wanted("own_open", is_open, IssueFilter(scope=Scope.UNIT, is_open=True))


def _of_raising_unit(roles: Roles) -> Iterator[Wanted]:
    """What waits for a unit that raised a matter for itself: its filer and its lead speak for it."""
    if not roles & {*_RAISING}:
        return
    units = _units("raising")
    speaks = or_(Issue.filed_by_id == _ME, Issue.raised_by_id.in_(_units("led")))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield Wanted("unit_info_asked", and_(Issue.state == _S.NEED_INFO, speaks, asked))
    reply = and_(_has_party(units, IssueParty.reply == Reply.ASKED), Issue.holder_id.not_in(units))
    yield Wanted("unit_to_confirm", and_(Issue.state == _S.ANSWERED, speaks, reply))


def _has_opinion(state: OpinionState, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Looked up from the opinions: of all issues only a few are asked about."""
    found = select(Opinion.issue_id).where(Opinion.state == state, *conditions)
    return and_(Issue.id.in_(found), Issue.state.in_(sorted(CONSULTING)))


def _of_consulted(roles: Roles) -> Iterator[Wanted]:
    """What other units ask: leads see all that their unit was asked, a member what he was named for."""
    if not roles & {*GROUP_ROLES}:
        return
    own, filter_of_unit = Opinion.assigned_id == _ME, None
    if roles & {*_LEADING}:
        own = or_(own, Opinion.unit_id.in_(_units("desks")))
        filter_of_unit = IssueFilter(is_open=True, is_consulted=True)
    yield Wanted("opinions_expired", _has_opinion(OpinionState.EXPIRED, own))
    yield Wanted("opinions_asked", _has_opinion(OpinionState.ASKED, own), filter_of_unit)


def _newest_answer_is(status: AnswerStatus) -> ColumnElement[bool]:
    newest = (
        select(Answer.status)
        .where(Answer.issue_id == Issue.id)
        .order_by(Answer.answer_version.desc())
        .limit(1)
        .correlate(Issue)
    )
    return newest.scalar_subquery() == status


def _of_owner(roles: Roles) -> Iterator[Wanted]:
    if not roles & {*GROUP_ROLES}:
        return
    mine = and_(Issue.is_open.is_(True), Issue.owner_id == _ME)
    owed = select(IssueInterim.issue_id).where(
        IssueInterim.issue_id == Issue.id, IssueInterim.ended_on.is_(None)
    )
    yield Wanted("mine_interim", and_(mine, exists(owed)))
    owner, own = IssueFilter(is_open=True), _OWNERS
    yield Wanted("mine_late", and_(mine, Issue.due_on < _TODAY), replace(owner, lateness=Lateness.LATE), own)
    soon = and_(mine, Issue.due_soon_on <= _TODAY, Issue.due_on >= _TODAY)
    yield Wanted("mine_due_soon", soon, replace(owner, lateness=Lateness.DUE_SOON), own)
    yield from _of_waiting_above(mine)
    yield Wanted("promise_due", and_(Issue.owner_id == _ME, _is_promised()))
    working = and_(mine, Issue.state == _S.WORKING)
    returned = and_(working, _newest_answer_is(AnswerStatus.RETURNED))
    yield Wanted("mine_returned", returned)
    unclear = exists(
        select(IssueParty.id).where(IssueParty.issue_id == Issue.id, IssueParty.reply == Reply.CLARIFY)
    )
    yield Wanted("mine_to_clarify", and_(working, unclear, _newest_answer_is(AnswerStatus.SENT)))
    for code, state in (("answered", OpinionState.ANSWERED), ("expired", OpinionState.EXPIRED)):
        came = exists(select(Opinion.id).where(Opinion.issue_id == Issue.id, Opinion.state == state))
        yield Wanted(f"mine_opinions_{code}", and_(working, came))
    silent = and_(mine, Issue.no_news_on <= _TODAY)
    yield Wanted("mine_no_news", silent, replace(owner, is_without_news=True), own)
    numberless = and_(Issue.owner_id == _ME, lacks_number())
    yield Wanted("number_missing", numberless, IssueFilter(lacks_number=True), own)
    yield Wanted("mine_working", working, replace(owner, state=_S.WORKING), own)
    drafts = and_(Issue.state == _S.DRAFT, Issue.filed_by_id == _ME)
    yield Wanted("drafts", drafts, IssueFilter(state=_S.DRAFT))


def _of_waiting_above(whose: ColumnElement[bool]) -> Iterator[Wanted]:
    """Documents to follow up today, and interim answers that communes still wait for."""
    waits = and_(ReferralIssue.issue_id == Issue.id, ReferralIssue.ended_at.is_(None))
    above = and_(whose, Issue.state == _S.WITH_AUTHORITY)
    due = exists(select(ReferralIssue.id).where(waits, ReferralIssue.follow_up_on <= _TODAY))
    yield Wanted("follow_up_due", and_(above, due))
    owed = exists(select(ReferralIssue.id).where(waits, ReferralIssue.interim_due_on.is_not(None)))
    yield Wanted("interim_owed", and_(above, owed))


def _is_promised() -> ColumnElement[bool]:
    """Read from the promises that fall due, few among all issues."""
    due = select(Commitment.issue_id).where(
        Commitment.state == CommitmentState.OPEN, Commitment.promised_on <= _PROMISED_UNTIL
    )
    return Issue.id.in_(due)


def _of_leads(roles: Roles) -> Iterator[Wanted]:
    if not roles & {*_LEADING}:
        return
    held = and_(Issue.is_open.is_(True), Issue.holder_id.in_(_units("desks")))
    submitted = and_(held, Issue.state == _S.SUBMITTED, Issue.awaits_routing.is_(False))
    desk, units = IssueFilter(is_open=True), _UNITS
    yield Wanted(
        "to_approve", and_(held, Issue.state == _S.TO_APPROVE), replace(desk, state=_S.TO_APPROVE), units
    )
    overdue = and_(held, desk_is_late(_TODAY, StageKind.INTAKE, StageKind.APPROVAL))
    yield Wanted("desk_overdue", overdue, replace(desk, is_desk_overdue=True), units)
    yield Wanted("to_accept", submitted, replace(desk, state=_S.SUBMITTED), units)
    yield Wanted("to_assign", and_(held, Issue.state == _S.ACCEPTED), replace(desk, state=_S.ACCEPTED), units)
    deciding = or_(Issue.extension_count == 0, Issue.holder_id.in_(_units("directed")))
    yield Wanted("extension_asked", and_(held, Issue.extension_asked_days.is_not(None), deciding))
    yield from _of_waiting_above(held)
    yield Wanted("promise_due", and_(Issue.holder_id.in_(_units("desks")), _is_promised()))
    raised = and_(held, Issue.level >= 1)
    yield Wanted("escalated", raised, replace(desk, is_raised=True), units)
    yield Wanted("unit_late", and_(held, Issue.due_on < _TODAY), replace(desk, lateness=Lateness.LATE), units)


def _of_coordinator() -> Iterator[Wanted]:
    routing = and_(Issue.is_open.is_(True), Issue.awaits_routing.is_(True))
    desk_late = IssueFilter(is_open=True, awaits_routing=True, is_desk_overdue=True)
    yield Wanted("routing_overdue", and_(routing, desk_is_late(_TODAY, StageKind.ROUTING)), desk_late)
    yield Wanted("to_route", routing, IssueFilter(is_open=True, awaits_routing=True))
    # Nobody of a unit confirms the answer that his own unit gave it.
    reply = exists(
        select(IssueParty.id).where(
            IssueParty.issue_id == Issue.id,
            IssueParty.unit_id == Issue.holder_id,
            IssueParty.left.is_(None),
            IssueParty.reply == Reply.ASKED,
        )
    )
    yield Wanted("unit_to_confirm", and_(Issue.is_open.is_(True), Issue.state == _S.ANSWERED, reply))


def _of_everybody_who_sees_all(roles: Roles) -> Iterator[Wanted]:
    if not roles & {Role.COORDINATOR, Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT, Role.AUDITOR}:
        return
    long_late = and_(Issue.is_open.is_(True), Issue.long_late_on <= _TODAY)
    yield Wanted("all_long_late", long_late, IssueFilter(is_open=True, lateness=Lateness.LONG_LATE))
    late = and_(Issue.is_open.is_(True), Issue.due_on < _TODAY)
    yield Wanted("all_late", late, IssueFilter(is_open=True, lateness=Lateness.LATE))
    yield Wanted("all_open", Issue.is_open.is_(True), IssueFilter(is_open=True))
