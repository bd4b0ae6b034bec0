"""Pages that nobody asks for by address: refusals, errors, both texts, warnings; long texts and a list of nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Enter
from tests.browser.inspecting import DESKTOP, NARROW, PHONE, Inspector
from tests.browser.site import Site

Bring = Callable[[Page], None]
LONG = "Đề nghị hướng dẫn chi trả chế độ cho người hoạt động không chuyên trách. " * 70
WORD = "nguyễnvănlươngthuậnphường" * 8


def _write(page: Page, title: str, situation: str, proposal: str = "Đề nghị hướng dẫn.") -> None:
    page.goto("/issues/new")
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Đang vướng gì").fill(situation)
    page.get_by_label("Đề xuất").fill(proposal)


def _press(page: Page, text: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=text, exact=True).click()


def unknown_page(page: Page) -> None:
    """An address that does not exist."""
    page.goto("/issues/VM-2020-999999")


def form_with_errors(page: Page) -> None:
    """A form sent empty."""
    page.goto("/issues/new")
    _press(page, "Gửi")


def form_with_warnings(page: Page) -> None:
    """A text with personal data and about secrets."""
    _write(page, "Hồ sơ", "Công dân 001099012345 hỏi về tài liệu mật, đơn tố cáo.")
    _press(page, "Gửi")


def draft_saved_elsewhere(page: Page) -> None:
    """Both texts."""
    _write(page, "Bản thứ nhất", "Nội dung thứ nhất.")
    _press(page, "Lưu nháp")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Đề xuất").fill("Đề xuất của người khác.")
    _press(other, "Lưu nháp")
    other.close()
    page.get_by_label("Đề xuất").fill("Đề xuất vừa nhập.")
    _press(page, "Lưu nháp")


def session_ended(page: Page) -> None:
    """What was typed is shown; signing in is offered."""
    _write(page, "Phiên đã hết", "Nội dung còn nguyên.")
    page.context.clear_cookies()
    _press(page, "Gửi")


def long_texts(page: Page) -> None:
    """An issue with a title of one word, a text of 5,000 characters."""
    _write(page, WORD, LONG, WORD * 4)
    _press(page, "Gửi")


def long_draft(page: Page) -> None:
    """The same while it is being written."""
    _write(page, WORD, LONG, WORD * 4)
    _press(page, "Lưu nháp")


@pytest.mark.parametrize(
    "bring",
    [
        unknown_page,
        form_with_errors,
        form_with_warnings,
        draft_saved_elsewhere,
        session_ended,
        long_texts,
        long_draft,
    ],
    ids=lambda bring: bring.__name__,
)
def test_a_page_in_trouble_is_open_to_everybody_too(site: Site, enter: Enter, bring: Bring) -> None:
    context = enter(site.officer(), refused=(401, 404, 409, 422, "ERR_FAILED"))
    context.route("**/htmx*.js", lambda route: route.abort())  # drafts shall not keep themselves in between
    page = context.new_page()
    bring(page)
    inspector = Inspector(page)
    faults = []
    for width in (DESKTOP, PHONE):
        inspector.resize(width)
        faults += [f"at {width}: {line}" for line in inspector.faults()]
    inspector.resize(NARROW)
    assert inspector.aside() <= 0
    assert not faults, "\n".join(faults)
