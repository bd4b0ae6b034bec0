"""The papers of docs/security say what the program does, and every limit of theirs is held by a test."""

import ast

import pytest
from flask import Flask

from tests.documents import COMMAND, FOLDER, PAPERS, inputs, limits
from tests.rules.tree import ROOT


def is_current(app: Flask, file_name: str) -> bool:
    """Whether a paper is as the program would make it today."""
    path = FOLDER / file_name
    return path.exists() and path.read_text("utf-8") == PAPERS[file_name](app)


@pytest.mark.asvs("V2.1.1")
def test_the_input_rules_of_every_field_are_written_down(one_app: Flask) -> None:
    assert is_current(one_app, "inputs.md"), f"run: {COMMAND}"
    assert len(inputs.forms()) > 40


@pytest.mark.asvs("V2.1.2", "V2.1.3", "V5.1.1")
def test_limits_files_and_rules_between_fields_are_written_down(one_app: Flask) -> None:
    assert is_current(one_app, "limits.md"), f"run: {COMMAND}"


@pytest.mark.asvs("V8.1.1", "V8.1.2")
def test_rights_by_page_act_state_and_field_are_written_down(one_app: Flask) -> None:
    assert is_current(one_app, "rights.md"), f"run: {COMMAND}"


@pytest.mark.asvs("V2.1.2", "V2.3.2")
@pytest.mark.parametrize("named", sorted(limits.tests_named()))
def test_every_limit_and_rule_names_a_test_that_exists(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
