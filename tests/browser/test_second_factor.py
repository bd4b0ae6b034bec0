"""Setting up a second factor in a real browser, and the administrator taking it away; open to everybody throughout."""

import base64

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.inspecting import DESKTOP, PHONE, Inspector
from tests.browser.site import Site
from tracker import clock
from tracker.accounts import totp
from tracker.permissions import Role


def faults(page: Page) -> list[str]:
    inspector, found = Inspector(page), []
    for width in (DESKTOP, PHONE):
        inspector.resize(width)
        found += [f"{page.url} at {width}: {line}" for line in inspector.faults()]
    return found


def press(page: Page, text: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=text, exact=True).click()


def test_a_second_factor_is_set_up_by_its_picture_and_removed_by_the_administrator(
    site: Site, enter: Enter
) -> None:
    login = site.logins(Role.GROUP_MEMBER)[-1]
    page = enter(login).new_page()
    page.goto("/profile/second-factor")
    press(page, "Thiết lập")
    found = faults(page)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 200
    secret = base64.b32decode(str(page.locator("code").first.text_content()).replace(" ", ""))
    page.get_by_label("Mã xác thực").fill(totp.code_at(secret, totp.step_at(clock.now())))
    press(page, "Bật xác thực hai bước")
    expect(page.locator("li code")).to_have_count(totp.RECOVERY_CODES)
    found += faults(page)
    page.get_by_role("link", name="Đã cất mã, tiếp tục").click()
    expect(page.get_by_text("Còn 10 mã khôi phục chưa dùng")).to_be_visible()
    found += faults(page)
    with site.app.app_context():
        from sqlalchemy import select

        from tracker.accounts.models import Account
        from tracker.db import db

        account_id = db.session.scalar(select(Account.id).where(Account.login == login))
    boss = enter(site.logins(Role.ADMINISTRATOR)[0]).new_page()
    boss.goto(f"/people/{account_id}/second-factor/remove")
    found += faults(boss)
    boss.locator("textarea").fill("Gặp trực tiếp")
    press(boss, "Gỡ xác thực hai bước")
    expect(boss.get_by_text("Đã gỡ xác thực hai bước")).to_be_visible()
    assert not found, "\n".join(found)
