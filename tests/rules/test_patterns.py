"""No regular expression of the program can be made to run for ever by what somebody types."""

import re
import signal
import subprocess
import sys

import pytest

from tests.rules import patterns
from tests.rules.tree import ROOT


def run(code: str) -> tuple[int, str]:
    """Exit status and last line of a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.returncode, (done.stdout.strip().splitlines() or [""])[-1]


@pytest.mark.asvs("V1.3.12")
def test_no_pattern_runs_for_ever_on_a_hostile_text() -> None:
    status, last = run("from tests.rules.patterns import main; main()")
    assert (status, last) == (0, "done"), f"too slow: {last}"


@pytest.mark.asvs("V1.3.12")
def test_the_limit_stops_a_pattern_that_runs_for_ever() -> None:
    code = (
        "import re; from tests.rules import patterns; patterns.SECONDS_A_PATTERN = 1;"
        r"patterns.patterns = lambda: {'(a+)+$': (re.compile('(a+)+$'), set())}; patterns.main()"
    )
    assert run(code) == (-signal.SIGXCPU, "'(a+)+$'")


def test_the_patterns_of_all_modules_are_found() -> None:
    found = patterns.patterns()
    assert len(found) >= patterns.compiled_in_code() - 3
    assert {pattern for pattern in patterns.SHORT if pattern not in found} == set()
    assert any(re.search("MẬT", pattern) for pattern in found)
