"""Neither LDAP nor SAML is spoken, so nothing of theirs can go wrong. Whoever adds one shows its rules instead."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.rules.tree import PACKAGE, modules, name, parsed

LOCKED = ("requirements.txt", "requirements-dev.txt", "requirements-test.txt")
LDAP = re.compile(r"ldap", re.IGNORECASE)
SAML = re.compile(r"saml|xmlsec|signxml", re.IGNORECASE)


def _libraries(pattern: re.Pattern[str]) -> Iterator[str]:
    """Every locked library and every imported module whose name matches."""
    for file in LOCKED:
        for line in (PACKAGE.parent / file).read_text("utf-8").splitlines():
            library = re.split(r"[=<>~!;\[ ]", line, maxsplit=1)[0]
            if not line.startswith((" ", "#")) and pattern.search(library):
                yield f"{file}: {library}"
    for path in modules():
        for node in ast.walk(parsed(path)):
            taken = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            taken += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (f"{name(path)}: {each}" for each in taken if pattern.search(each))


def test_the_gate_sees_what_is_locked_and_imported() -> None:
    found = list(_libraries(re.compile(r"^(authlib|flask)$", re.IGNORECASE)))
    assert any(each.startswith("requirements.txt: ") for each in found)
    assert any(each.startswith("tracker") for each in found)


@pytest.mark.asvs("V1.2.6")
def test_no_ldap_is_spoken_so_no_filter_takes_a_value() -> None:
    assert list(_libraries(LDAP)) == []


@pytest.mark.asvs("V6.8.3")
def test_no_saml_is_spoken_so_no_assertion_can_come_twice() -> None:
    assert list(_libraries(SAML)) == []
