"""What the code of the program may not do at all, whatever it is for, unless the place was looked at and says why."""

import ast
from pathlib import Path

import pytest

from tests.rules.code import calls, is_at, is_written_down, place
from tests.rules.tree import PACKAGE, imported, modules, name, parsed

SQL_CALLS = {"text", "literal_column", "exec_driver_sql", "executescript"}
"""What takes SQL as text; `execute` too, where it is given a text."""
SQL_OF_NAMES = {
    "tracker/backup/databases.py": "names of tables as the database gives them",
    "tracker/backup/postgresql.py": "names of schemas that it makes itself",
    "tracker/backup/sqlite.py": "names of pragmas and of files written down beside",
    "tracker/db.py": "pragmas written down beside",
    "tracker/index/": "names of the index's own tables and columns",
    "tracker/kept.py": "names of tables of ours",
    "tracker/issues/service.py": "the name of a table of ours",
}
"""Where SQL is put together from names of ours, never from what people typed; looked at, each with its reason."""
READS_PYTHON = {"tracker/config.py": "the settings of whoever runs the program"}
PATTERNS = {
    "tracker/index/marking.py": "words of a search, which hold letters and digits alone",
    "tracker/sheets/vni.py": "escaped letters of a table written down beside",
}
STARTS_PROGRAMS = {"tracker/cli.py", "tracker/serve.py", "tracker/backup/postgresql.py"}
TAKES_CHANCES = "tracker/demo/"
"""Made-up people and papers are drawn by lot, from a known seed; nothing there is a secret."""


@pytest.mark.asvs("V1.2.4", "V1.1.2")
def test_no_sql_is_put_together_from_what_somebody_typed() -> None:
    found = []
    for path, call, called_as in calls():
        short = called_as.split(".")[-1]
        if not call.args or is_at(path, SQL_OF_NAMES):
            continue
        is_text = isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
        takes_sql = called_as == "text" or short in SQL_CALLS - {"text"} or (short == "execute" and is_text)
        sql_text = called_as == "text" and _imports(path, "sqlalchemy", "text")
        if (takes_sql and called_as != "text") or sql_text:
            found += [] if is_written_down(call.args[0], path) else [place(path, call)]
    assert found == []


def _imports(path: Path, module: str, wanted: str) -> bool:
    nodes = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom))
    return any(node.module == module and wanted in {each.name for each in node.names} for node in nodes)


@pytest.mark.asvs("V1.3.2")
def test_no_text_is_run_as_code() -> None:
    forbidden = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "runpy.run_path",
        "runpy.run_module",
        "builtins.exec",
    }
    found = [
        place(path, call)
        for path, call, called_as in calls()
        if called_as in forbidden and name(path) not in READS_PYTHON
    ]
    found += [
        place(path, call)
        for path, call, called_as in calls()
        if called_as.split(".")[-1] == "import_module" and not is_written_down(call.args[0], path)
    ]
    assert found == []


@pytest.mark.asvs("V1.3.7")
def test_no_template_is_made_of_a_text() -> None:
    forbidden = {"render_template_string", "from_string", "Template", "stream_template_string"}
    assert [place(path, call) for path, call, way in calls() if way.split(".")[-1] in forbidden] == []


@pytest.mark.asvs("V1.5.2")
@pytest.mark.parametrize(
    "module", ["pickle", "marshal", "shelve", "yaml", "dill", "joblib", "jsonpickle", "cloudpickle"]
)
def test_nothing_is_read_that_could_make_objects(module: str) -> None:
    found = [
        f"{name(path)}:{line}"
        for path in modules()
        for each, line in imported(path)
        if each.split(".")[0] == module
    ]
    assert found == []


@pytest.mark.asvs("V1.2.5")
def test_programs_are_started_by_lists_of_words_without_a_shell() -> None:
    starters = {"run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"}
    for path, call, called_as in calls():
        if called_as.startswith("subprocess.") and called_as.split(".")[1] in starters:
            assert name(path) in STARTS_PROGRAMS, place(path, call)
            assert called_as.split(".")[1] not in {"getoutput", "getstatusoutput"}, place(path, call)
            assert not [each for each in call.keywords if each.arg in {"shell", "executable"}], place(
                path, call
            )
            assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp), place(path, call)
        forbidden = called_as in {"os.system", "os.popen"} or called_as.startswith(("os.spawn", "pty."))
        assert not forbidden, place(path, call)


def test_no_secret_is_drawn_by_lot_from_a_known_seed() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in modules()
        for module, line in imported(path)
        if module.split(".")[0] in {"random", "uuid"} and not name(path).startswith(TAKES_CHANCES)
    ]
    assert found == []


@pytest.mark.asvs("V1.2.9")
def test_no_regular_expression_is_made_of_what_somebody_typed() -> None:
    ways = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
    found = [
        place(path, call)
        for path, call, called_as in calls()
        if called_as in {f"re.{way}" for way in ways}
        and name(path) not in PATTERNS
        and not is_written_down(call.args[0], path)
    ]
    found += [
        place(path, call)
        for path, call, called_as in calls()
        if called_as.split(".")[-1] in {"regexp_match", "regexp_replace"}
    ]
    assert found == []


def test_what_was_looked_at_is_still_there() -> None:
    looked_at = [*SQL_OF_NAMES, *READS_PYTHON, *PATTERNS, *STARTS_PROGRAMS]
    assert [place for place in looked_at if not (PACKAGE.parent / place).exists()] == []
