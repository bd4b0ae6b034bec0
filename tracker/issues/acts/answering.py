"""Acts around the answer: SUBMIT_ANSWER, TAKE_BACK, RETURN_ANSWER, APPROVE, SEND_DOCUMENT, SET_NUMBER."""

from sqlalchemy import select

from tracker.deadlines.clocks import confirm_due
from tracker.errors import Invalid, NotPossible
from tracker.issues import answers
from tracker.issues.inputs import date_of, line_of, text_of
from tracker.issues.models import Answer, AnswerForm, AnswerStatus, Audience, FilePurpose, IssueFile, Reply
from tracker.issues.step import Step

PDF = "application/pdf"


def submit_answer(step: Step) -> None:
    """The owner hands the complete answer to somebody else for approval."""
    answer = answers.write_answer(step.session, step.issue, step.answer, step.account_id, step.data)
    answers.ask_completeness(answer, answers.citations_of(step.session, answer), step.today)
    answer.status = AnswerStatus.SUBMITTED
    answer.submitted_by_id = step.account_id
    answer.written_for_id = step.acting_for or answer.written_for_id
    step.answer = answer
    step.audience = Audience.DEPARTMENTS
    step.payload |= _about(answer)


def take_back(step: Step) -> None:
    """The author takes it back to change it. A letter with its file stays behind: the next text is a new version."""
    answer = _submitted(step)
    is_letter = answer.form is AnswerForm.DOCUMENT
    answer.status = AnswerStatus.RETURNED if is_letter else AnswerStatus.DRAFT
    answer.draft_version += 1
    step.audience = Audience.DEPARTMENTS
    step.payload["answer_version"] = answer.answer_version


def return_answer(step: Step) -> None:
    """The approver sends it back with a remark; the next text is a new version."""
    answer = _submitted(step)
    answer.status = AnswerStatus.RETURNED
    step.audience = Audience.DEPARTMENTS
    step.payload |= {
        "answer_version": answer.answer_version,
        "remark": text_of(step.data, "remark"),
    }


def approve(step: Step) -> None:
    """Somebody who did not write it approves: the answer goes out, the promise clock stops."""
    answer = _submitted(step)
    answer.approved_by_id, answer.approved_for_id = step.account_id, step.acting_for
    _send_out(step, answer)


def send_document(step: Step) -> None:
    """The signed letter goes out; the signature outside is the approval unless a second check is on."""
    if not any(attachment.media_type == PDF for attachment in step.files):
        raise Invalid("files", "signed_file_missing")
    answer = answers.write_answer(
        step.session, step.issue, step.answer, step.account_id, step.data, AnswerForm.DOCUMENT
    )
    answers.read_document(answer, step.data)
    if answer.document_on is not None and answer.document_on > step.today:
        raise Invalid("document_on", "in_future")
    answers.ask_completeness(answer, answers.citations_of(step.session, answer), step.today)
    answer.submitted_by_id = step.account_id
    answer.written_for_id = step.acting_for or answer.written_for_id
    step.answer = answer
    step.file_purpose = FilePurpose.SIGNED_DOCUMENT
    step.is_second_check_on = step.switches.second_check_on_documents
    if step.is_second_check_on:
        answer.status = AnswerStatus.SUBMITTED
        step.audience = Audience.DEPARTMENTS
        step.payload |= _about(answer)
    else:
        _send_out(step, answer)


def set_number(step: Step) -> None:
    """The number that the document system gave to a letter sent before."""
    answer = step.answer
    if answer is None:
        raise NotPossible(state=step.issue.state.value)
    answer.document_number = line_of(step.data, "document_number", limit=80)
    answer.document_on = date_of(step.data, "document_on", is_needed=False) or answer.document_on
    step.payload |= {
        "document_number": answer.document_number,
        "document_on": answer.document_on.isoformat() if answer.document_on else "",
    }


def _submitted(step: Step) -> Answer:
    answer = step.answer
    if answer is None or answer.status is not AnswerStatus.SUBMITTED:
        raise NotPossible(state=step.issue.state.value)
    return answer


def _send_out(step: Step, answer: Answer) -> None:
    """Every present party that has not confirmed is asked; who confirmed gets it for information."""
    answer.status = AnswerStatus.SENT
    answer.sent_at = step.now
    for file in step.session.scalars(select(IssueFile).where(IssueFile.answer_id == answer.id)):
        file.audience = (
            Audience.ALL
        )  # a letter that waited for its second check was the departments' until now
    due_on = confirm_due(step.today, step.calendar, step.switches.silence_days)
    for party in step.present:
        if party.reply is not Reply.CONFIRMED:
            party.reply, party.reply_due_on = Reply.ASKED, due_on
    step.payload |= _about(answer) | {
        "content": answer.content,
        "next_step": answer.next_step,
        "reply_due_on": due_on.isoformat(),
        "citations": [
            {"document": row.document, "valid_until": row.valid_until.isoformat() if row.valid_until else ""}
            for row in answers.citations_of(step.session, answer)
        ],
    }


def _about(answer: Answer) -> dict[str, object]:
    return {
        "answer_id": answer.id,
        "answer_version": answer.answer_version,
        "kind": answer.kind.value,
        "form": answer.form.value,
        "document_number": answer.document_number,
        "document_on": answer.document_on.isoformat() if answer.document_on else "",
        "signer": answer.signer,
        "roadmap_on": answer.roadmap_on.isoformat() if answer.roadmap_on else "",
    }
