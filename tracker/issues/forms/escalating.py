"""The forms of escalation: to report up, to decline, to end it, to plan.

Owns: the fields and their words. Who may, and how far a plan reaches, is said by the act.
"""

from tracker.issues.forms.fields import ActForm, Scene, choose, day, text
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label


class EscalateForm(ActForm):
    """Report it to who stands higher."""

    intro = _l("Người xử lý chính và thời hạn trả lời không thay đổi; cấp trên có thêm việc phải làm.")
    reason = text(_l("Lý do"))
    is_quick = False


class DeclineForm(ActForm):
    """What was asked for by hand is not accepted."""

    intro = _l("Người đề nghị đọc được lý do.")
    reason = text(_l("Lý do"))
    is_quick = False


class LowerForm(ActForm):
    """To a lower level, or to none."""

    intro = _l("Quy định nào đã áp dụng đến hôm nay thì không áp dụng lại.")
    level = choose(_l("Chuyển về"))
    reason = text(_l("Lý do"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the levels below the present one."""
        below = [(n, label(f"level.{n}")) for n in range(1, scene.facts["level"])]
        self.level.choices = [(0, _("Không còn ở cấp báo cáo nào")), *below]
        if not self.is_submitted():
            self.level.data = 0


class PlanForm(ActForm):
    """What will have been done by a date."""

    intro = _l(
        "Trong thời gian của kế hoạch, vướng mắc chưa bị báo cáo lên cấp cao hơn. Mỗi cấp chỉ lập một lần."
    )
    text = text(_l("Kế hoạch xử lý"))
    until_on = day(_l("Hoàn thành trước hết ngày"), hint=_l("Nhiều nhất là 5 ngày làm việc tới."))
    is_quick = False
