"""What browser tests share: the real server with the demonstration province, Chromium, and a watch over every page.

One instance, one server and one browser per test process. Tests that write make issues of their own.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.site import Site, Watch
from tests.browser.situations import add_situations
from tracker import create_app
from tracker.config import load_settings
from tracker.db import db

START_SECONDS = 120
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)

Enter = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, kept from calling anywhere by itself."""
    program = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    assert program, "Chromium is missing: `make test` installs it"
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": program, "args": [*_QUIET, *as_root], "headless": True}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application as people run it, on an instance of its own with the demonstration province."""
    instance = tmp_path_factory.mktemp("site") / "instance"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"TRACKER_INSTANCE": str(instance), "TRACKER_PORT": str(port)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tracker", "run"],
        env=kept | settings | {"PYTHONWARNINGS": "default"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        _wait_for(server, f"http://127.0.0.1:{port}")
        app = create_app(load_settings(settings))
        add_situations(app)
        yield Site(f"http://127.0.0.1:{port}", app)
        with app.app_context():
            db.engine.dispose()
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=START_SECONDS)


def _wait_for(server: "subprocess.Popen[str]", address: str) -> None:
    lines = []
    for line in server.stdout or ():
        lines.append(line)
        if address in line:
            return
    raise AssertionError(f"the server did not start: {''.join(lines)}")


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """enter(login, width=…, **options): a browser of one's own, signed in (login None: not). Watched to the end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(
        login: str | None = None, *, width: int = 1280, refused: Collection[object] = (), **options: Any
    ) -> BrowserContext:
        size = {"width": width, "height": 800}
        context = browser.new_context(
            base_url=site.address, viewport=size, locale="vi-VN", reduced_motion="reduce", **options
        )
        context.set_default_timeout(15_000)
        if login is not None:
            context.add_cookies([site.cookie(login)])
        opened.append((context, Watch(context, site.address, refused)))
        return context

    yield open_one
    for context, _ in opened:
        context.close()
    faults = [fault for _, watch in opened for fault in watch.faults]
    assert not faults, "\n".join(faults)
