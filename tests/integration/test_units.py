"""Units are renamed, merged, divided and ended by the administrator; what is open, roles and names pass on."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.browser_of_pages import Person, path_of, words_of
from tests.integration.test_concurrency import Crowd, crowd, outcome  # noqa: F401 - a fixture
from tests.integration.test_directory_pages import last_entry
from tests.issue_builders import Desk, june
from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.accounts.succession import load_of as count_grants
from tracker.accounts.succession import pass_grants_on
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.directory import load, queries, service, units
from tracker.directory.models import Area, FormerName, Unit, WorkingGroup
from tracker.directory.switches import read_switches
from tracker.issues.succession import load_of as count_issues
from tracker.issues.succession import pass_issues_on
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Role

Enter = Callable[[Account], Person]


@pytest.fixture(autouse=True)
def _wired() -> Iterator[None]:
    """What wiring registers, also where another test has cleared it."""
    for hook in (pass_grants_on, pass_issues_on):
        service.when_unit_ends(hook)
    for count in (count_issues, count_grants):
        load.count_load_by(count)
    return


@pytest.fixture
def administrator(desk: Desk, enter: Enter) -> Person:
    """The administrator at a browser."""
    return enter(desk.province.administrator)


def confirm(person: Person, url: str, **typed: Any) -> Any:
    """Fill in the form of the page, look at what will happen, carry it out."""
    with_numbers = person.do(url, status=200, **typed)
    from tests.browser_of_pages import forms_in

    form = next(each for each in forms_in(with_numbers.text) if each.action == url)
    return person.send(form)


def unit(desk: Desk, row: Unit) -> Unit:
    """The unit as stored now."""
    desk.session.rollback()
    desk.session.expire_all()
    return desk.session.get_one(Unit, row.id)


def nightly(desk: Desk, day: date) -> None:
    """The job of that day."""
    desk.go(day)
    with desk.travelled(), transaction():
        units.apply_renamings(desk.session, day)
        service.pass_on_ended_units(desk.session, day)


def roles(desk: Desk, account: Account) -> set[tuple[Role, int]]:
    """The roles that hold today."""
    desk.session.rollback()
    with desk.travelled():
        return set(desk.actor(account).grants)


def test_the_list_finds_units_by_present_and_former_name(desk: Desk, administrator: Person) -> None:
    with transaction():
        row = desk.session.get_one(Unit, desk.province.commune_a.id)
        desk.session.add(FormerName(unit_id=row.id, name="Xã Ông Đình", folded_name="xa ong dinh"))
    assert "Xã An Bình" in administrator.text("/units?q=ong+dinh")
    assert "Xã Bình Minh" not in administrator.text("/units?q=ong+dinh")
    assert "Sở Nội vụ" not in administrator.text("/units?kind=commune")
    assert "Không có đơn vị nào phù hợp" in administrator.text("/units?q=khong-co")


def test_a_renamed_unit_is_found_by_both_names_and_events_keep_the_old_one(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    issue_id = desk.working()
    administrator.do(f"/units/{p.commune_a.id}/rename", name="Xã An Hòa", from_on=desk.today.isoformat())
    row = unit(desk, p.commune_a)
    told = [json.loads(event.payload) for event in desk.events(issue_id)]
    assert row.name == "Xã An Hòa"
    for text in ("xã an hòa", "An Binh"):
        assert queries.find_commune(desk.session, text) is row
    old = desk.session.scalars(select(FormerName).where(FormerName.unit_id == row.id)).one()
    assert (old.name, old.valid_from, old.valid_to) == (
        "Xã An Bình",
        date(2025, 7, 1),
        desk.today - timedelta(days=1),
    )
    assert any("Xã An Bình" in str(payload) for payload in told)
    entry = last_entry(desk.session, "unit_renamed")
    assert entry["before"]["name"] == "Xã An Bình" and entry["after"]["name"] == "Xã An Hòa"


def test_a_name_from_a_later_day_is_given_by_the_job_on_that_day(desk: Desk, administrator: Person) -> None:
    p = desk.province
    administrator.do(f"/units/{p.finance.id}/rename", name="Sở Tài chính – Kế hoạch", from_on="10/06/2026")
    assert unit(desk, p.finance).name == "Sở Tài chính"
    assert "Từ ngày 10/06/2026 mang tên" in administrator.text(f"/units/{p.finance.id}")
    nightly(desk, june(9))
    assert unit(desk, p.finance).name == "Sở Tài chính"
    nightly(desk, june(10))
    nightly(desk, june(11))
    assert unit(desk, p.finance).name == "Sở Tài chính – Kế hoạch"
    names = desk.session.scalars(select(FormerName.name).where(FormerName.unit_id == p.finance.id)).all()
    assert names == ["Sở Tài chính"]


def test_two_renamings_follow_one_another(desk: Desk, administrator: Person) -> None:
    url = f"/units/{desk.province.ward.id}/rename"
    administrator.do(url, name="Phường Một", from_on="2026-01-10")
    administrator.do(url, name="Phường Hai", from_on="2026-03-01")
    rows = desk.session.scalars(select(FormerName).order_by(FormerName.valid_from)).all()
    assert [(row.name, row.valid_from, row.valid_to) for row in rows] == [
        ("Phường Đông Hà", date(2025, 7, 1), date(2026, 1, 9)),
        ("Phường Một", date(2026, 1, 10), date(2026, 2, 28)),
    ]


@pytest.mark.parametrize(
    ("name", "from_on"), [("Xã An Bình", "2026-06-01"), ("Xã Khác", "2025-07-01"), ("", "2026-06-01")]
)
def test_a_renaming_must_make_sense(desk: Desk, administrator: Person, name: str, from_on: str) -> None:
    administrator.do(f"/units/{desk.province.commune_a.id}/rename", status=422, name=name, from_on=from_on)
    assert unit(desk, desk.province.commune_a).name == "Xã An Bình"


def test_phone_and_sign_off_are_stored_and_a_stale_form_is_refused(desk: Desk, administrator: Person) -> None:
    url = f"/units/{desk.province.commune_a.id}"
    form = administrator.form(url, action=url)
    administrator.send(form, phone="0221 3 863 123", signs_off="yes")
    row = unit(desk, desk.province.commune_a)
    assert (row.phone, row.signs_off) == ("0221 3 863 123", True)
    assert last_entry(desk.session, "unit_changed")["before"] == {"phone": "", "signs_off": None}
    response = administrator.send(form, status=409, phone="1")
    assert "vừa được thay đổi" in words_of(response.text)


def test_the_numbers_are_shown_before_anything_happens(desk: Desk, administrator: Person) -> None:
    p = desk.province
    desk.working()
    desk.draft()
    url = f"/units/{p.home_affairs.id}/end"
    response = administrator.do(url, status=200, from_on="2026-06-02", successor=str(p.finance.id))
    text = words_of(response.text)
    assert "Vướng mắc đang giữ sẽ chuyển đi 1" in text
    assert f"Vai trò của cán bộ {len([p.member, p.second_member, p.lead, p.department_leader])}" in text
    assert "Chưa có hướng dẫn phụ cấp" not in text
    assert unit(desk, p.home_affairs).valid_to is None


def test_communes_merge_into_a_new_one_which_has_matters_places_people_and_names(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    answered, draft = desk.answered(), desk.draft()
    url = f"/units/{p.commune_a.id}/merge"
    response = confirm(
        administrator,
        url,
        other_1=str(p.commune_b.id),
        name="Xã Bình An Minh",
        code="99010",
        commune_kind="xa",
        from_on=desk.today.isoformat(),
    )
    desk.session.rollback()
    made = desk.session.scalars(select(Unit).where(Unit.code == "99010")).one()
    assert path_of(response) == f"/units/{made.id}"
    for old in (p.commune_a, p.commune_b):
        row = unit(desk, old)
        assert (row.valid_to, row.successor_id) == (desk.today - timedelta(days=1), made.id)
    with desk.travelled():
        assert queries.find_commune(desk.session, "An Bình") is made
        assert queries.find_commune(desk.session, "xa binh minh") is made
    assert desk.issue(draft.id).raised_by_id == made.id
    assert roles(desk, p.officer_a) == {(Role.COMMUNE_OFFICER, made.id)}
    assert roles(desk, p.leader_b) == {(Role.COMMUNE_LEADER, made.id)}
    assert desk.do(p.officer_b, answered, Act.CONFIRM).state is IssueState.CLOSED
    areas = desk.session.scalars(select(Area.commune_id)).all()
    assert areas == [made.id]


def test_departments_merge_into_one_that_is_there(desk: Desk, administrator: Person) -> None:
    p = desk.province
    issue_id = desk.working()
    url = f"/units/{p.home_affairs.id}/merge"
    confirm(administrator, url, into=str(p.finance.id), from_on=desk.today.isoformat())
    assert desk.issue(issue_id).holder_id == p.finance.id
    assert roles(desk, p.lead) == {(Role.GROUP_LEAD, p.finance.id)}
    assert queries.route(desk.session, p.field_staff.id, None) == p.finance
    assert unit(desk, p.finance).valid_to is None
    group = desk.session.scalars(select(WorkingGroup).where(WorkingGroup.unit_id == p.home_affairs.id)).one()
    assert group.is_active is False
    passed = last_entry(desk.session, "grant_passed_on")
    assert passed["before"]["unit"] == p.home_affairs.id and passed["after"]["unit"] == p.finance.id


def test_a_unit_is_divided_and_the_named_part_takes_what_is_open(desk: Desk, administrator: Person) -> None:
    p = desk.province
    issue_id = desk.working()
    url = f"/units/{p.home_affairs.id}/split"
    confirm(
        administrator,
        url,
        name_1="Sở Tổ chức",
        code_1="STCB",
        name_2="Sở Lao động",
        code_2="SLD",
        heir="1",
        from_on=desk.today.isoformat(),
    )
    first, second = (
        desk.session.scalars(select(Unit).where(Unit.code == code)).one() for code in ("STCB", "SLD")
    )
    assert desk.issue(issue_id).holder_id == second.id
    assert roles(desk, p.lead) == {(Role.GROUP_LEAD, second.id)}
    assert {second.id} == {row.id for row in queries.units_with_group(desk.session)} & {first.id, second.id}
    for made in (first, second):
        names = desk.session.scalars(select(FormerName.name).where(FormerName.unit_id == made.id)).all()
        assert "Sở Nội vụ" in names


def test_a_merger_of_a_later_day_changes_nothing_until_then(desk: Desk, administrator: Person) -> None:
    p = desk.province
    issue_id = desk.working()
    url = f"/units/{p.home_affairs.id}/merge"
    confirm(
        administrator,
        url,
        other_1=str(p.finance.id),
        name="Sở Nội vụ và Tài chính",
        code="SNVTC",
        from_on="2026-06-10",
    )
    made = desk.session.scalars(select(Unit).where(Unit.code == "SNVTC")).one()
    nightly(desk, june(9))
    assert desk.issue(issue_id).holder_id == p.home_affairs.id
    assert roles(desk, p.lead) == {(Role.GROUP_LEAD, p.home_affairs.id)}
    with desk.travelled():
        assert queries.route(desk.session, p.field_staff.id, None) == p.home_affairs
    nightly(desk, june(10))
    nightly(desk, june(11))
    assert desk.issue(issue_id).holder_id == made.id
    assert roles(desk, p.lead) == {(Role.GROUP_LEAD, made.id)}
    with desk.travelled():
        assert queries.route(desk.session, p.field_staff.id, None) == unit(desk, made)
    given = desk.session.scalars(select(Grant).where(Grant.account_id == p.lead.id)).all()
    assert len(given) == 2


def test_one_last_day_before_a_new_unit_begins_nothing_goes_to_the_coordinator(
    desk: Desk, administrator: Person
) -> None:
    """The new unit does not exist yet on the old one's last day."""
    p = desk.province
    issue_id = desk.working()
    tomorrow = desk.today + timedelta(days=1)
    url = f"/units/{p.home_affairs.id}/split"
    typed = {"name_1": "Sở Một", "code_1": "SM", "name_2": "Sở Hai", "code_2": "SH", "heir": "0"}
    confirm(administrator, url, from_on=tomorrow.isoformat(), **typed)
    assert desk.issue(issue_id).holder_id == p.home_affairs.id
    nightly(desk, tomorrow)
    assert (
        desk.issue(issue_id).holder_id == desk.session.scalars(select(Unit.id).where(Unit.code == "SM")).one()
    )


