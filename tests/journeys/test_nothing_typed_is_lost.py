"""Two people at once, the same button twice, a session that ended: nothing is doubled, nothing typed is lost."""

from tests.journeys.test_from_commune_to_confirmation import ANSWER, answered
from tests.journeys.walking import HTMX, Page, Visitor, Walk
from tracker.accounts import passwords
from tracker.accounts.models import Account
from tracker.db import transaction

DRAFT = {
    "Tiêu đề": "Thiếu phần mềm một cửa",
    "Đang vướng gì": "Máy chưa kết nối.",
    "Đề xuất": "Đề nghị kết nối.",
    "Lĩnh vực": "Nội vụ",
}


def numbers(walk: Walk) -> list[str]:
    """The numbers of all issues that the lead sees."""
    return walk.person(walk.province.coordinator).open("/issues?open=any").words_of("num")


def test_the_same_form_sent_twice_makes_one_issue(walk: Walk) -> None:
    form = walk.person(walk.province.officer_a).open("/issues/new").fill(DRAFT)
    first = form.press("Gửi")
    second = form.press("Gửi")
    assert first.path == second.path == "/issues/VM-2026-000001"
    assert numbers(walk) == ["VM-2026-000001"]


def test_a_draft_that_keeps_itself_is_not_sent_whatever_button_was_pressed_last(walk: Walk) -> None:
    officer = walk.person(walk.province.officer_a)
    form = officer.open("/issues/new").fill(DRAFT).forms[-1]
    kept = officer.post(form.action, form, form.button("Gửi"), HTMX)
    assert kept.status_code == 200
    assert "Đã tự lưu lúc 09:00." in kept.text
    assert officer.open("/issues?state=draft").words_of("row-state") == ["Đang soạn"]


