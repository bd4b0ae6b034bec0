"""Stories of the further difficulties: drafts, sign-off, ends without an answer, what has just come in.

Owns: which of them stands where. Days are working days before the last one, as in present.
"""

from collections.abc import Callable
from dataclasses import replace

from tracker.deadlines.models import WorkKind
from tracker.demo import more, steps, words
from tracker.demo.desk import Desk
from tracker.demo.sample import Sample
from tracker.demo.timing import Story
from tracker.issues.models import AnswerKind
from tracker.issues.workflow import Act


def half_typed(desk: Desk) -> Story:
    """A draft that is not finished."""
    yield desk.pace.ago(1)
    commune = desk.communes[0]
    desk.draft(desk.officer(commune), commune)


def to_sign(desk: Desk) -> Story:
    """Waits for the signature of the commune's leader."""
    yield from half_typed(desk)
    yield desk.pace.after(0)
    desk.act(desk.officer(desk.communes[0]), Act.SEND)


def sent_back(desk: Desk) -> Story:
    """The commune's leader wants it completed."""
    yield from to_sign(desk)
    yield desk.pace.ago(0)
    leader = desk.world.cast.leaders[desk.communes[0].id]
    desk.act(leader, Act.RETURN_DRAFT, remark=more.LEADER_REMARK)


def withdrawn(desk: Desk) -> Story:
    """Closed because the commune no longer needs it."""
    yield from steps.filed(desk, desk.pace.dates.ago(60))
    yield from steps.taken_in(desk)
    yield desk.pace.after(3)
    desk.act(desk.officer(desk.communes[0]), Act.WITHDRAW, reason=more.WITHDRAWN)


def sent_twice(desk: Desk) -> Story:
    """Closed by the coordinator as a duplicate."""
    yield from steps.filed(desk, desk.pace.dates.ago(45))
    yield desk.pace.after(1)
    desk.act(desk.world.cast.coordinators[0], Act.CLOSE_ERROR, reason=more.FILED_TWICE)


def never_informed(desk: Desk) -> Story:
    """Closed because the commune did not say what was asked."""
    yield from steps.filed(desk, desk.pace.dates.ago(40))
    yield from steps.taken_in(desk)
    yield desk.pace.after(2)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)
    yield desk.pace.after(8)
    desk.act(desk.lead, Act.CLOSE_UNINFORMED)


def reopened(desk: Desk) -> Story:
    """Solved, closed, and back on the lead's desk."""
    commune = desk.communes[0]
    yield from steps.filed(desk, desk.pace.dates.ago(22))
    yield from steps.taken_in(desk)
    yield from steps.noted(desk, 3, kind=AnswerKind.DECISION, content=more.PUMPS_ANSWER)
    yield desk.pace.after(2)
    desk.confirm(commune, is_solved=True)
    yield desk.pace.ago(2)
    desk.act(desk.officer(commune), Act.REOPEN, reason=words.REOPEN)


def accepted(desk: Desk) -> Story:
    """Accepted, nobody works on it yet."""
    yield from steps.filed(desk, desk.pace.dates.ago(2))
    yield desk.pace.ago(1)
    desk.act(desk.lead, Act.ACCEPT, work_kind=WorkKind.ONE_DEPARTMENT)


def taken_by_member(desk: Desk) -> Story:
    """A member took it himself, in time."""
    yield from steps.filed(desk, desk.pace.dates.ago(3))
    yield desk.pace.ago(2)
    member = desk.group.members[-1]
    desk.act(member, Act.ASSIGN, owner_id=member.id)


def new_today(desk: Desk) -> Story:
    """Has just come in."""
    yield from steps.filed(desk, desk.pace.dates.ago(0))


def partly_confirmed(desk: Desk) -> Story:
    """Answered to three communes: one agreed, two have not replied."""
    yield from steps.filed(desk, desk.pace.dates.ago(8))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(3)
    desk.submit(kind=AnswerKind.ROADMAP, content=DYKE_ANSWER)
    yield desk.pace.ago(2)
    desk.approve()
    yield desk.pace.ago(1)
    desk.confirm(desk.communes[0], is_solved=False)


def being_clarified(desk: Desk) -> Story:
    """The commune asked what the answer means: the same owner goes on."""
    yield from steps.filed(desk, desk.pace.dates.ago(9))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(4)
    desk.submit(kind=AnswerKind.DECISION, content=KITCHEN_ANSWER)
    yield desk.pace.ago(3)
    desk.approve()
    yield desk.pace.ago(1)
    desk.act(desk.officer(desk.communes[0]), Act.CLARIFY, text=words.CLARIFY)


def asked(desk: Desk) -> Story:
    """Information was asked yesterday."""
    yield from steps.filed(desk, desk.pace.dates.ago(4))
    yield from steps.taken_in(desk)
    yield desk.pace.ago(1)
    desk.act(desk.owner, Act.ASK_INFO, question=words.ASK)


def urgent(desk: Desk) -> Story:
    """Urgent, with a photograph, due soon."""
    yield from steps.filed(desk, desk.pace.dates.ago(2), has_photograph=True)
    yield from steps.taken_in(desk, wait=0)
    yield desk.pace.ago(0)
    steps.give_news(desk, by_phone=True)


DYKE_ANSWER = (
    "Sở sẽ ban hành phương án tuần tra chung cho ba xã ven biển; trước mắt mỗi xã giữ nguyên đội hình canh đê đã có, "
    "Chi cục Thủy lợi phân công cán bộ trực cùng khi có báo động."
)
KITCHEN_ANSWER = (
    "Sở Giáo dục và Đào tạo đã thống nhất với Sở Y tế: trường nộp hồ sơ tại Trung tâm Phục vụ hành chính công của xã, "
    "trong khi chờ kết quả bếp ăn tiếp tục hoạt động theo phương án đã được duyệt."
)

_EROSION = replace(more.EROSION, urgent_reason="Điểm sạt cách nhà dân 4 mét, dự báo còn mưa lớn.")

STORIES: tuple[tuple[Sample, Callable[[Desk], Story]], ...] = (
    (more.ARCHIVE, half_typed),
    (more.VILLAGE_HALLS, to_sign),
    (more.SCHOOL_BILLS, sent_back),
    (more.POWER, withdrawn),
    (more.TWICE, sent_twice),
    (more.SILENT, never_informed),
    (more.PUMPS, reopened),
    (more.ANCESTORS, accepted),
    (more.ELDERLY, taken_by_member),
    (more.REGISTERS, new_today),
    (more.SEA_DYKE, partly_confirmed),
    (more.KITCHENS, being_clarified),
    (more.CROSSING, asked),
    (_EROSION, urgent),
)
