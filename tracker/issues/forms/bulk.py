"""The forms of acts on many issues.

Owns: which fields they ask for. Must not ask who may: each issue asks again when the act is taken.
"""

from collections.abc import Sequence

from tracker.issues.forms.fields import ActForm, Choice, blank, choose, text
from tracker.issues.workflow import Act
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l


class BulkForm(ActForm):
    """One act on many: what it asks for is the same for all of them."""

    def offer(self, people: Sequence[Choice], units: Sequence[Choice]) -> None:
        """Fill the list from which one is chosen."""


class AssignAllForm(BulkForm):
    """One owner for all; what is not taken in yet is accepted as well."""

    intro = _l("Vướng mắc chờ tiếp nhận được tiếp nhận luôn, với loại việc mặc định.")
    owner_id = choose(_l("Người xử lý chính"))

    def offer(self, people: Sequence[Choice], units: Sequence[Choice]) -> None:
        """Offer the people of the group."""
        self.owner_id.choices = [blank(_("Chọn người xử lý")), *people]


class TransferAllForm(BulkForm):
    """One unit for all."""

    intro = _l("Nơi gửi và cơ quan nhận đều đọc được lý do. Thời hạn trả lời không tính lại từ đầu.")
    unit_id = choose(_l("Cơ quan có thẩm quyền"))
    reason = text(_l("Lý do"))

    def offer(self, people: Sequence[Choice], units: Sequence[Choice]) -> None:
        """Offer the units that can hold a matter."""
        self.unit_id.choices = [blank(_("Chọn cơ quan")), *units]


class NewsAllForm(BulkForm):
    """The same few words for the communes of all."""

    intro = _l("Địa phương đọc được nội dung này. Thời hạn trả lời không thay đổi.")
    text = text(_l("Tiến độ"))


BULK_FORMS: dict[Act, type[BulkForm]] = {
    Act.ASSIGN: AssignAllForm,
    Act.TRANSFER: TransferAllForm,
    Act.NEWS: NewsAllForm,
}
