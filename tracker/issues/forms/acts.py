"""The forms of intake, dialogue and closing, one class an act, gathered in `ACT_FORMS`.

Owns: which fields an act asks for and their words. Must not ask who may, nor a rule of the matter.
"""

from wtforms import BooleanField, Field

from tracker.issues.forms import answers, escalating, extending, opinions, referring
from tracker.issues.forms.fields import (
    ActForm,
    PartyForm,
    Scene,
    blank,
    choose,
    choose_many,
    files,
    line,
    long_text,
    radio,
    text,
    to_key,
)
from tracker.issues.workflow import Act
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l


class PlainForm(ActForm):
    """Nothing but a button."""


class SendForm(PlainForm):
    """Send a stored draft."""

    intro = _l("Sau khi gửi, vướng mắc có số và bắt đầu tính thời hạn trả lời.")


class SignForm(PlainForm):
    """The commune's leader agrees."""

    intro = _l("Sau khi đồng ý, vướng mắc được gửi đến cơ quan xử lý và bắt đầu tính thời hạn trả lời.")


class ReturnDraftForm(ActForm):
    """Back to the officer."""

    remark = text(_l("Nội dung cần hoàn thiện"), is_needed=False)


class _IntakeForm(ActForm):
    """What may be put right when a matter is taken in."""

    field_id = choose(_l("Lĩnh vực"), is_needed=False)
    category_id = choose(_l("Nhóm vướng mắc"), is_needed=False)
    work_kind = radio(_l("Loại việc"), hint=_l("Loại việc quyết định thời hạn trả lời."))
    reason = text(
        _l("Lý do chỉnh"), is_needed=False, hint=_l("Cần ghi khi chỉnh lĩnh vực hoặc nhóm vướng mắc.")
    )

    def prepare(self, scene: Scene) -> None:
        """Offer fields, categories and kinds of work; the present ones are chosen."""
        if scene.facts["has_work_kind"]:
            del self.work_kind
        else:
            self.work_kind.choices = scene.choices("work_kinds")
            if not self.is_submitted():
                self.work_kind.data = scene.facts["work_kind"]
        if scene.facts["is_quick"]:
            del self.field_id, self.category_id, self.reason
            return
        self.field_id.choices = [blank(_("Chưa xác định")), *scene.choices("fields")]
        self.category_id.choices = [blank(_("Chưa xác định")), *scene.choices("categories")]
        if not self.is_submitted():
            self.field_id.data = scene.facts["field_id"]
            self.category_id.data = scene.facts["category_id"]


class AcceptForm(_IntakeForm):
    """Take the matter in; somebody is assigned later."""

    intro = _l("Nếu đã biết ai xử lý, dùng “Tiếp nhận và giao” để làm một lần.")
    is_quick = False


class AssignForm(_IntakeForm):
    """Name the owner; on a matter not taken in yet this takes it in as well."""

    owner_id = choose(_l("Người xử lý chính"))

    def prepare(self, scene: Scene) -> None:
        """Offer the people of the group; who may take only for himself finds himself alone."""
        if scene.facts["is_accepted"]:
            for name in ("field_id", "category_id", "work_kind", "reason"):
                delattr(self, name)
        else:
            super().prepare(scene)
        self.owner_id.choices = [blank(_("Chọn người xử lý")), *scene.choices("people")]
        proposed = scene.choices("proposed_people") if not self.is_submitted() else []
        if proposed:
            self.owner_id.data = to_key(proposed[0][0])

    def shown(self) -> list[Field]:
        """The owner first: the rest is already filled in."""
        return sorted(super().shown(), key=lambda field: field.short_name != "owner_id")


class ReassignForm(ActForm):
    """Another owner."""

    owner_id = choose(_l("Người xử lý chính mới"))
    reason = text(_l("Lý do"), is_needed=False)
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the people of the group except the present owner."""
        self.owner_id.choices = [blank(_("Chọn người xử lý")), *scene.choices("other_people")]


class TransferForm(ActForm):
    """To another unit."""

    intro = _l("Nơi gửi và cơ quan nhận đều đọc được lý do. Thời hạn trả lời không tính lại từ đầu.")
    unit_id = choose(_l("Cơ quan có thẩm quyền"))
    reason = text(_l("Lý do"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the units that can hold a matter, except the present one."""
        self.unit_id.choices = [blank(_("Chọn cơ quan")), *scene.choices("other_holders")]


class RouteForm(ActForm):
    """The coordinator decides who is in charge."""

    unit_id = choose(_l("Cơ quan chủ trì"))
    reason = text(_l("Lý do"))

    def prepare(self, scene: Scene) -> None:
        """Offer all units that can hold a matter."""
        self.unit_id.choices = [blank(_("Chọn cơ quan")), *scene.choices("holders")]


