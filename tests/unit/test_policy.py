"""Who may take which act: every state × act × person against a table written by hand, and each rule by example."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_workflow import BY_THE_SYSTEM_ALONE, TABLE, names
from tracker.issues.matter import Question
from tracker.issues.policy import (
    LIKELY_FIRST,
    RULES,
    CurrentAnswer,
    Matter,
    Party,
    acts_offered,
    is_allowed,
    is_possible_now,
    may_confirm_by_phone,
)
from tracker.issues.standing import parties_spoken_for
from tracker.issues.workflow import Act, IssueState, Outcome
from tracker.permissions import Actor, Role

R = Role
S = IssueState
TODAY = date(2026, 6, 10)
HOLDER, COORDINATING, RAISER, OTHER, COMMUNE, SECOND_COMMUNE = 1, 2, 3, 4, 11, 12
UNITS = (HOLDER, COORDINATING, RAISER, OTHER, COMMUNE, SECOND_COMMUNE)

# --- the table by hand: act → hats, one of which is enough -----------------------------------------------------
# GM, GL, DL member, lead, department leader of the holder; OW owner; KO coordinator; P who speaks for a fitting party.
WHO: dict[str, str] = {
    "accept": "GL DL",
    "assign": "GL DL GM*",  # * a member for himself, where the switch is on
    "reassign": "GL DL",
    "transfer": "GL DL",  # after routing: KO alone
    "route": "KO",
    "give_info": "P",
    "resume": "OW GL",
    "withdraw": "P",
    "correct": "P",
    "add_info": "P",
    "close_error": "KO",
    "news": "OW GL",
    "interim": "OW GL",
    "submit_answer": "OW",
    "send_document": "OW GL",
    "refer": "GL DL",
    "reply_in": "OW GL",
    "recall": "DL",
    "follow_up": "OW GL",
    "keep": "OW GL",  # as long as something is promised
    "clarify": "P",
    "dispute": "P",
}
"""Acts whose rule is more than a list of hats are in `expected`."""

WHILE_ROUTING_IS_AWAITED = {
    "route",
    "ask_info",
    "give_info",
    "resume",
    "close_uninformed",
    "news",
    "close_error",
    "withdraw",
    "add_info",
    "hand_over",
    "raise",
    "remind",
    "escalate",
    "decline_escalation",
    "lower",
    "plan",
}


@dataclass(frozen=True)
class World:
    """People with grants, all active, and a matter that fits them."""

    people: tuple[Actor, ...]
    matter: Matter

    def holding(self, role: Role, unit: int) -> set[int]:
        return {person.account_id for person in self.people if (role, unit) in person.grants}

    def hats(self, person: Actor) -> set[str]:
        """What the person is in this matter, substitution included."""
        matter, me = self.matter, person.account_id
        leads, directors = self.holding(R.GROUP_LEAD, HOLDER), self.holding(R.DEPARTMENT_LEADER, HOLDER)
        coordinators = self.holding(R.COORDINATOR, COORDINATING)
        found = set()
        if me in coordinators:
            found.add("KO")
        if me in (directors or coordinators):
            found.add("DL")
        if me in (leads or directors or coordinators):
            found.add("GL")
        if matter.awaits_routing and me in coordinators:
            found.add("GL")
        if me in self.holding(R.GROUP_MEMBER, HOLDER):
            found.add("GM")
        of_the_group = leads | directors | self.holding(R.GROUP_MEMBER, HOLDER)
        if me == matter.owner_id and me in of_the_group:
            found.add("OW")
        return found

    def speaks(self, person: Actor, party: Party) -> bool:
        """Whether the person's word is the party's."""
        matter, me = self.matter, person.account_id
        if party.is_commune:
            return me in self.holding(R.COMMUNE_OFFICER, party.unit_id) | self.holding(
                R.COMMUNE_LEADER, party.unit_id
            )
        answer = matter.answer
        if answer is not None and me in answer.authors | {answer.approver_id}:
            return False
        alone = [each.unit_id for each in matter.parties if not each.has_left] == [party.unit_id]
        if matter.holder_id == party.unit_id and alone and matter.state is S.ANSWERED:
            return "KO" in self.hats(person)
        here = {role: self.holding(role, party.unit_id) for role in R}
        if me == matter.filed_by_id:
            return (
                me
                in here[R.GROUP_MEMBER] | here[R.GROUP_LEAD] | here[R.DEPARTMENT_LEADER] | here[R.COORDINATOR]
            )
        return me in (here[R.GROUP_LEAD] or here[R.DEPARTMENT_LEADER] | here[R.COORDINATOR])

    def fits(self, act: str, party: Party) -> bool:
        """Whether the act concerns this party now."""
        matter = self.matter
        if act == "reopen":
            return not party.was_withdrawn and not party.has_reopened and matter.is_reopenable
        if party.has_left:
            return False
        return {
            "give_info": party.owes_info,
            "withdraw": True,
            "add_info": True,
            "correct": party.correct_until is not None and party.correct_until >= TODAY,
            "confirm": party.may_reply,
            "clarify": party.may_reply and not party.has_clarified,
            "dispute": party.may_reply and party.has_clarified,
        }[act]

    def expected(self, act: str, person: Actor) -> bool:
        """What the product says, were the act possible."""
        if act in BY_THE_SYSTEM_ALONE:
            return False
        if act in ("send", "sign", "return_draft"):
            return self._expected_of_draft(act, person)
        if act in ("approve", "return_answer", "take_back", "set_number"):
            return self._expected_of_answer(act, person)
        if act in ("confirm", "reopen"):
            return self._expected_at_the_end(act, person)
        if WHO.get(act) == "P":
            return self._speaks_for_some(act, person)
        if act in ("escalate", "decline_escalation", "lower", "plan"):
            return self._expected_of_level(act, person, self.hats(person))
        return self._expected_of_desk(act, person)

    def _expected_of_desk(self, act: str, person: Actor) -> bool:
        matter, hats = self.matter, self.hats(person)
        if act == "transfer" and matter.is_routed:
            return "KO" in hats
        if act == "reassign" and matter.owner_id is None:
            return False
        if act == "assign" and "GM" in hats and matter.members_take_issues:
            return True
        if act == "route":
            nobody = not self.holding(R.GROUP_LEAD, HOLDER) | self.holding(R.DEPARTMENT_LEADER, HOLDER)
            return "KO" in hats and (matter.awaits_routing or nobody)
        if act == "ask_info":
            return bool(hats & ({"OW", "GL"}, {"GL"}, {"DL"})[min(matter.info_count, 2)])
        if act == "close_uninformed":
            return "GL" in hats and matter.is_info_overdue
        if act == "keep" and not matter.has_commitment:
            return False
        if act in ("ask_extension", "extend", "refuse_extension"):
            return self._expected_of_extension(act, hats)
        if act.endswith("_opinion"):
            return self._expected_of_opinion(act, person, hats)
        return bool(hats & set(WHO[act].split()))

    def _expected_of_opinion(self, act: str, person: Actor, hats: set[str]) -> bool:
        asked, me = self.matter.questions, person.account_id
        if act == "ask_opinion":
            return bool(hats & {"OW", "GL"})
        if act == "cancel_opinion":
            return bool(hats & {"OW", "GL"}) and any(not each.has_expired for each in asked)
        roles = [R.GROUP_LEAD, R.DEPARTMENT_LEADER] + [R.GROUP_MEMBER] * (act == "give_opinion")
        return any(me in self.holding(role, each.unit_id) for each in asked for role in roles)

    def _expected_of_level(self, act: str, person: Actor, hats: set[str]) -> bool:
        matter, me = self.matter, person.account_id
        if act == "escalate":
            communes = [each.unit_id for each in matter.parties if each.is_commune and not each.has_left]
            late = matter.due_on is not None and matter.due_on < TODAY
            asks = (late or matter.is_disputed) and any(
                me in self.holding(R.COMMUNE_LEADER, c) for c in communes
            )
            reaches = {"OW": 1, "GL": 2, "DL": 3, "KO": 4}
            highest = max([reaches.get(hat, 0) for hat in hats] + [2 * asks])
            return matter.due_on is not None and highest > matter.level
        leaders = {each.account_id for each in self.people if R.PROVINCIAL_LEADER in each.roles}
        receivers = ["GL" in hats, "DL" in hats, "KO" in hats, me in leaders]
        if matter.level == 0:
            return False
        if act == "lower":
            return any(receivers[matter.level - 1 :])
        if act == "plan" and (matter.level == 4 or matter.due_on is None or matter.has_plan):
            return False
        return receivers[matter.level - 1] and (act == "plan" or matter.is_raised_by_hand)

    def _expected_of_extension(self, act: str, hats: set[str]) -> bool:
        matter, asked = self.matter, self.matter.is_extension_asked
        if matter.due_on is None or matter.extension_count > 1:
            return False
        if act == "ask_extension":
            return "OW" in hats and not asked and matter.due_on >= TODAY
        may_lead = "GL" in hats and matter.extension_count == 0 and (asked or matter.due_on >= TODAY)
        return ("DL" in hats or may_lead) and (act == "extend" or asked)

    def _speaks_for_some(self, act: str, person: Actor) -> bool:
        return any(self.fits(act, party) and self.speaks(person, party) for party in self.matter.parties)

    def _expected_at_the_end(self, act: str, person: Actor) -> bool:
        matter, hats = self.matter, self.hats(person)
        if act == "reopen":
            ended_for_good = matter.outcome in (Outcome.WITHDRAWN, Outcome.IN_ERROR)
            return not ended_for_good and ("KO" in hats or self._speaks_for_some(act, person))
        asked = any(each.may_reply and each.is_commune and not each.has_left for each in matter.parties)
        by_phone = matter.phone_confirmation and asked and bool(hats & {"OW", "GL"})
        return by_phone or self._speaks_for_some(act, person)

    def _expected_of_draft(self, act: str, person: Actor) -> bool:
        me, unit = person.account_id, self.matter.raised_by_id
        officers, leaders = self.holding(R.COMMUNE_OFFICER, unit), self.holding(R.COMMUNE_LEADER, unit)
        if act == "send":
            others = (R.GROUP_MEMBER, R.GROUP_LEAD, R.DEPARTMENT_LEADER, R.COORDINATOR)
            return me in officers | leaders or any(me in self.holding(role, unit) for role in others)
        if act == "sign" and self.matter.raiser_has_signer:
            return me in leaders
        return me in officers | leaders

    def _expected_of_answer(self, act: str, person: Actor) -> bool:
        matter, answer, me, hats = self.matter, self.matter.answer, person.account_id, self.hats(person)
        if answer is None:
            return False
        directors, leads = self.holding(R.DEPARTMENT_LEADER, HOLDER), self.holding(R.GROUP_LEAD, HOLDER)
        if act == "set_number":
            return answer.is_sent and answer.lacks_number and bool(hats & {"OW", "GL"})
        if act == "take_back":
            is_here = bool(hats & {"GM", "KO"}) or me in directors | leads
            return me in answer.authors and is_here
        may = directors | (leads if answer.is_note and matter.level < 2 and not matter.is_disputed else set())
        may -= answer.authors
        return me not in answer.authors and me in (may or self.holding(R.COORDINATOR, COORDINATING))


# --- any world -------------------------------------------------------------------------------------------------

PEOPLE = st.lists(
    st.frozensets(st.tuples(st.sampled_from(list(R)), st.sampled_from(UNITS)), max_size=3),
    min_size=1,
    max_size=8,
)
PARTIES = st.lists(
    st.builds(
        Party,
        unit_id=st.just(0),
        has_left=st.booleans(),
        was_withdrawn=st.booleans(),
        owes_info=st.booleans(),
        may_reply=st.booleans(),
        has_clarified=st.booleans(),
        correct_until=st.sampled_from([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]),
        has_reopened=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


QUESTIONS = st.builds(
    Question, id=st.integers(1, 9), unit_id=st.sampled_from([OTHER, RAISER]), has_expired=st.booleans()
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    grants = draw(PEOPLE)
    people = tuple(Actor(key, f"Person {key}", each) for key, each in enumerate(grants, 1))
    anybody = st.integers(1, len(people))
    raiser = draw(st.sampled_from([COMMUNE, RAISER, HOLDER, COORDINATING]))
    own_party = draw(st.booleans()) or raiser == COMMUNE
    units = [raiser] if own_party else [COMMUNE, SECOND_COMMUNE, OTHER]
    flags = draw(PARTIES)
    parties = tuple(
        replace(each, unit_id=unit, is_commune=unit in (COMMUNE, SECOND_COMMUNE))
        for each, unit in zip(flags, units, strict=False)
        if unit != OTHER
    )
    answers = st.builds(
        CurrentAnswer,
        is_note=st.booleans(),
        is_sent=st.booleans(),
        lacks_number=st.booleans(),
        authors=st.frozensets(anybody, min_size=1, max_size=2),
        approver_id=st.none() | anybody,
    )

    def holding(role: Role, unit: int) -> frozenset[int]:
        return frozenset(person.account_id for person in people if (role, unit) in person.grants)

    matter = Matter(
        state=draw(st.sampled_from(list(S))),
        raised_by_id=raiser,
        filed_by_id=draw(anybody),
        coordinating_unit_id=COORDINATING,
        today=TODAY,
        holder_id=HOLDER,
        owner_id=draw(st.none() | anybody),
        is_owner_active=draw(st.booleans()),
        awaits_routing=draw(st.booleans()),
        is_routed=draw(st.booleans()),
        is_disputed=draw(st.booleans()),
        level=draw(st.integers(0, 4)),
        is_raised_by_hand=draw(st.booleans()),
        has_plan=draw(st.booleans()),
        info_count=draw(st.integers(0, 4)),
        due_on=draw(st.sampled_from([None, TODAY, TODAY - timedelta(days=1)])),
        extension_count=draw(st.integers(0, 2)),
        is_extension_asked=draw(st.booleans()),
        outcome=draw(st.none() | st.sampled_from(list(Outcome))),
        parties=parties,
        answer=draw(st.none() | answers),
        questions=tuple(draw(st.lists(QUESTIONS, max_size=3))),
        leads=holding(R.GROUP_LEAD, HOLDER),
        directors=holding(R.DEPARTMENT_LEADER, HOLDER),
        raiser_leads=holding(R.GROUP_LEAD, raiser),
        raiser_has_signer=draw(st.booleans()) and bool(holding(R.COMMUNE_LEADER, raiser)),
        is_info_overdue=draw(st.booleans()),
        is_reopenable=draw(st.booleans()),
        has_commitment=draw(st.booleans()),
        members_take_issues=draw(st.booleans()),
        phone_confirmation=draw(st.booleans()),
    )
    return World(people, matter)


@pytest.mark.asvs("V2.3.1")
@settings(max_examples=600, deadline=None)
@given(world=worlds())
def test_in_any_world_each_person_may_do_what_the_table_says_and_nothing_else(world: World) -> None:
    for act in Act:
        possible = world.matter.state in names(TABLE[act.value][0]) and (
            not world.matter.awaits_routing or act.value in WHILE_ROUTING_IS_AWAITED
        )
        assert is_possible_now(act, world.matter) is possible
        for person in world.people:
            assert is_allowed(person, act, world.matter) is world.expected(act.value, person), (act, person)


@settings(max_examples=200, deadline=None)
@given(world=worlds())
def test_a_page_offers_exactly_what_is_possible_and_allowed(world: World) -> None:
    for person in world.people:
        offered = acts_offered(person, world.matter)
        assert len(set(offered)) == len(offered)
        assert set(offered) == {
            act for act in Act if is_possible_now(act, world.matter) and is_allowed(person, act, world.matter)
        }


def test_what_the_matter_waits_for_is_offered_before_work_on_its_answer() -> None:
    lead = PERSON[R.GROUP_LEAD]
    asked = matter(S.WORKING, is_extension_asked=True, due_on=TODAY)
    assert acts_offered(lead, asked)[:2] == (Act.EXTEND, Act.REFUSE_EXTENSION)
    assert acts_offered(lead, matter(S.WORKING, level=1, due_on=TODAY))[0] is Act.PLAN
    assert acts_offered(lead, matter(S.WORKING))[0] is Act.SEND_DOCUMENT
    assert acts_offered(lead, matter(S.TO_APPROVE, is_extension_asked=True, level=1))[0] is Act.APPROVE


# --- each role in each state ------------------------------------------------------------------------------------

ROLE_UNITS: dict[Role, int] = {
    R.COMMUNE_OFFICER: COMMUNE,
    R.COMMUNE_LEADER: COMMUNE,
    R.GROUP_MEMBER: HOLDER,
    R.GROUP_LEAD: HOLDER,
    R.DEPARTMENT_LEADER: HOLDER,
    R.COORDINATOR: COORDINATING,
    R.PROVINCIAL_LEADER: OTHER,
    R.LEADER_ASSISTANT: OTHER,
    R.ADMINISTRATOR: OTHER,
    R.AUDITOR: OTHER,
}
PERSON = {
    role: Actor(key, role.value, frozenset({(role, ROLE_UNITS[role])})) for key, role in enumerate(R, 1)
}
OFFICER, SIGNER, MEMBER = PERSON[R.COMMUNE_OFFICER], PERSON[R.COMMUNE_LEADER], PERSON[R.GROUP_MEMBER]
LEAD, DIRECTOR, COORDINATOR = PERSON[R.GROUP_LEAD], PERSON[R.DEPARTMENT_LEADER], PERSON[R.COORDINATOR]
OWNER = Actor(90, "owner", frozenset({(R.GROUP_MEMBER, HOLDER)}))
NOTE = CurrentAnswer(is_note=True, is_sent=False, lacks_number=False, authors=frozenset({OWNER.account_id}))
LETTER = replace(NOTE, is_note=False)


def matter(state: S = S.WORKING, **changes: object) -> Matter:
    """A commune's matter at the holder, everybody in place, the owner's note written."""
    plain = Matter(
        state=state,
        raised_by_id=COMMUNE,
        filed_by_id=OFFICER.account_id,
        coordinating_unit_id=COORDINATING,
        today=TODAY,
        holder_id=HOLDER,
        owner_id=OWNER.account_id,
        is_owner_active=True,
        parties=(Party(COMMUNE, may_reply=True, owes_info=True),),
        answer=NOTE,
        leads=frozenset({LEAD.account_id}),
        directors=frozenset({DIRECTOR.account_id}),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


# state → role → acts offered to it in the plain matter; whoever is not named is offered nothing.
CO, CL, GM, GL, DL, KO = (
    R.COMMUNE_OFFICER,
    R.COMMUNE_LEADER,
    R.GROUP_MEMBER,
    R.GROUP_LEAD,
    R.DEPARTMENT_LEADER,
    R.COORDINATOR,
)
# In the plain matter the party was asked about a sent answer, so a late CLARIFY is possible in every open state.
PARTY_OPEN = "withdraw add_info clarify"
OFFERED: dict[S, dict[Role, str]] = {
    S.DRAFT: {CO: "send", CL: "send"},
    S.TO_SIGN: {CO: "sign return_draft", CL: "sign return_draft"},
    S.SUBMITTED: {
        CO: PARTY_OPEN,
        CL: PARTY_OPEN,
        GM: "assign",
        GL: "accept assign transfer ask_info news interim",
        DL: "accept assign transfer",
        KO: "close_error",
    },
    S.ACCEPTED: {
        CO: PARTY_OPEN,
        CL: PARTY_OPEN,
        GM: "assign",
        GL: "assign transfer ask_info news interim",
        DL: "assign transfer",
        KO: "close_error",
    },
    S.WORKING: {
        CO: PARTY_OPEN,
        CL: PARTY_OPEN,
        GL: "reassign transfer refer ask_info ask_opinion news interim send_document",
        DL: "reassign transfer refer",
    },
    S.NEED_INFO: {
        CO: PARTY_OPEN + " give_info",
        CL: PARTY_OPEN + " give_info",
        GL: "reassign resume news interim",
        DL: "reassign",
    },
    S.WITH_AUTHORITY: {
        CO: PARTY_OPEN,
        CL: PARTY_OPEN,
        GL: "reassign news interim reply_in follow_up",
        DL: "reassign recall",
    },
    S.TO_APPROVE: {
        CO: PARTY_OPEN,
        CL: PARTY_OPEN,
        GL: "reassign news interim approve return_answer",
        DL: "reassign approve return_answer",
    },
    S.ANSWERED: {
        CO: "add_info confirm clarify",
        CL: "add_info confirm clarify",
        GL: "news interim confirm",
    },
    S.CLOSED: {KO: "reopen"},
    S.MERGED: {},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("role", R)
def test_each_role_is_offered_its_acts_in_each_state(state: S, role: Role) -> None:
    wanted = OFFERED[state].get(role, "").split()
    assert sorted(acts_offered(PERSON[role], matter(state))) == sorted(Act(name) for name in wanted)


def test_the_owner_is_offered_the_acts_of_the_owner() -> None:
    assert set(acts_offered(OWNER, matter(S.WORKING))) == {
        Act.ASK_INFO,
        Act.ASK_OPINION,
        Act.NEWS,
        Act.INTERIM,
        Act.SUBMIT_ANSWER,
        Act.SEND_DOCUMENT,
    }
    assert set(acts_offered(OWNER, matter(S.NEED_INFO))) == {Act.RESUME, Act.NEWS, Act.INTERIM}
    assert set(acts_offered(OWNER, matter(S.TO_APPROVE))) == {Act.TAKE_BACK, Act.NEWS, Act.INTERIM}
    lacking = replace(LETTER, is_sent=True, lacks_number=True)
    assert acts_offered(OWNER, matter(S.CLOSED, answer=lacking)) == (Act.SET_NUMBER,)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("role", R)
def test_the_same_role_elsewhere_may_do_nothing(state: S, role: Role) -> None:
    stranger = Actor(77, "stranger", frozenset({(role, 99)}))
    assert acts_offered(stranger, matter(state)) == ()


@pytest.mark.parametrize("state", S)
def test_an_account_without_grants_may_do_nothing_even_as_owner_author_and_filer(state: S) -> None:
    nobody = Actor(OWNER.account_id, "left", frozenset())
    assert acts_offered(nobody, matter(state, filed_by_id=nobody.account_id)) == ()


def test_every_act_has_a_rule_and_every_act_of_a_person_a_place_on_the_page() -> None:
    assert set(RULES) == set(Act)
    assert {act.value for act in set(Act) - set(LIKELY_FIRST)} == BY_THE_SYSTEM_ALONE


# --- the commune's sign-off --------------------------------------------------------------------------------------


def test_with_an_active_leader_only_the_leader_signs() -> None:
    waiting = matter(S.TO_SIGN, raiser_has_signer=True)
    assert acts_offered(SIGNER, waiting) == (Act.SIGN, Act.RETURN_DRAFT)
    assert acts_offered(OFFICER, waiting) == (Act.RETURN_DRAFT,)


def test_where_the_leader_has_gone_meanwhile_the_officer_signs() -> None:
    assert acts_offered(OFFICER, matter(S.TO_SIGN, raiser_has_signer=False)) == (Act.SIGN, Act.RETURN_DRAFT)


# --- substitution -------------------------------------------------------------------------------------------------


def test_without_an_active_lead_the_department_leader_does_what_the_lead_does() -> None:
    orphan = matter(S.WORKING, leads=frozenset())
    assert {Act.NEWS, Act.ASK_INFO, Act.SEND_DOCUMENT} <= set(acts_offered(DIRECTOR, orphan))
    assert acts_offered(COORDINATOR, orphan) == ()


def test_without_an_active_department_leader_the_coordinator_does_what_he_does() -> None:
    orphan = matter(S.SUBMITTED, directors=frozenset(), info_count=2)
    assert {Act.ACCEPT, Act.ASSIGN, Act.TRANSFER, Act.ASK_INFO} <= set(acts_offered(COORDINATOR, orphan))
    assert Act.ROUTE not in acts_offered(COORDINATOR, orphan)
    assert Act.ASK_INFO not in acts_offered(LEAD, orphan)


@pytest.mark.parametrize(
    "state", sorted(names("submitted accepted working need_info with_authority to_approve answered"))
)
def test_where_nobody_leads_the_coordinator_may_route_from_any_open_state(state: S) -> None:
    orphan = matter(state, leads=frozenset(), directors=frozenset())
    assert Act.ROUTE in acts_offered(COORDINATOR, orphan)
    assert Act.ROUTE not in acts_offered(COORDINATOR, matter(state))


# --- taking, transferring, routing --------------------------------------------------------------------------------


def test_a_member_takes_issues_only_where_the_switch_is_on() -> None:
    assert Act.ASSIGN in acts_offered(MEMBER, matter(S.SUBMITTED))
    assert Act.ASSIGN not in acts_offered(MEMBER, matter(S.SUBMITTED, members_take_issues=False))
    assert Act.ASSIGN in acts_offered(LEAD, matter(S.SUBMITTED, members_take_issues=False))


def test_after_routing_transfer_is_the_coordinators_alone() -> None:
    routed = matter(S.ACCEPTED, is_routed=True)
    assert Act.TRANSFER in acts_offered(COORDINATOR, routed)
    assert Act.TRANSFER not in acts_offered(LEAD, routed) + acts_offered(DIRECTOR, routed)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.NEED_INFO])
def test_while_routing_is_awaited_only_the_named_acts_are_possible(state: S) -> None:
    waiting = matter(state, awaits_routing=True, holder_id=COORDINATING, is_info_overdue=True)
    possible = {act.value for act in Act if is_possible_now(act, waiting)}
    assert possible == WHILE_ROUTING_IS_AWAITED & {
        act for act, (sources, _) in TABLE.items() if state in names(sources)
    }
    everybody = (*PERSON.values(), OWNER)
    assert Act.ACCEPT not in {act for person in everybody for act in acts_offered(person, waiting)}
    assert Act.ROUTE in acts_offered(COORDINATOR, waiting)


def test_while_routing_is_awaited_the_coordinator_has_the_leads_desk() -> None:
    waiting = matter(S.SUBMITTED, awaits_routing=True)
    offered = {Act.ROUTE, Act.ASK_INFO, Act.NEWS, Act.CLOSE_ERROR}
    assert set(acts_offered(COORDINATOR, waiting)) == offered


# --- asking for information ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "may"), [(0, (OWNER, LEAD)), (1, (LEAD,)), (2, (DIRECTOR,)), (3, (DIRECTOR,))]
)
def test_asking_again_for_information_goes_one_step_higher(asked: int, may: tuple[Actor, ...]) -> None:
    now = matter(S.WORKING, info_count=asked)
    allowed = {
        person.account_id for person in (*PERSON.values(), OWNER) if is_allowed(person, Act.ASK_INFO, now)
    }
    assert allowed == {person.account_id for person in may}


def test_silent_parties_are_dropped_by_the_lead_after_seven_days_only() -> None:
    assert Act.CLOSE_UNINFORMED not in acts_offered(LEAD, matter(S.NEED_INFO))
    overdue = matter(S.NEED_INFO, is_info_overdue=True)
    assert Act.CLOSE_UNINFORMED in acts_offered(LEAD, overdue)
    assert Act.CLOSE_UNINFORMED not in acts_offered(OWNER, overdue) + acts_offered(DIRECTOR, overdue)


# --- approval: separation of duties ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "lead_may"),
    [
        ({}, True),
        ({"answer": LETTER}, False),
        ({"level": 2}, False),
        ({"level": 1}, True),
        ({"is_disputed": True}, False),
    ],
)
def test_a_lead_approves_a_note_below_level_2_that_is_not_disputed(
    changes: dict[str, object], lead_may: bool
) -> None:
    waiting = matter(S.TO_APPROVE, **changes)
    for act in (Act.APPROVE, Act.RETURN_ANSWER):
        assert is_allowed(LEAD, act, waiting) is lead_may
        assert is_allowed(DIRECTOR, act, waiting)
        assert not is_allowed(OWNER, act, waiting)
        assert not is_allowed(COORDINATOR, act, waiting)


@pytest.mark.asvs("V2.3.5")
def test_nobody_approves_what_he_wrote_or_submitted() -> None:
    for author in (LEAD, DIRECTOR):
        answer = replace(NOTE, authors=frozenset({author.account_id, OWNER.account_id}))
        assert not is_allowed(author, Act.APPROVE, matter(S.TO_APPROVE, answer=answer))
    by_lead = replace(NOTE, authors=frozenset({LEAD.account_id}))
    assert is_allowed(DIRECTOR, Act.APPROVE, matter(S.TO_APPROVE, answer=by_lead))


def test_where_nobody_is_left_to_approve_the_coordinator_does() -> None:
    answer = replace(LETTER, authors=frozenset({DIRECTOR.account_id}))
    waiting = matter(S.TO_APPROVE, answer=answer)
    assert is_allowed(COORDINATOR, Act.APPROVE, waiting)
    assert not is_allowed(LEAD, Act.APPROVE, waiting)
    too = replace(answer, authors=frozenset({DIRECTOR.account_id, COORDINATOR.account_id}))
    assert not is_allowed(COORDINATOR, Act.APPROVE, matter(S.TO_APPROVE, answer=too))


def test_without_an_answer_there_is_nothing_to_approve_take_back_or_number() -> None:
    empty = matter(S.TO_APPROVE, answer=None)
    for act in (Act.APPROVE, Act.RETURN_ANSWER, Act.TAKE_BACK, Act.SET_NUMBER):
        assert not any(is_allowed(person, act, empty) for person in (*PERSON.values(), OWNER))


def test_only_the_author_takes_back() -> None:
    waiting = matter(S.TO_APPROVE)
    assert Act.TAKE_BACK in acts_offered(OWNER, waiting)
    assert Act.TAKE_BACK not in acts_offered(LEAD, waiting) + acts_offered(MEMBER, waiting)


def test_a_number_follows_only_a_letter_that_went_out_without_one() -> None:
    for answer, may in (
        (NOTE, False),
        (replace(LETTER, is_sent=True), False),
        (replace(LETTER, is_sent=True, lacks_number=True), True),
        (replace(LETTER, lacks_number=True), False),
    ):
        assert is_allowed(LEAD, Act.SET_NUMBER, matter(S.CLOSED, answer=answer)) is may


# --- parties -----------------------------------------------------------------------------------------------------


def test_a_commune_clarifies_first_and_disputes_after_its_own_clarification() -> None:
    parties = (Party(COMMUNE, may_reply=True), Party(SECOND_COMMUNE, may_reply=True, has_clarified=True))
    now = matter(S.ANSWERED, parties=parties)
    second = Actor(78, "second", frozenset({(R.COMMUNE_OFFICER, SECOND_COMMUNE)}))
    assert {Act.CLARIFY, Act.DISPUTE} & set(acts_offered(OFFICER, now)) == {Act.CLARIFY}
    assert {Act.CLARIFY, Act.DISPUTE} & set(acts_offered(second, now)) == {Act.DISPUTE}


def test_a_party_that_has_replied_or_left_says_nothing_more_about_the_answer() -> None:
    for party in (Party(COMMUNE), Party(COMMUNE, may_reply=True, has_left=True)):
        offered = acts_offered(OFFICER, matter(S.ANSWERED, parties=(party,)))
        assert not {Act.CONFIRM, Act.CLARIFY, Act.DISPUTE} & set(offered)


def test_a_person_of_two_communes_speaks_for_each() -> None:
    both = Actor(79, "both", frozenset({(R.COMMUNE_OFFICER, COMMUNE), (R.COMMUNE_LEADER, SECOND_COMMUNE)}))
    now = matter(S.ANSWERED, parties=(Party(COMMUNE, may_reply=True), Party(SECOND_COMMUNE, may_reply=True)))
    assert [party.unit_id for party in parties_spoken_for(both, now, Act.CONFIRM)] == [
        COMMUNE,
        SECOND_COMMUNE,
    ]


@pytest.mark.parametrize(("until", "may"), [(None, False), (TODAY - timedelta(1), False), (TODAY, True)])
def test_a_commune_corrects_what_was_filed_for_it_until_its_last_day(until: date | None, may: bool) -> None:
    now = matter(S.WORKING, parties=(Party(COMMUNE, correct_until=until),))
    assert is_allowed(OFFICER, Act.CORRECT, now) is may


def test_confirmation_by_phone_is_a_switch_and_only_for_a_commune_that_was_asked() -> None:
    asked = matter(S.ANSWERED)
    assert may_confirm_by_phone(OWNER, asked) and may_confirm_by_phone(LEAD, asked)
    assert not may_confirm_by_phone(MEMBER, asked)
    assert not may_confirm_by_phone(OWNER, replace(asked, phone_confirmation=False))
    assert not may_confirm_by_phone(OWNER, replace(asked, parties=(Party(COMMUNE),)))
    department = Party(RAISER, is_commune=False, may_reply=True)
    assert not may_confirm_by_phone(OWNER, replace(asked, parties=(department,)))


@pytest.mark.parametrize("outcome", Outcome)
def test_a_closed_matter_is_reopened_but_not_after_withdrawn_or_in_error(outcome: Outcome) -> None:
    closed = matter(S.CLOSED, outcome=outcome, is_reopenable=True)
    may = outcome not in (Outcome.WITHDRAWN, Outcome.IN_ERROR)
    assert is_allowed(OFFICER, Act.REOPEN, closed) is may
    assert is_allowed(COORDINATOR, Act.REOPEN, closed) is may
    assert not is_allowed(LEAD, Act.REOPEN, closed)


def test_a_commune_reopens_once_and_within_thirty_days_the_coordinator_any_time() -> None:
    closed = matter(S.CLOSED, outcome=Outcome.GUIDED, is_reopenable=True)
    assert is_allowed(OFFICER, Act.REOPEN, closed)
    assert is_allowed(OFFICER, Act.REOPEN, replace(closed, parties=(Party(COMMUNE, has_left=True),)))
    for other in (
        replace(closed, is_reopenable=False),
        replace(closed, parties=(Party(COMMUNE, has_reopened=True),)),
        replace(closed, parties=(Party(COMMUNE, has_left=True, was_withdrawn=True),)),
    ):
        assert not is_allowed(OFFICER, Act.REOPEN, other)
        assert is_allowed(COORDINATOR, Act.REOPEN, other)


# --- a department as party ----------------------------------------------------------------------------------------


FILER = Actor(81, "filer", frozenset({(R.GROUP_MEMBER, RAISER)}))
RAISER_LEAD = Actor(82, "lead", frozenset({(R.GROUP_LEAD, RAISER)}))
COLLEAGUE = Actor(83, "colleague", frozenset({(R.GROUP_MEMBER, RAISER)}))
RAISER_LEADER = Actor(84, "leader", frozenset({(R.DEPARTMENT_LEADER, RAISER)}))


def own_matter(**changes: object) -> Matter:
    """Answered; a department raised it for itself."""
    plain = matter(
        S.ANSWERED,
        raised_by_id=RAISER,
        filed_by_id=FILER.account_id,
        parties=(Party(RAISER, is_commune=False, may_reply=True),),
        raiser_leads=frozenset({RAISER_LEAD.account_id}),
        answer=replace(NOTE, is_sent=True, approver_id=LEAD.account_id),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_unit_that_raised_it_speaks_through_its_filer_or_its_lead() -> None:
    now = own_matter()
    assert Act.CONFIRM in acts_offered(FILER, now) and Act.CONFIRM in acts_offered(RAISER_LEAD, now)
    assert acts_offered(COLLEAGUE, now) == acts_offered(RAISER_LEADER, now) == ()
    alone = replace(now, raiser_leads=frozenset())
    assert Act.CONFIRM in acts_offered(RAISER_LEADER, alone)
    gone = replace(now, filed_by_id=OFFICER.account_id)
    assert Act.CONFIRM not in acts_offered(FILER, gone) + acts_offered(OFFICER, gone)


def test_the_lead_of_the_successor_speaks_where_the_raising_unit_has_ended() -> None:
    now = own_matter(raised_by_id=OTHER, raiser_leads=frozenset(), filed_by_id=0)
    assert Act.CONFIRM in acts_offered(RAISER_LEAD, now)


def test_who_wrote_or_approved_the_answer_never_confirms_it() -> None:
    for answer in (
        replace(NOTE, is_sent=True, authors=frozenset({FILER.account_id})),
        replace(NOTE, is_sent=True, approver_id=FILER.account_id),
    ):
        assert Act.CONFIRM not in acts_offered(FILER, own_matter(answer=answer))


def test_where_holder_and_only_party_are_one_unit_the_coordinator_confirms() -> None:
    now = own_matter(
        holder_id=RAISER,
        leads=frozenset({RAISER_LEAD.account_id}),
        directors=frozenset({RAISER_LEADER.account_id}),
        owner_id=83,
    )
    assert Act.CONFIRM in acts_offered(COORDINATOR, now)
    for person in (FILER, RAISER_LEAD, RAISER_LEADER, COLLEAGUE):
        assert Act.CONFIRM not in acts_offered(person, now)
    by_coordinator = replace(now, answer=replace(NOTE, is_sent=True, approver_id=COORDINATOR.account_id))
    assert Act.CONFIRM not in acts_offered(COORDINATOR, by_coordinator)
    two = replace(now, parties=(*now.parties, Party(COMMUNE, may_reply=True)))
    assert Act.CONFIRM in acts_offered(FILER, two)
