"""The table of known attacks is whole: every case has its test, or waits for a feature that is really not there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tests.rules.attacks_map import MAPPED, Feature
from tests.rules.tree import ROOT

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "attacks.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """The tests that a run of the whole suite would run, without their parameters."""
    files = sorted(
        {
            target.split("::")[0]
            for targets in MAPPED.values()
            for target in targets
            if isinstance(target, str)
        }
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return {line.split("[")[0] for line in done.stdout.splitlines() if "::" in line}


def test_every_case_is_mapped_and_nothing_else_is() -> None:
    assert len(CASES) == len({case["id"] for case in CASES}) > 100
    assert set(MAPPED) == {case["id"] for case in CASES}
    assert [case for case, targets in MAPPED.items() if not targets] == []


def test_every_test_of_the_table_exists_and_is_run(collected: set[str]) -> None:
    named = {target for targets in MAPPED.values() for target in targets if isinstance(target, str)}
    assert named - collected == set()


@pytest.mark.parametrize("feature", Feature, ids=lambda feature: feature.name)
def test_what_is_said_not_to_be_there_is_not_there(one_app: Flask, feature: Feature) -> None:
    waiting = sorted(case for case, targets in MAPPED.items() if feature in targets)
    assert waiting, f"nothing waits for {feature.name}: take it out"
    assert not feature.value.has_come(one_app), f"{feature.value.what} has come: {waiting} need their tests"


def test_most_cases_are_tried_and_not_put_off() -> None:
    tried = [case for case, targets in MAPPED.items() if any(isinstance(target, str) for target in targets)]
    assert len(tried) >= 80
