"""The words for the kinds of entries in the audit log.

Owns: one text for each kind. A kind without words is shown by its name. Must not decide anything.
"""

from tracker.web.i18n import gettext
from tracker.web.i18n import mark as N_

AUDIT: dict[str, str] = {
    "account_added": N_("Thêm tài khoản"),
    "account_disabled": N_("Khóa tài khoản"),
    "calendar_changed": N_("Sửa lịch làm việc"),
    "charges_changed": N_("Đổi lãnh đạo phụ trách lĩnh vực"),
    "deputy_ended": N_("Kết thúc ủy quyền"),
    "deputy_named": N_("Ủy quyền"),
    "exported": N_("Xuất danh sách"),
    "grant_ended": N_("Kết thúc vai trò"),
    "grant_passed_on": N_("Vai trò chuyển theo đơn vị"),
    "granted": N_("Giao vai trò"),
    "group_changed": N_("Sửa tổ công tác"),
    "identity_bound": N_("Gắn tài khoản với dịch vụ đăng nhập"),
    "identity_confirmed": N_("Xác nhận lại danh tính"),
    "imported": N_("Gửi thay địa phương từ bảng tính"),
    "ladder_changed": N_("Sửa quy định báo cáo cấp trên"),
    "malware_refused": N_("Từ chối tệp có mã độc"),
    "member_changed": N_("Sửa địa bàn, lĩnh vực của thành viên"),
    "password_changed": N_("Đổi mật khẩu"),
    "password_link_made": N_("Tạo liên kết đặt mật khẩu"),
    "password_link_used": N_("Đặt mật khẩu qua liên kết"),
    "people_imported": N_("Nhập người dùng từ bảng tính"),
    "person_added": N_("Thêm người dùng"),
    "person_changed": N_("Sửa thông tin người dùng"),
    "person_disabled": N_("Khóa tài khoản"),
    "person_enabled": N_("Mở lại tài khoản"),
    "recovery_code_used": N_("Dùng mã khôi phục"),
    "recovery_codes_renewed": N_("Tạo lại mã khôi phục"),
    "refused": N_("Từ chối truy cập"),
    "role_ended": N_("Kết thúc vai trò"),
    "role_given": N_("Giao vai trò"),
    "routing_changed": N_("Sửa phân luồng"),
    "second_factor_asked": N_("Hỏi xác thực hai bước"),
    "second_factor_failed": N_("Xác thực hai bước sai"),
    "second_factor_off": N_("Tắt xác thực hai bước"),
    "second_factor_on": N_("Bật xác thực hai bước"),
    "second_factor_removed": N_("Gỡ xác thực hai bước"),
    "session_ended": N_("Kết thúc phiên làm việc"),
    "sessions_ended": N_("Kết thúc các phiên làm việc"),
    "sessions_ended_by_administrator": N_("Quản trị kết thúc các phiên làm việc"),
    "sign_in": N_("Đăng nhập"),
    "sign_in_failed": N_("Đăng nhập không thành công"),
    "sign_out": N_("Đăng xuất"),
    "switches_changed": N_("Đổi lựa chọn của tỉnh"),
    "targets_changed": N_("Sửa thời hạn theo loại việc"),
    "unit_added": N_("Thêm đơn vị"),
    "unit_changed": N_("Sửa đơn vị"),
    "unit_end_cancelled": N_("Hủy việc kết thúc đơn vị"),
    "unit_ended": N_("Kết thúc đơn vị"),
    "unit_renamed": N_("Đổi tên đơn vị"),
    "unit_start_cancelled": N_("Hủy việc thành lập đơn vị"),
}


def audit_words(kind: str) -> str:
    """The words of a kind in the language of the answer."""
    return gettext(AUDIT[kind]) if kind in AUDIT else kind
