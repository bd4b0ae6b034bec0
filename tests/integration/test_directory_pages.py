"""The administrator's pages of fields, categories, routing and switches."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_of_pages import Person
from tests.issue_builders import Desk
from tracker.accounts.models import Account
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.directory import queries, switching
from tracker.directory.changes import mark_of
from tracker.directory.forms_switches import WORDS
from tracker.directory.models import Category, Field, FieldWord, Routing
from tracker.directory.switches import read_switches, set_switch
from tracker.errors import Invalid
from tracker.issues.escalation_rules import is_on_trial, trial_ends_on

Enter = Callable[[Account], Person]


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    return enter(desk.province.administrator)


def last_entry(session: Session, kind: str) -> dict[str, Any]:
    """What the newest audit entry of the kind says."""
    session.rollback()
    newest = select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.id.desc())
    read: dict[str, Any] = json.loads(session.scalars(newest).first().detail)  # type: ignore[union-attr]
    return read


def test_a_new_field_is_offered_suggested_by_its_words_and_written_down(
    desk: Desk, administrator: Person
) -> None:
    administrator.do("/fields/new", name="Đất đai", name_en="Land", words="Sổ đỏ\ngiấy chứng nhận\nsổ  đỏ")
    made = desk.session.scalars(select(Field).where(Field.name == "Đất đai")).one()
    assert (made.code, made.name_en, made.is_active) == ("dat_dai", "Land", True)
    assert queries.suggest(desk.session, "Vướng khi cấp sổ đỏ")[0].id == made.id
    entry = last_entry(desk.session, "field_added")
    assert entry["before"] == {} and entry["after"]["words"] == ["giay chung nhan", "so do"]


def test_the_form_of_a_new_category_sent_twice_makes_one(desk: Desk, administrator: Person) -> None:
    form = administrator.form("/categories/new", action="/categories/new")
    for _ in range(2):
        administrator.send(form, name="Phần mềm, dữ liệu")
    found = desk.session.scalars(select(Category).where(Category.name == "Phần mềm, dữ liệu")).all()
    assert len(found) == 1


def test_a_name_that_is_there_is_refused_whatever_its_marks(desk: Desk, administrator: Person) -> None:
    response = administrator.do("/categories/new", name="KINH PHÍ", status=422)
    assert "Tên này đã có trong danh mục" in response.text


def test_a_changed_field_says_only_what_changed(desk: Desk, administrator: Person) -> None:
    field_id = desk.province.field_staff.id
    administrator.do(f"/fields/{field_id}", name="Nội vụ, tổ chức")
    assert desk.session.get_one(Field, field_id).name == "Nội vụ, tổ chức"
    entry = last_entry(desk.session, "field_changed")
    assert (entry["before"], entry["after"]) == ({"name": "Nội vụ"}, {"name": "Nội vụ, tổ chức"})


def test_a_field_no_longer_in_use_is_not_offered_and_the_last_one_stays(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    administrator.do(f"/fields/{p.field_staff.id}", is_active=None)
    assert [row.id for row in queries.fields(desk.session)] == [p.field_money.id]
    response = administrator.do(f"/fields/{p.field_money.id}", is_active=None, status=422)
    assert "ít nhất một mục" in response.text


def test_words_of_a_field_are_replaced_not_added(desk: Desk, administrator: Person) -> None:
    url = f"/fields/{desk.province.field_staff.id}"
    administrator.do(url, words="biên chế")
    administrator.do(url, words="biên chế\nphụ cấp")
    administrator.do(url, words="phụ cấp")
    stored = select(FieldWord.folded).where(FieldWord.field_id == desk.province.field_staff.id)
    assert desk.session.scalars(stored).all() == ["phu cap"]


@pytest.mark.parametrize("page", ["field", "route", "switches"])
def test_a_form_opened_before_somebody_elses_change_is_refused_and_nothing_is_lost(
    desk: Desk, administrator: Person, page: str
) -> None:
    p = desk.province
    url = {
        "field": f"/fields/{p.field_staff.id}",
        "route": f"/routing/{p.field_staff.id}",
        "switches": "/switches",
    }[page]
    form = administrator.form(url, action=url)
    with transaction():
        desk.session.get_one(Field, p.field_staff.id).name = "Nội vụ mới"
        row = desk.session.scalars(select(Routing).where(Routing.category_id == p.category_budget.id)).one()
        row.unit_id = p.home_affairs.id
        set_switch(desk.session, "silence_days", 9)
    typed = {
        "field": {"name": "Tên gõ vào từ trước"},
        "route": {"unit_other": str(p.finance.id)},
        "switches": {"cut_off_hour": "16:30"},
    }
    response = administrator.send(form, status=409, **typed[page])
    assert "vừa được thay đổi" in response.text
    assert page != "field" or "Tên gõ vào từ trước" in response.text
    desk.session.rollback()
    assert read_switches(desk.session).cut_off_hour == ""
    assert desk.session.get_one(Field, p.field_staff.id).name == "Nội vụ mới"


def test_the_routing_of_a_field_is_changed_and_binds_what_is_sent_later(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    before = desk.sent()
    url = f"/routing/{p.field_staff.id}"
    administrator.do(
        url,
        unit_other=str(p.finance.id),
        **{f"unit_{p.category_budget.id}": "", f"unit_{p.category_guidance.id}": str(p.office.id)},
    )
    desk.session.rollback()
    assert queries.route(desk.session, p.field_staff.id, None) == p.finance
    assert queries.route(desk.session, p.field_staff.id, p.category_budget.id) == p.finance
    assert queries.route(desk.session, p.field_staff.id, p.category_guidance.id) == p.office
    assert desk.issue(before).holder_id == p.home_affairs.id
    entry = last_entry(desk.session, "routing_changed")
    assert entry["before"] == {"other": p.home_affairs.id, str(p.category_budget.id): p.finance.id}
    assert entry["after"] == {"other": p.finance.id, str(p.category_guidance.id): p.office.id}


def test_a_field_needs_a_unit_and_the_unit_a_group(desk: Desk, administrator: Person) -> None:
    p = desk.province
    url = f"/routing/{p.field_staff.id}"
    administrator.do(url, unit_other="", status=422)
    administrator.do(url, unit_other=str(p.commune_a.id), status=422)
    assert queries.route(desk.session, p.field_staff.id, None) == p.home_affairs


def test_every_switch_of_the_province_has_words(desk: Desk) -> None:
    assert set(switching.changeable(desk.session)) == set(WORDS)


def test_switches_are_stored_with_their_types_and_only_the_changed_ones_are_told(
    desk: Desk, administrator: Person
) -> None:
    administrator.do("/switches", commune_sign_off="y", silence_days="7", cut_off_hour="7:30")
    desk.session.rollback()
    found = read_switches(desk.session)
    assert (found.commune_sign_off, found.silence_days, found.cut_off_hour) == (True, 7, "07:30")
    assert found.coordinating_unit_id == desk.province.office.id
    entry = last_entry(desk.session, "switches_changed")
    assert entry["before"] == {"commune_sign_off": False, "cut_off_hour": "", "silence_days": 5}
    assert entry["after"] == {"commune_sign_off": True, "cut_off_hour": "07:30", "silence_days": 7}


def test_the_weekly_meeting_is_on_a_weekday_of_the_province(desk: Desk, administrator: Person) -> None:
    administrator.do("/switches", meeting_weekday="3")
    desk.session.rollback()
    assert read_switches(desk.session).meeting_weekday == 3
    administrator.do("/switches", status=422, meeting_weekday="6")
    me, seen = desk.actor(desk.province.administrator), mark_of(switching.changeable(desk.session))
    with pytest.raises(Invalid), transaction():
        switching.change_switches(desk.session, me, {"meeting_weekday": 5}, seen=seen)


def test_a_new_province_is_on_trial_for_thirty_days(desk: Desk) -> None:
    with transaction():
        switching.start_trial(desk.session, date(2026, 12, 1))
    switches = read_switches(desk.session)
    assert is_on_trial(switches, date(2026, 12, 30))
    assert trial_ends_on(switches) == date(2026, 12, 30)
    assert not is_on_trial(switches, date(2026, 12, 31))


def test_the_roles_that_need_a_second_factor_are_ticked(desk: Desk, administrator: Person) -> None:
    administrator.do("/switches", second_factor_roles=["administrator", "coordinator"])
    desk.session.rollback()
    assert read_switches(desk.session).second_factor_roles == "administrator,coordinator"
    form = administrator.form("/switches", action="/switches")
    assert form.values["second_factor_roles"] == ["coordinator", "administrator"]


@pytest.mark.parametrize(
    "typed",
    [{"silence_days": "0"}, {"silence_days": "251"}, {"silence_days": "nhiều"}, {"cut_off_hour": "25:00"},
     {"coordinating_unit_id": "99999"}],
)  # fmt: skip
def test_a_switch_out_of_its_limits_stores_nothing(
    desk: Desk, administrator: Person, typed: dict[str, str]
) -> None:
    administrator.do("/switches", status=422, commune_sign_off="y", **typed)
    desk.session.rollback()
    assert read_switches(desk.session).commune_sign_off is False


@pytest.mark.parametrize("url", ["/units", "/fields", "/categories", "/routing", "/switches"])
def test_nobody_but_the_administrator_opens_the_pages(desk: Desk, enter: Enter, url: str) -> None:
    for account in (desk.province.officer_a, desk.province.coordinator, desk.province.auditor):
        enter(account).get(url, status=404)


def test_the_switches_sent_again_after_a_lost_answer_are_not_refused_and_written_down_once(
    desk: Desk, administrator: Person
) -> None:
    form = administrator.form("/switches", action="/switches")
    administrator.send(form, silence_days="8", cut_off_hour="7:30")
    administrator.send(form, silence_days="8", cut_off_hour="7:30")
    written = select(AuditEntry.id).where(AuditEntry.kind == "switches_changed")
    assert len(desk.session.scalars(written).all()) == 1
    administrator.send(form, status=409, silence_days="9", cut_off_hour="7:30")
