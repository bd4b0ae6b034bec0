"""Pasting a sheet in a real browser: with the grid and without JavaScript, down to the numbers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.inspecting import DESKTOP, PHONE, Inspector
from tests.browser.site import Site
from tracker.permissions import Role

HEAD = "TT\tĐịa phương\tTiêu đề\tNội dung vướng mắc\tĐề xuất"


def rows_of(site: Site, mark: str) -> list[str]:
    """Two rows: one that is good, one of a commune that nobody knows."""
    with site.app.app_context():
        from tracker.db import db
        from tracker.directory.queries import communes

        name = communes(db.session)[0].name
    return [
        f"1\t{name}\tViệc {mark} một\tNội dung {mark}\tĐề xuất",
        f"2\tXã Không Có\tViệc {mark} hai\tNội dung\tĐề xuất",
    ]


def faults(page: Page) -> list[str]:
    """What is wrong with the page in both widths."""
    inspector, found = Inspector(page), []
    for width in (DESKTOP, PHONE):
        inspector.resize(width)
        found += [f"{page.url} at {width}: {line}" for line in inspector.faults()]
    return found


def press(page: Page, text: str) -> None:
    """Press and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=text, exact=True).click()


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_sheet_is_pasted_checked_corrected_and_filed(
    site: Site, enter: Enter, has_javascript: bool
) -> None:
    login = site.logins(Role.GROUP_LEAD)[0]
    page = enter(login, java_script_enabled=has_javascript).new_page()
    page.goto("/imports/paste")
    rows = rows_of(site, "trên lưới" if has_javascript else "bằng tay")
    page.get_by_label("Tên hội nghị").fill("Hội nghị thử")
    page.locator("#text").fill("\n".join([HEAD, *rows]))
    found = []
    if has_javascript:
        page.locator("#text").dispatch_event("paste")
        expect(page.locator(".grid-box tr")).to_have_count(3)
        page.get_by_label("Dòng 2, cột 4").fill('Nội dung "đã sửa"\ntrong lưới')
        found += faults(page)
    press(page, "Kiểm tra các dòng")
    expect(page.get_by_text("Không tìm thấy địa phương “Xã Không Có”").first).to_be_visible()
    if has_javascript:
        expect(page.get_by_text('Nội dung "đã sửa" trong lưới').first).to_be_visible()
        found += faults(page)
    page.get_by_label("Địa phương", exact=True).fill(rows[0].split("\t")[1])
    press(page, "Lưu và kiểm tra lại")
    press(page, "Gửi các dòng đạt")
    expect(page.get_by_text("đã gửi 2 trên 2 dòng")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("VM-2026-"))).to_have_count(2)
    if has_javascript:
        found += faults(page)
    assert not found, "\n".join(found)
