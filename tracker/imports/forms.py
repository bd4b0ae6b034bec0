"""The forms of imports: what is pasted or sent, a row that is corrected.

Owns: the fields and their words. Must not ask who may, nor read a sheet.
"""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextArea

from tracker.imports.service import Origin
from tracker.issues.forms.fields import Choice, blank, choose, day, line, needed, text
from tracker.issues.inputs import TEXT_LIMIT
from tracker.issues.models import Channel
from tracker.web.forms import BaseForm, CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

PASTE_LENGTH = 1_500_000
CELL_LENGTH = 2_000


class OriginForm(CreatingForm):
    """Where the difficulties were raised."""

    unit_id = choose(_l("Gửi với tư cách"))
    channel = choose(_l("Tiếp nhận qua"), coerce=str)
    reference = line(
        _l("Tên hội nghị, chuyến đi cơ sở hoặc số công văn"),
        limit=200,
        hint=_l("Ví dụ: Hội nghị giao ban với UBND cấp xã."),
    )
    reference_on = day(_l("Ngày"))

    def prepare(self, units: Sequence[Choice], channels: Sequence[Choice]) -> None:
        """Fill the lists; who files for one unit is not asked for which."""
        self.channel.choices = list(channels)
        if len(units) > 1:
            self.unit_id.choices = [blank(_("Chọn đơn vị")), *units]
        else:
            del self.unit_id

    def origin(self) -> Origin:
        """What the service takes."""
        unit_id = self.unit_id.data if "unit_id" in self else None
        return Origin(Channel(self.channel.data), self.reference.data or "", self.reference_on.data, unit_id)


class _RawField(Field):
    """A text exactly as it came: tabs part its cells, and old encodings use signs that cleaning takes away."""

    widget: Any = TextArea()
    data: str

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the text."""
        self.data = str(valuelist[0]) if valuelist else ""

    def _value(self) -> str:
        return self.data or ""


class PasteForm(OriginForm):
    """Rows copied in a spreadsheet."""

    text = _RawField(
        _l("Các dòng dán từ Excel"),
        [needed(), Length(max=PASTE_LENGTH)],
        description=_l(
            "Trong Excel, chọn cả dòng tiêu đề cột và tối đa 200 dòng, sao chép rồi dán vào đây. "
            "Các cột cần có: địa phương, nội dung vướng mắc, đề xuất; tiêu đề và lĩnh vực nếu có."
        ),
    )


def _chosen(_form: BaseForm, field: Field) -> None:
    if not getattr(field.data, "filename", ""):
        raise ValidationError(_("Cần chọn một tệp."))


_chosen.field_flags = {"required": True}  # type: ignore[attr-defined]


class FileForm(OriginForm):
    """A file with rows."""

    file = FileField(
        _l("Tệp .xlsx hoặc .csv"),
        [_chosen],
        description=_l("Tối đa 5.000 dòng, 10 MB. Tệp .xls cũ: mở bằng Excel rồi lưu lại thành .xlsx."),
        render_kw={"accept": ".xlsx,.csv,.tsv,.txt"},
    )


class RowForm(BaseForm):
    """One row that is corrected. Limits are those of a cell: what is too long is told at the row."""

    class Meta(BaseForm.Meta):
        """Within the form of the page, which has the token."""

        csrf = False

    commune = line(_l("Địa phương"), is_needed=False, limit=CELL_LENGTH)
    commune_id = choose(_l("Chọn đúng địa phương"), is_needed=False)
    title = line(_l("Tiêu đề"), is_needed=False, limit=CELL_LENGTH)
    situation = text(_l("Đang vướng gì"), is_needed=False, limit=TEXT_LIMIT)
    proposal = text(_l("Đề xuất"), is_needed=False, limit=TEXT_LIMIT)
    field = line(_l("Lĩnh vực"), is_needed=False, limit=CELL_LENGTH)
    is_left_out = BooleanField(_l("Không gửi dòng này"))

    def prepare(self, candidates: Sequence[Choice]) -> None:
        """Offer the communes that the name may mean."""
        if candidates:
            self.commune_id.choices = [blank(_("Chọn địa phương")), *candidates]
        else:
            del self.commune_id

    def to_data(self) -> dict[str, object]:
        """What the service takes."""
        names = ("commune", "title", "situation", "proposal", "field")
        typed: dict[str, object] = {name: self[name].data or "" for name in names}
        chosen = self.commune_id.data if "commune_id" in self else None
        return typed | {"commune_id": chosen, "is_left_out": bool(self.is_left_out.data)}


class EncodingForm(BaseForm):
    """In which encoding the file is read once more."""

    encoding = choose(_l("Đọc lại tệp theo bảng mã"), coerce=str)


class FilingForm(BaseForm):
    """The last press."""

    sends_warned = BooleanField(_l("Đã kiểm tra, gửi cả các dòng có lưu ý"))