def test_without_successor_roles_end_and_the_coordinator_holds_what_was_open(
    desk: Desk, administrator: Person
) -> None:
    p = desk.province
    issue_id = desk.accepted()
    confirm(administrator, f"/units/{p.home_affairs.id}/end", from_on=desk.today.isoformat())
    assert desk.issue(issue_id).holder_id == p.office.id
    assert roles(desk, p.lead) == set()


def test_the_coordinating_unit_ends_only_with_one_in_its_place(desk: Desk, administrator: Person) -> None:
    p = desk.province
    url = f"/units/{p.office.id}/end"
    response = administrator.do(url, status=200, from_on=desk.today.isoformat())
    from tests.browser_of_pages import forms_in

    form = next(each for each in forms_in(response.text) if each.action == url)
    assert "đầu mối tổng hợp" in administrator.send(form, status=422).text
    assert unit(desk, p.office).valid_to is None
    confirm(administrator, url, from_on=desk.today.isoformat(), successor=str(p.finance.id))
    desk.session.rollback()
    assert read_switches(desk.session).coordinating_unit_id == p.finance.id


@pytest.mark.asvs("V2.2.3")
@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Xã Mới"},
        {"name": "Xã Mới", "code": "99010", "commune_kind": "xa"},
        {"other_1": "commune_b", "name": "Xã Mới", "code": "99010"},
        {"other_1": "commune_b", "name": "Xã Mới", "code": "99003", "commune_kind": "xa"},
        {"other_1": "commune_b", "name": "Xã Mới", "code": "ABC", "commune_kind": "xa"},
        {"into": "finance"},
    ],
)
def test_a_merger_that_makes_no_sense_writes_nothing(
    desk: Desk, administrator: Person, typed: dict[str, str]
) -> None:
    p = desk.province
    data = {name: str(getattr(p, value).id) if hasattr(p, value) else value for name, value in typed.items()}
    url = f"/units/{p.commune_a.id}/merge"
    form = administrator.form(url, action=url)
    before = len(desk.session.scalars(select(Unit)).all())
    form.values["confirmed"] = "yes"
    response = administrator.send(form, status=422, **data)
    assert 'role="alert"' in response.text
    desk.session.rollback()
    assert len(desk.session.scalars(select(Unit)).all()) == before
    assert unit(desk, p.commune_b).valid_to is None


