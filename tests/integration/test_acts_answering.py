"""SUBMIT_ANSWER, TAKE_BACK, RETURN_ANSWER, APPROVE, SEND_DOCUMENT, SET_NUMBER and the owner's draft."""

from datetime import date

import pytest

from tests.issue_builders import NOTE, Desk, june
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues.models import AnswerForm, AnswerKind, AnswerStatus, Audience, FilePurpose, Reply
from tracker.issues.queries import answers_of, files_of
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

S = IssueState


# --- the draft ----------------------------------------------------------------------------------------------


def test_the_owner_saves_an_incomplete_draft_again_and_again(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    events = desk.kinds(issue_id)
    first = desk.save(p.member, issue_id, content="", citations=[])
    assert (first.answer_version, first.draft_version, first.status) == (1, 1, AnswerStatus.DRAFT)
    second = desk.save(p.member, issue_id, content="Một phần", draft_version=1)
    assert second.id == first.id and second.draft_version == 2
    assert desk.kinds(issue_id) == events


def test_a_draft_saved_in_another_window_is_not_overwritten(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.save(p.member, issue_id)
    desk.save(p.member, issue_id, content="Bản A", draft_version=1)
    with pytest.raises(Stale) as caught:
        desk.save(p.member, issue_id, content="Bản B", draft_version=1)
    assert (caught.value.current["content"], caught.value.typed["content"]) == ("Bản A", "Bản B")
    assert desk.answer(issue_id).content == "Bản A"


def test_only_the_owner_saves_and_only_while_it_is_worked_on(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    for person in (p.lead, p.second_member, p.finance_member, p.officer_a):
        with pytest.raises(NotFound):
            desk.save(person, issue_id)
    with pytest.raises(NotFound):
        desk.save(p.member, 9999)
    desk.do(p.member, issue_id, Act.ASK_INFO, question="?")
    with pytest.raises(NotPossible):
        desk.save(p.member, issue_id)


def test_an_owner_who_left_saves_no_more(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.grant(p.member, Role.GROUP_MEMBER, p.finance)
    with pytest.raises(NotFound):
        desk.session.rollback()
        desk.leave(p.member)
        desk.save(p.member, issue_id)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"kind": "joke"}, "kind", "not_a_choice"),
        ({"content": "x" * 20_001}, "content", "too_long"),
        ({"next_step": "x" * 2_001}, "next_step", "too_long"),
        ({"citations": [("x", None)] * 31}, "citations", "too_many"),
        ({"citations": [("x" * 251, None)]}, "citations", "too_long"),
    ],
)
def test_limits_of_a_draft(desk: Desk, wrong: dict[str, object], field: str, code: str) -> None:
    issue_id = desk.working()
    with pytest.raises(Invalid) as caught:
        desk.save(desk.province.member, issue_id, **wrong)
    assert (caught.value.field, caught.value.code) == (field, code)


def test_a_version_has_one_writer(desk: Desk) -> None:
    """Who wrote a part of it would otherwise be free to approve it."""
    p = desk.province
    issue_id = desk.working(owner=p.lead)
    desk.save(p.lead, issue_id, content="Viết bởi tổ trưởng")
    desk.do(p.department_leader, issue_id, Act.REASSIGN, owner_id=p.member.id)
    taken = desk.save(p.member, issue_id, content="Viết tiếp")
    assert taken.answer_version == 2 and taken.written_by_id == p.member.id
    old = answers_of(desk.session, desk.actor(p.lead), desk.issue(issue_id))[-1]
    assert (old.content, old.status, old.written_by_id) == (
        "Viết bởi tổ trưởng",
        AnswerStatus.RETURNED,
        p.lead.id,
    )


# --- submitting ---------------------------------------------------------------------------------------------


