"""The words for what a rule refuses. Errors say what happened, what was kept, what to do.

Owns: one text for each error code, with the parameters that the error carries. Must not decide anything.
"""

from tracker.web.i18n import mark as N_

REFUSED: dict[str, str] = {
    "400": N_("Chưa thực hiện được"),
    "401": N_("Cần đăng nhập lại"),
    "403": N_("Không được làm việc này"),
    "404": N_("Không tìm thấy trang"),
    "409": N_("Chưa thực hiện được"),
    "422": N_("Nội dung cần sửa lại"),
    "429": N_("Thao tác quá nhiều lần"),
}

ERRORS: dict[str, str] = {
    # of people
    "no_heads_found": N_(
        "Không nhận ra các cột. Dòng tiêu đề cần có tên đăng nhập, họ và tên, đơn vị, vai trò."
    ),
    "unit_not_found": N_("Không tìm thấy đơn vị có tên hoặc mã này."),
    "role_not_known": N_("Không có vai trò này."),
    "row_twice": N_("Dòng này trùng với một dòng ở trên."),
    "date_not_read": N_("Ngày cần ghi dạng 31/12/2026."),
    "login_of_another": N_("Tên đăng nhập này đã có, thuộc người khác tên."),
    "rows_with_faults": N_("Còn dòng có lỗi; chưa có gì được nhập."),
    "role_not_of_this_unit": N_("Loại đơn vị này không có vai trò đó."),
    "role_ends_before": N_("Vai trò này kết thúc sớm hơn ngày đó. Muốn kéo dài, hãy giao vai trò mới."),
    "role_ended_already": N_("Vai trò này đã kết thúc."),
    "no_role_there": N_("Người này không còn vai trò nào ở đơn vị đó."),
    "last_administrator": N_(
        "Phải còn ít nhất một quản trị hệ thống. Hãy giao vai trò cho người khác trước."
    ),
    "person_is_disabled": N_("Tài khoản đang bị khóa. Hãy mở lại trước."),
    # of the calendar
    "calendar_file_not_read": N_("Không đọc được tệp. Cần tệp .csv hoặc .ics như tệp xuất từ trang này."),
    "calendar_file_too_long": N_("Tệp quá dài, chỉ nhận tối đa %(limit)s dòng."),
    "plan_date": N_("Chọn một ngày sau hôm nay, muộn nhất là %(last)s."),
    "calendar_date_not_read": N_("Ngày không đọc được, hoặc ngoài các năm 2000–2100."),
    "calendar_kind_not_known": N_(
        "Loại ngày cần là off hoặc work; tình trạng là confirmed hoặc provisional."
    ),
    "calendar_name_missing": N_("Cần có tên ngày; tên và căn cứ không quá 200 ký tự."),
    # of every page
    "not_found": N_("Địa chỉ không đúng, hoặc nội dung này không thuộc phạm vi được xem."),
    "forbidden": N_("Tài khoản đang dùng không có quyền làm việc này."),
    "not_possible_now": N_(
        "Việc này không còn thực hiện được, vì trạng thái đã thay đổi. Hãy tải lại trang rồi xem lại."
    ),
    "stale": N_("Nội dung đã được người khác thay đổi trong lúc ông, bà soạn. Cả hai bản vẫn còn dưới đây."),
    "throttled": N_("Có quá nhiều lần thử. Đề nghị đợi %(retry_after)s giây rồi thử lại."),
    "not_signed_in": N_("Phiên làm việc đã hết hoặc chưa đăng nhập. Nội dung đã nhập vẫn còn dưới đây."),
    "form_expired": N_("Biểu mẫu đã mở quá lâu. Chưa có gì được gửi; nội dung đã nhập vẫn còn dưới đây."),
    "form_key_invalid": N_("Biểu mẫu không còn dùng được. Hãy tải lại trang rồi gửi lại."),
    "form_key_reused": N_(
        "Biểu mẫu này đã được gửi trước đó với nội dung khác. Hãy mở biểu mẫu mới để gửi nội dung này."
    ),
    # of fields
    "missing": N_("Cần nhập mục này."),
    "too_long": N_("Không được dài quá %(limit)s ký tự."),
    "not_a_choice": N_("Lựa chọn không có trong danh sách."),
    "classified": N_("Nội dung có dấu hiệu độ mật (%(mark)s). Không nhập bí mật nhà nước vào hệ thống này."),
    "party_unclear": N_("Cần chọn địa phương mà ông, bà thay mặt."),
    "too_many": N_("Chỉ được tối đa %(limit)s mục."),
    "in_future": N_("Ngày này chưa đến."),
    "not_in_future": N_("Cần một ngày sau hôm nay."),
    # of the matter
    "nothing_changed": N_("Nội dung chưa có gì thay đổi."),
    "no_route": N_(
        "Chưa có cơ quan tiếp nhận cho lĩnh vực này. Hãy chọn lĩnh vực khác hoặc báo quản trị hệ thống."
    ),
    "same_owner": N_("Người này đang là người xử lý chính."),
    "same_holder": N_("Vướng mắc đang ở chính đơn vị này. Hãy chọn đơn vị khác."),
    "not_of_this_unit": N_("Người được chọn không thuộc đơn vị đang giữ vướng mắc."),
    "opinion_without_unit": N_("Cần chọn ít nhất một cơ quan để lấy ý kiến."),
    "opinion_asked_already": N_("Cơ quan này đang được lấy ý kiến, chưa trả lời."),
    "opinion_of_holder": N_("Cơ quan đang xử lý không lấy ý kiến của chính mình."),
    "opinion_date_passed": N_("Hạn tham gia ý kiến không được trước hôm nay."),
    "opinion_given_already": N_(
        "Ý kiến đã được %(person)s gửi lúc %(time)s ngày %(day)s: “%(text)s”. Ý kiến đã gửi được giữ nguyên; "
        "nội dung vừa nhập chưa được gửi và vẫn còn dưới đây."
    ),
    "opinion_not_awaited": N_("Việc lấy ý kiến này đã dừng, cơ quan được hỏi không phải trả lời nữa."),
    "opinion_assigned_already": N_("Người này đã được giao tham gia ý kiến."),
    "not_of_asked_unit": N_("Người được chọn không thuộc cơ quan được lấy ý kiến."),
    "unit_without_group": N_("Đơn vị này chưa có tổ công tác để tiếp nhận."),
    "follow_up_too_late": N_("Ngày đôn đốc không được sau quá %(days)s ngày làm việc."),
    "signed_file_missing": N_("Cần kèm tệp PDF của văn bản đã ký."),
    "basis_missing": N_("Cần nêu căn cứ pháp lý cho loại trả lời này."),
    "draft_has_history": N_("Bản này đã từng được trình, không xóa được. Có thể sửa rồi gửi lại."),
    # of accounts
    "sign_in_failed": N_("Tên đăng nhập hoặc mật khẩu chưa đúng."),
    "code_wrong": N_("Mã chưa đúng hoặc đã dùng rồi. Hãy đợi mã mới trong ứng dụng rồi nhập lại."),
    "second_factor_too_late": N_("Đã quá thời gian thiết lập. Đề nghị bắt đầu lại."),
    "second_factor_needed": N_("Vai trò của ông, bà bắt buộc dùng xác thực hai bước nên không tắt được."),
    "identity_not_fresh": N_("Để làm việc này, đề nghị xác nhận lại danh tính."),
    "login_missing": N_("Cần nhập tên đăng nhập."),
    "login_shape": N_(
        "Tên đăng nhập chỉ gồm chữ không dấu, số, dấu chấm, gạch ngang, gạch dưới; từ 3 đến 80 ký tự."
    ),
    "login_taken": N_("Tên đăng nhập này đã có người dùng."),
    "name_missing": N_("Cần nhập họ và tên."),
    "password_wrong": N_("Mật khẩu hiện tại chưa đúng."),
    "password_too_short": N_("Mật khẩu cần ít nhất %(characters)s ký tự."),
    "password_too_long": N_("Mật khẩu không được dài quá %(characters)s ký tự."),
    "password_like_login": N_("Mật khẩu không được chứa tên đăng nhập hoặc họ tên."),
    "password_too_simple": N_("Mật khẩu quá dễ đoán. Hãy dùng nhiều chữ khác nhau, ví dụ một câu ngắn."),
    "password_common": N_(
        "Mật khẩu này nhiều người dùng hoặc chỉ gồm tên cơ quan, địa phương. Hãy dùng một câu ngắn của riêng mình."
    ),
    "password_same": N_("Mật khẩu mới phải khác mật khẩu hiện tại."),
    "password_not_used": N_("Tài khoản này không dùng mật khẩu."),
    "language_unknown": N_("Chưa có ngôn ngữ này."),
    "grant_end_before_begin": N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "grant_held_already": N_("Người này đã có vai trò đó tại đơn vị."),
    "unit_ended": N_("Đơn vị này không còn hoạt động."),
    # of units
    "province_unknown": N_("Không có tỉnh, thành phố nào mang mã %(province)s."),
    "province_loaded_already": N_("Cơ sở dữ liệu này đã có đơn vị."),
    "unit_code_shape": N_("Mã đơn vị %(unit_code)s chưa đúng."),
    "unit_code_taken": N_("Mã đơn vị %(unit_code)s đã có đơn vị khác dùng."),
    "unit_name_missing": N_("Cần nhập tên đơn vị."),
    "unit_ended_already": N_("Đơn vị này đã kết thúc hoạt động."),
    "units_not_found": N_("Không tìm thấy đơn vị, hoặc có nhiều đơn vị cùng tên: %(names)s."),
    "no_planned_end": N_("Đơn vị này không có kế hoạch kết thúc, hoặc đã đến ngày nên không hủy được."),
    "planned_unit_has_ties": N_(
        "Đơn vị sắp thành lập (%(name)s) đã có vai trò, địa bàn hoặc phân luồng. Hãy gỡ trước, rồi hủy kế hoạch."
    ),
    "unit_end_before_begin": N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "successor_unfit": N_("Đơn vị kế thừa phải là đơn vị khác, còn hoạt động vào ngày đó."),
    "unit_name_same": N_("Tên mới phải khác tên hiện nay."),
    "unit_day_outside": N_("Ngày này nằm ngoài thời gian hoạt động của đơn vị."),
    "unit_is_coordinating": N_("Đơn vị này là đầu mối tổng hợp cấp tỉnh. Cần chọn đơn vị tiếp nhận."),
    "merge_needs_two": N_("Cần chọn ít nhất một đơn vị nữa, hoặc đơn vị đang có để nhập vào."),
    "split_needs_two": N_("Cần ít nhất hai đơn vị mới."),
    "new_unit_missing": N_("Cần chọn đơn vị đang có, hoặc nhập tên và mã của đơn vị mới."),
    "commune_kind_missing": N_("Cần chọn loại của đơn vị mới: xã, phường hoặc đặc khu."),
    "province_stays": N_("Không kết thúc hoặc nhập đơn vị cấp tỉnh tại đây."),
    # of lists and switches
    "changed_meanwhile": N_(
        "Mục này vừa được thay đổi ở nơi khác, nên chưa lưu. Nội dung đã nhập vẫn còn dưới đây; hãy mở lại trang."
    ),
    "leader_missing": N_("Cần chọn lãnh đạo phụ trách trước khi chọn người theo dõi."),
    "term_taken": N_("Tên này đã có trong danh mục."),
    "last_term": N_("Cần còn ít nhất một mục đang dùng."),
    "lateness_must_rise": N_(
        "Cần áp dụng ít nhất một quy tắc quá hạn cho việc thường và cho việc cần gấp, nếu không vướng mắc quá hạn "
        "không được báo cáo cho ai."
    ),
    "days_between": N_("Cần từ %(lowest)s đến %(highest)s ngày."),
    "hour_shape": N_("Giờ chưa đúng. Ví dụ: 16:30."),
    # of files
    "file_empty": N_("Tệp không có nội dung."),
    "file_type": N_("Chỉ nhận tệp PDF, Word (docx), Excel (xlsx), ảnh PNG và JPG."),
    "file_broken": N_("Tệp bị hỏng, không đọc được."),
    "file_bomb": N_("Tệp nén bất thường, không nhận được."),
    "file_locked": N_("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."),
    "file_macros": N_("Tệp có chứa macro. Hãy lưu lại thành tệp không có macro rồi gửi."),
    "sheet_type": N_("Chỉ đọc được bảng tính .xlsx và tệp .csv."),
    "sheet_old": N_("Đây là tệp .xls kiểu cũ. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi."),
    "sheet_too_large": N_("Bảng không được quá %(megabytes)s MB."),
    "sheet_links": N_("Tệp có liên kết đến tệp hoặc nguồn dữ liệu khác. Hãy bỏ các liên kết rồi gửi lại."),
    "sheet_encoding": N_("Không nhận ra bảng mã của tệp. Hãy lưu lại thành .xlsx hoặc CSV UTF-8."),
    "sheet_too_many_rows": N_("Bảng có quá nhiều dòng: tối đa %(limit)s dòng."),
    "sheet_too_many_columns": N_("Bảng có quá nhiều cột: tối đa %(limit)s cột."),
    "sheet_cell_too_long": N_("Có ô quá dài: tối đa %(limit)s ký tự một ô."),
    "sheet_without_heads": N_(
        "Không nhận ra dòng tiêu đề cột. Cần có các cột: địa phương, nội dung vướng mắc, đề xuất."
    ),
    "sheet_without_rows": N_("Không có dòng nào dưới dòng tiêu đề cột."),
    "too_many_sheets": N_("Đang có %(limit)s tệp chưa gửi. Hãy gửi hoặc dừng bớt rồi nhập tệp mới."),
    "nothing_to_file": N_("Chưa có dòng nào gửi được. Hãy sửa các dòng hoặc đánh dấu đã kiểm tra."),
    "import_right_lost": N_(
        "Người nhập không còn quyền gửi thay đơn vị này, nên các dòng còn lại chưa được gửi."
    ),
    "file_too_large": N_("Mỗi tệp không được quá %(megabytes)s MB."),
    "file_classified": N_("Tên tệp có dấu hiệu độ mật. Không gửi bí mật nhà nước vào hệ thống này."),
    "too_many_files_today": N_("Mỗi người chỉ gửi được tối đa %(number)s tệp trong một ngày."),
    "file_malware": N_("Tệp có mã độc nên không được nhận. Cần kiểm tra máy tính đã tạo ra tệp này."),
    "scanner_down": N_("Chưa kiểm tra được mã độc trong tệp nên chưa nhận. Xin gửi lại sau ít phút."),
    "quota_exceeded": N_("Đơn vị đã dùng hết %(megabytes)s MB dành cho tệp."),
    "picture_too_large": N_("Ảnh có quá nhiều điểm ảnh. Hãy thu nhỏ ảnh rồi gửi lại."),
    "picture_broken": N_("Ảnh bị hỏng, không đọc được."),
    "deputy_not_of_unit": N_("Người thay phải cùng đơn vị."),
    "deputy_in_the_past": N_("Không cử người thay cho ngày đã qua."),
    "deputy_days_wrong": N_("Ngày cuối phải sau ngày đầu, không quá một năm."),
    "deputy_already_named": N_("Vai trò này đã có người thay trong những ngày đó."),
    "directive_without_unit": N_("Cần chọn ít nhất một đơn vị thực hiện."),
    "directive_not_waiting": N_("Ý kiến chỉ đạo này không còn ở bước đó."),
    "leader_not_known": N_("Không ghi thay cho người này."),
}