def test_the_same_merger_sent_twice_is_done_once(desk: Desk, administrator: Person) -> None:
    from tests.browser_of_pages import forms_in

    p = desk.province
    url = f"/units/{p.home_affairs.id}/merge"
    checked = administrator.do(url, status=200, into=str(p.finance.id), from_on=desk.today.isoformat())
    form = next(each for each in forms_in(checked.text) if each.action == url)
    administrator.send(form)
    administrator.send(form, status=409)
    desk.session.rollback()
    ended = select(AuditEntry).where(AuditEntry.kind == "unit_ended")
    assert len(desk.session.scalars(ended).all()) == 1


def test_of_administrators_who_end_a_unit_at_once_one_wins_and_nothing_is_half_done(
    desk: Desk,
    crowd: Crowd,  # noqa: F811
) -> None:
    p = desk.province
    issue_id = desk.accepted()
    heirs = (p.finance.id, p.office.id)
    me, ended = desk.actor(p.administrator), p.home_affairs.id

    def work(index: int) -> object:
        def end() -> None:
            with transaction():
                units.merge_units(
                    db.session(), me, [ended], into=heirs[index % 2], from_on=clock.today(), seen={}
                )

        return outcome(end)

    results = crowd.run(work, 4)
    assert sorted(map(str, results)) == ["NotPossible"] * 3 + ["done"]
    row = unit(desk, p.home_affairs)
    assert row.successor_id in heirs and desk.issue(issue_id).holder_id == row.successor_id
    held = select(Grant.unit_id).where(Grant.account_id == p.lead.id, Grant.valid_to.is_(None))
    assert desk.session.scalars(held).all() == [row.successor_id]


def test_nothing_is_written_when_a_hook_fails(
    desk: Desk, administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no power")

    monkeypatch.setattr(service, "_unit_ended", [pass_grants_on, fail])
    p = desk.province
    with pytest.raises(RuntimeError), desk.travelled(), transaction():
        units.merge_units(
            desk.session,
            desk.actor(p.administrator),
            [p.home_affairs.id],
            into=p.finance.id,
            from_on=clock.today(),
            seen={},
        )
    assert unit(desk, p.home_affairs).valid_to is None
    assert roles(desk, p.lead) == {(Role.GROUP_LEAD, p.home_affairs.id)}
