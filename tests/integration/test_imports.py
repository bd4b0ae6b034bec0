"""Pasted sheets: checked, corrected, filed on behalf in one go, and never twice."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, links_in, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.directory.models import FormerName
from tracker.imports.models import ImportRow, RowState
from tracker.issues.models import Issue
from tracker.text import fold

Enter = Callable[[Account], Person]
HEAD = "TT\tĐịa phương\tTiêu đề\tNội dung vướng mắc\tĐề xuất\tLĩnh vực"
GOOD = [
    "1\tXã An Bình\tChưa có hướng dẫn phụ cấp\tBa người chưa nhận phụ cấp.\tĐề nghị hướng dẫn.\tNội vụ",
    "2\tBình Minh\tThiếu máy tính\tBộ phận một cửa thiếu máy.\tĐề nghị cấp máy.\tTài chính, tài sản công",
]


def paste(person: Person, *rows: str, head: str = HEAD, status: int = 303, **typed: Any) -> Any:
    """The form of the page, filled in and sent."""
    form = person.form("/imports/paste", action="/imports/paste")
    given = {"reference": "Hội nghị giao ban", "text": "\r\n".join([head, *rows]), **typed}
    return person.send(form, status=status, **given)


def file_all(person: Person, where: str, **typed: Any) -> Any:
    """Press the last button."""
    return person.send(person.form(where, action=f"{where}/file"), **typed)


def rows_of(session: Session) -> list[ImportRow]:
    """All rows, as they are stored."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(ImportRow).order_by(ImportRow.id)))


