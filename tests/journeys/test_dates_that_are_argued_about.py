"""Two stories of a date: more time that is not granted, and a calendar that changes under an open issue."""

from datetime import date

from tests.journeys.test_talking_back import working
from tests.journeys.walking import Walk
from tracker.db import transaction
from tracker.issues import recompute


def test_more_time_is_asked_and_refused_and_the_date_stays(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())  # on Monday the 1st: due on the 10th
    walk.go("2026-06-03")
    asked = {"Số ngày làm việc": "3", "Lý do": "Chờ ý kiến Bộ Nội vụ."}
    page = walk.person(people.member).open(issue).do("Đề nghị gia hạn", asked)
    assert page.facts["Hạn trả lời"] == "10/06/2026"

    walk.go("2026-06-04")
    home = walk.person(people.lead).open("/")
    assert "1 đề nghị gia hạn chờ quyết định" in home.text
    page = home.follow("Quyết định")
    assert "Chờ ý kiến Bộ Nội vụ." in page.text
    page = page.do("Không gia hạn", {"Lý do": "Còn đủ thời gian."})
    assert page.history[0].startswith("Không gia hạn")
    assert "đề nghị gia hạn" not in walk.person(people.lead).open("/").text

    inbox = walk.person(people.member).open("/inbox")
    assert "Đề nghị gia hạn không được đồng ý" in inbox.text
    page = walk.person(people.officer_a).open(issue)
    assert "Còn đủ thời gian." in page.text
    assert page.facts["Hạn trả lời"] == "10/06/2026"
    assert "gia hạn" not in page.follow("Vì sao ngày này?").text

    walk.go("2026-06-11")
    page = walk.person(people.member).open(issue)
    assert page.badges[1] == "Quá hạn 1 ngày làm việc"
    assert "Đề nghị gia hạn" not in page.acts


def test_a_day_off_added_later_moves_the_date_and_everybody_reads_from_when_to_when(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    walk.go("2026-06-03")
    day = {
        "Ngày": date(2026, 6, 8).isoformat(),
        "Tên ngày": "Nghỉ bão số 3",
        "Căn cứ": "CV 12/UBND",
        "Chính thức": True,
    }
    page = walk.person(people.administrator).open("/calendar/day").fill(day).press("Xem trước")
    assert "Hạn trả lời của 1 vướng mắc sẽ thay đổi" in page.text
    page.press("Lưu lịch")
    with walk.travelled():
        recompute.work(walk.session, transaction)

    for person in (people.officer_a, people.member):
        page = walk.person(person).open(issue)
        assert page.facts["Hạn trả lời"] == "11/06/2026"
        assert "Hạn trả lời chuyển từ 10/06/2026 sang 11/06/2026." in page.text
        why = page.follow("Vì sao ngày này?")
        assert "Nghỉ bão số 3" in why.text
        assert "hạn 11/06/2026" in why.text
        assert "Hạn trả lời đã thay đổi" in walk.person(person).open("/inbox").text
