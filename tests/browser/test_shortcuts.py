"""Single keys in a list: they move a visible focus, help themselves, stay silent while somebody types, can be off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tracker.permissions import Role

FOCUSED = "() => document.activeElement.closest('.row-issue')?.querySelector('.num')?.textContent ?? ''"


@pytest.fixture
def page(site: Site, enter: Enter) -> Page:
    """The list of somebody with many rows."""
    opened = enter(site.logins(Role.GROUP_LEAD)[0]).new_page()
    opened.goto("/issues?open=any")
    return opened


def numbers(page: Page) -> list[str]:
    """The numbers of the rows."""
    return page.locator("#list .row-no .num").all_inner_texts()


def test_j_and_k_move_over_the_rows_and_enter_opens(page: Page) -> None:
    rows = numbers(page)
    assert len(rows) > 2
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == rows[place]
    outline = page.evaluate(
        "() => getComputedStyle(document.activeElement.closest('.row-issue')).outlineWidth"
    )
    assert outline == "3px"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/issues/{rows[0]}$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_slash_leads_to_the_search_and_typing_there_is_typing(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("j/k?")
    expect(page.locator("#find")).to_have_value("j/k?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_key_with_another_one_held_is_the_browsers(page: Page) -> None:
    for keys in ("Control+j", "Alt+j", "Meta+k"):
        page.keyboard.press(keys)
        assert page.evaluate(FOCUSED) == ""


def test_the_question_mark_explains_the_keys_and_escape_closes(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Phím tắt trong danh sách")
    expect(dialog).to_be_visible()
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == ""
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_who_switches_the_keys_off_has_none(page: Page) -> None:
    page.goto("/issues/lists")
    page.get_by_label(re.compile("Dùng phím tắt")).uncheck()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    page.goto("/issues?open=any")
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.evaluate(FOCUSED) == ""
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/issues/lists")
    page.get_by_label(re.compile("Dùng phím tắt")).check()
    page.get_by_role("button", name="Lưu lựa chọn").click()


def test_the_bar_counts_what_is_ticked_and_ticks_the_whole_page(page: Page) -> None:
    boxes = page.locator("#list input[name=row]")
    many = boxes.count()
    assert many > 1
    boxes.first.check()
    expect(page.locator("[data-pick-count]")).to_have_text("1")
    page.get_by_label("Chọn cả trang").check()
    expect(page.locator("[data-pick-count]")).to_have_text(str(many))
    page.get_by_role("button", name="Cập nhật tiến độ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cập nhật tiến độ")
    expect(page.locator(".plain-list li")).to_have_count(many)
