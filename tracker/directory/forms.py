"""Forms of the administrator's pages about units, fields, categories and routing. They check shape, never rights.

Owns: the fields. Lists to choose from are put in by the views.
"""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.directory.models import CommuneKind
from tracker.directory.units import LONGEST_NAME, NewUnit
from tracker.web.forms import BaseForm, CreatingForm, choices
from tracker.web.i18n import lazy_gettext as _l

MOST_PARTS = 4
_DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
_FROM_DAY = _l("Có hiệu lực từ ngày")


def to_key(value: Any) -> int | None:
    """The key of a row; '' stands for none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def pick(label: str, *, needed: bool = False) -> SelectField:
    """One row of many by key; its choices come from the view."""
    checks = [InputRequired()] if needed else [Optional()]
    return SelectField(label, checks, coerce=to_key, choices=[])


def offer(field: Any, none: str, pairs: list[tuple[int, str]]) -> None:
    """Put the choices of a `pick` in: first the words for none."""
    field.choices = [("", none), *[(str(key), text) for key, text in pairs]]


class UnitForm(BaseForm):
    """The facts of a unit that change freely."""

    seen = HiddenField()
    phone = StringField(_l("Điện thoại liên hệ"), validators=[Length(max=40)])
    signs_off = SelectField(
        _l("Lãnh đạo duyệt trước khi gửi"),
        choices=choices(
            [
                ("", _l("Theo quy định chung của tỉnh")),
                ("yes", _l("Có, lãnh đạo duyệt rồi mới gửi")),
                ("no", _l("Không, công chức gửi thẳng")),
            ]
        ),
    )


class RenameForm(BaseForm):
    """Another name from a day on."""

    seen = HiddenField()
    name = StringField(_l("Tên mới"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    from_on = DateField(_FROM_DAY, format=_DATE_FORMATS, validators=[InputRequired()])


class CancelEndForm(BaseForm):
    """An end that is not to be."""

    seen = HiddenField()


class ChangeForm(BaseForm):
    """What the end, the merger and the division of a unit share. `confirmed`: the effects were shown."""

    seen = HiddenField()
    confirmed = HiddenField()
    from_on = DateField(_FROM_DAY, format=_DATE_FORMATS, validators=[InputRequired()])


class EndForm(ChangeForm):
    """The end of a unit."""

    successor = pick(_l("Đơn vị tiếp nhận việc đang mở"))


def _kind_field() -> SelectField:
    kinds = [("", _l("Chọn loại")), *_COMMUNE_KINDS]
    return SelectField(_l("Loại đơn vị mới"), choices=choices(kinds), default="")


_COMMUNE_KINDS = (
    (CommuneKind.XA.value, _l("xã")),
    (CommuneKind.PHUONG.value, _l("phường")),
    (CommuneKind.DAC_KHU.value, _l("đặc khu")),
)


class MergeForm(ChangeForm):
    """This unit and others go into one: an existing one, or a new one."""

    other_1 = pick(_l("Nhập cùng với"))
    other_2 = pick(_l("Nhập cùng với (đơn vị thứ ba)"))
    other_3 = pick(_l("Nhập cùng với (đơn vị thứ tư)"))
    into = pick(_l("Nhập vào đơn vị đang có"))
    name = StringField(_l("Tên đơn vị mới"), validators=[Length(max=LONGEST_NAME)])
    code = StringField(_l("Mã đơn vị mới"), validators=[Length(max=35)])
    commune_kind = _kind_field()

    @property
    def others(self) -> list[int]:
        """The other units that end."""
        return [field.data for field in (self.other_1, self.other_2, self.other_3) if field.data]

    @property
    def new_unit(self) -> NewUnit:
        """The unit that is to begin."""
        return _new_unit(self, "")


class SplitForm(ChangeForm):
    """This unit ends; up to four begin."""

    heir = SelectField(_l("Đơn vị tiếp nhận việc đang mở"), choices=choices([]))
    name_1 = StringField(_l("Tên đơn vị thứ nhất"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    code_1 = StringField(_l("Mã đơn vị thứ nhất"), validators=[InputRequired(), Length(max=35)])
    commune_kind_1 = _kind_field()
    name_2 = StringField(_l("Tên đơn vị thứ hai"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    code_2 = StringField(_l("Mã đơn vị thứ hai"), validators=[InputRequired(), Length(max=35)])
    commune_kind_2 = _kind_field()
    name_3 = StringField(_l("Tên đơn vị thứ ba"), validators=[Length(max=LONGEST_NAME)])
    code_3 = StringField(_l("Mã đơn vị thứ ba"), validators=[Length(max=35)])
    commune_kind_3 = _kind_field()
    name_4 = StringField(_l("Tên đơn vị thứ tư"), validators=[Length(max=LONGEST_NAME)])
    code_4 = StringField(_l("Mã đơn vị thứ tư"), validators=[Length(max=35)])
    commune_kind_4 = _kind_field()

    @property
    def parts(self) -> list[NewUnit]:
        """The units that are to begin: those with a name."""
        every = [_new_unit(self, f"_{number}") for number in range(1, MOST_PARTS + 1)]
        return [part for part in every if part.name]


class TermForm(BaseForm):
    """A field or a category."""

    seen = HiddenField()
    name = StringField(_l("Tên"), validators=[InputRequired(), Length(max=120)])
    name_en = StringField(_l("Tên tiếng Anh"), validators=[Length(max=120)])
    order_no = IntegerField(_l("Thứ tự"), validators=[Optional(), NumberRange(0, 9999)])
    words = TextAreaField(_l("Từ, cụm từ gợi ý"), validators=[Length(max=20_000)])
    is_active = BooleanField(_l("Đang dùng"), default=True)


class NewTermForm(TermForm, CreatingForm):
    """A new field or category."""


def _new_unit(form: Any, suffix: str) -> NewUnit:
    kind = str(form[f"commune_kind{suffix}"].data or "")
    return NewUnit(
        name=str(form[f"name{suffix}"].data or ""),
        code=str(form[f"code{suffix}"].data or "").upper(),
        commune_kind=CommuneKind(kind) if kind else None,
    )
