"""What a person does at a real keyboard and on a weak line: drafts keep themselves, nothing is lost or doubled."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.browser.test_main_journey import choose, state
from tests.journeys.walking import PDF

ISSUE = re.compile(r"/issues/VM-\d{4}-\d{6}$")
DRAFT = re.compile(r"/drafts/[\w-]+$")
FORM = re.compile(r"/(drafts/|issues/new)")
SAVED = re.compile(r"Đã tự lưu lúc \d\d:\d\d")


@pytest.fixture
def form(site: Site, enter: Enter) -> Page:
    """The empty form of a commune's officer."""
    page = enter(site.officer(), refused=(422,)).new_page()
    page.goto("/issues/new")
    return page


def write(page: Page, title: str = "Thiếu máy quét") -> None:
    """Fill in the three fields."""
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Đang vướng gì").fill("Bộ phận một cửa chỉ có một máy quét.")
    page.get_by_label("Đề xuất").fill("Đề nghị bố trí thêm một máy.")


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Gửi", exact=True).click()


def hold(page: Page, *, before_server: bool) -> Callable[[], None]:
    """Stop the savings of the draft on their way to the server, or their answers on the way back; gives the release."""
    held: list[Callable[[], None]] = []

    def stop(route: Route) -> None:
        if route.request.headers.get("hx-request") != "true":
            route.continue_()
        elif before_server:
            held.append(route.continue_)
        else:
            answer = route.fetch()
            held.append(lambda: route.fulfill(response=answer))

    page.route(FORM, stop)

    def release() -> None:
        for go_on in held:
            go_on()

    return release


def test_a_draft_keeps_itself_and_can_be_gone_on_with(form: Page) -> None:
    write(form)
    expect(form.get_by_text(SAVED)).to_be_visible()
    expect(form).to_have_url(DRAFT)
    with form.expect_response(FORM) as saved:
        form.get_by_label("Đề xuất").fill("Đề nghị bố trí thêm hai máy.")
    assert saved.value.status == 200
    form.reload()
    expect(form.get_by_label("Tiêu đề")).to_have_value("Thiếu máy quét")
    expect(form.get_by_label("Đề xuất")).to_have_value("Đề nghị bố trí thêm hai máy.")
    send(form)
    expect(form).to_have_url(ISSUE)
    expect(state(form)).to_have_text("Chờ tiếp nhận")


@pytest.mark.parametrize("before_server", [True, False], ids=["saving on its way", "its answer on its way"])
def test_sending_while_the_draft_is_being_saved_sends_what_stands_there(
    form: Page, before_server: bool
) -> None:
    write(form)
    expect(form).to_have_url(DRAFT)
    release = hold(form, before_server=before_server)
    with form.expect_request(lambda request: request.headers.get("hx-request") == "true"):
        form.get_by_label("Tiêu đề").fill("Thiếu máy in")
    write(form, "Thiếu máy in mới")
    send(form)
    form.wait_for_timeout(1500)  # longer than the draft waits to keep itself again
    release()
    expect(form).to_have_url(ISSUE)
    expect(form.get_by_role("heading", level=1)).to_have_text("Thiếu máy in mới")
    expect(form.get_by_text("Đề nghị bố trí thêm một máy.")).to_be_visible()


def test_files_come_along_however_slow_they_are(form: Page) -> None:
    write(form)
    form.get_by_text("Gửi bằng công văn đã ký").click()
    form.get_by_label("Công văn đã ký của địa phương").set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    slow: list[Route] = []
    form.route(
        FORM,
        lambda route: route.continue_() if route.request.headers.get("hx-request") else slow.append(route),
    )
    button = form.get_by_role("button", name="Gửi", exact=True)
    button.evaluate("item => { setTimeout(() => item.click()); }")  # a real click would wait for what we hold
    form.wait_for_timeout(2500)  # longer than the draft waits to keep itself
    slow[0].continue_()
    expect(form).to_have_url(ISSUE)
    expect(form.get_by_role("link", name="cv.pdf")).to_be_visible()


def test_two_presses_make_one_issue(form: Page) -> None:
    sent = []
    form.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    write(form)
    form.get_by_role("button", name="Gửi", exact=True).dblclick()
    expect(form).to_have_url(ISSUE)
    posts = [url for url in sent if not ISSUE.search(url)]
    assert len(posts) == 1, sent


def test_a_form_left_and_come_back_to_can_be_sent(form: Page) -> None:
    send(form)
    expect(form.get_by_role("alert")).to_be_visible()
    form.go_back()
    write(form)
    send(form)
    expect(form).to_have_url(ISSUE)


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_errors_are_gathered_in_a_summary_that_takes_the_focus(
    site: Site, enter: Enter, has_script: bool
) -> None:
    page = enter(site.officer(), java_script_enabled=has_script, refused=(422,)).new_page()
    page.goto("/issues/new")
    page.get_by_label("Tiêu đề").fill("Chỉ có tiêu đề")
    send(page)
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Tiêu đề")).to_have_value("Chỉ có tiêu đề")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Đang vướng gì")).to_be_focused()


