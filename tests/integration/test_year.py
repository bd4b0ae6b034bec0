"""The simulated year in a short form: everything holds, and each invariant sees its fault.

The whole year is `python -m benchmarks.year`; benchmarks/README.md has its figures.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from benchmarks.simulated.course import Year
from benchmarks.simulated.faults import FAULTS
from tracker import migrations
from tracker.cli_context import application
from tracker.config import load_settings
from tracker.db import db

DAYS, ISSUES, SEED = 13, 20, 3


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance of the year, always SQLite: faults are planted behind the back of the database's rules."""
    return tmp_path_factory.mktemp("year")


@pytest.fixture(scope="module")
def year(place: Path) -> Iterator[Year]:
    """Some weeks that were lived through."""
    settings = {"TRACKER_INSTANCE": str(place), "TRACKER_DATABASE_URL": f"sqlite:///{place / 'year.db'}"}
    with application(load_settings(settings)) as app:
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        migrations.migrate(db.engine)
        made = Year(app, SEED, ISSUES, DAYS)
        made.live()
        _close(db.engine)
        shutil.copyfile(place / "year.db", place / "kept.db")
        yield made


def _close(engine: Engine) -> None:
    db.session.close()
    engine.dispose()


@pytest.fixture
def after_the_year(year: Year, place: Path) -> Iterator[Year]:
    """The year as it ended, without what another test has planted."""
    _close(db.engine)
    with sqlite3.connect(place / "year.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(place / "kept.db", place / "year.db")
    year.checks.violations.clear()
    year.checks.broken.clear()
    yield year


def test_some_weeks_of_people_and_jobs_break_no_invariant(year: Year) -> None:
    told = year.told()
    assert told["violations"] == []
    assert (told["days"], told["issues"]) == (DAYS, ISSUES)
    assert told["acts"] > 3 * ISSUES
    assert told["alarms"] > ISSUES
    assert told["mails"] > 0
    assert {*FAULTS, "everything_verifies"} == {name for name, times in told["checks"].items() if times > 0}


@pytest.mark.parametrize("invariant", FAULTS)
def test_a_planted_fault_is_found_by_its_invariant(after_the_year: Year, invariant: str) -> None:
    after_the_year.plant(invariant)
    found = {violation["invariant"] for violation in after_the_year.told()["violations"]}
    assert invariant in found
