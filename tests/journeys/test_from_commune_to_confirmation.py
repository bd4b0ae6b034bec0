"""The main story, and the ways it may take at its ends: letter, phone, expiry, reopening, withdrawal."""

from tests.journeys.walking import PDF, Walk

ANSWER = {
    "Hướng dẫn": True,
    "Nội dung trả lời": "Áp dụng Điều 5 của nghị định.\nMức chi theo bảng kèm theo.",
    "Địa phương cần làm gì tiếp": "Lập danh sách và gửi trước ngày 15.",
    "Văn bản": "Nghị định 118/2025/NĐ-CP",
    "Hết hiệu lực ngày": "2027-03-01",
}
LETTER = {
    "Hướng dẫn": True,
    "Tóm tắt nội dung": "Hướng dẫn mức chi phụ cấp.",
    "Văn bản": "Nghị định 118/2025/NĐ-CP",
    "Ngày ký": "2026-06-03",
    "Người ký": "Đặng Thị Giang, Phó Giám đốc",
    "Văn bản đã ký": [("cv.pdf", PDF)],
}


def answered(walk: Walk) -> str:
    """An issue that was answered by a note on 4 June; gives its address."""
    people = walk.province
    issue = walk.file_issue()
    walk.person(people.lead).open(issue).do(
        "Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name}
    )
    walk.go("2026-06-03")
    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    walk.go("2026-06-04")
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    return issue


def test_a_difficulty_goes_from_the_commune_to_its_confirmed_answer(walk: Walk) -> None:
    people = walk.province

    page = walk.person(people.officer_a).open("/")
    page = page.follow("Gửi khó khăn, vướng mắc")
    page = page.fill(
        {
            "Tiêu đề": "Chưa có hướng dẫn chi trả phụ cấp",
            "Đang vướng gì": "Ba người chưa nhận phụ cấp tháng 5.",
            "Đề xuất": "Đề nghị Sở hướng dẫn mức chi.",
            "Lĩnh vực": "Nội vụ",
        }
    ).press("Gửi")
    assert page.path == "/issues/VM-2026-000001"
    assert "Đã gửi VM-2026-000001" in page.notice
    assert page.state == "Chờ tiếp nhận"
    assert page.facts["Hạn trả lời"] == "10/06/2026"
    issue = page.address

    home = walk.person(people.lead).open("/")
    assert "1 vướng mắc mới chờ tiếp nhận" in home.text
    page = home.follow("Tiếp nhận và giao")
    assert page.acts[0] == "Tiếp nhận và giao"
    page = page.press("Tiếp nhận và giao")  # the member who looks after this commune is proposed already
    assert page.state == "Đang xử lý"
    assert f"Xử lý chính: {people.member.full_name}" in page.text

    walk.go("2026-06-03")
    page = walk.person(people.officer_a).open(issue)
    assert people.member.phone in page.text
    assert page.badges[1] == "Còn 5 ngày làm việc"
    assert "Trình duyệt" not in page.acts

    page = walk.person(people.member).open("/").follow("Mở danh sách")
    assert page.path == "/issues/VM-2026-000001"
    page = page.do("Trình duyệt", ANSWER)
    assert page.state == "Chờ duyệt dự thảo trả lời"
    assert "Duyệt và gửi" not in page.acts  # nobody approves what he wrote
    assert "Áp dụng Điều 5" not in walk.person(people.officer_a).open(issue).text

    page = walk.person(people.lead).open("/").follow("Xem và duyệt")
    assert "Áp dụng Điều 5" in page.text
    page = page.do("Duyệt và gửi")
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"

    home = walk.person(people.officer_a).open("/")
    assert "1 trả lời chờ địa phương phản hồi" in home.text
    page = home.follow("Phản hồi")
    assert "Áp dụng Điều 5 của nghị định." in page.text
    assert "Nghị định 118/2025/NĐ-CP" in page.text
    assert "Địa phương phản hồi đến hết ngày 10/06/2026." in page.text
    page = page.do("Đồng ý với nội dung trả lời", {"Vướng mắc đã được giải quyết": True})
    assert page.state == "Kết thúc: Đã giải quyết"
    assert page.history[0] == "Xã An Bình đồng ý với nội dung trả lời"
    rows = walk.person(people.lead).open("/issues?open=any").words_of("row-state")
    assert rows == ["Kết thúc: Đã giải quyết"]


