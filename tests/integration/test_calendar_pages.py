"""The administrator's calendar: the table beside the proposal, files, and the dates that move with it."""

import io
from collections.abc import Callable
from datetime import date

import pytest

from tests.browser_of_pages import Person, forms_in, path_of, words_of
from tests.integration.test_directory_pages import last_entry
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines import changing
from tracker.deadlines.calendar import Day
from tracker.deadlines.days import load_calendar
from tracker.issues import recompute
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    return enter(desk.province.administrator)


def _look_at(administrator: Person, url: str, **typed: object) -> str:
    return administrator.do(url, status=200, **typed).text


def _save(administrator: Person, looked_at: str) -> None:
    form = next(form for form in forms_in(looked_at) if form.action == "/calendar/save")
    assert path_of(administrator.send(form)) == "/calendar"


def _work(desk: Desk) -> int:
    with desk.travelled():
        return recompute.work(desk.session, transaction)


def test_a_known_error_of_the_package_is_marked_and_the_table_decides(
    desk: Desk, administrator: Person
) -> None:
    text = administrator.text("/calendar?year=2026")
    assert text.count("Khác bảng") == 2  # 2 January is off, 10 January worked: the package knows neither
    calendar = load_calendar(desk.session)
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    administrator.get("/calendar?year=1999", status=404)


def test_a_new_day_off_moves_open_issues_and_each_says_from_when_to_when(
    desk: Desk, administrator: Person, enter: Enter
) -> None:
    moved, far = desk.working(), desk.answered()
    due = desk.issue(moved).due_on
    looked_at = _look_at(
        administrator,
        "/calendar/day",
        on="2026-06-05",
        name="Nghỉ bão",
        source="CV 1/UBND",
        state="confirmed",
    )
    assert "Hạn trả lời của 1 vướng mắc sẽ thay đổi" in words_of(looked_at)
    assert desk.kinds(moved)[-1] != "calendar_changed"
    _save(administrator, looked_at)
    assert last_entry(desk.session, "calendar_changed")["after"] == {
        "2026-06-05": ["off", "Nghỉ bão", "CV 1/UBND", "confirmed"]
    }
    assert _work(desk) == 1
    assert _work(desk) == 0
    assert (due, desk.issue(moved).due_on) == (june(10), june(11))
    assert desk.payload(moved, "calendar_changed") == {
        "v": 1,
        "old_due_on": "2026-06-10",
        "new_due_on": "2026-06-11",
    }
    assert "calendar_changed" not in desk.kinds(far)
    assert desk.verify() == []
    page = enter(desk.province.member).text(f"/issues/{desk.issue(moved).number}")
    assert "Hạn trả lời chuyển từ 10/06/2026 sang 11/06/2026" in page


def test_a_job_that_was_stopped_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "BATCH", 2)
    keys = [desk.working() for _ in range(5)]
    with desk.travelled(), transaction():
        plan = changing.Plan((Day(june(5), False, "Nghỉ bão"),))
        me = desk.actor(desk.province.administrator)
        changing.carry_out(desk.session, me, plan, desk.at, seen=changing.mark(desk.session))
    rounds = 0

    class Killed(Exception):
        pass

    def dying() -> object:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            raise Killed
        return transaction()

    with desk.travelled(), pytest.raises(Killed):
        recompute.work(desk.session, dying)  # type: ignore[arg-type]
    assert [desk.issue(key).due_on for key in keys] == [june(11)] * 4 + [june(10)]
    assert desk.verify() == []
    desk.do(desk.province.lead, keys[4], Act.EXTEND, days=2)  # an act meets the new calendar first
    assert desk.payload(keys[4], "extended")["old_due_on"] == "2026-06-11"
    assert desk.payload(keys[4], "extended")["new_due_on"] == desk.issue(keys[4]).due_on.isoformat()
    assert _work(desk) == 0
    assert [desk.kinds(key).count("calendar_changed") for key in keys] == [1, 1, 1, 1, 1]
    assert desk.payload(keys[4], "calendar_changed")["old_due_on"] == "2026-06-10"
    assert desk.verify() == []


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(
    desk: Desk, administrator: Person
) -> None:
    first = _look_at(administrator, "/calendar/day", on="2026-06-05", name="A")
    second = _look_at(administrator, "/calendar/day", on="2026-06-08", name="B")
    _save(administrator, first)
    form = next(form for form in forms_in(second) if form.action == "/calendar/save")
    administrator.send(form, status=409)
    assert load_calendar(desk.session).is_working(june(8))


def test_a_year_is_proposed_reviewed_and_confirmed_by_its_document(desk: Desk, administrator: Person) -> None:
    page = administrator.form("/calendar?year=2028", action="/calendar/proposal")
    looked_at = administrator.send(page, status=200).text
    _save(administrator, looked_at)
    days = changing.days_of(desk.session, 2028)
    assert days
    assert all(day.is_provisional for day in days)
    form = administrator.form("/calendar?year=2028", action="/calendar/confirm")
    administrator.send(form, status=422, document="")
    _save(administrator, administrator.send(form, status=200, document="TB 1/TB-BNV").text)
    desk.session.expire_all()
    after = changing.days_of(desk.session, 2028)
    assert {(day.is_provisional, day.source) for day in after} == {(False, "TB 1/TB-BNV")}


def test_a_day_is_taken_out_again(desk: Desk, administrator: Person) -> None:
    url = "/calendar/day?on=2026-09-01"
    looked_at = administrator.send(administrator.form(url), status=200, url=url, do="remove").text
    _save(administrator, looked_at)
    assert load_calendar(desk.session).is_working(date(2026, 9, 1))


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_what_was_exported_comes_in_again_as_it_was(desk: Desk, administrator: Person, kind: str) -> None:
    content = administrator.get(f"/calendar/2026.{kind}").data
    before = changing.days_of(desk.session)
    url = "/calendar/import"
    form = administrator.form(url)
    same = administrator.send(form, status=200, file=(io.BytesIO(content), f"a.{kind}"))
    assert "Không có ngày nào thay đổi" in words_of(same.text)
    assert changing.days_of(desk.session) == before


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("date,kind,name\n2026-13-01,off,X", "Ngày không đọc được"),
        ("date,kind,name\n2026-06-05,half,X", "Loại ngày cần là"),
        ("date,kind,name\n2026-06-05,off,", "Cần có tên ngày"),
        ("date,kind,name\n2026-06-05,off,X\n2026-06-05,work,Y", "trùng với một dòng"),
        ("nothing", "Không đọc được tệp"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:X\nEND:VEVENT\nEND:VCALENDAR", "Ngày không đọc được"),
    ],
)
def test_a_faulty_file_is_shown_row_by_row_and_nothing_is_taken(
    administrator: Person, content: str, fault: str
) -> None:
    form = administrator.form("/calendar/import")
    answer = administrator.send(form, status=422, file=(io.BytesIO(content.encode()), "a.csv"))
    assert fault in words_of(answer.text)
