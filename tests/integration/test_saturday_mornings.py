"""Mail to people of units that work on Saturday mornings leaves then; no date changes by it."""

from sqlalchemy import select

from tests.issue_builders import Desk, june
from tracker import clock
from tracker.db import transaction
from tracker.notifications import planning, rounds
from tracker.notifications.delivery import claim
from tracker.outbox.models import Mail


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
