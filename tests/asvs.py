"""The requirements of OWASP ASVS 5.0 that apply, and what shows them.

Owns: the rows of `tests/data/asvs.jsonl`, which of them are open, and the pytest plugin of `make asvs`, which prints
n of n. A test carries the ids that it shows: `@pytest.mark.asvs("V6.2.1")`. `tests/rules/test_asvs.py` holds rows,
marks and the list of open ones against each other.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CHAPTERS = frozenset(f"V{number}" for number in range(1, 9))
"""The chapters of which every applying row must be shown or be listed as open."""


@dataclass(frozen=True)
class Row:
    """A requirement in our own words."""

    id: str
    level: int
    applies: bool
    requirement: str

    @property
    def chapter(self) -> str:
        """V1 of V1.2.3."""
        return self.id.split(".")[0]


def rows() -> dict[str, Row]:
    """All requirements by their id."""
    lines = (TESTS / "data" / "asvs.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return {
        one["id"]: Row(one["id"], one["level"], one["applies"] != "no", one["requirement"]) for one in found
    }


def wanted() -> dict[str, Row]:
    """The applying requirements of the chapters."""
    return {key: row for key, row in rows().items() if row.applies and row.chapter in CHAPTERS}


def open_rows() -> dict[str, str]:
    """The requirements that nothing shows yet, each with why: 'V5.4.3 reason', one a line."""
    lines = (TESTS / "data" / "asvs_open.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def marks() -> dict[str, list[str]]:
    """Id → the tests that carry it, read from their source."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            for key in _ids_of(node):
                name = getattr(node, "name", "")
                found[key].append(f"{path.relative_to(TESTS.parent).as_posix()}::{name}".removesuffix("::"))
    return dict(found)


def _ids_of(node: ast.AST) -> Iterator[str]:
    calls: list[ast.expr] = []
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        calls = node.decorator_list
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
        calls = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    for call in calls:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.asvs":
            yield from (str(ast.literal_eval(argument)) for argument in call.args)


def pytest_configure(config: pytest.Config) -> None:
    """Collect what the marked tests show; under xdist the reports arrive here from the workers."""
    config.pluginmanager.register(_Shown(), "asvs-shown")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry the ids of its test."""
    for item in items:
        ids = [str(key) for mark in item.iter_markers("asvs") for key in mark.args]
        item.user_properties.append(("asvs", ids))


class _Shown:
    """Which ids had a test that passed, which one that failed."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that failed in any of its phases shows nothing."""
        ids = {key for name, value in report.user_properties if name == "asvs" for key in value}
        if report.failed:
            self.failed |= ids
        elif report.when == "call":
            self.passed |= ids

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """n of n, and what is open."""
        needed, why = wanted(), open_rows()
        shown = (self.passed - self.failed) & needed.keys()
        for key in needed:
            if key not in shown:
                reason = why.get(key, "its test failed or did not run")
                terminalreporter.write_line(
                    f"OPEN {key} (L{needed[key].level}) {needed[key].requirement}: {reason}"
                )
        terminalreporter.write_line(
            f"OWASP ASVS 5.0, {', '.join(sorted(CHAPTERS))}: {len(shown)} of {len(needed)} shown"
        )
