"""The table of acts against a second table, written by hand from the description of the product."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.issues.workflow import (
    BY_ACT,
    ENDED,
    NOT_SENT,
    OPEN,
    OWNED,
    TRANSITIONS,
    Act,
    Circumstances,
    IssueState,
    is_possible,
    landing,
)
from tracker.permissions import PERMISSIONS, Permission, Role

S = IssueState
BEFORE_ANSWER = "submitted accepted working"
UP_TO_APPROVAL = "submitted accepted working need_info with_authority to_approve"
PROMISED = "submitted accepted working with_authority to_approve"
CONSULTING = "accepted working need_info with_authority to_approve"
ALL_OPEN = UP_TO_APPROVAL + " answered"

# act → (from, to). "=" stays; several targets are told apart by `expected` below.
TABLE: dict[str, tuple[str, str]] = {
    "send": ("draft", "submitted to_sign"),
    "sign": ("to_sign", "submitted"),
    "return_draft": ("to_sign", "draft"),
    "accept": ("submitted", "accepted"),
    "assign": ("submitted accepted", "working"),
    "reassign": ("working need_info with_authority to_approve", "="),
    "transfer": (BEFORE_ANSWER, "submitted"),
    "route": (ALL_OPEN, "submitted"),  # from elsewhere than submitted only where nobody leads the holder
    "ask_info": (BEFORE_ANSWER, "need_info"),
    "give_info": ("need_info", "= submitted accepted working"),
    "resume": ("need_info", "submitted accepted working"),
    "close_uninformed": ("need_info", "submitted accepted working closed"),
    "withdraw": (UP_TO_APPROVAL, "= submitted accepted working closed"),
    "correct": (BEFORE_ANSWER, "="),
    "add_info": (ALL_OPEN, "="),
    "set_number": ("answered closed", "="),
    "close_error": ("submitted accepted", "closed"),
    "news": (ALL_OPEN, "="),
    "interim": (ALL_OPEN, "="),
    "submit_answer": ("working", "to_approve"),
    "take_back": ("to_approve", "working"),
    "return_answer": ("to_approve", "working"),
    "approve": ("to_approve", "answered"),
    "send_document": ("working", "answered to_approve"),
    "confirm": ("answered", "= closed"),
    "close_ready": ("answered", "closed"),
    "clarify": (ALL_OPEN, "= working accepted"),  # elsewhere than answered it is a late one, only recorded
    "dispute": (ALL_OPEN, "= accepted"),
    "expire": ("answered", "= closed"),
    "reopen": ("closed", "accepted"),
    "hand_over": ("draft to_sign " + ALL_OPEN, "="),
    "ask_extension": ("working with_authority to_approve", "="),
    "extend": ("accepted working with_authority to_approve", "="),
    "refuse_extension": ("working with_authority to_approve", "="),
    "ask_opinion": ("working", "="),
    "give_opinion": (CONSULTING, "="),
    "assign_opinion": (CONSULTING, "="),
    "cancel_opinion": (CONSULTING, "="),
    "expire_opinion": (CONSULTING, "="),
    "refer": ("working", "with_authority"),
    "reply_in": ("with_authority", "working"),
    "recall": ("with_authority", "working"),
    "follow_up": ("with_authority", "="),
    "wake": ("closed", "accepted"),
    "keep": ("answered closed", "="),
    "raise": (PROMISED, "="),
    "remind": (PROMISED + " need_info", "="),
    "escalate": (PROMISED, "="),
    "decline_escalation": (PROMISED, "="),
    "lower": (PROMISED, "="),
    "plan": (PROMISED, "="),
}
OF_LATER_ISSUES = {"merge", "split", "release"}
CLOSING = {"close_uninformed", "withdraw", "close_error", "confirm", "close_ready", "expire"}
BY_THE_SYSTEM_ALONE = {"close_ready", "expire", "expire_opinion", "hand_over", "wake", "raise", "remind"}
GUARDED = {  # replaces text or owner
    "send",
    "accept",
    "assign",
    "reassign",
    "transfer",
    "route",
    "correct",
    "set_number",
    "submit_answer",
    "approve",
    "send_document",
}

CIRCUMSTANCES = st.builds(
    Circumstances,
    resume_state=st.sampled_from([S.SUBMITTED, S.ACCEPTED, S.WORKING]),
    is_owner_active=st.booleans(),
    wants_sign_off=st.booleans(),
    is_second_check_on=st.booleans(),
    all_replied=st.booleans(),
)


def names(words: str) -> frozenset[S]:
    return frozenset(S(word) for word in words.split())


def expected(act: str, state: S, now: Circumstances) -> S:
    """The landing in words of the product, without the table under test."""
    came_from = now.resume_state or S.ACCEPTED
    if came_from is S.WORKING and not now.is_owner_active:
        came_from = S.ACCEPTED
    if act == "send":
        return S.TO_SIGN if now.wants_sign_off else S.SUBMITTED
    if act in ("give_info", "withdraw"):
        return came_from if state is S.NEED_INFO and now.all_replied else state
    if act in ("resume", "close_uninformed"):
        return came_from
    if act == "send_document":
        return S.TO_APPROVE if now.is_second_check_on else S.ANSWERED
    if act == "clarify" and state is S.ANSWERED:
        return S.WORKING if now.is_owner_active else S.ACCEPTED
    if act == "dispute" and state in (S.ANSWERED, S.WORKING):
        return S.ACCEPTED
    targets = TABLE[act][1].split()
    return state if "=" in targets else S(targets[0])


def test_the_table_holds_the_acts_of_the_product_and_no_other() -> None:
    assert {act.value for act in Act} == set(TABLE)
    assert {row.act for row in TRANSITIONS} == set(Act)
    assert len(TRANSITIONS) == len(BY_ACT) == len(TABLE)
    assert not OF_LATER_ISSUES & {act.value for act in Act}


@pytest.mark.parametrize("act", Act)
def test_an_act_is_possible_in_the_states_of_the_product_and_in_no_other(act: Act) -> None:
    possible = names(TABLE[act.value][0])
    assert {state for state in S if is_possible(act, state)} == possible
    for state in set(S) - possible:
        with pytest.raises(ValueError, match="is not possible in"):
            landing(BY_ACT[act], state, Circumstances(closes=True))


@pytest.mark.parametrize("act", Act)
@given(now=CIRCUMSTANCES)
def test_an_act_lands_where_the_product_says(act: Act, now: Circumstances) -> None:
    sources, targets = TABLE[act.value]
    for state in names(sources):
        if targets == "closed":
            assert landing(BY_ACT[act], state, now) is S.CLOSED
            continue
        landed = landing(BY_ACT[act], state, now)
        assert landed is expected(act.value, state, now)
        allowed = names(targets.replace("=", state.value))
        assert landed in allowed


@pytest.mark.parametrize("act", sorted(CLOSING))
def test_an_act_that_may_end_the_matter_closes_it_whatever_else_is_true(act: str) -> None:
    for state, all_replied, active in itertools.product(names(TABLE[act][0]), (True, False), (True, False)):
        now = Circumstances(S.WORKING, is_owner_active=active, all_replied=all_replied, closes=True)
        assert landing(BY_ACT[Act(act)], state, now) is S.CLOSED


def test_the_system_alone_takes_the_acts_without_permission() -> None:
    assert {row.act.value for row in TRANSITIONS if row.permission is None} == BY_THE_SYSTEM_ALONE


def test_only_acts_that_replace_text_or_owner_guard_the_version() -> None:
    assert {row.act.value for row in TRANSITIONS if row.guards_version} == GUARDED


def test_every_act_leaves_an_event_of_its_own_name() -> None:
    events = [row.event for row in TRANSITIONS]
    assert len(set(events)) == len(events)


def test_states_are_not_sent_open_or_ended_and_nothing_else() -> None:
    assert set(S) == NOT_SENT | OPEN | ENDED
    assert not NOT_SENT & OPEN and not OPEN & ENDED and not NOT_SENT & ENDED
    assert {state.value for state in OPEN} == set(ALL_OPEN.split())
    assert OWNED < OPEN


def test_a_matter_that_waited_where_its_owner_left_comes_back_to_the_lead() -> None:
    gone = Circumstances(resume_state=S.WORKING, is_owner_active=False, all_replied=True)
    for act in (Act.GIVE_INFO, Act.RESUME, Act.WITHDRAW, Act.CLOSE_UNINFORMED):
        assert landing(BY_ACT[act], S.NEED_INFO, gone) is S.ACCEPTED
        still = replace(gone, resume_state=S.SUBMITTED)
        assert landing(BY_ACT[act], S.NEED_INFO, still) is S.SUBMITTED


def test_every_open_state_can_be_left_towards_the_end() -> None:
    """No dead end: from each state, some sequence of acts of the table closes the matter."""
    reaches: dict[S, set[S]] = {state: set() for state in S}
    for act, (sources, targets) in TABLE.items():
        for state in names(sources):
            reaches[state] |= names(targets.replace("=", state.value)) | (
                {S.CLOSED} if act in CLOSING else set()
            )
    for state in OPEN:
        seen, more = {state}, {state}
        while more:
            more = {after for one in more for after in reaches[one]} - seen
            seen |= more
        assert S.CLOSED in seen


def test_every_permission_that_an_act_asks_for_is_given_to_some_role() -> None:
    given_to_somebody = frozenset().union(*PERMISSIONS.values())
    assert {row.permission for row in TRANSITIONS if row.permission} <= given_to_somebody


def test_the_provincial_leader_acts_on_levels_alone() -> None:
    asked = {row.permission for row in TRANSITIONS if row.permission is not None}
    assert asked & PERMISSIONS[Role.PROVINCIAL_LEADER] == {Permission.RECEIVE_ESCALATION}


@pytest.mark.parametrize("role", [Role.LEADER_ASSISTANT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_those_who_only_look_on_hold_no_permission_of_any_act(role: Role) -> None:
    asked = {row.permission for row in TRANSITIONS if row.permission is not None}
    assert not asked & PERMISSIONS[role]


def test_the_administrator_sees_no_issue() -> None:
    assert not {Permission.SEE_ISSUES, Permission.SEE_ALL_ISSUES} & PERMISSIONS[Role.ADMINISTRATOR]
