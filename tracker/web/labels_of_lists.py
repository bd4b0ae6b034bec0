"""The words of the lists behind the groups of the home page, as the list's chip says them.

Owns: one text for each key, keyed as in `labels`. The sentence of a group on the home page is the home page's.
"""

from tracker.web.i18n import mark as N_

_ENUMS: dict[str, dict[str, str]] = {
    "Todo": {
        "info_asked": N_("Chờ địa phương mình bổ sung thông tin"),
        "to_confirm": N_("Chờ địa phương mình phản hồi"),
        "filed_for_us": N_("Được gửi thay, còn được chỉnh nội dung"),
        "drafts": N_("Bản nháp của tôi"),
        "own_open": N_("Của địa phương mình"),
        "unit_info_asked": N_("Chờ đơn vị gửi bổ sung thông tin"),
        "unit_to_confirm": N_("Chờ đơn vị gửi phản hồi"),
        "opinions_expired": N_("Lấy ý kiến đã hết hạn, còn gửi được ý kiến muộn"),
        "opinions_asked": N_("Được lấy ý kiến"),
        "mine_interim": N_("Chờ tôi trả lời bước đầu"),
        "follow_up_due": N_("Văn bản trình đến ngày đôn đốc"),
        "interim_owed": N_("Đã trình, cần trả lời bước đầu"),
        "promise_due": N_("Cam kết sắp đến hạn hoặc đã đến hạn"),
        "mine_returned": N_("Dự thảo được chuyển lại để hoàn thiện"),
        "mine_to_clarify": N_("Địa phương đề nghị làm rõ thêm"),
        "mine_opinions_answered": N_("Đã có ý kiến tham gia của sở, ngành"),
        "mine_opinions_expired": N_("Có sở, ngành hết hạn, chưa tham gia ý kiến"),
        "recorded_objected": N_("Lãnh đạo không đồng ý với nội dung được ghi thay"),
        "to_approve": N_("Dự thảo trả lời chờ duyệt"),
        "desk_overdue": N_("Chờ tiếp nhận hoặc chờ duyệt đã quá hạn nội bộ"),
        "to_accept": N_("Mới, chờ tiếp nhận"),
        "to_assign": N_("Chờ phân công người xử lý"),
        "extension_asked": N_("Đề nghị gia hạn chờ quyết định"),
        "escalated": N_("Của đơn vị, đã báo cáo cấp trên"),
        "unit_late": N_("Của đơn vị, đã quá hạn"),
        "duties": N_("Được báo cáo, chờ tôi xử lý"),
        "sent_up": N_("Đã trình hoặc báo cáo lên trên sở, ngành"),
        "shared": N_("Nhiều địa phương cùng gặp"),
    },
    "DirectivePart": {
        "reported": N_("Báo cáo chờ xác nhận"),
        "owed": N_("Đơn vị phải thực hiện"),
        "noted": N_("Đơn vị đã báo cáo, hoặc không có thời hạn"),
        "given": N_("Đã giao, đang thực hiện"),
        "all": N_("Ý kiến chỉ đạo đang thực hiện trong tỉnh"),
    },
}
LISTS = {f"{enum}.{value}": text for enum, words in _ENUMS.items() for value, text in words.items()}
