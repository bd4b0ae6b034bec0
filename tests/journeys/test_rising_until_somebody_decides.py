"""What stays late goes up, level by level, until somebody who can decide has decided; and comes down again."""

from tests.journeys.test_from_commune_to_confirmation import ANSWER
from tests.journeys.test_talking_back import working
from tests.journeys.walking import Walk


def test_late_until_the_vice_chairmans_directive_that_his_assistant_recorded_is_done(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())  # on Monday the 1st: due on the 10th
    walk.go("2026-06-05")
    walk.person(people.member).open(issue).do("Cập nhật tiến độ", {"Tiến độ": "Đang lấy số liệu."})
    assert walk.morning("2026-06-11") == 1

    page = walk.person(people.lead).open("/")
    assert "1 vướng mắc được báo cáo, chờ ông, bà xử lý, hạn gần nhất 12/06/2026" in page.text
    page = walk.person(people.officer_a).open(issue)
    assert "Đã đôn đốc tổ công tác" in page.badges
    assert "Ai đã được báo?" not in page.text

    assert walk.morning("2026-06-15") == 1  # the lead did nothing
    page = walk.person(people.department_leader).open("/")
    assert "1 vướng mắc được báo cáo, chờ ông, bà xử lý, hạn gần nhất 17/06/2026" in page.text
    assert walk.morning("2026-06-18") == 1
    assert "chờ ông, bà xử lý" in walk.person(people.coordinator).open("/").text
    walk.go("2026-06-22")
    page = walk.person(people.coordinator).open("/rising")
    assert "1 vướng mắc sẽ được báo cáo vào ngày 23/06/2026." in page.text
    assert walk.morning("2026-06-23") == 1

    assert "chờ ông, bà xử lý" in walk.person(people.provincial_leader).open("/").text
    assistant = walk.person(people.assistant)
    page = assistant.open(issue)
    assert "Xin ý kiến lãnh đạo UBND tỉnh" in page.badges
    told = page.follow("Ai đã được báo?")
    assert people.provincial_leader.full_name in told.text
    assert "Tổ công tác không thực hiện: báo cáo lãnh đạo sở, ngành" in told.text
    order = {
        "Ghi thay lãnh đạo": people.provincial_leader.full_name,
        "Lãnh đạo có ý kiến tại": "cuộc họp",
        "Nội dung chỉ đạo": "Trả lời dứt điểm trước ngày 26.",
        "Hoàn thành trước hết ngày": "2026-06-26",
        "Sở Nội vụ": True,
    }
    page.follow("Ghi ý kiến chỉ đạo").fill(order).press("Lưu ý kiến chỉ đạo")
    assert "Đã thực hiện: Ý kiến chỉ đạo" in assistant.open(issue).follow("Ai đã được báo?").text

    leader = walk.person(people.provincial_leader)
    assert "chờ ông, bà xử lý" not in leader.open("/").text
    leader.open("/directives").press("Xác nhận đúng")
    assert "Trả lời dứt điểm" in walk.person(people.department_leader).open(issue).text
    assert "Trả lời dứt điểm" not in walk.person(people.officer_a).open(issue).text

    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    assert "Duyệt và gửi" not in walk.person(people.lead).open(issue).acts
    page = walk.person(people.department_leader).open(issue).do("Duyệt và gửi")
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"
    assert "Xin ý kiến lãnh đạo UBND tỉnh" not in page.badges

    page = walk.person(people.officer_a).open(issue)
    page = page.do("Đồng ý với nội dung trả lời", {"Vướng mắc đã được giải quyết": True})
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"  # the directive is dated and open
    page = walk.person(people.lead).open("/directives").follow("Báo cáo hoàn thành")
    page.fill({"Kết quả thực hiện": "Đã trả lời xã ngày 23/6."}).press("Báo cáo hoàn thành")
    leader.open("/directives").press("Xác nhận hoàn thành")
    assert walk.person(people.officer_a).open(issue).state == "Kết thúc: Đã giải quyết"


def test_a_lead_plans_and_the_level_waits_for_the_date_of_the_plan(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    walk.go("2026-06-05")
    walk.person(people.member).open(issue).do("Cập nhật tiến độ", {"Tiến độ": "Đang lấy số liệu."})
    assert walk.morning("2026-06-11") == 1
    plan = {"Kế hoạch xử lý": "Họp với Sở Tài chính ngày 16.", "Hoàn thành trước hết ngày": "2026-06-17"}
    page = walk.person(people.lead).open(issue).do("Lập kế hoạch xử lý", plan)
    assert "Họp với Sở Tài chính" in page.text
    assert "Họp với Sở Tài chính" not in walk.person(people.officer_a).open(issue).text
    walk.person(people.member).open(issue).do("Cập nhật tiến độ", {"Tiến độ": "Sẽ họp ngày 16."})
    for day in ("2026-06-15", "2026-06-16", "2026-06-17"):
        assert walk.morning(day) == 0
    assert walk.morning("2026-06-18") == 1
    assert "Đã báo cáo lãnh đạo Sở Nội vụ" in walk.person(people.lead).open(issue).badges