def test_a_signed_letter_goes_out_and_its_number_comes_later(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    walk.person(people.lead).open(issue).do(
        "Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name}
    )
    walk.go("2026-06-03")

    page = walk.person(people.member).open(issue).do("Gửi văn bản trả lời", LETTER)
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"
    assert "Chờ số văn bản" in page.badges
    assert "Cập nhật số văn bản" in page.acts

    commune = walk.person(people.officer_a).open(issue)
    assert "Chờ số văn bản" in commune.badges
    letter = next(href for words, href in commune.links if words == "cv.pdf")
    download = walk.person(people.officer_a).fetch(letter)
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert walk.person(people.officer_b).fetch(letter).status_code == 404

    walk.go("2026-06-05")
    assert "1 văn bản đã gửi còn chờ số" in walk.person(people.member).open("/").text
    number = {"Số, ký hiệu": "123/SNV-XDCQ", "Ngày văn bản": "2026-06-04"}
    page = walk.person(people.member).open(issue).do("Cập nhật số văn bản", number)
    assert page.history[0] == "Cập nhật số văn bản: 123/SNV-XDCQ"
    assert "Chờ số văn bản" not in page.badges
    page = walk.person(people.officer_a).open(issue)
    assert "123/SNV-XDCQ" in page.text
    assert page.do("Đồng ý với nội dung trả lời").state == "Kết thúc: Đã hướng dẫn"


def test_a_letter_needs_the_signed_file(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    walk.person(people.lead).open(issue).do(
        "Tiếp nhận và giao", {"Người xử lý chính": people.member.full_name}
    )

    page = walk.person(people.member).open(issue).do("Gửi văn bản trả lời", LETTER | {"Văn bản đã ký": []})
    assert page.status == 422
    assert "Cần chọn ít nhất một tệp." in page.text
    assert page.typed("Người ký") == "Đặng Thị Giang, Phó Giám đốc"
    assert walk.person(people.member).open(issue).state == "Đang xử lý"


def test_a_commune_that_says_yes_on_the_phone_is_recorded_with_the_name_of_who_spoke(walk: Walk) -> None:
    people = walk.province
    issue = answered(walk)

    page = (
        walk.person(people.member)
        .open(issue)
        .do("Ghi nhận đồng ý qua điện thoại", {"Vướng mắc đã được giải quyết": True})
    )
    assert page.status == 422, "who spoke has to be named"
    page = page.fill({"Người trả lời điện thoại": "Trần Văn Ánh, Phó Chủ tịch"})
    page = page.press("Ghi nhận đồng ý qua điện thoại")
    assert page.state == "Kết thúc: Đã giải quyết"
    assert (
        "Qua điện thoại, người trả lời: Trần Văn Ánh, Phó Chủ tịch."
        in walk.person(people.officer_a).open(issue).text
    )


def test_silence_ends_an_issue_and_is_never_called_agreement(walk: Walk) -> None:
    people = walk.province
    issue = answered(walk)  # on 4 June: five working days end on 11 June

    walk.go("2026-06-11 20:00")
    assert walk.run_jobs() == 0
    walk.go("2026-06-12 00:30")
    assert walk.run_jobs() == 1
    page = walk.person(people.officer_a).open(issue)
    assert page.state == "Kết thúc: Đã hướng dẫn (do hết thời hạn phản hồi)"
    assert "Không phản hồi không được tính là đồng ý." in page.text
    assert "Đồng ý với nội dung trả lời" not in page.acts
    assert walk.run_jobs() == 0


def test_a_commune_reopens_once_within_thirty_days(walk: Walk) -> None:
    people = walk.province
    issue = answered(walk)
    walk.person(people.officer_a).open(issue).do("Đồng ý với nội dung trả lời")

    walk.go("2026-06-25")
    page = walk.person(people.officer_a).open(issue).do("Mở lại", {"Lý do mở lại": "Kho bạc chưa chấp nhận."})
    assert page.state == "Chờ phân công"
    assert page.facts["Hạn trả lời"] == "02/07/2026"
    assert "Kho bạc chưa chấp nhận." in walk.person(people.lead).open(issue).text

    walk.person(people.lead).open(issue).do(
        "Giao người xử lý", {"Người xử lý chính": people.member.full_name}
    )
    walk.person(people.member).open(issue).do("Trình duyệt", ANSWER)
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    page = walk.person(people.officer_a).open(issue).do("Đồng ý với nội dung trả lời")
    assert page.state == "Kết thúc: Đã hướng dẫn"
    assert "Mở lại" not in page.acts


def test_the_last_commune_that_withdraws_closes_the_issue(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()

    page = walk.person(people.officer_a).open(issue).do("Rút nội dung")
    assert page.status == 422
    assert "Cần nhập mục này." in page.text
    page = page.fill({"Lý do rút": "Đã tự giải quyết."}).press("Rút nội dung")
    assert page.state == "Kết thúc: Địa phương đã rút"
    assert page.acts == []
    assert "Đã tự giải quyết." in walk.person(people.lead).open(issue).text