def test_a_complete_note_goes_up_for_approval(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    answer = desk.answer(issue_id)
    assert answer.status is AnswerStatus.SUBMITTED and answer.form is AnswerForm.NOTE
    assert (answer.written_by_id, answer.submitted_by_id) == (p.member.id, p.member.id)
    event = desk.events(issue_id)[-1]
    assert event.kind == "answer_submitted" and event.audience is Audience.DEPARTMENTS
    assert desk.issue(issue_id).due_on == june(10)  # the promise runs on


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"content": " "}, "content"),
        ({"citations": []}, "citations"),
        ({"kind": "refusal", "citations": []}, "citations"),
        ({"kind": "own_competence", "citations": []}, "citations"),
        ({"kind": "roadmap"}, "roadmap_on"),
        ({"kind": "roadmap", "roadmap_on": june(1)}, "roadmap_on"),
        ({"content": "TUYỆT MẬT\nx"}, "content"),
    ],
)
def test_an_incomplete_note_is_refused(desk: Desk, wrong: dict[str, object], field: str) -> None:
    issue_id = desk.working()
    error = desk.refused(Invalid, desk.province.member, issue_id, Act.SUBMIT_ANSWER, **{**NOTE, **wrong})
    assert error.field == field


@pytest.mark.parametrize(
    "fine",
    [{"kind": "decision", "citations": []}, {"kind": "roadmap", "roadmap_on": june(30), "citations": []}],
)
def test_decision_and_roadmap_need_no_legal_basis(desk: Desk, fine: dict[str, object]) -> None:
    issue_id = desk.to_approve(**fine)
    assert desk.answer(issue_id).kind is AnswerKind(str(fine["kind"]))


