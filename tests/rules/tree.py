"""The files that the rules look at. Knows no rule."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tracker"


def name(path: Path) -> str:
    """A path as it is read in the repository."""
    return path.relative_to(ROOT).as_posix()


def modules(below: Path = PACKAGE) -> list[Path]:
    """All hand-written Python files; migrations are generated."""
    return sorted(path for path in below.rglob("*.py") if "versions" not in path.parts)


def templates() -> list[Path]:
    """All templates."""
    return sorted(path for path in (PACKAGE / "templates").rglob("*") if path.is_file())


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module, each node knowing its `parent`."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports by its full name, with the line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def called(path: Path) -> Iterator[tuple[str, int]]:
    """Every call in a file as its dotted name (`db.session.commit`), as far as it is one, with the line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node.lineno


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression; what is not a name reads `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"
