"""The inbox: what a person was told stands there once, with the act to take first."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person, Statements, forms_in, path_of, words_of
from tests.issue_builders import Desk
from tracker.accounts.models import Account, Deputy, Grant
from tracker.db import db, transaction
from tracker.issues.workflow import Act
from tracker.outbox import service as outbox
from tracker.outbox.models import Notice

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
