"""Attacks on objects: every door to what belongs to others, acts that are not one's own, fields nobody offered."""

import io
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import Province
from tests.crawling import Crawl, Page, guessed
from tests.marked_world import World, build_world
from tests.web import token_of
from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.accounts.service import end_grant
from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.issues.models import Issue, IssueFile, IssueParty
from tracker.issues.workflow import Act, IssueState

SignIn = Callable[[FlaskClient, Account], str]
NEVER = "VM-2026-000999"
HTMX = {"HX-Request": "true"}


class Browser:
    """Somebody signed in, at the hour of the desk."""

    def __init__(self, app: Flask, world: World, sign_in: SignIn, name: str) -> None:
        self.world, self.client = world, app.test_client()
        with world.desk.travelled():
            sign_in(self.client, world.person(name))
            self.token = token_of(self.client.get("/profile").text)

    def get(self, url: str, **headers: str) -> TestResponse:
        """Look."""
        with self.world.desk.travelled():
            return self.client.get(url, headers=headers)

    def page(self, url: str, **headers: str) -> Page:
        """Look, to compare."""
        with self.world.desk.travelled():
            return Crawl(self.client).look(url, **headers)

    def post(self, url: str, data: Mapping[str, object] | None = None, **headers: str) -> TestResponse:
        """Write, with our own token."""
        with self.world.desk.travelled():
            return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, headers=headers)

    def form(self, url: str) -> dict[str, object]:
        """The hidden fields that a form needs, as the page at this address gives them."""
        body = self.get(url).text
        names = ("idempotency_key", "version", "draft_version")
        found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', body) for name in names}
        return {name: match.group(1) for name, match in found.items() if match}


@pytest.fixture
def world(app: Flask, session: Session, province: Province) -> World:
    """The marked province."""
    return build_world(app, session, province)


@pytest.fixture
def browse(app: Flask, world: World, sign_in: SignIn) -> Callable[[str], Browser]:
    """browse("officer_a"): his browser."""
    return lambda name: Browser(app, world, sign_in, name)


Browse = Callable[[str], Browser]


def refusals(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEntry.kind == "refused")) or 0


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V8.2.2")
@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("leader_b", "a_working"),
        ("officer_a", "b_asked"),
        ("finance_lead", "b_closed"),
        ("administrator", "a_moved"),
    ],
)
def test_a_foreign_issue_answers_at_every_door_as_one_that_never_existed(
    app: Flask, world: World, browse: Browse, name: str, hidden: str
) -> None:
    browser, number = browse(name), world.number(hidden)
    for url in guessed(app, {"number": [number]}):
        if number not in url:
            continue
        never = url.replace(number, NEVER)
        for headers in ({}, HTMX):
            foreign, unknown = browser.page(url, **headers), browser.page(never, **headers)
            assert foreign.status == 404, url
            assert foreign.lasting.replace(number, NEVER) == unknown.lasting


def test_no_other_way_of_asking_opens_a_foreign_issue(world: World, browse: Browse) -> None:
    browser, number = browse("leader_b"), world.number("a_working")
    url = f"/issues/{number}"
    for tail in (
        "?format=json",
        "?format=pdf",
        "?print=1",
        ".json",
        ".pdf",
        "/",
        "/print",
        "/feed",
        "/export",
        "//",
    ):
        assert browser.get(url + tail).status_code == 404, tail
    for accept in ("application/json", "application/xml", "text/csv", "*/*"):
        response = browser.get(url, Accept=accept)
        assert response.status_code == 404
        assert "zq" not in response.text
    etag = browse("officer_a").get(url).headers.get("ETag", "*")
    assert browser.get(url, **{"If-None-Match": etag}).status_code == 404
    with world.desk.travelled():
        assert browser.client.head(url).status_code == 404
    assert browser.get(url.lower()).status_code == 404
    assert browser.get(f"/issues/{world.issues['a_working']}").status_code == 404
    assert browse("officer_a").get(url).status_code == 200


