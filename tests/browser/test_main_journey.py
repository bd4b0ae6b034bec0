"""The main story in a real browser: on a phone and on a desktop, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tracker.permissions import Role

DEPARTMENT = "Sở Nội vụ"


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """The width of the window."""
    found: int = request.param
    return found


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_difficulty_goes_from_the_commune_to_its_confirmed_answer(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    def at_work(role: Role, unit: str | None) -> Page:
        """Somebody signs in on the sign-in page."""
        login = site.logins(role, unit)[0] if unit else site.officer()
        page = enter(width=width, java_script_enabled=has_script).new_page()
        sign_in(page, role_words(role), site.name(login))
        return page

    title = f"Chưa rõ mức chi phụ cấp ({width}, {has_script})"
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
    expect(state(commune)).to_have_text("Chờ tiếp nhận")
    issue = commune.url

    lead = at_work(Role.GROUP_LEAD, DEPARTMENT)
    owner = site.logins(Role.GROUP_MEMBER, DEPARTMENT)[0]
    lead.goto(issue)
    choose(lead.get_by_label("Người xử lý chính"), site.name(owner))
    lead.get_by_role("button", name="Tiếp nhận và giao").click()
    expect(state(lead)).to_have_text("Đang xử lý")

    member = at_work(Role.GROUP_MEMBER, DEPARTMENT)
    member.goto(issue)
    member.get_by_role("link", name="Trình duyệt").click()
    member.get_by_label("Nội dung trả lời").fill("Áp dụng Điều 5 của nghị định.")
    member.get_by_label("Văn bản").first.fill("Nghị định 118/2025/NĐ-CP")
    member.get_by_role("button", name="Trình duyệt").click()
    expect(state(member)).to_have_text("Chờ duyệt dự thảo trả lời")
    expect(member.get_by_role("button", name="Duyệt và gửi")).to_have_count(0)

    lead.goto(issue)
    expect(lead.get_by_text("Áp dụng Điều 5 của nghị định.")).to_be_visible()
    lead.get_by_role("button", name="Duyệt và gửi").click()
    expect(state(lead)).to_have_text("Đã trả lời, chờ địa phương phản hồi")

    commune.goto(issue)
    expect(commune.get_by_text("Áp dụng Điều 5 của nghị định.").first).to_be_visible()
    commune.get_by_label("Vướng mắc đã được giải quyết").check()
    commune.get_by_role("button", name="Đồng ý với nội dung trả lời").click()
    expect(state(commune)).to_have_text("Kết thúc: Đã giải quyết")

    leader = at_work(Role.PROVINCIAL_LEADER, "UBND tỉnh Hưng Yên")
    leader.get_by_role("link", name="Tình hình toàn tỉnh").click()
    leader.get_by_role("link", name=re.compile(r"^\d+\s*Đang mở$")).click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Danh sách vướng mắc")
    expect(leader.get_by_role("link", name=title)).to_have_count(0)  # it is closed


def sign_in(page: Page, role: str, name: str) -> None:
    """Choose a sample person on the sign-in page."""
    page.goto("/")
    group = page.locator("details").filter(
        has=page.get_by_role("button", name=name, exact=True, include_hidden=True)
    )
    group = group.filter(has_text=role).first
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    group.get_by_role("button", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần làm")


def role_words(role: Role) -> str:
    """How the sign-in page calls the role."""
    words = {
        Role.COMMUNE_OFFICER: "Cán bộ đầu mối cấp xã",
        Role.GROUP_LEAD: "Tổ trưởng, tổ phó tổ công tác",
        Role.GROUP_MEMBER: "Thành viên tổ công tác",
        Role.PROVINCIAL_LEADER: "Lãnh đạo UBND tỉnh",
    }
    return words[role]


def state(page: Page) -> Locator:
    """The badge of the state at the head of an issue."""
    return page.locator(".badges > .badge").first


def choose(box: Locator, start: str) -> None:
    """Choose the option that starts so."""
    options = box.locator("option").all_text_contents()
    box.select_option(label=next(text for text in options if text.startswith(start)))
