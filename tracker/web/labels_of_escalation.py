"""The words of the ladder: triggers, receivers, duties, how a level came and ended, and the rules by code.

Owns: one text for each key, keyed as in `labels`.
"""

from tracker.web.i18n import mark as N_

_ENUMS: dict[str, dict[str, str]] = {
    "Trigger": {
        "due_soon": N_("Sắp đến hạn"),
        "days_late": N_("Quá hạn"),
        "no_news": N_("Chưa cập nhật tiến độ"),
        "dispute": N_("Địa phương báo chưa giải quyết được"),
        "second_transfer": N_("Đã chuyển 2 lần"),
        "joined": N_("Nhiều địa phương cùng gặp"),
        "joined_late": N_("Nhiều địa phương cùng gặp và đã quá hạn"),
        "missed": N_("Cấp dưới không thực hiện đúng hạn nội bộ"),
    },
    "Receiver": {
        "owner": N_("Người xử lý chính"),
        "lead": N_("Tổ trưởng, tổ phó tổ công tác"),
        "department_leader": N_("Lãnh đạo sở, ngành"),
        "coordinator": N_("Đầu mối tổng hợp cấp tỉnh"),
        "provincial_leader": N_("Lãnh đạo UBND tỉnh phụ trách"),
    },
    "DutyKind": {
        "news_or_extension": N_("Cập nhật tiến độ, hoặc đề nghị gia hạn"),
        "plan_or_owner": N_("Kế hoạch có ngày, hoặc giao người khác; và cập nhật tiến độ cho địa phương"),
        "directive_or_extension": N_("Ý kiến chỉ đạo có thời hạn, hoặc gia hạn"),
        "decide": N_("Quyết định cơ quan chủ trì, đưa ra giao ban, hoặc báo cáo cấp trên"),
        "directive": N_("Ý kiến chỉ đạo hoặc kết luận giao ban"),
    },
    "Reminding": {
        "due_soon": N_("Sắp đến hạn trả lời"),
        "nudge": N_("Chờ thông tin bổ sung"),
        "missed": N_("Chưa thực hiện đúng hạn nội bộ"),
        "again": N_("Vẫn quá hạn, đề nghị xử lý tiếp"),
    },
    "OpenedBy": {
        "rule": N_("Theo quy định về thời hạn"),
        "hand": N_("Do đề nghị"),
        "back": N_("Chuyển xuống từ cấp trên"),
    },
    "EndedBy": {
        "raised": N_("Đã báo cáo lên cấp cao hơn"),
        "answered": N_("Đã trả lời"),
        "closed": N_("Vướng mắc đã kết thúc"),
        "due_moved": N_("Hạn trả lời đã được lùi"),
        "paused": N_("Tạm dừng tính thời hạn"),
        "lowered": N_("Đã kết thúc đôn đốc"),
        "declined": N_("Chưa chấp nhận đề nghị"),
    },
}

ESCALATION: dict[str, str] = {
    f"{enum}.{value}": text for enum, texts in _ENUMS.items() for value, text in texts.items()
} | {
    "act.escalate_by_commune": N_("Đề nghị cấp trên xem xét"),
    "discharged_by.directive": N_("Ý kiến chỉ đạo"),
    "discharged_by.meeting": N_("Đưa ra giao ban"),
    "released_by.transferred": N_("Đã chuyển cơ quan khác"),
    "rule.due_soon": N_("Sắp đến hạn: nhắc người xử lý chính"),
    "rule.late_lead": N_("Quá hạn: đôn đốc tổ công tác"),
    "rule.no_news_lead": N_("Chưa cập nhật tiến độ: đôn đốc tổ công tác"),
    "rule.late_department": N_("Quá hạn: báo cáo lãnh đạo sở, ngành"),
    "rule.missed_lead": N_("Tổ công tác không thực hiện: báo cáo lãnh đạo sở, ngành"),
    "rule.dispute": N_("Địa phương báo chưa giải quyết được: báo cáo lãnh đạo sở, ngành"),
    "rule.late_coordinator": N_("Quá hạn: báo cáo đầu mối tỉnh"),
    "rule.missed_department": N_("Lãnh đạo sở, ngành chưa cho ý kiến: báo cáo đầu mối tỉnh"),
    "rule.second_transfer": N_("Đã chuyển 2 lần: báo cáo đầu mối tỉnh"),
    "rule.joined": N_("Nhiều địa phương cùng gặp: báo cáo đầu mối tỉnh"),
    "rule.joined_late": N_("Nhiều địa phương cùng gặp, đã quá hạn: báo cáo đầu mối tỉnh"),
    "rule.late_provincial": N_("Quá hạn: xin ý kiến lãnh đạo UBND tỉnh"),
    "rule.missed_coordinator": N_("Đầu mối tỉnh chưa xử lý: xin ý kiến lãnh đạo UBND tỉnh"),
}
"""Every key with its Vietnamese text."""
