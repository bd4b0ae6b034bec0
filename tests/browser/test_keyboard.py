"""From signing in to an act without a mouse: Tab, Enter and typing; the focus is always to be seen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site

_MOST_TABS = 150
_SEEN = """() => {
  const item = document.activeElement, style = getComputedStyle(item), box = item.getBoundingClientRect();
  const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  return item === document.body || (drawn && box.bottom > 0 && box.top < innerHeight);
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted element has the focus; on the way every focus must be seen."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(_SEEN), page.evaluate("() => document.activeElement.outerHTML.slice(0, 300)")
        if wanted.count() and wanted.first.evaluate("item => item === document.activeElement"):
            return
    raise AssertionError(f"{_MOST_TABS} presses of Tab do not reach {wanted}")


def test_the_keyboard_leads_from_signing_in_to_an_act(site: Site, enter: Enter) -> None:
    page = enter().new_page()
    page.goto("/")
    tab_to(page, page.locator("summary").filter(has_text="Cán bộ đầu mối cấp xã"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name=site.name(site.officer()), exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần làm")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Gửi khó khăn, vướng mắc"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/issues/new$"))
    for label, text in (
        ("Tiêu đề", "Thiếu ghế chờ"),
        ("Đang vướng gì", "Người dân phải đứng."),
        ("Đề xuất", "Đề nghị bố trí ghế."),
    ):
        tab_to(page, page.get_by_label(label))
        page.keyboard.type(text)
    tab_to(page, page.get_by_role("button", name="Gửi", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/issues/VM-\d{4}-\d{6}$"))

    tab_to(page, page.get_by_role("link", name="Bổ sung thêm"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/add_info$"))
    tab_to(page, page.get_by_label("Nội dung bổ sung thêm"))
    page.keyboard.type("Mỗi ngày khoảng 80 lượt.")
    tab_to(page, page.get_by_role("button", name="Bổ sung thêm"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Mỗi ngày khoảng 80 lượt.")).to_be_visible()


def test_the_menu_opens_and_closes_by_keyboard(site: Site, enter: Enter) -> None:
    page = enter(site.officer()).new_page()
    page.goto("/")
    menu = page.locator(".menu summary")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Hồ sơ cá nhân")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Hồ sơ cá nhân")).to_be_hidden()
    expect(menu).to_be_focused()
