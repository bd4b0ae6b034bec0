"""The forms of referrals and of dated roadmaps.

Owns: the fields. How long a follow-up may wait, and whose consent is needed, stands in the acts.
"""

from wtforms import BooleanField

from tracker.issues.forms.fields import ActForm, Scene, blank, choose, day, files, line, needed, text
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

_FOLLOW_UP_HINT = _l(
    "Bỏ trống: sau 10 ngày làm việc; với bộ, ngành, Chính phủ, Thủ tướng: sau 30 ngày làm việc."
)


class ReferForm(ActForm):
    """Up to somebody higher, with a document of its own or with one under way."""

    intro = _l(
        "UBND tỉnh: thời hạn trả lời vẫn tính tiếp. Nơi khác: thời hạn tạm dừng, cần trả lời bước đầu cho địa phương "
        "trong 5 ngày làm việc."
    )
    referral_id = choose(
        _l("Văn bản trình đã có"),
        is_needed=False,
        hint=_l("Một văn bản trình được nhiều vướng mắc. Chọn ở đây thì bỏ qua các mục về văn bản bên dưới."),
    )
    addressee = choose(_l("Nơi nhận"), is_needed=False, coerce=str)
    name = line(
        _l("Tên cơ quan nhận"), is_needed=False, limit=200, hint=_l("Cần ghi khi trình bộ, ngành Trung ương.")
    )
    document_number = line(
        _l("Số, ký hiệu văn bản"), is_needed=False, limit=80, hint=_l("Chưa có thì cập nhật sau.")
    )
    document_on = day(_l("Ngày văn bản"), is_needed=False)
    subject = line(_l("Trích yếu"), is_needed=False, hint=_l("Bỏ trống: lấy tiêu đề của vướng mắc."))
    session_on = day(
        _l("Ngày họp dự kiến"), is_needed=False, hint=_l("Khi trình Hội đồng nhân dân hoặc cơ quan Đảng.")
    )
    follow_up_on = day(_l("Ngày đôn đốc"), is_needed=False, hint=_FOLLOW_UP_HINT)
    has_consent = BooleanField(_l("Lãnh đạo sở, ngành đã đồng ý trình"))
    consent_by = line(_l("Người đồng ý"), limit=160)
    consent_on = day(_l("Ngày đồng ý"), is_needed=False)
    files = files(_l("Văn bản trình"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the documents of the same unit under way; the leader himself needs nobody's consent."""
        documents = scene.choices("referrals")
        if documents:
            self.referral_id.choices = [blank(_("Văn bản mới")), *documents]
        else:
            del self.referral_id
            self.addressee.validators = [needed()]
            self.addressee.flags.required = True
        self.addressee.choices = [blank(_("Chọn nơi nhận")), *scene.choices("addressees")]
        if scene.facts["decides_himself"]:
            del self.has_consent, self.consent_by, self.consent_on


class ReplyInForm(ActForm):
    """What came back."""

    intro = _l("Địa phương đọc được nội dung này. Sau đó tiếp tục xử lý và trả lời địa phương.")
    text = text(
        _l("Nội dung trả lời của cấp có thẩm quyền"), is_needed=False, hint=_l("Ghi nội dung, hoặc kèm tệp.")
    )
    reply_number = line(_l("Số, ký hiệu văn bản trả lời"), is_needed=False, limit=80)
    reply_on = day(_l("Ngày văn bản"), is_needed=False)
    files = files(_l("Văn bản trả lời"))
    is_quick = False


class RecallForm(ActForm):
    """The document is taken back."""

    intro = _l("Vướng mắc trở lại người xử lý chính; thời hạn trả lời tính tiếp.")
    reason = text(_l("Lý do"))
    is_quick = False


class FollowUpForm(ActForm):
    """The addressee was reminded."""

    intro = _l("Chỉ sở, ngành xem. Chỉ cập nhật số văn bản thì không cần ghi nội dung.")
    text = text(_l("Đã đôn đốc thế nào"), is_needed=False)
    follow_up_on = day(_l("Ngày đôn đốc tiếp theo"), is_needed=False, hint=_FOLLOW_UP_HINT)
    document_number = line(_l("Số, ký hiệu văn bản trình"), is_needed=False, limit=80)
    document_on = day(_l("Ngày văn bản"), is_needed=False)
    session_on = day(_l("Ngày họp dự kiến"), is_needed=False)
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Ask for the number only as long as it is missing, for a session only where there is one."""
        self.ask_for(
            has_number=scene.facts["has_referral_number"], has_session=scene.facts["waits_for_session"]
        )

    def ask_for(self, *, has_number: bool, has_session: bool) -> None:
        """Drop what the document has already, and what its addressee does not have."""
        if has_number:
            del self.document_number, self.document_on
        if not has_session:
            del self.session_on


class KeepForm(ActForm):
    """What was promised is done."""

    intro = _l("Địa phương được báo. Vướng mắc không mở lại khi đến hạn cam kết.")
    text = text(_l("Đã thực hiện thế nào"), is_needed=False, hint=_l("Ghi nội dung, hoặc kèm tệp."))
    files = files(_l("Tài liệu chứng minh"))
    is_quick = False
