"""Fields that several forms of issues share, and the base of the forms of acts.

Owns: limits and messages of shape, how a value is taken from the browser. Must not ask who may, nor a rule of the
matter: the service does.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput

from tracker.config import Settings
from tracker.issues.inputs import LINE_LIMIT, NOTE_LIMIT, TEXT_LIMIT
from tracker.issues.models import Issue
from tracker.web.forms import CreatingForm
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l

__all__ = ["ActForm", "Choice", "Scene"]

Choice = tuple[int | str, str]
_NOT_DATA = {"csrf_token", "idempotency_key"}
ACCEPTED = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"


class Scene:
    """What a form offers to choose from; each list is read only when a form asks for it."""

    def __init__(self, lists: dict[str, Callable[[], Sequence[Choice]]], facts: dict[str, Any]) -> None:
        self._lists = lists
        self.facts = facts

    def choices(self, name: str) -> list[Choice]:
        """The pairs of value and text of one list."""
        return list(self._lists[name]())


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


class _FileHint:
    """What may be sent; the limits are settings."""

    def __str__(self) -> str:
        limits = _settings()
        return _(
            "Tệp pdf, docx, xlsx, png hoặc jpg; mỗi lần không quá %(n)s tệp, mỗi tệp không quá %(mb)s MB.",
            n=limits.max_files,
            mb=limits.max_file_mb,
        )


FILE_HINT = cast(str, _FileHint())


def to_key(value: object) -> int | None:
    """A row's key as typed; nothing, or what is no key, is None."""
    text = str(value) if value is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def needed() -> InputRequired:
    """The field must be filled in."""
    return InputRequired(_l("Cần nhập mục này."))


def _length(limit: int) -> Length:
    return Length(max=limit, message=_l("Nội dung quá dài: tối đa %(max)d ký tự."))


def line(label: str, *, is_needed: bool = True, limit: int = LINE_LIMIT, hint: str = "") -> StringField:
    """A text of one line."""
    return StringField(label, [needed() if is_needed else Optional(), _length(limit)], description=hint)


def text(label: str, *, is_needed: bool = True, limit: int = NOTE_LIMIT, hint: str = "") -> TextAreaField:
    """A text of several lines."""
    return TextAreaField(label, [needed() if is_needed else Optional(), _length(limit)], description=hint)


def long_text(label: str, *, is_needed: bool = True, hint: str = "") -> TextAreaField:
    """A text of many lines."""
    return text(label, is_needed=is_needed, limit=TEXT_LIMIT, hint=hint)


class _DayField(DateField):
    """A date; browsers without a date picker send it as it is written here."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Ngày không đúng. Ghi theo ngày/tháng/năm, ví dụ 04/08/2026.")) from None


def day(label: str, *, is_needed: bool = True, hint: str = "") -> DateField:
    """A local date."""
    formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
    return _DayField(label, [needed() if is_needed else Optional()], format=formats, description=hint)


def choose(
    label: str, *, is_needed: bool = True, hint: str = "", coerce: Callable[[Any], Any] = to_key
) -> SelectField:
    """One row of many, by key (or by what `coerce` makes of it); the first entry stands for none."""
    return SelectField(
        label, [needed() if is_needed else Optional()], coerce=coerce, choices=[], description=hint
    )


def choose_many(label: str, *, hint: str = "") -> SelectMultipleField:
    """Several rows, by key, as boxes to tick."""
    return SelectMultipleField(
        label, [Optional()], coerce=to_key, choices=[], description=hint, option_widget=CheckboxInput()
    )


def radio(label: str, *, hint: str = "") -> RadioField:
    """One of a few words."""
    return RadioField(label, [needed()], choices=[], description=hint)


def files(
    label: str = _l("Tệp kèm theo"), *, is_needed: bool = False, hint: str = FILE_HINT
) -> MultipleFileField:
    """Files of one step."""
    render = {"multiple": True, "accept": ACCEPTED}
    check = _some_file if is_needed else _no_check
    return MultipleFileField(label, [check, _few_files], description=hint, render_kw=render)


def chosen_files(field: Field) -> list[FileStorage]:
    """The files that were really chosen: an empty field sends one without a name."""
    return [item for item in field.data or () if isinstance(item, FileStorage) and item.filename]


def _no_check(form: CreatingForm, field: Field) -> None:
    return None


def _some_file(form: CreatingForm, field: Field) -> None:
    if not chosen_files(field):
        raise ValidationError(_("Cần chọn ít nhất một tệp."))


_some_file.field_flags = {"required": True}  # type: ignore[attr-defined]


def _few_files(form: CreatingForm, field: Field) -> None:
    most = _settings().max_files
    if len(chosen_files(field)) > most:
        raise ValidationError(_("Mỗi lần chỉ gửi được tối đa %(n)s tệp.", n=most))


def blank(words: str) -> Choice:
    """The entry that stands for none."""
    return ("", words)


class ActForm(CreatingForm):
    """The form of an act. Its field names are the keys of the act's data."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    intro: str = ""
    """One sentence above the fields: what happens."""
    button: ClassVar[str] = ""
    """The words of the button where they differ from the act's own."""
    quick_fields: ClassVar[tuple[str, ...] | None] = None
    """The fields shown where the form stands open on the issue's page; None: all of them."""
    is_quick: ClassVar[bool] = True
    """Whether the form may stand open on the issue's page."""
    template: ClassVar[str] = "issues/_act_fields.html"

    def note_seen(self, issue: Issue) -> None:
        """Keep what of the issue the person sees, so that the act is refused where it has changed meanwhile."""
        self.version.data = issue.version

    def prepare(self, scene: Scene) -> None:
        """Fill lists and drop fields that make no sense here."""

    def shown(self) -> list[Field]:
        """The fields to draw, in their order."""
        return [field for field in self if not isinstance(field.widget, HiddenInput)]

    def to_data(self) -> dict[str, object]:
        """What the service takes; files are added by the view once they are received."""
        return {field.short_name: field.data for field in self if not isinstance(field, MultipleFileField)}


class PartyForm(ActForm):
    """An act in the name of a party; who speaks for several says for which."""

    party_id = choose(_l("Thay mặt cho"))

    def prepare(self, scene: Scene) -> None:
        """Ask for the party only where there is a choice."""
        parties = scene.choices("spoken_parties")
        if len(parties) > 1:
            self.party_id.choices = [blank(_("Chọn địa phương")), *parties]
        else:
            del self.party_id