def test_a_draft_is_opened_by_its_own_unit_alone(world: World, browse: Browse) -> None:
    for name in (
        "officer_a",
        "leader_b",
        "member",
        "coordinator",
        "administrator",
    ):
        browser = browse(name)
        for draft in world.unsent():
            expected = 200 if name in world.readers[draft] else 404
            assert browser.get(f"/drafts/{world.key(draft)}").status_code == expected, (name, draft)
            sent = browser.post(f"/drafts/{world.key(draft)}/discard") if expected == 404 else None
            assert sent is None or sent.status_code == 404


def test_a_file_is_served_only_below_the_issue_that_owns_it(
    world: World, session: Session, browse: Browse
) -> None:
    files = session.scalars(select(IssueFile)).all()
    keys = {row.id: row.key for row in session.scalars(select(Attachment))}
    browser = browse("leader_b")
    own = world.number("b_asked")
    foreign = [file for file in files if file.issue_id != world.issues["b_asked"]]
    assert len(foreign) > 5
    for file in foreign:
        for url in (
            f"/issues/{own}/files/{file.id}",
            f"/issues/{own.lower()}/files/{file.id}",
            f"/attachments/{file.id}",
            f"/files/{keys[file.attachment_id]}",
            f"/static/../instance/files/{keys[file.attachment_id]}",
        ):
            response = browser.get(url)
            assert response.status_code == 404, url
            assert b"%PDF" not in response.data
    mine = next(file for file in files if file.issue_id == world.issues["b_asked"])
    assert browser.get(f"/issues/{own}/files/{mine.id}").status_code == 200


def test_a_file_of_departments_is_neither_served_nor_named_to_the_commune(
    world: World, session: Session, browse: Browse
) -> None:
    number = world.number("a_working")
    name, content = world.marks["a_note_name"].word, world.marks["a_note_bytes"].word
    file_id = session.scalar(
        select(IssueFile.id).join(Attachment).where(Attachment.filename == f"{name}.pdf")
    )
    officer, member = browse("officer_a"), browse("member")
    response = officer.get(f"/issues/{number}/files/{file_id}")
    assert response.status_code == 404
    assert content not in response.text
    for page in ("", "/history", "/history?before=99", "/why"):
        assert name not in officer.get(f"/issues/{number}{page}").text
    served = member.get(f"/issues/{number}/files/{file_id}")
    assert (served.status_code, content.encode() in served.data) == (200, True)


# --- acts ---------------------------------------------------------------------------------------------------------