def test_a_session_that_ends_while_typing_costs_nothing(site: Site, enter: Enter) -> None:
    context = enter(site.officer(), refused=(401, 400))
    page = context.new_page()
    page.goto("/issues/new")
    cookies = context.cookies()
    context.clear_cookies()
    write(page, "Thiếu bàn tiếp dân")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cần đăng nhập lại")
    expect(page.get_by_text("Bộ phận một cửa chỉ có một máy quét.")).to_be_visible()
    context.add_cookies(cookies)  # signed in again in another tab
    page.get_by_role("button", name="Gửi lại").click()
    again = page.get_by_role("button", name="Gửi lại").or_(page.get_by_label("Tiêu đề"))
    expect(again).to_be_visible()
    if page.get_by_role("button", name="Gửi lại").count():
        page.get_by_role("button", name="Gửi lại").click()
    expect(page).to_have_url(DRAFT)
    expect(page.get_by_label("Tiêu đề")).to_have_value("Thiếu bàn tiếp dân")
    expect(page.get_by_label("Đề xuất")).to_have_value("Đề nghị bố trí thêm một máy.")


def test_a_lost_line_is_told_and_the_text_stays(site: Site, enter: Enter) -> None:
    context = enter(site.officer(), refused=("ERR_INTERNET_DISCONNECTED", "htmx:"))
    page = context.new_page()
    page.goto("/issues/new")
    context.set_offline(True)
    write(page)
    expect(page.get_by_text("Chưa gửi được vì mất kết nối.")).to_be_visible()
    expect(page.get_by_label("Tiêu đề")).to_have_value("Thiếu máy quét")
    context.set_offline(False)
    page.get_by_label("Tiêu đề").fill("Thiếu hai máy quét")
    expect(page.get_by_text(SAVED)).to_be_visible()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thiếu hai máy quét")


def test_the_message_for_a_chat_group_is_copied_with_one_press(site: Site, enter: Enter) -> None:
    context = enter("theodoi", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/issues")
    page.locator(".row-title").first.click()
    number = page.url.rsplit("/", 1)[1]
    button = page.get_by_role("button", name="Sao chép tin nhắn")
    button.click()
    expect(page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    lines = str(page.evaluate("() => navigator.clipboard.readText()")).splitlines()
    assert len(lines) == 4
    assert (lines[0], lines[3]) == (number, f"{site.address}/issues/{number}")


def test_an_answer_keeps_itself_while_it_is_written_and_is_then_handed_in(site: Site, enter: Enter) -> None:
    member = enter("snv.thanhvien1").new_page()
    lead = enter("snv.totruong").new_page()
    commune = enter(site.officer()).new_page()
    commune.goto("/issues/new")
    write(commune, "Chưa rõ mức phụ cấp")
    commune.get_by_text("Lĩnh vực, nhóm vướng mắc", exact=True).click()
    commune.get_by_label("Lĩnh vực").first.select_option(label="Nội vụ")
    commune.get_by_label("Nhóm vướng mắc").select_option(label="Thiếu hướng dẫn nhiệm vụ chuyển tiếp")
    send(commune)
    expect(commune).to_have_url(ISSUE)
    lead.goto(commune.url)
    choose(lead.get_by_label("Người xử lý chính"), site.name("snv.thanhvien1"))
    lead.get_by_role("button", name="Tiếp nhận và giao").click()
    expect(state(lead)).to_have_text("Đang xử lý")

    member.goto(f"{commune.url}/submit_answer")
    member.get_by_label("Nội dung trả lời").fill("Theo bảng 1.")
    expect(member.get_by_text(SAVED)).to_be_visible()
    with member.expect_response(re.compile(r"/answer$")) as kept:
        member.get_by_label("Văn bản").first.fill("Nghị định 118/2025/NĐ-CP")
    assert kept.value.status == 200
    member.reload()
    expect(member.get_by_label("Nội dung trả lời")).to_have_value("Theo bảng 1.")
    expect(member.get_by_label("Văn bản").first).to_have_value("Nghị định 118/2025/NĐ-CP")
    member.get_by_label("Nội dung trả lời").fill("Theo bảng 1 và bảng 2.")
    expect(member.get_by_text(SAVED)).to_be_visible()
    member.get_by_role("button", name="Trình duyệt").click()
    expect(state(member)).to_have_text("Chờ duyệt dự thảo trả lời")
    expect(member.get_by_text("Theo bảng 1 và bảng 2.")).to_be_visible()
