"""Drafts in pages: saving by themselves, warnings, sending once, files, signing, the way of a dispatch."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from tests.browser_of_pages import HTMX, Person, forms_in, path_of, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.directory.models import FieldWord
from tracker.issues.models import Issue
from tracker.issues.workflow import IssueState

Enter = Callable[[Account], Person]
S = IssueState
PDF = b"%PDF-1.4\n%%EOF\n"
TEXTS = {
    "title": "Chưa có hướng dẫn phụ cấp",
    "situation": "Ba người chưa nhận phụ cấp tháng 5.",
    "proposal": "Đề nghị Sở hướng dẫn mức chi.",
}


def _count(desk: Desk) -> int:
    desk.session.rollback()
    return desk.session.scalar(select(func.count()).select_from(Issue)) or 0


def _only(desk: Desk) -> Issue:
    desk.session.rollback()
    return desk.session.scalars(select(Issue).execution_options(populate_existing=True)).one()


def test_opening_the_empty_form_stores_nothing(desk: Desk, enter: Enter) -> None:
    page = enter(desk.province.officer_a).text("/issues/new")
    assert "Không nhập đơn khiếu nại, tố cáo, thông tin cá nhân, bí mật nhà nước." in page
    assert _count(desk) == 0


def test_a_new_draft_saves_itself_as_it_is_typed_and_stays_one(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    form = officer.form("/issues/new")
    first = officer.send(form, title="Chưa có", headers=HTMX, status=200)
    url = first.headers["HX-Push-Url"]
    assert "Đã tự lưu lúc 09:00" in words_of(first.text) and "<html" not in first.text
    version = _only(desk).version
    assert f'value="{version}"' in first.text
    # the answer was lost on the way: the form goes on with the old version, then with the new one
    officer.send(form, title="Chưa có hướng dẫn", version=str(version), headers=HTMX, status=200)
    draft = _only(desk)
    assert draft.title == "Chưa có hướng dẫn" and url == f"/drafts/{draft.draft_key}"
    officer.send(form, **TEXTS, version=str(draft.version), do="send")
    assert _only(desk).state is S.SUBMITTED


def test_without_javascript_a_button_keeps_the_draft(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    kept = officer.send(officer.form("/issues/new"), title="Chưa có hướng dẫn", do="save")
    form = officer.form(path_of(kept))
    assert form.values["title"] == "Chưa có hướng dẫn"
    officer.send(form, situation="Ba người", do="save")
    assert _only(desk).situation == "Ba người"
    assert "Chưa có hướng dẫn" in officer.text("/issues?state=draft")


def test_a_draft_survives_a_session_that_has_ended(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    url = path_of(officer.send(officer.form("/issues/new"), **TEXTS, do="save"))
    form = officer.form(url)
    desk.go("2026-06-02 09:00")
    lost = officer.send(form, situation="Câu gõ sau khi hết phiên", status=401)
    assert "Câu gõ sau khi hết phiên" in lost.text
    again = enter(desk.province.officer_a)
    assert again.form(url).values["title"] == TEXTS["title"]


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    page = officer.send(officer.form("/issues/new"), title=TEXTS["title"], do="send", status=422)
    (form,) = [each for each in forms_in(page.text) if each.action == "/issues/new"]
    assert form.values["title"] == TEXTS["title"]
    assert 'href="#situation"' in page.text
    officer.send(form, **TEXTS, do="send")
    assert _only(desk).number == "VM-2026-000001"


def test_pressing_send_twice_makes_one_issue(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    form = officer.form("/issues/new")
    urls = {path_of(officer.send(form, **TEXTS, do="send")) for _ in range(2)}
    assert urls == {"/issues/VM-2026-000001"} and _count(desk) == 1


def test_sending_a_stored_draft_twice_makes_one_issue(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    form = officer.form(f"/drafts/{desk.draft().draft_key}")
    urls = {path_of(officer.send(form, do="send")) for _ in range(2)}
    assert urls == {"/issues/VM-2026-000001"}


def test_a_save_whose_answer_was_lost_is_repeated_without_complaint(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    url = f"/drafts/{desk.draft().draft_key}"
    form = officer.form(url)
    for _ in range(2):
        officer.send(form, situation="Cùng một câu")
    assert _only(desk).situation == "Cùng một câu"


def test_a_draft_saved_in_two_windows_shows_both_texts(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    url = f"/drafts/{desk.draft().draft_key}"
    one, two = officer.form(url), officer.form(url)
    officer.send(one, situation="Cửa sổ một")
    page = officer.send(two, situation="Cửa sổ hai", status=409)
    words = words_of(page.text)
    assert "Cửa sổ một" in words and "Cửa sổ hai" in words
    part = officer.send(two, situation="Cửa sổ hai", headers=HTMX, status=409)
    assert "vừa được lưu ở nơi khác" in words_of(part.text)
    officer.send(next(each for each in forms_in(page.text) if each.action == url))
    assert _only(desk).situation == "Cửa sổ hai"


def test_personal_data_is_warned_about_and_masked_on_request(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    typed = {**TEXTS, "situation": "Bà Hoa, số căn cước 001099012345, chưa nhận."}
    page = officer.send(officer.form("/issues/new"), **typed, do="send", status=422)
    assert "số định danh cá nhân" in words_of(page.text) and _count(desk) == 0
    (form,) = [each for each in forms_in(page.text) if each.action == "/issues/new"]
    masked = path_of(officer.send(form, do="mask"))
    assert "001099012345" not in officer.form(masked).values["situation"]
    officer.send(officer.form(masked), do="send")
    assert _only(desk).state is S.SUBMITTED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nội dung trong tài liệu mật của Bộ.", "tài liệu mật"),
        ("Đơn khiếu nại của ông Nguyễn Văn A đối với quyết định.", "khiếu nại, tố cáo"),
    ],
)
def test_who_has_looked_again_may_send(desk: Desk, enter: Enter, text: str, words: str) -> None:
    officer = enter(desk.province.officer_a)
    page = officer.send(officer.form("/issues/new"), **{**TEXTS, "situation": text}, do="send", status=422)
    assert words in words_of(page.text).split("Đã kiểm tra")[0]
    (form,) = [each for each in forms_in(page.text) if each.action == "/issues/new"]
    officer.send(form, is_checked="y", do="send")
    assert _only(desk).state is S.SUBMITTED


def test_a_classification_mark_is_refused(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    typed = {**TEXTS, "situation": "Độ mật: Tối mật\nNội dung"}
    page = officer.send(officer.form("/issues/new"), **typed, do="save", status=422)
    assert "độ mật" in words_of(page.text) and _count(desk) == 0
    page = officer.send(officer.form("/issues/new"), **typed, do="send", status=422)
    assert (
        "Đã kiểm tra" not in words_of(page.text) and _count(desk) == 0
    )  # nothing to tick: it cannot be sent


def test_a_signed_dispatch_with_a_title_is_enough(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    sent = officer.send(
        officer.form("/issues/new"),
        title="Theo Công văn 45/UBND",
        field_id=str(desk.province.field_staff.id),
        dispatch=(io.BytesIO(PDF), "45 UBND.pdf"),
        do="send",
    )
    page = officer.text(path_of(sent))
    assert "45 UBND.pdf" in page and "Công văn của địa phương" in page


def test_files_of_a_draft_are_added_taken_out_and_downloaded(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    files = [(io.BytesIO(PDF), "một.pdf"), (io.BytesIO(PDF), "hai.pdf")]
    url = path_of(officer.send(officer.form("/issues/new"), **TEXTS, do="save", files=files))
    one, two = desk.stored_files(_only(desk).id)
    assert officer.get(f"{url}/files/{one.id}").data == PDF
    enter(desk.province.officer_b).get(f"{url}/files/{one.id}", status=404)
    officer.send(officer.form(url), remove_file=str(one.id), title="Tiêu đề mới")
    assert [row.id for row in desk.stored_files(_only(desk).id)] == [two.id]
    assert _only(desk).title == "Tiêu đề mới"
    sent = officer.send(officer.form(url), do="send")
    assert "hai.pdf" in officer.text(path_of(sent))


def test_more_than_ten_files_in_one_step_are_refused(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    files = [(io.BytesIO(PDF), f"{n}.pdf") for n in range(11)]
    page = officer.send(officer.form("/issues/new"), **TEXTS, do="save", files=files, status=422)
    assert "tối đa 10 tệp" in words_of(page.text)


def test_a_draft_is_discarded(desk: Desk, enter: Enter) -> None:
    officer = enter(desk.province.officer_a)
    key = desk.draft().draft_key
    officer.send(officer.form(f"/drafts/{key}", action=f"/drafts/{key}/discard"))
    assert _count(desk) == 0
    officer.get(f"/drafts/{key}", status=404)


def test_a_group_files_for_communes_and_names_where_it_heard_of_it(desk: Desk, enter: Enter) -> None:
    member, place = enter(desk.province.member), desk.province
    form = member.form("/issues/new")
    communes = [str(place.commune_a.id), str(place.ward.id)]
    assert set(communes) < set(form.choices["commune_ids"])
    sent = member.send(
        form,
        **TEXTS,
        field_id=str(place.field_staff.id),
        commune_ids=communes,
        channel="meeting",
        channel_reference="Họp 01/6",
        do="send",
    )
    page = member.text(path_of(sent))
    assert "Xã An Bình" in page and "Phường Đông Hà" in page and "Cuộc họp: Họp 01/6" in page
    assert "Chỉnh nội dung" in enter(place.officer_a).text(path_of(sent))


def test_a_commune_is_not_asked_for_whom_it_speaks(desk: Desk, enter: Enter) -> None:
    form = enter(desk.province.officer_a).form("/issues/new")
    assert not form.names & {"commune_ids", "channel", "unit_id"}


def test_a_leader_signs_or_sends_back(desk: Desk, enter: Enter) -> None:
    desk.switch(commune_sign_off=True)
    officer, leader = enter(desk.province.officer_a), enter(desk.province.leader_a)
    assert "Trình lãnh đạo" in officer.text("/issues/new") and "Trình lãnh đạo" not in leader.text(
        "/issues/new"
    )
    url = f"/drafts/{desk.draft().draft_key}"
    assert "Trình lãnh đạo" in officer.text(url)
    officer.send(officer.form(url), do="send")
    assert "Chờ lãnh đạo UBND xã duyệt" in officer.text(url)
    assert "vướng mắc chờ lãnh đạo duyệt gửi" in leader.text("/")
    leader.do(f"{url}/return_draft", remark="Nêu rõ số người.")
    page = officer.text(url)
    assert "Nêu rõ số người." in page and "Soạn vướng mắc" in page
    officer.send(officer.form(url), situation="Ba người, hai tháng.", do="send")
    leader.send(leader.form(url, action=f"{url}/sign"))
    assert _only(desk).number == "VM-2026-000001"
    assert path_of(officer.get(url, status=302)) == "/issues/VM-2026-000001"


def test_a_draft_is_unknown_to_everybody_outside_its_unit(desk: Desk, enter: Enter) -> None:
    key = desk.draft().draft_key
    for account in (desk.province.officer_b, desk.province.lead, desk.province.coordinator):
        person = enter(account)
        person.get(f"/drafts/{key}", status=404)
        person.get(f"/drafts/{key}/send", status=404)
        form = person.form("/issues/new")
        person.send(form, url=f"/drafts/{key}", **TEXTS, status=404)
        person.send(form, url=f"/drafts/{key}/discard", status=404)
    enter(desk.province.auditor).get(f"/drafts/{key}", status=404)


def test_a_suggestion_follows_the_text(desk: Desk, enter: Enter) -> None:
    with transaction():
        desk.session.add(FieldWord(field_id=desk.province.field_staff.id, folded="phu cap"))
    officer = enter(desk.province.officer_a)
    part = officer.send(officer.form("/issues/new"), **TEXTS, headers=HTMX, status=200)
    assert "Gợi ý theo nội dung: Nội vụ" in words_of(part.text)
