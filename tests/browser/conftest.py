"""What browser tests share: the real server with the demonstration province, Chromium, and a watch over every page.

One instance, one server and one browser per test process. Tests that write make issues of their own.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.running import chromium, running_site
from tests.browser.site import Site, Watch
from tests.browser.situations import add_situations

Enter = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, kept from calling anywhere by itself."""
    return chromium()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application as people run it, on an instance of its own with the demonstration province."""
    with running_site(tmp_path_factory.mktemp("site") / "instance") as found:
        add_situations(found.app)
        yield found


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
