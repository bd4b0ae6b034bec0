"""A list as .xlsx and .csv: exactly the rows of the list, typed cells, nothing that runs, no right outlived."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, links_in, tree_of
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.directory.models import Unit
from tracker.issues import exports
from tracker.issues.models import Issue
from tracker.issues.searching import rebuild
from tracker.issues.views import exports as views
from tracker.issues.workflow import Act

Enter = Callable[[Account], Person]
QUERIES = ("", "?open=any", "?late=late", "?field=finance_assets&open=any", "?scope=mine", "?state=draft")
DANGEROUS = (
    '=HYPERLINK("http://a.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    " =1+1",
)


def _numbers(html: str) -> list[str]:
    titles = [link for link in tree_of(html).iter("a") if link.get("class") == "row-title"]
    return [(link.get("href") or "").rsplit("/", 1)[1] for link in titles]


def _whole_list(person: Person, query: str) -> list[str]:
    """The numbers of the list, all its pages."""
    page = person.get(f"/issues{query or '?open=1'}").text
    found = _numbers(page)
    while (following := links_in(page).get("Trang sau")) is not None:
        page = person.get(following).text
        found += _numbers(page)
    return found


def _workbook(person: Person, query: str = "") -> Any:
    data = person.get(f"/issues/export.xlsx{query}").data
    return load_workbook(io.BytesIO(data)).worksheets[0]


def _table(person: Person, query: str = "") -> list[dict[str, Any]]:
    """The rows of the workbook by the heads of their columns."""
    rows = [[cell.value for cell in row] for row in _workbook(person, query).iter_rows()]
    top = next(index for index, row in enumerate(rows) if row[0] == "Số")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def _csv(person: Person, query: str = "") -> list[dict[str, str]]:
    text = person.get(f"/issues/export.csv{query}").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    top = next(index for index, row in enumerate(rows) if row[0] == "Số")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


@pytest.mark.parametrize(
    "name",
    [
        "officer_a",
        "leader_b",
        "member",
        "lead",
        "finance_lead",
        "coordinator",
        "provincial_leader",
        "auditor",
    ],
)
def test_a_file_holds_exactly_the_rows_of_the_list_for_each_role(
    desk: Desk, enter: Enter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PAGE_ROWS", 3)
    place = desk.province
    for _ in range(2):
        desk.working()
    desk.draft(place.leader_b)
    desk.on_behalf()
    desk.sent(place.leader_b, field_id=place.field_money.id, category_id=None)
    desk.do(place.officer_a, desk.answered(), Act.CONFIRM)
    desk.go(june(22))
    desk.sent()
    desk.draft()
    person = enter(getattr(place, name))
    for query in QUERIES:
        wanted = [each if each.startswith("VM-") else "" for each in _whole_list(person, query)]
        assert [row["Số"] or "" for row in _table(person, query)] == wanted, query
        assert [row["Số"] for row in _csv(person, query)] == wanted, query


def test_cells_are_of_their_kind(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    due_on = desk.issue(issue_id).due_on
    desk.go(june(22))
    (row,) = _table(enter(desk.province.lead))
    assert row["Hạn trả lời"] == datetime.combine(due_on or date.min, datetime.min.time())
    assert row["Số địa phương"] == 1 and row["Số lần chuyển"] == 0
    assert row["Quá hạn (ngày làm việc)"] == 8
    assert row["Cập nhật lần cuối"] == datetime(2026, 6, 1, 9, 0)
    assert row["Địa phương"] == "Xã An Bình" and row["Xử lý chính"] == "Vũ Thị Mai"
    sheet = _workbook(enter(desk.province.lead))
    assert sheet.title == "Vướng mắc" and sheet.freeze_panes == "A5"


@pytest.mark.asvs("V1.2.10")
@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_stays_text_in_a_workbook(desk: Desk, enter: Enter, text: str) -> None:
    title = desk.issue(desk.sent(title=text)).title
    sheet = _workbook(enter(desk.province.lead))
    (cell,) = [each for row in sheet.iter_rows() for each in row if each.value == title]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


@pytest.mark.asvs("V1.2.10")
@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_stays_text_in_csv_and_a_number_a_number(desk: Desk, enter: Enter, text: str) -> None:
    desk.working(desk.sent(title=text))
    desk.go(june(22))
    person = enter(desk.province.lead)
    (row,) = _csv(person)
    assert row["Tiêu đề"] == f"'{row['Tiêu đề'][1:]}"
    assert row["Quá hạn (ngày làm việc)"] == "8"
    raw = person.get("/issues/export.csv").data.decode("utf-8")
    assert raw.startswith("\ufeff")
    assert re.search(r";8;", raw), "a number is not quoted"


def test_characters_that_excel_refuses_do_not_stop_the_file(
    desk: Desk, enter: Enter, session: Session
) -> None:
    issue_id = desk.sent()
    with transaction():  # past every form: as an import or an older version may have left it
        values = {"title": "a\x0bb\x01 _x000D_ c", "situation": "𝄞x" * 20_000}
        session.execute(update(Issue).where(Issue.id == issue_id).values(values))
    with transaction():  # the same stands in the index, so that the province stays clean
        rebuild(session)
    (row,) = _table(enter(desk.province.lead))
    # Excel reads `_x000D_` as an escape, so its first underscore is one itself; openpyxl leaves that as it is.
    assert row["Tiêu đề"] == "a b  _x005F_x000D_ c"
    assert len(row["Đang vướng gì"].encode("utf-16-le")) // 2 <= 32_767
    assert row["Đang vướng gì"].endswith("…")
    assert _csv(enter(desk.province.lead))[0]["Tiêu đề"] == "a b  _x000D_ c"


def test_the_name_of_a_unit_breaks_neither_sheet_nor_file(desk: Desk, enter: Enter, session: Session) -> None:
    with transaction():
        session.execute(
            update(Unit).where(Unit.id == desk.province.commune_a.id).values(name="Sở TN&MT [a]/b:*?\"'")
        )
    desk.sent()
    person = enter(desk.province.lead)
    (row,) = _table(person, f"?commune={desk.province.commune_a.id}")
    assert row["Địa phương"] == "Sở TN&MT [a]/b:*?\"'"
    answer = person.get(f"/issues/export.xlsx?commune={desk.province.commune_a.id}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=vuong-mac-20260601.xlsx"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_loses_a_right_while_the_file_is_made_gets_nothing(
    desk: Desk, enter: Enter, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sent()
    person = enter(desk.province.lead)
    write = views.write_xlsx

    def slow(*arguments: Any) -> int:
        written = write(*arguments)
        session.rollback()
        desk.leave(desk.province.lead)
        return written

    monkeypatch.setattr(views, "write_xlsx", slow)
    answer = person.get("/issues/export.xlsx", status=404)
    assert b"PK" not in answer.data[:2]
    assert session.scalars(select(AuditEntry).where(AuditEntry.kind == "exported")).all() == []


def test_taking_a_file_is_noted_with_its_filter_and_its_rows(
    desk: Desk, enter: Enter, session: Session
) -> None:
    desk.sent(title="Bí mật của xã")
    enter(desk.province.lead).get("/issues/export.csv?open=any&nonsense=1&after=999")
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "exported"))
    assert entry.account_id == desk.province.lead.id
    assert entry.detail == '{"form": "csv", "query": "open=any", "rows": 1}'


@pytest.mark.asvs("V2.4.1")
def test_nobody_takes_files_without_end(desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_EXPORTS", 2)
    person = enter(desk.province.lead)
    person.get("/issues/export.csv")
    person.get("/issues/export.xlsx")
    assert person.get("/issues/export.csv", status=429).headers["Retry-After"]
    enter(desk.province.coordinator).get("/issues/export.csv")


def test_a_list_that_is_too_long_says_so(desk: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = [desk.issue(desk.sent()).number for _ in range(3)][::-1]
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    monkeypatch.setattr(views, "MOST_ROWS", 2)
    monkeypatch.setattr(exports.export_rows, "__kwdefaults__", {"limit": 2})
    person = enter(desk.province.lead)
    assert [row["Số"] for row in _table(person)] == newest[:2]
    assert "Chỉ có 2 vướng mắc mới nhất" in person.get("/issues/export.csv").data.decode("utf-8-sig")
