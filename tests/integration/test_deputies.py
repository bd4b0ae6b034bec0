"""Deputies: only the grants named, one level, both names in the history, both persons in separation of duties."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person
from tests.issue_builders import Desk
from tracker.accounts import deputies
from tracker.accounts.actor import actor_of, actors_of
from tracker.accounts.models import Account, Deputy, Grant
from tracker.audit.models import AuditEntry
from tracker.db import transaction
from tracker.errors import Invalid, NotFound
from tracker.issues.models import IssueAccess
from tracker.issues.workflow import Act
from tracker.permissions import Role


def grant_of(desk: Desk, person: Account, role: Role) -> Grant:
    return desk.session.query(Grant).filter_by(account_id=person.id, role=role).one()


def lend(desk: Desk, by: Account, absent: Account, role: Role, deputy: Account, days: int = 5) -> Deputy:
    grant = grant_of(desk, absent, role)
    with desk.travelled(), transaction():
        until = desk.today + timedelta(days=days)
        return deputies.appoint(desk.session, desk.actor(by), grant.id, deputy.id, desk.today, until)


def test_a_deputy_has_the_named_grant_while_it_lasts_and_both_names_are_kept(desk: Desk) -> None:
    p = desk.province
    issue_id = desk.sent()
    desk.refused(NotFound, p.member, issue_id, Act.ACCEPT)
    lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    desk.do(p.member, issue_id, Act.ACCEPT)
    event = desk.events(issue_id)[-1]
    assert (event.actor_id, event.acting_for_id) == (p.member.id, p.lead.id)
    assert desk.verify() == []
    later = desk.sent()
    desk.do(p.lead, later, Act.ACCEPT)  # the absent person keeps his rights, and acts for himself
    assert desk.events(later)[-1].acting_for_id is None
    desk.go(desk.today + timedelta(days=6))
    desk.refused(NotFound, p.member, desk.sent(), Act.ACCEPT)


def test_a_right_of_ones_own_is_used_before_that_of_another(desk: Desk) -> None:
    p = desk.province
    lend(desk, p.department_leader, p.department_leader, Role.DEPARTMENT_LEADER, p.lead)
    issue_id = desk.sent()
    desk.do(p.lead, issue_id, Act.ACCEPT)
    assert desk.events(issue_id)[-1].acting_for_id is None


@pytest.mark.asvs("V2.3.5")
def test_nobody_approves_what_he_or_the_one_he_stands_in_for_wrote(desk: Desk) -> None:
    p = desk.province
    lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    issue_id = desk.to_approve()
    desk.refused(NotFound, p.member, issue_id, Act.APPROVE)  # he wrote it
    other = desk.working(owner=p.lead)
    desk.do(p.lead, other, Act.SUBMIT_ANSWER, kind="guidance", content="a", citations=[("Luật", None)])
    desk.refused(NotFound, p.member, other, Act.APPROVE)  # whom he stands in for wrote it
    third = desk.working(owner=p.second_member)
    desk.do(
        p.second_member, third, Act.SUBMIT_ANSWER, kind="guidance", content="a", citations=[("Luật", None)]
    )
    desk.do(p.member, third, Act.APPROVE)
    assert desk.answer(third).approved_for_id == p.lead.id


def test_the_absent_person_does_not_approve_what_his_deputy_wrote_for_him(desk: Desk) -> None:
    p = desk.province
    lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    issue_id = desk.working(owner=p.lead)
    desk.do(p.member, issue_id, Act.SUBMIT_ANSWER, kind="guidance", content="a", citations=[("Luật", None)])
    assert desk.events(issue_id)[-1].acting_for_id == p.lead.id
    desk.refused(NotFound, p.lead, issue_id, Act.APPROVE)
    desk.do(p.department_leader, issue_id, Act.APPROVE)


def test_a_deputys_deputy_does_not_act(desk: Desk) -> None:
    p = desk.province
    lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    lend(desk, p.member, p.member, Role.GROUP_MEMBER, p.second_member)
    desk.refused(NotFound, p.second_member, desk.sent(), Act.ACCEPT)
    with pytest.raises(NotFound):  # nor may the deputy name another for the lead's grant
        lend(desk, p.member, p.lead, Role.GROUP_LEAD, p.second_member)


def test_only_people_of_the_unit_stand_in_and_only_leads_name_them_for_others(desk: Desk) -> None:
    p = desk.province
    with pytest.raises(Invalid):
        lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.finance_member)
    with pytest.raises(NotFound):
        lend(desk, p.lead, p.department_leader, Role.DEPARTMENT_LEADER, p.lead)
    with pytest.raises(NotFound):
        lend(desk, p.finance_lead, p.member, Role.GROUP_MEMBER, p.second_member)
    with pytest.raises(NotFound):
        lend(desk, p.administrator, p.administrator, Role.ADMINISTRATOR, p.member)
    lend(desk, p.administrator, p.department_leader, Role.DEPARTMENT_LEADER, p.lead)
    lend(desk, p.lead, p.member, Role.GROUP_MEMBER, p.second_member)


def test_it_ends_early_with_the_grant_and_with_the_account(desk: Desk) -> None:
    p = desk.province
    row = lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    desk.go(desk.today + timedelta(days=1))
    with desk.travelled(), pytest.raises(NotFound), transaction():
        deputies.end(desk.session, desk.actor(p.finance_lead), row.id)
    with desk.travelled(), transaction():
        deputies.end(desk.session, desk.actor(p.lead), row.id)
    assert not desk.actor(p.member).absent
    lend(desk, p.lead, p.lead, Role.GROUP_LEAD, p.member)
    assert desk.actor(p.member).absent == {p.lead.id}
    desk.leave(p.lead)
    assert not desk.actor(p.member).absent
    kinds = [row.kind for row in desk.session.query(AuditEntry)]
    assert kinds.count("deputy_named") == 2 and kinds.count("deputy_ended") == 1


def test_who_has_roles_in_commune_and_department_reads_notes_only_as_the_department_may(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p = desk.province
    issue_id = desk.to_approve()
    desk.do(p.lead, issue_id, Act.RETURN_ANSWER, remark="Thiếu căn cứ.")
    desk.grant(p.finance_member, Role.COMMUNE_OFFICER, p.commune_a)
    reader = enter(p.finance_member)
    number = desk.issue(issue_id).number
    assert "Thiếu căn cứ." not in reader.get(f"/issues/{number}").text
    with transaction():
        desk.session.add(IssueAccess(unit_id=p.finance.id, issue_id=issue_id, why=8, is_open=True))
    assert "Thiếu căn cứ." in reader.get(f"/issues/{number}").text


def test_the_administrator_names_a_deputy_for_a_person_of_any_unit(
    desk: Desk, enter: Callable[[Account], Person]
) -> None:
    p = desk.province
    url = f"/profile/deputies?person={p.lead.id}"
    administrator = enter(p.administrator)
    form = administrator.form(url, action=url)
    grant = grant_of(desk, p.lead, Role.GROUP_LEAD)
    days = {"valid_from": desk.today.isoformat(), "valid_to": desk.today.isoformat()}
    with desk.travelled():
        sent = administrator.client.post(url, data=form.values | days | {"pair": f"{grant.id}.{p.member.id}"})
    assert sent.status_code == 303
    assert desk.actor(p.member).absent == {p.lead.id}
    assert p.lead.full_name not in enter(p.finance_lead).text(url)
    administrator.get("/profile/deputies?person=x")


def test_many_actors_are_read_as_each_alone_would_be(desk: Desk) -> None:
    place = desk.province
    lend(desk, place.lead, place.lead, Role.GROUP_LEAD, place.member)
    with desk.travelled():
        accounts = list(desk.session.scalars(select(Account).order_by(Account.id)))
        found = actors_of(desk.session, accounts, desk.today)
        assert found == {one.id: actor_of(desk.session, one, desk.today) for one in accounts}
    assert found[place.member.id].stands_in
