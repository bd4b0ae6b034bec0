"""Attacks on the administration of people: the last administrator, people with work, races, hostile sheets."""

import io
import threading
from collections.abc import Callable

import openpyxl
from flask import Flask
from sqlalchemy import select

from tests.browser_of_pages import Person, words_of
from tests.issue_builders import Desk
from tracker.accounts import people
from tracker.accounts.models import Account, Grant
from tracker.db import db, transaction
from tracker.directory.models import Unit
from tracker.errors import DomainError
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.service import apply
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Actor, Role

Enter = Callable[[Account], Person]


def at_once(app: Flask, desk: Desk, *works: Callable[[], object]) -> list[str]:
    """Do all at the same moment, each in a transaction of its own; gives what each came to."""
    start, came_to = threading.Barrier(len(works)), [""] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        with app.app_context(), desk.travelled():
            start.wait()
            try:
                with transaction():
                    work()
                came_to[place] = "done"
            except DomainError as error:
                came_to[place] = error.code
            finally:
                db.session.remove()

    desk.session.rollback()
    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came_to


def test_two_administrators_who_disable_each_other_at_once_leave_one(app: Flask, desk: Desk) -> None:
    first, second = desk.province.administrator, desk.province.auditor
    desk.grant(second, Role.ADMINISTRATOR, desk.province.office)

    def disable(who: int, whom: int) -> Callable[[], object]:
        return lambda: people.disable(db.session, Actor(who, "", frozenset()), whom)

    first_id, second_id = first.id, second.id
    came_to = at_once(app, desk, disable(first_id, second_id), disable(second_id, first_id))
    assert sorted(came_to) == ["done", "last_administrator"]
    desk.session.rollback()
    active = desk.session.scalars(
        select(Account.id)
        .join(Grant)
        .where(Grant.role == Role.ADMINISTRATOR, Account.is_active)
        .execution_options(populate_existing=True)
    ).all()
    assert len(active) == 1


def test_a_person_with_work_is_disabled_and_his_matters_keep_history_number_and_desk(
    enter: Enter, desk: Desk
) -> None:
    keys = [desk.working() for _ in range(3)]
    before = {key: (desk.issue(key).number, desk.issue(key).event_count) for key in keys}
    member = desk.province.member
    enter(desk.province.administrator).do(f"/people/{member.id}/disable")
    after = {key: (desk.issue(key).number, desk.issue(key).event_count) for key in keys}
    assert before == after
    assert {desk.issue(key).holder_id for key in keys} == {desk.province.home_affairs.id}
    names = desk.session.scalars(select(IssueEvent.actor_name).where(IssueEvent.issue_id == keys[0])).all()
    assert desk.province.officer_a.full_name in names
    desk.do(desk.province.lead, keys[0], Act.REASSIGN, owner_id=desk.province.second_member.id)
    assert desk.issue(keys[0]).owner_id == desk.province.second_member.id


def test_of_disabling_and_assigning_at_once_none_leaves_a_matter_with_nobody(app: Flask, desk: Desk) -> None:
    key, member_id, lead = desk.sent(), desk.province.member.id, desk.province.lead
    actor = desk.actor(lead)
    boss = Actor(desk.province.administrator.id, "", frozenset())
    came_to = at_once(
        app,
        desk,
        lambda: people.disable(db.session, boss, member_id),
        lambda: apply(db.session, actor, key, Act.ASSIGN, {"owner_id": member_id}),
    )
    assert came_to[0] == "done"
    issue = desk.issue(key)
    if came_to[1] == "done":  # he was still there: the matter stands on his desk until the lead gives it away
        assert (issue.state, issue.owner_id) == (IssueState.WORKING, member_id)
        desk.do(lead, key, Act.REASSIGN, owner_id=desk.province.second_member.id)
        assert desk.issue(key).owner_id == desk.province.second_member.id
    else:
        assert (issue.state, issue.owner_id) == (IssueState.SUBMITTED, None)


def sheet(*rows: list[object]) -> tuple[io.BytesIO, str]:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in (["Tên đăng nhập", "Họ và tên", "Đơn vị", "Vai trò"], *rows):
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target, "nguoi-dung.xlsx"


def test_a_hostile_sheet_of_people_changes_nobody_and_nothing_in_it_is_run(enter: Enter, desk: Desk) -> None:
    admin, url = enter(desk.province.administrator), "/people/import"
    before = desk.snapshot()
    unit = desk.session.scalars(select(Unit.name).where(Unit.id == desk.province.finance.id)).one()
    form = admin.form(url, action=url)
    many = sheet(*([f"n{number}.x", "Người", unit, "group_member"] for number in range(10_000)))
    assert admin.send(form, status=422, file=many)
    odd = sheet(
        ['=HYPERLINK("http://evil.example")', "=1+1", unit, "group_member"],
        [desk.province.officer_a.login, "Kẻ Khác", unit, "administrator"],
        ["a.b", "<script>alert(1)</script>", unit, "administrator"],
    )
    page = admin.send(form, status=200, file=odd)
    assert "2 dòng còn lỗi" in words_of(page.text)
    assert "<script>alert" not in page.text
    assert desk.snapshot() == before
    for who in (desk.province.lead, desk.province.coordinator, desk.province.officer_a):
        with desk.travelled():
            refused = enter(who).client.post(url, data=form.values | {"file": sheet()})
        assert refused.status_code in (400, 404)


def test_nobody_gets_a_role_by_fields_that_a_form_does_not_have(enter: Enter, desk: Desk) -> None:
    member = desk.province.member
    admin, url = enter(desk.province.administrator), f"/people/{member.id}"
    admin.do(url, position="Chuyên viên", is_active="", role="administrator", unit=str(desk.province.unit.id))
    assert desk.actor(member).roles == {Role.GROUP_MEMBER}
    assert desk.session.get_one(Issue, desk.sent()).state is IssueState.SUBMITTED
