"""Which groups of the home page exist for whom, in which order, and what each counts.

Owns: the conditions. They are built once for each set of roles, because building takes longer than the answer: the
person, his units and the day are placeholders that `asked` fills. Must not look anything up: `issues.todo` does.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from tracker.deadlines.clocks import Lateness
from tracker.issues.list_conditions import desk_is_late, is_objected, lacks_number
from tracker.issues.listing import IssueFilter, Todo
from tracker.issues.models import Answer, AnswerStatus, InfoState, Issue, IssueParty, Reply
from tracker.issues.models_interim import IssueInterim
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.models_referrals import Commitment, ReferralIssue
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.stages import StageKind
from tracker.issues.standing import COMMUNE_ROLES, GROUP_ROLES
from tracker.issues.todo_province import of_coordinator, of_everybody_who_sees_all
from tracker.issues.todo_wanted import (
    LEADING,
    ME,
    PROMISED_UNTIL,
    RAISING,
    TODAY,
    Roles,
    Wanted,
    Whose,
    listed,
    units_of,
)
from tracker.issues.workflow import CONSULTING, IssueState
from tracker.permissions import Role

_S = IssueState
_CORRECTED = (_S.SUBMITTED, _S.ACCEPTED, _S.WORKING)
"""The states in which a commune may correct what was filed for it."""
_OWNERS: Whose = "owners"
_UNITS: Whose = "units"


@cache
def wanted(roles: Roles, routes: bool) -> tuple[Wanted, ...]:
    """The groups of who has these roles; `routes`: as coordinator in the unit that has the last word on routing."""
    return (
        *_of_recorded(roles),
        *_of_commune(roles),
        *_of_raising_unit(roles, routes),
        *_of_consulted(roles),
        *_of_owner(roles),
        *_of_leads(roles),
        *(of_coordinator() if routes else ()),
        *of_everybody_who_sees_all(roles),
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


def _of_recorded(roles: Roles) -> Iterator[Wanted]:
    """To who leads the holder: what a leader did not say must not stand."""
    if Role.GROUP_LEAD in roles:
        held = and_(Issue.is_open.is_(True), Issue.holder_id.in_(units_of("led")))
        yield listed(Todo.RECORDED_OBJECTED, and_(held, is_objected()))


def _of_commune(roles: Roles) -> Iterator[Wanted]:
    if not roles & {*COMMUNE_ROLES}:
        return
    units = units_of("communes")
    own = Issue.raised_by_id.in_(units)
    if Role.COMMUNE_LEADER in roles:
        yield Wanted("to_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield listed(Todo.INFO_ASKED, and_(Issue.state == _S.NEED_INFO, asked))
    reply = _has_party(units, IssueParty.reply == Reply.ASKED)
    yield listed(Todo.TO_CONFIRM, and_(Issue.state == _S.ANSWERED, reply))
    may_correct = _has_party(units, IssueParty.is_on_behalf.is_(True), IssueParty.correct_until >= TODAY)
    yield listed(Todo.FILED_FOR_US, and_(Issue.state.in_(_CORRECTED), may_correct))
    if Role.COMMUNE_LEADER not in roles:
        yield Wanted("awaiting_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    if not roles & {*GROUP_ROLES}:
        yield Wanted("drafts", and_(own, Issue.state == _S.DRAFT), IssueFilter(state=_S.DRAFT))
    yield listed(Todo.OWN_OPEN, and_(Issue.is_open.is_(True), _has_party(units)))


def _of_raising_unit(roles: Roles, routes: bool) -> Iterator[Wanted]:
    """What waits for a unit that raised a matter for itself: its filer and its lead speak for it.

    Nobody of a unit confirms the answer that his own unit gave it: there who `routes` does.
    """
    if not roles & {*RAISING}:
        return
    units = units_of("raising")
    speaks = or_(Issue.filed_by_id == ME, Issue.raised_by_id.in_(units_of("led")))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield listed(Todo.UNIT_INFO_ASKED, and_(Issue.state == _S.NEED_INFO, speaks, asked))
    reply = and_(speaks, _has_party(units, IssueParty.reply == Reply.ASKED), Issue.holder_id.not_in(units))
    if routes:
        reply = or_(reply, _has_party([Issue.holder_id], IssueParty.reply == Reply.ASKED))
    yield listed(Todo.UNIT_TO_CONFIRM, and_(Issue.state == _S.ANSWERED, reply))


def _has_opinion(state: OpinionState, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Looked up from the opinions: of all issues only a few are asked about."""
    found = select(Opinion.issue_id).where(Opinion.state == state, *conditions)
    return and_(Issue.id.in_(found), Issue.state.in_(sorted(CONSULTING)))


