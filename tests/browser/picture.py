"""Takes the picture of the README: `python -m tests.browser.picture` writes docs/issue-page.png.

The page of an issue of the demonstration province that was transferred, as the person sees it who works on it.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from sqlalchemy import select

from tests.browser.running import chromium, running_site
from tests.browser.site import Site
from tracker.accounts.models import Account
from tracker.db import db
from tracker.issues.models import Issue
from tracker.issues.workflow import IssueState

PLACE = Path(__file__).parents[2] / "docs" / "issue-page.png"
WIDTH, HEIGHT = 1280, 1060
MOST_BYTES = 200_000
COLOURS = 128


def main() -> None:
    """Take it."""
    with tempfile.TemporaryDirectory() as home, running_site(Path(home) / "instance") as site:
        picture = Image.open(io.BytesIO(_take(site)))
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(PLACE, optimize=True)
    assert PLACE.stat().st_size <= MOST_BYTES, "the picture is too heavy"


def _take(site: Site) -> bytes:
    number, owner = _issue(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        size = {"width": WIDTH, "height": HEIGHT}
        context = browser.new_context(
            base_url=site.address, viewport=size, locale="vi-VN", color_scheme="light"
        )
        context.add_cookies([site.cookie(owner)])
        page = context.new_page()
        page.goto(f"/issues/{number}", wait_until="networkidle")
        taken = page.screenshot()
        browser.close()
    return taken


def _issue(site: Site) -> tuple[str, str]:
    """An issue at work that lay at two units, and the login of its owner."""
    with site.app.app_context():
        asked = (
            select(Issue.number, Account.login)
            .join(Account, Account.id == Issue.owner_id)
            .where(Issue.state == IssueState.WORKING)
            .order_by(Issue.transfer_count.desc(), Issue.event_count.desc())
        )
        number, login = db.session.execute(asked).first() or ("", "")
        return number or "", login


if __name__ == "__main__":
    main()
