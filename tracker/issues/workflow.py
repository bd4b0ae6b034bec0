"""States and acts of an issue as a table.

Owns: which acts exist, from which states, to which state, which permission they ask for and which event they leave.
Pure. Who may take an act on a given matter is said in `issues.policy`; what an act changes, in `issues.acts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tracker.permissions import Permission


class IssueState(StrEnum):
    """The stored states; urgency is computed, never stored."""

    DRAFT = "draft"
    TO_SIGN = "to_sign"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WORKING = "working"
    NEED_INFO = "need_info"
    WITH_AUTHORITY = "with_authority"
    TO_APPROVE = "to_approve"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"


class Act(StrEnum):
    """What somebody does with an issue. An act exists only as a row of `TRANSITIONS`."""

    SEND = "send"
    SIGN = "sign"
    RETURN_DRAFT = "return_draft"
    ACCEPT = "accept"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    TRANSFER = "transfer"
    ROUTE = "route"
    ASK_INFO = "ask_info"
    GIVE_INFO = "give_info"
    RESUME = "resume"
    CLOSE_UNINFORMED = "close_uninformed"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    ADD_INFO = "add_info"
    SET_NUMBER = "set_number"
    CLOSE_ERROR = "close_error"
    NEWS = "news"
    INTERIM = "interim"
    SUBMIT_ANSWER = "submit_answer"
    TAKE_BACK = "take_back"
    RETURN_ANSWER = "return_answer"
    APPROVE = "approve"
    SEND_DOCUMENT = "send_document"
    CONFIRM = "confirm"
    CLOSE_READY = "close_ready"
    CLARIFY = "clarify"
    DISPUTE = "dispute"
    EXPIRE = "expire"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_OPINION = "ask_opinion"
    GIVE_OPINION = "give_opinion"
    ASSIGN_OPINION = "assign_opinion"
    CANCEL_OPINION = "cancel_opinion"
    EXPIRE_OPINION = "expire_opinion"
    REFER = "refer"
    REPLY_IN = "reply_in"
    RECALL = "recall"
    FOLLOW_UP = "follow_up"
    WAKE = "wake"
    KEEP = "keep"
    RAISE = "raise"
    REMIND = "remind"
    ESCALATE = "escalate"
    DECLINE_ESCALATION = "decline_escalation"
    LOWER = "lower"
    PLAN = "plan"


class Move(StrEnum):
    """Targets that depend on the matter; `landing()` decides them."""

    STAYS = "stays"
    SUBMITS = "submits"
    """submitted, or to_sign where the commune wants its leader's sign-off"""
    RESUMES = "resumes"
    """the state from which information was asked; accepted where the owner is gone"""
    STAYS_OR_RESUMES = "stays_or_resumes"
    """need_info until every asked party has replied"""
    STAYS_OR_CLOSES = "stays_or_closes"
    ANSWERS = "answers"
    """answered, or to_approve where signed documents get a second check"""
    BACK_TO_OWNER = "back_to_owner"
    """answered → working at the same owner; accepted where the owner is gone; elsewhere stays"""
    BACK_TO_LEAD = "back_to_lead"
    """answered and working → accepted; elsewhere stays"""


class Outcome(StrEnum):
    """How a closed issue ended."""

    SOLVED = "solved"
    GUIDED = "guided"
    DECIDED = "decided"
    OWN_COMPETENCE = "own_competence"
    ROADMAP = "roadmap"
    REFUSED = "refused"
    ANSWERED_FROM_ABOVE = "answered_from_above"
    NO_INFORMATION = "no_information"
    WITHDRAWN = "withdrawn"
    IN_ERROR = "in_error"