DESK_A, OWNER_A = {"lead", "department_leader"}, {"member", "lead"}
DESK_F, OWNER_F = {"finance_lead", "finance_leader"}, {"finance_member", "finance_lead"}
MAY: dict[str, dict[str, set[str]]] = {
    "a_working": {
        "reassign": DESK_A,
        "transfer": DESK_A,
        "ask_info": OWNER_A,
        "withdraw": {"officer_a", "leader_a"},
        "add_info": {"officer_a", "leader_a"},
        "news": OWNER_A,
        "interim": OWNER_A,
        "send_document": OWNER_A,
        "submit_answer": {"member"},
        "ask_extension": {"member"},
        "extend": DESK_A,
        "ask_opinion": OWNER_A,
        "refer": DESK_A,
        "escalate": OWNER_A | DESK_A | {"coordinator"},
    },
    "a_consulted": {
        "reassign": DESK_A,
        "transfer": DESK_A,
        "ask_info": OWNER_A,
        "withdraw": {"officer_a", "leader_a"},
        "add_info": {"officer_a", "leader_a"},
        "news": OWNER_A,
        "interim": OWNER_A,
        "send_document": OWNER_A,
        "submit_answer": {"member"},
        "ask_extension": {"member"},
        "extend": DESK_A,
        "ask_opinion": OWNER_A,
        "cancel_opinion": OWNER_A,
        "escalate": OWNER_A | DESK_A | {"coordinator"},
        "give_opinion": {"finance_member"} | DESK_F,
        "assign_opinion": DESK_F,
        "refer": DESK_A,
    },
    "a_answered": {
        "confirm": {"officer_a", "leader_a"} | OWNER_F,
        "clarify": {"officer_a", "leader_a"},
        "add_info": {"officer_a", "leader_a"},
        "news": OWNER_F,
        "interim": OWNER_F,
    },
    "a_moved": {
        "accept": DESK_F,
        "transfer": DESK_F,
        "assign": DESK_F | {"finance_member"},
        "ask_info": {"finance_lead"},
        "withdraw": {"officer_a", "leader_a"},
        "add_info": {"officer_a", "leader_a"},
        "close_error": {"coordinator"},
        "news": {"finance_lead"},
        "interim": {"finance_lead"},
        "escalate": DESK_F | {"coordinator"},
    },
    "b_asked": {
        "reassign": DESK_A,
        "give_info": {"leader_b"},
        "resume": OWNER_A,
        "withdraw": {"leader_b"},
        "add_info": {"leader_b"},
        "news": OWNER_A,
        "interim": OWNER_A,
    },
    "b_approve": {
        "reassign": DESK_F,
        "withdraw": {"leader_b"},
        "add_info": {"leader_b"},
        "news": OWNER_F,
        "interim": OWNER_F,
        "take_back": {"finance_member"},
        "ask_extension": {"finance_member"},
        "extend": DESK_F,
        "return_answer": DESK_F,
        "approve": DESK_F,
        "escalate": OWNER_F | DESK_F | {"coordinator"},
    },
    "b_closed": {"reopen": {"leader_b", "coordinator"}},
    "ward_filed": {
        "accept": DESK_A,
        "transfer": DESK_A,
        "assign": DESK_A | {"member"},
        "ask_info": {"lead"},
        "withdraw": {"officer_ward"},
        "add_info": {"officer_ward"},
        "correct": {"officer_ward"},
        "close_error": {"coordinator"},
        "news": {"lead"},
        "interim": {"lead"},
        "escalate": DESK_A | {"coordinator"},
    },
    "a_draft": {"send": {"officer_a", "leader_a"}},
    "finance_draft": {"send": {"finance_member"} | DESK_F},
    "b_to_sign": {"sign": {"leader_b"}, "return_draft": {"leader_b"}},
}
"""Issue → act → who may take it now, of the people below; everybody else and everything else is refused."""
PEOPLE = (
    "officer_a",
    "leader_b",
    "officer_ward",
    "member",
    "lead",
    "department_leader",
    "finance_member",
    "finance_lead",
    "coordinator",
    "administrator",
    "auditor",
)
OF_DRAFTS = {Act.SEND, Act.SIGN, Act.RETURN_DRAFT}
OF_NOBODY = {
    Act.CLOSE_READY,
    Act.EXPIRE,
    Act.EXPIRE_OPINION,
    Act.HAND_OVER,
    Act.WAKE,
    Act.RAISE,
    Act.REMIND,
}


@pytest.mark.asvs("V2.3.1", "V8.3.1", "V8.2.2")
@pytest.mark.parametrize("name", PEOPLE)
def test_an_act_is_open_to_those_who_may_take_it_on_this_very_issue_and_to_nobody_else(
    world: World, browse: Browse, session: Session, name: str
) -> None:
    browser, before = browse(name), world.desk.snapshot()
    for issue, table in MAY.items():
        is_draft = issue in set(world.unsent())
        base = f"/drafts/{world.key(issue)}" if is_draft else f"/issues/{world.number(issue)}"
        for act in Act:
            if act in OF_NOBODY or (act in OF_DRAFTS) is not is_draft:
                continue
            if name in table.get(act.value, set()):
                assert browser.get(f"{base}/{act.value}").status_code == 200, (issue, act)
                continue
            status = browser.post(f"{base}/{act.value}").status_code
            sees = name in world.readers[issue]
            assert status in ({404, 409} if sees else {404}), (issue, act, status)
    assert world.desk.snapshot() == before


@pytest.mark.asvs("V8.3.1")
def test_a_commune_writes_no_answer_and_no_note_by_any_door(
    world: World, browse: Browse, session: Session
) -> None:
    browser, base = browse("officer_a"), f"/issues/{world.number('a_working')}"
    before, noted = world.desk.snapshot(), refusals(session)
    typed = {"content": "x", "text": "x", "remark": "x", "kind": "guidance", "unit_id": 1, "owner_id": 1}
    doors = (
        "answer",
        "submit_answer",
        "approve",
        "return_answer",
        "news",
        "interim",
        "send_document",
        "assign",
        "transfer",
    )
    for number, door in enumerate(doors, start=1):
        for headers in ({}, HTMX):
            assert browser.post(f"{base}/{door}", typed, **headers).status_code == 404, door
        assert refusals(session) == noted + 2 * number
    assert world.desk.snapshot() == before


