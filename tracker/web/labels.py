"""The words for everything that code knows by a name: states, acts, outcomes, roles, errors.

Owns: one text for each key. Keys are strings (`IssueState.working`, `error.missing`), so that nothing here imports
what it words; a rules test compares them with the enums and the error codes. Wording: the glossary's.
"""

import logging
from typing import Protocol

from tracker.web.i18n import SOURCE_LANGUAGE, gettext, language
from tracker.web.i18n import mark as N_
from tracker.web.labels_of_errors import ERRORS, REFUSED
from tracker.web.labels_of_escalation import ESCALATION
from tracker.web.labels_of_lists import LISTS
from tracker.web.labels_of_notices import NOTICES

_log = logging.getLogger(__name__)

_ENUMS: dict[str, dict[str, str]] = {
    "Role": {
        "commune_officer": N_("Cán bộ đầu mối cấp xã"),
        "commune_leader": N_("Lãnh đạo UBND cấp xã"),
        "group_member": N_("Thành viên tổ công tác"),
        "group_lead": N_("Tổ trưởng, tổ phó tổ công tác"),
        "department_leader": N_("Lãnh đạo sở, ngành"),
        "coordinator": N_("Đầu mối tổng hợp cấp tỉnh"),
        "provincial_leader": N_("Lãnh đạo UBND tỉnh"),
        "leader_assistant": N_("Giúp việc lãnh đạo"),
        "administrator": N_("Quản trị hệ thống"),
        "auditor": N_("Người theo dõi (chỉ xem)"),
    },
    "UnitKind": {
        "province": N_("Tỉnh"),
        "department": N_("Sở, ngành"),
        "commune": N_("Địa phương"),
        "office": N_("Văn phòng"),
        "central_agency": N_("Cơ quan Trung ương tại địa phương"),
        "ministry": N_("Bộ, ngành Trung ương"),
        "party_council": N_("Cơ quan Đảng, Hội đồng nhân dân"),
    },
    "CommuneKind": {"xa": N_("xã"), "phuong": N_("phường"), "dac_khu": N_("đặc khu")},
    "DayKind": {"off": N_("Ngày nghỉ"), "work": N_("Làm bù")},
    "DayStatus": {"confirmed": N_("Lịch chính thức"), "provisional": N_("Lịch tạm tính")},
    "WorkKind": {
        "urgent": N_("Cần gấp"),
        "one_department": N_("Một sở, ngành giải quyết"),
        "several_departments": N_("Nhiều sở, ngành cùng giải quyết"),
        "provincial_decision": N_("UBND tỉnh quyết định"),
    },
    "StageKind": {
        "intake": N_("Tiếp nhận"),
        "routing": N_("Quyết định cơ quan chủ trì"),
        "working": N_("Xử lý"),
        "information": N_("Chờ địa phương bổ sung"),
        "authority": N_("Chờ cấp có thẩm quyền quyết định"),
        "approval": N_("Duyệt dự thảo trả lời"),
        "confirmation": N_("Chờ địa phương phản hồi"),
    },
    "IssueState": {
        "draft": N_("Đang soạn"),
        "to_sign": N_("Chờ lãnh đạo UBND cấp xã duyệt"),
        "submitted": N_("Chờ tiếp nhận"),
        "accepted": N_("Chờ phân công"),
        "working": N_("Đang xử lý"),
        "need_info": N_("Chờ địa phương bổ sung"),
        "with_authority": N_("Chờ cấp có thẩm quyền quyết định"),
        "to_approve": N_("Chờ duyệt dự thảo trả lời"),
        "answered": N_("Đã trả lời, chờ địa phương phản hồi"),
        "closed": N_("Kết thúc"),
        "merged": N_("Đã gộp"),
    },
    "Outcome": {
        "solved": N_("Đã giải quyết"),
        "guided": N_("Đã hướng dẫn"),
        "decided": N_("Đã có quyết định"),
        "own_competence": N_("Thuộc thẩm quyền địa phương"),
        "roadmap": N_("Đã có lộ trình"),
        "refused": N_("Chưa có cơ sở giải quyết"),
        "answered_from_above": N_("Cấp trên đã trả lời"),
        "no_information": N_("Kết thúc, địa phương chưa bổ sung"),
        "withdrawn": N_("Địa phương đã rút"),
        "in_error": N_("Gửi nhầm, gửi trùng"),
    },
    "Act": {
        "send": N_("Gửi"),
        "sign": N_("Đồng ý gửi"),
        "return_draft": N_("Chuyển lại để hoàn thiện"),
        "accept": N_("Tiếp nhận"),
        "assign": N_("Giao người xử lý"),
        "reassign": N_("Chuyển người khác"),
        "transfer": N_("Chuyển cơ quan có thẩm quyền"),
        "route": N_("Quyết định cơ quan chủ trì"),
        "ask_info": N_("Đề nghị bổ sung thông tin"),
        "give_info": N_("Gửi bổ sung"),
        "resume": N_("Tiếp tục xử lý"),
        "close_uninformed": N_("Kết thúc phần chưa bổ sung"),
        "withdraw": N_("Rút nội dung"),
        "correct": N_("Chỉnh nội dung"),
        "add_info": N_("Bổ sung thêm"),
        "set_number": N_("Cập nhật số văn bản"),
        "close_error": N_("Kết thúc do gửi nhầm, gửi trùng"),
        "news": N_("Cập nhật tiến độ"),
        "interim": N_("Trả lời bước đầu"),
        "submit_answer": N_("Trình duyệt"),
        "take_back": N_("Rút lại để sửa"),
        "return_answer": N_("Chuyển lại để hoàn thiện"),
        "approve": N_("Duyệt và gửi"),
        "send_document": N_("Gửi văn bản trả lời"),
        "confirm": N_("Đồng ý với nội dung trả lời"),
        "close_ready": N_("Kết thúc"),
        "clarify": N_("Đề nghị làm rõ thêm"),
        "dispute": N_("Chưa giải quyết được"),
        "expire": N_("Hết thời hạn phản hồi"),
        "reopen": N_("Mở lại"),
        "hand_over": N_("Bàn giao cho đơn vị kế thừa"),
        "ask_extension": N_("Đề nghị gia hạn"),
        "extend": N_("Đồng ý gia hạn"),
        "refuse_extension": N_("Không gia hạn"),
        "ask_opinion": N_("Lấy ý kiến"),
        "give_opinion": N_("Gửi ý kiến tham gia"),
        "assign_opinion": N_("Giao người tham gia ý kiến"),
        "cancel_opinion": N_("Dừng lấy ý kiến"),
        "expire_opinion": N_("Hết hạn, chưa tham gia ý kiến"),
        "refer": N_("Trình cấp có thẩm quyền"),
        "reply_in": N_("Ghi nhận trả lời của cấp có thẩm quyền"),
        "recall": N_("Rút văn bản trình"),
        "follow_up": N_("Đã đôn đốc văn bản trình"),
        "wake": N_("Mở lại do đến hạn cam kết"),
        "keep": N_("Đã thực hiện cam kết"),
        "raise": N_("Báo cáo theo quy định về thời hạn"),
        "remind": N_("Nhắc việc"),
        "escalate": N_("Báo cáo cấp trên"),
        "decline_escalation": N_("Chưa chấp nhận đề nghị"),
        "lower": N_("Kết thúc đôn đốc"),
        "plan": N_("Lập kế hoạch xử lý"),
    },
    "ObstacleKind": {"blocked": N_("Không thực hiện được"), "difficult": N_("Khó thực hiện")},
    "Channel": {
        "web": N_("Gửi trên hệ thống"),
        "dispatch": N_("Công văn"),
        "phone": N_("Điện thoại"),
        "meeting": N_("Cuộc họp"),
        "field_visit": N_("Đi cơ sở"),
        "import": N_("Nhập từ tệp"),
    },
    "PartyLeft": {"withdrawn": N_("Đã rút"), "dropped": N_("Kết thúc, chưa bổ sung")},
    "InfoState": {"none": N_("Không phải bổ sung"), "asked": N_("Chờ bổ sung"), "given": N_("Đã bổ sung")},
    "Reply": {
        "none": N_("Chưa đến lượt phản hồi"),
        "asked": N_("Chờ phản hồi"),
        "confirmed": N_("Đã đồng ý"),
        "expired": N_("Hết thời hạn phản hồi"),
        "clarify": N_("Đề nghị làm rõ thêm"),
        "disputed": N_("Chưa giải quyết được"),
    },
    "Audience": {"all": N_("Địa phương cùng xem"), "departments": N_("Chỉ sở, ngành xem")},
    "AnswerKind": {
        "guidance": N_("Hướng dẫn"),
        "decision": N_("Quyết định"),
        "own_competence": N_("Thuộc thẩm quyền địa phương"),
        "roadmap": N_("Lộ trình có thời hạn"),
        "refusal": N_("Chưa có cơ sở giải quyết"),
    },
    "AnswerForm": {"note": N_("Giải đáp nghiệp vụ"), "document": N_("Văn bản trả lời")},
    "AnswerStatus": {
        "draft": N_("Đang soạn"),
        "submitted": N_("Đã trình duyệt"),
        "returned": N_("Đã chuyển lại để hoàn thiện"),
        "sent": N_("Đã gửi"),
    },
    "DirectiveSource": {
        "meeting": N_("cuộc họp"),
        "phone": N_("điện thoại"),
        "paper": N_("bản giấy"),
    },
    "DirectiveState": {
        "open": N_("Đang thực hiện"),
        "reported": N_("Đã báo cáo hoàn thành"),
        "sent_back": N_("Cần bổ sung"),
        "confirmed": N_("Đã hoàn thành"),
        "cancelled": N_("Đã rút"),
    },
    "OpinionState": {
        "asked": N_("Đang lấy ý kiến"),
        "answered": N_("Đã có ý kiến"),
        "expired": N_("Hết hạn, chưa tham gia ý kiến"),
        "cancelled": N_("Đã dừng lấy ý kiến"),
    },
    "Addressee": {
        "provincial_committee": N_("UBND tỉnh"),
        "peoples_council": N_("Hội đồng nhân dân tỉnh"),
        "party_committee": N_("Cơ quan Đảng (Tỉnh ủy)"),
        "ministry": N_("Bộ, ngành Trung ương"),
        "government": N_("Chính phủ"),
        "prime_minister": N_("Thủ tướng Chính phủ"),
    },
    "ReferralEnd": {
        "replied": N_("Cấp có thẩm quyền đã trả lời"),
        "recalled": N_("Đã rút văn bản trình"),
        "left": N_("Không còn chờ trả lời"),
    },
    "CommitmentState": {
        "open": N_("Đang theo dõi"),
        "kept": N_("Đã thực hiện cam kết"),
        "woken": N_("Đến hạn chưa thực hiện, đã mở lại"),
        "ended": N_("Không còn theo dõi"),
    },
    "FilePurpose": {
        "evidence": N_("Tài liệu kèm theo"),
        "dispatch": N_("Công văn của địa phương"),
        "signed_document": N_("Văn bản đã ký"),
    },
    "WaitsFor": {
        "unit": N_("Đang xử lý"),
        "commune": N_("Chờ địa phương bổ sung"),
        "authority": N_("Chờ cấp có thẩm quyền quyết định"),
        "confirmation": N_("Chờ địa phương phản hồi"),
        "nobody": N_("Đã kết thúc"),
    },
    "Lateness": {
        "on_time": N_("Trong hạn"),
        "due_soon": N_("Sắp đến hạn"),
        "late": N_("Quá hạn"),
        "long_late": N_("Quá hạn kéo dài"),
    },
    "Reason": {
        "day_zero": N_("Ngày bắt đầu, chưa tính"),
        "counted": N_("Ngày làm việc, có tính"),
        "make_up": N_("Ngày làm bù, có tính"),
        "weekend": N_("Nghỉ cuối tuần"),
        "day_off": N_("Ngày nghỉ"),
        "paused": N_("Tạm dừng tính thời hạn"),
        "overdue": N_("Quá hạn"),
        "due": N_("Hạn trả lời"),
    },
    "BatchKind": {"pasted": N_("Dán từ Excel"), "file": N_("Tệp")},
    "BatchState": {
        "waiting": N_("Chờ đọc tệp"),
        "reading": N_("Đang đọc tệp"),
        "checked": N_("Đã kiểm tra, chưa gửi"),
        "filing": N_("Đang gửi"),
        "done": N_("Đã gửi xong"),
        "cancelled": N_("Đã dừng"),
        "failed": N_("Không thực hiện được"),
    },
    "RowState": {
        "good": N_("Gửi được"),
        "warned": N_("Có lưu ý"),
        "bad": N_("Cần sửa"),
        "same": N_("Trùng, không gửi"),
        "left_out": N_("Bỏ ra"),
        "filed": N_("Đã gửi"),
    },
    "PersonalData": {
        "identity": N_("số định danh cá nhân"),
        "phone": N_("số điện thoại"),
        "tax_or_insurance": N_("mã số thuế, số bảo hiểm"),
        "email": N_("địa chỉ thư điện tử"),
    },
}

