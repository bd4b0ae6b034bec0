"""A date that crosses a year whose calendar is not official says so; the administrator is reminded of that year."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import delete, update

from tests.browser_of_pages import Person
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines.models import CalendarDay, DayStatus

Enter = Callable[[Account], Person]
WORDS = "Lịch nghỉ năm 2027 còn tạm tính; khi có quyết định chính thức, hạn có thể thay đổi."
REMINDER = "Lịch nghỉ năm 2027 còn tạm tính hoặc chưa có"


def _settle(desk: Desk) -> None:
    with transaction():
        desk.session.execute(update(CalendarDay).values(status=DayStatus.CONFIRMED))


def test_page_form_print_and_explanation_say_that_the_date_may_move(desk: Desk, enter: Enter) -> None:
    p = desk.province
    desk.go("2026-12-28")
    url = f"/issues/{desk.issue(desk.working()).number}"
    pages = [url, f"{url}/print", f"{url}/why", "/issues/new"]
    officer = enter(p.officer_a)
    assert [page for page in pages if WORDS not in officer.text(page)] == []
    _settle(desk)
    assert [page for page in pages if WORDS in officer.text(page)] == []


def test_a_date_within_an_official_year_says_nothing(desk: Desk, enter: Enter) -> None:
    url = f"/issues/{desk.issue(desk.working()).number}"
    officer = enter(desk.province.officer_a)
    assert [page for page in (url, "/issues/new") if "tạm tính" in officer.text(page)] == []


def test_from_november_the_administrator_is_reminded_until_next_year_is_official(
    desk: Desk, enter: Enter
) -> None:
    administrator = desk.province.administrator
    desk.go("2026-10-31")
    assert REMINDER not in enter(administrator).text("/")
    desk.go("2026-11-01")
    assert REMINDER in enter(administrator).text("/")
    assert REMINDER not in enter(desk.province.lead).text("/")
    _settle(desk)
    assert REMINDER not in enter(administrator).text("/")
    with transaction():
        desk.session.execute(delete(CalendarDay).where(CalendarDay.on >= date(2027, 1, 1)))
    assert REMINDER in enter(administrator).text("/")
