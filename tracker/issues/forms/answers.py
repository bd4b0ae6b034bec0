"""The forms of the answer: writing, approving, the signed document, and what communes say to it.

Owns: the fields and their words. Must not ask who may, nor what an answer needs: the service says so.
"""

from typing import Any

from wtforms import BooleanField, Field, FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from tracker.issues.forms.fields import (
    ActForm,
    Choice,
    PartyForm,
    Scene,
    blank,
    choose,
    day,
    files,
    line,
    long_text,
    radio,
    text,
)
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.messages import FormMessages

CITATION_ROWS = 3
MOST_CITATIONS = 30
_ON_PAPER = {"kind", "document_number", "document_on", "signer"}


class CitationForm(Form):
    """One legal basis."""

    class Meta:
        """The same messages as every form."""

        def get_translations(self, _form: Any) -> FormMessages:
            """The words of WTForms' own messages."""
            return FormMessages()

    document = StringField(_l("Văn bản"), [Optional(), Length(max=300)])
    valid_until = day(_l("Hết hiệu lực ngày"), is_needed=False)


class _ContentForm(ActForm):
    """What every answer says."""

    kind = radio(_l("Loại trả lời"))
    content = long_text(_l("Nội dung trả lời"))
    next_step = text(
        _l("Địa phương cần làm gì tiếp"),
        is_needed=False,
        hint=_l("Để trống nếu địa phương không phải làm gì thêm."),
    )
    citations = FieldList(FormField(CitationForm), _l("Căn cứ pháp lý"), max_entries=MOST_CITATIONS)
    roadmap_on = day(
        _l("Thời hạn theo lộ trình"), is_needed=False, hint=_l("Chỉ ghi khi trả lời theo lộ trình.")
    )
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the kinds; start from the stored draft; keep empty rows for further citations."""
        self.kind.choices = scene.choices("answer_kinds")
        if not self.is_submitted():
            self._fill(scene.facts["answer"])
        while len(self.citations) < MOST_CITATIONS and _free_rows(self.citations.data) < CITATION_ROWS:
            self.citations.append_entry()

    def _fill(self, answer: dict[str, Any]) -> None:
        self.kind.data = answer.get("kind", "guidance")
        for name in ("content", "next_step", "roadmap_on"):
            self[name].data = answer.get(name)
        for document, valid_until in answer.get("citations", ()):
            self.citations.append_entry({"document": document, "valid_until": valid_until})

    def to_data(self) -> dict[str, object]:
        """As every act, with the citations as pairs of document and date."""
        rows = [(row["document"], row["valid_until"]) for row in self.citations.data if row["document"]]
        return super().to_data() | {"citations": rows}


def _free_rows(rows: list[dict[str, Any]]) -> int:
    return sum(not row["document"] for row in rows)


class AnswerForm(_ContentForm):
    """A note: written, saved while it is written, submitted for approval."""

    intro = _l("Nội dung tự lưu trong khi soạn. Người khác duyệt rồi mới gửi đến địa phương.")
    draft_version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    files = files()
    template = "issues/_answer_fields.html"

    def _fill(self, answer: dict[str, Any]) -> None:
        super()._fill(answer)
        self.draft_version.data = answer.get("draft_version")


class DocumentForm(_ContentForm):
    """The signed letter of the document system."""

    intro = _l("Dùng khi văn bản trả lời đã ký. Số văn bản có thể cập nhật sau.")
    content = long_text(_l("Tóm tắt nội dung"), is_needed=False)
    document_number = line(_l("Số, ký hiệu"), is_needed=False, limit=80)
    document_on = day(_l("Ngày ký"))
    signer = line(_l("Người ký"), limit=160, hint=_l("Họ tên, chức vụ."))
    files = files(_l("Văn bản đã ký"), is_needed=True, hint=_l("Tệp pdf của văn bản đã ký."))
    template = "issues/_answer_fields.html"

    def shown(self) -> list[Field]:
        """What stands on the paper first."""
        return sorted(super().shown(), key=lambda field: field.short_name not in _ON_PAPER)


class NumberForm(ActForm):
    """The number that came later."""

    document_number = line(_l("Số, ký hiệu"), limit=80)
    document_on = day(_l("Ngày văn bản"))


class ReturnAnswerForm(ActForm):
    """Back to who wrote it."""

    remark = text(_l("Nội dung cần hoàn thiện"), hint=_l("Chỉ các sở, ngành xem được."))
    is_quick = False


class ApproveForm(ActForm):
    """The answer goes to the communes."""

    intro = _l("Trả lời được gửi ngay đến nơi gặp vướng mắc; thời hạn phản hồi tính từ hôm nay.")


class ConfirmForm(ActForm):
    """A commune agrees; or somebody records what it said on the phone."""

    party_id = choose(_l("Thay mặt cho"))
    is_solved = BooleanField(_l("Vướng mắc đã được giải quyết"))
    spoken_by = line(_l("Người trả lời điện thoại"), limit=160, hint=_l("Họ tên, chức vụ của người đồng ý."))
    note = text(_l("Ghi chú"), is_needed=False)

    _is_by_phone = False

    def prepare(self, scene: Scene) -> None:
        """Who speaks for a party confirms; who works on the matter records a call."""
        parties: list[Choice] = scene.choices("spoken_parties")
        self._is_by_phone = not parties
        if self._is_by_phone:
            parties = scene.choices("asked_communes")
            self.party_id.label.text = _("Địa phương đã trả lời qua điện thoại")
        else:
            del self.spoken_by
        if len(parties) > 1:
            self.party_id.choices = [blank(_("Chọn địa phương")), *parties]
        else:
            self._only = parties[0][0] if parties else None
            del self.party_id

    def to_data(self) -> dict[str, object]:
        """As every act, and whether it was said on the phone."""
        data = super().to_data() | {"by_phone": self._is_by_phone}
        if self._is_by_phone and "party_id" not in data:
            data["party_id"] = self._only
        return data


class ClarifyForm(PartyForm):
    """Something in the answer is unclear."""

    intro = _l("Người đã trả lời sẽ làm rõ theo hạn mới.")
    text = text(_l("Nội dung chưa rõ"))
    files = files()
    is_quick = False


class DisputeForm(PartyForm):
    """The answer does not solve it."""

    intro = _l("Vướng mắc được báo cáo lãnh đạo cơ quan xử lý và trả lời lại theo hạn mới.")
    reason = text(_l("Vì sao chưa giải quyết được"))
    files = files()
    is_quick = False
