"""Where things may stand in Python. Who may import whom is a contract in setup.cfg; here is the rest."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.rules.tree import PACKAGE, ROOT, called, dotted, imported, modules, name, parsed

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

# Only these speak with a browser.
WEB_LIBRARIES = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug", "jinja2", "markupsafe"}
WEB_MODULES = [
    "tracker/__init__.py",
    "tracker/wiring.py",
    "tracker/cli*.py",
    "tracker/web/*",
    "tracker/*/views*.py",
    "tracker/*/views/*.py",
    "tracker/*/forms*.py",
    "tracker/*/forms/*.py",
    "tracker/*/panels.py",
    "tracker/*/pages.py",
    "tracker/*/sessions.py",
    "tracker/*/login.py",
    "tracker/*/labels*.py",
]

# Where Vietnamese stands in Python: display texts, the demo's people and papers, patterns that read it.
VIETNAMESE_MODULES = [
    "*/labels*.py",
    "tracker/web/*",
    "tracker/demo/*",
    "tracker/data/*",
    "tracker/text.py",
    "tracker/legal/*",
    "tracker/sheets/legacy.py",
    "tracker/sheets/syllables.py",
    "tracker/sheets/tcvn3.py",
    "tracker/sheets/vni.py",
    "tracker/directory/official*.py",
    "tracker/deadlines/proposals.py",
]
# Here too, if the string is marked for translation.
MARKED_MODULES = ["*/forms*.py", "*/forms/*.py", "*/views*.py", "*/views/*.py", "*/panels.py", "*/cli*.py"]
MARKERS = {"_", "_l", "_n", "mark", "gettext", "lazy_gettext", "ngettext"}

# The one place that knows the time; others ask it, so that tests and the demo can travel.
WALL_CLOCK = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)


def _is_among(path: Path, patterns: list[str]) -> bool:
    return any(fnmatch(name(path), pattern) for pattern in patterns)


def _is_vietnamese(text: str) -> bool:
    return any(ord(letter) > 127 and letter.isalpha() for letter in text)


def _string_literals(path: Path) -> Iterator[ast.Constant]:
    """String literals that are not docstrings."""
    for node in ast.walk(parsed(path)):
        is_docstring = isinstance(getattr(node, "parent", None), ast.Expr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_docstring:
            yield node


def _is_marked(node: ast.AST) -> bool:
    while (parent := getattr(node, "parent", None)) is not None:
        if isinstance(parent, ast.Call) and dotted(parent.func).split(".")[-1] in MARKERS:
            return True
        node = parent
    return False


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {name(path): {*path.relative_to(ROOT).parts[:-1], path.stem} for path in modules()}
    assert {path for path, words in parts.items() if words & BANNED_NAMES} == set()


def test_every_module_says_what_it_owns() -> None:
    silent = [
        name(path)
        for path in modules()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_the_only_commit_stands_in_db() -> None:
    commits = [
        f"{name(path)}:{line}"
        for path in modules()
        if name(path) != "tracker/db.py"
        for call, line in called(path)
        if call.endswith(".commit")
    ]
    assert commits == []


@pytest.mark.parametrize("layer", ["service", "models", "queries", "figures", "workflow", "policy"])
def test_no_transaction_is_opened_below_the_views(layer: str) -> None:
    opened = [
        f"{name(path)}:{line}"
        for path in modules()
        if path.stem.startswith(layer) or layer in path.parent.relative_to(ROOT).parts
        for call, line in called(path)
        if call.split(".")[-1] == "transaction"
    ]
    assert opened == []


def test_only_modules_of_the_web_import_web_libraries() -> None:
    strangers = [
        f"{name(path)}:{line} imports {module}"
        for path in modules()
        if not _is_among(path, WEB_MODULES)
        for module, line in imported(path)
        if module.split(".")[0] in WEB_LIBRARIES
    ]
    assert strangers == []


def test_only_the_clock_asks_for_the_time() -> None:
    asked = [
        f"{name(path)}:{line} {call}"
        for path in modules()
        if name(path) != "tracker/clock.py"
        for call, line in called(path)
        if WALL_CLOCK.search(call)
    ]
    assert asked == []


def test_vietnamese_stands_only_where_texts_belong() -> None:
    misplaced = [
        f"{name(path)}:{node.lineno} {node.value!r}"
        for path in modules()
        if not _is_among(path, VIETNAMESE_MODULES)
        for node in _string_literals(path)
        if _is_vietnamese(str(node.value)) and not (_is_among(path, MARKED_MODULES) and _is_marked(node))
    ]
    assert misplaced == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    ways_out = re.compile(r"(^|\.)(skip|skipif|skipIf|xfail|importorskip|expectedFailure)$")
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules(ROOT / "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and ways_out.search(dotted(node))
    ]
    assert found == []


@pytest.mark.asvs("V1.1.2")
def test_raw_markup_in_python_gives_its_reason() -> None:
    """A line with `Markup(` ends in a comment `# safe: why`."""
    unexplained = [
        f"{name(path)}:{number}"
        for path in modules(PACKAGE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\bMarkup\(|\.__html__\b", line) and not re.search(r"# safe: \w+", line)
    ]
    assert unexplained == []
