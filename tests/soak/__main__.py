"""`make soak`: all long proofs in their full length; the last line is one JSON object.

The exit status tells of problems.

`python -m tests.soak --kills 1000 --requests 10000` – smaller numbers give a shorter proof, and the line says so.
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.soak import connections, disks, kills, mails, requests


def main() -> int:
    """Run all; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=10_000, help="for each route, spread over the roles")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="how long requests are generated at most"
    )
    parser.add_argument(
        "--mails", type=int, default=50, help="kills of a sending process, and pairs begun together"
    )
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="that share the generated requests"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    proofs: dict[str, Callable[[Path], dict[str, Any]]] = {
        "kills": lambda place: kills.run(place, options.kills),
        "connections": lambda place: connections.run(place, options.cuts, options.pages, options.seed),
        "disks": disks.run,
        "mails": lambda place: mails.run(place, options.mails, options.seed),
        "requests": lambda place: requests.run(
            place, options.requests, options.seed, minutes=options.minutes, processes=options.processes
        ),
    }
    found: dict[str, Any] = {"seed": options.seed}
    with tempfile.TemporaryDirectory(prefix="tracker-soak-") as directory:
        for name, prove in proofs.items():
            began = time.monotonic()
            found[name] = prove(Path(directory) / name)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    found["problems"] = problems_of(found)
    print(json.dumps(found, ensure_ascii=False), flush=True)
    return 1 if found["problems"] else 0


def problems_of(found: dict[str, Any]) -> int:
    """How many problems all proofs have named."""
    own = len(found["problems"]) if isinstance(found.get("problems"), list) else 0
    return own + sum(problems_of(part) for part in found.values() if isinstance(part, dict))


if __name__ == "__main__":
    sys.exit(main())
