"""Further difficulties, for states that the file does not reach, and illustrative words for open ones of the file.

Owns: the texts. Like the file they are written for this product; whatever they say is illustration.
"""

from datetime import date

from tracker.demo.sample import Sample

PARTY_INTERIM = (
    "Sở đã báo cáo Ban Tổ chức Tỉnh ủy về số chỉ tiêu giáo viên chưa tuyển được (văn bản minh họa MH-148/SGDĐT-TCCB). "
    "Trong khi chờ ý kiến, đề nghị xã bố trí ghép nhóm trẻ, hợp đồng trong chỉ tiêu được giao và báo cáo số thiếu "
    "từng trường."
)
UNIT_PLAN = (
    "Sở Tài chính sẽ cùng Sở Nội vụ thống nhất mẫu phân loại mức tự chủ và giao tài sản cho đơn vị sự nghiệp cấp xã. "
    "Công trình đã có giấy tờ đất thì giao trước, công trình chưa có thì tạm quản lý theo hiện trạng."
)
UNIT_STEP = "UBND xã lập danh mục tài sản dự kiến giao và số thu thực tế hai năm gần nhất, gửi Sở Tài chính."
HELP_AT_DESK = (
    "Người dân được chọn nộp hồ sơ trực tiếp, qua bưu chính hoặc trực tuyến; hồ sơ của người cao tuổi, trẻ em chưa "
    "có tài khoản định danh mức 2 được tiếp nhận trực tiếp, số hóa tại quầy, không tính vào số phải nộp trực tuyến."
)
HELP_STEP = "Trung tâm mở quầy hỗ trợ tại chỗ và ghi rõ lý do nộp trực tiếp trên phiếu tiếp nhận."
SIGNATURES = (
    "Sở Khoa học và Công nghệ đã tổng hợp danh sách hai Phó Chủ tịch của phường vào đợt cấp chứng thư chữ ký số gần "
    "nhất; luồng ký thay được mở trên hệ thống ngay khi có chứng thư."
)
SIGNATURES_STEP = "UBND phường gửi quyết định phân công ký thay để cấu hình hệ thống."
BUDGET_INTERIM = (
    "Sở Tài chính đã nhận công văn; đề nghị xã lập ngay bảng khối lượng dự kiến thanh toán đến hết năm và phần xin "
    "điều chuyển. Sở đang rà soát thẩm quyền điều chỉnh, trả lời chính thức sau."
)
BACK_TO_FINANCE = (
    "Vướng mắc chính là nguồn kinh phí sửa chữa, thuộc thẩm quyền tham mưu của Sở Tài chính; đề nghị quyết định cơ "
    "quan chủ trì."
)
WITHDRAWN = "Đã làm việc trực tiếp với điện lực khu vực và thống nhất cách xử lý, không cần trả lời nữa."
FILED_TWICE = "Địa phương gửi hai lần cùng một nội dung; xử lý theo bản gửi trước."
LEADER_REMARK = "Bổ sung số liệu chi phí điện, nước của từng điểm trường trước khi gửi."
PUMPS_ANSWER = (
    "Sở Nông nghiệp và Môi trường đã làm việc với đơn vị quản lý công trình thủy lợi: trạm bơm do xã quản lý được "
    "sửa chữa trong kế hoạch năm nay, trước mắt bố trí máy bơm dã chiến."
)

_NEVER = date(2026, 11, 20)
"""Their stories count days back from today; the date of the file does not matter."""


def _more(key: str, field: str, category: str, department: str, communes: str, *texts: str) -> Sample:
    title, situation, proposal = texts
    return Sample(
        key, title, situation, proposal, field, category, department, tuple(communes.split(", ")), _NEVER
    )


