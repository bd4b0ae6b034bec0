"""The words of notices: what happened, and what to do about it.

Owns: one text for each kind, keyed `notice.KIND` (what happened) and `notice_act.KIND` (the act, on the button and
first in a mail). A rules test compares the keys with the kinds. Wording: the glossary's.
"""

from tracker.web.i18n import mark as N_

_HAPPENED: dict[str, str] = {
    "to_sign": N_("Vướng mắc chờ lãnh đạo UBND duyệt gửi"),
    "to_route": N_("Vướng mắc chờ quyết định cơ quan chủ trì"),
    "new_matter": N_("Vướng mắc mới chờ tiếp nhận"),
    "transferred_in": N_("Vướng mắc được chuyển đến, chờ tiếp nhận"),
    "assigned_interim": N_("Vướng mắc được giao xử lý chính, cần trả lời bước đầu"),
    "assigned": N_("Vướng mắc được giao xử lý chính"),
    "info_asked": N_("Cơ quan xử lý đề nghị bổ sung thông tin"),
    "to_approve": N_("Dự thảo trả lời chờ duyệt"),
    "answer_returned": N_("Dự thảo trả lời được chuyển lại để hoàn thiện"),
    "answered": N_("Đã có trả lời, chờ đơn vị gửi phản hồi"),
    "opinion_asked": N_("Cơ quan xử lý đề nghị tham gia ý kiến"),
    "opinion_given": N_("Đã có ý kiến tham gia của sở, ngành"),
    "opinion_expired": N_("Sở, ngành hết hạn, chưa tham gia ý kiến"),
    "opinion_cancelled": N_("Không cần tham gia ý kiến nữa"),
    "clarification_asked": N_("Địa phương đề nghị làm rõ thêm"),
    "disputed": N_("Địa phương phản hồi chưa giải quyết được"),
    "reopened": N_("Vướng mắc được mở lại"),
    "draft_returned": N_("Vướng mắc được chuyển lại để hoàn thiện"),
    "raised_to_you": N_("Vướng mắc được báo cáo, chờ ý kiến xử lý"),
    "duty_missed": N_("Việc phải làm để đôn đốc đã quá hạn nội bộ"),
    "due_soon": N_("Vướng mắc đang xử lý sắp đến hạn"),
    "info_nudged": N_("Cơ quan xử lý vẫn chờ thông tin bổ sung"),
    "to_close_uninformed": N_("Đã chờ bổ sung thông tin quá lâu, cần quyết định"),
    "raised": N_("Vướng mắc đã được báo cáo cấp trên"),
    "escalation_declined": N_("Đề nghị xem xét chưa được chấp nhận"),
    "escalation_ended": N_("Đã kết thúc đôn đốc"),
    "filed_for_you": N_("Vướng mắc được ghi nhận cho địa phương, có thể chỉnh nội dung"),
    "info_given": N_("Đã nhận thông tin bổ sung"),
    "info_added": N_("Địa phương bổ sung thêm nội dung"),
    "corrected": N_("Địa phương đã chỉnh nội dung"),
    "party_withdrew": N_("Một đơn vị đã rút nội dung"),
    "taken_over": N_("Vướng mắc đã giao người khác xử lý"),
    "signed": N_("Lãnh đạo đã đồng ý gửi vướng mắc"),
    "moved": N_("Vướng mắc đã chuyển cơ quan có thẩm quyền"),
    "news": N_("Cập nhật tiến độ"),
    "interim": N_("Trả lời bước đầu"),
    "answered_for_information": N_("Trả lời mới của cơ quan xử lý, gửi để biết"),
    "answer_sent": N_("Trả lời đã gửi đến địa phương"),
    "number_set": N_("Đã cập nhật số văn bản trả lời"),
    "dropped": N_("Kết thúc phần chưa bổ sung thông tin"),
    "closed": N_("Vướng mắc đã kết thúc"),
    "referred": N_("Vướng mắc đã được trình cấp có thẩm quyền"),
    "reply_arrived": N_("Cấp có thẩm quyền đã trả lời, vướng mắc được xử lý tiếp"),
    "reply_received": N_("Cấp có thẩm quyền đã trả lời, cơ quan xử lý đang hoàn thiện trả lời"),
    "referral_recalled": N_("Văn bản trình cấp có thẩm quyền đã được rút"),
    "commitment_kept": N_("Cơ quan xử lý báo đã thực hiện cam kết"),
    "commitment_woken": N_("Đến hạn cam kết, vướng mắc được mở lại để giải quyết"),
    "woken": N_("Đến hạn cam kết chưa thực hiện, vướng mắc được mở lại"),
    "sign_in_new_device": N_("Tài khoản vừa đăng nhập trên một thiết bị mới"),
    "credentials_changed": N_("Thông tin đăng nhập của tài khoản vừa thay đổi"),
    "duties_by_sms": N_("Việc của chính mình: nhắn tin đến điện thoại"),
    "leaders_digest": N_("Tình hình vướng mắc quá hạn buổi sáng"),
}
_TO_DO: dict[str, str] = {
    "to_sign": N_("Xem và duyệt gửi"),
    "to_route": N_("Quyết định cơ quan chủ trì"),
    "new_matter": N_("Tiếp nhận và giao"),
    "transferred_in": N_("Tiếp nhận và giao"),
    "assigned_interim": N_("Trả lời bước đầu"),
    "assigned": N_("Xử lý"),
    "info_asked": N_("Gửi bổ sung"),
    "to_approve": N_("Xem và duyệt"),
    "answer_returned": N_("Hoàn thiện dự thảo"),
    "answered": N_("Phản hồi"),
    "opinion_asked": N_("Gửi ý kiến tham gia"),
    "clarification_asked": N_("Làm rõ"),
    "disputed": N_("Xem lại và phân công"),
    "reopened": N_("Phân công"),
    "draft_returned": N_("Hoàn thiện và gửi lại"),
    "raised_to_you": N_("Xử lý"),
    "duty_missed": N_("Xử lý ngay"),
    "due_soon": N_("Cập nhật tiến độ"),
    "info_nudged": N_("Gửi bổ sung"),
    "to_close_uninformed": N_("Quyết định"),
    "filed_for_you": N_("Xem và chỉnh nội dung"),
    "info_given": N_("Tiếp tục xử lý"),
    "reply_arrived": N_("Hoàn thiện trả lời"),
    "woken": N_("Phân công"),
    "sign_in_new_device": N_("Kiểm tra các phiên đăng nhập"),
    "credentials_changed": N_("Kiểm tra hồ sơ cá nhân"),
}
_OTHERS: dict[str, str] = {
    "notice_line.due": N_("Hạn trả lời: %(day)s"),
    "notice_line.other": N_("Có nội dung mới"),
    "notice_line.look": N_("Xem"),
    "Mode.at_once": N_("Gửi ngay"),
    "Mode.digest": N_("Gộp vào thư buổi sáng"),
    "Mode.off": N_("Không gửi thư"),
    "SmsMode.at_once": N_("Gửi tin nhắn"),
    "SmsMode.off": N_("Không gửi tin nhắn"),
    "MailState.waiting": N_("Chờ gửi"),
    "MailState.sent": N_("Đã gửi"),
    "MailState.dropped": N_("Không còn cần gửi"),
    "MailState.dead": N_("Không gửi được"),
}
_ONLY_READ = N_("Xem")

NOTICES: dict[str, str] = (
    {f"notice.{kind}": text for kind, text in _HAPPENED.items()}
    | {f"notice_act.{kind}": _TO_DO.get(kind, _ONLY_READ) for kind in _HAPPENED}
    | _OTHERS
)
"""Every key with its Vietnamese text."""
