"""Forms of saved filters and of what a list shows.

Owns: their shape. Must not ask who may.
"""

from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput

from tracker.issues.forms.fields import blank, choose, line
from tracker.issues.saved import COLUMNS, NAME_LIMIT, Preference
from tracker.web.forms import BaseForm, CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

COLUMN_WORDS = {
    "place": _l("Địa phương, đơn vị gửi"),
    "holder": _l("Đang ở"),
    "owner": _l("Xử lý chính"),
    "transfers": _l("Số lần chuyển"),
    "field": _l("Lĩnh vực"),
    "raised_by": _l("Đơn vị gửi"),
    "zero_on": _l("Ngày bắt đầu"),
    "due_on": _l("Hạn trả lời"),
    "changed_at": _l("Cập nhật lần cuối"),
}


class SaveListForm(CreatingForm):
    """A name for the present filter, and whether a unit sees it too."""

    name = line(_l("Tên danh sách"), limit=NAME_LIMIT)
    query = StringField(validators=[Optional(), Length(max=2_000)])
    unit_id = choose(_l("Dùng chung trong đơn vị"), is_needed=False)

    def offer(self, units: list[tuple[int, str]]) -> None:
        """Ask for a unit only where the person may share in one."""
        if units:
            self.unit_id.choices = [blank(_("Chỉ riêng tôi")), *units]
        else:
            del self.unit_id


class ColumnsForm(BaseForm):
    """What rows tell, and whether single keys do something."""

    columns = SelectMultipleField(
        _l("Thông tin trên mỗi dòng"), [Optional()], choices=[], option_widget=CheckboxInput()
    )
    has_shortcuts = BooleanField(_l("Dùng phím tắt trong danh sách (/, j, k, ?)"))

    def fill(self, preference: Preference) -> None:
        """Offer the columns; those chosen so far are ticked."""
        self.columns.choices = [(code, COLUMN_WORDS[code]) for code in COLUMNS]
        if not self.is_submitted():
            self.columns.data = list(preference.columns)
            self.has_shortcuts.data = preference.has_shortcuts
