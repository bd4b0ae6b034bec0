"""The administrator's pages of people: facts, roles from-to, the end of access, links to set a password."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person, forms_in, words_of
from tests.builders import Province
from tests.issue_builders import Desk
from tracker import clock
from tracker.accounts import people
from tracker.accounts.models import Account, Grant, SignedInSession
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.errors import Invalid
from tracker.permissions import Role

Enter = Callable[[Account], Person]
NEW_PASSWORD = "thuyen xuoi mua nuoc lon"


@pytest.fixture
def admin(enter: Enter, desk: Desk) -> Person:
    """The administrator at his browser."""
    return enter(desk.province.administrator)


def audited(desk: Desk, kind: str) -> list[dict[str, object]]:
    """The details of all entries of a kind."""
    desk.session.rollback()
    rows = desk.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.kind == kind).order_by(AuditEntry.id)
    )
    return [json.loads(row) for row in rows]


def account(desk: Desk, login: str) -> Account:
    desk.session.rollback()
    found = select(Account).where(Account.login == login).execution_options(populate_existing=True)
    return desk.session.scalars(found).one()


def add(admin: Person, desk: Desk, **typed: object) -> str:
    """Add a person; gives the address of his page."""
    plain = {
        "full_name": "Nguyễn Thị Mới",
        "login": "moi.nt",
        "unit": str(desk.province.finance.id),
        "role": "group_member",
        "valid_from": "2026-06-01",
    }
    return str(admin.do("/people/new", **{**plain, **typed}).headers["Location"])


def test_a_person_is_added_with_a_first_role_and_the_log_says_so(admin: Person, desk: Desk) -> None:
    page = add(admin, desk)
    added = account(desk, "moi.nt")
    assert page.endswith(f"/people/{added.id}")
    grants = desk.session.scalars(select(Grant).where(Grant.account_id == added.id)).all()
    assert [(g.role, g.unit_id, g.valid_from) for g in grants] == [
        (Role.GROUP_MEMBER, desk.province.finance.id, date(2026, 6, 1))
    ]
    assert audited(desk, "person_added")[0]["after"]["full_name"] == "Nguyễn Thị Mới"  # type: ignore[index]
    assert audited(desk, "role_given")[0]["after"]["role"] == "group_member"  # type: ignore[index]


def test_the_same_form_sent_twice_makes_one_person(admin: Person, desk: Desk) -> None:
    form = admin.form("/people/new", action="/people/new")
    typed = {
        "full_name": "Trần Văn Hai",
        "login": "hai.tv",
        "unit": str(desk.province.finance.id),
        "role": "group_member",
        "valid_from": "2026-06-01",
    }
    first, again = admin.send(form, **typed), admin.send(form, **typed)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(audited(desk, "person_added")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "officer_a"}, "Tên đăng nhập này đã có"),
        ({"login": "có dấu cách"}, "Tên đăng nhập"),
        ({"role": "commune_officer"}, "Loại đơn vị này không có vai trò đó"),
        ({"full_name": ""}, "Họ và tên"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    admin: Person, desk: Desk, typed: dict[str, str], said: str
) -> None:
    form = admin.form("/people/new", action="/people/new")
    plain = {
        "full_name": "Nguyễn Thị Mới",
        "login": "moi.nt",
        "position": "Chuyên viên",
        "unit": str(desk.province.finance.id),
        "role": "group_member",
        "valid_from": "2026-06-01",
    }
    answer = admin.send(form, status=422, **{**plain, **typed})
    assert said in words_of(answer.text)
    assert forms_in(answer.text)[0].values["position"] == "Chuyên viên"
    assert desk.session.scalar(select(Account.id).where(Account.login == "moi.nt")) is None


def test_facts_change_with_before_and_after_and_a_stale_form_is_refused(admin: Person, desk: Desk) -> None:
    url = f"/people/{desk.province.member.id}"
    old = admin.form(url, action=url)
    admin.do(url, position="Phó Trưởng phòng")
    assert admin.send(old, status=409, position="Chuyên viên chính").status_code == 409
    changed = audited(desk, "person_changed")[-1]
    assert changed["after"] == {"position": "Phó Trưởng phòng"}
    assert changed["before"] == {"position": ""}


def test_a_role_ends_on_its_last_day_and_acts_until_then(admin: Person, desk: Desk) -> None:
    member = desk.province.member
    grant_id = desk.session.scalars(select(Grant.id).where(Grant.account_id == member.id)).first()
    admin.do(f"/people/{member.id}/roles/{grant_id}/end", valid_to="2026-06-05")
    desk.go("2026-06-05 09:00")
    assert desk.actor(member).roles
    desk.go("2026-06-06 09:00")
    assert not desk.actor(member).roles


def test_moving_ends_the_old_roles_the_day_before(admin: Person, desk: Desk) -> None:
    member, finance = desk.province.member, desk.province.finance
    admin.do(
        f"/people/{member.id}/move",
        from_unit=str(desk.province.home_affairs.id),
        to_unit=str(finance.id),
        role="group_lead",
        first_day="2026-06-10",
    )
    desk.go("2026-06-09 09:00")
    assert desk.actor(member).grants == {(Role.GROUP_MEMBER, desk.province.home_affairs.id)}
    desk.go("2026-06-10 09:00")
    assert desk.actor(member).grants == {(Role.GROUP_LEAD, finance.id)}


def test_a_disabled_person_is_out_at_once_and_back_when_enabled(
    admin: Person, enter: Enter, desk: Desk
) -> None:
    member = desk.province.member
    at_work = enter(member)
    admin.do(f"/people/{member.id}/disable")
    assert at_work.client.get("/issues").status_code == 302
    assert not desk.actor(account(desk, member.login)).roles
    page = f"/people/{member.id}"
    admin.send(admin.form(page, action=f"{page}/enable"))
    assert desk.actor(account(desk, member.login)).roles


@pytest.mark.asvs("V7.4.5")
def test_all_sessions_of_a_person_are_ended(admin: Person, enter: Enter, desk: Desk) -> None:
    first, second = enter(desk.province.member), enter(desk.province.member)
    page = f"/people/{desk.province.member.id}"
    admin.send(admin.form(page, action=f"{page}/sessions/end"))
    assert [person.client.get("/").status_code for person in (first, second)] == [302, 302]


def test_the_last_administrator_stays(admin: Person, desk: Desk) -> None:
    own = desk.province.administrator
    grant_id = desk.session.scalars(select(Grant.id).where(Grant.account_id == own.id)).one()
    for url, typed in (
        (f"/people/{own.id}/disable", {}),
        (f"/people/{own.id}/roles/{grant_id}/end", {"valid_to": "2026-06-30"}),
    ):
        answer = admin.send(admin.form(url, action=url), status=422, **typed)
        assert "ít nhất một quản trị hệ thống" in words_of(answer.text)
    desk.grant(desk.province.auditor, Role.ADMINISTRATOR, desk.province.office)
    admin.do(f"/people/{own.id}/roles/{grant_id}/end", valid_to="2026-06-30")


def end_own_role(admin: Person, desk: Desk, valid_to: str) -> int:
    """The administrator ends his own role; gives the status."""
    own = desk.province.administrator
    grant_id = desk.session.scalars(select(Grant.id).where(Grant.account_id == own.id)).one()
    url = f"/people/{own.id}/roles/{grant_id}/end"
    values = admin.form(url, action=url).values | {"valid_to": valid_to}
    with desk.travelled():
        return admin.client.post(url, data=values).status_code


def administrate(desk: Desk, account: Account, first: date, last: date) -> None:
    with transaction():
        desk.session.add(
            Grant(
                account_id=account.id,
                unit_id=desk.province.office.id,
                role=Role.ADMINISTRATOR,
                valid_from=first,
                valid_to=last,
            )
        )


def test_a_former_and_a_passing_administrator_do_not_count(admin: Person, desk: Desk) -> None:
    administrate(desk, desk.province.auditor, date(2026, 1, 1), date(2026, 5, 20))
    assert end_own_role(admin, desk, "2026-05-15") == 422
    administrate(desk, desk.province.lead, date(2026, 5, 1), date(2026, 6, 7))
    assert end_own_role(admin, desk, "2026-06-02") == 422


def test_the_only_administrator_may_move(admin: Person, desk: Desk) -> None:
    own = desk.province.administrator
    unit_id = desk.session.scalars(select(Grant.unit_id).where(Grant.account_id == own.id)).one()
    typed = {"from_unit": str(unit_id), "to_unit": str(desk.province.home_affairs.id)}
    admin.do(f"/people/{own.id}/move", **typed, role="administrator", first_day="2026-06-10")
    desk.go("2026-06-10 09:00")
    assert desk.actor(own).grants == {(Role.ADMINISTRATOR, desk.province.home_affairs.id)}


def test_ending_a_role_never_makes_it_longer(admin: Person, desk: Desk) -> None:
    administrate(desk, desk.province.auditor, date(2026, 5, 1), date(2026, 6, 7))
    grant_id = desk.session.scalars(
        select(Grant.id).where(Grant.account_id == desk.province.auditor.id).order_by(Grant.id.desc())
    ).first()
    url = f"/people/{desk.province.auditor.id}/roles/{grant_id}/end"
    answer = admin.send(admin.form(url, action=url), status=422, valid_to="2036-06-07")
    assert "kết thúc sớm hơn" in words_of(answer.text)


def link_of(admin: Person, account_id: int) -> str:
    """A new link, as the page shows it once."""
    page = f"/people/{account_id}"
    answer = admin.send(admin.form(page, action=f"{page}/link"), status=200)
    address = next(word for word in words_of(answer.text).split() if "/password/" in word)
    return "/password/" + address.rsplit("/", 1)[1]


def set_password(client: FlaskClient, url: str, desk: Desk, password: str = NEW_PASSWORD) -> int:
    with desk.travelled():
        page = client.get(url)
        if page.status_code != 200:
            return page.status_code
        values = forms_in(page.text)[0].values | {"password": password, "password_again": password}
        return client.post(url, data=values).status_code


@pytest.mark.asvs("V6.4.1", "V6.4.6")
def test_a_link_sets_a_password_once_and_ends_the_sessions(
    app: Flask, admin: Person, enter: Enter, desk: Desk
) -> None:
    member = desk.province.member
    at_work, url = enter(member), link_of(admin, member.id)
    assert set_password(app.test_client(), url, desk) == 303
    assert account(desk, member.login).password_hash
    assert at_work.client.get("/").status_code == 302
    assert set_password(app.test_client(), url, desk) == 404


def test_links_that_cannot_be_used_all_answer_alike(app: Flask, admin: Person, desk: Desk) -> None:
    member = desk.province.member
    replaced = link_of(admin, member.id)
    old = link_of(admin, member.id)
    client = app.test_client()
    with desk.travelled():
        assert client.get(replaced).status_code == 404
    desk.at += timedelta(hours=24)
    with desk.travelled():
        answers = [client.get(url) for url in (old, "/password/" + "x" * 43)]
    assert {answer.status_code for answer in answers} == {404}
    desk.at -= timedelta(hours=1)
    assert set_password(client, old, desk) == 303


def test_a_weak_password_is_refused_and_the_link_lives_on(app: Flask, admin: Person, desk: Desk) -> None:
    url = link_of(admin, desk.province.member.id)
    assert set_password(app.test_client(), url, desk, "123456789012") == 422
    assert set_password(app.test_client(), url, desk) == 303


def test_the_link_is_stored_as_a_hash_and_is_in_no_log(admin: Person, desk: Desk) -> None:
    token = link_of(admin, desk.province.member.id).rsplit("/", 1)[1]
    entries = desk.session.scalars(select(AuditEntry.detail)).all()
    stored = desk.session.execute(select(people.PasswordLink.token_hash)).scalars().all()
    assert stored and token not in stored
    assert not [entry for entry in entries if token in entry]


def test_a_disabled_person_gets_no_link(admin: Person, desk: Desk) -> None:
    member = desk.province.member
    url = link_of(admin, member.id)
    page = f"/people/{member.id}"
    form = admin.form(page, action=f"{page}/link")
    admin.do(f"/people/{member.id}/disable")
    assert admin.send(form, status=409).status_code == 409
    with desk.travelled():
        assert admin.client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=officer", {"officer_a", "officer_b", "officer_ward"}),
        ("q=khongcoai", set()),
        ("role=auditor", {"auditor"}),
    ],
)
def test_people_are_found_by_name_login_and_role(
    admin: Person, desk: Desk, query: str, found: set[str]
) -> None:
    text = admin.get(f"/people?{query}").text
    logins = {login for login in desk.session.scalars(select(Account.login)) if f">{login}</td>" in text}
    assert logins == found


def test_the_list_pages_by_key(admin: Person, session: Session, desk: Desk) -> None:
    with transaction():
        for number in range(60):
            session.add(Account(login=f"p{number:03d}", full_name=f"Người {number}", created_at=clock.now()))
    seen: list[str] = []
    url: str | None = "/people?q=nguoi"
    while url:
        page = admin.get(url)
        seen += [login for login in (f"p{n:03d}" for n in range(60)) if f">{login}</td>" in page.text]
        following = [
            part for part in page.text.split('"') if part.startswith("/people?") and "after=" in part
        ]
        url = following[0].replace("&amp;", "&") if following else None
    assert sorted(seen) == [f"p{n:03d}" for n in range(60)]


def test_roles_of_one_kind_do_not_overlap(session: Session, province: Province) -> None:
    person = province.member
    actor = people_actor(session, province)
    with pytest.raises(Invalid) as refused, transaction():
        people.give_role(
            session,
            actor,
            person.id,
            role=Role.GROUP_MEMBER,
            unit_id=province.home_affairs.id,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 2, 1),
        )
    assert refused.value.code == "grant_held_already"


def people_actor(session: Session, province: Province) -> people.Actor:
    return people.Actor(province.administrator.id, "Quản trị", frozenset())


def test_nobody_else_opens_these_pages(enter: Enter, desk: Desk) -> None:
    for who in (desk.province.coordinator, desk.province.lead, desk.province.officer_a):
        enter(who).get("/people", status=404)
        enter(who).get(f"/people/{desk.province.member.id}", status=404)


def test_the_sessions_table_keeps_what_was_ended(admin: Person, enter: Enter, desk: Desk) -> None:
    enter(desk.province.member)
    page = f"/people/{desk.province.member.id}"
    admin.send(admin.form(page, action=f"{page}/sessions/end"))
    desk.session.rollback()
    rows = desk.session.scalars(
        select(SignedInSession).where(SignedInSession.account_id == desk.province.member.id)
    ).all()
    assert rows and all(row.revoked_at for row in rows)
