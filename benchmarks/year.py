"""A simulated year: 104 communes, seeded people, the jobs of each morning, and what must hold on every day.

`python benchmarks/year.py --seed 1 --issues 2000 [--days 250] [--plant INVARIANT]`. The last line is one JSON object;
the exit status is 1 where something did not hold. Owns: the command. What happens is in `benchmarks.simulated`.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))  # also when started as a file

from benchmarks.simulated.course import Year
from benchmarks.simulated.faults import FAULTS
from tracker import migrations
from tracker.cli_context import application
from tracker.config import load_settings
from tracker.db import db


def main() -> int:
    """Live the year and tell it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--issues", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=250, help="working days")
    parser.add_argument("--plant", choices=sorted(FAULTS), help="damage the data at the end: must be found")
    options = parser.parse_args()
    began = perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="tracker-year-") as place,
        application(load_settings({"TRACKER_INSTANCE": place})) as app,
    ):
        event.listen(db.engine, "connect", _without_waiting_for_the_disk)
        migrations.migrate(db.engine)
        year = Year(app, options.seed, options.issues, options.days)
        year.live(lambda line: print(line, file=sys.stderr, flush=True))
        if options.plant:
            year.plant(options.plant)
        told = year.told() | {"total_seconds": round(perf_counter() - began)}
    print(json.dumps(told, ensure_ascii=False), flush=True)
    return 1 if told["violations"] else 0


def _without_waiting_for_the_disk(connection: object, _record: object) -> None:
    """The instance is thrown away: nothing is measured that a power cut could lose."""
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]  # a connection of SQLite


if __name__ == "__main__":
    sys.exit(main())
