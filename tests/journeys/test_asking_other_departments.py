"""The desk asks other departments: one answers, one stays silent; the commune learns nothing of it."""

from tests.journeys.test_talking_back import working
from tests.journeys.walking import PDF, Page, Walk

ASK = "Cơ quan được lấy ý kiến"
QUESTION = "Mức chi này lấy từ nguồn nào?"
SECRETS = ("ý kiến", "Sở Tài chính", "Văn phòng", QUESTION, "nguồn.pdf")
"""What no page of the commune says."""


def panel(page: Page) -> str:
    """What the page says of the opinions."""
    found = [item for item in page.tree.iter("section") if item.get("id") == "opinions"]
    return " ".join("".join(found[0].itertext()).split()) if found else ""


def asked(walk: Walk) -> str:
    """An issue in work whose owner has asked finance and the office; gives its address."""
    people = walk.province
    issue = working(walk, walk.file_issue())
    form = walk.person(people.member).open(issue).follow("Lấy ý kiến")
    form.fill({ASK: people.finance.name, "Nội dung hỏi": QUESTION})
    form.fill({ASK: people.office.name, "Tệp kèm theo": [("nguồn.pdf", PDF)]})
    page = form.press("Lấy ý kiến")
    assert page.path == issue
    assert "Đang lấy ý kiến 2 sở, ngành" in page.badges
    return issue


def test_an_opinion_comes_another_stays_out_and_the_commune_sees_neither(walk: Walk) -> None:
    people = walk.province
    issue = asked(walk)  # on Monday the 1st: until Monday the 8th
    page = walk.person(people.member).open(issue)
    assert page.state == "Đang xử lý"
    assert page.facts["Hạn trả lời"] == "10/06/2026"  # the clock runs on
    assert "Hạn: 08/06/2026" in panel(page)

    walk.go("2026-06-03")
    home = walk.person(people.finance_lead).open("/")
    assert "1 nội dung được lấy ý kiến" in home.text
    page = home.follow("Gửi ý kiến")
    assert QUESTION in page.text
    page.do("Giao người tham gia ý kiến", {"Người tham gia ý kiến": people.finance_member.full_name})
    home = walk.person(people.finance_member).open("/")
    page = home.follow("Gửi ý kiến")
    refused = page.press("Gửi ý kiến tham gia")
    assert refused.status == 422
    said = {"Ý kiến tham gia": "Lấy từ dự phòng ngân sách xã.", "Tệp kèm theo": [("biểu.pdf", PDF)]}
    page = refused.fill(said).press("Gửi ý kiến tham gia")
    assert "Lấy từ dự phòng ngân sách xã." in panel(page)
    assert "nội dung được lấy ý kiến" not in walk.person(people.finance_member).open("/").text

    walk.go("2026-06-09")
    assert walk.run_jobs() == 1
    page = walk.person(people.member).open(issue)
    assert page.history[0] == "Hết hạn, chưa tham gia ý kiến"
    assert "Hết hạn, chưa tham gia ý kiến" in panel(page)
    home = walk.person(people.member).open("/").text
    assert "1 vướng mắc đã có ý kiến tham gia của sở, ngành" in home
    assert "1 vướng mắc có sở, ngành hết hạn, chưa tham gia ý kiến" in home
    paper = walk.person(people.member).open(f"{issue}/print").text
    assert "Lấy từ dự phòng ngân sách xã." in paper

    commune = walk.person(people.officer_a)
    for address in (issue, f"{issue}/print", f"{issue}/history?before=99", "/", "/inbox"):
        text = commune.open(address).text
        assert [word for word in SECRETS if word in text] == [], address


def test_a_late_opinion_is_kept_and_marked_and_the_answer_ends_the_asking(walk: Walk) -> None:
    people = walk.province
    issue = asked(walk)
    walk.go("2026-06-09")
    walk.run_jobs()
    page = walk.person(people.finance_lead).open(issue)
    page = page.do("Gửi ý kiến tham gia", {"Ý kiến tham gia": "Thống nhất."})
    assert "Ý kiến gửi muộn" in panel(page)

    form = walk.person(people.member).open(issue).follow("Lấy ý kiến")
    form.fill({ASK: people.finance.name, "Nội dung hỏi": "Còn nguồn nào khác?"}).press("Lấy ý kiến")
    letter = {
        "Hướng dẫn": True,
        "Số, ký hiệu": "12/SNV",
        "Ngày ký": "2026-06-09",
        "Người ký": "Đặng Thị Giang, Phó Giám đốc",
        "Văn bản đã ký": [("trả lời.pdf", PDF)],
    }
    page = walk.person(people.member).open(issue).do("Gửi văn bản trả lời", letter)
    assert page.state == "Đã trả lời, chờ địa phương phản hồi"
    assert "Đã dừng lấy ý kiến" in panel(page)
    assert "Gửi ý kiến tham gia" not in walk.person(people.finance_lead).open(issue).acts


def test_asking_nobody_is_refused_and_what_was_typed_stays(walk: Walk) -> None:
    people = walk.province
    issue = working(walk, walk.file_issue())
    form = walk.person(people.member).open(issue).follow("Lấy ý kiến")
    refused = form.fill({"Nội dung hỏi": QUESTION}).press("Lấy ý kiến")
    assert refused.status == 422
    assert refused.typed("Nội dung hỏi") == QUESTION
    assert "Đơn vị này chưa có tổ công tác để tiếp nhận." in refused.text
