"""The words for what a rule refuses. Errors say what happened, what was kept, what to do.

Owns: one text for each error code, with the parameters that the error carries. Must not decide anything.
"""

REFUSED: dict[str, str] = {
    "400": "Chưa thực hiện được",
    "401": "Cần đăng nhập lại",
    "403": "Không được làm việc này",
    "404": "Không tìm thấy trang",
    "409": "Chưa thực hiện được",
    "422": "Nội dung cần sửa lại",
    "429": "Thao tác quá nhiều lần",
}

ERRORS: dict[str, str] = {
    # of every page
    "not_found": "Địa chỉ không đúng, hoặc nội dung này không thuộc phạm vi được xem.",
    "forbidden": "Tài khoản đang dùng không có quyền làm việc này.",
    "not_possible_now": "Việc này không còn thực hiện được, vì trạng thái đã thay đổi. Hãy tải lại trang rồi xem lại.",
    "stale": "Nội dung đã được người khác thay đổi trong lúc ông, bà soạn. Cả hai bản vẫn còn dưới đây.",
    "throttled": "Có quá nhiều lần thử. Đề nghị đợi %(retry_after)s giây rồi thử lại.",
    "not_signed_in": "Phiên làm việc đã hết hoặc chưa đăng nhập. Nội dung đã nhập vẫn còn dưới đây.",
    "form_expired": "Biểu mẫu đã mở quá lâu. Chưa có gì được gửi; nội dung đã nhập vẫn còn dưới đây.",
    "form_key_invalid": "Biểu mẫu không còn dùng được. Hãy tải lại trang rồi gửi lại.",
    "form_key_reused": "Biểu mẫu này đã được gửi trước đó với nội dung khác. Hãy mở biểu mẫu mới để gửi nội dung này.",
    # of fields
    "missing": "Cần nhập mục này.",
    "too_long": "Không được dài quá %(limit)s ký tự.",
    "not_a_choice": "Lựa chọn không có trong danh sách.",
    "classified": "Nội dung có dấu hiệu độ mật (%(mark)s). Không nhập bí mật nhà nước vào hệ thống này.",
    "party_unclear": "Cần chọn địa phương mà ông, bà thay mặt.",
    # of accounts
    "sign_in_failed": "Tên đăng nhập hoặc mật khẩu chưa đúng.",
    "login_missing": "Cần nhập tên đăng nhập.",
    "login_shape": "Tên đăng nhập chỉ gồm chữ không dấu, số, dấu chấm, gạch ngang, gạch dưới; từ 3 đến 80 ký tự.",
    "login_taken": "Tên đăng nhập này đã có người dùng.",
    "name_missing": "Cần nhập họ và tên.",
    "password_wrong": "Mật khẩu hiện tại chưa đúng.",
    "password_too_short": "Mật khẩu cần ít nhất %(characters)s ký tự.",
    "password_too_long": "Mật khẩu không được dài quá %(characters)s ký tự.",
    "password_like_login": "Mật khẩu không được chứa tên đăng nhập hoặc họ tên.",
    "password_too_simple": "Mật khẩu quá dễ đoán. Hãy dùng nhiều chữ khác nhau, ví dụ một câu ngắn.",
    "password_same": "Mật khẩu mới phải khác mật khẩu hiện tại.",
    "password_not_used": "Tài khoản này không dùng mật khẩu.",
    "language_unknown": "Chưa có ngôn ngữ này.",
    "grant_end_before_begin": "Ngày kết thúc phải từ ngày bắt đầu trở đi.",
    "grant_held_already": "Người này đã có vai trò đó tại đơn vị.",
    "unit_ended": "Đơn vị này không còn hoạt động.",
    # of units
    "province_unknown": "Không có tỉnh, thành phố nào mang mã %(province)s.",
    "province_loaded_already": "Cơ sở dữ liệu này đã có đơn vị.",
    "unit_code_shape": "Mã đơn vị %(unit_code)s chưa đúng.",
    "unit_code_taken": "Mã đơn vị %(unit_code)s đã có đơn vị khác dùng.",
    "unit_name_missing": "Cần nhập tên đơn vị.",
    "unit_ended_already": "Đơn vị này đã kết thúc hoạt động.",
    "unit_end_before_begin": "Ngày kết thúc phải từ ngày bắt đầu trở đi.",
    "successor_unfit": "Đơn vị kế thừa phải là đơn vị khác, còn hoạt động vào ngày đó.",
    # of files
    "file_empty": "Tệp không có nội dung.",
    "file_type": "Chỉ nhận tệp PDF, Word (docx), Excel (xlsx), ảnh PNG và JPG.",
    "file_broken": "Tệp bị hỏng, không đọc được.",
    "file_bomb": "Tệp nén bất thường, không nhận được.",
    "file_locked": "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
    "file_macros": "Tệp có chứa macro. Hãy lưu lại thành tệp không có macro rồi gửi.",
    "file_too_large": "Mỗi tệp không được quá %(megabytes)s MB.",
    "file_classified": "Tên tệp có dấu hiệu độ mật. Không gửi bí mật nhà nước vào hệ thống này.",
    "quota_exceeded": "Đơn vị đã dùng hết %(megabytes)s MB dành cho tệp.",
    "picture_too_large": "Ảnh có quá nhiều điểm ảnh. Hãy thu nhỏ ảnh rồi gửi lại.",
    "picture_broken": "Ảnh bị hỏng, không đọc được.",
}