_S = IssueState
NOT_SENT = frozenset({_S.DRAFT, _S.TO_SIGN})
ENDED = frozenset({_S.CLOSED, _S.MERGED})
OPEN = frozenset(IssueState) - NOT_SENT - ENDED
OWNED = frozenset({_S.WORKING, _S.WITH_AUTHORITY, _S.TO_APPROVE})
"""States in which there must be an owner."""
_BEFORE_ANSWER = frozenset({_S.SUBMITTED, _S.ACCEPTED, _S.WORKING})
CONSULTING = OWNED | {_S.ACCEPTED, _S.NEED_INFO}
"""States in which departments that were asked may still say what they think."""
PROMISED = OPEN - {_S.NEED_INFO, _S.ANSWERED}
"""States in which a promise may run, and escalation with it."""


@dataclass(frozen=True)
class Transition:
    """A row of the table. `permission` None: only a job or the directory may do it."""

    act: Act
    sources: frozenset[IssueState]
    target: IssueState | Move
    permission: Permission | None
    event: str
    guards_version: bool = False
    """True where the act replaces text or owner: a stale page is answered with both texts."""


def _row(
    act: Act,
    sources: frozenset[IssueState] | IssueState,
    target: IssueState | Move,
    permission: Permission | None,
    event: str,
    *,
    guards_version: bool = False,
) -> Transition:
    many = frozenset({sources}) if isinstance(sources, IssueState) else sources
    return Transition(act, many, target, permission, event, guards_version)


