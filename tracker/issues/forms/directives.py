"""Forms of directives and of what is recorded for a leader.

Owns: fields and shape. Whom one may direct, and for whom one may record, is decided by the services.
"""

from collections.abc import Sequence
from functools import cache

from wtforms import Field

from tracker import clock
from tracker.issues.forms.acts import ACT_FORMS
from tracker.issues.forms.fields import (
    ActForm,
    Choice,
    blank,
    choose,
    choose_many,
    day,
    files,
    needed,
    radio,
    text,
)
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.workflow import Act
from tracker.web.forms import CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label

REMARK_LIMIT = 1000


class SourceForm(CreatingForm):
    """For an assistant: which leader decided, where and when."""

    leader = choose(_l("Ghi thay lãnh đạo"), is_needed=False)
    source = choose(_l("Lãnh đạo có ý kiến tại"), is_needed=False, coerce=str)
    decided_on = day(_l("Ngày có ý kiến"), is_needed=False)

    def offer_leaders(self, leaders: Sequence[Choice], *, is_needed: bool) -> None:
        """Fill the lists; who records for nobody does not see these fields."""
        if not leaders:
            del self.leader, self.source, self.decided_on
            return
        self.leader.choices = [blank(_("Chọn lãnh đạo")), *leaders]
        self.source.choices = [
            blank(_("Chọn nguồn")),
            *((one.value, label(f"DirectiveSource.{one.value}")) for one in DirectiveSource),
        ]
        if is_needed:
            for field in (self.leader, self.source):
                field.validators = [needed()]
                field.flags.required = True
        if not self.is_submitted():
            self.decided_on.data = clock.today()
            if is_needed and len(leaders) == 1:
                self.leader.data = leaders[0][0]

    @property
    def chosen_source(self) -> DirectiveSource | None:
        """The source, if one was chosen."""
        return DirectiveSource(self.source.data) if "source" in self and self.source.data else None


class DirectiveForm(SourceForm):
    """One text, the units, the date; for an assistant the leader, where and when he decided."""

    content = text(_l("Nội dung chỉ đạo"))
    units = choose_many(_l("Đơn vị thực hiện"))
    due_on = day(_l("Hoàn thành trước hết ngày"), is_needed=False)
    files = files(_l("Ảnh chụp hoặc văn bản kèm theo"))


class RecordForm(SourceForm):
    """What the leader decided about a submitted answer."""

    act = radio(_l("Lãnh đạo quyết định"))
    remark = text(_l("Nội dung cần hoàn thiện"), is_needed=False)
    files = files(_l("Ảnh chụp hoặc văn bản kèm theo"))


class RecordedActForm(SourceForm, ActForm):
    """What the leader decided about a date or a level: the fields of that act, then where and when he did."""

    files = files(_l("Ảnh chụp hoặc văn bản kèm theo"))

    def shown(self) -> list[Field]:
        """The act's own fields."""
        return [field for field in super().shown() if field.short_name not in _OF_SOURCE]

    def to_data(self) -> dict[str, object]:
        """What the act takes."""
        return {name: value for name, value in super().to_data().items() if name not in _OF_SOURCE}


_OF_SOURCE = frozenset({"leader", "source", "decided_on", "files"})


@cache
def recorded_form(act: Act) -> type[RecordedActForm]:
    """The form of an act as an assistant fills it in for a leader."""
    return type(f"Recorded{ACT_FORMS[act].__name__}", (RecordedActForm, ACT_FORMS[act]), {})


class ReportForm(CreatingForm):
    """The unit says that it is done."""

    text = text(_l("Kết quả thực hiện"))
    files = files()


class RemarkForm(CreatingForm):
    """Why a report is not enough, why a directive is taken back, or what was recorded wrongly."""

    text = text(_l("Nội dung"), limit=REMARK_LIMIT)


class WordForm(CreatingForm):
    """A plain confirmation, or an objection where there is a text."""

    text = text(_l("Nội dung"), is_needed=False, limit=REMARK_LIMIT)
