"""Any people, any acts, any time: after every step what is stored belongs together, and a refusal changes nothing."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from tests.conftest import ON_POSTGRESQL
from tests.issue_builders import NOTE, Desk, local
from tests.unit.test_workflow import CLOSING, TABLE, names
from tracker.accounts.models import Account, Grant
from tracker.db import transaction
from tracker.deadlines.days import load_calendar
from tracker.deadlines.facts import WaitsFor
from tracker.directory.models import Unit
from tracker.directory.switches import read_switches
from tracker.errors import DomainError, Invalid, NotFound, NotPossible
from tracker.issues import matters
from tracker.issues.models import (
    Answer,
    AnswerForm,
    AnswerStatus,
    InfoState,
    Issue,
    IssueCount,
    IssueEvent,
    IssueParty,
    Reply,
)
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.models_referrals import Referral
from tracker.issues.policy import Matter, acts_offered
from tracker.issues.referral_rules import Addressee
from tracker.issues.rights import may_see
from tracker.issues.service import apply
from tracker.issues.standing import _PARTY_FITS, parties_spoken_for
from tracker.issues.workflow import CONSULTING, NOT_SENT, Act, IssueState

S = IssueState
T = TypeVar("T")
ANY = st.integers(0, 10_000)
SWITCHES = ["second_check_on_documents", "members_take_issues", "phone_confirmation"]
USUAL: dict[S, list[Act]] = {
    S.DRAFT: [Act.SEND],
    S.TO_SIGN: [Act.SIGN, Act.RETURN_DRAFT],
    S.SUBMITTED: [Act.ASSIGN, Act.ROUTE, Act.ASSIGN, Act.ACCEPT, Act.TRANSFER],
    S.ACCEPTED: [Act.ASSIGN, Act.ASSIGN, Act.TRANSFER],
    S.WORKING: [
        *(Act.SUBMIT_ANSWER, Act.SEND_DOCUMENT, Act.SUBMIT_ANSWER, Act.ASK_INFO, Act.DISPUTE),
        *(Act.ASK_OPINION, Act.GIVE_OPINION, Act.REFER),
    ],
    S.NEED_INFO: [Act.GIVE_INFO, Act.GIVE_INFO, Act.RESUME, Act.CLOSE_UNINFORMED, Act.WITHDRAW],
    S.WITH_AUTHORITY: [Act.REPLY_IN, Act.FOLLOW_UP, Act.RECALL, Act.INTERIM, Act.REPLY_IN, Act.WITHDRAW],
    S.TO_APPROVE: [Act.APPROVE, Act.APPROVE, Act.RETURN_ANSWER, Act.TAKE_BACK, Act.REASSIGN],
    S.ANSWERED: [Act.CLARIFY, Act.CONFIRM, Act.DISPUTE, Act.CONFIRM, Act.SET_NUMBER, Act.KEEP],
    S.CLOSED: [Act.REOPEN, Act.SET_NUMBER, Act.KEEP],
    S.MERGED: [Act.NEWS],
}
EMPTIED = (
    "opinion",
    "issue_file",
    "commitment",
    "referral_issue",
    "referral",
    "citation",
    "answer",
    "issue_event",
    "issue_party",
    "issue_access",
    "issue_stage",
    "issue_interim",
    "issue",
    "issue_count",
    "number_series",
    "attachment",
)


def pick(items: list[T], at: int) -> T:
    """One of the items."""
    return items[at % len(items)]


class AnyLife(RuleBasedStateMachine):
    """People of a small province do what they may, and what they may not, while the clock travels."""

    desk: Desk

    @initialize()
    def begin(self) -> None:
        """No issue, everybody in office, Monday morning."""
        desk = self.desk
        desk.at = local("2026-06-01 09:00")
        with transaction():
            for name in EMPTIED:
                desk.session.execute(text(f"DELETE FROM {name}"))
            desk.session.execute(text('UPDATE "grant" SET valid_to = NULL'))
            desk.session.execute(text("DELETE FROM switch WHERE name <> 'coordinating_unit_id'"))
        for row in [row for row in desk.session if row.__tablename__ in EMPTIED]:
            desk.session.expunge(row)  # its key will be another's
        p = desk.province
        self.people = [
            *(p.officer_a, p.leader_a, p.officer_b, p.leader_b, p.officer_ward),
            *(p.member, p.second_member, p.lead, p.department_leader),
            *(p.finance_member, p.finance_lead, p.finance_leader),
            *(p.coordinator, p.provincial_leader, p.assistant, p.administrator, p.auditor),
        ]
        self.gone: list[Account] = []
        self.seen: dict[tuple[int, int], str] = {}
        self._send(p.officer_a)

    # --- what happens ---------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(["own", "own", "behalf", "department", "nowhere", "sign-off"]))
    def somebody_files(self, kind: str) -> None:
        p = self.desk.province
        if len(self._issue_ids()) > 3:
            return
        if kind == "own":
            self._send(p.officer_a)
        elif kind == "behalf":
            self._send(p.member, commune_ids=[p.commune_a.id, p.commune_b.id, p.ward.id])
        elif kind == "department":
            self._send(p.finance_member)
        elif kind == "nowhere":
            nothing = {"field_id": None, "category_id": None, "title": "abc"}
            self._send(p.officer_b, **nothing, situation="abc", proposal="abc")
        else:
            self.desk.switch(commune_sign_off=True)
            self._send(p.officer_a)
            self.desk.switch(commune_sign_off=False)

    @rule(issue=ANY, turn=ANY, detail=ANY)
    def the_matter_goes_on(self, issue: int, turn: int, detail: int) -> None:
        """The usual next act by somebody to whom it is offered."""
        issue_id = pick(self._issue_ids(), issue)
        usual = USUAL[self.desk.state(issue_id)]
        self._by_somebody(issue_id, usual[turn % len(usual)], detail)

    @rule(seed=ANY)
    def a_busy_day(self, seed: int) -> None:
        """Deeper than single steps get: several usual acts one after another."""
        chance = Random(seed)
        for _ in range(12):
            self.the_matter_goes_on(*(chance.randrange(1000) for _ in range(3)))

    @rule(issue=ANY, act=st.sampled_from(Act), detail=ANY)
    def somebody_does_what_the_page_offers(self, issue: int, act: Act, detail: int) -> None:
        self._by_somebody(pick(self._issue_ids(), issue), act, detail)

    @rule(issue=ANY, person=ANY, act=st.sampled_from(Act), detail=ANY)
    def somebody_tries_something(self, issue: int, person: int, act: Act, detail: int) -> None:
        self._attempt(pick(self.people, person), pick(self._issue_ids(), issue), act, detail)

    @rule(hours=st.sampled_from([1, 5, 24, 48, 72, 120, 240, 24 * 31]), works=st.booleans())
    def time_passes(self, hours: int, works: bool) -> None:
        self.desk.at += timedelta(hours=hours)
        if works:
            self.desk.jobs()
            assert self.desk.jobs() == 0

    @rule(what=st.sampled_from(["leave", "return", "switch", "follow"]), which=ANY, on=st.booleans())
    def the_province_changes(self, what: str, which: int, on: bool) -> None:
        p, issue_id = self.desk.province, pick(self._issue_ids(), which)
        if what == "leave":
            who = pick(self.people[5:12], which)
            if who not in self.gone:
                self.desk.leave(who)
                self.gone.append(who)
        elif what == "return":
            with transaction():
                for row in self.desk.session.scalars(select(Grant)):
                    row.valid_to = None
            self.gone = []
        elif what == "switch":
            self.desk.switch(**{pick(SWITCHES, which): on})
        else:
            old, new = (p.commune_a, p.commune_b) if on else (p.home_affairs, p.finance)
            self._attempt(None, issue_id, Act.HAND_OVER, 0, from_id=old.id, to_id=new.id)

    @rule(issue=ANY, detail=ANY)
    def the_owner_writes(self, issue: int, detail: int) -> None:
        issue_id = pick(self._issue_ids(), issue)
        row = self.desk.issue(issue_id)
        owner = self.desk.session.get(Account, row.owner_id or 0)
        if owner is None:
            return
        try:
            self.desk.save(owner, issue_id, content=f"Bản {detail}")
        except DomainError:
            assert row.state is not S.WORKING or owner in self.gone

    # --- one attempt -----------------------------------------------------------------------------------------

    def _by_somebody(self, issue_id: int, act: Act, detail: int) -> None:
        matter = self._matter(issue_id)
        may = [who for who in self.people if act in self._offered(who, issue_id, matter)]
        if may:
            self._attempt(pick(may, detail), issue_id, act, detail)

    def _attempt(self, who: Account | None, issue_id: int, act: Act, detail: int, **given: object) -> None:
        desk = self.desk
        before, state = desk.snapshot(), desk.state(issue_id)
        matter = self._matter(issue_id)
        is_offered = who is None or act in self._offered(who, issue_id, matter)
        data = {**self._data(issue_id, act, detail), **given}
        try:
            with desk.travelled(), transaction():
                apply(desk.session, desk.actor(who) if who else None, issue_id, act, data)
        except DomainError as error:
            assert desk.snapshot() == before
            if who and is_offered and isinstance(error, NotPossible | NotFound):
                assert self._was_not_his(who, act, data, matter), error.code
            if state not in names(TABLE[act.value][0]):
                assert isinstance(error, NotPossible | NotFound)
            return
        assert is_offered
        landed = desk.state(issue_id)
        targets = names(TABLE[act.value][1].replace("=", state.value))
        assert landed in targets | ({S.CLOSED} if act.value in CLOSING else set()), (act, state, landed)

    def _was_not_his(self, who: Account, act: Act, data: dict[str, object], matter: Matter) -> bool:
        """The act was his, but not for this party, not by phone, or not for this owner."""
        if act is Act.ASSIGN:
            return data.get("owner_id") != who.id
        if act not in _PARTY_FITS:
            return False
        mine = {party.unit_id for party in parties_spoken_for(self.desk.actor(who), matter, act)}
        return data.get("by_phone") is True or not mine or data.get("party_id") not in mine

    def _data(self, issue_id: int, act: Act, detail: int) -> dict[str, object]:
        p, row = self.desk.province, self.desk.issue(issue_id)
        parties = self._parties(issue_id)
        groups = [p.home_affairs, p.finance, p.office]
        staff = [p.member, p.second_member, p.lead, p.department_leader, p.finance_member, p.finance_lead]
        here = [person for person in staff if self._is_of(person, row.holder_id)] or staff
        data: dict[str, object] = {
            **NOTE,
            "reason": f"Lý do {detail}",
            "text": "Nội dung",
            "question": "Bao nhiêu?",
            "days": detail % 5,
            "remark": "Sửa lại",
            "title": f"Tiêu đề {detail}",
            "situation": "Hiện trạng",
            "proposal": "Đề xuất",
            "assigned_id": staff[detail % len(staff)].id,
            "owner_id": here[detail % len(here)].id,
            "unit_id": next(unit.id for unit in groups[detail % 3 :] + groups if unit.id != row.holder_id),
            "kind": ("guidance", "decision", "refusal", "own_competence", "roadmap")[detail % 5],
            "roadmap_on": self.desk.today + timedelta(days=20),
            "document_number": "" if detail % 2 else "12/SNV",
            "document_on": self.desk.today,
            "signer": "Người ký",
            "is_solved": bool(detail % 2),
            "addressee": list(Addressee)[detail % 6].value,
            "name": "Bộ Nội vụ" if detail % 3 else "",
            "has_consent": bool(detail % 4),
            "consent_by": "Đặng Thị Giang",
            "until_on": load_calendar(self.desk.session).add(self.desk.today, 1 + detail % 5),
            "level": 0,
            "party_id": parties[detail % len(parties)].unit_id if parties else None,
        }
        if act is Act.ASK_OPINION:
            others = [unit.id for unit in groups if unit.id != row.holder_id][: 1 + detail % 2]
            data["questions"] = [{"unit_id": key, "question": "Ý kiến?"} for key in others]
        if act is Act.ASK_INFO and detail % 2 and parties:
            data["unit_ids"] = [data["party_id"]]
        if act is Act.CONFIRM and detail % 3 == 0:
            data |= {"by_phone": True, "spoken_by": "Chị An"}
        if act is Act.REFER and detail % 2:
            data["referral_id"] = self._document_of(row.holder_id)
        if act in (Act.SEND_DOCUMENT, Act.ADD_INFO):
            data["files"] = [self.desk.file()]
        if act in (Act.SUBMIT_ANSWER, Act.APPROVE, Act.ASSIGN) and detail % 2:
            data["version"] = row.version
        if detail % 17 == 16:
            data = {}  # an empty form
        return data

    def _document_of(self, unit_id: int | None) -> int | None:
        rows = select(Referral.id).where(Referral.unit_id == unit_id, Referral.open_count > 0)
        return self.desk.session.scalar(rows.limit(1))

    def _send(self, who: Account, **data: object) -> None:
        try:
            self.desk.sent(who, **data)
        except (NotFound, Invalid):
            assert who in self.gone

    # --- looking ---------------------------------------------------------------------------------------------

    def _issue_ids(self) -> list[int]:
        self.desk.session.rollback()
        return list(self.desk.session.scalars(select(Issue.id).order_by(Issue.id)))

    def _parties(self, issue_id: int) -> list[IssueParty]:
        return matters.parties_of(self.desk.session, self.desk.issue(issue_id))

    def _is_of(self, person: Account, unit_id: int | None) -> bool:
        return any(unit == unit_id for _, unit in self.desk.actor(person).grants)

    def _matter(self, issue_id: int) -> Matter:
        session, issue = self.desk.session, self.desk.issue(issue_id)
        with self.desk.travelled():
            return matters.matter_of(
                session,
                issue,
                parties=matters.parties_of(session, issue),
                answer=matters.newest_answer(session, issue),
                switches=read_switches(session),
                calendar=load_calendar(session),
                today=self.desk.today,
            )

    def _offered(self, who: Account, issue_id: int, matter: Matter) -> tuple[Act, ...]:
        actor, session = self.desk.actor(who), self.desk.session
        offered = acts_offered(actor, matter)
        return offered if offered and may_see(session, actor, session.get_one(Issue, issue_id)) else ()

    # --- what must always hold ---------------------------------------------------------------------------------

    @invariant()
    def everything_stored_belongs_together(self) -> None:
        assert self.desk.verify() == []

    @invariant()
    def history_is_only_appended(self) -> None:
        rows = self.desk.session.execute(
            select(IssueEvent.issue_id, IssueEvent.seq, IssueEvent.chain_hash, IssueEvent.at)
        )
        now = {(issue_id, seq): f"{chain} {at}" for issue_id, seq, chain, at in rows}
        assert self.seen.items() <= now.items()
        self.seen = now

    @invariant()
    def each_sent_issue_is_counted_once(self) -> None:
        session = self.desk.session
        sent = [row for row in session.scalars(select(Issue)) if row.state not in NOT_SENT]
        assert sum(row.n for row in session.scalars(select(IssueCount))) == len(sent)

    @invariant()
    def each_issue_agrees_with_its_parties_answer_and_clocks(self) -> None:
        for issue_id in self._issue_ids():
            issue = self.desk.issue(issue_id)
            if issue.state not in NOT_SENT:
                self._check_parties(issue)
                self._check_answers(issue)
                self._check_opinions(issue)
                self._check_clocks(issue)

    def _check_parties(self, issue: Issue) -> None:
        present = [party for party in self._parties(issue.id) if party.left is None]
        if issue.is_open:
            assert present
        owes = [party for party in present if party.info is InfoState.ASKED]
        assert bool(owes) == (issue.state is S.NEED_INFO)
        if issue.state is S.ANSWERED:
            assert all(party.reply in (Reply.ASKED, Reply.CONFIRMED, Reply.EXPIRED) for party in present)
        if issue.state in (S.ANSWERED, S.CLOSED):
            assert issue.level == 0 and not issue.is_disputed

    def _check_answers(self, issue: Issue) -> None:
        versions = list(
            self.desk.session.scalars(
                select(Answer).where(Answer.issue_id == issue.id).order_by(Answer.answer_version)
            )
        )
        assert [row.answer_version for row in versions] == list(range(1, len(versions) + 1))
        if issue.state is S.TO_APPROVE:
            assert versions[-1].status is AnswerStatus.SUBMITTED
        if issue.state is S.ANSWERED:
            assert versions[-1].status is AnswerStatus.SENT
        for row in versions:
            if row.status is AnswerStatus.SENT and row.form is AnswerForm.NOTE:
                assert row.approved_by_id not in (None, row.written_by_id, row.submitted_by_id)

    def _check_opinions(self, issue: Issue) -> None:
        asked = self.desk.session.scalars(select(Opinion).where(Opinion.issue_id == issue.id))
        waiting = [row for row in asked if row.state is OpinionState.ASKED]
        assert not waiting or issue.state in CONSULTING
        assert issue.holder_id not in {row.unit_id for row in waiting}

    def _check_clocks(self, issue: Issue) -> None:
        life = self.desk.timeline(issue.id)
        held = life.holdings
        assert all(one.to_on == after.from_on for one, after in pairwise(held))
        assert (held[-1].to_on is None) == issue.is_open
        assert held[-1].unit == issue.holder_id
        is_paused = issue.state is S.NEED_INFO or (
            held[-1].waits_for is WaitsFor.AUTHORITY and life.cycles[-1].is_paused
        )
        is_running = issue.is_open and issue.state is not S.ANSWERED and not is_paused
        assert (issue.due_on is not None) == is_running
        assert life.cycles[-1].is_running == (issue.is_open and issue.state is not S.ANSWERED)
        unit = self.desk.session.get_one(Unit, issue.holder_id)
        assert unit.kind.value in ("department", "office")


@pytest.mark.asvs("V2.3.1")
def test_any_life_of_any_issue_holds_together(desk: Desk) -> None:
    examples, steps = (5, 15) if ON_POSTGRESQL else (20, 25)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("Life", (AnyLife,), {"desk": desk}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
