"""The forms about opinions of other departments: ask several at once, give, pass on inside, stop asking.

Owns: the fields and their words. Must not ask who may, nor whom: the act does.
"""

from datetime import date
from typing import Any

from wtforms import FieldList, Form, FormField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from tracker.issues.forms.fields import (
    ActForm,
    Scene,
    blank,
    choose,
    choose_many,
    day,
    files,
    long_text,
    text,
)
from tracker.issues.forms.fields import to_key as key_of
from tracker.issues.inputs import NOTE_LIMIT
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.messages import FormMessages

ROWS = 5
SHOWN_ROWS = 2
"""Rows that stand open; the others unfold."""


class QuestionForm(Form):
    """One department, what it is asked, and by when."""

    class Meta:
        """The same messages as every form."""

        def get_translations(self, _form: Any) -> FormMessages:
            """The words of WTForms' own messages."""
            return FormMessages()

    unit_id = SelectField(_l("Cơ quan được lấy ý kiến"), [Optional()], coerce=key_of, choices=[])
    question = TextAreaField(_l("Nội dung hỏi"), [Optional(), Length(max=NOTE_LIMIT)], render_kw={"rows": 3})
    due_on = day(_l("Hạn tham gia ý kiến"), is_needed=False)

    @property
    def is_empty(self) -> bool:
        """Nobody is chosen and nothing is asked; the date alone says nothing."""
        return not self.unit_id.data and not (self.question.data or "").strip()


class AskOpinionForm(ActForm):
    """Several departments at once, each its own question and date."""

    intro = _l("Thời hạn trả lời địa phương vẫn tính tiếp. Địa phương không xem được nội dung lấy ý kiến.")
    questions = FieldList(FormField(QuestionForm), _l("Cơ quan được lấy ý kiến"), max_entries=ROWS)
    files = files()
    is_quick = False
    template = "issues/_opinion_fields.html"

    def prepare(self, scene: Scene) -> None:
        """Five rows; each offers the departments and the usual date."""
        due_on: date = scene.facts["opinion_due_on"]
        while len(self.questions) < ROWS:
            self.questions.append_entry({"due_on": due_on})
        units = [blank(_("Chọn cơ quan")), *scene.choices("consultable")]
        for row in self.questions:
            row.form.unit_id.choices = units
            if self.is_submitted() and row.form.is_empty and not row.form.due_on.raw_data:
                row.form.due_on.data = due_on

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form; the list itself shows in words what is wrong in its rows."""
        is_valid = super().validate(extra_validators)
        wrong = [error for row in self.questions for field in row.form for error in field.errors]
        self.questions.errors = [str(error) for error in dict.fromkeys(wrong)]
        return is_valid

    def to_data(self) -> dict[str, object]:
        """As every act; a row without a question asks what the first one asks."""
        rows = [row.form for row in self.questions if not row.form.is_empty]
        first = rows[0].question.data if rows else ""
        return super().to_data() | {
            "questions": [
                {
                    "unit_id": row.unit_id.data,
                    "question": row.question.data or first,
                    "due_on": row.due_on.data,
                }
                for row in rows
            ]
        }

    def open_rows(self) -> "list[FormField[QuestionForm]]":
        """The rows that stand open: the first ones, and all up to the last that was filled in."""
        filled = [place for place, row in enumerate(self.questions) if not row.form.is_empty]
        return list(self.questions)[: max(SHOWN_ROWS, filled[-1] + 1 if filled else 0)]

    def further_rows(self) -> "list[FormField[QuestionForm]]":
        """The rows that unfold."""
        return list(self.questions)[len(self.open_rows()) :]


class _OfOneForm(ActForm):
    """An act on one question; which one is asked only where there are several."""

    opinion_id = choose(_l("Nội dung được hỏi"))
    questions = "own_questions"

    def prepare(self, scene: Scene) -> None:
        """Offer the questions; a single one is said in words."""
        found = scene.choices(self.questions)
        if len(found) > 1:
            self.opinion_id.choices = [blank(_("Chọn nội dung")), *found]
            return
        del self.opinion_id
        if found:
            self.intro = found[0][1]


class GiveOpinionForm(_OfOneForm):
    """What the asked department thinks."""

    text = long_text(_l("Ý kiến tham gia"), is_needed=False, hint=_l("Ghi ý kiến, hoặc kèm tệp."))
    files = files()


class AssignOpinionForm(_OfOneForm):
    """Who gives it inside the asked department."""

    assigned_id = choose(_l("Người tham gia ý kiến"))
    questions = "questions_to_assign"
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Offer the people of the asked group."""
        super().prepare(scene)
        self.assigned_id.choices = [blank(_("Chọn người")), *scene.choices("consulted_people")]


class CancelOpinionForm(ActForm):
    """Nobody waits any longer."""

    intro = _l("Cơ quan được lấy ý kiến nhận được thông báo và không phải trả lời nữa.")
    opinion_ids = choose_many(_l("Dừng lấy ý kiến của"), hint=_l("Không chọn là dừng tất cả."))
    reason = text(_l("Lý do"))
    is_quick = False

    def prepare(self, scene: Scene) -> None:
        """Ask of whom only where there are several."""
        found = scene.choices("open_questions")
        if len(found) > 1:
            self.opinion_ids.choices = found
        else:
            del self.opinion_ids
