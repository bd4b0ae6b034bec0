"""Everything that code knows by a name has words: enums, error codes, and the words have no owner missing."""

import ast
import enum
import importlib
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.rules.tree import PACKAGE, dotted, modules, name, parsed
from tracker.web.labels import LABELS, label
from tracker.web.labels_of_errors import ERRORS

# Never shown to a person.
SILENT = {"StepKind", "Work", "Permission", "Move", "FactKind", "Scope", "To", "Finding"}
ERROR_CLASSES = {"DomainError", "Invalid", "NotFound", "Forbidden", "NotPossible"}
# Codes of the web layer itself and of classes that carry their code.
OWN_CODES = {
    "not_found",
    "forbidden",
    "not_possible_now",
    "stale",
    "throttled",
    "not_signed_in",
    "form_expired",
}


@cache
def _enums() -> dict[str, type[enum.Enum]]:
    found: dict[str, type[enum.Enum]] = {}
    for path in modules(PACKAGE):
        classes = [node.name for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)]
        module = None
        for class_name in classes:
            bases = [
                dotted(base)
                for node in ast.walk(parsed(path))
                if isinstance(node, ast.ClassDef) and node.name == class_name
                for base in node.bases
            ]
            if any(base.split(".")[-1] in {"Enum", "StrEnum"} for base in bases):
                module = module or importlib.import_module(name(path).removesuffix(".py").replace("/", "."))
                found[class_name] = getattr(module, class_name)
    return found


def _raised_codes() -> Iterator[tuple[str, str]]:
    """Every error code written as a literal: the first argument, of Invalid the second."""
    for path in modules(PACKAGE):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            kind = dotted(node.func).split(".")[-1]
            position = 1 if kind == "Invalid" else 0
            if kind in ERROR_CLASSES and len(node.args) > position:
                for value in ast.walk(node.args[position]):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        yield value.value, f"{name(path)}:{node.lineno}"


def test_every_member_of_an_enum_has_words_and_no_words_are_left_over() -> None:
    enums = {class_name: members for class_name, members in _enums().items() if class_name not in SILENT}
    expected = {f"{class_name}.{member.value}" for class_name, members in enums.items() for member in members}
    worded = {key for key in LABELS if key[0].isupper()}
    assert expected - worded == set()
    assert {key for key in worded - expected if key.split(".")[0] in _enums()} == set()


def test_the_rule_sees_the_enums() -> None:
    assert {"IssueState", "Act", "Role", "UnitKind", "Lateness"} <= set(_enums())
    assert set(_enums()) >= SILENT


def test_every_error_code_has_words() -> None:
    raised = dict(_raised_codes())
    assert {"missing", "login_taken", "form_key_reused"} <= set(raised)
    assert {code: where for code, where in raised.items() if code not in ERRORS} == {}


def _named_codes() -> set[str]:
    """Every literal that code holds, the words themselves left out: a code may reach its error as data."""
    return {
        node.value
        for path in modules(PACKAGE)
        if "labels" not in path.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_error_has_words_without_a_code() -> None:
    assert set(ERRORS) - _named_codes() - OWN_CODES == set()


def test_words_are_sentence_case_and_hold_no_code() -> None:
    for key, text in LABELS.items():
        assert text == text.strip(), key
        assert text, key
        assert not re.search(r"_|\bnull\b|\{", re.sub(r"%\(\w+\)s", "", text)), key
        if key.startswith("error."):
            assert text[-1] == ".", key
            assert text[0].isupper(), key


def test_parameters_are_filled_in() -> None:
    assert label("error.too_long", limit=250) == "Không được dài quá 250 ký tự."
    assert label("IssueState.working") == "Đang xử lý"
    assert label("state.closed_with", outcome=label("Outcome.solved")) == "Kết thúc: Đã giải quyết"


def test_an_unknown_key_is_a_mistake_but_an_unknown_error_has_general_words() -> None:
    with pytest.raises(KeyError):
        label("IssueState.no_such_state")
    assert label("error.no_such_code") == label("error.not_possible_now")
    assert label("error.too_long", wrong=1) == label("error.not_possible_now")
