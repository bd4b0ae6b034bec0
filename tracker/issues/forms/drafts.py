"""The form of a draft: three fields, and what may be added.

Owns: the fields and their words. Must not ask who may, nor whether the draft is complete: SEND does.
"""

from wtforms import BooleanField, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from tracker.issues.forms.fields import (
    Choice,
    blank,
    choose,
    choose_many,
    files,
    line,
    long_text,
    radio,
    text,
)
from tracker.web.forms import CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

_DATA = (
    "title",
    "situation",
    "proposal",
    "obstacle_kind",
    "field_id",
    "category_id",
    "is_urgent",
    "urgent_reason",
    "channel",
    "channel_reference",
    "commune_ids",
    "unit_id",
    "version",
)


class DraftForm(CreatingForm):
    """A draft may be incomplete: nothing is asked for here, only lengths are."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    unit_id = choose(_l("Gửi với tư cách"), is_needed=False)
    title = line(_l("Tiêu đề"), is_needed=False, hint=_l("Một câu ngắn: việc gì đang vướng."))
    situation = long_text(
        _l("Đang vướng gì"),
        is_needed=False,
        hint=_l("Việc đang làm, vướng ở bước nào, đã làm gì, theo văn bản nào."),
    )
    proposal = long_text(_l("Đề xuất"), is_needed=False, hint=_l("Địa phương muốn được giải quyết thế nào."))
    dispatch = files(
        _l("Công văn đã ký của địa phương"), hint=_l("Nếu đã có công văn, chỉ cần tiêu đề và tệp công văn.")
    )
    obstacle_kind = radio(_l("Mức độ vướng"))
    is_urgent = BooleanField(_l("Cần gấp"))
    urgent_reason = text(_l("Lý do cần gấp"), is_needed=False, limit=500)
    field_id = choose(_l("Lĩnh vực"), is_needed=False, hint=_l("Để trống: chọn theo nội dung khi gửi."))
    category_id = choose(_l("Nhóm vướng mắc"), is_needed=False)
    commune_ids = choose_many(_l("Gửi thay cho các địa phương"))
    channel = choose(_l("Tiếp nhận qua"), is_needed=False, coerce=str)
    channel_reference = line(
        _l("Số công văn, cuộc họp hoặc người gọi"),
        is_needed=False,
        hint=_l("Ví dụ: họp giao ban ngày 04/08/2026."),
    )
    files = files()
    is_checked = BooleanField(_l("Đã kiểm tra, nội dung gửi được"))

    def prepare(
        self,
        *,
        kinds: list[Choice],
        fields: list[Choice],
        categories: list[Choice],
        channels: list[Choice],
        communes: list[Choice] | None,
        units: list[Choice],
    ) -> None:
        """Fill the lists; `communes` None: the raising unit is a commune and speaks for itself."""
        self.obstacle_kind.choices = kinds
        self.obstacle_kind.validators = [Optional()]
        self.field_id.choices = [blank(_("Chọn theo nội dung")), *fields]
        self.category_id.choices = [blank(_("Chọn theo nội dung")), *categories]
        if communes is None:
            del self.commune_ids, self.channel, self.channel_reference
        else:
            self.commune_ids.choices = communes
            self.channel.choices = channels
        if len(units) > 1:
            self.unit_id.choices = [blank(_("Chọn đơn vị")), *units]
        else:
            del self.unit_id

    def to_data(self) -> dict[str, object]:
        """What the service takes."""
        return {name: self[name].data for name in _DATA if name in self}

    def texts(self) -> dict[str, str]:
        """The three texts as typed."""
        return {name: self[name].data or "" for name in ("title", "situation", "proposal")}
