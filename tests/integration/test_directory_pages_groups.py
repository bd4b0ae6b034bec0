"""The administrator's pages of working groups, leaders in charge and targets."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person, words_of
from tests.integration.test_directory_pages import last_entry
from tests.issue_builders import Desk
from tracker.accounts import groups
from tracker.accounts.models import Account
from tracker.db import transaction
from tracker.deadlines.days import target_days
from tracker.deadlines.models import Target, WorkKind
from tracker.directory.models import Area, MemberField, WorkingGroup
from tracker.issues.choices import people_of_group
from tracker.permissions import Role

Enter = Callable[[Account], Person]


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    return enter(desk.province.administrator)


def test_a_groups_decision_is_stored_and_an_inactive_group_gets_nothing(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    url = f"/groups/{p.home_affairs.id}"
    administrator.do(url, number="45/QĐ-SNV", on="2026-05-20", is_active=None)
    desk.session.expire_all()
    group = desk.session.get_one(WorkingGroup, p.group_home_affairs.id)
    assert (group.decision_number, str(group.decision_on), group.is_active) == (
        "45/QĐ-SNV",
        "2026-05-20",
        False,
    )
    entry = last_entry(desk.session, "group_changed")
    assert entry["before"] == {"is_active": True, "number": "12/QĐ", "on": None}


def test_a_group_is_set_up_where_there_was_none_but_not_for_a_commune(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    with transaction():
        desk.session.delete(desk.session.get_one(WorkingGroup, p.group_office.id))
    administrator.do(f"/groups/{p.office.id}", number="1/QĐ", is_active="y")
    assert "1/QĐ" in administrator.text("/groups")
    administrator.get(f"/groups/{p.commune_a.id}", status=404)


def test_a_members_areas_and_fields_are_stored_and_a_commune_changes_hands(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    url = f"/groups/{p.home_affairs.id}/members/{p.second_member.id}"
    administrator.do(url, areas=[str(p.commune_a.id), str(p.ward.id)], fields=[str(p.field_staff.id)])
    areas = dict(desk.session.execute(select(Area.commune_id, Area.member_id)).all())
    assert areas == {
        p.commune_a.id: p.second_member.id,
        p.commune_b.id: p.member.id,
        p.ward.id: p.second_member.id,
    }
    entry = last_entry(desk.session, "member_changed")
    assert entry["after"]["taken_over"] == {str(p.commune_a.id): p.member.id}
    assert entry["before"]["fields"] == [] and entry["after"]["fields"] == [p.field_staff.id]
    assert "2 địa phương" in administrator.text(f"/groups/{p.home_affairs.id}")


def test_somebody_of_another_group_has_no_page_there(desk: Desk, administrator: Person) -> None:
    p = desk.province
    administrator.get(f"/groups/{p.home_affairs.id}/members/{p.finance_member.id}", status=404)


def test_the_owner_is_proposed_by_area_and_then_by_field(desk: Desk, enter: Enter) -> None:
    p = desk.province
    issue_id = desk.sent()

    def ranks() -> dict[str, int]:
        with desk.travelled():
            found = people_of_group(desk.session, desk.issue(issue_id), desk.today)
        return {person.name: person.proposal_rank for person in found}

    assert ranks()[p.member.full_name] == 1 and ranks()[p.second_member.full_name] == 3
    with transaction():
        mine = {"group_id": p.group_home_affairs.id, "field_id": p.field_staff.id}
        desk.session.add(MemberField(**mine, member_id=p.second_member.id))
    assert ranks()[p.member.full_name] == 1 and ranks()[p.second_member.full_name] == 2
    number = desk.issue(issue_id).number
    form = enter(p.lead).form(f"/issues/{number}/assign", action=f"/issues/{number}/assign")
    assert str(p.member.id) in form.values.values()
    with transaction():
        for row in desk.session.scalars(select(Area)).all():
            desk.session.delete(row)
    form = enter(p.lead).form(f"/issues/{number}/assign", action=f"/issues/{number}/assign")
    assert str(p.second_member.id) in form.values.values()


def test_a_leader_is_in_charge_of_a_field_with_an_officer_who_follows(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    field = p.field_staff.id
    typed = {f"leader_{field}": str(p.provincial_leader.id), f"officer_{field}": str(p.assistant.id)}
    administrator.do("/charges", **typed)
    assert groups.charges(desk.session) == {field: (p.provincial_leader.id, p.assistant.id)}
    for person in (p.provincial_leader, p.assistant):
        assert groups.fields_of_leader(desk.session, person.id) == {field}
    entry = last_entry(desk.session, "charges_changed")
    assert entry["before"] == {} and entry["after"] == {str(field): [p.provincial_leader.id, p.assistant.id]}
    administrator.do("/charges", **{f"leader_{field}": "", f"officer_{field}": ""})
    assert groups.charges(desk.session) == {}


def test_only_a_provincial_leader_is_in_charge_and_nobody_follows_without_one(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    field = p.field_staff.id
    administrator.do("/charges", status=422, **{f"leader_{field}": str(p.lead.id)})
    response = administrator.do("/charges", status=422, **{f"officer_{field}": str(p.assistant.id)})
    assert "Cần chọn lãnh đạo phụ trách" in words_of(response.text)
    assert groups.charges(desk.session) == {}


def test_new_targets_bind_what_is_accepted_later_only(desk: Desk, administrator: Person) -> None:
    p = desk.province
    earlier = desk.accepted()
    due = desk.issue(earlier).due_on
    administrator.do("/targets", days_one_department="4", interim_one_department="2")
    assert desk.issue(earlier).due_on == due
    later = desk.accepted()
    assert desk.payload(earlier, "accepted")["target_days"] == 7
    assert desk.payload(later, "accepted")["target_days"] == 4
    assert (
        desk.timeline(later).cycles[0].target_days == 4 and desk.timeline(earlier).cycles[0].target_days == 7
    )
    administrator.do(f"/targets/{p.field_staff.id}", days_one_department="9")
    newest = desk.accepted()
    assert desk.payload(newest, "accepted")["target_days"] == 9
    assert desk.payload(later, "accepted")["target_days"] == 4
    entry = last_entry(desk.session, "targets_changed")
    assert (entry["before"], entry["after"]) == ({}, {"one_department": [9, None]})


def test_a_fields_own_target_is_taken_back_by_an_empty_box(desk: Desk, administrator: Person) -> None:
    field = desk.province.field_staff.id
    administrator.do(f"/targets/{field}", days_urgent="2", interim_urgent="1")
    assert target_days(desk.session, WorkKind.URGENT, field) == 2
    administrator.do(f"/targets/{field}", days_urgent="", interim_urgent="")
    assert target_days(desk.session, WorkKind.URGENT, field) == 3
    assert desk.session.scalars(select(Target).where(Target.field_id == field)).all() == []


@pytest.mark.parametrize(
    "typed", [{"days_urgent": "0"}, {"days_urgent": "251"}, {"days_urgent": ""}, {"interim_urgent": "9"}]
)
def test_a_target_out_of_its_limits_is_refused(
    desk: Desk, administrator: Person, typed: dict[str, str]
) -> None:
    administrator.do("/targets", status=422, days_one_department="4", **typed)
    assert target_days(desk.session, WorkKind.ONE_DEPARTMENT, None) == 7


@pytest.mark.parametrize("page", ["group", "member", "charges", "targets"])
def test_a_stale_form_overwrites_nothing(desk: Desk, administrator: Person, page: str) -> None:
    p = desk.province
    url = {
        "group": f"/groups/{p.home_affairs.id}",
        "member": f"/groups/{p.home_affairs.id}/members/{p.member.id}",
        "charges": "/charges",
        "targets": "/targets",
    }[page]
    form = administrator.form(url, action=url)
    with transaction():
        desk.session.get_one(WorkingGroup, p.group_home_affairs.id).decision_number = "99/QĐ"
        for row in desk.session.scalars(select(Area)).all():
            desk.session.delete(row)
        desk.session.scalars(select(Target).where(Target.work_kind == WorkKind.URGENT)).one().target_days = 5
    before = groups.charges(desk.session)
    if page == "charges":
        other = administrator.form(url, action=url)
        administrator.send(other, **{f"leader_{p.field_money.id}": str(p.provincial_leader.id)})
        before = groups.charges(desk.session)
    response = administrator.send(form, status=409)
    assert "vừa được thay đổi" in words_of(response.text)
    assert groups.charges(desk.session) == before
    assert desk.session.scalars(select(Area)).all() == []


@pytest.mark.parametrize("url", ["/groups", "/charges", "/targets"])
def test_nobody_but_the_administrator_opens_these_pages(desk: Desk, enter: Enter, url: str) -> None:
    for role, account in desk.province.people().items():
        enter(account).get(url, status=200 if role is Role.ADMINISTRATOR else 404)


def test_a_leader_sees_the_figures_of_the_fields_in_his_charge(
    desk: Desk, administrator: Person, enter: Enter
) -> None:
    p = desk.province
    desk.working()
    desk.sent(field_id=p.field_money.id)
    leader = enter(p.provincial_leader)
    assert "Lĩnh vực tôi phụ trách" not in leader.text("/leaders")
    administrator.do("/charges", **{f"leader_{p.field_money.id}": str(p.provincial_leader.id)})
    assert "Nội vụ" in leader.text("/leaders") and "Lĩnh vực tôi phụ trách" in leader.text("/leaders")
    own = leader.get("/leaders?fields=mine").text
    assert "Tài chính, tài sản công" in own and "Sở Nội vụ" not in own
    assert "field=finance_assets" in own
    assert "Sở Nội vụ" in enter(p.coordinator).text("/leaders?fields=mine")
