"""What people of the sample difficulties say in passing: reasons, news, questions, calls.

Owns: the phrases. Must not know who says them nor when.
"""

import random

TRANSFER = (
    "Nội dung chính thuộc lĩnh vực do {unit} quản lý; đề nghị {unit} chủ trì trả lời địa phương.",
    "Sau khi xem xét, phần đề xuất của địa phương thuộc nhiệm vụ của {unit}. Chuyển để giải quyết đúng thẩm quyền.",
)
NEWS = (
    "Đã rà soát hồ sơ và trao đổi với phòng chuyên môn; đang dự thảo văn bản trả lời.",
    "Đã tổng hợp ý kiến của các phòng liên quan, còn chờ thống nhất một nội dung về kinh phí.",
    "Tổ công tác đã làm việc trực tiếp tại địa phương, ghi nhận hiện trạng và các vướng mắc cụ thể.",
    "Dự thảo trả lời đã xong, đang trình lãnh đạo xem xét trước khi ký.",
    "Đang phối hợp với đơn vị liên quan để thống nhất cách hướng dẫn chung cho các địa phương.",
)
CALLS = (
    "Đã gọi điện cho cán bộ đầu mối, thông báo tiến độ và thống nhất cách làm tạm thời trong khi chờ trả lời.",
    "Đã trao đổi qua điện thoại: địa phương nắm được tiến độ, không phát sinh vướng mắc mới.",
)
LONG_WAIT = (
    "Cơ quan cấp trên đang xem xét, chưa có ý kiến chính thức. Đề nghị địa phương tiếp tục làm theo trả lời bước đầu.",
    "Đã có văn bản đôn đốc lần nữa; sẽ thông báo ngay khi có kết quả.",
    "Nội dung đã được đưa vào danh mục báo cáo định kỳ, đang chờ quyết định.",
)
PHONE_NOTE = (
    "Đã nhận văn bản, nhất trí với nội dung trả lời.",
    "Đã triển khai theo hướng dẫn, chưa phát sinh vướng mắc.",
)
RETURN_ANSWER = "Đề nghị nêu rõ thời hạn và đầu mối liên hệ, bổ sung việc địa phương cần làm tiếp theo."
ASK = "Đề nghị địa phương cung cấp số liệu cụ thể, văn bản đã ban hành và ảnh chụp hiện trạng (nếu có)."
GIVE = "Địa phương gửi số liệu đã rà soát và hồ sơ liên quan. Các nội dung khác giữ như báo cáo ban đầu."
CLARIFY = "Đề nghị nói rõ hơn trách nhiệm của từng phòng và thời hạn thực hiện để địa phương phân công."
CLARIFIED = (
    "\n\nLàm rõ thêm: UBND cấp xã giao một phòng chủ trì từng việc, ghi trong thông báo; phòng khác phối hợp."
)
DISPUTE = "Đã làm theo hướng dẫn nhưng chưa giải quyết được: hai bên vẫn hiểu khác nhau, hồ sơ của dân tiếp tục chậm."
SETTLED = "\n\nLãnh đạo đơn vị đã làm việc trực tiếp với địa phương ngày hôm trước và thống nhất phương án thực hiện."
REOPEN = "Phát sinh vướng mắc mới khi thực hiện theo nội dung đã trả lời, đề nghị xem xét lại."
ROUTE = "Căn cứ chức năng, nhiệm vụ được giao, cơ quan chủ trì là {unit}; cơ quan liên quan phối hợp."


def pick(rng: random.Random, phrases: tuple[str, ...], **params: str) -> str:
    """One of the phrases, filled in."""
    return rng.choice(phrases).format(**params)


ORDER = "Giao cơ quan chủ trì phối hợp với địa phương giải quyết dứt điểm, báo cáo kết quả đúng hạn."
ORDER_URGENT = "Đề nghị tập trung xử lý ngay, không để ảnh hưởng đến việc giải quyết hồ sơ của người dân."
ORDER_DONE = "Đã làm việc với địa phương, thống nhất cách thực hiện và gửi văn bản hướng dẫn."
REPORT = "Chưa lấy được số liệu của hai địa phương, đề nghị tổ trưởng đôn đốc."
REPORT_AGAIN = "Số liệu vẫn chưa đủ, đề nghị tổ trưởng cho ý kiến về cách trả lời."
REPORT_UP = "Nội dung liên quan nhiều đơn vị, đề nghị lãnh đạo sở cho ý kiến."
LOWERED = "Đã trao đổi trực tiếp, địa phương sẽ gửi số liệu trong ngày."
DECLINED = "Dự thảo đã đủ cơ sở, đề nghị tổ công tác hoàn thiện và trả lời."
PLAN = "Tổng hợp số liệu trong hai ngày, trả lời địa phương trong ngày thứ ba."
MORE_TIME = "Cần thêm thời gian rà soát số liệu của các địa phương."
NO_MORE_TIME = "Nội dung đã rõ, đề nghị trả lời đúng hạn."
MORE_TIME_AGAIN = "Hai địa phương vừa gửi số liệu mới, cần hai ngày để đối chiếu."

FOLLOW_UP = "Đã liên hệ bộ phận văn thư của cơ quan nhận, văn bản đang được xem xét."
REPLY_IN = (
    "UBND tỉnh đồng ý chủ trương, giao Sở hướng dẫn địa phương thực hiện trong dự toán được giao; trường hợp vượt dự "
    "toán thì báo cáo riêng."
)
RECALL = "Cần bổ sung số liệu của các xã trước khi trình lại."
KEPT = "Đã hoàn thành nội dung nêu trong lộ trình; địa phương nhận bàn giao trong tháng."
COMPLETE = "Nêu rõ thời hạn cấp chữ ký số cho từng trường hợp rồi trình lại."
