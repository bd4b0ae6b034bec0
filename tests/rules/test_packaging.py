"""What is installed and what is shipped: declared, locked by hash, and complete."""

import ast
import configparser
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.rules.tree import PACKAGE, ROOT, imported, modules, name

LOCKS = ["requirements.txt", "requirements-test.txt", "requirements-dev.txt"]
SHIPPED_AS_THEY_ARE = ["data", "migrations", "static", "templates"]


@cache
def _settings() -> configparser.ConfigParser:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    return settings


def _normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _names(requirements: str) -> set[str]:
    return {
        _normalised(re.split(r"[\[<>=!~;\s]", line.strip(), maxsplit=1)[0])
        for line in requirements.splitlines()
        if line.strip()
    }


def _declared(*extras: str) -> set[str]:
    declared = _names(_settings()["options"]["install_requires"])
    for extra in extras:
        declared |= _names(_settings()["options.extras_require"][extra])
    return declared


def _locked(lock: str) -> dict[str, str]:
    """Name → the whole entry, its hashes included."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {
        _normalised(entry.split("==")[0]): entry
        for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
        if re.match(r"\S+==", entry)
    }


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.txt", []),
        ("requirements-test.txt", ["test", "postgres"]),
        ("requirements-dev.txt", ["dev", "test", "postgres"]),
    ],
)
def test_every_declared_dependency_is_locked(lock: str, extras: list[str]) -> None:
    assert _declared(*extras) - set(_locked(lock)) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_dependency_has_a_version_and_hashes(lock: str) -> None:
    entries = _locked(lock)
    assert entries
    assert {dependency for dependency, entry in entries.items() if "--hash=sha256:" not in entry} == set()
    loose = [line for line in (ROOT / lock).read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(loose) == len(entries)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\w+://\S+| @ \S+|^\s*-(?!-hash=).*", text, re.MULTILINE) == []


def test_one_name_has_one_version_in_all_locks() -> None:
    versions = [
        {dependency: entry.split()[0] for dependency, entry in _locked(lock).items()} for lock in LOCKS
    ]
    for smaller in versions[:2]:
        assert {name: versions[2].get(name) for name in smaller} == smaller


@pytest.mark.parametrize(("below", "extras"), [("tracker", ["postgres"]), ("tests", ["test", "postgres"])])
def test_everything_imported_is_declared(below: str, extras: list[str]) -> None:
    """What only another library brings along may vanish with its next version."""
    distributions = packages_distributions()
    declared = _declared(*extras)
    undeclared = {
        f"{module.split('.')[0]} in {name(path)}"
        for path in modules(ROOT / below)
        for module, _line in imported(path)
        if (top := module.split(".")[0]) not in sys.stdlib_module_names
        and top not in {"tracker", "tests", "benchmarks"}
        and not {_normalised(found) for found in distributions.get(top, [])} & declared
    }
    assert undeclared == set()


def test_every_pattern_of_the_coverage_gate_meets_a_module() -> None:
    patterns = _settings()["coverage:report"]["include"].split()
    files = {name(path) for path in modules()}
    service = [pattern for pattern in patterns if pattern.startswith("tracker/issues/service")]
    alone = [pattern for pattern in patterns if pattern not in service]
    unmet = [pattern for pattern in alone if not any(Path(file).match(pattern) for file in files)]
    assert unmet == []
    assert any(Path(file).match(pattern) for file in files for pattern in service)


def test_every_directory_with_modules_is_a_package() -> None:
    bare = {
        name(path.parent)
        for path in modules()
        if not (path.parent / "__init__.py").exists() and "migrations" not in path.parts
    }
    assert bare == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from a copy of the tree, without network."""
    copy = tmp_path_factory.mktemp("tree")
    for file in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, copy / file)
    shutil.copytree(PACKAGE, copy / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
    build = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=copy, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (copy / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_module_and_everything_served(wheel: Path) -> None:
    expected = {name(path) for path in PACKAGE.rglob("*.py")}
    for directory in SHIPPED_AS_THEY_ARE:
        expected |= {name(path) for path in (PACKAGE / directory).rglob("*") if path.is_file()}
    expected |= {name(path) for path in PACKAGE.rglob("*.mo")}
    expected = {path for path in expected if "__pycache__" not in path}
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set()


def test_the_wheel_brings_the_one_command_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = (path for path in names if path.endswith(".dist-info/entry_points.txt"))
        assert "tracker = tracker.cli:main" in archive.read(entry_points).decode()
    assert {path.split("/")[0] for path in names if ".dist-info" not in path} == {"tracker"}


def test_the_command_of_the_entry_point_exists() -> None:
    tree = ast.parse((PACKAGE / "cli.py").read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert "main" in defined


def test_continuous_integration_runs_exactly_make_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test </dev/null"]
