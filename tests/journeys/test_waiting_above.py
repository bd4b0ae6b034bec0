"""What somebody higher decides, and what was promised by a date: kept, or broken."""

from tests.journeys.test_from_commune_to_confirmation import ANSWER
from tests.journeys.test_talking_back import working
from tests.journeys.walking import Page, Walk

PLAN = ANSWER | {"Hướng dẫn": False, "Lộ trình có thời hạn": True, "Thời hạn theo lộ trình": "2026-06-22"}


def promised(walk: Walk) -> str:
    """Answered with a roadmap up to the 22nd, agreed to by the commune; gives the address of the issue."""
    people = walk.province
    issue = working(walk, walk.file_issue())
    walk.go("2026-06-03")
    walk.person(people.member).open(issue).do("Trình duyệt", PLAN)
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    page = walk.person(people.officer_a).open(issue).do("Đồng ý với nội dung trả lời")
    assert page.state == "Kết thúc: Đã có lộ trình"
    return issue


def refer(page: Page, **more: object) -> Page:
    """The department's leader sends it to a ministry."""
    document = {"Nơi nhận": "Bộ, ngành Trung ương", "Tên cơ quan nhận": "Bộ Nội vụ"}
    return page.do("Trình cấp có thẩm quyền", document | more)


def test_referral_and_reply(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())  # on Monday the 1st: due on the 10th
    walk.go("2026-06-03")
    page = refer(walk.person(people.department_leader).open(issue))
    assert page.state == "Chờ cấp có thẩm quyền quyết định"
    assert page.badges[1] == "Tạm dừng tính thời hạn"
    assert "Đã kiến nghị Trung ương" in page.badges
    assert "chờ địa phương bổ sung" not in page.text
    page = walk.person(people.officer_a).open(issue)
    assert page.facts["Nơi nhận"] == "Bộ Nội vụ"
    assert "Đôn đốc" not in page.facts

    owner = walk.person(people.member)
    assert "1 vướng mắc đã trình, cần trả lời bước đầu cho địa phương" in owner.open("/").text
    owner.open(issue).do("Trả lời bước đầu", {"Nội dung trả lời bước đầu": "Đã báo cáo Bộ Nội vụ."})
    assert "cần trả lời bước đầu" not in owner.open("/").text

    walk.go("2026-07-15")
    assert "1 văn bản trình đến ngày đôn đốc" in owner.open("/").text
    page = owner.open("/referrals").follow("Chờ số văn bản").follow("Đã đôn đốc văn bản trình")
    page = page.fill({"Đã đôn đốc thế nào": "Đã gọi Vụ Chính quyền địa phương."}).press(
        "Đã đôn đốc văn bản trình"
    )
    assert "Đôn đốc ngày 25/08/2026" in page.text
    assert "Đã gọi Vụ" in owner.open(issue).text
    assert "Đã gọi Vụ" not in walk.person(people.officer_a).open(issue).text

    walk.go("2026-07-20")
    assert "Tạm dừng 33 ngày làm việc: chờ cấp có thẩm quyền quyết định" in owner.open(issue).text
    page = owner.open(issue).do(
        "Ghi nhận trả lời của cấp có thẩm quyền", {"Nội dung trả lời của cấp có thẩm quyền": "Bộ đồng ý."}
    )
    assert page.state == "Đang xử lý"
    assert page.facts["Hạn trả lời"] == "27/07/2026"  # five working days were left on the 3rd of June
    assert "Bộ đồng ý." in walk.person(people.officer_a).open(issue).text
    owner.open(issue).do("Trình duyệt", ANSWER)
    walk.person(people.lead).open(issue).do("Duyệt và gửi")
    page = walk.person(people.officer_a).open(issue).do("Đồng ý với nội dung trả lời")
    assert page.state == "Kết thúc: Cấp trên đã trả lời"


def test_commitment_broken(walk: Walk) -> None:
    people, issue = walk.province, promised(walk)
    walk.go("2026-06-15")
    owner = walk.person(people.member)
    assert "1 cam kết sắp đến hạn hoặc đã đến hạn" in owner.open("/").text
    assert "22/06/2026" in walk.person(people.officer_a).open("/commitments").text
    walk.go("2026-06-22")
    assert walk.run_jobs() == 1
    page = walk.person(people.lead).open(issue)
    assert page.state == "Chờ phân công"
    assert "Đã đôn đốc tổ công tác" in page.badges
    assert page.facts["Hạn trả lời"] == "29/06/2026"
    assert page.history[0] == "Mở lại do đến hạn cam kết"
    assert "Đến hạn chưa thực hiện" in walk.person(people.officer_a).open("/commitments").text
    assert "22/06/2026" in walk.person(people.officer_a).open("/commitments?state=woken").text


def test_commitment_kept(walk: Walk) -> None:
    people, issue = walk.province, promised(walk)
    walk.go("2026-06-18")
    done = {"Đã thực hiện thế nào": "Đã cấp đủ máy cho xã."}
    walk.person(people.member).open(issue).do("Đã thực hiện cam kết", done)
    walk.go("2026-06-22")
    assert walk.run_jobs() == 0
    page = walk.person(people.officer_a).open(issue)
    assert page.state == "Kết thúc: Đã có lộ trình"
    assert "Đã cấp đủ máy cho xã." in page.text
