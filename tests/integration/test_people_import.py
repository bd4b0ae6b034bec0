"""People from a spreadsheet: every row is looked at, all come in at once or none, a second time nothing changes."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.browser_of_pages import Person, forms_in, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account, Grant
from tracker.permissions import Role

Enter = Callable[[Account], Person]
HEADS = ["TÀI KHOẢN", "Họ tên", "Chức vụ", "Điện thoại", "Email", "Đơn vị", "Vai trò", "Từ ngày", "Đến ngày"]
URL = "/people/import"


@pytest.fixture
def admin(enter: Enter, desk: Desk) -> Person:
    """The administrator at his browser."""
    return enter(desk.province.administrator)


def sheet(*rows: list[str]) -> tuple[io.BytesIO, str]:
    """A workbook with a title line, the heads and these rows."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["DANH SÁCH CÁN BỘ"], HEADS, *rows):
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target, "can-bo.xlsx"


def row(desk: Desk, login: str, name: str, **other: str) -> list[str]:
    plain = {
        "unit": desk.province.finance.name,
        "role": "Thành viên tổ công tác",
        "from": "01/06/2026",
        "to": "",
    }
    cells = plain | other
    return [login, name, "Chuyên viên", "0912", "", cells["unit"], cells["role"], cells["from"], cells["to"]]


def checked(admin: Person, *rows: list[str]) -> str:
    """The page after a look at the file."""
    form = admin.form(URL, action=URL)
    return admin.send(form, status=200, file=sheet(*rows)).text


def taken(admin: Person, page: str) -> None:
    """Press the button that takes everything in."""
    form = next(each for each in forms_in(page) if each.values.get("cells"))
    admin.send(form, do="take")


def count(desk: Desk) -> tuple[int, int]:
    desk.session.rollback()
    people = desk.session.scalar(select(func.count(Account.id))) or 0
    return people, desk.session.scalar(select(func.count(Grant.id))) or 0


def test_people_come_in_with_their_roles_and_a_second_time_nothing_changes(admin: Person, desk: Desk) -> None:
    before = count(desk)
    rows = [
        row(desk, "an.nv", "Nguyễn Văn An"),
        row(desk, "an.nv", "Nguyễn Văn An", role="group_lead"),
        row(desk, "binh.tt", "Trần Thị Bình", unit=desk.province.commune_a.name, role="commune_officer"),
    ]
    page = checked(admin, *rows)
    assert "3 dòng đều đúng" in words_of(page)
    assert count(desk) == before
    taken(admin, page)
    assert count(desk) == (before[0] + 2, before[1] + 3)
    again = checked(admin, *rows)
    assert words_of(again).count("Đã có, không đổi") == 3
    taken(admin, again)
    assert count(desk) == (before[0] + 2, before[1] + 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"login": "officer_a"}, "thuộc người khác tên"),
        ({"login": "x"}, "Tên đăng nhập"),
        ({"unit": "Sở Không Có"}, "Không tìm thấy đơn vị"),
        ({"role": "Vua"}, "Không có vai trò này"),
        ({"role": "commune_officer"}, "Loại đơn vị này không có vai trò đó"),
        ({"from": "31/02/2026"}, "Ngày cần ghi dạng"),
        ({"to": "01/01/2026"}, "Đến ngày"),
        ({"name": ""}, "Họ và tên"),
    ],
)
def test_a_wrong_row_is_named_with_its_cell_and_nothing_comes_in(
    admin: Person, desk: Desk, wrong: dict[str, str], said: str
) -> None:
    before = count(desk)
    other = {name: value for name, value in wrong.items() if name not in ("login", "name")}
    bad = row(desk, wrong.get("login", "sai.nv"), wrong.get("name", "Người Sai"), **other)
    page = checked(admin, row(desk, "dung.nv", "Người Đúng"), bad)
    assert said in words_of(page)
    assert "1 dòng còn lỗi" in words_of(page)
    assert not [form for form in forms_in(page) if form.values.get("cells")]
    form = admin.form(URL, action=URL)
    cells = "\n".join("\t".join(line) for line in (HEADS, row(desk, "dung.nv", "Người Đúng"), bad))
    admin.send(form, status=200, cells=cells, do="take")
    assert count(desk) == before


def test_a_commune_is_found_by_its_name_of_today_and_a_file_that_is_no_sheet_is_refused(
    admin: Person, desk: Desk
) -> None:
    form = admin.form(URL, action=URL)
    answer = admin.send(form, status=422, file=(io.BytesIO(b"%PDF-1.4"), "a.pdf"))
    assert "Chưa gửi được" in words_of(answer.text)
    page = checked(admin, row(desk, "c.c", "Cán Bộ Xã", unit=desk.province.ward.name, role="commune_leader"))
    taken(admin, page)
    desk.session.rollback()
    granted = select(Grant.role, Grant.unit_id).join(Account).where(Account.login == "c.c")
    assert desk.session.execute(granted).all() == [(Role.COMMUNE_LEADER, desk.province.ward.id)]


def test_the_template_is_read_by_the_import(admin: Person) -> None:
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/people/import/template.xlsx").data))
    assert book.active is not None
    assert [cell.value for cell in next(book.active.iter_rows(max_row=1))][:2] == [
        "Tên đăng nhập",
        "Họ và tên",
    ]
