"""Stories that are over: the usual course, and what may come in between.

Owns: which difficulty of the file went which way. Days are those of the file, moved.
"""

from tracker.demo import steps, words
from tracker.demo.desk import Desk
from tracker.demo.timing import Story
from tracker.issues.models import AnswerKind
from tracker.issues.workflow import Act


def usual(desk: Desk) -> Story:
    """Filed, accepted and assigned, answered, confirmed or left unanswered until the time passes."""
    yield from _worked(desk)
    yield from steps.answered(desk)
    yield from steps.replies(desk)
    if desk.sample.answer_kind is AnswerKind.ROADMAP:
        yield from steps.kept(desk)


def above(desk: Desk) -> Story:
    """What somebody higher has to decide stays open with an interim answer."""
    yield from _worked(desk)
    yield from steps.waits_above(desk)


def joined_above(desk: Desk) -> Story:
    """Hangs on a document that is under way already; nobody has followed it up."""
    yield from _worked(desk)
    yield from steps.referred(desk, joins=True, is_lead=True)


def decided_above(desk: Desk) -> Story:
    """The Provincial People's Committee decides, the department passes it on."""
    yield from _worked(desk)
    yield from steps.referred(desk)
    yield desk.pace.after(6)
    desk.act(desk.owner, Act.REPLY_IN, text=words.REPLY_IN, reply_number="MH-77/UBND-TH")
    yield from steps.answered(desk)
    yield desk.pace.after(2)
    desk.confirm(desk.communes[0], is_solved=False)


def sent_up_again(desk: Desk) -> Story:
    """The document was taken back to put it right, and sent again."""
    yield from _worked(desk)
    yield from steps.referred(desk)
    yield desk.pace.after(3)
    desk.act(desk.group.directors[0], Act.RECALL, reason=words.RECALL)
    yield from steps.waits_above(desk)


def broken_promise(desk: Desk) -> Story:
    """The date of the roadmap came and nobody said that it was kept: the issue woke and was answered anew."""
    yield from _worked(desk)
    yield from steps.answered(desk)
    yield desk.pace.after(50)
    desk.assign()
    yield from steps.noted(desk, 3, kind=AnswerKind.DECISION)
    yield from steps.replies(desk)


def due_promise(desk: Desk) -> Story:
    """A promise whose date comes this week."""
    desk.promised_on = desk.pace.dates.calendar.add(desk.pace.dates.last, 4)
    yield from unheard(desk)


def woken_promise(desk: Desk) -> Story:
    """A promise whose date has just passed: the issue lies on the lead's desk again."""
    desk.promised_on = desk.pace.dates.last
    yield from unheard(desk)


def clarified(desk: Desk) -> Story:
    """A commune asks what is meant; the second letter says it."""
    yield from _worked(desk)
    yield from steps.answered(desk)
    yield desk.pace.after(2)
    _say(desk, Act.CLARIFY, text=words.CLARIFY)
    yield desk.pace.after(2)
    number = desk.sample.document_number.replace("MH-", "MH-1", 1)
    desk.send_letter(desk.pace.day, number=number, content=desk.sample.answer + words.CLARIFIED)
    yield desk.pace.after(2)
    desk.confirm(desk.communes[0], is_solved=False)


def disputed(desk: Desk) -> Story:
    """Clarified, disputed, answered a third time with the leader of the department, solved."""
    yield from _worked(desk)
    yield from steps.noted(desk, 4)
    yield desk.pace.after(1)
    _say(desk, Act.CLARIFY, text=words.CLARIFY)
    yield from steps.noted(desk, 2, content=desk.sample.answer + words.CLARIFIED)
    yield desk.pace.after(3)
    _say(desk, Act.DISPUTE, reason=words.DISPUTE)
    yield desk.pace.after(1)
    desk.assign()
    yield from steps.noted(desk, 2, content=desk.sample.answer + words.CLARIFIED + words.SETTLED)
    yield desk.pace.after(2)
    desk.confirm(desk.communes[0], is_solved=True)


def reopened(desk: Desk) -> Story:
    """Nobody replied, it closed; a month has not passed when the commune comes back."""
    yield from _worked(desk)
    yield from steps.answered(desk)
    yield desk.pace.after(14)
    _say(desk, Act.REOPEN, reason=words.REOPEN)
    yield desk.pace.after(1)
    desk.assign()
    yield desk.pace.after(3)
    number = desk.sample.document_number.replace("MH-", "MH-2", 1)
    desk.send_letter(desk.pace.day, number=number, content=desk.sample.answer + words.SETTLED)
    yield desk.pace.after(3)
    desk.confirm(desk.communes[0], is_solved=True)


