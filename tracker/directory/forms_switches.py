"""The form of the province's switches: what each is called and means.

Owns: the words and the order. A switch without words here is not shown; a test finds it.
"""

from dataclasses import dataclass

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput

from tracker.directory.forms import to_key
from tracker.directory.switching import FEWEST_DAYS, MOST_DAYS, Value
from tracker.web.forms import BaseForm
from tracker.web.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class SwitchWords:
    """A switch on the page: its group, its name, one sentence about what it does."""

    group: str
    label: str
    sentence: str


EVERY_ROLE = "*"
MOST_CHARACTERS = 20_000
_SIGN_IN = _l("Đăng nhập")
_COMMUNE, _DESK, _CLOCK = _l("Địa phương"), _l("Sở, ngành và đầu mối"), _l("Thời hạn")
_LADDER = _l("Báo cáo cấp trên")

WORDS: dict[str, SwitchWords] = {
    "commune_sign_off": SwitchWords(
        _COMMUNE,
        _l("Lãnh đạo địa phương duyệt trước khi gửi"),
        _l("Vướng mắc do công chức soạn chờ lãnh đạo UBND cấp xã đồng ý rồi mới gửi."),
    ),
    "leader_confirms_recorded": SwitchWords(
        _DESK,
        _l("Lãnh đạo xác nhận nội dung được ghi thay"),
        _l("Nội dung ghi thay chờ chính lãnh đạo xác nhận hoặc nêu ý kiến khác."),
    ),
    "communes_see_holdings": SwitchWords(
        _COMMUNE,
        _l("Địa phương thấy thời gian tại từng đơn vị"),
        _l("Trang vướng mắc cho địa phương biết việc đang ở đâu, đã bao nhiêu ngày."),
    ),
    "coordinating_unit_id": SwitchWords(
        _DESK,
        _l("Đầu mối tổng hợp cấp tỉnh"),
        _l("Đơn vị quyết định cơ quan chủ trì khi chưa rõ thẩm quyền."),
    ),
    "members_take_issues": SwitchWords(
        _DESK,
        _l("Thành viên tự nhận việc"),
        _l("Thành viên tổ công tác được tự nhận vướng mắc chưa phân công."),
    ),
    "second_check_on_documents": SwitchWords(
        _DESK,
        _l("Kiểm tra lần hai với văn bản"),
        _l("Văn bản trả lời cần thêm một người duyệt trước khi gửi."),
    ),
    "phone_confirmation": SwitchWords(
        _DESK,
        _l("Ghi nhận phản hồi qua điện thoại"),
        _l("Sở, ngành được ghi thay phản hồi mà địa phương nói qua điện thoại."),
    ),
    "cut_off_hour": SwitchWords(
        _CLOCK,
        _l("Giờ chốt trong ngày"),
        _l("Gửi sau giờ này thì tính từ ngày làm việc tiếp theo; để trống nếu không dùng. Ví dụ: 16:30."),
    ),
    "saturday_units": SwitchWords(
        _CLOCK,
        _l("Đơn vị làm việc sáng thứ Bảy"),
        _l(
            "Thư báo việc được gửi cho người của các đơn vị này cả sáng thứ Bảy; không thay đổi hạn nào. "
            "Mỗi dòng một tên đơn vị, không cần dấu; có thể dán cả danh sách."
        ),
    ),
    "first_target_days": SwitchWords(
        _CLOCK,
        _l("Thời hạn khi chưa tiếp nhận"),
        _l("Số ngày làm việc tạm tính cho đến khi tiếp nhận và chọn loại việc."),
    ),
    "intake_days": SwitchWords(
        _CLOCK,
        _l("Hạn nội bộ: tiếp nhận"),
        _l("Số ngày làm việc để tổ công tác tiếp nhận vướng mắc mới hoặc mới chuyển đến."),
    ),
    "routing_days": SwitchWords(
        _CLOCK,
        _l("Hạn nội bộ: quyết định cơ quan chủ trì"),
        _l("Số ngày làm việc để đầu mối tổng hợp quyết định cơ quan chủ trì."),
    ),
    "approval_days": SwitchWords(
        _CLOCK,
        _l("Hạn nội bộ: duyệt dự thảo trả lời"),
        _l("Số ngày làm việc để duyệt hoặc chuyển lại dự thảo trả lời."),
    ),
    "silence_days": SwitchWords(
        _CLOCK,
        _l("Thời hạn địa phương phản hồi"),
        _l("Quá số ngày làm việc này mà địa phương không phản hồi thì vướng mắc kết thúc."),
    ),
    "correct_days": SwitchWords(
        _CLOCK,
        _l("Thời gian chỉnh nội dung"),
        _l("Số ngày làm việc địa phương được chỉnh nội dung sau khi gửi."),
    ),
    "clarify_cycle_days": SwitchWords(
        _CLOCK,
        _l("Thời hạn làm rõ thêm"),
        _l("Số ngày làm việc để trả lời khi địa phương đề nghị làm rõ."),
    ),
    "new_cycle_days": SwitchWords(
        _CLOCK,
        _l("Thời hạn trả lời lại"),
        _l("Số ngày làm việc để trả lời khi địa phương chưa đồng ý hoặc mở lại."),
    ),
    "reopen_calendar_days": SwitchWords(
        _CLOCK,
        _l("Thời gian được mở lại"),
        _l("Số ngày (kể cả ngày nghỉ) mà vướng mắc đã kết thúc còn được mở lại."),
    ),
    "levels_3_4_automatic": SwitchWords(
        _LADDER,
        _l("Tự động báo cáo đầu mối tỉnh và lãnh đạo UBND tỉnh"),
        _l("Bỏ chọn thì chỉ báo cáo lên hai cấp này khi có người đề nghị."),
    ),
    "meeting_weekday": SwitchWords(
        _LADDER,
        _l("Ngày giao ban hằng tuần của lãnh đạo UBND tỉnh"),
        _l(
            "Việc đã báo cáo lãnh đạo UBND tỉnh phải có ý kiến chậm nhất vào phiên này; "
            "trùng ngày nghỉ thì lùi sang ngày làm việc sau."
        ),
    ),
    "trial_mode": SwitchWords(
        _LADDER,
        _l("Chạy thử"),
        _l("Trong thời gian chạy thử, việc phải báo cáo lên hai cấp này chỉ hiện trong danh sách hằng tuần."),
    ),
    "trial_started_on": SwitchWords(
        _LADDER,
        _l("Ngày bắt đầu chạy thử"),
        _l("Ghi theo năm-tháng-ngày, ví dụ 2026-12-01; để trống thì chạy thử cho đến khi bỏ chọn."),
    ),
    "trial_calendar_days": SwitchWords(
        _LADDER,
        _l("Số ngày chạy thử"),
        _l("Tính cả ngày nghỉ, từ ngày bắt đầu."),
    ),
    "second_factor_roles": SwitchWords(
        _SIGN_IN,
        _l("Vai trò phải xác thực hai bước"),
        _l("Người có vai trò được chọn phải nhập thêm mã từ điện thoại khi đăng nhập."),
    ),
    "second_factor_after_oidc": SwitchWords(
        _SIGN_IN,
        _l("Xác thực hai bước cả khi đăng nhập qua hệ thống khác"),
        _l("Bỏ chọn nếu hệ thống đăng nhập chung đã tự xác thực hai bước."),
    ),
}


def _field_for(name: str, value: Value) -> object:
    label = WORDS[name].label
    if name.endswith("_id"):
        return SelectField(label, [InputRequired()], coerce=to_key, choices=[])
    if name.endswith("_weekday"):
        return SelectField(label, [InputRequired()], coerce=int, choices=[])
    if name.endswith("_units"):
        return TextAreaField(label, [Length(max=MOST_CHARACTERS)], render_kw={"rows": 6})
    if name.endswith("_roles"):
        return SelectMultipleField(label, choices=[], option_widget=CheckboxInput())
    if isinstance(value, bool):
        return BooleanField(label)
    if isinstance(value, int):
        lowest, highest = (FEWEST_DAYS, MOST_DAYS) if name.endswith("_days") else (0, None)
        return IntegerField(label, [InputRequired(), NumberRange(lowest, highest)])
    return StringField(label, [Length(max=60)])


def switches_form(values: dict[str, Value]) -> type[BaseForm]:
    """A form with a typed field for each switch that has words."""
    fields = {name: _field_for(name, value) for name, value in values.items() if name in WORDS}
    return type("SwitchesForm", (BaseForm,), {"seen": HiddenField(), **fields})
