"""The forms of extensions.

Owns: the fields. How many days are allowed stands in the act.
"""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from tracker.issues.forms.fields import ActForm, text
from tracker.web.i18n import lazy_gettext as _l

_HINT = _l("Nhiều nhất là nửa thời hạn, làm tròn lên.")


class AskExtensionForm(ActForm):
    """The owner asks for more days."""

    intro = _l("Trong khi chờ quyết định, thời hạn trả lời vẫn tính tiếp.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)], description=_HINT)
    reason = text(_l("Lý do"))
    is_quick = False


class ExtendForm(ActForm):
    """More days."""

    intro = _l("Hạn cũ vẫn được lưu trong lịch sử xử lý.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)], description=_HINT)
    reason = text(_l("Lý do"), is_needed=False)
    is_quick = False


class RefuseExtensionForm(ActForm):
    """The date stays."""

    reason = text(_l("Lý do"))
    is_quick = False
