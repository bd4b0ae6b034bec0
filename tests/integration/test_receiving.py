"""The table of who can be told what, held against who is told, and the page that shows each person his part of it."""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person
from tests.issue_builders import Desk
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account
from tracker.issues import directive_telling
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.telling import TOLD, To
from tracker.issues.workflow import Act
from tracker.notifications.kinds import BY_CODE, BY_SMS, LEADERS_DIGEST, OF_ACCOUNTS
from tracker.notifications.receiving import RECEIVERS, kinds_of
from tracker.outbox.models import Notice
from tracker.permissions import Role

Enter = Callable[[Account], Person]
R = Role
COMMUNE = {R.COMMUNE_OFFICER, R.COMMUNE_LEADER}
LEADS = {R.GROUP_LEAD, R.DEPARTMENT_LEADER, R.COORDINATOR}
PARTIES = COMMUNE | {*GROUP_ROLES, R.COORDINATOR}
ROLES: dict[To, Iterable[Role]] = {
    To.LEADS: LEADS,
    To.DIRECTORS: {R.DEPARTMENT_LEADER, R.COORDINATOR},
    To.OWNER: GROUP_ROLES,
    To.OWNER_OR_LEADS: {*GROUP_ROLES, R.COORDINATOR},
    To.OLD_OWNER: GROUP_ROLES,
    To.APPROVERS: LEADS,
    To.COORDINATORS: {R.COORDINATOR},
    To.SIGNERS: {R.COMMUNE_LEADER},
    To.FILER: COMMUNE,
    To.PARTIES: PARTIES,
    To.ASKED_PARTIES: PARTIES,
    To.REPLYING_PARTIES: PARTIES,
    To.INFORMED_PARTIES: PARTIES,
    To.DROPPED_PARTIES: PARTIES,
    To.NAMED_PARTIES: COMMUNE,
    To.CONSULTED: GROUP_ROLES,
}
"""Who may stand behind each word of the table of telling, substitutes included."""
OF_OWN_DIRECTIVE = {
    "directive_given", "directive_sent_back", "directive_confirmed", "directive_cancelled",
}  # fmt: skip
"""What a commune hears of a directive to itself."""
OF_DEPARTMENTS = {
    kind for rows in directive_telling.TOLD.values() for kind, _ in rows if kind not in OF_OWN_DIRECTIVE
} | {row.kind for event in ("opinion_asked", "opinion_given", "opinion_expired") for row in TOLD[event]}


def test_every_kind_about_a_matter_has_its_roles_and_no_other_kind_is_named() -> None:
    assert set(RECEIVERS) == set(BY_CODE) - OF_ACCOUNTS
    assert all(RECEIVERS.values())


def test_whoever_an_event_can_tell_is_in_the_table_and_of_these_kinds_nobody_else() -> None:
    told: dict[str, set[Role]] = {}
    for rows in TOLD.values():
        for row in rows:
            told.setdefault(row.kind, set()).update(ROLES[row.to])
    assert {kind: RECEIVERS[kind] for kind in told} == told


def test_what_is_for_departments_reaches_no_commune() -> None:
    assert {kind for kind in OF_DEPARTMENTS if RECEIVERS[kind] & COMMUNE} == set()
    assert {kind.code for kind in kinds_of({R.COMMUNE_OFFICER})}.isdisjoint(OF_DEPARTMENTS)


def test_who_administers_or_only_follows_is_told_of_his_account_alone() -> None:
    for role in (R.ADMINISTRATOR, R.AUDITOR):
        assert {kind.code for kind in kinds_of({role})} == OF_ACCOUNTS
    both = {kind.code for kind in kinds_of({R.ADMINISTRATOR, R.COMMUNE_LEADER})}
    assert both == {kind.code for kind in kinds_of({R.COMMUNE_LEADER})}


def test_whoever_was_told_in_the_course_of_matters_could_choose_it(desk: Desk) -> None:
    place = desk.province
    consulted = desk.working(desk.on_behalf())
    desk.do(
        place.member,
        consulted,
        Act.ASK_OPINION,
        questions=[{"unit_id": place.finance.id, "question": "Nguồn nào?"}],
    )
    desk.do(place.finance_lead, consulted, Act.GIVE_OPINION, text="Dự phòng.")
    desk.do(place.officer_a, desk.answered(), Act.CONFIRM)
    desk.draft(place.leader_b)
    desk.do(place.member, desk.working(), Act.ASK_INFO, question="Gửi danh sách.")
    with desk.travelled():
        rows = desk.session.execute(
            select(Notice.kind, Account).join(Account, Account.id == Notice.account_id)
        ).all()
        assert len(rows) > 10
        for kind, account in rows:
            roles = actor_of(desk.session, account, desk.today).roles
            assert kind in {each.code for each in kinds_of(roles)}, (kind, roles)


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        ("officer_a", {"answered", "news", "filed_for_you"}, {"to_route", "assigned", LEADERS_DIGEST}),
        ("member", {"assigned", "due_soon"}, {"to_sign", "to_route", "to_approve"}),
        ("coordinator", {"to_route", "raised_to_you"}, {"to_sign", LEADERS_DIGEST}),
        ("provincial_leader", {LEADERS_DIGEST, "raised_to_you"}, {"news", "assigned", BY_SMS}),
    ],
)
def test_the_page_asks_only_about_what_can_reach_the_person(
    desk: Desk, enter: Enter, name: str, shown: set[str], hidden: set[str]
) -> None:
    fields = set(enter(getattr(desk.province, name)).form("/inbox/preferences").choices)
    assert shown <= fields and not hidden & fields


def test_who_can_choose_nothing_reads_why(desk: Desk, enter: Enter) -> None:
    assert "không có thông báo nào để chọn" in enter(desk.province.administrator).text("/inbox/preferences")
