"""The pages of acts: who gets the form, what is kept when something is refused, what happens twice happens once."""

import io
import re
from collections.abc import Callable

import pytest

from tests.browser_of_pages import HTMX, Person, forms_in, path_of, words_of
from tests.issue_builders import Desk, june
from tracker import clock
from tracker.accounts.models import Account
from tracker.directory.switches import read_switches
from tracker.issues import dossier, queries
from tracker.issues.models import Reply
from tracker.issues.policy import acts_offered
from tracker.issues.workflow import BY_ACT, NOT_SENT, TRANSITIONS, Act, IssueState
from tracker.permissions import Role

Enter = Callable[[Account], Person]
_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]*')  # tells the second in which the page was made
S = IssueState
MINISTRY = {"addressee": "ministry", "name": "Bộ Nội vụ", "subject": "Chế độ của người không chuyên trách"}
PDF = b"%PDF-1.4\n%%EOF\n"


def _url(desk: Desk, issue_id: int, act: str = "") -> str:
    return f"/issues/{desk.issue(issue_id).number}" + (f"/{act}" if act else "")


def _stages(desk: Desk) -> dict[str, int]:
    """An issue at each stage of its life."""
    place = desk.province
    made = {
        "submitted": desk.sent(),
        "accepted": desk.accepted(),
        "working": desk.working(),
        "need_info": desk.working(),
        "to_approve": desk.to_approve(),
        "answered": desk.answered(),
        "on_behalf": desk.on_behalf(),
        "numberless": desk.working(),
        "closed": desk.answered(),
        "transferred": desk.working(),
        "clarified": desk.answered(),
        "extension": desk.working(),
        "consulted": desk.working(),
        "referred": desk.working(),
        "raised": desk.working(),
        "promised": desk.answered(kind="roadmap", roadmap_on=june(22)),
    }
    desk.do(place.department_leader, made["referred"], Act.REFER, **MINISTRY)
    desk.do(place.member, made["raised"], Act.ESCALATE, reason="Vượt thẩm quyền")
    rows = [{"unit_id": place.finance.id, "question": "Nguồn nào?"}]
    desk.do(place.member, made["consulted"], Act.ASK_OPINION, questions=rows)
    desk.do(place.member, made["extension"], Act.ASK_EXTENSION, days=1, reason="Chờ Bộ")
    desk.do(place.member, made["need_info"], Act.ASK_INFO, question="Gửi danh sách.")
    desk.letter(made["numberless"], document_number="")
    desk.do(place.officer_a, made["closed"], Act.CONFIRM)
    desk.do(place.officer_a, made["clarified"], Act.CLARIFY, text="Chưa rõ nguồn.")
    desk.answered(made["clarified"])
    desk.do(place.lead, made["transferred"], Act.TRANSFER, unit_id=place.finance.id, reason="Thẩm quyền")
    desk.do(
        place.finance_lead,
        made["transferred"],
        Act.TRANSFER,
        unit_id=place.home_affairs.id,
        reason="Thẩm quyền",
    )
    return made


def test_every_offered_act_has_a_form_and_every_other_act_of_that_state_is_not_found(
    desk: Desk, enter: Enter
) -> None:
    """The page offers exactly what the policy allows, and the address of anything else is unknown."""
    stages = _stages(desk)
    seen: set[Act] = set()
    place = desk.province
    people = [
        place.officer_a,
        place.officer_b,
        place.member,
        place.lead,
        place.department_leader,
        place.coordinator,
        place.finance_lead,
    ]
    for account in people:
        person = enter(account)
        for issue_id in stages.values():
            number = desk.issue(issue_id).number
            assert number is not None
            me = desk.actor(account)
            issue = queries.find_issue(desk.session, me, number)
            if issue is None:
                person.get(f"/issues/{number}", status=404)
                continue
            offered = _offered(desk, account, number)
            page = person.get(f"/issues/{number}").text
            for row in TRANSITIONS:
                if row.permission is None or row.sources <= NOT_SENT or issue.state not in row.sources:
                    continue
                url = f"/issues/{number}/{row.act.value}"
                if row.act in offered:
                    seen.add(row.act)
                    assert url in page, (account.login, url)
                    assert person.form(url, action=url).values["idempotency_key"]
                elif not issue.awaits_routing:
                    person.get(url, status=404)
    with_form = {row.act for row in TRANSITIONS if row.permission is not None and not row.sources <= NOT_SENT}
    assert with_form - seen == {Act.CLOSE_UNINFORMED}  # its day comes later: see the next test


