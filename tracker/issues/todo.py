"""What a person has to do: the groups of his home page, each a count, a few rows and the list behind it.

Owns: which groups exist for whom and in which order. The sentence of a group is the template's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.deadlines.clocks import Lateness
from tracker.directory.switches import Switches
from tracker.issues.lists import COUNT_CAP, CappedCount, IssueFilter, IssueRow, Scope, lacks_number, read_rows
from tracker.issues.models import Answer, AnswerStatus, InfoState, Issue, IssueParty, Reply
from tracker.issues.policy import COMMUNE_ROLES, GROUP_ROLES
from tracker.issues.workflow import IssueState
from tracker.permissions import Role

ROWS_PER_GROUP = 5

_S = IssueState
_CORRECTED = (_S.SUBMITTED, _S.ACCEPTED, _S.WORKING)
"""The states in which a commune may correct what was filed for it."""


@dataclass(frozen=True)
class TodoGroup:
    """A group of the home page. `filter` opens the list behind it, where a list filter says the same."""

    code: str
    count: CappedCount
    rows: list[IssueRow] = field(default_factory=list)
    filter: IssueFilter | None = None
    due_on: date | None = None
    """The nearest date by which the group asks for something, where its sentence names one."""


@dataclass(frozen=True)
class _Wanted:
    code: str
    condition: ColumnElement[bool]
    filter: IssueFilter | None = None


def groups(session: Session, actor: Actor, switches: Switches, today: date) -> list[TodoGroup]:
    """The groups that have something in them, the most pressing first; two statements, whatever the number."""
    wanted = list(_wanted(actor, switches, today))
    if not wanted:
        return []
    found = _find(session, wanted)
    rows = {row.id: row for row in read_rows(session, [key for keys, _ in found for key in keys])}
    return [
        TodoGroup(
            group.code,
            CappedCount(min(total, COUNT_CAP), total > COUNT_CAP),
            [rows[key] for key in keys],
            group.filter,
        )
        for group, (keys, total) in zip(wanted, found, strict=True)
        if total
    ]


def _find(session: Session, wanted: list[_Wanted]) -> list[tuple[list[int], int]]:
    """Newest keys and capped count of each group, in one statement: rows (group, is_count, key or count)."""
    parts: list[Select[int, bool, int]] = []
    for place, group in enumerate(wanted):
        found = select(Issue.id).where(group.condition)
        newest = found.order_by(Issue.id.desc()).limit(ROWS_PER_GROUP).subquery()
        capped = found.limit(COUNT_CAP + 1).subquery()
        parts.append(select(literal(place), false(), newest.c.id))
        parts.append(select(literal(place), true(), func.count()).select_from(capped))
    keys: list[list[int]] = [[] for _ in wanted]
    totals = [0] * len(wanted)
    for place, is_count, number in session.execute(union_all(*parts)):
        if is_count:
            totals[place] = number
        else:
            keys[place].append(number)
    return [(sorted(own, reverse=True), total) for own, total in zip(keys, totals, strict=True)]


def _wanted(actor: Actor, switches: Switches, today: date) -> Iterator[_Wanted]:
    yield from _of_commune(actor, today)
    yield from _of_raising_unit(actor)
    yield from _of_owner(actor, today)
    yield from _of_leads(actor, today)
    yield from _of_coordinator(actor, switches, today)
    yield from _of_everybody_who_sees_all(actor, today)


def _units(actor: Actor, *roles: Role) -> list[int]:
    return sorted({unit_id for role, unit_id in actor.grants if role in roles})


def _has_party(units: list[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(IssueParty.id).where(
            IssueParty.issue_id == Issue.id,
            IssueParty.unit_id.in_(units),
            IssueParty.left.is_(None),
            *conditions,
        )
    )


def _of_commune(actor: Actor, today: date) -> Iterator[_Wanted]:
    units = _units(actor, *COMMUNE_ROLES)
    if not units:
        return
    own = Issue.raised_by_id.in_(units)
    if _units(actor, Role.COMMUNE_LEADER):
        yield _Wanted("to_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield _Wanted("info_asked", and_(Issue.state == _S.NEED_INFO, asked), IssueFilter(state=_S.NEED_INFO))
    reply = _has_party(units, IssueParty.reply == Reply.ASKED)
    yield _Wanted("to_confirm", and_(Issue.state == _S.ANSWERED, reply), IssueFilter(state=_S.ANSWERED))
    may_correct = _has_party(units, IssueParty.is_on_behalf.is_(True), IssueParty.correct_until >= today)
    yield _Wanted("filed_for_us", and_(Issue.state.in_(_CORRECTED), may_correct))
    if not _units(actor, Role.COMMUNE_LEADER):
        yield _Wanted("awaiting_sign", and_(own, Issue.state == _S.TO_SIGN), IssueFilter(state=_S.TO_SIGN))
    yield _Wanted("drafts", and_(own, Issue.state == _S.DRAFT), IssueFilter(state=_S.DRAFT))
    is_open = and_(Issue.is_open.is_(True), _has_party(units))
    yield _Wanted("own_open", is_open, IssueFilter(scope=Scope.UNIT, is_open=True))


def _of_raising_unit(actor: Actor) -> Iterator[_Wanted]:
    """What waits for a unit that raised a matter for itself: its filer and its lead speak for it."""
    units = _units(actor, *GROUP_ROLES, Role.COORDINATOR)
    if not units:
        return
    led = _units(actor, Role.GROUP_LEAD)
    speaks = or_(Issue.filed_by_id == actor.account_id, Issue.raised_by_id.in_(led))
    asked = _has_party(units, IssueParty.info == InfoState.ASKED)
    yield _Wanted("unit_info_asked", and_(Issue.state == _S.NEED_INFO, speaks, asked))
    reply = and_(_has_party(units, IssueParty.reply == Reply.ASKED), Issue.holder_id.not_in(units))
    yield _Wanted("unit_to_confirm", and_(Issue.state == _S.ANSWERED, speaks, reply))


def _newest_answer_is(status: AnswerStatus) -> ColumnElement[bool]:
    newest = (
        select(Answer.status)
        .where(Answer.issue_id == Issue.id)
        .order_by(Answer.answer_version.desc())
        .limit(1)
        .correlate(Issue)
    )
    return newest.scalar_subquery() == status


def _of_owner(actor: Actor, today: date) -> Iterator[_Wanted]:
    if not _units(actor, *GROUP_ROLES):
        return
    mine = and_(Issue.is_open.is_(True), Issue.owner_id == actor.account_id)
    owner = IssueFilter(is_open=True, owner_id=actor.account_id)
    yield _Wanted("mine_late", and_(mine, Issue.due_on < today), replace(owner, lateness=Lateness.LATE))
    soon = and_(mine, Issue.due_soon_on <= today, Issue.due_on >= today)
    yield _Wanted("mine_due_soon", soon, replace(owner, lateness=Lateness.DUE_SOON))
    working = and_(mine, Issue.state == _S.WORKING)
    returned = and_(working, _newest_answer_is(AnswerStatus.RETURNED))
    yield _Wanted("mine_returned", returned)
    unclear = exists(
        select(IssueParty.id).where(IssueParty.issue_id == Issue.id, IssueParty.reply == Reply.CLARIFY)
    )
    yield _Wanted("mine_to_clarify", and_(working, unclear, _newest_answer_is(AnswerStatus.SENT)))
    silent = and_(mine, Issue.no_news_on <= today)
    yield _Wanted("mine_no_news", silent, replace(owner, is_without_news=True))
    numberless = and_(Issue.owner_id == actor.account_id, lacks_number())
    yield _Wanted("number_missing", numberless, IssueFilter(owner_id=actor.account_id, lacks_number=True))
    yield _Wanted("mine_working", working, replace(owner, state=_S.WORKING))
    drafts = and_(Issue.state == _S.DRAFT, Issue.filed_by_id == actor.account_id)
    yield _Wanted("drafts", drafts, IssueFilter(state=_S.DRAFT))


def _of_leads(actor: Actor, today: date) -> Iterator[_Wanted]:
    units = _units(actor, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)
    if not units:
        return
    held = and_(Issue.is_open.is_(True), Issue.holder_id.in_(units))
    submitted = and_(held, Issue.state == _S.SUBMITTED, Issue.awaits_routing.is_(False))
    unit = units[0] if len(units) == 1 else None
    desk = IssueFilter(is_open=True, unit_id=unit)
    yield _Wanted("to_approve", and_(held, Issue.state == _S.TO_APPROVE), replace(desk, state=_S.TO_APPROVE))
    yield _Wanted("to_accept", submitted, replace(desk, state=_S.SUBMITTED))
    yield _Wanted("to_assign", and_(held, Issue.state == _S.ACCEPTED), replace(desk, state=_S.ACCEPTED))
    directed = _units(actor, Role.DEPARTMENT_LEADER)
    deciding = or_(Issue.extension_count == 0, Issue.holder_id.in_(directed))
    yield _Wanted("extension_asked", and_(held, Issue.extension_asked_days.is_not(None), deciding))
    raised = and_(held, Issue.level >= 1)
    yield _Wanted("escalated", raised, replace(desk, is_raised=True))
    yield _Wanted("unit_late", and_(held, Issue.due_on < today), replace(desk, lateness=Lateness.LATE))


def _of_coordinator(actor: Actor, switches: Switches, today: date) -> Iterator[_Wanted]:
    if not actor.holds(switches.coordinating_unit_id, Role.COORDINATOR):
        return
    routing = and_(Issue.is_open.is_(True), Issue.awaits_routing.is_(True))
    yield _Wanted("to_route", routing, IssueFilter(is_open=True, awaits_routing=True))
    # Nobody of a unit confirms the answer that his own unit gave it.
    reply = exists(
        select(IssueParty.id).where(
            IssueParty.issue_id == Issue.id,
            IssueParty.unit_id == Issue.holder_id,
            IssueParty.left.is_(None),
            IssueParty.reply == Reply.ASKED,
        )
    )
    yield _Wanted("unit_to_confirm", and_(Issue.is_open.is_(True), Issue.state == _S.ANSWERED, reply))


def _of_everybody_who_sees_all(actor: Actor, today: date) -> Iterator[_Wanted]:
    if not actor.roles & {Role.COORDINATOR, Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT, Role.AUDITOR}:
        return
    long_late = and_(Issue.is_open.is_(True), Issue.long_late_on <= today)
    yield _Wanted("all_long_late", long_late, IssueFilter(is_open=True, lateness=Lateness.LONG_LATE))
    late = and_(Issue.is_open.is_(True), Issue.due_on < today)
    yield _Wanted("all_late", late, IssueFilter(is_open=True, lateness=Lateness.LATE))
    yield _Wanted("all_open", Issue.is_open.is_(True), IssueFilter(is_open=True))
