"""How an issue comes to the unit that can answer it: filed on behalf, corrected, signed, transferred, routed."""

from tests.journeys.walking import PDF, Walk


def test_what_a_member_files_for_communes_they_may_put_right_for_two_working_days(walk: Walk) -> None:
    people = walk.province
    page = (
        walk.person(people.member)
        .open("/issues/new")
        .fill(
            {
                "Tiêu đề": "Thiếu cán bộ địa chính",
                "Đang vướng gì": "Ba xã thiếu cán bộ địa chính.",
                "Đề xuất": "Đề nghị điều động.",
                "Lĩnh vực": "Nội vụ",
                "Xã An Bình": True,
                "Phường Đông Hà": True,
                "Tiếp nhận qua": "Cuộc họp",
                "Số công văn, cuộc họp hoặc người gọi": "Giao ban ngày 01/06/2026",
            }
        )
    )
    page = page.press("Gửi")
    assert page.facts["Tiếp nhận qua"] == "Cuộc họp: Giao ban ngày 01/06/2026"
    assert "2 địa phương" in page.badges
    issue = page.address
    assert walk.person(people.officer_b).open(issue, status=404).heading == "Không tìm thấy trang"

    walk.go("2026-06-03 16:00")
    form = walk.person(people.officer_ward).open(issue).follow("Chỉnh nội dung")
    assert form.typed("Đang vướng gì") == "Ba xã thiếu cán bộ địa chính."
    page = form.fill({"Đang vướng gì": "Phường chỉ thiếu một người."}).press("Chỉnh nội dung")
    assert "Phường chỉ thiếu một người." in page.text
    assert "Ba xã thiếu cán bộ địa chính." in page.text  # the history keeps both wordings
    assert page.history[0] == "Phường Đông Hà đã chỉnh nội dung"

    walk.go("2026-06-04")
    assert "Chỉnh nội dung" not in walk.person(people.officer_a).open(issue).acts


def test_the_second_transfer_lands_at_the_coordinator_who_decides(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    form = walk.person(people.lead).open(issue).follow("Chuyển cơ quan có thẩm quyền")
    where = {"Cơ quan có thẩm quyền": "Sở Tài chính", "Lý do": "Thuộc chế độ ngân sách."}
    page = form.fill(where).press("Chuyển cơ quan có thẩm quyền")
    assert page.state == "Chờ tiếp nhận"
    assert "Đã chuyển 1 lần" in page.badges
    assert page.facts["Đang ở"].startswith("Sở Tài chính")
    assert page.facts["Hạn trả lời"] == "10/06/2026"  # the promise runs on
    assert page.acts == []  # the former holder keeps reading

    walk.go("2026-06-02")
    back = {"Cơ quan có thẩm quyền": "Sở Nội vụ", "Lý do": "Thuộc chế độ tiền lương."}
    page = walk.person(people.finance_lead).open(issue).do("Chuyển cơ quan có thẩm quyền", back)
    assert page.state == "Chờ quyết định cơ quan chủ trì"
    assert "Đã chuyển 2 lần" in page.badges
    assert "Đã báo cáo đầu mối tỉnh" in page.badges
    assert page.facts["Đang ở"].startswith("Văn phòng UBND tỉnh")

    home = walk.person(people.coordinator).open("/")
    assert "1 vướng mắc chờ quyết định cơ quan chủ trì" in home.text
    page = home.follow("Quyết định")
    assert page.acts[0] == "Quyết định cơ quan chủ trì"
    decision = {"Cơ quan chủ trì": "Sở Tài chính", "Lý do": "Có tiền lệ tháng 4."}
    page = page.do("Quyết định cơ quan chủ trì", decision)
    assert page.state == "Chờ tiếp nhận"
    assert "Có tiền lệ tháng 4." in walk.person(people.officer_a).open(issue).text
    acts = walk.person(people.finance_lead).open(issue).acts
    assert "Tiếp nhận và giao" in acts
    assert "Chuyển cơ quan có thẩm quyền" not in acts  # after a decision it is the coordinator's alone


def test_a_leader_signs_what_his_commune_sends_and_may_hand_it_back(walk: Walk) -> None:
    people = walk.province
    walk.switch(commune_sign_off=True)
    page = (
        walk.person(people.officer_a)
        .open("/issues/new")
        .fill(
            {
                "Tiêu đề": "Kinh phí",
                "Đang vướng gì": "Thiếu kinh phí.",
                "Đề xuất": "Đề nghị cấp.",
                "Lĩnh vực": "Nội vụ",
            }
        )
    )
    page = page.press("Lưu nháp").press("Trình lãnh đạo")
    assert "Đã trình lãnh đạo duyệt" in page.notice
    assert page.state == "Chờ lãnh đạo UBND xã duyệt"
    draft = page.address
    assert "Đồng ý gửi" not in page.acts
    assert walk.person(people.lead).open(draft, status=404).heading == "Không tìm thấy trang"

    page = walk.person(people.leader_a).open("/").follow("Xem và duyệt")
    remark = {"Nội dung cần hoàn thiện": "Ghi rõ số tiền."}
    walk_back = page.do("Chuyển lại để hoàn thiện", remark)
    assert walk_back.status == 200
    page = walk.person(people.officer_a).open("/").follow("Soạn tiếp")
    assert "Ghi rõ số tiền." in page.text
    page = page.fill({"Đang vướng gì": "Thiếu 120 triệu đồng."}).press("Trình lãnh đạo")
    assert page.state == "Chờ lãnh đạo UBND xã duyệt"

    walk.go("2026-06-03")
    page = walk.person(people.leader_a).open(draft).do("Đồng ý gửi")
    assert page.path == "/issues/VM-2026-000001"
    assert page.facts["Hạn trả lời"] == "12/06/2026"  # day zero is the day of signing
    assert walk.person(people.officer_a).open(draft).path == "/issues/VM-2026-000001"


def test_a_signed_dispatch_and_a_title_are_enough(walk: Walk) -> None:
    people = walk.province
    form = walk.person(people.officer_a).open("/issues/new").fill({"Tiêu đề": "Đề nghị bố trí trụ sở"})
    page = form.press("Gửi")
    assert page.status == 422
    page = page.fill({"Công văn đã ký của địa phương": [("công văn 12.pdf", PDF)], "Lĩnh vực": "Nội vụ"})
    page = page.press("Gửi")
    assert page.state == "Chờ tiếp nhận"
    assert "Nội dung trong công văn kèm theo." in page.text
    assert any(words == "công văn 12.pdf" for words, _ in walk.person(people.lead).open(page.address).links)


def test_the_coordinator_ends_what_was_filed_in_error(walk: Walk) -> None:
    people = walk.province
    issue = walk.file_issue()
    page = walk.person(people.coordinator).open(issue)
    page = page.do("Kết thúc do gửi nhầm, gửi trùng", {"Lý do": "Trùng nội dung tháng 5."})
    assert page.state == "Kết thúc: Gửi nhầm, gửi trùng"
    assert "Mở lại" not in walk.person(people.officer_a).open(issue).acts
