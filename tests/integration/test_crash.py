"""Web processes are killed a hundred times while people write: what was answered is there, the rest wholly or not.

`make soak` does the same a thousand times (tests/soak/kills.py says how).
"""

import os
from pathlib import Path

from tests.conftest import ON_POSTGRESQL
from tests.soak import kills

KILLS = 40 if ON_POSTGRESQL else 100


def test_a_hundred_kills_lose_nothing_that_was_answered_and_leave_nothing_half_done(tmp_path: Path) -> None:
    server = os.environ["TRACKER_TEST_POSTGRESQL"] if ON_POSTGRESQL else ""
    found = kills.run(tmp_path / "instance", KILLS, on_postgresql=server)
    assert found["problems"] == []
    assert int(str(found["lost_answers"])) > KILLS // 10, "hardly a kill met somebody at work"
    walked = {
        "draft",
        "save",
        "send",
        "upload",
        "assign",
        "news",
        "sign_in",
        "paste",
        "import",
        "import_file",
    }
    assert set(dict(found["paths"])) >= walked  # type: ignore[call-overload]  # a mapping
