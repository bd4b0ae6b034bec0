"""An opinion asked for in a real browser: on a phone and on a desktop, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.browser.situations import OWNER
from tests.browser.situations_of_time import opinion_overdue
from tests.browser.test_main_journey import choose, role_words, sign_in, state
from tracker.permissions import Role

DEPARTMENT, ASKED = "Sở Nội vụ", "Sở Tài chính"


@pytest.mark.parametrize(
    ("width", "has_script"), [(1280, True), (390, False)], ids=["desktop, JavaScript", "phone, none"]
)
def test_a_department_asks_another_and_reads_its_opinion_which_the_commune_does_not(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    def at_work(role: Role, unit: str | None) -> Page:
        """Somebody signs in on the sign-in page."""
        login = site.logins(role, unit)[0] if unit else site.officer()
        page = enter(width=width, java_script_enabled=has_script).new_page()
        sign_in(page, role_words(role), site.name(login))
        return page

    title, question = f"Lấy ý kiến về mức chi ({width})", "Mức chi này lấy từ nguồn nào?"
    commune = at_work(Role.COMMUNE_OFFICER, None)
    commune.get_by_role("link", name="Gửi khó khăn, vướng mắc").click()
    commune.get_by_label("Tiêu đề").fill(title)
    commune.get_by_label("Đang vướng gì").fill("Ba người chưa nhận phụ cấp tháng này.")
    commune.get_by_label("Đề xuất").fill("Đề nghị Sở hướng dẫn mức chi.")
    commune.get_by_text("Lĩnh vực, nhóm vướng mắc", exact=True).click()
    commune.get_by_label("Lĩnh vực", exact=False).first.select_option(label="Nội vụ")
    commune.get_by_label("Nhóm vướng mắc").select_option(label="Thiếu hướng dẫn nhiệm vụ chuyển tiếp")
    commune.get_by_role("button", name="Gửi", exact=True).click()
    expect(commune).to_have_url(re.compile(r"/issues/VM-\d{4}-\d{6}$"))
    issue = commune.url

    lead = at_work(Role.GROUP_LEAD, DEPARTMENT)
    lead.goto(issue)
    choose(lead.get_by_label("Người xử lý chính"), site.name(site.logins(Role.GROUP_MEMBER, DEPARTMENT)[0]))
    lead.get_by_role("button", name="Tiếp nhận và giao").click()

    member = at_work(Role.GROUP_MEMBER, DEPARTMENT)
    member.goto(issue)
    more = member.get_by_text("Việc khác", exact=True)
    if not member.get_by_role("link", name="Lấy ý kiến").is_visible():
        more.click()
    member.get_by_role("link", name="Lấy ý kiến").click()
    member.get_by_label("Cơ quan được lấy ý kiến").first.select_option(label=ASKED)
    member.get_by_label("Nội dung hỏi").first.fill(question)
    member.get_by_role("button", name="Lấy ý kiến").click()
    expect(state(member)).to_have_text("Đang xử lý")
    expect(member.locator(".badges").first).to_contain_text("Đang lấy ý kiến 1 sở, ngành")

    asked = at_work(Role.GROUP_LEAD, ASKED)
    expect(asked.get_by_text("nội dung được lấy ý kiến")).to_be_visible()
    asked.goto(issue)
    expect(asked.locator("#opinions")).to_contain_text(question)
    asked.get_by_role("textbox", name="Ý kiến tham gia").fill("Lấy từ dự phòng ngân sách xã.")
    asked.get_by_role("button", name="Gửi ý kiến tham gia").click()
    expect(asked.locator("#opinions")).to_contain_text("Lấy từ dự phòng ngân sách xã.")

    member.goto(issue)
    expect(member.locator("#opinions")).to_contain_text("Đã có ý kiến")
    commune.goto(issue)
    expect(commune.get_by_role("heading", level=1)).to_have_text(title)
    expect(commune.locator("#opinions")).to_have_count(0)
    expect(commune.get_by_text(question)).to_have_count(0)
    expect(commune.get_by_text("Lấy từ dự phòng ngân sách xã.")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "has_script"), [(390, True), (1280, False)], ids=["phone, JavaScript", "desktop, none"]
)
def test_who_gave_no_opinion_in_time_is_named_and_may_still_give_it_which_is_marked_late(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    def at(login: str) -> Page:
        return enter(login, width=width, java_script_enabled=has_script).new_page()

    issue = f"/issues/{opinion_overdue(site.app, ASKED)}"
    owner = at(OWNER)
    owner.goto(issue)
    expect(owner.locator("#opinions")).to_contain_text("Hết hạn, chưa tham gia ý kiến")
    expect(state(owner)).to_have_text("Đang xử lý")

    asked = at(site.logins(Role.GROUP_LEAD, ASKED)[0])
    asked.goto(issue)
    if not asked.get_by_role("textbox", name="Ý kiến tham gia").is_visible():
        asked.get_by_role("link", name="Gửi ý kiến tham gia").click()
    asked.get_by_role("textbox", name="Ý kiến tham gia").fill("Lấy từ dự phòng ngân sách xã.")
    asked.get_by_role("button", name="Gửi ý kiến tham gia").click()
    owner.goto(issue)
    expect(owner.locator("#opinions")).to_contain_text("Lấy từ dự phòng ngân sách xã.")
    expect(owner.locator("#opinions")).to_contain_text("Ý kiến gửi muộn")
    commune = at(site.officer())
    commune.goto(issue)
    expect(commune.locator("#opinions")).to_have_count(0)
    expect(commune.get_by_text("chưa tham gia ý kiến")).to_have_count(0)