def test_communes_that_stay_silent_are_dropped_after_seven_working_days(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    desk.do(desk.province.member, issue_id, Act.ASK_INFO, question="Gửi danh sách.")
    url = _url(desk, issue_id, "close_uninformed")
    enter(desk.province.lead).get(url, status=404)
    desk.go("2026-06-10 09:00")
    enter(desk.province.lead).do(url)
    assert "Kết thúc, địa phương chưa bổ sung" in enter(desk.province.officer_a).text(_url(desk, issue_id))


def _offered(desk: Desk, account: Account, number: str) -> set[Act]:
    me = desk.actor(account)
    with desk.travelled():
        found = dossier.read_by_number(
            desk.session, me, number, switches=read_switches(desk.session), today=clock.today()
        )
    assert found is not None
    offered = acts_offered(me, found.matter)
    return {act for act in offered if (needed := BY_ACT[act].permission) and me.has(needed)}


def test_the_most_likely_act_stands_open_and_works_in_one_click(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    lead = enter(desk.province.lead)
    form = lead.form(_url(desk, issue_id))
    assert form.action == _url(desk, issue_id, "assign")
    assert form.values["owner_id"] == str(desk.province.member.id)  # the commune is in the member's area
    lead.send(form)
    assert desk.state(issue_id) is S.WORKING and desk.issue(issue_id).owner_id == desk.province.member.id


def test_a_member_takes_a_matter_for_himself(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    member = enter(desk.province.second_member)
    form = member.form(_url(desk, issue_id))
    assert form.choices["owner_id"] == ["", str(desk.province.second_member.id)]
    assert "Nhận xử lý" in member.text(_url(desk, issue_id))
    member.send(form)
    assert desk.issue(issue_id).owner_id == desk.province.second_member.id


def test_field_and_category_are_put_right_when_a_matter_is_taken_in(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    lead, money = enter(desk.province.lead), desk.province.field_money.id
    url = _url(desk, issue_id, "assign")
    refused = lead.do(url, owner_id=desk.province.member.id, field_id=money, status=422)
    (form,) = [each for each in forms_in(refused.text) if each.action == url]
    assert form.values["field_id"] == str(money)
    lead.send(form, reason="Đúng lĩnh vực tài chính")
    assert desk.issue(issue_id).field_id == money
    assert "Đúng lĩnh vực tài chính" in lead.text(_url(desk, issue_id))


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_missing(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    lead, url = enter(desk.province.lead), _url(desk, issue_id, "transfer")
    page = lead.do(url, reason="Thuộc thẩm quyền của Sở Tài chính", status=422)
    (form,) = [each for each in forms_in(page.text) if each.action == url]
    assert form.values["reason"] == "Thuộc thẩm quyền của Sở Tài chính"
    assert "Cần nhập mục này." in words_of(page.text)
    assert desk.state(issue_id) is S.WORKING


def test_a_refused_form_says_that_its_files_are_lost(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    officer, url = enter(desk.province.officer_a), _url(desk, issue_id, "add_info")
    page = officer.do(url, text="Kèm danh sách", files=(io.BytesIO(b"nothing"), "a.pdf"), status=422)
    words = words_of(page.text)
    assert "Chỉ nhận tệp PDF" in words and "đề nghị chọn lại tệp" in words and "Kèm danh sách" in words


def test_an_error_of_the_service_stands_at_its_field(desk: Desk, enter: Enter) -> None:
    member = enter(desk.province.member)
    url = _url(desk, desk.working(), "submit_answer")
    page = member.do(url, kind="guidance", content="Không có căn cứ.", status=422)
    assert "căn cứ" in words_of(page.text).lower()
    assert 'href="#citations"' in page.text


def test_what_somebody_else_saved_meanwhile_is_shown_beside_what_was_typed(desk: Desk, enter: Enter) -> None:
    issue_id = desk.on_behalf()
    a, b = enter(desk.province.officer_a), enter(desk.province.officer_b)
    url = _url(desk, issue_id, "correct")
    opened = a.form(url, action=url)
    b.do(url, situation="Bản của xã B")
    page = a.send(opened, situation="Bản của xã A", status=409)
    words = words_of(page.text)
    assert "Bản của xã B" in words and "Bản của xã A" in words
    (form,) = [each for each in forms_in(page.text) if each.action == url]
    assert form.values["situation"] == "Bản của xã A"
    a.send(form)
    assert desk.issue(issue_id).situation == "Bản của xã A"


def test_the_same_form_sent_twice_is_one_act(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member, url = enter(desk.province.member), _url(desk, issue_id, "news")
    form = member.form(url, action=url)
    first = member.send(form, text="Đang phối hợp")
    again = member.send(form, text="Đang phối hợp")
    assert path_of(first) == path_of(again) == _url(desk, issue_id)
    assert desk.kinds(issue_id).count("news_given") == 1


def test_a_form_that_comes_back_with_another_text_is_refused_and_kept(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member, url = enter(desk.province.member), _url(desk, issue_id, "news")
    form = member.form(url, action=url)
    member.send(form, text="Đang phối hợp")
    page = member.send(form, text="Câu khác hẳn câu trước", status=409)
    assert "Câu khác hẳn câu trước" in page.text
    assert desk.kinds(issue_id).count("news_given") == 1


def test_an_act_sent_twice_answers_the_same_although_it_is_no_longer_possible(
    desk: Desk, enter: Enter
) -> None:
    issue_id = desk.answered()
    officer, url = enter(desk.province.officer_a), _url(desk, issue_id, "confirm")
    form = officer.form(url, action=url)
    officer.send(form, is_solved="y")
    assert path_of(officer.send(form, is_solved="y")) == _url(desk, issue_id)
    assert desk.kinds(issue_id).count("confirmed") == 1


def test_an_act_whose_time_has_passed_says_so(desk: Desk, enter: Enter) -> None:
    issue_id = desk.sent()
    lead, url = enter(desk.province.lead), _url(desk, issue_id, "accept")
    form = lead.form(url, action=url)
    desk.do(desk.province.lead, issue_id, Act.ASSIGN, owner_id=desk.province.member.id)
    page = lead.send(form, status=409)
    assert "không còn thực hiện được" in words_of(page.text)


def test_a_write_without_the_token_of_our_page_is_refused(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member, url = enter(desk.province.member), _url(desk, issue_id, "news")
    page = member.send(member.form(url, action=url), csrf_token=None, text="Giữ lại câu này", status=400)
    assert "Giữ lại câu này" in page.text
    assert "news_given" not in desk.kinds(issue_id)


def test_what_was_typed_survives_a_session_that_has_ended(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member, url = enter(desk.province.member), _url(desk, issue_id, "news")
    form = member.form(url, action=url)
    desk.go("2026-06-02 09:00")
    page = member.send(form, text="Câu đã gõ từ hôm qua", status=401)
    assert "Câu đã gõ từ hôm qua" in page.text


def test_who_speaks_for_two_communes_says_for_which(desk: Desk, enter: Enter) -> None:
    desk.grant(desk.province.officer_a, Role.COMMUNE_OFFICER, desk.province.commune_b)
    issue_id = desk.answered(desk.working(desk.on_behalf()))
    officer, url = enter(desk.province.officer_a), _url(desk, issue_id, "confirm")
    officer.do(url, status=422)
    officer.do(url, party_id=desk.province.commune_b.id)
    assert desk.party(issue_id, desk.province.commune_b).reply is Reply.CONFIRMED
    assert desk.party(issue_id, desk.province.commune_a).reply is Reply.ASKED


def test_a_phone_call_is_recorded_with_the_name_of_who_spoke(desk: Desk, enter: Enter) -> None:
    issue_id = desk.answered()
    member, url = enter(desk.province.member), _url(desk, issue_id, "confirm")
    member.do(url, status=422)
    member.do(url, spoken_by="Bà Nguyễn Thị An, Văn phòng UBND xã", is_solved="y")
    assert "người trả lời: Bà Nguyễn Thị An" in member.text(_url(desk, issue_id))


def test_information_is_asked_of_one_commune_of_two(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working(desk.on_behalf())
    member = enter(desk.province.member)
    commune = desk.province.commune_b.id
    member.do(_url(desk, issue_id, "ask_info"), question="Gửi quyết định", unit_ids=[str(commune)])
    assert desk.payload(issue_id, "info_asked")["asked"] == ["Xã Bình Minh"]


def test_a_signed_letter_goes_out_without_its_number_and_gets_it_later(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member = enter(desk.province.member)
    url = _url(desk, issue_id, "send_document")
    member.do(url, kind="guidance", signer="Đặng Thị Giang", document_on="2026-06-01", status=422)
    member.do(
        url,
        kind="guidance",
        signer="Đặng Thị Giang, Giám đốc",
        document_on="2026-06-01",
        files=(io.BytesIO(PDF), "công văn.pdf"),
    )
    page = member.text(_url(desk, issue_id))
    assert "Chờ số văn bản" in page and "công văn.pdf" in page
    member.do(_url(desk, issue_id, "set_number"), document_number="123/SNV-XDCQ", document_on="2026-06-02")
    assert "Chờ số văn bản" not in member.text(_url(desk, issue_id)).split("Lịch sử xử lý")[0]


# --- the answer while it is written ------------------------------------------------------------------------------


def test_an_answer_saves_itself_while_it_is_written(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member = enter(desk.province.member)
    form = member.form(_url(desk, issue_id, "submit_answer"), action=_url(desk, issue_id, "submit_answer"))
    save = _url(desk, issue_id, "answer")
    part = member.send(form, url=save, content="Câu đầu", headers=HTMX, status=200)
    assert "Đã tự lưu lúc 09:00" in words_of(part.text) and "<html" not in part.text
    assert 'name="draft_version"' in part.text
    form = member.form(_url(desk, issue_id, "submit_answer"))
    assert form.values["content"] == "Câu đầu"
    assert desk.state(issue_id) is S.WORKING


def test_an_answer_saved_in_two_windows_loses_neither_text(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    member = enter(desk.province.member)
    url, save = _url(desk, issue_id, "submit_answer"), _url(desk, issue_id, "answer")
    member.send(member.form(url), url=save, content="Bản đầu")
    one, two = member.form(url), member.form(url)
    member.send(one, url=save, content="Cửa sổ một")
    page = member.send(two, url=save, content="Cửa sổ hai", status=409)
    words = words_of(page.text)
    assert "Cửa sổ một" in words and "Cửa sổ hai" in words
    member.send(forms_in(page.text)[0], url=save)
    assert desk.answer(issue_id).content == "Cửa sổ hai"


def test_a_returned_answer_comes_back_with_its_text_and_the_remark(desk: Desk, enter: Enter) -> None:
    issue_id = desk.to_approve()
    lead, member = enter(desk.province.lead), enter(desk.province.member)
    lead.do(_url(desk, issue_id, "return_answer"), remark="Nêu rõ mức chi.")
    assert "Nêu rõ mức chi." in member.text(_url(desk, issue_id))
    form = member.form(_url(desk, issue_id, "submit_answer"))
    assert form.values["content"] == "Áp dụng Điều 5 của nghị định."
    assert form.values["citations-0-document"] == "Nghị định 118/2025/NĐ-CP"
    officer = enter(desk.province.officer_a)
    assert "Nêu rõ mức chi." not in officer.text(_url(desk, issue_id))


def test_the_form_of_an_act_comes_alone_where_htmx_asks(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    lead, url = enter(desk.province.lead), _url(desk, issue_id, "transfer")
    part = lead.get(url, headers=HTMX)
    assert part.headers["Vary"] and "HX-Request" in part.headers["Vary"]
    assert "<html" not in part.text and f'action="{url}"' in part.text
    alone, whole = (_TOKEN.sub("", found.text) for found in (part, lead.get(url)))
    assert alone.split("idempotency_key")[0].strip() in whole


@pytest.mark.parametrize(
    ("number", "status"),
    [("VM-2026-999999", 404), ("x", 404), ("VM-2026-000001%00", 400), ("9" * 300, 404)],
)
def test_an_unknown_number_is_not_found(desk: Desk, enter: Enter, number: str, status: int) -> None:
    desk.sent()
    officer = enter(desk.province.officer_a)
    for rest in ("", "/why", "/history", "/add_info", "/files/1"):
        officer.get(f"/issues/{number}{rest}", status=status)


def test_another_commune_finds_nothing_of_an_issue(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working()
    stranger = enter(desk.province.officer_b)
    number: str | None = desk.issue(issue_id).number
    for rest in ("", "/why", "/history", "/add_info", "/files/1"):
        stranger.get(f"/issues/{number}{rest}", status=404)
    assert str(number) not in stranger.get("/issues?open=any").text
