"""Starting what browser tests need: the real server on a demonstration province of its own, the system's Chromium.

Owns: the two processes' settings and that the server ends with its test. Must not know a page.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.site import Site
from tracker import create_app
from tracker.config import load_settings
from tracker.db import db

START_SECONDS, END_SECONDS = 200, 60
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> dict[str, Any]:
    """How Playwright starts the system's Chromium, kept from calling anywhere by itself."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    assert program, "Chromium is missing: `make test` installs it"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": program, "args": [*_QUIET, *as_root], "headless": True}


@contextmanager
def running_site(instance: Path) -> Iterator[Site]:
    """`tracker run` on an empty instance: it builds the demonstration province and serves it.

    Raises AssertionError at the end when the server told of an unexpected error.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(port)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    log = instance.with_suffix(".log")
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "tracker", "run"],
            env=kept | settings | {"PYTHONWARNINGS": "default"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait_for(server, log, f"http://127.0.0.1:{port}")
        app = create_app(load_settings(settings))
        yield Site(f"http://127.0.0.1:{port}", app)
        with app.app_context():
            db.engine.dispose()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=END_SECONDS)
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait_for(server: "subprocess.Popen[bytes]", log: Path, address: str) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while address not in log.read_text():
        running = server.poll() is None and time.monotonic() < give_up_at
        assert running, f"the server did not start: {log.read_text()}"
        time.sleep(0.1)
