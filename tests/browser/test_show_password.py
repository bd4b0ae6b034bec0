"""A password field hides what is typed; a switch beside it shows it, and what is sent is hidden again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tracker.permissions import Role


def hides(page: Page, name: str) -> None:
    """Where a password is asked for, its field hides it."""
    expect(page.locator(f"#{name}")).to_have_attribute("type", "password")


@pytest.mark.asvs("V6.2.6")
def test_what_was_typed_as_a_password_can_be_looked_at(enter: Enter) -> None:
    page = enter(None, refused={422}).new_page()
    page.goto("/sign-in")
    page.locator("details:has(#password) > summary").click()
    hides(page, "password")
    page.locator("#password").fill("mùa xuân")
    switch = page.get_by_role("button", name="Hiện mật khẩu")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.locator("#password")).to_have_value("mùa xuân")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    hides(page, "password")
    switch.click()
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    hides(page, "password")


@pytest.mark.asvs("V6.2.6")
def test_every_field_of_a_new_password_has_its_own_switch(site: Site, enter: Enter) -> None:
    page = enter(site.logins(Role.GROUP_LEAD)[0]).new_page()
    page.goto("/profile")
    fields = page.locator("input[type=password]")
    switches = page.get_by_role("button", name="Hiện mật khẩu")
    assert fields.count() == switches.count()


def test_without_script_there_is_no_switch(enter: Enter) -> None:
    page = enter(None, java_script_enabled=False).new_page()
    page.goto("/sign-in")
    hides(page, "password")
    expect(page.locator("[data-show]")).to_be_hidden()
