"""What every form shares: clean text, lengths, Vietnamese messages, the key that makes a repeated form one act.

Owns: `BaseForm`, `CreatingForm` and how an error of a service is shown at its field. Forms check shape, never rights.
"""

import inspect
import secrets
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, NumberRange

from tracker.errors import DomainError, Invalid
from tracker.text import clean_line, clean_text
from tracker.web.labels import label
from tracker.web.messages import FormMessages

LINE_LENGTH = 300
TEXT_LENGTH = 20_000
PASSWORD_LENGTH = 256
NUMBER_HIGHEST = 2**31 - 1
KEY_LENGTH = 64
_FROM_REQUEST: Any = inspect.signature(FlaskForm.__init__).parameters["formdata"].default


def _cleaned_line(value: str | None) -> str | None:
    return clean_line(value) if isinstance(value, str) else value


def _cleaned_text(value: str | None) -> str | None:
    return clean_text(value) if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """Base of every form. Texts are cleaned, and limited where the field sets no limit of its own."""

    def __init__(self, formdata: Any = _FROM_REQUEST, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)  # type: ignore[no-untyped-call]

    def is_submitted(self) -> bool:
        """Whether the request writes."""
        return bool(super().is_submitted())  # type: ignore[no-untyped-call]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the request writes and every field passes."""
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]

    class Meta(FlaskForm.Meta):
        """Vietnamese messages; filters and limits by kind of field."""

        _messages: ClassVar[FormMessages] = FormMessages()

        def get_translations(self, _form: Any) -> FormMessages:
            """The words of WTForms' own messages."""
            return self._messages

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Bind a field with its cleaning and its limit."""
            field = super().bind_field(form, unbound_field, options)
            if isinstance(field, IntegerField):
                _limit(field, NumberRange, NumberRange(max=NUMBER_HIGHEST))
            elif isinstance(field, PasswordField):
                _limit(field, Length, Length(max=PASSWORD_LENGTH))
            elif isinstance(field, TextAreaField):
                _clean(field, _cleaned_text)
                _limit(field, Length, Length(max=TEXT_LENGTH))
            elif isinstance(field, StringField):
                _clean(field, _cleaned_line)
                _limit(field, Length, Length(max=LINE_LENGTH))
            return field


class CreatingForm(BaseForm):
    """A form that makes something: sent twice, it makes one. Templates show `idempotency_key` as hidden field."""

    idempotency_key = HiddenField(
        default=lambda: secrets.token_urlsafe(24), validators=[Length(max=KEY_LENGTH)]
    )


def choices(pairs: Iterable[tuple[object, str]]) -> list[Any]:
    """Choices of a select, radio or checkbox field from (value, text); values become texts (use `coerce`)."""
    return [SelectChoice(str(value), text) for value, text in pairs]


def show_error(form: FlaskForm, error: DomainError) -> None:
    """Show what a service refused: at its field where it names one that the form has, else above the form."""
    text = label(f"error.{error.code}", **error.params)
    if isinstance(error, Invalid) and error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, text]
    else:
        form.form_errors.append(text)


def _clean(field: Field, clean: Callable[[str | None], str | None]) -> None:
    field.filters = [clean, *field.filters]


def _limit(field: Field, kind: type, limit: Any) -> None:
    if not any(isinstance(validator, kind) for validator in field.validators):
        field.validators = [*field.validators, limit]