def test_only_the_owner_submits(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    for person in (p.lead, p.second_member, p.department_leader):
        desk.refused(NotFound, person, issue_id, Act.SUBMIT_ANSWER, **NOTE)


def test_the_author_takes_back_and_submits_the_same_version(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    desk.refused(NotFound, p.lead, issue_id, Act.TAKE_BACK)
    assert desk.do(p.member, issue_id, Act.TAKE_BACK).state is S.WORKING
    assert desk.answer(issue_id).status is AnswerStatus.DRAFT
    desk.to_approve(issue_id, content="Bản sửa")
    answer = desk.answer(issue_id)
    assert (answer.answer_version, answer.content) == (1, "Bản sửa")


def test_the_approver_returns_with_a_remark_and_the_next_text_is_a_new_version(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    assert desk.refused(Invalid, p.lead, issue_id, Act.RETURN_ANSWER).field == "remark"
    assert desk.do(p.lead, issue_id, Act.RETURN_ANSWER, remark="Nêu căn cứ").state is S.WORKING
    assert desk.events(issue_id)[-1].audience is Audience.DEPARTMENTS
    desk.to_approve(issue_id, content="Bản hai")
    versions = answers_of(desk.session, desk.actor(p.lead), desk.issue(issue_id))
    assert [(one.answer_version, one.status) for one in versions] == [
        (2, AnswerStatus.SUBMITTED),
        (1, AnswerStatus.RETURNED),
    ]
    assert answers_of(desk.session, desk.actor(p.officer_a), desk.issue(issue_id)) == []


# --- approval -----------------------------------------------------------------------------------------------


def test_approval_sends_the_answer_and_stops_the_promise(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    desk.go(june(4))
    issue = desk.do(p.lead, issue_id, Act.APPROVE)
    assert issue.state is S.ANSWERED and issue.due_on is None and issue.is_open
    answer = desk.answer(issue_id)
    assert answer.status is AnswerStatus.SENT and answer.approved_by_id == p.lead.id
    party = desk.party(issue_id, p.commune_a)
    assert party.reply is Reply.ASKED and party.reply_due_on == june(11)
    (cycle,) = desk.timeline(issue_id).cycles
    assert cycle.answered_on == june(4) and cycle.in_time
    told = desk.payload(issue_id, "answer_approved")
    assert told["content"] == NOTE["content"] and told["reply_due_on"] == "2026-06-11"
    assert told["citations"] == [{"document": "Nghị định 118/2025/NĐ-CP", "valid_until": "2027-03-01"}]


def test_nobody_approves_his_own(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(owner=p.lead)
    desk.do(p.lead, issue_id, Act.SUBMIT_ANSWER, **NOTE)
    for act in (Act.APPROVE, Act.RETURN_ANSWER):
        desk.refused(NotFound, p.lead, issue_id, act, remark="x")
    desk.refused(NotFound, p.coordinator, issue_id, Act.APPROVE)
    assert desk.do(p.department_leader, issue_id, Act.APPROVE).state is S.ANSWERED


def test_who_wrote_it_does_not_approve_although_another_submitted(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(owner=p.lead)
    desk.save(p.lead, issue_id)
    desk.do(p.lead, issue_id, Act.SUBMIT_ANSWER, **NOTE)
    desk.do(p.department_leader, issue_id, Act.REASSIGN, owner_id=p.member.id)
    desk.refused(NotFound, p.lead, issue_id, Act.APPROVE)
    assert desk.do(p.lead, issue_id, Act.TAKE_BACK).state is S.WORKING
    desk.do(p.member, issue_id, Act.SUBMIT_ANSWER, **NOTE)
    assert desk.do(p.lead, issue_id, Act.APPROVE).state is S.ANSWERED  # a version of the member's own


def test_where_nobody_is_left_the_coordinator_approves(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working(owner=p.department_leader)
    desk.do(p.department_leader, issue_id, Act.SUBMIT_ANSWER, **NOTE)
    desk.leave(p.lead)
    assert desk.do(p.coordinator, issue_id, Act.APPROVE).state is S.ANSWERED


def test_a_disputed_matter_is_approved_by_the_department_leader(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.answered()
    desk.do(p.officer_a, issue_id, Act.CLARIFY, text="?")
    desk.answered(issue_id)
    desk.do(p.officer_a, issue_id, Act.DISPUTE, reason="Chưa đúng")
    desk.to_approve(desk.working(issue_id))
    desk.refused(NotFound, p.lead, issue_id, Act.APPROVE)
    issue = desk.do(p.department_leader, issue_id, Act.APPROVE)
    assert issue.state is S.ANSWERED and issue.level == 0 and not issue.is_disputed


# --- the signed letter --------------------------------------------------------------------------------------


def test_the_signed_letter_is_the_answer(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    issue = desk.letter(issue_id, kind="decision")
    assert issue.state is S.ANSWERED
    answer = desk.answer(issue_id)
    assert answer.form is AnswerForm.DOCUMENT and answer.status is AnswerStatus.SENT
    assert (answer.document_number, answer.signer, answer.document_on) == (
        "123/SNV-XDCQ",
        "Đặng Thị Giang",
        june(1),
    )
    (stored,) = desk.stored_files(issue_id)
    assert stored.purpose is FilePurpose.SIGNED_DOCUMENT and stored.answer_id == answer.id
    assert stored.audience is Audience.ALL
    assert files_of(desk.session, desk.actor(p.officer_a), issue)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"files": []}, "files"),
        ({"signer": ""}, "signer"),
        ({"document_on": None}, "document_on"),
        ({"document_on": june(2)}, "document_on"),
        ({"kind": "roadmap"}, "roadmap_on"),
        ({"document_number": "x" * 81}, "document_number"),
    ],
)
def test_an_incomplete_letter_is_refused(desk: Desk, wrong: dict[str, object], field: str) -> None:
    issue_id = desk.working()
    given = {"kind": "decision", "document_on": june(1), "signer": "A", "files": [desk.file()], **wrong}
    assert desk.refused(Invalid, desk.province.lead, issue_id, Act.SEND_DOCUMENT, **given).field == field


def test_a_picture_is_no_signed_file(desk: Desk) -> None:
    issue_id = desk.working()
    given = {"kind": "decision", "document_on": june(1), "signer": "A", "files": [desk.file("image/png")]}
    error = desk.refused(Invalid, desk.province.member, issue_id, Act.SEND_DOCUMENT, **given)
    assert error.code == "signed_file_missing"


def test_the_number_may_follow_even_after_closing(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.working()
    desk.letter(issue_id, document_number="")
    desk.do(p.officer_a, issue_id, Act.CONFIRM)
    assert desk.state(issue_id) is S.CLOSED
    assert (
        desk.refused(Invalid, p.member, issue_id, Act.SET_NUMBER, document_number=" ").field
        == "document_number"
    )
    for person in (p.second_member, p.officer_a, p.finance_lead):
        desk.refused(NotFound, person, issue_id, Act.SET_NUMBER, document_number="1")
    issue = desk.do(
        p.member, issue_id, Act.SET_NUMBER, document_number="45/SNV", document_on=date(2026, 5, 29)
    )
    assert issue.state is S.CLOSED and issue.outcome is not None
    answer = desk.answer(issue_id)
    assert (answer.document_number, answer.document_on) == ("45/SNV", date(2026, 5, 29))
    desk.refused(NotFound, p.member, issue_id, Act.SET_NUMBER, document_number="46/SNV")


def test_a_note_takes_no_number(desk: Desk) -> None:
    desk.refused(NotFound, desk.province.member, desk.answered(), Act.SET_NUMBER, document_number="1")


def test_a_letter_that_never_went_out_takes_no_number(desk: Desk) -> None:
    p = desk.province
    desk.switch(second_check_on_documents=True)
    issue_id = desk.working()
    desk.letter(issue_id, document_number="")
    desk.do(p.officer_a, issue_id, Act.WITHDRAW, reason="x")
    desk.refused(NotFound, p.member, issue_id, Act.SET_NUMBER, document_number="1")


def test_with_the_second_check_the_letter_waits_hidden_and_then_reaches_the_communes(desk: Desk) -> None:
    p = desk.province
    desk.switch(second_check_on_documents=True)
    issue_id = desk.working()
    issue = desk.letter(issue_id)
    assert issue.state is S.TO_APPROVE
    commune = desk.actor(p.officer_a)
    assert files_of(desk.session, commune, issue) == []
    desk.refused(NotFound, p.lead, issue_id, Act.APPROVE)  # a letter is no note
    issue = desk.do(p.department_leader, issue_id, Act.APPROVE)
    assert issue.state is S.ANSWERED
    (seen,) = files_of(desk.session, commune, issue)
    assert seen.answer_id == desk.answer(issue_id).id


def test_a_letter_taken_back_is_not_sent_with_the_next_one(desk: Desk) -> None:
    p = desk.province
    desk.switch(second_check_on_documents=True)
    issue_id = desk.working()
    desk.letter(issue_id)
    desk.do(p.member, issue_id, Act.TAKE_BACK)
    right = desk.file()
    desk.letter(issue_id, files=[right])
    issue = desk.do(p.department_leader, issue_id, Act.APPROVE)
    (seen,) = files_of(desk.session, desk.actor(p.officer_a), issue)
    assert seen.filename == right.filename
    assert len(desk.stored_files(issue_id)) == 2


def test_a_letter_taken_back_and_answered_by_note_stays_hidden(desk: Desk) -> None:
    p = desk.province
    desk.switch(second_check_on_documents=True)
    issue_id = desk.working()
    desk.letter(issue_id)
    desk.do(p.member, issue_id, Act.TAKE_BACK)
    issue = desk.issue(desk.answered(issue_id))
    answer = desk.answer(issue_id)
    assert answer.form is AnswerForm.NOTE and answer.answer_version == 2
    assert files_of(desk.session, desk.actor(p.officer_a), issue) == []


def test_the_lead_sends_the_letter_and_the_owners_draft_stays_behind(desk: Desk) -> None:
    p = desk.province
    desk.switch(second_check_on_documents=True)
    issue_id = desk.working()
    desk.save(p.member, issue_id, content="Bản của chuyên viên")
    desk.letter(issue_id, p.lead)
    answer = desk.answer(issue_id)
    assert (answer.answer_version, answer.written_by_id) == (2, p.lead.id)


def test_a_stale_page_does_not_approve_another_text(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    version = desk.issue(issue_id).version
    desk.do(p.member, issue_id, Act.TAKE_BACK)
    desk.to_approve(issue_id, content="Bản khác")
    desk.refused(Stale, p.lead, issue_id, Act.APPROVE, version=version)
    assert desk.do(p.lead, issue_id, Act.APPROVE, version=version + 2).state is S.ANSWERED
