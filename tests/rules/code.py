"""Looking at calls and expressions of the program: for the gates. Knows no rule."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.rules.tree import dotted, modules, name, parsed


def is_at(path: Path, places: Iterable[str]) -> bool:
    """Whether a module is or lies below one of the places."""
    return any(name(path).startswith(place) for place in places)


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call of the program with its dotted name."""
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                yield path, node, dotted(node.func)


def _constants(path: Path) -> set[str]:
    """The names that a module gives once, at its top, or takes from a module of ours."""
    found = set()
    for node in parsed(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tracker."):
            found |= {alias.asname or alias.name for alias in node.names}
    return {each for each in found if each.strip("_").isupper()}


def is_written_down(node: ast.AST, path: Path) -> bool:
    """Whether an expression is made of literals and of constants of the module alone."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id in _constants(path)
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(is_written_down(part, path) for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_written_down(node.left, path) and is_written_down(node.right, path)
    return False


def place(path: Path, node: ast.AST) -> str:
    """Where an expression stands."""
    return f"{name(path)}:{getattr(node, 'lineno', 0)}"
