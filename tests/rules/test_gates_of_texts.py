"""What the code may not do with what people typed: fill it in, make markup of it, follow it to another machine."""

import ast
from pathlib import Path

import pytest

from tests.rules.code import calls, is_at, is_written_down, place
from tests.rules.tree import PACKAGE, called, imported, modules, name, parsed

MAKES_MARKUP = {
    "tracker/web/i18n.py": "translated words of our own, whose placeholders are escaped when they are filled in",
    "tracker/issues/views/searching.py": "what was found is marked; each part is escaped before",
    "tracker/issues/views/wording.py": "an empty one",
    "tracker/web/options.py": "a tag of ours, whose value and text are escaped when they are filled in",
}
SPEAKS_OUTWARDS = {
    "tracker/scanning.py": "to the scanner on this machine",
    "tracker/accounts/oidc.py": "to the sign-in service of the settings, never to an address that somebody typed",
    "tracker/notifications/smtp.py": "to the mail server of the settings",
    "tracker/notifications/sms.py": "to the named gateway of the settings, never to an address inside the network",
}
FORMATS = {
    "tracker/directory/official.py": "rows of the packaged table",
    "tracker/demo/": "sentences of the demonstration",
    "tracker/issues/views/rows.py": "texts of ours and their translations",
    "tracker/web/i18n.py": "texts of ours and their translations",
    "tracker/web/labels.py": "texts of ours and their translations",
}
"""Where a text that is no literal is filled in: it comes out of the package."""


@pytest.mark.asvs("V1.3.10")
def test_no_text_that_somebody_typed_is_a_pattern_to_fill_in() -> None:
    found = []
    for path in modules():
        if is_at(path, FORMATS):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _fills_in(node, path):
                found.append(place(path, node))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_filling = node.func.attr in {"format", "format_map"}
                if is_filling and not is_written_down(node.func.value, path):
                    found.append(place(path, node))
    assert found == []


def _fills_in(node: ast.BinOp, path: Path) -> bool:
    """Whether `%` may fill in a text: not where a number is divided, nor where the text is a literal."""
    if isinstance(node.right, ast.Tuple | ast.Dict):
        return not is_written_down(node.left, path)
    is_text = isinstance(node.left, ast.JoinedStr)
    return is_text or (
        isinstance(node.left, ast.Name) and node.left.id in {"text", "pattern", "message", "words"}
    )


@pytest.mark.asvs("V1.3.10")
def test_a_line_of_the_log_is_a_literal_filled_in_by_the_log() -> None:
    ways = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    found = [
        place(path, call)
        for path, call, called_as in calls()
        if called_as.split(".")[-1] in ways
        and called_as.split(".")[-2:-1][:1] in (["logger"], ["_log"], ["log"], ["_LOG"], ["logging"])
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert found == []


@pytest.mark.asvs("V1.3.1", "V1.3.5")
def test_nothing_makes_markup_of_what_people_write() -> None:
    """All texts are plain: no rich text and no small language. Whoever brings one brings a sanitiser and its tests."""
    renderers = {
        "markdown",
        "markdown2",
        "mistune",
        "commonmark",
        "docutils",
        "bleach",
        "nh3",
        "textile",
        "creole",
    }
    found = [
        f"{name(path)}:{line}"
        for path in modules()
        for each, line in imported(path)
        if each.split(".")[0] in renderers
    ]
    assert found == []
    made = {
        name(path) for path in modules() for call, _line in called(path) if call.split(".")[-1] == "Markup"
    }
    assert made - set(MAKES_MARKUP) == set()


@pytest.mark.asvs("V1.3.6")
def test_only_servers_of_the_settings_are_asked_for_anything() -> None:
    """No address that somebody typed is ever fetched; whoever brings that brings an allowlist and its tests."""
    callers = {
        "requests",
        "urllib.request",
        "urllib3",
        "http.client",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
        "pycurl",
    }
    found = {
        name(path)
        for path in modules()
        for module, _line in imported(path)
        if module in callers or module.split(".")[0] in callers - {"urllib.request", "http.client"}
    }
    assert found - set(SPEAKS_OUTWARDS) == set()
    connecting = {
        name(path) for path in modules() for call, _line in called(path) if call.endswith("create_connection")
    }
    assert connecting - set(SPEAKS_OUTWARDS) == set()


def test_what_was_looked_at_is_still_there() -> None:
    assert [
        each for each in [*MAKES_MARKUP, *SPEAKS_OUTWARDS, *FORMATS] if not (PACKAGE.parent / each).exists()
    ] == []
