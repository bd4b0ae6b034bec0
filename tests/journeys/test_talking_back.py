"""What is asked and said between desk and commune: information, clarification, dispute, news."""

from tests.journeys.test_from_commune_to_confirmation import ANSWER, answered
from tests.journeys.walking import PDF, Page, Walk


def working(walk: Walk, issue: str) -> str:
    """Assign the issue to the member; gives its address."""
    people = walk.province
    walk.person(people.lead).open(issue).do(
        "Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name}
    )
    return issue


def test_while_the_desk_waits_for_information_the_clock_stands_still_and_says_why(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())  # on Monday the 1st: due on the 10th
    walk.go("2026-06-03")
    question = {"Nội dung cần bổ sung": "Đề nghị gửi danh sách ba người."}
    page = walk.person(people.member).open(issue).do("Đề nghị bổ sung thông tin", question)
    assert page.state == "Chờ địa phương bổ sung"
    assert page.badges[1] == "Tạm dừng tính thời hạn"

    walk.go("2026-06-08")
    home = walk.person(people.officer_a).open("/")
    assert "1 vướng mắc chờ địa phương bổ sung thông tin" in home.text
    page = home.follow("Bổ sung")
    assert "Đề nghị gửi danh sách ba người." in page.text
    assert "Tạm dừng 3 ngày làm việc" in page.text
    page = page.do("Gửi bổ sung", {"Tệp kèm theo": [("danh sách.pdf", PDF)]})
    assert page.state == "Đang xử lý"
    assert page.facts["Hạn trả lời"] == "15/06/2026"
    assert page.badges[1] == "Còn 5 ngày làm việc"

    why = page.follow("Vì sao ngày này?")
    assert "Tạm dừng 3 ngày làm việc, không tính." in why.text
    assert "hạn 15/06/2026" in why.text
    assert ("04/06/2026 – 05/06/2026", "Tạm dừng tính thời hạn") in explained(why)
    assert ("06/06/2026 – 07/06/2026", "Nghỉ cuối tuần") in explained(why)


def explained(why: Page) -> set[tuple[str, str]]:
    """Days and reason of each row of the explanation."""
    rows = [[" ".join(cell.itertext()).split() for cell in row] for row in why.tree.iter("tr")]
    return {(" ".join(row[0]), " ".join(row[2])) for row in rows[1:]}


def test_of_several_communes_every_one_that_was_asked_has_to_reply(walk: Walk) -> None:
    people = walk.province
    page = (
        walk.person(people.member)
        .open("/issues/new")
        .fill(
            {
                "Tiêu đề": "Thiếu biên chế",
                "Đang vướng gì": "Hai xã chưa có cán bộ đất đai.",
                "Đề xuất": "Đề nghị bố trí.",
                "Lĩnh vực": "Nội vụ",
                "Xã An Bình": True,
                "Xã Bình Minh": True,
            }
        )
    )
    issue = working(walk, page.press("Gửi").address)
    question = {"Nội dung cần bổ sung": "Số biên chế hiện có?"}
    walk.person(people.member).open(issue).do("Đề nghị bổ sung thông tin", question)

    reply = {"Nội dung bổ sung": "Hiện có 18 người."}
    assert (
        walk.person(people.officer_a).open(issue).do("Gửi bổ sung", reply).state == "Chờ địa phương bổ sung"
    )
    assert "Gửi bổ sung" not in walk.person(people.officer_a).open(issue).acts
    assert walk.person(people.officer_b).open(issue).do("Gửi bổ sung", reply).state == "Đang xử lý"


def test_a_commune_first_asks_what_is_meant_and_then_disputes_which_its_leader_hears_of(walk: Walk) -> None:
    people = walk.province
    issue = answered(walk)
    page = walk.person(people.officer_a).open(issue)
    assert "Chưa giải quyết được" not in page.acts  # asking comes before disputing
    page = page.do("Đề nghị làm rõ thêm", {"Nội dung chưa rõ": "Mức chi tính theo lương nào?"})
    assert page.state == "Đang xử lý"
    assert page.facts["Hạn trả lời"] == "09/06/2026"  # three working days from the 4th
    assert not any("báo cáo" in badge for badge in page.badges)

    walk.go("2026-06-08")
    page = walk.person(people.member).open(issue)
    assert "Mức chi tính theo lương nào?" in page.text
    page.do("Trình duyệt", ANSWER | {"Nội dung trả lời": "Theo lương cơ sở."})
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    page = walk.person(people.officer_a).open(issue)
    assert "Đề nghị làm rõ thêm" not in page.acts
    page = page.do("Chưa giải quyết được", {"Vì sao chưa giải quyết được": "Ngân sách xã không đủ."})
    assert page.state == "Chờ phân công"
    assert "Đã báo cáo lãnh đạo Sở Nội vụ" in page.badges
    assert page.facts["Hạn trả lời"] == "15/06/2026"

    page = walk.person(people.department_leader).open(issue)
    assert "Ngân sách xã không đủ." in page.text
    page.do("Giao người xử lý", {"Người xử lý chính": people.member.full_name})
    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    assert "Duyệt và gửi" not in walk.person(people.lead).open(issue).acts  # disputed: the leader approves
    page = walk.person(people.department_leader).open(issue).do("Duyệt và gửi")
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"
    assert not any("báo cáo" in badge for badge in page.badges)


def test_news_reach_the_commune_and_leave_the_date_alone(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    walk.go("2026-06-04")
    news = {"Tiến độ": "Đang chờ ý kiến Kho bạc.", "Đã trao đổi qua điện thoại": True}
    page = walk.person(people.member).open(issue).do("Cập nhật tiến độ", news)
    assert page.facts["Hạn trả lời"] == "10/06/2026"
    page = walk.person(people.officer_a).open(issue)
    assert page.history[0] == "Cập nhật tiến độ qua điện thoại"
    assert "Đang chờ ý kiến Kho bạc." in page.text


def test_an_answer_that_comes_back_is_put_right_and_not_typed_again(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    remark = {"Nội dung cần hoàn thiện": "Cần ghi rõ mức chi."}
    page = walk.person(people.lead).open(issue).do("Chuyển lại để hoàn thiện", remark)
    assert page.state == "Đang xử lý"
    assert "Cần ghi rõ mức chi." not in walk.person(people.officer_a).open(issue).text

    form = walk.person(people.member).open(issue).follow("Trình duyệt")
    assert "Áp dụng Điều 5 của nghị định." in form.typed("Nội dung trả lời")
    assert form.typed("Văn bản") == "Nghị định 118/2025/NĐ-CP"
    page = form.fill({"Nội dung trả lời": "Mức chi 500.000 đồng."}).press("Trình duyệt")
    assert "Mức chi 500.000 đồng." in page.text
    page = page.do("Rút lại để sửa")
    assert page.state == "Đang xử lý"
    assert page.follow("Trình duyệt").typed("Nội dung trả lời") == "Mức chi 500.000 đồng."


def test_the_draft_of_an_answer_is_kept_before_it_is_complete(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    form = walk.person(people.member).open(issue).follow("Trình duyệt")
    page = form.fill({"Nội dung trả lời": "Chưa xong"}).press("Lưu nháp")
    assert page.typed("Nội dung trả lời") == "Chưa xong"
    page = page.press("Trình duyệt")
    assert page.status == 422
    assert "Cần nêu căn cứ pháp lý cho loại trả lời này." in page.text
    assert page.typed("Nội dung trả lời") == "Chưa xong"
