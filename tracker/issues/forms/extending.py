"""The forms of extensions.

Owns: the fields. How many days are allowed stands in the act.
"""

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from tracker.issues.forms.fields import ActForm, Scene, text
from tracker.issues.models import Issue
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

_COUNTS = frozenset("0123456789")
"""An issue has two extensions at most; a longer number was not written by the page."""


def _hint(scene: Scene) -> str:
    return _("Nhiều nhất %(n)s ngày: nửa thời hạn, làm tròn lên.", n=scene.facts["most_days"])


def _asked(scene: Scene) -> str:
    """What waits for a decision, in the words of who asked; '' where nobody has."""
    facts = scene.facts
    if facts["asked_days"] is None:
        return ""
    return _(
        "Người xử lý chính đề nghị thêm %(n)s ngày làm việc (hạn mới %(date)s): “%(reason)s”",
        n=facts["asked_days"],
        date=format_date(facts["asked_due_on"]),
        reason=facts["asked_reason"],
    )


class AskExtensionForm(ActForm):
    """The owner asks for more days."""

    intro = _l("Trong khi chờ quyết định, thời hạn trả lời vẫn tính tiếp.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)])
    reason = text(_l("Lý do"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """With the most that may be asked for."""
        self.days.description = _hint(scene)


class ExtendForm(ActForm):
    """More days. Who saw another number of extensions than there are did not mean to add to the latest."""

    extension_count = HiddenField()
    intro = _l("Hạn cũ vẫn được lưu trong lịch sử xử lý.")
    days = IntegerField(_l("Số ngày làm việc"), [InputRequired(), NumberRange(1, 250)])
    reason = text(_l("Lý do"), is_needed=False)
    is_quick = False

    def note_seen(self, issue: Issue) -> None:
        """The extensions granted so far, too."""
        super().note_seen(issue)
        self.extension_count.data = str(issue.extension_count)

    def prepare(self, scene: Scene) -> None:
        """With the days that were asked for and their reason, so that nobody has to look them up."""
        self.days.description = _hint(scene)
        asked = _asked(scene)
        self.intro = f"{asked} {self.intro}" if asked else self.intro
        if asked and not self.is_submitted():
            self.days.data = scene.facts["asked_days"]

    def to_data(self) -> dict[str, object]:
        """With the extensions that were seen as a number; None, which no number equals, where none was sent."""
        seen = self.extension_count.data or ""
        return {**super().to_data(), "extension_count": int(seen) if seen in _COUNTS else None}


class RefuseExtensionForm(ActForm):
    """The date stays."""

    reason = text(_l("Lý do"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """With what was asked for and why."""
        self.intro = _asked(scene)
