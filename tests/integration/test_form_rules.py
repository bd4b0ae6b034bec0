"""Every field takes what its written rule allows and refuses the rest: around each limit, and whatever is typed."""

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, IntegerField, PasswordField, StringField, TextAreaField

from tests.documents import inputs
from tests.issue_builders import Desk
from tracker.errors import Invalid
from tracker.issues import drafts
from tracker.issues.inputs import LINE_LIMIT, NOTE_LIMIT, TEXT_LIMIT, line_of, text_of
from tracker.text import classification_mark, clean_line
from tracker.web.forms import BaseForm

SHAPED = (StringField, TextAreaField, PasswordField, IntegerField)


def allows(rule: str, typed: str) -> bool:
    """What the written rule says of a text without blanks."""
    longest = re.search(r"at most (\d+) characters", rule)
    number = re.search(r"a number (?:from (-?\d+) )?to (\d+)", rule)
    if not typed:
        return "needed" not in rule
    if number:
        low, high = int(number[1] or -(10**9)), int(number[2])
        return bool(re.fullmatch(r"-?\d+", typed)) and low <= int(typed) <= high
    return longest is None or len(typed) <= int(longest[1])


def samples(rule: str) -> list[str]:
    """Around each limit of the rule."""
    longest = re.search(r"at most (\d+) characters", rule)
    number = re.search(r"a number (?:from (-?\d+) )?to (\d+)", rule)
    if number:
        edges = [int(number[2]), *([int(number[1])] if number[1] else [])]
        return ["", *[str(edge + step) for edge in edges for step in (-1, 0, 1)], "x", "1.5", "9" * 30]
    most = int(longest[1]) if longest else 50
    return ["", *("ă" * length for length in (1, most - 1, most, most + 1, most + 1000))]


def takes(app: Flask, form: type[BaseForm], name: str, typed: str) -> bool:
    """Whether the field passes with this text, whatever the others hold."""
    with app.test_request_context():
        made = form(formdata=MultiDict({name: typed}))
        field = next(each for each in inputs_of(made) if each.name == name)
        if getattr(field, "choices", ()) is None:
            field.choices = [("1", "the one that is offered")]
        return bool(field.validate(made))


def inputs_of(form: BaseForm) -> list[Field]:
    """The fields of a form, those of its parts too."""
    return [field for each in form for field in inputs.parts(each)]


@pytest.mark.asvs("V2.2.1", "V2.3.2")
@pytest.mark.parametrize("form", inputs.forms(), ids=lambda form: form.__name__)
def test_a_field_takes_what_its_rule_allows_and_nothing_beyond(one_app: Flask, form: type[BaseForm]) -> None:
    for field in inputs.fields_of(one_app, form):
        rule = inputs.rule(field)
        if (
            not isinstance(field, SHAPED)
            or isinstance(field, HiddenField)
            or "checked by" in rule
            or "same as" in rule
        ):
            continue
        for typed in samples(rule):
            assert takes(one_app, form, field.name, typed) is allows(rule, typed), (
                field.name,
                rule,
                typed[:40],
            )


@pytest.mark.asvs("V2.2.1")
@given(st.text(max_size=LINE_LIMIT + 5) | st.integers(LINE_LIMIT - 2, LINE_LIMIT + 2).map(lambda n: "ă" * n))
def test_a_service_takes_a_text_if_and_only_if_it_is_there_and_short_enough(typed: str) -> None:

    clean = clean_line(typed)
    fits = bool(clean) and len(clean) <= LINE_LIMIT and classification_mark(clean) is None
    try:
        assert line_of({"title": typed}, "title") == clean
        assert fits
    except Invalid:
        assert not fits


@pytest.mark.asvs("V2.2.1", "V2.3.2")
@pytest.mark.parametrize("limit", [NOTE_LIMIT, TEXT_LIMIT])
def test_a_service_counts_the_letters_of_long_texts_itself(limit: int) -> None:
    for length in (limit - 1, limit):
        assert len(text_of({"text": "ậ" * length}, "text", limit=limit)) == length
    with pytest.raises(Invalid):
        text_of({"text": "ậ" * (limit + 1)}, "text", limit=limit)


@pytest.mark.asvs("V2.2.1")
@pytest.mark.parametrize("form", inputs.forms(), ids=lambda form: form.__name__)
def test_a_choice_that_was_not_offered_is_refused(one_app: Flask, form: type[BaseForm]) -> None:
    for field in inputs.fields_of(one_app, form):
        if "of the choices offered" in inputs.rule(field):
            for typed in ("zq-not-offered", "999999999"):
                assert not takes(one_app, form, field.name, typed), field.name


@pytest.mark.asvs("V2.3.2")
def test_the_numbers_of_parts_are_limited(
    desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [desk.province.commune_a.id, desk.province.commune_b.id, desk.province.ward.id]
    monkeypatch.setattr(drafts, "PARTIES_LIMIT", 2)
    desk.draft(desk.province.member, commune_ids=units[:2])
    with pytest.raises(Invalid):
        desk.draft(desk.province.member, commune_ids=units)
