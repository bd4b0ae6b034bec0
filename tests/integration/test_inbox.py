"""The inbox: what a person was told stands there once, with the act to take first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person, Statements, forms_in, links_in, path_of, words_of
from tests.issue_builders import Desk
from tracker.accounts import passwords, service
from tracker.accounts.models import Account, Deputy, Grant
from tracker.accounts.service import Caller, start_session
from tracker.audit.service import record
from tracker.db import db, transaction
from tracker.issues import directive_telling
from tracker.issues.telling import TOLD
from tracker.issues.workflow import TRANSITIONS, Act
from tracker.notifications import security
from tracker.notifications.kinds import BY_CODE
from tracker.outbox import service as outbox
from tracker.outbox.models import Mail, MailState, Notice
from tracker.web.labels_of_notices import NOTICES

Enter = Callable[[Account], Person]


def told(desk: Desk, account: Account) -> list[str]:
    """The kinds of what the person was told, in order."""
    desk.session.rollback()
    rows = select(Notice.kind).where(Notice.account_id == account.id).order_by(Notice.id)
    return list(desk.session.scalars(rows))


def test_a_life_tells_each_person_what_is_his_and_nobody_his_own_act(desk: Desk) -> None:
    place = desk.province
    issue_id = desk.answered()
    desk.do(place.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    assert told(desk, place.lead) == ["new_matter", "to_approve"]
    assert told(desk, place.member) == ["assigned", "answer_sent", "closed"]
    assert told(desk, place.officer_a) == ["answered"]
    assert told(desk, place.officer_b) == told(desk, place.finance_lead) == []


def test_the_inbox_opens_without_writing_and_its_button_marks_as_read(desk: Desk, enter: Enter) -> None:
    place = desk.province
    issue_id = desk.working()
    person = enter(place.member)
    page = person.get("/inbox")
    assert "Thông báo 1" in words_of(page.text)
    assert "Vướng mắc được giao xử lý chính" in words_of(page.text)
    assert told(desk, place.member) == ["assigned"]
    (button,) = [form for form in forms_in(page.text) if form.action.endswith("/open")]
    response = person.send(button)
    assert path_of(response) == f"/issues/{desk.issue(issue_id).number}"
    assert "Thông báo 1" not in person.text("/inbox")


def test_a_line_of_the_inbox_gives_the_date_and_the_way_to_its_reasons(desk: Desk, enter: Enter) -> None:
    place, issue_id = desk.province, desk.working()
    person, number = enter(place.member), desk.issue(issue_id).number
    page = person.get("/inbox").text
    assert "Hạn trả lời: 10/06/2026" in words_of(page)
    assert links_in(page)[f"Vì sao ngày này? {number}"] == f"/issues/{number}/why"
    desk.to_approve(issue_id)
    desk.do(place.lead, issue_id, Act.APPROVE)
    assert "Vì sao ngày này?" not in person.text("/inbox")


def test_what_need_not_be_done_any_more_is_said_so_and_asks_for_nothing(desk: Desk, enter: Enter) -> None:
    place, issue_id = desk.province, desk.sent()
    lead, member = enter(place.lead), enter(place.member)
    assert "Tiếp nhận và giao" in lead.text("/inbox")
    desk.do(place.lead, issue_id, Act.ASSIGN, owner_id=place.member.id)
    assert "Tiếp nhận và giao" not in lead.text("/inbox")
    assert "Không còn phải làm" in lead.text("/inbox")
    assert "Không còn phải làm" not in member.text("/inbox")
    desk.answered(issue_id)
    assert "Không còn phải làm" in member.text("/inbox")
    assert "Không còn phải làm" not in enter(place.officer_a).text("/inbox")
    desk.do(place.officer_a, issue_id, Act.CONFIRM, is_solved=True)
    assert "Không còn phải làm" in enter(place.officer_a).text("/inbox")


def test_the_message_for_a_chat_group_has_four_lines_and_no_personal_data(desk: Desk, enter: Enter) -> None:
    issue_id = desk.working(desk.sent(title="Ông A, 0912345678, chưa nhận phụ cấp"))
    issue = desk.issue(issue_id)
    tree = enter(desk.province.member).get("/inbox").text
    start = tree.index('id="message-')
    message = tree[tree.index(">", start) + 1 : tree.index("</p>", start)]
    lines = message.splitlines()
    assert len(lines) == 4
    assert lines[0] == issue.number
    assert "0912345678" not in message
    assert lines[3] == f"http://127.0.0.1:8000/issues/{issue.number}"


def test_all_are_marked_as_read_up_to_what_was_seen(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.sent()
    desk.sent()
    person = enter(place.lead)
    form = person.form("/inbox", action="/inbox/read")
    desk.sent()
    person.send(form)
    rows = desk.session.scalars(select(Notice).where(Notice.account_id == place.lead.id).order_by(Notice.id))
    assert [row.read_at is not None for row in rows] == [True, True, False]


def test_a_notice_of_somebody_else_cannot_be_opened(desk: Desk, enter: Enter) -> None:
    place = desk.province
    desk.working()
    foreign = desk.session.scalars(select(Notice).where(Notice.account_id == place.member.id)).one()
    person = enter(place.officer_a)
    form = person.form("/inbox/preferences")
    person.send(form, url=f"/inbox/{foreign.id}/open", status=404)
    person.send(form, url="/inbox/999999/open", status=404)
    desk.session.expire_all()
    assert desk.session.get_one(Notice, foreign.id).read_at is None


def test_what_may_not_be_seen_any_more_is_not_named(desk: Desk, enter: Enter) -> None:
    place = desk.province
    issue_id = desk.working()
    with transaction():
        outbox.put(desk.session, "news", account_id=place.officer_b.id, key="x", issue_id=issue_id)
    person = enter(place.officer_b)
    words = person.text("/inbox")
    assert "Nội dung này không còn thuộc phạm vi được xem." in words
    assert str(desk.issue(issue_id).number) not in words
    assert desk.issue(issue_id).title not in words


def test_a_deputy_is_told_beside_the_absent(desk: Desk) -> None:
    place = desk.province
    grant = desk.session.scalars(select(Grant).where(Grant.account_id == place.lead.id)).one()
    with transaction():
        desk.session.add(
            Deputy(
                grant_id=grant.id,
                deputy_id=place.second_member.id,
                valid_from=desk.today,
                valid_to=desk.today,
                set_by_id=place.lead.id,
                set_at=desk.at,
            )
        )
    desk.sent()
    assert told(desk, place.second_member) == told(desk, place.lead) == ["new_matter"]
    desk.go("2026-06-02")
    desk.sent()
    assert told(desk, place.second_member) == ["new_matter"]


def test_many_pages_are_paged_by_key_and_the_frame_counts_with_one_look(desk: Desk, enter: Enter) -> None:
    place = desk.province
    with transaction():
        outbox.put_all(desk.session, [("closed", place.auditor.id, f"row {n}") for n in range(130)])
    person = enter(place.auditor)
    page = person.get("/inbox")
    assert "Thông báo 99+" in words_of(page.text)
    assert page.text.count('class="unread"') == 25
    person.get("/inbox?before=100")
    with Statements(db.engine) as counted:
        person.get("/inbox?before=100")
    assert len([text for text in counted.texts if "count(" in text]) == 1
    assert len(counted.texts) <= 6
    person.get("/inbox?before=x", status=400)


def test_one_row_per_person_however_many_and_however_often(desk: Desk) -> None:
    people = [account.id for account in desk.province.people().values()]
    rows = [("news", account_id, f"told {n} {account_id}") for n in range(300) for account_id in people]
    for _ in range(3):
        with transaction():
            outbox.put_all(desk.session, rows)
    assert len(desk.session.scalars(select(Notice.id)).all()) == 3000


@pytest.mark.parametrize("mode", ["digest", "off"])
def test_one_kind_can_be_chosen_and_ones_own_duty_is_never_off(desk: Desk, enter: Enter, mode: str) -> None:
    person = enter(desk.province.lead)
    form = person.form("/inbox/preferences")
    assert form.choices["news"] == ["at_once", "digest", "off"]
    assert form.choices["new_matter"] == ["at_once", "digest"]
    person.send(form, news=mode)
    assert person.form("/inbox/preferences").values["news"] == mode
    person.send(form, new_matter="off", status=422)
    assert person.form("/inbox/preferences").values["new_matter"] == "at_once"


# --- the account itself --------------------------------------------------------------------------------------------


@pytest.mark.asvs("V6.3.5")
def test_a_sign_in_from_another_kind_of_device_is_told_and_the_usual_one_is_not(desk: Desk) -> None:
    person = desk.province.lead
    phone = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile"
    desktop = "Mozilla/5.0 (Windows NT 10.0) Firefox/127.0"

    def enter_with(device: str) -> list[str]:
        with desk.travelled(), transaction():
            start_session(desk.session, person.id, Caller("127.0.0.1", device), lasts=timedelta(hours=1))
        desk.at += timedelta(days=3)
        return told(desk, person)

    assert enter_with(desktop) == []
    assert enter_with(desktop) == []
    assert enter_with(phone) == ["sign_in_new_device"]
    assert enter_with(desktop) == enter_with(phone) == ["sign_in_new_device"]


@pytest.mark.asvs("V6.3.7")
def test_changed_credentials_are_told_to_their_owner_whoever_changed_them(desk: Desk) -> None:
    place = desk.province
    with desk.travelled(), transaction():
        for kind in sorted(security.CREDENTIALS):
            record(desk.session, kind, account_id=place.lead.id)
        record(
            desk.session,
            "second_factor_removed",
            account_id=place.administrator.id,
            of_account=place.member.id,
        )
        record(desk.session, "refused", account_id=place.member.id)
    assert told(desk, place.lead) == ["credentials_changed"] * len(security.CREDENTIALS)
    assert told(desk, place.member) == ["credentials_changed"]
    assert told(desk, place.administrator) == []


@pytest.mark.asvs("V6.3.7")
def test_a_new_password_is_told(desk: Desk) -> None:
    person = desk.province.lead
    with transaction():
        service.set_password(desk.session, person.id, passwords.hash_password("mot mat khau moi dai"))
    assert told(desk, person) == ["credentials_changed"]


def test_every_kind_has_words_and_every_telling_has_its_kind() -> None:
    assert {key.removeprefix("notice.") for key in NOTICES if key.startswith("notice.")} == set(BY_CODE)
    assert {key.removeprefix("notice_act.") for key in NOTICES if key.startswith("notice_act.")} == set(
        BY_CODE
    )
    told_kinds = {row.kind for rows in TOLD.values() for row in rows}
    assert told_kinds <= set(BY_CODE)
    assert {row.event for row in TRANSITIONS} | {"calendar_changed"} >= set(TOLD)
    assert {kind for rows in directive_telling.TOLD.values() for kind, _ in rows} <= set(BY_CODE)


def test_events_of_departments_are_told_to_departments_alone(desk: Desk) -> None:
    place = desk.province
    issue_id = desk.to_approve()
    desk.do(place.lead, issue_id, Act.RETURN_ANSWER, remark="Bổ sung căn cứ.")
    assert told(desk, place.officer_a) == told(desk, place.leader_a) == []
    assert told(desk, place.member) == ["assigned", "answer_returned"]


def test_the_administrator_sees_what_could_not_be_delivered_and_tries_again(desk: Desk, enter: Enter) -> None:
    place = desk.province
    with transaction():
        for n in range(2):
            desk.session.add(
                Mail(
                    key=f"dead {n}",
                    account_id=place.lead.id,
                    state=MailState.DEAD,
                    created_at=desk.at,
                    due_at=desk.at,
                    tries=9,
                    last_error="550 no such user",
                )
            )
    person = enter(place.administrator)
    assert "550 no such user" in person.text("/admin/mail")
    forms = forms_in(person.get("/admin/mail").text)
    person.send(next(form for form in forms if form.action.endswith("/again")))
    person.send(next(form for form in forms if form.action.endswith("/let-go") and "/1/" in form.action))
    desk.session.expire_all()
    states = list(desk.session.scalars(select(Mail.state).order_by(Mail.id)))
    assert states == [MailState.DROPPED, MailState.WAITING]
    person.send(next(form for form in forms if form.action.endswith("/1/again")), status=404)
