"""In a real browser: a file of the list and a change to a person wait until one confirms who one is."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Enter
from tests.browser.inspecting import DESKTOP, PHONE, Inspector
from tests.browser.site import Site
from tests.browser.test_main_journey import sign_in
from tracker.accounts.models import Account, SignedInSession
from tracker.db import db, transaction
from tracker.permissions import Role

WAYS = pytest.mark.parametrize(
    ("width", "has_script"), [(390, True), (1280, False)], ids=["phone", "desktop without JavaScript"]
)


def grow_old(site: Site, login: str) -> None:
    """The newest session of this person began twenty minutes ago."""
    with site.app.app_context(), transaction():
        newest = (
            select(SignedInSession)
            .join(Account)
            .where(Account.login == login)
            .order_by(SignedInSession.created_at.desc())
            .limit(1)
        )
        db.session.scalars(newest).one().created_at -= timedelta(minutes=20)


def faults(page: Page) -> list[str]:
    inspector, found = Inspector(page), []
    for width in (DESKTOP, PHONE):
        inspector.resize(width)
        found += [f"{page.url} at {width}: {line}" for line in inspector.faults()]
    return found


@WAYS
def test_the_list_is_taken_away_after_a_confirmation(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    login = site.logins(Role.COORDINATOR)[0]
    page = enter(width=width, java_script_enabled=has_script).new_page()
    sign_in(page, "Đầu mối tổng hợp cấp tỉnh", site.name(login))
    grow_old(site, login)
    page.goto("/issues")
    page.get_by_role("link", name="Tải tệp CSV").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xác nhận lại danh tính")
    found = faults(page) if has_script else []
    with page.expect_download() as taken:
        page.get_by_role("button", name="Xác nhận").click()
    assert taken.value.suggested_filename.endswith(".csv")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã xác nhận danh tính")
    found += faults(page) if has_script else []
    assert not found, "\n".join(found)


@WAYS
def test_what_was_typed_of_a_person_is_saved_after_a_confirmation(
    site: Site, enter: Enter, width: int, has_script: bool
) -> None:
    login = site.logins(Role.ADMINISTRATOR)[0]
    with site.app.app_context():
        other = db.session.scalars(
            select(Account.id).where(Account.login == site.logins(Role.GROUP_MEMBER)[0])
        ).one()
    page = enter(width=width, java_script_enabled=has_script, refused={403}).new_page()
    sign_in(page, "Quản trị hệ thống", site.name(login))
    grow_old(site, login)
    page.goto(f"/people/{other}")
    page.get_by_label("Điện thoại").fill(f"0912 000 {width}")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xác nhận lại danh tính")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã xác nhận danh tính")
    found = faults(page) if has_script else []
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_label("Điện thoại")).to_have_value(f"0912 000 {width}")
    assert not found, "\n".join(found)