_OTHERS: dict[str, str] = {
    "state.to_sign_of": N_("Chờ lãnh đạo UBND %(kind)s duyệt"),
    "state.closed_with": N_("Kết thúc: %(outcome)s"),
    "state.merged_into": N_("Đã gộp vào %(number)s"),
    "state.awaits_routing": N_("Chờ quyết định cơ quan chủ trì"),
    "state.need_info_of_unit": N_("Chờ đơn vị gửi bổ sung"),
    "outcome.withdrawn_of_unit": N_("Đơn vị gửi đã rút"),
    "outcome.no_information_of_unit": N_("Kết thúc, đơn vị gửi chưa bổ sung"),
    "state.answered_to_unit": N_("Đã trả lời, chờ đơn vị gửi phản hồi"),
    "state.closed_by_silence": N_("Kết thúc do hết thời hạn phản hồi"),
    "act.send_to_leader": N_("Trình lãnh đạo"),
    "act.accept_and_assign": N_("Tiếp nhận và giao"),
    "act.take_to_myself": N_("Nhận xử lý"),
    "act.take_back_draft": N_("Rút lại để sửa"),
    "act.phone_call": N_("Ghi cuộc gọi"),
    "act.copy_message": N_("Sao chép tin nhắn"),
    "level.0": N_("Đã nhắc việc"),
    "level.1": N_("Đã đôn đốc tổ công tác"),
    "level.2": N_("Đã báo cáo lãnh đạo sở, ngành"),
    "level.2_of": N_("Đã báo cáo lãnh đạo %(unit)s"),
    "level.3": N_("Đã báo cáo đầu mối tỉnh"),
    "level.4": N_("Xin ý kiến lãnh đạo UBND tỉnh"),
    "level.5": N_("Đã kiến nghị Trung ương"),
}

