"""Stories that are not over: every state in which a matter may be today, late and disputed ones among them.

Owns: which difficulty stands where. Days are working days before the last one (see timing), so that today's words
(due soon, late, long late) are the same whatever the day of the week.
"""

from collections.abc import Callable

from tracker.deadlines.models import WorkKind
from tracker.demo import consulting, more, steps, words
from tracker.demo.desk import Desk
from tracker.demo.timing import Story
from tracker.issues.models import AnswerKind
from tracker.issues.workflow import Act

Course = Callable[[Desk], Story]


def party_committee(desk: Desk) -> Story:
    """KK-113: referred to the Party's side, unanswered: an interim answer, no news for long."""
    yield from steps.filed_as_written(desk)
    yield from steps.taken_in(desk, WorkKind.PROVINCIAL_DECISION)
    yield desk.pace.after(3)
    desk.refer()
    yield desk.pace.after(2)
    desk.act(desk.owner, Act.INTERIM, text=more.PARTY_INTERIM)


def late_after_pause(desk: Desk) -> Story:
    """KK-102: two communes were asked; late, not yet long."""
    yield from steps.filed(desk, desk.pace.dates.ago(33))
    yield from steps.taken_in(desk, WorkKind.PROVINCIAL_DECISION)
    yield desk.pace.ago(29)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.ago(26)
    steps.info_given(desk, desk.communes[0])
    yield desk.pace.ago(21)
    steps.info_given(desk, desk.communes[1])
    yield from consulting.opinions_came_and_stayed_out(desk, 14)
    yield desk.pace.ago(5)
    steps.give_news(desk)
    yield desk.pace.ago(2)
    steps.give_news(desk, by_phone=True)


def disputed(desk: Desk) -> Story:
    """KK-103: clarified, then disputed: on the lead's desk, at level 2."""
    commune = desk.communes[0]
    officer = desk.officer(commune)
    yield from steps.filed(desk, desk.pace.dates.ago(17))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(13)
    plan = {"kind": AnswerKind.ROADMAP, "content": more.UNIT_PLAN, "next_step": more.UNIT_STEP}
    desk.submit(**plan)
    yield desk.pace.ago(12)
    desk.approve()
    yield desk.pace.ago(9)
    desk.act(officer, Act.CLARIFY, text=words.CLARIFY)
    yield desk.pace.ago(7)
    desk.submit(**plan | {"content": more.UNIT_PLAN + words.CLARIFIED})
    yield desk.pace.ago(6)
    desk.approve()
    yield desk.pace.ago(2)
    desk.act(officer, Act.DISPUTE, reason=words.DISPUTE)


def letter_without_number(desk: Desk) -> Story:
    """KK-104: the signed letter is out, its number is awaited, the commune has not replied."""
    yield from steps.filed(desk, desk.pace.dates.ago(29))
    yield from steps.taken_in(desk, WorkKind.SEVERAL_DEPARTMENTS)
    yield desk.pace.ago(21)
    desk.act(desk.owner, Act.ASK_EXTENSION, days=4, reason=words.MORE_TIME)
    yield desk.pace.ago(20)
    desk.act(desk.lead, Act.EXTEND, days=3)
    steps.give_news(desk)
    yield desk.pace.ago(2)
    desk.send_letter(
        desk.pace.dates.ago(3),
        number="",
        content=more.HELP_AT_DESK,
        next_step=more.HELP_STEP,
        citations=[("Nghị định số 118/2025/NĐ-CP", None)],
    )


def to_approve(desk: Desk) -> Story:
    """KK-106: sent back once as the leader said on the phone; the note waits for its approval again, late."""
    answer = {"kind": AnswerKind.DECISION, "content": more.SIGNATURES, "next_step": more.SIGNATURES_STEP}
    yield from steps.filed(desk, desk.pace.dates.ago(9))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(4)
    steps.give_news(desk, by_phone=True)
    yield desk.pace.ago(3)
    desk.submit(**answer)
    yield desk.pace.ago(2)
    desk.return_as_the_leader_said(words.COMPLETE)
    yield desk.pace.ago(1)
    desk.submit(**answer)