_P = Permission
TRANSITIONS: tuple[Transition, ...] = (
    _row(Act.SEND, _S.DRAFT, Move.SUBMITS, _P.FILE_ISSUE, "sent", guards_version=True),
    _row(Act.SIGN, _S.TO_SIGN, _S.SUBMITTED, _P.SIGN_OFF, "signed"),
    _row(Act.RETURN_DRAFT, _S.TO_SIGN, _S.DRAFT, _P.SIGN_OFF, "draft_returned"),
    _row(Act.ACCEPT, _S.SUBMITTED, _S.ACCEPTED, _P.LEAD_GROUP, "accepted", guards_version=True),
    _row(
        Act.ASSIGN,
        frozenset({_S.SUBMITTED, _S.ACCEPTED}),
        _S.WORKING,
        _P.WORK_ON_ISSUE,
        "assigned",
        guards_version=True,
    ),
    _row(
        Act.REASSIGN,
        frozenset({_S.WORKING, _S.NEED_INFO, _S.WITH_AUTHORITY, _S.TO_APPROVE}),
        Move.STAYS,
        _P.LEAD_GROUP,
        "reassigned",
        guards_version=True,
    ),
    _row(Act.TRANSFER, _BEFORE_ANSWER, _S.SUBMITTED, _P.LEAD_GROUP, "transferred", guards_version=True),
    _row(Act.ROUTE, OPEN, _S.SUBMITTED, _P.COORDINATE, "routed", guards_version=True),
    _row(Act.ASK_INFO, _BEFORE_ANSWER, _S.NEED_INFO, _P.WORK_ON_ISSUE, "info_asked"),
    _row(Act.GIVE_INFO, _S.NEED_INFO, Move.STAYS_OR_RESUMES, _P.SPEAK_FOR_PARTY, "info_given"),
    _row(Act.RESUME, _S.NEED_INFO, Move.RESUMES, _P.WORK_ON_ISSUE, "resumed"),
    _row(Act.CLOSE_UNINFORMED, _S.NEED_INFO, Move.RESUMES, _P.LEAD_GROUP, "uninformed_closed"),
    _row(
        Act.WITHDRAW,
        frozenset({_S.SUBMITTED, _S.ACCEPTED, _S.WORKING, _S.NEED_INFO, _S.WITH_AUTHORITY, _S.TO_APPROVE}),
        Move.STAYS_OR_RESUMES,
        _P.SPEAK_FOR_PARTY,
        "withdrawn",
    ),
    _row(Act.CORRECT, _BEFORE_ANSWER, Move.STAYS, _P.SPEAK_FOR_PARTY, "corrected", guards_version=True),
    _row(Act.ADD_INFO, OPEN, Move.STAYS, _P.SPEAK_FOR_PARTY, "info_added"),
    _row(
        Act.SET_NUMBER,
        frozenset({_S.ANSWERED, _S.CLOSED}),
        Move.STAYS,
        _P.WORK_ON_ISSUE,
        "number_set",
        guards_version=True,
    ),
    _row(
        Act.CLOSE_ERROR,
        frozenset({_S.SUBMITTED, _S.ACCEPTED}),
        _S.CLOSED,
        _P.COORDINATE,
        "closed_in_error",
    ),
    _row(Act.NEWS, OPEN, Move.STAYS, _P.WORK_ON_ISSUE, "news_given"),
    _row(Act.INTERIM, OPEN, Move.STAYS, _P.WORK_ON_ISSUE, "interim_given"),
    _row(
        Act.SUBMIT_ANSWER,
        _S.WORKING,
        _S.TO_APPROVE,
        _P.WORK_ON_ISSUE,
        "answer_submitted",
        guards_version=True,
    ),
    _row(Act.TAKE_BACK, _S.TO_APPROVE, _S.WORKING, _P.WORK_ON_ISSUE, "answer_taken_back"),
    _row(Act.RETURN_ANSWER, _S.TO_APPROVE, _S.WORKING, _P.APPROVE_ANSWER, "answer_returned"),
    _row(Act.APPROVE, _S.TO_APPROVE, _S.ANSWERED, _P.APPROVE_ANSWER, "answer_approved", guards_version=True),
    _row(
        Act.SEND_DOCUMENT,
        _S.WORKING,
        Move.ANSWERS,
        _P.WORK_ON_ISSUE,
        "document_sent",
        guards_version=True,
    ),
    _row(Act.CONFIRM, _S.ANSWERED, Move.STAYS_OR_CLOSES, _P.SPEAK_FOR_PARTY, "confirmed"),
    _row(Act.CLOSE_READY, _S.ANSWERED, _S.CLOSED, None, "closed"),
    _row(Act.CLARIFY, OPEN, Move.BACK_TO_OWNER, _P.SPEAK_FOR_PARTY, "clarification_asked"),
    _row(Act.DISPUTE, OPEN, Move.BACK_TO_LEAD, _P.SPEAK_FOR_PARTY, "disputed"),
    _row(Act.EXPIRE, _S.ANSWERED, Move.STAYS_OR_CLOSES, None, "reply_expired"),
    _row(Act.REOPEN, _S.CLOSED, _S.ACCEPTED, _P.SPEAK_FOR_PARTY, "reopened"),
    _row(Act.ASK_EXTENSION, OWNED, Move.STAYS, _P.WORK_ON_ISSUE, "extension_asked"),
    _row(Act.EXTEND, OWNED | {_S.ACCEPTED}, Move.STAYS, _P.LEAD_GROUP, "extended"),
    _row(Act.REFUSE_EXTENSION, OWNED, Move.STAYS, _P.LEAD_GROUP, "extension_refused"),
    _row(Act.ASK_OPINION, _S.WORKING, Move.STAYS, _P.WORK_ON_ISSUE, "opinion_asked"),
    _row(Act.GIVE_OPINION, CONSULTING, Move.STAYS, _P.WORK_ON_ISSUE, "opinion_given"),
    _row(Act.ASSIGN_OPINION, CONSULTING, Move.STAYS, _P.LEAD_GROUP, "opinion_assigned"),
    _row(Act.CANCEL_OPINION, CONSULTING, Move.STAYS, _P.WORK_ON_ISSUE, "opinion_cancelled"),
    _row(Act.EXPIRE_OPINION, CONSULTING, Move.STAYS, None, "opinion_expired"),
    _row(Act.REFER, _S.WORKING, _S.WITH_AUTHORITY, _P.LEAD_GROUP, "referred"),
    _row(Act.REPLY_IN, _S.WITH_AUTHORITY, _S.WORKING, _P.WORK_ON_ISSUE, "reply_received"),
    _row(Act.RECALL, _S.WITH_AUTHORITY, _S.WORKING, _P.LEAD_GROUP, "referral_recalled"),
    _row(Act.FOLLOW_UP, _S.WITH_AUTHORITY, Move.STAYS, _P.WORK_ON_ISSUE, "followed_up"),
    _row(Act.WAKE, _S.CLOSED, _S.ACCEPTED, None, "woken"),
    _row(Act.KEEP, frozenset({_S.ANSWERED, _S.CLOSED}), Move.STAYS, _P.WORK_ON_ISSUE, "commitment_kept"),
    _row(Act.RAISE, PROMISED, Move.STAYS, None, "raised"),
    _row(Act.REMIND, PROMISED | {_S.NEED_INFO}, Move.STAYS, None, "reminded"),
    _row(Act.ESCALATE, PROMISED, Move.STAYS, _P.SPEAK_FOR_PARTY, "escalated"),
    _row(Act.DECLINE_ESCALATION, PROMISED, Move.STAYS, _P.RECEIVE_ESCALATION, "escalation_declined"),
    _row(Act.LOWER, PROMISED, Move.STAYS, _P.RECEIVE_ESCALATION, "escalation_lowered"),
    _row(Act.PLAN, PROMISED, Move.STAYS, _P.RECEIVE_ESCALATION, "planned"),
    _row(Act.HAND_OVER, NOT_SENT | OPEN, Move.STAYS, None, "handed_over"),
)

