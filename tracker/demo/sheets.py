"""Difficulties that a group brought home from a conference in a sheet: one sheet is filed, one waits to be corrected.

Owns: the rows of both. Each comes in as a person would paste it.
"""

from tracker.demo.desk import World
from tracker.demo.timing import Pace, Story
from tracker.imports import filing, reading, service
from tracker.imports.models import ImportBatch
from tracker.issues.models import Channel

_HEAD = "TT\tĐịa phương\tTiêu đề\tNội dung vướng mắc\tĐề xuất\tLĩnh vực"
_FILED = (
    "1\tXã Yên Mỹ\tChưa rõ mẫu báo cáo biên chế sau sắp xếp\t"
    "Xã nhận hai mẫu báo cáo biên chế khác nhau, chưa biết dùng mẫu nào.\t"
    "Đề nghị thống nhất một mẫu báo cáo.\tNội vụ",
    "2\tXã Kiến Xương\tNgười hoạt động không chuyên trách hỏi thời điểm kết thúc chế độ\t"
    "Nhiều người hỏi chế độ hưởng đến khi nào, xã chưa có căn cứ trả lời.\t"
    "Đề nghị hướng dẫn thời điểm và hồ sơ.\tNội vụ",
)
_WAITING = (
    "1\tXã Nguyễn Du\tThiếu văn bản giao nhiệm vụ lưu trữ lịch sử\t"
    "Tài liệu của huyện cũ đã chuyển về nhưng chưa có văn bản giao.\t"
    "Đề nghị hướng dẫn tiếp nhận.\tNội vụ",
    "2\tXã Ái Quấc\tChưa có quy chế phối hợp giữa các phòng chuyên môn\t"
    "Hồ sơ liên quan nhiều phòng bị chậm.\tĐề nghị có quy chế mẫu.\tNội vụ",
    "3\tPhường Phố Hiến\tThiếu công chức có chuyên môn tài chính\t"
    "Phường chỉ có một người làm tài chính.\t\tNội vụ",
)


def from_conferences(world: World) -> Story:
    """A member of the group pastes one sheet and files it; the next one has rows to correct."""
    pace, member = Pace(world.dates, "33 sheets"), world.cast.groups["SNV"].members[0]
    actor = world.cast.actor(member)
    yield pace.ago(1)
    batch = _paste(world, "Hội nghị giao ban với UBND cấp xã", _FILED)
    service.begin_filing(world.session, actor, batch.key, sends_warned=True)
    filing.file_rows(world.session, actor, batch, service.PASTED_ROWS)
    yield pace.ago(0)
    _paste(world, "Đoàn công tác tại cơ sở", _WAITING)


def _paste(world: World, reference: str, rows: tuple[str, ...]) -> ImportBatch:
    member = world.cast.groups["SNV"].members[0]
    head, lines, encoding = reading.read_paste("\r\n".join([_HEAD, *rows]))
    origin = service.Origin(Channel.MEETING, reference, None)
    return service.paste(world.session, world.cast.actor(member), origin, head, lines, encoding)