ARCHIVE = _more(
    "KK-201",
    "home_affairs",
    "guidance_missing",
    "Sở Nội vụ",
    "Xã Nguyễn Trãi",
    "Chưa rõ thời hạn nộp lưu hồ sơ của các xã cũ",
    "Kho của ba xã cũ còn khoảng 40 mét giá tài liệu chưa chỉnh lý.",
    "",
)
VILLAGE_HALLS = _more(
    "KK-202",
    "culture_tourism",
    "guidance_missing",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Xã Yên Mỹ",
    "Nhà văn hóa thôn sau sắp xếp chưa rõ cách quản lý",
    "Một số thôn có hai nhà văn hóa, nơi thừa nơi thiếu; chưa có quy định chung về quản lý và sử dụng.",
    "Hướng dẫn mẫu quy chế quản lý, sử dụng nhà văn hóa thôn.",
)
SCHOOL_BILLS = _more(
    "KK-203",
    "education",
    "guidance_missing",
    "Sở Giáo dục và Đào tạo",
    "Xã Kiến Xương",
    "Trường có nhiều điểm lẻ khó chi trả tiền điện, nước",
    "Mỗi trường có từ hai đến bốn điểm lẻ, hóa đơn đứng tên đơn vị cũ.",
    "Hướng dẫn đổi tên hợp đồng và cách phân bổ chi phí giữa các điểm trường.",
)
POWER = _more(
    "KK-204",
    "industry_trade",
    "coordination",
    "Sở Công Thương",
    "Xã Tân Hưng",
    "Điện yếu giờ cao điểm ảnh hưởng trạm bơm và làng nghề",
    "Điện áp cuối nguồn thấp vào buổi tối, máy móc của hộ sản xuất phải dừng.",
    "Đề nghị làm việc với đơn vị cấp điện để nâng công suất trạm biến áp.",
)
TWICE = _more(
    "KK-205",
    "construction",
    "guidance_missing",
    "Sở Xây dựng",
    "Xã Hồng Quang",
    "Gửi lại: chưa có mẫu giấy phép xây dựng nhà ở riêng lẻ",
    "Nội dung như bản xã đã gửi hôm trước, gửi lại do mạng chập chờn.",
    "Hướng dẫn mẫu giấy phép và hồ sơ kèm theo.",
)
SILENT = _more(
    "KK-206",
    "construction",
    "authority",
    "Sở Xây dựng",
    "Xã Ngọc Lâm",
    "Đề nghị cho ý kiến về việc mở rộng đường trục xã",
    "Xã muốn mở rộng đường trục nhưng chưa rõ cấp quyết định.",
    "Cho ý kiến về thẩm quyền và trình tự thực hiện.",
)
PUMPS = _more(
    "KK-207",
    "agri_environment",
    "coordination",
    "Sở Nông nghiệp và Môi trường",
    "Xã Quỳnh An",
    "Trạm bơm nội đồng xuống cấp, chưa rõ đơn vị sửa chữa",
    "Hai trạm bơm nhận từ hợp tác xã cũ hay hỏng, lúa vụ mùa bị ngập cục bộ.",
    "Xác định đơn vị quản lý và bố trí sửa chữa trước vụ sau.",
)
ANCESTORS = _more(
    "KK-208",
    "merit",
    "guidance_missing",
    "Sở Nội vụ",
    "Xã Diên Hà",
    "Hồ sơ thờ cúng liệt sĩ chuyển từ huyện về thiếu giấy tờ gốc",
    "Có 18 hồ sơ chỉ còn bản sao, gia đình đã nhiều lần hỏi.",
    "Hướng dẫn giấy tờ thay thế và cơ quan xác nhận.",
)
ELDERLY = _more(
    "KK-209",
    "social_policy",
    "guidance_missing",
    "Sở Y tế",
    "Xã Lê Lợi",
    "Chi trả trợ cấp cho người cao tuổi không còn khả năng đi lại",
    "Xã có 26 người cao tuổi không có tài khoản, người nhà ở xa.",
    "Hướng dẫn cách chi trả tại nhà và mẫu giấy ủy quyền.",
)
REGISTERS = _more(
    "KK-210",
    "justice",
    "guidance_missing",
    "Sở Tư pháp",
    "Xã Vũ Quý",
    "Sổ hộ tịch của xã cũ bị mờ, khó trích lục",
    "Nhiều trang sổ trước năm 1990 bị mờ, nhòe, không đọc được họ tên.",
    "Hướng dẫn cách xác minh khi sổ gốc không còn đọc được.",
)
SEA_DYKE = _more(
    "KK-211",
    "agri_environment",
    "authority",
    "Sở Nông nghiệp và Môi trường",
    "Xã Tây Tiền Hải, Xã Đông Tiền Hải, Xã Nam Tiền Hải",
    "Ba xã ven biển chưa rõ phân công trực, tuần tra đê",
    "Đội quản lý đê của huyện cũ đã giải thể, các xã chưa có phương án chung.",
    "Ban hành phương án tuần tra chung và trang bị tối thiểu cho từng điếm canh.",
)
KITCHENS = _more(
    "KK-212",
    "education",
    "guidance_missing",
    "Sở Giáo dục và Đào tạo",
    "Xã Bình Định",
    "Bếp ăn bán trú của trường chưa rõ nơi xác nhận điều kiện",
    "Hồ sơ xác nhận của bếp ăn hết hạn, nhà trường hỏi xã và trạm y tế đều chưa rõ.",
    "Chỉ rõ cơ quan xác nhận và hồ sơ cần nộp.",
)
EROSION = _more(
    "KK-213",
    "agri_environment",
    "guidance_missing",
    "Sở Nông nghiệp và Môi trường",
    "Xã Hưng Phú",
    "Sạt lở bờ kênh sát khu dân cư, xã chưa có vật tư xử lý",
    "Bờ kênh sạt khoảng 35 mét, cách nhà dân gần nhất 4 mét; xã đã cắm biển cảnh báo.",
    "Cử cán bộ kỹ thuật kiểm tra và cho sử dụng vật tư dự phòng.",
)
CROSSING = _more(
    "KK-214",
    "construction",
    "coordination",
    "Sở Xây dựng",
    "Phường Thái Bình",
    "Nút giao trước cổng trường hay ùn tắc, chưa có đèn tín hiệu",
    "Giờ tan học xe dừng kín lòng đường, phường chỉ có hai người phân luồng.",
    "Lắp đèn tín hiệu và tổ chức lại giao thông giờ cao điểm.",
)