def urgent_long_late(desk: Desk) -> Story:
    """KK-108: urgent, and long late without news."""
    yield from steps.filed(desk, desk.pace.dates.ago(11))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(10)
    desk.act(desk.owner, Act.INTERIM, text=more.BUDGET_INTERIM)


def due_soon(desk: Desk) -> Story:
    """KK-110: worked on, due now."""
    yield from steps.filed(desk, desk.pace.dates.ago(6))
    yield from steps.taken_in(desk, WorkKind.ONE_DEPARTMENT)
    yield desk.pace.ago(3)
    desk.act(desk.owner, Act.ASK_EXTENSION, days=3, reason=words.MORE_TIME)
    yield desk.pace.ago(2)
    desk.act(desk.lead, Act.REFUSE_EXTENSION, reason=words.NO_MORE_TIME)
    steps.give_news(desk, by_phone=True)
    yield desk.pace.ago(1)
    desk.act(desk.owner, Act.ASK_EXTENSION, days=2, reason=words.MORE_TIME_AGAIN)
    yield from consulting.opinions_are_awaited(desk)


def urgent_late(desk: Desk) -> Story:
    """KK-111: urgent, sent on, asked for information, late since today."""
    yield from steps.filed(desk, desk.pace.dates.ago(8))
    yield from steps.taken_in(desk, wait=0)
    yield desk.pace.ago(7)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.ago(3)
    steps.info_given(desk, desk.communes[0])
    yield desk.pace.ago(1)
    steps.give_news(desk)


def awaits_routing(desk: Desk) -> Story:
    """KK-112: transferred a second time: the coordinator has to decide."""
    cast = desk.world.cast
    yield from steps.filed(desk, desk.pace.dates.ago(23), has_photograph=True)
    yield desk.pace.ago(22)
    desk.transfer(desk.competent, words.TRANSFER[0].format(unit=desk.competent.unit.name))
    yield desk.pace.ago(21)
    desk.assign()
    yield desk.pace.ago(14)
    steps.give_news(desk)
    yield desk.pace.ago(1)
    finance = cast.groups["STC"]
    desk.transfer(finance, more.BACK_TO_FINANCE)


def self_raised(desk: Desk) -> Story:
    """KK-118: raised by a department about two communes; due soon after a pause."""
    yield from steps.filed(desk, desk.pace.dates.ago(19))
    yield from steps.taken_in(desk, WorkKind.PROVINCIAL_DECISION)
    yield desk.pace.ago(15)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.ago(11)
    steps.info_given(desk, desk.communes[1])
    yield desk.pace.ago(9)
    steps.info_given(desk, desk.communes[0])
    yield desk.pace.ago(5)
    steps.give_news(desk)


def silent_commune(desk: Desk) -> Story:
    """KK-119: information was asked, the commune has been silent for more than seven working days."""
    yield from steps.filed(desk, desk.pace.dates.ago(12))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(8)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)


def just_filed(desk: Desk) -> Story:
    """KK-120: heard on the phone, filed on behalf, not yet taken in."""
    yield from steps.filed(desk, desk.pace.dates.ago(3))


def waits_for_reply(desk: Desk) -> Story:
    """KK-117: answered in time, the ward has not replied."""
    yield from steps.filed(desk, desk.pace.dates.ago(8))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(3)
    desk.submit()
    yield desk.pace.ago(2)
    desk.approve()


COURSES: dict[str, Course] = {
    "KK-102": late_after_pause,
    "KK-103": disputed,
    "KK-104": letter_without_number,
    "KK-106": to_approve,
    "KK-108": urgent_long_late,
    "KK-110": due_soon,
    "KK-111": urgent_late,
    "KK-112": awaits_routing,
    "KK-113": party_committee,
    "KK-117": waits_for_reply,
    "KK-118": self_raised,
    "KK-119": silent_commune,
    "KK-120": just_filed,
}
"""The difficulties of the file that are open today, beside those that wait above."""