def routed(desk: Desk) -> Story:
    """Sent on twice: the coordinator decides who leads."""
    cast = desk.world.cast
    yield from steps.filed_as_written(desk)
    yield desk.pace.after(1)
    culture = cast.groups["SVHTTDL"]
    desk.transfer(culture, words.pick(desk.pace.random, words.TRANSFER, unit=culture.unit.name))
    yield desk.pace.after(1)
    unit = desk.competent.unit
    desk.transfer(desk.competent, words.pick(desk.pace.random, words.TRANSFER, unit=unit.name))
    yield desk.pace.after(1)
    desk.act(cast.coordinators[0], Act.ROUTE, unit_id=unit.id, reason=words.ROUTE.format(unit=unit.name))
    yield desk.pace.after(0)
    desk.assign()
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def numbered_later(desk: Desk) -> Story:
    """The letter goes out before the document system has given its number."""
    yield from _worked(desk)
    assert desk.sample.signed_on is not None  # its row names a letter
    yield desk.pace.on(desk.world.dates.moved(desk.sample.signed_on))
    desk.send_letter(desk.pace.day, number="")
    yield desk.pace.after(2)
    desk.act(desk.owner, Act.SET_NUMBER, document_number=desk.sample.document_number)
    yield from steps.replies(desk)


def unheard(desk: Desk) -> Story:
    """Answered; the commune never replied."""
    yield from _worked(desk)
    yield from steps.answered(desk)


def informed(desk: Desk) -> Story:
    """Information was asked and given before the answer."""
    yield from _worked(desk)
    yield desk.pace.after(1)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.after(2)
    steps.info_given(desk, desk.communes[0])
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def gone_on(desk: Desk) -> Story:
    """Nobody gave the information that was asked: after ten working days the work goes on by itself."""
    yield from _worked(desk)
    yield desk.pace.after(1)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.after(11)
    steps.give_news(desk, by_phone=True)
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def returned(desk: Desk) -> Story:
    """The first wording came back with a remark."""
    yield from _worked(desk)
    yield desk.pace.after(2)
    desk.submit(next_step="")
    yield desk.pace.after(1)
    desk.act(desk.lead, Act.RETURN_ANSWER, remark=words.RETURN_ANSWER)
    yield from steps.noted(desk, 1)
    yield from steps.replies(desk)


def taken_back(desk: Desk) -> Story:
    """The owner took his wording back to change it."""
    yield from _worked(desk)
    yield desk.pace.after(2)
    desk.submit()
    yield desk.pace.after(0)
    desk.act(desk.owner, Act.TAKE_BACK)
    yield from steps.noted(desk, 1)
    yield from steps.replies(desk)


def self_taken(desk: Desk) -> Story:
    """A member took it himself."""
    yield from steps.filed_as_written(desk)
    yield desk.pace.after(0)
    member = desk.group.members[1]
    desk.act(member, Act.ASSIGN, owner_id=member.id)
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def reassigned(desk: Desk) -> Story:
    """It changed hands."""
    yield from _worked(desk)
    yield desk.pace.after(1)
    other = next(member for member in desk.group.members if member.id != desk.issue.owner_id)
    reason = "Người xử lý chính đi học tập trung, chuyển để bảo đảm thời hạn."
    desk.act(desk.lead, Act.REASSIGN, owner_id=other.id, reason=reason)
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def corrected(desk: Desk) -> Story:
    """Filed on behalf of communes: one puts the wording right, the other adds something."""
    sample = desk.sample
    yield from steps.filed_as_written(desk)
    yield desk.pace.after(1)
    situation = sample.situation + "\nĐịa phương chỉnh lại: số liệu nêu trên tính đến hết tháng trước."
    first, second = desk.communes
    words_now = {"title": sample.title, "situation": situation, "proposal": sample.proposal}
    desk.act(desk.officer(first), Act.CORRECT, party_id=first.id, **words_now)
    yield desk.pace.after(0)
    text = "Phường cũng gặp tình trạng tương tự tại bộ phận tiếp nhận hồ sơ đất đai."
    desk.act(desk.officer(second), Act.ADD_INFO, party_id=second.id, text=text)
    yield from steps.taken_in(desk)
    yield from steps.answered(desk)
    yield from steps.replies(desk)


def _worked(desk: Desk) -> Story:
    yield from steps.filed_as_written(desk)
    yield from steps.taken_in(desk)


def _say(desk: Desk, act: Act, **data: object) -> None:
    commune = desk.communes[0]
    desk.act(desk.officer(commune), act, party_id=commune.id, **data)


COURSES = {
    "KK-001": clarified,
    "KK-013": informed,
    "KK-014": taken_back,
    "KK-017": disputed,
    "KK-018": corrected,
    "KK-019": due_promise,
    "KK-021": woken_promise,
    "KK-022": gone_on,
    "KK-026": returned,
    "KK-027": decided_above,
    "KK-028": routed,
    "KK-029": broken_promise,
    "KK-036": self_taken,
    "KK-040": reassigned,
    "KK-044": sent_up_again,
    "KK-045": reopened,
    "KK-101": joined_above,
    "KK-107": numbered_later,
    "KK-116": unheard,
}
"""The difficulties of the file that did not take the usual course."""