@pytest.mark.asvs("V8.3.2")
def test_a_right_taken_away_is_gone_with_the_next_press(
    world: World, browse: Browse, session: Session
) -> None:
    lead, url = browse("lead"), f"/issues/{world.number('ward_filed')}/assign"
    form = lead.form(url)
    held = session.scalars(select(Grant).where(Grant.account_id == world.person("lead").id)).one()
    with transaction():
        end_grant(session, held.id, valid_to=world.desk.today - timedelta(days=1))
    before = world.desk.snapshot()
    response = lead.post(url, {**form, "owner_id": world.person("member").id, "work_kind": "one_department"})
    assert response.status_code == 404
    assert world.desk.snapshot() == before


def test_an_issue_is_not_given_to_somebody_who_has_left(world: World, browse: Browse) -> None:
    lead, url = browse("lead"), f"/issues/{world.number('ward_filed')}/assign"
    form = lead.form(url)
    world.desk.leave(world.person("member"))
    before = world.desk.snapshot()
    for owner in ("member", "finance_member", "officer_a", "administrator"):
        response = lead.post(url, {**form, "owner_id": world.person(owner).id, "work_kind": "one_department"})
        assert response.status_code == 422, owner
    assert world.desk.snapshot() == before


# --- fields that nobody offered -----------------------------------------------------------------------------------


@pytest.mark.asvs("V8.2.3")
def test_a_new_draft_takes_no_field_of_the_server(world: World, browse: Browse, session: Session) -> None:
    browser, province = browse("officer_a"), world.desk.province
    forged: dict[str, object] = {
        "title": "Tự đặt",
        "state": "closed",
        "number": "VM-2026-000001",
        "number_key": 1,
        "created_at": "2020-01-01",
        "raised_by_id": province.commune_b.id,
        "unit_id": province.commune_b.id,
        "commune_ids": [province.commune_b.id],
        "holder_id": province.finance.id,
        "owner_id": province.member.id,
        "filed_by_id": province.leader_b.id,
        "is_open": "1",
        "level": 5,
        "draft_key": "x" * 22,
        "version": 99,
        "event_count": 7,
    }
    response = browser.post("/issues/new", {**browser.form("/issues/new"), **forged})
    assert response.status_code == 303
    session.rollback()
    made = session.scalars(select(Issue).where(Issue.title == "Tự đặt")).one()
    assert (made.state, made.number, made.is_open, made.level) == (IssueState.DRAFT, None, False, 0)
    assert (made.raised_by_id, made.filed_by_id) == (province.commune_a.id, province.officer_a.id)
    assert (made.holder_id, made.owner_id, made.event_count) == (None, None, 0)
    assert made.draft_key != "x" * 22
    assert session.scalars(select(IssueParty).where(IssueParty.issue_id == made.id)).all() == []


def test_a_draft_cannot_be_moved_into_another_unit(world: World, browse: Browse) -> None:
    browser, url = browse("officer_a"), f"/drafts/{world.key('a_draft')}"
    other = world.desk.province.commune_b.id
    moved = {"unit_id": other, "raised_by_id": other, "commune_ids": [other], "title": "Đã sửa"}
    assert browser.post(url, {**browser.form(url), **moved}).status_code == 303
    issue = world.desk.issue(world.issues["a_draft"])
    assert (issue.title, issue.raised_by_id) == ("Đã sửa", world.desk.province.commune_a.id)


@pytest.mark.asvs("V2.2.2")
def test_filing_for_a_unit_of_others_is_refused(world: World, browse: Browse, session: Session) -> None:
    browser, before = browse("finance_member"), world.desk.snapshot()
    communes: list[object] = [world.desk.province.finance.id, world.desk.province.unit.id, 10**12, -1, "x"]
    for key in communes:
        form = browser.form("/issues/new")
        assert browser.post("/issues/new", {**form, "title": "x", "commune_ids": [key]}).status_code == 422, (
            key
        )
    assert world.desk.snapshot() == before


