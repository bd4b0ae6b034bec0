"""Stretches of a story in which the desk asks other departments for their opinion.

Owns: who is asked and what becomes of it. What they say is illustration, like everything here.
"""

from sqlalchemy import func, select

from tracker.demo.cast import Group
from tracker.demo.desk import Desk
from tracker.demo.timing import Story
from tracker.issues.models_opinions import Opinion
from tracker.issues.workflow import Act

QUESTIONS = (
    "Đề nghị cho ý kiến về nguồn kinh phí và mức hỗ trợ theo phân cấp hiện hành.",
    "Đề nghị cho ý kiến về trình tự, thẩm quyền quyết định của cấp xã.",
    "Đề nghị cho ý kiến về khả năng thực hiện trên hệ thống thông tin dùng chung.",
)
OPINION = (
    "Thống nhất với hướng xử lý. Kinh phí bố trí trong dự toán đã giao; phần phát sinh tổng hợp vào kỳ điều chỉnh gần "
    "nhất."
)
LATE_OPINION = "Cơ bản thống nhất; đề nghị ghi rõ thời hạn hoàn thành và đơn vị chịu trách nhiệm tổng hợp."
NOT_NEEDED = "Nội dung này đã có hướng dẫn chung, không cần lấy ý kiến riêng."


def asked(desk: Desk, number: int) -> list[Group]:
    """The owner asks so many departments, each its own question; the usual date."""
    others = [group for group in desk.world.cast.groups.values() if group.unit.id != desk.issue.holder_id]
    groups = others[:number]
    rows = [
        {"unit_id": group.unit.id, "question": question}
        for group, question in zip(groups, QUESTIONS, strict=False)
    ]
    desk.act(desk.owner, Act.ASK_OPINION, questions=rows)
    return groups


def opinions_came_and_stayed_out(desk: Desk, from_day: int) -> Story:
    """Three are asked: one answers in time by somebody named for it, one late, one not at all."""
    yield desk.pace.ago(from_day)
    in_time, late, _silent = asked(desk, 3)
    yield desk.pace.ago(from_day - 1)
    desk.act(in_time.leads[0], Act.ASSIGN_OPINION, assigned_id=in_time.members[0].id)
    yield desk.pace.ago(from_day - 2)
    desk.act(in_time.members[0], Act.GIVE_OPINION, text=OPINION)
    yield desk.pace.ago(from_day - 7)
    desk.act(late.leads[0], Act.GIVE_OPINION, text=LATE_OPINION)


def opinions_are_awaited(desk: Desk) -> Story:
    """Two are asked today; the third question proves needless."""
    yield desk.pace.ago(1)
    asked(desk, 3)
    yield desk.pace.ago(0)
    newest = select(func.max(Opinion.id)).where(Opinion.issue_id == desk.issue_id)
    needless = desk.world.session.scalar(newest)
    desk.act(desk.owner, Act.CANCEL_OPINION, opinion_ids=[needless], reason=NOT_NEEDED)
