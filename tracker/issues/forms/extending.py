"""The forms of extensions.

Owns: the fields. How many days are allowed stands in the act.
"""

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from tracker.issues.forms.fields import ActForm, text
from tracker.issues.models import Issue
from tracker.web.i18n import lazy_gettext as _l

_HINT = _l("Nhiều nhất là nửa thời hạn, làm tròn lên.")
_COUNTS = frozenset("0123456789")
"""An issue has two extensions at most; a longer number was not written by the page."""


class AskExtensionForm(ActForm):
    """The owner asks for more days."""

    intro = _l("Trong khi chờ quyết định, thời hạn trả lời vẫn tính tiếp.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)], description=_HINT)
    reason = text(_l("Lý do"))
    is_quick = False


class ExtendForm(ActForm):
    """More days. Who saw another number of extensions than there are did not mean to add to the latest."""

    extension_count = HiddenField()
    intro = _l("Hạn cũ vẫn được lưu trong lịch sử xử lý.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)], description=_HINT)
    reason = text(_l("Lý do"), is_needed=False)
    is_quick = False

    def note_seen(self, issue: Issue) -> None:
        """The extensions granted so far, too."""
        super().note_seen(issue)
        self.extension_count.data = str(issue.extension_count)

    def to_data(self) -> dict[str, object]:
        """With the extensions that were seen as a number; None, which no number equals, where none was sent."""
        seen = self.extension_count.data or ""
        return {**super().to_data(), "extension_count": int(seen) if seen in _COUNTS else None}


class RefuseExtensionForm(ActForm):
    """The date stays."""

    reason = text(_l("Lý do"))
    is_quick = False