@pytest.mark.asvs("V1.5.3", "V2.2.2")
def test_of_repeated_fields_one_is_checked_and_used(world: World, browse: Browse) -> None:
    browser = browse("lead")
    url = f"/issues/{world.number('ward_filed')}/assign"
    member, stranger = world.person("member").id, world.person("finance_member").id
    form = {**browser.form(url), "work_kind": "one_department"}
    assert browser.post(url, {**form, "owner_id": [stranger, member]}).status_code == 422
    assert (
        browser.post(f"{url}?owner_id={stranger}", {**form, "owner_id": [member, stranger]}).status_code
        == 303
    )
    assert world.desk.issue(world.issues["ward_filed"]).owner_id == member


@pytest.mark.asvs("V8.2.3")
def test_what_is_closed_takes_no_field_any_more(world: World, browse: Browse) -> None:
    before = world.desk.snapshot()
    typed = {
        "title": "x",
        "due_on": "2030-01-01",
        "state": "working",
        "version": 1,
        "text": "x",
        "reason": "x",
    }
    for name in ("officer_b", "lead", "member", "coordinator"):
        browser = browse(name)
        for act in ("correct", "news", "transfer", "assign", "add_info", "withdraw", "approve", "set_number"):
            response = browser.post(f"/issues/{world.number('b_closed')}/{act}", typed)
            assert response.status_code in {404, 409}
    assert world.desk.snapshot() == before


# --- at the same time ---------------------------------------------------------------------------------------------


def test_of_two_who_assign_at_once_the_second_sees_that_somebody_was_quicker(
    world: World, browse: Browse
) -> None:
    url = f"/issues/{world.number('ward_filed')}/assign"
    lead, director = browse("lead"), browse("department_leader")
    forms = {browser: browser.form(url) for browser in (lead, director)}
    chosen = {lead: world.person("member").id, director: world.person("second_member").id}
    statuses = [
        browser.post(
            url, {**forms[browser], "owner_id": chosen[browser], "work_kind": "one_department"}
        ).status_code
        for browser in (lead, director)
    ]
    assert statuses == [303, 409]
    assert world.desk.issue(world.issues["ward_filed"]).owner_id == chosen[lead]
    assert world.desk.kinds(world.issues["ward_filed"]).count("assigned") == 1


def test_the_same_form_pressed_many_times_at_once_makes_one_draft(
    app: Flask, session: Session, province: Province, sign_in: SignIn
) -> None:
    browsers = [app.test_client() for _ in range(8)]
    for client in browsers:
        sign_in(client, province.officer_a)
    tokens = [token_of(client.get("/profile").text) for client in browsers]
    form = {"idempotency_key": "the-same-press-of-a-button", "title": "Một lần", "do": "save"}

    def press(number: int) -> tuple[int, str]:
        response = browsers[number].post("/issues/new", data={"csrf_token": tokens[number], **form})
        return response.status_code, response.location or ""

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = set(pool.map(press, range(len(browsers))))
    session.rollback()
    made = session.scalars(select(Issue)).all()
    assert answers == {(303, f"/drafts/{made[0].draft_key}")}
    assert len(made) == 1


def test_a_file_for_what_has_closed_meanwhile_is_refused_and_swept(
    world: World, browse: Browse, session: Session
) -> None:
    browser = browse("officer_b")
    before = session.scalar(select(func.count(Attachment.id)))
    world.desk.switch(phone_confirmation=True)
    url = f"/issues/{world.number('b_closed')}/add_info"
    file = (io.BytesIO(b"%PDF-1.7\nlate"), "muon.pdf")
    assert browser.post(url, {"text": "x", "files": file}).status_code == 409
    session.rollback()
    assert session.scalar(select(func.count(Attachment.id))) == before
    with transaction():
        attachments.sweep(session, world.storage, clock.now() + timedelta(days=2))
    names = {name for name, _ in world.storage.files()}
    rows = set(session.scalars(select(Attachment.key)))
    assert names == {key for key in rows if not key.startswith("key-")}
