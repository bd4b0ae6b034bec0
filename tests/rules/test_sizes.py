"""Sizes: what does not fit in a head is split. The guide sizes are smaller; these are the hard limits."""

import ast

from tests.rules.tree import modules, name, parsed, templates

MODULE_LINES = 400
FUNCTION_LINES = 40
TEMPLATE_LINES = 200


def _lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert sizes, "no module found"
    assert {path: lines for path, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = [
        f"{name(path)}:{node.lineno} {node.name} ({_lines_without_docstring(node)})"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _lines_without_docstring(node) > FUNCTION_LINES
    ]
    assert too_long == []


def test_no_template_is_longer_than_200_lines() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in templates()}
    assert {path: lines for path, lines in sizes.items() if lines > TEMPLATE_LINES} == {}
