"""An end, a merger or a division of units is taken back before its day, wholly, and the audit log says from what."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.browser_of_pages import Person, forms_in, words_of
from tests.integration.test_directory_pages import last_entry
from tests.issue_builders import Desk, june
from tracker.accounts.models import Account, Grant
from tracker.db import transaction
from tracker.directory import planned_ends, service, units
from tracker.directory.changes import mark_of
from tracker.directory.models import FormerName, Unit
from tracker.errors import NotPossible
from tracker.issues.succession import pass_issues_on
from tracker.permissions import Role

Enter = Callable[[Account], Person]
DAY = "2026-06-10"
PARTS = {"name_1": "Sở Một", "code_1": "SM", "name_2": "Sở Hai", "code_2": "SH", "heir": "1"}


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    service.when_unit_ends(pass_issues_on)
    return enter(desk.province.administrator)


def _plan(person: Person, url: str, **typed: Any) -> None:
    shown = person.do(url, status=200, from_on=DAY, **typed)
    assert "có thể hủy tại trang của đơn vị" in shown.text
    person.send(next(form for form in forms_in(shown.text) if form.action == url))


def _cancel(person: Person, unit_id: int, status: int = 303) -> Any:
    url = f"/units/{unit_id}/end/cancel"
    return person.send(next(f for f in forms_in(person.get(url).text) if f.action == url), status=status)


def _days(desk: Desk, row: Unit) -> tuple[date | None, int | None]:
    desk.session.rollback()
    desk.session.expire_all()
    found = desk.session.get_one(Unit, row.id)
    return found.valid_to, found.successor_id


def _named(desk: Desk, code: str) -> int | None:
    desk.session.rollback()
    return desk.session.scalar(select(Unit.id).where(Unit.code == code))


def test_a_planned_end_is_taken_back_and_the_day_passes_without_it(desk: Desk, administrator: Person) -> None:
    p = desk.province
    issue_id = desk.working()
    _plan(administrator, f"/units/{p.home_affairs.id}/end", successor=str(p.finance.id))
    assert _days(desk, p.home_affairs) == (june(9), p.finance.id)
    _cancel(administrator, p.home_affairs.id)
    assert _days(desk, p.home_affairs) == (None, None)
    entry = last_entry(desk.session, "unit_end_cancelled")
    assert entry["before"] == {"valid_to": "2026-06-09", "successor": p.finance.id}
    assert entry["after"] == {"valid_to": None, "successor": None}
    desk.go(june(11))
    with desk.travelled(), transaction():
        assert service.pass_on_ended_units(desk.session, desk.today) == 0
    assert desk.issue(issue_id).holder_id == p.home_affairs.id


def test_a_merger_into_a_new_unit_is_taken_back_for_all_who_were_to_go_into_it(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    typed = {"name": "Xã Bình An Minh", "code": "99010", "commune_kind": "xa"}
    _plan(administrator, f"/units/{p.commune_a.id}/merge", other_1=str(p.commune_b.id), **typed)
    page = administrator.get(f"/units/{p.commune_b.id}/end/cancel").text
    assert all(name in words_of(page) for name in ("Xã An Bình", "Xã Bình An Minh (99010)", p.commune_b.name))
    _cancel(administrator, p.commune_b.id)
    assert _days(desk, p.commune_a) == _days(desk, p.commune_b) == (None, None)
    assert _named(desk, "99010") is None
    before = last_entry(desk.session, "unit_start_cancelled")["before"]
    assert before == {"name": "Xã Bình An Minh", "code": "99010", "valid_from": DAY}
    _plan(administrator, f"/units/{p.commune_a.id}/merge", other_1=str(p.commune_b.id), **typed)
    assert _named(desk, "99010") is not None


def test_a_division_is_taken_back_with_all_its_parts_and_their_names(
    desk: Desk, administrator: Person
) -> None:
    names = select(func.count(FormerName.id))
    before = desk.session.scalar(names)
    _plan(administrator, f"/units/{desk.province.home_affairs.id}/split", **PARTS)
    _cancel(administrator, desk.province.home_affairs.id)
    assert _days(desk, desk.province.home_affairs) == (None, None)
    assert _named(desk, "SM") is _named(desk, "SH") is None
    assert desk.session.scalar(names) == before


def test_what_goes_into_the_same_unit_by_another_plan_goes_on(desk: Desk, administrator: Person) -> None:
    p = desk.province
    for row in (p.home_affairs, p.finance):
        _plan(administrator, f"/units/{row.id}/end", successor=str(p.office.id))
    _cancel(administrator, p.home_affairs.id)
    assert _days(desk, p.home_affairs) == (None, None)
    assert _days(desk, p.finance) == (june(9), p.office.id)


def test_a_unit_to_come_in_which_somebody_has_a_role_is_not_taken_away(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    _plan(administrator, f"/units/{p.home_affairs.id}/split", **PARTS)
    with transaction():
        grant = Grant(
            account_id=p.member.id,
            role=Role.GROUP_LEAD,
            unit_id=_named(desk, "SM"),
            valid_from=june(10),
        )
        desk.session.add(grant)
    assert "(Sở Một) đã có vai trò" in _cancel(administrator, p.home_affairs.id, status=409).text
    assert _days(desk, p.home_affairs)[0] == june(9)
    assert _named(desk, "SM") is not None and _named(desk, "SH") is not None


def test_from_the_day_on_nothing_is_taken_back(desk: Desk, administrator: Person, enter: Enter) -> None:
    p = desk.province
    url = f"/units/{p.home_affairs.id}/end/cancel"
    administrator.get(url, status=404)
    _plan(administrator, f"/units/{p.home_affairs.id}/end", successor=str(p.finance.id))
    desk.go(june(9))
    enter(p.administrator).get(url)
    desk.go(june(10))
    late = enter(p.administrator)
    late.get(url, status=404)
    assert url not in late.get(f"/units/{p.home_affairs.id}").text
    row = desk.session.get_one(Unit, p.home_affairs.id)
    seen = mark_of(units.state_of(row))
    with desk.travelled(), pytest.raises(NotPossible), transaction():
        planned_ends.cancel_end(desk.session, desk.actor(p.administrator), row.id, seen=seen)
    assert _days(desk, p.home_affairs)[0] == june(9)


def test_two_who_cancel_at_once_do_it_once(desk: Desk, administrator: Person) -> None:
    p = desk.province
    url = f"/units/{p.home_affairs.id}/end/cancel"
    _plan(administrator, f"/units/{p.home_affairs.id}/end", successor=str(p.finance.id))
    form = next(each for each in forms_in(administrator.get(url).text) if each.action == url)
    _cancel(administrator, p.home_affairs.id)
    _plan(administrator, f"/units/{p.home_affairs.id}/end", successor=str(p.office.id))
    administrator.send(form, status=409)
    assert _days(desk, p.home_affairs) == (june(10) - timedelta(days=1), p.office.id)
