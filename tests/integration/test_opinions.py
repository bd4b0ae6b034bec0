"""Opinions of other departments: asked several at once, given, late, expired, passed on, ended."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import select, text

from tests.browser_of_pages import Person, Statements
from tests.builders import Province
from tests.issue_builders import Desk, june, payload_of
from tracker.accounts.models import Account
from tracker.db import db, transaction
from tracker.directory.models import Unit
from tracker.errors import Invalid, NotFound, NotPossible
from tracker.issues import verify
from tracker.issues.models import Audience, IssueAccess
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.succession import pass_issues_on
from tracker.issues.workflow import Act, IssueState
from tracker.outbox.models import Notice

QUESTION = "Mức chi này lấy từ nguồn nào?"


def asked(desk: Desk, *units: Unit, issue_id: int | None = None, **data: object) -> int:
    """An issue in work whose owner has asked these departments, else the department of finance."""
    p, issue_id = desk.province, issue_id or desk.working()
    rows = [{"unit_id": unit.id, "question": QUESTION, **data} for unit in units or (p.finance,)]
    desk.do(p.member, issue_id, Act.ASK_OPINION, questions=rows)
    return issue_id


def opinions(desk: Desk, issue_id: int) -> list[Opinion]:
    desk.session.rollback()
    statement = select(Opinion).where(Opinion.issue_id == issue_id).order_by(Opinion.id)
    return list(desk.session.scalars(statement.execution_options(populate_existing=True)))


def states(desk: Desk, issue_id: int) -> list[OpinionState]:
    return [row.state for row in opinions(desk, issue_id)]


def told(desk: Desk, kind: str) -> set[int]:
    desk.session.rollback()
    return set(desk.session.scalars(select(Notice.account_id).where(Notice.kind == kind)))


def test_departments_are_asked_at_once_each_with_its_question_and_date_and_the_clock_runs_on(
    desk: Desk,
) -> None:
    p, issue_id = desk.province, desk.working()
    before = desk.issue(issue_id).due_on
    rows = [
        {"unit_id": p.finance.id, "question": "Nguồn kinh phí?", "due_on": june(3)},
        {"unit_id": p.office.id, "question": "Trình ai?"},
    ]
    desk.do(p.member, issue_id, Act.ASK_OPINION, questions=rows, files=[desk.file()])
    found = [(row.unit_id, row.question, row.due_on) for row in opinions(desk, issue_id)]
    assert found == [(p.finance.id, "Nguồn kinh phí?", june(3)), (p.office.id, "Trình ai?", june(8))]
    assert desk.state(issue_id) is IssueState.WORKING
    assert desk.issue(issue_id).due_on == before
    assert {file.audience for file in desk.stored_files(issue_id)} == {Audience.DEPARTMENTS}
    reading = select(IssueAccess.unit_id).where(IssueAccess.issue_id == issue_id)
    assert {p.finance.id, p.office.id} <= set(desk.session.scalars(reading))
    assert told(desk, "opinion_asked") >= {p.finance_lead.id}


def test_an_urgent_matter_gives_two_working_days(desk: Desk) -> None:
    issue_id = asked(desk, issue_id=desk.working(desk.sent(is_urgent=True, urgent_reason="Sắp đến hạn chi.")))
    assert opinions(desk, issue_id)[0].due_on == june(3)


def test_only_who_works_on_it_asks_and_only_in_work(desk: Desk) -> None:
    p, accepted, issue_id = desk.province, desk.accepted(), desk.working()
    rows = [{"unit_id": p.finance.id, "question": QUESTION}]
    desk.refused(NotPossible, p.lead, accepted, Act.ASK_OPINION, questions=rows)
    for who in (p.second_member, p.finance_lead, p.officer_a, p.coordinator):
        desk.refused(NotFound, who, issue_id, Act.ASK_OPINION, questions=rows)
    desk.do(p.lead, issue_id, Act.ASK_OPINION, questions=rows)
    again = desk.refused(Invalid, p.lead, issue_id, Act.ASK_OPINION, questions=rows)
    assert again.code == "opinion_asked_already"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "opinion_without_unit"),
        ([{"question": QUESTION}], "unit_without_group"),
        ([{"unit": "home_affairs", "question": QUESTION}], "opinion_of_holder"),
        ([{"unit": "commune_a", "question": QUESTION}], "unit_without_group"),
        ([{"unit": "finance", "question": " "}], "missing"),
        ([{"unit": "finance", "question": "Tài liệu TUYỆT MẬT\nĐộ mật: Tuyệt mật"}], "classified"),
        (
            [{"unit": "finance", "question": QUESTION, "due_on": june(1) - timedelta(1)}],
            "opinion_date_passed",
        ),
        ([{"unit": "finance", "question": QUESTION}] * 2, "opinion_asked_already"),
    ],
)
def test_a_question_names_another_department_and_says_what_is_asked(
    desk: Desk, rows: list[dict[str, object]], code: str
) -> None:
    p, issue_id = desk.province, desk.working()
    given = [
        {**row, "unit_id": getattr(p, str(row["unit"])).id} if "unit" in row else dict(row) for row in rows
    ]
    refused = desk.refused(Invalid, p.member, issue_id, Act.ASK_OPINION, questions=given)
    assert (refused.field, refused.code) == ("questions", code)


def test_any_member_of_the_asked_group_answers_with_text_and_files_and_the_owner_hears_of_it(
    desk: Desk,
) -> None:
    p, issue_id = desk.province, asked(desk)
    desk.refused(NotFound, p.member, issue_id, Act.GIVE_OPINION, text="Đồng ý")
    desk.refused(Invalid, p.finance_member, issue_id, Act.GIVE_OPINION, text="")
    file = desk.file()
    desk.do(p.finance_member, issue_id, Act.GIVE_OPINION, text="Lấy từ dự phòng.", files=[file])
    (row,) = opinions(desk, issue_id)
    assert (row.state, row.content, row.is_late) == (OpinionState.ANSWERED, "Lấy từ dự phòng.", False)
    event = desk.events(issue_id)[-1]
    assert (event.kind, event.audience, event.unit_name) == (
        "opinion_given",
        Audience.DEPARTMENTS,
        p.finance.name,
    )
    assert [
        one.attachment_id for one in desk.stored_files(issue_id) if one.event_id == row.given_event_id
    ] == [file.id]
    assert told(desk, "opinion_given") == {p.member.id}
    again = desk.refused(NotPossible, p.finance_lead, issue_id, Act.GIVE_OPINION, text="Nữa")
    assert (again.code, again.params["text"]) == ("opinion_given_already", "Lấy từ dự phòng.")


def test_who_has_not_answered_by_the_date_is_recorded_as_taking_no_part_and_a_late_reply_is_kept(
    desk: Desk,
) -> None:
    p, issue_id = desk.province, asked(desk, desk.province.finance, desk.province.office)
    desk.go(june(8))
    assert desk.jobs() == 0
    desk.go(june(9))
    assert desk.jobs() == 1
    assert states(desk, issue_id) == [OpinionState.EXPIRED] * 2
    assert desk.payload(issue_id, "opinion_expired")["units"] == [p.finance.name, p.office.name]
    assert told(desk, "opinion_expired") == {p.member.id}
    desk.do(p.finance_lead, issue_id, Act.GIVE_OPINION, text="Muộn")
    late = opinions(desk, issue_id)[0]
    assert (late.state, late.is_late) == (OpinionState.ANSWERED, True)
    assert desk.payload(issue_id, "opinion_given")["is_late"] is True
    assert desk.jobs() == 0


def test_the_lead_of_the_asked_department_names_who_answers(desk: Desk) -> None:
    p, issue_id = desk.province, asked(desk)
    desk.refused(NotFound, p.finance_member, issue_id, Act.ASSIGN_OPINION, assigned_id=p.finance_member.id)
    desk.refused(NotFound, p.lead, issue_id, Act.ASSIGN_OPINION, assigned_id=p.finance_member.id)
    wrong = desk.refused(Invalid, p.finance_lead, issue_id, Act.ASSIGN_OPINION, assigned_id=p.member.id)
    assert wrong.code == "not_of_asked_unit"
    desk.do(p.finance_lead, issue_id, Act.ASSIGN_OPINION, assigned_id=p.finance_member.id)
    assert opinions(desk, issue_id)[0].assigned_id == p.finance_member.id
    assert p.finance_member.id in told(desk, "opinion_asked")


def test_the_desk_stops_asking_and_who_was_asked_hears_of_it(desk: Desk) -> None:
    p, issue_id = desk.province, asked(desk, desk.province.finance, desk.province.office)
    first = opinions(desk, issue_id)[0]
    desk.refused(NotFound, p.finance_lead, issue_id, Act.CANCEL_OPINION, reason="x")
    desk.do(p.lead, issue_id, Act.CANCEL_OPINION, opinion_ids=[first.id], reason="Đã rõ.")
    assert states(desk, issue_id) == [OpinionState.CANCELLED, OpinionState.ASKED]
    assert told(desk, "opinion_cancelled") == {p.finance_lead.id}
    desk.refused(NotFound, p.lead, issue_id, Act.CANCEL_OPINION, opinion_ids=[first.id], reason="x")
    desk.do(p.member, issue_id, Act.CANCEL_OPINION, reason="Đã rõ.")
    assert states(desk, issue_id) == [OpinionState.CANCELLED] * 2


def test_an_answer_sent_a_transfer_or_the_end_cancels_what_is_open_but_a_draft_handed_in_does_not(
    desk: Desk,
) -> None:
    p, noted = desk.province, asked(desk)
    desk.to_approve(noted)
    assert states(desk, noted) == [OpinionState.ASKED]
    desk.do(p.lead, noted, Act.APPROVE)
    lettered, moved, left = asked(desk), asked(desk), asked(desk)
    desk.letter(lettered)
    desk.do(p.lead, moved, Act.TRANSFER, unit_id=p.finance.id, reason="Thuộc Sở Tài chính")
    desk.do(p.officer_a, left, Act.WITHDRAW, reason="Đã xong")
    for issue_id in (noted, lettered, moved, left):
        assert states(desk, issue_id) == [OpinionState.CANCELLED], issue_id
        cancelled = [event for event in desk.events(issue_id) if event.kind == "opinion_cancelled"]
        assert [(event.audience, payload_of(event)["by_end"]) for event in cancelled] == [
            (Audience.DEPARTMENTS, True)
        ]
    assert told(desk, "opinion_cancelled") == {p.finance_lead.id}


def test_a_letter_that_waits_for_its_second_check_cancels_nothing(desk: Desk) -> None:
    desk.switch(second_check_on_documents=True)
    issue_id = asked(desk)
    desk.letter(issue_id)
    assert desk.state(issue_id) is IssueState.TO_APPROVE
    assert states(desk, issue_id) == [OpinionState.ASKED]


def test_the_successor_of_an_ended_department_is_asked_in_its_place_and_communes_do_not_learn_of_it(
    desk: Desk, province: Province
) -> None:
    p, issue_id = province, asked(desk)
    with desk.travelled(), transaction():
        pass_issues_on(desk.session, p.finance, p.office)
    assert [row.unit_id for row in opinions(desk, issue_id)] == [p.office.id]
    event = desk.events(issue_id)[-1]
    assert (event.kind, event.audience) == ("handed_over", Audience.DEPARTMENTS)


def test_nobody_is_asked_by_himself_after_a_succession(desk: Desk, province: Province) -> None:
    p, issue_id = province, asked(desk)
    with desk.travelled(), transaction():
        pass_issues_on(desk.session, p.home_affairs, p.finance)
    assert desk.issue(issue_id).holder_id == p.finance.id
    assert states(desk, issue_id) == [OpinionState.CANCELLED]
    assert desk.events(issue_id)[-1].audience is Audience.ALL


TAMPERED = {
    "an answer made of silence": (
        "UPDATE opinion SET state = 'expired'",
        "opinion_wrong VM-2026-000001 opinion 1: expired stored",
    ),
    "an opinion taken out": ("DELETE FROM opinion", "opinion_wrong opinion 1 is gone"),
    "a department that may no longer read": (
        "UPDATE issue_access SET why = 1",
        "access_wrong VM-2026-000001 unit 3",
    ),
    "a question shown to communes": (
        "UPDATE issue_event SET audience = 'all' WHERE kind = 'opinion_asked'",
        "opinion_public VM-2026-000001 event 4",
    ),
    "a file shown to communes": (
        "UPDATE issue_file SET audience = 'all'",
        "opinion_public VM-2026-000001 event 4",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_the_acts_is_found(desk: Desk, what: str) -> None:
    p, issue_id = desk.province, desk.working()
    rows = [{"unit_id": p.finance.id, "question": QUESTION}]
    desk.do(p.member, issue_id, Act.ASK_OPINION, questions=rows, files=[desk.file()])
    assert desk.verify() == []
    (key,) = (row.id for row in opinions(desk, issue_id))
    statement, expected = TAMPERED[what]
    with pytest.raises(InterruptedError), transaction():
        desk.session.execute(text(statement))
        found = [str(problem) for problem in verify.verify(desk.session)]
        raise InterruptedError  # nothing of it stays
    expected = expected.replace("opinion 1", f"opinion {key}").replace("unit 3", f"unit {p.finance.id}")
    assert expected in found


def test_what_falls_due_is_found_by_its_index(desk: Desk) -> None:
    asked(desk)
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL chooses by how many rows there are; in a test there are none
    desk.session.rollback()
    with Statements(db.engine) as counted:
        desk.jobs()
    due, *_again = [one for one in counted.texts if "opinion.due_on <" in one]
    with db.engine.connect() as connection:
        values = (0,) * due.count("?")
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {due}", values)]
    assert [step for step in plan if "ix_opinion_due" in step], plan


def test_a_list_shows_what_ones_own_department_is_asked_and_communes_find_nothing_by_it(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p, asked_of, other = desk.province, asked(desk), desk.working()
    url, numbers = "/issues?consulted=1", [desk.issue(key).number or "" for key in (asked_of, other)]
    lead = enter(p.finance_lead).get(url).text
    assert [number in lead for number in numbers] == [True, False]
    for who in (p.officer_a, p.member, p.coordinator):
        assert numbers[0] not in enter(who).get(url).text


def test_a_member_finds_on_his_home_what_he_was_named_for(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p, issue_id = desk.province, asked(desk)
    words = "nội dung được lấy ý kiến"
    assert words not in enter(p.finance_member).get("/").text
    desk.do(p.finance_lead, issue_id, Act.ASSIGN_OPINION, assigned_id=p.finance_member.id)
    for who in (p.finance_member, p.finance_lead, p.finance_leader):
        assert words in enter(who).get("/").text


def test_word_and_print_of_departments_hold_the_opinions_and_those_of_communes_do_not(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p, issue_id = desk.province, asked(desk)
    desk.do(p.finance_member, issue_id, Act.GIVE_OPINION, text="Lấy từ dự phòng.", files=[desk.file()])
    base = f"/issues/{desk.issue(issue_id).number}"
    for who, sees in ((p.member, True), (p.finance_lead, True), (p.officer_a, False)):
        paper = enter(who).get(f"{base}/print").text
        word = " ".join(Document(io.BytesIO(enter(who).get(f"{base}/word").data)).element.itertext())
        for text_of in (paper, word):
            assert (QUESTION in text_of, "Lấy từ dự phòng." in text_of) == (sees, sees), who.login


def test_notices_of_opinions_reach_departments_alone(desk: Desk) -> None:
    p, issue_id = desk.province, asked(desk)
    desk.go(june(9))
    desk.jobs()
    desk.do(p.finance_member, issue_id, Act.GIVE_OPINION, text="Muộn.")
    desk.to_approve(asked(desk, issue_id=issue_id))
    desk.do(p.lead, issue_id, Act.APPROVE)
    kinds = ("opinion_asked", "opinion_expired", "opinion_given", "opinion_cancelled")
    communes = {p.officer_a.id, p.leader_a.id}
    for kind in kinds:
        assert told(desk, kind), kind
        assert not told(desk, kind) & communes, kind