BY_ACT: dict[Act, Transition] = {row.act: row for row in TRANSITIONS}


@dataclass(frozen=True)
class Circumstances:
    """What a landing depends on, prepared by the act."""

    resume_state: IssueState | None = None
    is_owner_active: bool = True
    wants_sign_off: bool = False
    is_second_check_on: bool = False
    all_replied: bool = False
    """Every asked party has given information, left, or was dropped."""
    closes: bool = False
    """No party is left, or every party has confirmed or let the time pass."""


def _resumed(now: Circumstances) -> IssueState:
    state = now.resume_state or _S.ACCEPTED
    return _S.ACCEPTED if state in OWNED and not now.is_owner_active else state


def landing(row: Transition, state: IssueState, now: Circumstances) -> IssueState:
    """The state in which the issue lands when the act is taken in `state`.

    Raises ValueError when the table has no such row: the caller must have asked `is_possible` before.
    """
    if state not in row.sources:
        raise ValueError(f"{row.act} is not possible in {state}")
    if now.closes:
        return _S.CLOSED
    if isinstance(row.target, IssueState):
        return row.target
    return _MOVES[row.target](state, now)


def _stays_or_resumes(state: IssueState, now: Circumstances) -> IssueState:
    return _resumed(now) if state is _S.NEED_INFO and now.all_replied else state


def _back_to_owner(state: IssueState, now: Circumstances) -> IssueState:
    if state is not _S.ANSWERED:
        return state
    return _S.WORKING if now.is_owner_active else _S.ACCEPTED


_MOVES: dict[Move, Callable[[IssueState, Circumstances], IssueState]] = {
    Move.STAYS: lambda state, now: state,
    Move.SUBMITS: lambda state, now: _S.TO_SIGN if now.wants_sign_off else _S.SUBMITTED,
    Move.RESUMES: lambda state, now: _resumed(now),
    Move.STAYS_OR_RESUMES: _stays_or_resumes,
    Move.STAYS_OR_CLOSES: lambda state, now: state,
    Move.ANSWERS: lambda state, now: _S.TO_APPROVE if now.is_second_check_on else _S.ANSWERED,
    Move.BACK_TO_OWNER: _back_to_owner,
    Move.BACK_TO_LEAD: lambda state, now: _S.ACCEPTED if state in (_S.ANSWERED, _S.WORKING) else state,
}


def is_possible(act: Act, state: IssueState) -> bool:
    """Whether the table has a row for the act in this state."""
    return state in BY_ACT[act].sources