def test_the_same_act_sent_twice_is_taken_once(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    walk.person(people.lead).open(issue).press("Tiếp nhận và giao")
    form = (
        walk.person(people.member).open(issue).follow("Cập nhật tiến độ").fill({"Tiến độ": "Đã hỏi Kho bạc."})
    )
    form.press("Cập nhật tiến độ")
    page = form.press("Cập nhật tiến độ")
    assert page.path == "/issues/VM-2026-000001"
    assert page.history.count("Cập nhật tiến độ") == 1


def test_of_two_who_accept_at_once_the_second_is_told_what_happened(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    lead, leader = walk.person(people.lead).open(issue), walk.person(people.department_leader).open(issue)
    lead.do("Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name})
    page = leader.do("Tiếp nhận và giao", {"Người xử lý chính": people.second_member.full_name})
    assert page.status == 409
    assert "Việc này không còn thực hiện được, vì trạng thái đã thay đổi." in page.text
    assert f"Xử lý chính: {people.member.full_name}" in walk.person(people.lead).open(issue).text


def test_of_two_who_correct_at_once_the_second_sees_both_texts_and_may_insist(walk: Walk) -> None:
    people = walk.province
    named = {"Xã An Bình": True, "Xã Bình Minh": True}
    issue = walk.person(people.member).open("/issues/new").fill(DRAFT | named).press("Gửi").address
    one = walk.person(people.officer_a).open(issue).follow("Chỉnh nội dung")
    two = walk.person(people.officer_b).open(issue).follow("Chỉnh nội dung")
    one.fill({"Đang vướng gì": "Ba máy chưa kết nối."}).press("Chỉnh nội dung")
    page = two.fill({"Đang vướng gì": "Năm máy chưa kết nối."}).press("Chỉnh nội dung")
    assert page.status == 409
    assert "Người khác vừa thay đổi nội dung này" in page.text
    assert "Ba máy chưa kết nối." in page.text
    assert page.typed("Đang vướng gì") == "Năm máy chưa kết nối."

    page = page.press("Chỉnh nội dung")
    assert page.path == "/issues/VM-2026-000001"
    assert "Năm máy chưa kết nối." in page.text


def test_the_second_confirmation_of_one_commune_is_refused_kindly(walk: Walk) -> None:
    people = walk.province
    issue = answered(walk)
    officer, leader = walk.person(people.officer_a).open(issue), walk.person(people.leader_a).open(issue)
    officer.do("Đồng ý với nội dung trả lời", {"Vướng mắc đã được giải quyết": True})
    page = leader.do("Đồng ý với nội dung trả lời")
    assert page.status == 409
    assert walk.person(people.officer_a).open(issue).state == "Kết thúc: Đã giải quyết"


def test_two_communes_confirm_at_once_and_both_count(walk: Walk) -> None:
    people = walk.province
    named = {"Xã An Bình": True, "Xã Bình Minh": True}
    issue = walk.person(people.second_member).open("/issues/new").fill(DRAFT | named).press("Gửi").address
    walk.person(people.lead).open(issue).do(
        "Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name}
    )
    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    one, two = walk.person(people.officer_a).open(issue), walk.person(people.officer_b).open(issue)
    solved = {"Vướng mắc đã được giải quyết": True}
    assert one.do("Đồng ý với nội dung trả lời", solved).state == "Đã trả lời, chờ địa phương phản hồi"
    assert two.do("Đồng ý với nội dung trả lời", solved).state == "Kết thúc: Đã giải quyết"


def test_a_draft_saved_elsewhere_shows_both_texts(walk: Walk) -> None:
    officer = walk.person(walk.province.officer_a)
    saved = officer.open("/issues/new").fill(DRAFT).press("Lưu nháp")
    old = officer.open(saved.address)
    officer.open(saved.address).fill({"Đề xuất": "Đề nghị cấp máy mới."}).press("Lưu nháp")
    page = old.fill({"Đề xuất": "Đề nghị sửa máy."}).press("Lưu nháp")
    assert page.status == 409
    assert "Đề nghị cấp máy mới." in page.text
    assert page.typed("Đề xuất") == "Đề nghị sửa máy."
    page = page.press("Lưu nháp")
    assert page.status == 200
    assert page.typed("Đề xuất") == "Đề nghị sửa máy."


def test_a_text_typed_while_the_session_ended_is_still_there_after_signing_in(walk: Walk) -> None:
    officer_a = walk.province.officer_a
    give_password(walk, officer_a)
    person = Visitor(walk, None)
    sign_in(person, "/issues/new")
    form = person.open("/issues/new").fill(DRAFT)
    saved = form.press("Lưu nháp")
    assert saved.typed("Tiêu đề") == "Thiếu phần mềm một cửa"

    typed = saved.fill({"Đề xuất": "Đề nghị kết nối trước ngày 20."})
    walk.go("2026-06-01 18:30")  # nine and a half hours later: the session has ended
    page = typed.press("Lưu nháp")
    assert page.status == 401
    assert "Đề nghị kết nối trước ngày 20." in page.text

    back = sign_in(person, saved.path)
    assert back.path == saved.path
    assert back.typed("Tiêu đề") == "Thiếu phần mềm một cửa"
    again = page.press("Gửi lại")  # the page that kept it, now signed in elsewhere
    if again.status == 400:  # its token belonged to the ended session; the text stays and can be sent
        assert "Đề nghị kết nối trước ngày 20." in again.text
        again = again.press("Gửi lại")
    assert again.typed("Đề xuất") == "Đề nghị kết nối trước ngày 20."


def give_password(walk: Walk, account: Account) -> None:
    """Let somebody sign in by password."""
    with transaction():
        walk.session.get_one(Account, account.id).password_hash = passwords.hash_password(
            "mot cau de nho 2026"
        )


def sign_in(person: Visitor, wanted: str) -> Page:
    """Ask for a page, be led to signing in, and from there to the page."""
    page = person.open(wanted)
    assert page.path == "/sign-in"
    login = {"Tên đăng nhập": "officer_a", "Mật khẩu": "mot cau de nho 2026"}
    return page.fill(login).press("Đăng nhập")