LABELS: dict[str, str] = (
    {f"{enum}.{value}": text for enum, texts in _ENUMS.items() for value, text in texts.items()}
    | _OTHERS
    | {f"error.{code}": text for code, text in ERRORS.items()}
    | {f"refused.{status}": text for status, text in REFUSED.items()}
    | NOTICES
    | ESCALATION
    | LISTS
)
"""Every key with its Vietnamese text."""
_GENERAL = "error.not_possible_now"


class Named(Protocol):
    """What the administrator names in both languages: a field, a category."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def term(named: Named) -> str:
    """The name in the language of the answer; the Vietnamese one where there is no other."""
    return named.name if language() == SOURCE_LANGUAGE else named.name_en or named.name


def label(key: str, /, **params: object) -> str:
    """The text of a key in the language of the answer, `%(name)s` filled from `params`.

    Raises KeyError for an unknown key; an error without words gets general ones, so that nobody sees a code.
    """
    if key.startswith("error.") and key not in LABELS:
        _log.error("no words for %s", key)
        key = _GENERAL
    try:
        return gettext(LABELS[key], **params)
    except (KeyError, TypeError, ValueError):
        if key not in LABELS or not key.startswith("error."):
            raise
        _log.exception("the words of %s do not fit its parameters", key)
        return gettext(LABELS[_GENERAL])
