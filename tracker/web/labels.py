"""The words for everything that code knows by a name: states, acts, outcomes, roles, errors.

Owns: one text for each key. Keys are strings (`IssueState.working`, `error.missing`), so that nothing here imports
what it words; a rules test compares them with the enums and the error codes. Wording: the glossary's.
"""

import logging

from tracker.web.i18n import gettext
from tracker.web.labels_of_errors import ERRORS, REFUSED

_log = logging.getLogger(__name__)

_ENUMS: dict[str, dict[str, str]] = {
    "Role": {
        "commune_officer": "Cán bộ đầu mối cấp xã",
        "commune_leader": "Lãnh đạo UBND cấp xã",
        "group_member": "Thành viên tổ công tác",
        "group_lead": "Tổ trưởng, tổ phó tổ công tác",
        "department_leader": "Lãnh đạo sở, ngành",
        "coordinator": "Đầu mối tổng hợp cấp tỉnh",
        "provincial_leader": "Lãnh đạo UBND tỉnh",
        "leader_assistant": "Giúp việc lãnh đạo",
        "administrator": "Quản trị hệ thống",
        "auditor": "Người theo dõi (chỉ xem)",
    },
    "UnitKind": {
        "province": "Tỉnh",
        "department": "Sở, ngành",
        "commune": "Địa phương",
        "office": "Văn phòng",
        "central_agency": "Cơ quan Trung ương tại địa phương",
        "ministry": "Bộ, ngành Trung ương",
        "party_council": "Cơ quan Đảng, Hội đồng nhân dân",
    },
    "CommuneKind": {"xa": "xã", "phuong": "phường", "dac_khu": "đặc khu"},
    "DayKind": {"off": "Ngày nghỉ", "work": "Làm bù"},
    "DayStatus": {"confirmed": "Lịch chính thức", "provisional": "Lịch tạm tính"},
    "WorkKind": {
        "urgent": "Cần gấp",
        "one_department": "Một sở, ngành giải quyết",
        "several_departments": "Nhiều sở, ngành cùng giải quyết",
        "provincial_decision": "UBND tỉnh quyết định",
    },
    "IssueState": {
        "draft": "Đang soạn",
        "to_sign": "Chờ lãnh đạo UBND cấp xã duyệt",
        "submitted": "Chờ tiếp nhận",
        "accepted": "Chờ phân công",
        "working": "Đang xử lý",
        "need_info": "Chờ địa phương bổ sung",
        "with_authority": "Chờ cấp có thẩm quyền quyết định",
        "to_approve": "Chờ duyệt dự thảo trả lời",
        "answered": "Đã trả lời, chờ địa phương phản hồi",
        "closed": "Kết thúc",
        "merged": "Đã gộp",
    },
    "Outcome": {
        "solved": "Đã giải quyết",
        "guided": "Đã hướng dẫn",
        "decided": "Đã có quyết định",
        "own_competence": "Thuộc thẩm quyền địa phương",
        "roadmap": "Đã có lộ trình",
        "refused": "Chưa có cơ sở giải quyết",
        "answered_from_above": "Cấp trên đã trả lời",
        "no_information": "Kết thúc, địa phương chưa bổ sung",
        "withdrawn": "Địa phương đã rút",
        "in_error": "Gửi nhầm, gửi trùng",
    },
    "Act": {
        "send": "Gửi",
        "sign": "Đồng ý gửi",
        "return_draft": "Chuyển lại để hoàn thiện",
        "accept": "Tiếp nhận",
        "assign": "Giao người xử lý",
        "reassign": "Chuyển người khác",
        "transfer": "Chuyển cơ quan có thẩm quyền",
        "route": "Quyết định cơ quan chủ trì",
        "ask_info": "Đề nghị bổ sung thông tin",
        "give_info": "Gửi bổ sung",
        "resume": "Tiếp tục xử lý",
        "close_uninformed": "Kết thúc phần chưa bổ sung",
        "withdraw": "Rút nội dung",
        "correct": "Chỉnh nội dung",
        "add_info": "Bổ sung thêm",
        "set_number": "Cập nhật số văn bản",
        "close_error": "Kết thúc do gửi nhầm, gửi trùng",
        "news": "Cập nhật tiến độ",
        "interim": "Trả lời bước đầu",
        "submit_answer": "Trình duyệt",
        "take_back": "Rút lại để sửa",
        "return_answer": "Chuyển lại để hoàn thiện",
        "approve": "Duyệt và gửi",
        "send_document": "Gửi văn bản trả lời",
        "confirm": "Đồng ý với nội dung trả lời",
        "close_ready": "Kết thúc",
        "clarify": "Đề nghị làm rõ thêm",
        "dispute": "Chưa giải quyết được",
        "expire": "Hết thời hạn phản hồi",
        "reopen": "Mở lại",
        "hand_over": "Bàn giao cho đơn vị kế thừa",
    },
    "ObstacleKind": {"blocked": "Không thực hiện được", "difficult": "Khó thực hiện"},
    "Channel": {
        "web": "Gửi trên hệ thống",
        "dispatch": "Công văn",
        "phone": "Điện thoại",
        "meeting": "Cuộc họp",
        "field_visit": "Đi cơ sở",
        "import": "Nhập từ tệp",
    },
    "PartyLeft": {"withdrawn": "Đã rút", "dropped": "Kết thúc, chưa bổ sung"},
    "InfoState": {"none": "Không phải bổ sung", "asked": "Chờ bổ sung", "given": "Đã bổ sung"},
    "Reply": {
        "none": "Chưa đến lượt phản hồi",
        "asked": "Chờ phản hồi",
        "confirmed": "Đã đồng ý",
        "expired": "Hết thời hạn phản hồi",
        "clarify": "Đề nghị làm rõ thêm",
        "disputed": "Chưa giải quyết được",
    },
    "Audience": {"all": "Địa phương cùng xem", "departments": "Chỉ sở, ngành xem"},
    "AnswerKind": {
        "guidance": "Hướng dẫn",
        "decision": "Quyết định",
        "own_competence": "Thuộc thẩm quyền địa phương",
        "roadmap": "Lộ trình có thời hạn",
        "refusal": "Chưa có cơ sở giải quyết",
    },
    "AnswerForm": {"note": "Giải đáp nghiệp vụ", "document": "Văn bản trả lời"},
    "AnswerStatus": {
        "draft": "Đang soạn",
        "submitted": "Đã trình duyệt",
        "returned": "Đã chuyển lại để hoàn thiện",
        "sent": "Đã gửi",
    },
    "FilePurpose": {
        "evidence": "Tài liệu kèm theo",
        "dispatch": "Công văn của địa phương",
        "signed_document": "Văn bản đã ký",
    },
    "WaitsFor": {
        "unit": "Đang xử lý",
        "commune": "Chờ địa phương bổ sung",
        "authority": "Chờ cấp có thẩm quyền quyết định",
        "confirmation": "Chờ địa phương phản hồi",
        "nobody": "Đã kết thúc",
    },
    "Lateness": {
        "on_time": "Trong hạn",
        "due_soon": "Sắp đến hạn",
        "late": "Quá hạn",
        "long_late": "Quá hạn kéo dài",
    },
    "Reason": {
        "day_zero": "Ngày bắt đầu, chưa tính",
        "counted": "Ngày làm việc, có tính",
        "make_up": "Ngày làm bù, có tính",
        "weekend": "Nghỉ cuối tuần",
        "day_off": "Ngày nghỉ",
        "paused": "Tạm dừng tính thời hạn",
        "overdue": "Quá hạn",
        "due": "Hạn trả lời",
    },
    "PersonalData": {
        "identity": "số định danh cá nhân",
        "phone": "số điện thoại",
        "tax_or_insurance": "mã số thuế, số bảo hiểm",
        "email": "địa chỉ thư điện tử",
    },
}