class AskInfoForm(ActForm):
    """A question to the communes; the clock pauses."""

    intro = _l(
        "Trong thời gian chờ bổ sung, thời hạn trả lời tạm dừng. Cần ghi rõ thiếu gì, gửi bằng cách nào."
    )
    question = text(_l("Nội dung cần bổ sung"))
    unit_ids = choose_many(_l("Hỏi địa phương nào"), hint=_l("Không chọn là hỏi tất cả."))
    files = files()
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Ask which communes only where there are several."""
        parties = scene.choices("present_parties")
        if len(parties) > 1:
            self.unit_ids.choices = parties
        else:
            del self.unit_ids


class GiveInfoForm(PartyForm):
    """The answer of a commune that was asked."""

    text = text(_l("Nội dung bổ sung"), is_needed=False, hint=_l("Ghi nội dung, hoặc kèm tệp."))
    files = files()


class ResumeForm(ActForm):
    """Work goes on without waiting longer."""

    intro = _l("Thời hạn trả lời tính tiếp từ hôm nay.")
    reason = text(_l("Lý do"), is_needed=False)


class CloseUninformedForm(ActForm):
    """Silent communes are dropped."""

    intro = _l(
        "Địa phương chưa bổ sung sẽ không còn trong vướng mắc này. Nếu không còn địa phương nào, vướng mắc kết thúc."
    )
    reason = text(_l("Lý do"), is_needed=False)


class WithdrawForm(PartyForm):
    """A party no longer wants an answer."""

    intro = _l("Khi không còn địa phương nào, vướng mắc kết thúc.")
    reason = text(_l("Lý do rút"))
    is_quick = False


class CorrectForm(PartyForm):
    """The commune puts right what was filed for it."""

    intro = _l("Cả nội dung cũ và nội dung mới đều được lưu trong lịch sử xử lý.")
    title = line(_l("Tiêu đề"))
    situation = long_text(_l("Đang vướng gì"))
    proposal = long_text(_l("Đề xuất"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Start from the present wording."""
        super().prepare(scene)
        if not self.is_submitted():
            for name in ("title", "situation", "proposal"):
                self[name].data = scene.facts[name]


class AddInfoForm(PartyForm):
    """Something more, unasked."""

    text = text(_l("Nội dung bổ sung thêm"), is_needed=False, hint=_l("Ghi nội dung, hoặc kèm tệp."))
    files = files()
    is_quick = False


class CloseErrorForm(ActForm):
    """Filed twice, or in error."""

    reason = text(_l("Lý do"))
    is_quick = False


class NewsForm(ActForm):
    """A few words for the communes."""

    intro = _l("Địa phương đọc được nội dung này. Thời hạn trả lời không thay đổi.")
    text = text(_l("Tiến độ"))
    by_phone = BooleanField(_l("Đã trao đổi qua điện thoại"))
    files = files()


class InterimForm(ActForm):
    """An interim answer."""

    intro = _l(
        "Trả lời bước đầu cho địa phương biết việc đang được giải quyết thế nào; chưa phải trả lời cuối cùng."
    )
    text = long_text(_l("Nội dung trả lời bước đầu"))
    files = files()
    is_quick = False


class ReopenForm(PartyForm):
    """The matter is not over."""

    reason = text(_l("Lý do mở lại"))
    is_quick = False


ACT_FORMS: dict[Act, type[ActForm]] = {
    Act.SEND: SendForm,
    Act.SIGN: SignForm,
    Act.RETURN_DRAFT: ReturnDraftForm,
    Act.ACCEPT: AcceptForm,
    Act.ASSIGN: AssignForm,
    Act.REASSIGN: ReassignForm,
    Act.TRANSFER: TransferForm,
    Act.ROUTE: RouteForm,
    Act.ASK_INFO: AskInfoForm,
    Act.GIVE_INFO: GiveInfoForm,
    Act.RESUME: ResumeForm,
    Act.CLOSE_UNINFORMED: CloseUninformedForm,
    Act.WITHDRAW: WithdrawForm,
    Act.CORRECT: CorrectForm,
    Act.ADD_INFO: AddInfoForm,
    Act.CLOSE_ERROR: CloseErrorForm,
    Act.NEWS: NewsForm,
    Act.INTERIM: InterimForm,
    Act.REOPEN: ReopenForm,
    Act.ASK_EXTENSION: extending.AskExtensionForm,
    Act.EXTEND: extending.ExtendForm,
    Act.REFUSE_EXTENSION: extending.RefuseExtensionForm,
    Act.ASK_OPINION: opinions.AskOpinionForm,
    Act.GIVE_OPINION: opinions.GiveOpinionForm,
    Act.ASSIGN_OPINION: opinions.AssignOpinionForm,
    Act.CANCEL_OPINION: opinions.CancelOpinionForm,
    Act.REFER: referring.ReferForm,
    Act.REPLY_IN: referring.ReplyInForm,
    Act.RECALL: referring.RecallForm,
    Act.FOLLOW_UP: referring.FollowUpForm,
    Act.KEEP: referring.KeepForm,
    Act.ESCALATE: escalating.EscalateForm,
    Act.DECLINE_ESCALATION: escalating.DeclineForm,
    Act.LOWER: escalating.LowerForm,
    Act.PLAN: escalating.PlanForm,
    Act.SUBMIT_ANSWER: answers.AnswerForm,
    Act.TAKE_BACK: PlainForm,
    Act.RETURN_ANSWER: answers.ReturnAnswerForm,
    Act.APPROVE: answers.ApproveForm,
    Act.SEND_DOCUMENT: answers.DocumentForm,
    Act.SET_NUMBER: answers.NumberForm,
    Act.CONFIRM: answers.ConfirmForm,
    Act.CLARIFY: answers.ClarifyForm,
    Act.DISPUTE: answers.DisputeForm,
}