def _of_consulted(roles: Roles) -> Iterator[Wanted]:
    """What other units ask: leads see all that their unit was asked, a member what he was named for."""
    if not roles & {*GROUP_ROLES}:
        return
    own = Opinion.assigned_id == ME
    if roles & {*LEADING}:
        own = or_(own, Opinion.unit_id.in_(units_of("desks")))
    yield listed(Todo.OPINIONS_EXPIRED, _has_opinion(OpinionState.EXPIRED, own))
    yield listed(Todo.OPINIONS_ASKED, _has_opinion(OpinionState.ASKED, own))


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
    mine = and_(Issue.is_open.is_(True), Issue.owner_id == ME)
    owed = select(IssueInterim.issue_id).where(
        IssueInterim.issue_id == Issue.id, IssueInterim.ended_on.is_(None)
    )
    yield listed(Todo.MINE_INTERIM, and_(mine, exists(owed)))
    owner, own = IssueFilter(is_open=True), _OWNERS
    yield Wanted("mine_late", and_(mine, Issue.due_on < TODAY), replace(owner, lateness=Lateness.LATE), own)
    soon = and_(mine, Issue.due_soon_on <= TODAY, Issue.due_on >= TODAY)
    yield Wanted("mine_due_soon", soon, replace(owner, lateness=Lateness.DUE_SOON), own)
    yield from _of_waiting_above(roles)
    yield from _of_own_work(mine)
    silent = and_(mine, Issue.no_news_on <= TODAY)
    yield Wanted("mine_no_news", silent, replace(owner, is_without_news=True), own)
    numberless = and_(Issue.owner_id == ME, lacks_number())
    yield Wanted("number_missing", numberless, IssueFilter(lacks_number=True), own)
    working = and_(mine, Issue.state == _S.WORKING)
    yield Wanted("mine_working", working, replace(owner, state=_S.WORKING), own)
    yield _drafts(roles)


def _of_own_work(mine: ColumnElement[bool]) -> Iterator[Wanted]:
    """What came back to the owner, and what others answered him."""
    working = and_(mine, Issue.state == _S.WORKING)
    yield listed(Todo.MINE_RETURNED, and_(working, _newest_answer_is(AnswerStatus.RETURNED)))
    unclear = exists(
        select(IssueParty.id).where(IssueParty.issue_id == Issue.id, IssueParty.reply == Reply.CLARIFY)
    )
    sent = _newest_answer_is(AnswerStatus.SENT)
    yield listed(Todo.MINE_TO_CLARIFY, and_(working, unclear, sent))
    for todo, state in (
        (Todo.MINE_OPINIONS_ANSWERED, OpinionState.ANSWERED),
        (Todo.MINE_OPINIONS_EXPIRED, OpinionState.EXPIRED),
    ):
        came = exists(select(Opinion.id).where(Opinion.issue_id == Issue.id, Opinion.state == state))
        yield listed(todo, and_(working, came))


def _drafts(roles: Roles) -> Wanted:
    """His own; those of a commune too where he works for one."""
    own: ColumnElement[bool] = Issue.filed_by_id == ME
    if roles & {*COMMUNE_ROLES}:
        own = or_(own, Issue.raised_by_id.in_(units_of("communes")))
    return Wanted("drafts", and_(Issue.state == _S.DRAFT, own), IssueFilter(state=_S.DRAFT, todo=Todo.DRAFTS))


def _of_waiting_above(roles: Roles) -> Iterator[Wanted]:
    """Documents to follow up today, interim answers that communes still wait for, promises that fall due."""
    whose: ColumnElement[bool] = Issue.owner_id == ME
    if roles & {*LEADING}:
        whose = or_(whose, Issue.holder_id.in_(units_of("desks")))
    waits = and_(ReferralIssue.issue_id == Issue.id, ReferralIssue.ended_at.is_(None))
    above = and_(Issue.state == _S.WITH_AUTHORITY, whose)
    due = exists(select(ReferralIssue.id).where(waits, ReferralIssue.follow_up_on <= TODAY))
    yield listed(Todo.FOLLOW_UP_DUE, and_(above, due))
    owed = exists(select(ReferralIssue.id).where(waits, ReferralIssue.interim_due_on.is_not(None)))
    yield listed(Todo.INTERIM_OWED, and_(above, owed))
    yield listed(Todo.PROMISE_DUE, and_(whose, _is_promised()), is_open=None)


def _is_promised() -> ColumnElement[bool]:
    """Read from the promises that fall due, few among all issues."""
    due = select(Commitment.issue_id).where(
        Commitment.state == CommitmentState.OPEN, Commitment.promised_on <= PROMISED_UNTIL
    )
    return Issue.id.in_(due)


def _of_leads(roles: Roles) -> Iterator[Wanted]:
    if not roles & {*LEADING}:
        return
    held = and_(Issue.is_open.is_(True), Issue.holder_id.in_(units_of("desks")))
    submitted = and_(held, Issue.state == _S.SUBMITTED, Issue.awaits_routing.is_(False))
    desk, units = IssueFilter(is_open=True), _UNITS
    yield Wanted(
        "to_approve", and_(held, Issue.state == _S.TO_APPROVE), replace(desk, state=_S.TO_APPROVE), units
    )
    overdue = and_(held, desk_is_late(TODAY, StageKind.INTAKE, StageKind.APPROVAL))
    yield Wanted("desk_overdue", overdue, replace(desk, is_desk_overdue=True), units)
    yield listed(Todo.TO_ACCEPT, submitted)
    yield Wanted("to_assign", and_(held, Issue.state == _S.ACCEPTED), replace(desk, state=_S.ACCEPTED), units)
    deciding = or_(Issue.extension_count == 0, Issue.holder_id.in_(units_of("directed")))
    yield listed(Todo.EXTENSION_ASKED, and_(held, Issue.extension_asked_days.is_not(None), deciding))
    raised = and_(held, Issue.level >= 1)
    yield Wanted("escalated", raised, replace(desk, is_raised=True), units)
    yield Wanted("unit_late", and_(held, Issue.due_on < TODAY), replace(desk, lateness=Lateness.LATE), units)
