"""Stories of dates and levels in a real browser: on a phone and on a desktop, with JavaScript and without."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.browser.situations import OWNER
from tests.browser.situations_of_time import at_work_since_today, promised_and_not_done, risen_to_the_top
from tests.browser.test_main_journey import choose, state
from tracker import clock
from tracker.db import db, transaction
from tracker.deadlines.days import load_calendar
from tracker.issues import recompute

LEAD, DEPARTMENT_LEADER, ASSISTANT = "snv.totruong", "snv.lanhdao", "giupviec"
At = Callable[[str], Page]


@pytest.fixture(params=[(1280, True), (390, False)], ids=["desktop, JavaScript", "phone, none"])
def at(request: pytest.FixtureRequest, enter: Enter) -> At:
    """at(login): a page of somebody who has just signed in."""
    width, has_script = request.param
    return lambda login: enter(login, width=width, java_script_enabled=has_script).new_page()


def open_act(page: Page, words: str) -> None:
    """Follow the link of an act, which may be folded away."""
    link = page.get_by_role("link", name=words, exact=True)
    if not link.is_visible():
        page.get_by_text("Việc khác", exact=True).click()
    link.click()


def test_what_nobody_did_is_decided_by_the_vice_chairman_whose_assistant_records_it(
    site: Site, at: At
) -> None:
    number, leader_login = risen_to_the_top(site.app)
    address = f"/issues/{number}"
    commune = at(site.officer())
    commune.goto(address)
    expect(commune.get_by_text("Ai đã được báo?")).to_have_count(0)

    assistant = at(ASSISTANT)
    assistant.goto(address)
    expect(assistant.locator(".badges").first).to_contain_text("Xin ý kiến lãnh đạo UBND tỉnh")
    assistant.get_by_role("link", name="Ai đã được báo?").click()
    expect(assistant.locator("main")).to_contain_text(
        "Tổ công tác không thực hiện: báo cáo lãnh đạo sở, ngành"
    )
    assistant.goto(address)
    assistant.get_by_role("link", name="Ghi ý kiến chỉ đạo").click()
    choose(assistant.get_by_label("Ghi thay lãnh đạo"), site.name(leader_login))
    assistant.get_by_label("Lãnh đạo có ý kiến tại").select_option(label="cuộc họp")
    assistant.get_by_label("Nội dung chỉ đạo").fill("Trả lời dứt điểm trong tuần.")
    assistant.get_by_label("Hoàn thành trước hết ngày").fill((clock.today() + timedelta(days=7)).isoformat())
    assistant.get_by_label("Sở Nội vụ", exact=True).check()
    assistant.get_by_role("button", name="Lưu ý kiến chỉ đạo").click()
    expect(assistant.locator("main")).to_contain_text("Trả lời dứt điểm trong tuần.")

    leader = at(leader_login)
    leader.goto("/directives")
    recorded = leader.locator("#word li").filter(has_text=number)
    recorded.get_by_role("button", name="Xác nhận đúng").click()

    member = at(OWNER)
    member.goto(address)
    open_act(member, "Trình duyệt")
    member.get_by_label("Nội dung trả lời").fill("Áp dụng Điều 5 của nghị định.")
    member.get_by_label("Văn bản").first.fill("Nghị định 118/2025/NĐ-CP")
    member.get_by_role("button", name="Trình duyệt").click()
    above = at(DEPARTMENT_LEADER)
    above.goto(address)
    above.get_by_role("button", name="Duyệt và gửi").click()
    expect(state(above)).to_have_text("Đã trả lời, chờ địa phương phản hồi")

    commune.goto(address)
    expect(commune.get_by_text("Trả lời dứt điểm trong tuần.")).to_have_count(0)
    commune.get_by_label("Vướng mắc đã được giải quyết").check()
    commune.get_by_role("button", name="Đồng ý với nội dung trả lời").click()
    expect(state(commune)).to_have_text("Đã trả lời, chờ địa phương phản hồi")  # the directive holds it open

    lead = at(LEAD)
    lead.goto("/directives")
    lead.locator("#owed li").filter(has_text=number).get_by_role("link", name="Báo cáo hoàn thành").click()
    lead.get_by_label("Kết quả thực hiện").fill("Đã trả lời xã.")
    lead.get_by_role("button", name="Báo cáo hoàn thành").click()
    leader.goto("/directives")
    reported = leader.locator("#reported li").filter(has_text=number)
    reported.get_by_role("button", name="Xác nhận hoàn thành").click()
    commune.goto(address)
    expect(state(commune)).to_have_text("Kết thúc: Đã giải quyết")


def test_more_time_is_asked_and_refused_and_everybody_reads_why(site: Site, at: At) -> None:
    address = f"/issues/{at_work_since_today(site.app)}"
    member, lead, commune = at(OWNER), at(LEAD), at(site.officer())
    member.goto(address)
    due = member.locator("dt", has_text="Hạn trả lời").locator("xpath=following-sibling::dd[1]").inner_text()
    open_act(member, "Đề nghị gia hạn")
    member.get_by_label("Số ngày làm việc").fill("3")
    member.get_by_label("Lý do").fill("Chờ ý kiến Bộ Nội vụ.")
    member.get_by_role("button", name="Đề nghị gia hạn").click()

    lead.goto(address)
    expect(lead.get_by_text("Chờ ý kiến Bộ Nội vụ.").first).to_be_visible()
    open_act(lead, "Không gia hạn")
    lead.get_by_label("Lý do").fill("Còn đủ thời gian.")
    lead.get_by_role("button", name="Không gia hạn").click()

    member.goto("/inbox")
    expect(member.get_by_text("Đề nghị gia hạn không được đồng ý").first).to_be_visible()
    commune.goto(address)
    expect(commune.get_by_text("Còn đủ thời gian.").first).to_be_visible()
    expect(commune.locator("main")).to_contain_text(due)


def test_a_day_off_that_is_added_moves_the_date_of_an_open_issue_which_says_so(site: Site, at: At) -> None:
    address = f"/issues/{at_work_since_today(site.app)}"
    administrator = at("quantri")
    administrator.goto("/calendar/day")
    administrator.get_by_label("Ngày", exact=True).fill(_free_day(site).isoformat())
    administrator.get_by_label("Tên ngày").fill("Nghỉ bão")
    administrator.get_by_label("Căn cứ").fill("CV 12/UBND")
    administrator.get_by_label("Chính thức").check()
    administrator.get_by_role("button", name="Xem trước").click()
    expect(administrator.locator("main")).to_contain_text(
        re.compile(r"Hạn trả lời của \d+ vướng mắc sẽ thay đổi")
    )
    administrator.get_by_role("button", name="Lưu lịch").click()
    with site.app.app_context():
        recompute.work(db.session, transaction)
    for login in (site.officer(), OWNER):
        page = at(login)
        page.goto(address)
        expect(page.locator("main")).to_contain_text(
            re.compile(r"Hạn trả lời chuyển từ \d\d/\d\d/\d{4} sang \d\d/\d\d/\d{4}\.")
        )


def _free_day(site: Site) -> date:
    """A working day before an answer of today is due, that no other run of the test has taken."""
    with site.app.app_context():
        calendar = load_calendar(db.session)
        return calendar.add(clock.today(), 3)


def test_a_promise_that_was_not_kept_comes_back_to_the_lead_and_both_sides_see_it(site: Site, at: At) -> None:
    number = promised_and_not_done(site.app)
    commune, lead = at(site.officer()), at(LEAD)
    commune.goto("/commitments?state=woken")
    expect(commune.get_by_role("link", name=number)).to_be_visible()
    lead.goto(f"/issues/{number}")
    expect(state(lead)).to_have_text("Chờ phân công")
    expect(lead.locator(".badges").first).to_contain_text("Đã đôn đốc tổ công tác")
    expect(lead.locator("main")).to_contain_text("Mở lại do đến hạn cam kết")
    choose(lead.get_by_label("Người xử lý chính"), site.name(OWNER))
    lead.get_by_role("button", name="Giao").first.click()
    expect(state(lead)).to_have_text("Đang xử lý")