_OTHERS: dict[str, str] = {
    "state.to_sign_of": "Chờ lãnh đạo UBND %(kind)s duyệt",
    "state.closed_with": "Kết thúc: %(outcome)s",
    "state.merged_into": "Đã gộp vào %(number)s",
    "state.awaits_routing": "Chờ quyết định cơ quan chủ trì",
    "state.need_info_of_unit": "Chờ đơn vị gửi bổ sung",
    "state.answered_to_unit": "Đã trả lời, chờ đơn vị gửi phản hồi",
    "state.closed_by_silence": "Kết thúc do hết thời hạn phản hồi",
    "act.send_to_leader": "Trình lãnh đạo",
    "act.accept_and_assign": "Tiếp nhận và giao",
    "act.take_to_myself": "Nhận xử lý",
    "act.take_back_draft": "Rút lại để sửa",
    "act.phone_call": "Ghi cuộc gọi",
    "act.copy_message": "Sao chép tin nhắn",
    "level.0": "Đã nhắc việc",
    "level.1": "Đã đôn đốc tổ công tác",
    "level.2": "Đã báo cáo lãnh đạo sở, ngành",
    "level.2_of": "Đã báo cáo lãnh đạo %(unit)s",
    "level.3": "Đã báo cáo đầu mối tỉnh",
    "level.4": "Xin ý kiến lãnh đạo UBND tỉnh",
    "level.5": "Đã kiến nghị Trung ương",
}

LABELS: dict[str, str] = (
    {f"{enum}.{value}": text for enum, texts in _ENUMS.items() for value, text in texts.items()}
    | _OTHERS
    | {f"error.{code}": text for code, text in ERRORS.items()}
    | {f"refused.{status}": text for status, text in REFUSED.items()}
)
"""Every key with its Vietnamese text."""


def label(key: str, /, **params: object) -> str:
    """The text of a key in the language of the answer, `%(name)s` filled from `params`.

    Raises KeyError for an unknown key; an error without words gets general ones, so that nobody sees a code.
    """
    if key.startswith("error.") and key not in LABELS:
        _log.error("no words for %s", key)
        key = "error.not_possible_now"
    try:
        return gettext(LABELS[key], **params)
    except (KeyError, TypeError, ValueError):
        if key not in LABELS or not key.startswith("error."):
            raise
        _log.exception("the words of %s do not fit its parameters", key)
        return gettext(LABELS["error.not_possible_now"])
