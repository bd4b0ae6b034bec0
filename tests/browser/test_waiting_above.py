"""A document to somebody higher in a real browser: followed up for all its issues, and the reply recorded."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.browser.situations import OWNER, refer_two
from tests.browser.test_main_journey import role_words, sign_in, state
from tracker.permissions import Role


@pytest.mark.parametrize(
    ("width", "has_script"), [(390, True), (1280, False)], ids=["phone", "desktop without JavaScript"]
)
def test_a_document_is_followed_up_and_its_reply_recorded(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    document = refer_two(site.app)
    page = enter(width=width, java_script_enabled=has_script).new_page()
    sign_in(page, role_words(Role.GROUP_MEMBER), site.name(OWNER))
    page.goto(f"/referrals/{document}")
    page.get_by_role("link", name="Đã đôn đốc văn bản trình").click()
    page.get_by_label("Đã đôn đốc thế nào").fill("Đã gọi Văn phòng UBND tỉnh.")
    page.get_by_role("button", name="Đã đôn đốc văn bản trình").click()
    expect(page.get_by_text("Đã ghi đôn đốc cho").first).to_be_visible()

    own = page.locator("li", has_text=f"Xử lý chính: {site.name(OWNER)}").first
    own.get_by_role("link").first.click()
    page.get_by_role("link", name="Ghi nhận trả lời của cấp có thẩm quyền").click()
    page.get_by_label("Nội dung trả lời của cấp có thẩm quyền").fill("Đồng ý chủ trương.")
    page.get_by_role("button", name="Ghi nhận trả lời của cấp có thẩm quyền").click()
    expect(state(page)).to_have_text("Đang xử lý")