def issues_of(session: Session) -> list[Issue]:
    """All issues."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Issue).order_by(Issue.id)))


def test_pasted_rows_are_checked_and_filed_for_their_communes(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    member = enter(place.member)
    where = paste(member, *GOOD).headers["Location"]
    assert issues_of(session) == []
    assert "Gửi được 2" in member.text(where)
    file_all(member, where)
    made = issues_of(session)
    assert [each.title for each in made] == ["Chưa có hướng dẫn phụ cấp", "Thiếu máy tính"]
    assert [each.holder_id for each in made] == [place.home_affairs.id, place.finance.id]
    assert {each.channel.value for each in made} == {"meeting"}
    assert made[0].channel_reference == "Hội nghị giao ban, 01/06/2026"
    assert made[0].filed_by_id == place.member.id
    assert made[0].raised_by_id == place.home_affairs.id
    text = member.text(where)
    assert all(str(each.number) in text for each in made)


def test_a_commune_is_told_what_was_filed_for_it_and_may_correct_it(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    member = enter(place.member)
    where = paste(member, *GOOD).headers["Location"]
    file_all(member, where)
    issue = issues_of(session)[0]
    party = desk.party(issue.id, place.commune_a)
    assert (party.is_on_behalf, party.correct_until) == (True, date(2026, 6, 3))
    officer = enter(place.officer_a)
    assert "gửi thay địa phương, còn được chỉnh nội dung" in officer.text("/")
    page = officer.text(f"/issues/{issue.number}")
    assert "chỉnh nội dung được đến hết ngày 03/06/2026" in page
    officer.do(f"/issues/{issue.number}/correct", title="Chưa có hướng dẫn mức phụ cấp")
    desk.go("2026-06-04")
    assert "còn được chỉnh nội dung" not in enter(place.officer_a).text("/")


def test_the_same_sheet_makes_none_twice(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    form = member.form("/imports/paste", action="/imports/paste")
    typed = {"reference": "Hội nghị", "text": "\n".join([HEAD, *GOOD])}
    first, again = (member.send(form, **typed).headers["Location"] for _ in range(2))
    assert first == again
    last = member.form(first, action=f"{first}/file")
    member.send(last)
    member.send(last)
    assert len(issues_of(session)) == 2
    other = paste(member, *GOOD).headers["Location"]
    text = member.text(other)
    assert "Đã gửi trước đây: VM-2026-000001" in text and "Trùng, không gửi 2" in text
    assert f"{other}/file" not in [each.action for each in [member.form(other, action=f"{other}/cancel")]]
    assert len(issues_of(session)) == 2


def test_a_sheet_checked_twice_before_filing_is_still_filed_once(
    desk: Desk, enter: Enter, session: Session
) -> None:
    member = enter(desk.province.member)
    one, two = (paste(member, *GOOD).headers["Location"] for _ in range(2))
    file_all(member, one)
    file_all(member, two)
    assert len(issues_of(session)) == 2
    assert [row.state for row in rows_of(session)] == [RowState.FILED] * 2 + [RowState.SAME] * 2
    assert "Đã gửi trước đây: VM-2026-000001" in member.text(two)


def test_a_former_name_finds_the_commune_of_today(desk: Desk, enter: Enter, session: Session) -> None:
    place = desk.province
    name = "Xã Ông Đình (Huyện Khoái Châu)"
    with transaction():
        session.add(FormerName(unit_id=place.commune_b.id, name=name, folded_name=fold(name)))
    member = enter(place.member)
    row = GOOD[0].replace("Xã An Bình", "Ông Đình, huyện Khoái Châu")
    where = paste(member, row).headers["Location"]
    assert "Ông Đình, huyện Khoái Châu → Xã Bình Minh" in member.text(where)
    file_all(member, where)
    issue = issues_of(session)[0]
    assert desk.party(issue.id, place.commune_b).is_on_behalf


def test_what_is_wrong_stands_at_its_cell_and_is_corrected_in_place(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    with transaction():
        for unit in (place.commune_a, place.ward):
            name = "Xã Tân Lập (Huyện Mẫu)"
            session.add(FormerName(unit_id=unit.id, name=name, folded_name=fold(name)))
    member = enter(place.member)
    where = paste(
        member,
        "1\tXã Không Có\tTiêu đề một\tNội dung một\tĐề xuất một\t",
        "2\tTân Lập\tTiêu đề hai\tNội dung hai\tĐề xuất hai\tLĩnh vực lạ",
        "3\tXã An Bình\tTiêu đề ba\tNội dung ba\t\t",
    ).headers["Location"]
    text = member.text(where)
    assert "Không tìm thấy địa phương “Xã Không Có”" in text
    assert "“Tân Lập” là tên của nhiều địa phương" in text
    assert "Cần nhập mục này" in text
    assert [row.state for row in rows_of(session)] == [RowState.BAD] * 3
    form = member.form(where, action=f"{where}/rows")
    assert form.choices["r3-commune_id"][1:] == [str(place.ward.id), str(place.commune_a.id)] or set(
        form.choices["r3-commune_id"][1:]
    ) == {str(place.ward.id), str(place.commune_a.id)}
    form.values["line"] = ["2", "3", "4"]
    fixed = {"r2-commune": "Hòn Mẫu", "r3-commune_id": str(place.ward.id), "r4-proposal": "Đề xuất ba"}
    member.send(form, **fixed)
    assert [row.state for row in rows_of(session)] == [RowState.GOOD] * 3
    file_all(member, where)
    made = issues_of(session)
    assert [desk.party(made[1].id, place.ward).is_on_behalf, len(made)] == [True, 3]


def test_a_chosen_commune_must_have_been_offered(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = paste(member, "1\tXã Không Có\tMột\tHai\tBa\t").headers["Location"]
    form = member.form(where, action=f"{where}/rows")
    member.send(form, **{"r2-commune_id": str(desk.province.commune_a.id)})
    assert rows_of(session)[0].state is RowState.BAD


def test_doubles_and_warned_rows_are_not_filed_without_a_look(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    desk.sent(place.member, title="Thiếu máy tính", commune_ids=[place.commune_b.id])
    member = enter(place.member)
    phone = "3\tXã An Bình\tHỏi chế độ\tÔng A, điện thoại 0912345678 hỏi.\tHướng dẫn.\t"
    where = paste(member, *GOOD, GOOD[0].lower(), phone).headers["Location"]
    text = member.text(where)
    assert "Địa phương này đã có vướng mắc cùng tiêu đề: VM-2026-000001" in text
    assert "Trùng với dòng 2 của bảng này" in text
    assert "thông tin cá nhân: số điện thoại" in text
    file_all(member, where)
    assert len(issues_of(session)) == 2
    states = [row.state for row in rows_of(session)]
    assert states == [RowState.FILED, RowState.WARNED, RowState.SAME, RowState.WARNED]


def test_warned_rows_are_filed_once_they_were_looked_at(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    phone = "3\tXã An Bình\tHỏi chế độ\tÔng A, điện thoại 0912345678 hỏi.\tHướng dẫn.\t"
    where = paste(member, phone).headers["Location"]
    file_all(member, where)
    assert issues_of(session) == []
    file_all(member, where, sends_warned="y")
    assert len(issues_of(session)) == 1


def test_a_marked_row_is_never_filed(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = paste(member, '1\tXã An Bình\tBáo cáo\t"TỐI MẬT\nNội dung"\tĐề xuất\t', GOOD[1]).headers[
        "Location"
    ]
    assert "dấu hiệu độ mật (TỐI MẬT)" in member.text(where)
    file_all(member, where, sends_warned="y")
    assert [each.title for each in issues_of(session)] == ["Thiếu máy tính"]


def test_a_sheet_without_titles_and_with_merged_communes_is_understood(
    desk: Desk, enter: Enter, session: Session
) -> None:
    member = enter(desk.province.member)
    head = "STT\tĐơn vị\tKhó khăn, vướng mắc\tKiến nghị, đề xuất\tKết quả trả lời"
    where = paste(
        member,
        "(1)\t(2)\t(3)\t(4)\t(5)",
        "I\tLĩnh vực nội vụ\t\t\t",
        "1\tUBND xã An Bình\tChưa có phụ cấp. Đã hỏi hai lần.\tHướng dẫn\tĐã trả lời",
        "2\t\tThiếu biên chế y tế; chưa tuyển được\tBổ sung\t",
        head="BIỂU TỔNG HỢP\t\t\t\t\r\n" + head,
    ).headers["Location"]
    text = member.text(where)
    assert "Cột không nhập: STT; Kết quả trả lời" in text
    assert "lấy địa phương của dòng trên" in text
    assert [row.line_no for row in rows_of(session)] == [5, 6]
    file_all(member, where)
    assert [each.title for each in issues_of(session)] == ["Chưa có phụ cấp", "Thiếu biên chế y tế"]


def test_what_is_no_sheet_is_told_and_kept(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    answer = paste(member, head="chỉ một dòng chữ", status=422)
    assert "Không nhận ra dòng tiêu đề cột" in words_of(answer.text) and "chỉ một dòng chữ" in answer.text
    many = [f"{n}\tXã An Bình\tVướng {n}\tNội dung {n}\tĐề xuất\t" for n in range(201)]
    assert "tối đa 200 dòng" in words_of(paste(member, *many, status=422).text)
    assert rows_of(session) == []


def test_only_the_maker_and_the_leads_of_his_unit_see_a_sheet(
    desk: Desk, enter: Enter, session: Session
) -> None:
    place = desk.province
    member = enter(place.member)
    where = paste(member, *GOOD).headers["Location"]
    forms = {name: member.form(where, action=f"{where}/{name}") for name in ("file", "cancel")}
    for person in (place.lead, place.department_leader):
        lead = enter(person)
        assert "Gửi được 2" in lead.text(where)
        assert "/file" not in lead.get(where).text and "/cancel" not in lead.get(where).text
        for form in forms.values():
            form.values["csrf_token"] = lead.form("/profile").values["csrf_token"]
            lead.send(form, status=404)
    for person in (
        place.second_member,
        place.finance_lead,
        place.coordinator,
        place.officer_a,
        place.auditor,
    ):
        enter(person).get(where, status=404)
        enter(person).get(f"{where}/report.csv", status=404)
    assert issues_of(session) == []


def test_who_has_lost_his_role_finds_his_sheet_no_more(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = paste(member, *GOOD).headers["Location"]
    desk.leave(desk.province.member)
    member.get(where, status=404)


def test_a_cancelled_sheet_files_nothing(desk: Desk, enter: Enter, session: Session) -> None:
    member = enter(desk.province.member)
    where = paste(member, *GOOD).headers["Location"]
    last = member.form(where, action=f"{where}/file")
    member.send(member.form(where, action=f"{where}/cancel"))
    member.send(last, status=409)
    assert issues_of(session) == [] and "Đã dừng" in member.text(where)


def test_the_report_has_a_line_for_each_row_and_nothing_that_runs(
    desk: Desk, enter: Enter, session: Session
) -> None:
    member = enter(desk.province.member)
    where = paste(member, GOOD[0], '2\tXã Lạ\t=HYPERLINK("x")\tNội dung\tĐề xuất\t').headers["Location"]
    file_all(member, where)
    lines = member.get(f"{where}/report.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1].startswith('2;"Đã gửi";"VM-2026-000001";"Xã An Bình"')
    assert "Không tìm thấy địa phương" in lines[2] and "\"'=HYPERLINK" in lines[2]
    assert member.get("/imports/template.xlsx").data.startswith(b"PK")


def test_the_filing_is_written_to_the_audit_log(desk: Desk, enter: Enter, session: Session) -> None:
    from tracker.audit.models import AuditEntry

    member = enter(desk.province.member)
    where = paste(member, *GOOD).headers["Location"]
    file_all(member, where)
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "imported")).one()
    assert '"filed": 2' in entry.detail and entry.account_id == desk.province.member.id


def test_imports_are_led_to_from_the_home_page_of_those_who_may_take_them_in(
    desk: Desk, enter: Enter
) -> None:
    words = "Nhập nhiều vướng mắc từ Excel"
    for _ in range(2):  # with nothing to do, and with a matter on the desk
        for account in (desk.province.member, desk.province.lead, desk.province.coordinator):
            assert links_in(enter(account).get("/").text)[words] == "/imports/paste"
        for account in (
            desk.province.officer_a,
            desk.province.provincial_leader,
            desk.province.administrator,
        ):
            assert words not in enter(account).get("/").text
        desk.working()
