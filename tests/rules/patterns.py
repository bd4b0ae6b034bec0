"""Every regular expression of the program against strings that make a bad one run for ever.

Owns: finding the patterns, the strings, and the run with a limit of processor time (`python -m tests.rules.patterns`):
the system ends the process inside the pattern that goes over it, and the last line printed names it.
"""

import ast
import importlib
import re
import resource
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from tests.rules.tree import PACKAGE, ROOT, dotted, modules, parsed

LENGTH = 50_000
SECONDS_A_PATTERN = 4
SHORT = {
    r"(.{3,}?)\1+": 256,  # asked of a password, whose length the form limits
}
"""Patterns that never see a long text: the longest that they do, with who limits it."""
_WAYS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_PIECES = (
    "a",
    "A",
    "0",
    " ",
    "\n",
    "\r",
    "\t",
    ".",
    "-",
    "_",
    "/",
    "@",
    ",",
    ":",
    "đ",
    "ậ",
    "\u0301",
    "\x00",
    "MẬT ",
)
_PAIRS = (
    "a ",
    "0 ",
    "a.",
    "a@",
    "a-",
    "0.",
    ", ",
    "0/",
    "\r\n",
    "a\u0301",
    "_-",
    "ngày 1",
    "toi xin ",
    "\\u",
)


Ways = set[str]


def patterns() -> dict[str, tuple[re.Pattern[str], Ways]]:
    """Every pattern of the program with the ways in which it is used: compiled ones and those written into calls."""
    found: dict[str, tuple[re.Pattern[str], Ways]] = {}
    for path in modules():
        if "migrations" in path.parts or path.name == "__main__.py":
            continue
        dotted_name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        held = vars(importlib.import_module(dotted_name))
        used = _ways_by_name(path)
        for name, value in held.items():
            for pattern in _held_by([value]):
                known = found.setdefault(pattern.pattern, (pattern, set()))
                known[1].update(used.get(name, set()))
        for text, way in _written_into_calls(path):
            found.setdefault(text, (re.compile(text), set()))[1].update({way} - {"compile"})
    return found


def _ways_by_name(path: Path) -> dict[str, Ways]:
    """Name of a pattern in a module → how it is asked there."""
    found: dict[str, Ways] = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and node.attr in _WAYS:
            found.setdefault(dotted(node.value), set()).add(node.attr)
    return found


def _held_by(values: Iterable[Any]) -> Iterator[re.Pattern[str]]:
    for value in values:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield value
        elif isinstance(value, dict):
            yield from _held_by(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _held_by(value)
        elif isinstance(value, type) and value.__module__.startswith("tracker"):
            yield from _held_by(each for each in vars(value).values() if isinstance(each, re.Pattern | tuple))


def _written_into_calls(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(parsed(path)):
        asked = dotted(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
        if asked[0] == "re" and asked[2] in _WAYS and isinstance(first := node.args[0], ast.Constant):  # type: ignore[attr-defined]
            yield str(first.value), asked[2]


def compiled_in_code() -> int:
    """In how many places of the program a pattern is compiled."""
    return sum(
        isinstance(node, ast.Call) and dotted(node.func) == "re.compile"
        for path in modules(PACKAGE)
        for node in ast.walk(parsed(path))
    )


def strings(pattern: str) -> Iterator[str]:
    """Long strings that nearly fit: repeated letters and pairs, of the pattern and of everything, with a wrong end."""
    own = set(re.sub(r"\\.|[\[\](){}|?*+^$]", "", pattern))
    words = re.findall(r"\w{2,}", pattern)
    for piece in (*_PIECES, *_PAIRS, *sorted(own)[:25], *sorted(set(words))[:15]):
        yield piece * (LENGTH // len(piece))
        yield piece * (LENGTH // len(piece)) + "\x01!"
    for head, piece in product(words[:3], (" ", "a", "0")):
        yield head + piece * LENGTH


def main() -> None:
    """Try all of them; prints each before it is tried."""
    for text, (pattern, ways) in sorted(patterns().items()):
        print(repr(text[:150]), flush=True)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + SECONDS_A_PATTERN
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        for string in strings(text):
            cut = string[: SHORT.get(text, LENGTH + 2)]
            pattern.fullmatch(cut)
            pattern.match(cut)
            if ways and ways <= {"fullmatch", "match"}:
                continue
            deque(pattern.finditer(cut), maxlen=0)  # search, split, findall and sub go the same way
    print("done", flush=True)


if __name__ == "__main__":
    sys.exit(main())
