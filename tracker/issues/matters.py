"""Reads what the object rules need to know of an issue.

Owns: the one place that turns rows into `policy.Matter`. Must not decide anything.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.directory.models import Unit, UnitKind
from tracker.directory.switches import Switches
from tracker.issues import history
from tracker.issues.matter import CurrentAnswer, Matter, Party, Question
from tracker.issues.models import (
    Answer,
    AnswerForm,
    AnswerKind,
    AnswerStatus,
    Issue,
    IssueParty,
    PartyLeft,
    Reply,
)
from tracker.issues.models_escalation import Escalation, OpenedBy, Plan
from tracker.issues.models_opinions import ANSWERABLE, Opinion, OpinionState
from tracker.issues.models_referrals import Commitment
from tracker.issues.referral_rules import CommitmentState
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.workflow import CONSULTING, IssueState
from tracker.permissions import Role

UNINFORMED_AFTER_DAYS = 7
"""Working days of silence after which the silent parties may be dropped."""

Holders = dict[tuple[int, Role], set[int]]

# Built once: building a statement costs more than running it.
_TODAY = bindparam("today", type_=Date())
_NEWEST_ANSWER = (
    select(Answer)
    .where(Answer.issue_id == bindparam("issue_id"))
    .order_by(Answer.answer_version.desc())
    .limit(1)
)
_SIGNER = (
    select(Grant.id)
    .join(Account, Account.id == Grant.account_id)
    .where(
        Grant.unit_id == bindparam("unit_id"),
        Grant.role == Role.COMMUNE_LEADER,
        Grant.holds_on(_TODAY),
        Account.is_active.is_(True),
    )
    .limit(1)
)
Raised = tuple[OpenedBy | None, int | None]
"""How an issue came to its level, and the key of the plan made there."""

_OPEN_LEVEL = (
    select(Escalation.opened_by, Plan.id)
    .outerjoin(Plan, Plan.escalation_id == Escalation.id)
    .where(Escalation.issue_id == bindparam("issue_id"), Escalation.ended_at.is_(None))
)
_HOLDERS = (
    select(Grant.unit_id, Grant.role, Grant.account_id)
    .join(Account, Account.id == Grant.account_id)
    .where(
        Grant.unit_id.in_(bindparam("units", expanding=True)),
        or_(
            Grant.role.in_((Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COMMUNE_LEADER)),
            Grant.account_id == bindparam("owner_id"),
        ),
        Grant.holds_on(_TODAY),
        Account.is_active.is_(True),
    )
)
_QUESTIONS = (
    select(Opinion.id, Opinion.unit_id, Opinion.state)
    .where(Opinion.issue_id == bindparam("issue_id"), Opinion.state.in_(ANSWERABLE))
    .order_by(Opinion.id)
)

_PROMISE = select(Commitment.id).where(
    Commitment.issue_id == bindparam("issue_id"), Commitment.state == CommitmentState.OPEN
)


def parties_of(session: Session, issue: Issue) -> list[IssueParty]:
    """The parties with their units, in the order in which they came."""
    return list(session.scalars(_parties(), {"issue_id": issue.id}))


@cache
def _parties() -> Select[IssueParty]:
    of_issue = select(IssueParty).where(IssueParty.issue_id == bindparam("issue_id"))
    return of_issue.options(joinedload(IssueParty.unit)).order_by(IssueParty.id)


def newest_answer(session: Session, issue: Issue) -> Answer | None:
    """The newest version of the answer."""
    return session.scalars(_NEWEST_ANSWER, {"issue_id": issue.id}).first()


_AS_STORED = (
    "state",
    "raised_by_id",
    "filed_by_id",
    "holder_id",
    "owner_id",
    "awaits_routing",
    "is_routed",
    "is_disputed",
    "level",
    "info_count",
    "due_on",
    "extension_count",
    "outcome",
)
"""The columns that the rules read as they are."""


def matter_of(
    session: Session,
    issue: Issue,
    *,
    parties: Sequence[IssueParty],
    answer: Answer | None,
    switches: Switches,
    calendar: WorkingCalendar,
    today: date,
    questions: tuple[Question, ...] | None = None,
    raised: Raised | None = None,
) -> Matter:
    """The issue as the rules see it today; `questions` and `raised` where they were read already."""
    holders = _grant_holders(session, issue, today)
    holder_id = issue.holder_id or 0
    raiser = issue.raised_by_id
    opened_by, plan_id = _escalation(session, issue) if raised is None else raised
    return Matter(
        **{name: getattr(issue, name) for name in _AS_STORED},
        coordinating_unit_id=switches.coordinating_unit_id,
        today=today,
        is_raised_by_hand=opened_by is OpenedBy.HAND,
        has_plan=plan_id is not None,
        is_owner_active=any(issue.owner_id in holders[holder_id, role] for role in GROUP_ROLES),
        is_extension_asked=issue.extension_asked_days is not None,
        parties=tuple(_party(party) for party in parties),
        answer=_answer(answer),
        questions=_questions(session, issue) if questions is None else questions,
        leads=frozenset(holders[holder_id, Role.GROUP_LEAD]),
        directors=frozenset(holders[holder_id, Role.DEPARTMENT_LEADER]),
        raiser_leads=frozenset(holders[raiser, Role.GROUP_LEAD]),
        raiser_has_signer=bool(holders[raiser, Role.COMMUNE_LEADER])
        and wants_sign_off(session, issue.raised_by_id, switches),
        is_info_overdue=_is_info_overdue(session, issue, calendar, today),
        is_reopenable=_is_reopenable(issue, switches, today),
        has_commitment=_has_commitment(session, issue, answer),
        members_take_issues=switches.members_take_issues,
        phone_confirmation=switches.phone_confirmation,
    )


def _escalation(session: Session, issue: Issue) -> Raised:
    """How it came to its level, and the plan made there; asked only of what has a level."""
    row = session.execute(_OPEN_LEVEL, {"issue_id": issue.id}).first() if issue.level else None
    return (row[0], row[1]) if row is not None else (None, None)


def wants_sign_off(session: Session, unit_id: int, switches: Switches) -> bool:
    """Whether the raising commune wants its leader's sign-off: its own choice, else the province's switch."""
    unit = session.get_one(Unit, unit_id)
    if unit.kind is not UnitKind.COMMUNE:
        return False
    return switches.commune_sign_off if unit.signs_off is None else unit.signs_off


def has_signer(session: Session, unit_id: int, switches: Switches, today: date) -> bool:
    """Whether what this unit sends goes to its leader first: sign-off is on and there is an active leader."""
    if not wants_sign_off(session, unit_id, switches):
        return False
    return session.scalar(_SIGNER, {"unit_id": unit_id, "today": today}) is not None


def _grant_holders(session: Session, issue: Issue, today: date) -> Holders:
    """Active people by (unit, role) in the holding and the raising unit; members only as owner."""
    units = {issue.holder_id or 0, issue.raised_by_id}
    asked = {"units": sorted(units), "owner_id": issue.owner_id, "today": today}
    holders: Holders = defaultdict(set)
    for unit_id, role, account_id in session.execute(_HOLDERS, asked):
        holders[unit_id, role].add(account_id)
    return holders


def _questions(session: Session, issue: Issue) -> tuple[Question, ...]:
    """Asked only where the state allows a reply: elsewhere nobody waits for one."""
    if issue.state not in CONSULTING:
        return ()
    rows = session.execute(_QUESTIONS, {"issue_id": issue.id})
    return tuple(Question(key, unit_id, state is OpinionState.EXPIRED) for key, unit_id, state in rows)


def _party(party: IssueParty) -> Party:
    return Party(
        unit_id=party.unit_id,
        is_commune=party.unit.kind is UnitKind.COMMUNE,
        has_left=party.left is not None,
        was_withdrawn=party.left is PartyLeft.WITHDRAWN,
        owes_info=party.info.value == "asked",
        may_reply=party.reply is Reply.ASKED,
        has_clarified=party.clarify_count > 0,
        correct_until=party.correct_until,
        has_reopened=party.reopen_count > 0,
    )


def _answer(answer: Answer | None) -> CurrentAnswer | None:
    if answer is None:
        return None
    return CurrentAnswer(
        is_note=answer.form is AnswerForm.NOTE,
        is_sent=answer.status is AnswerStatus.SENT,
        lacks_number=answer.form is AnswerForm.DOCUMENT and not answer.document_number,
        authors=_known(answer.written_by_id, answer.submitted_by_id, answer.written_for_id),
        approver_id=answer.approved_by_id,
        approved_for_id=answer.approved_for_id,
    )


def _known(*keys: int | None) -> frozenset[int]:
    return frozenset(key for key in keys if key is not None)


def _is_info_overdue(session: Session, issue: Issue, calendar: WorkingCalendar, today: date) -> bool:
    if issue.state is not IssueState.NEED_INFO:
        return False
    life = clocks.timeline(history.facts_of(session, issue.id), calendar, until=today)
    asked_on = life.pauses[-1].from_on
    return calendar.between(asked_on, today) >= UNINFORMED_AFTER_DAYS


def _has_commitment(session: Session, issue: Issue, answer: Answer | None) -> bool:
    """Asked only where the newest answer is a roadmap that was sent."""
    is_promise = (
        answer is not None and answer.kind is AnswerKind.ROADMAP and answer.status is AnswerStatus.SENT
    )
    if not is_promise or issue.state not in (IssueState.ANSWERED, IssueState.CLOSED):
        return False
    return session.scalar(_PROMISE, {"issue_id": issue.id}) is not None


def _is_reopenable(issue: Issue, switches: Switches, today: date) -> bool:
    if issue.closed_at is None:
        return False
    return today <= clock.local_date(issue.closed_at) + timedelta(days=switches.reopen_calendar_days)
