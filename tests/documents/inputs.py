"""The input rules of every field of every form, as the program checks them. Knows no page."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, FormField, MultipleFileField, SelectFieldBase
from wtforms.validators import (
    AnyOf,
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

import tracker
from tests.documents.tables import head, table
from tracker.web.forms import BaseForm, CreatingForm

_NOT_SHOWN = {"csrf_token"}


def forms() -> list[type[BaseForm]]:
    """Every form of the program that a page can show, by module and name."""
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        is_page = any(part.startswith(("form", "view")) for part in module.name.split("."))
        if is_page:
            importlib.import_module(module.name)
    found = [each for each in _below(BaseForm) if each.__module__.startswith("tracker.")]
    found = [each for each in found if not each.__name__.startswith("_") and each is not CreatingForm]
    # What is made for one page at a time lives until it is collected: no module has it under its name.
    found = [each for each in found if getattr(sys.modules[each.__module__], each.__name__, None) is each]
    return sorted(set(found), key=lambda each: (each.__module__, each.__name__))


def _below(form: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


def fields_of(app: Flask, form: type[BaseForm]) -> list[Field]:
    """The fields of a form as they are bound, those of its parts too."""
    with app.test_request_context():
        made = form(formdata=MultiDict())
        return [field for each in made for field in parts(each) if each.short_name not in _NOT_SHOWN]


def parts(field: Field) -> Iterator[Field]:
    """The field, or the fields that it is made of."""
    if isinstance(field, FieldList):
        for entry in field.entries or [field.append_entry()]:
            yield from parts(entry)
    elif isinstance(field, FormField):
        for each in field.form:
            if each.short_name not in _NOT_SHOWN:
                yield from parts(each)
    else:
        yield field


def rule(field: Field) -> str:
    """What is checked of a field, in words."""
    words = [word for check in field.validators if (word := _word(check))]
    if isinstance(field, SelectFieldBase):
        words.append(
            "some of the choices offered" if "Multiple" in field.type else "one of the choices offered"
        )
    if isinstance(field, MultipleFileField):
        words.append("files as in limits.md")
    if isinstance(field, BooleanField):
        words.append("yes or no")
    return "; ".join(dict.fromkeys(words)) or "any"


def _word(check: Any) -> str:
    if isinstance(check, InputRequired | DataRequired):
        return "needed"
    if isinstance(check, Length):
        return f"at most {check.max} characters" + (f", at least {check.min}" if check.min > 0 else "")
    if isinstance(check, NumberRange):
        low = "" if check.min is None else f"from {check.min} "
        return f"a number {low}to {check.max}"
    if isinstance(check, EqualTo):
        return f"the same as {check.fieldname}"
    if isinstance(check, AnyOf):
        return f"one of {', '.join(map(str, check.values))}"
    if isinstance(check, Regexp):
        return f"of the shape `{check.regex.pattern}`"
    return (
        ""
        if isinstance(check, Optional)
        else f"checked by {getattr(check, '__name__', type(check).__name__)}"
    )


def paper(app: Flask) -> str:
    """All forms with their fields."""
    text = head(
        "Input rules",
        "Every text is cleaned first (NFC, no control or invisible characters; `tracker/text.py`), then checked on the"
        " server by these rules, then by the service that takes it. A field that is not listed is not read.",
    )
    for form in forms():
        rows = [(field.name, field.type.removesuffix("Field"), rule(field)) for field in fields_of(app, form)]
        text += f"## {form.__name__}\n\n`{form.__module__}`\n\n{table(('field', 'kind', 'rule'), rows)}\n"
    return text.rstrip() + "\n"
