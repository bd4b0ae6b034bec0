"""Mail to people of units that work on Saturday mornings leaves then; no date changes by it."""

import json
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from tests.browser_of_pages import Person, Statements
from tests.issue_builders import Desk, june
from tracker import clock
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.directory.models import FormerName, Unit
from tracker.directory.switches import read_switches
from tracker.notifications import planning, rounds
from tracker.notifications.delivery import claim
from tracker.outbox.models import Mail
from tracker.text import fold

Enter = Callable[[Account], Person]


def _plan(desk: Desk) -> dict[int, Mail]:
    with desk.travelled(), transaction():
        planning.plan(desk.session, desk.at, is_on=True)
    return {mail.account_id: mail for mail in desk.session.scalars(select(Mail))}


def test_only_people_of_the_listed_units_are_reached_on_saturday_and_the_promise_stays(desk: Desk) -> None:
    p = desk.province
    for account in (p.lead, p.officer_a, p.member):
        with transaction():
            account.email = f"{account.login}@example.vn"
    desk.switch(saturday_units=str(p.home_affairs.id))
    desk.go("2026-06-05 21:00")
    issue_id = desk.sent(p.member, commune_ids=[p.commune_a.id])
    mails = _plan(desk)
    assert clock.local_date(mails[p.lead.id].due_at) == june(6)
    assert clock.local_date(mails[p.officer_a.id].due_at) == june(8)
    assert desk.issue(issue_id).zero_on == june(5)
    desk.go("2026-06-06 08:00")
    with desk.travelled(), transaction():
        people = rounds.at_work_now(desk.session)
        keys = claim(desk.session, "me", desk.at, in_hours=False, people=people)
    assert keys == [mails[p.lead.id].id]
    desk.go("2026-06-06 13:00")
    with desk.travelled():
        assert rounds.at_work_now(desk.session) == frozenset()
    other = desk.sent()
    assert desk.issue(other).zero_on == june(8)


def _typed(person: Person, text: str, status: int = 303) -> str:
    return str(person.do("/switches", status=status, saturday_units=text).text)


def _stored(desk: Desk) -> str:
    desk.session.rollback()
    return read_switches(desk.session).saturday_units


def test_units_are_typed_by_name_a_line_each_without_marks(desk: Desk, enter: Enter) -> None:
    p = desk.province
    with transaction():
        name = FormerName(
            unit_id=p.commune_b.id, name="Xã Cũ (Huyện Xa)", folded_name=fold("Xã Cũ (Huyện Xa)")
        )
        desk.session.add(name)
    administrator = enter(p.administrator)
    _typed(administrator, "so noi vu\r\n\r\n  An Bình ;xã cũ\r\nSở Nội vụ")
    assert _stored(desk) == f"{p.home_affairs.id},{p.commune_a.id},{p.commune_b.id}"
    shown = administrator.form("/switches", action="/switches").values["saturday_units"]
    assert shown.split("\n") == ["Sở Nội vụ", p.commune_a.name, p.commune_b.name]
    with Statements(db.engine) as counted:
        page = administrator.get("/switches").text
    assert len(counted.texts) <= 10
    assert page.count('type="checkbox"') < 40, "no tick for each commune"
    _typed(administrator, "")
    assert _stored(desk) == ""


def test_names_that_mean_no_unit_are_told_and_nothing_is_stored(desk: Desk, enter: Enter) -> None:
    administrator = enter(desk.province.administrator)
    page = _typed(administrator, "Sở Nội vụ\nXã Không Có\n<b>", status=422)
    assert "có nhiều đơn vị cùng tên: Xã Không Có, &lt;b&gt;." in page
    assert "Sở Nội vụ\r\nXã Không Có" in page or "Sở Nội vụ\nXã Không Có" in page
    assert _stored(desk) == ""


def test_a_unit_that_has_ended_stays_on_the_list_until_its_line_goes(desk: Desk, enter: Enter) -> None:
    p = desk.province
    desk.switch(saturday_units=f"{p.commune_b.id},{p.home_affairs.id}")
    with transaction():
        row = desk.session.get_one(Unit, p.commune_b.id)
        row.valid_to = desk.today - timedelta(days=1)
    administrator = enter(p.administrator)
    administrator.do("/switches", silence_days="7")
    assert _stored(desk) == f"{p.commune_b.id},{p.home_affairs.id}"
    changed = json.loads(
        desk.session.scalars(select(AuditEntry.detail).where(AuditEntry.kind == "switches_changed")).one()
    )
    assert set(changed["after"]) == {"silence_days"}
