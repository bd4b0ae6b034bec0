"""A province from the packaged lists, what the directory answers, and the end of a unit."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import transaction
from tracker.deadlines import days
from tracker.deadlines.models import CalendarDay, Target, WorkKind
from tracker.directory import official, queries, service
from tracker.directory.models import (
    Category,
    CommuneKind,
    Field,
    FormerName,
    Routing,
    Unit,
    UnitKind,
    WorkingGroup,
)
from tracker.directory.switches import read_switches, set_switch
from tracker.errors import Invalid, NotPossible

ENDED_ON = date(2026, 3, 1)


@pytest.fixture
def hung_yen(session: Session) -> Unit:
    """The province of the demonstration, loaded into an empty database."""
    with transaction():
        return service.load_province(session, "33")


@pytest.fixture
def hooks() -> Iterator[list[service.UnitEnded]]:
    """The registered hooks alone for one test."""
    before = list(service._unit_ended)
    service._unit_ended.clear()
    yield service._unit_ended
    service._unit_ended[:] = before


def unit(session: Session, code: str) -> Unit:
    """The unit with the code."""
    found = queries.unit_by_code(session, code)
    assert found is not None
    return found


def field_id(session: Session, code: str) -> int:
    """The id of a field."""
    return session.scalars(select(Field.id).where(Field.code == code)).one()


def category_id(session: Session, code: str) -> int:
    """The id of a category."""
    return session.scalars(select(Category.id).where(Category.code == code)).one()


def test_the_official_list_has_34_provinces_and_3321_communes() -> None:
    provinces = official.province_rows()
    communes = [row for code in provinces for row in official.commune_rows(code)]
    assert len(provinces) == 34
    assert len(communes) == len({row.code for row in communes}) == 3321
    assert sum(row.kind == "dac_khu" for row in communes) == 13


def test_hung_yen_has_its_104_communes_with_places_and_former_names(session: Session, hung_yen: Unit) -> None:
    communes = queries.communes(session)
    assert len(communes) == 104
    assert sum(commune.commune_kind is CommuneKind.PHUONG for commune in communes) == 11
    assert all(len(commune.code) == 5 for commune in communes)
    assert all(20 < (commune.latitude or 0) < 21.2 for commune in communes)
    pho_hien = unit(session, "11953")
    former = session.scalars(select(FormerName.name).where(FormerName.unit_id == pho_hien.id)).all()
    assert "Phường Lê Lợi (Thành phố Hưng Yên)" in former


def test_communes_come_in_vietnamese_order(session: Session, hung_yen: Unit) -> None:
    names = [commune.name for commune in queries.communes(session)]
    assert names.index("Phường Đường Hào") < names.index("Phường Hồng Châu") < names.index("Phường Mỹ Hào")
    assert names.index("Phường Vũ Phúc") < names.index("Xã A Sào")


def test_departments_come_in_official_order_each_with_a_group(session: Session, hung_yen: Unit) -> None:
    departments = queries.departments(session)
    assert [one.name for one in departments[:3]] == ["Văn phòng UBND tỉnh", "Sở Nội vụ", "Sở Tài chính"]
    assert len(departments) == 12
    assert queries.units_with_group(session) == departments
    assert unit(session, "33.SGDDT").sign == "SGDĐT"


def test_a_city_is_not_called_a_province(session: Session) -> None:
    with transaction():
        city = service.load_province(session, "01")
    assert city.name == "UBND thành phố Hà Nội"
    assert unit(session, "01.TTT").name == "Thanh tra thành phố"
    assert read_switches(session).province_name == "Thành phố Hà Nội"


def test_loading_sets_the_switches_of_the_province(session: Session, hung_yen: Unit) -> None:
    switches = read_switches(session)
    assert (switches.province_code, switches.province_name) == ("33", "Tỉnh Hưng Yên")
    assert queries.coordinating_unit(session) is unit(session, "33.VP")
    assert queries.province_unit(session) is hung_yen
    assert hung_yen.name == "UBND tỉnh Hưng Yên"


def test_a_province_is_loaded_once_and_must_exist(session: Session) -> None:
    with pytest.raises(Invalid, match="province_unknown"), transaction():
        service.load_province(session, "99")
    with transaction():
        service.load_province(session, "20")
    with pytest.raises(NotPossible, match="province_loaded_already"), transaction():
        service.load_province(session, "20")


@pytest.mark.parametrize("code", ["33.SNV", "1234", "123456", "abcde", "1234x", "１２３４５"])
def test_a_commune_has_a_code_of_five_digits(session: Session, code: str) -> None:
    with pytest.raises(Invalid, match="unit_code_shape"), transaction():
        service.add_unit(session, kind=UnitKind.COMMUNE, code=code, name="Xã A", commune_kind=CommuneKind.XA)


@pytest.mark.parametrize("code", ["", ".", "33.", "33..SNV", "33.snv", "33 SNV", "33.SNĐ", "33.SNV\n"])
def test_another_unit_has_a_code_of_capitals_and_dots(session: Session, code: str) -> None:
    with pytest.raises(Invalid, match="unit_code_shape"), transaction():
        service.add_unit(session, kind=UnitKind.DEPARTMENT, code=code, name="Sở A")


def test_a_code_is_given_once_and_a_name_is_needed(session: Session) -> None:
    with transaction():
        service.add_unit(session, kind=UnitKind.DEPARTMENT, code="33.X", name="  Sở   A ")
    assert unit(session, "33.X").name == "Sở A"
    with pytest.raises(Invalid, match="unit_code_taken"), transaction():
        service.add_unit(session, kind=UnitKind.DEPARTMENT, code="33.X", name="Sở B")
    with pytest.raises(Invalid, match="unit_name_missing"), transaction():
        service.add_unit(session, kind=UnitKind.DEPARTMENT, code="33.Y", name=" \u200b ")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Phường Phố Hiến", "11953"),
        ("pho hien", "11953"),
        ("PHƯỜNG PHỐ HIẾN", "11953"),
        ("Pho\u0302\u0301 Hie\u0302\u0301n", "11953"),
        ("Xã Quảng Châu (Thành phố Hưng Yên)", "11980"),
        ("quang chau", "11980"),
    ],
)
def test_a_commune_is_found_by_its_present_or_former_name(
    session: Session, hung_yen: Unit, text: str, code: str
) -> None:
    found = queries.find_commune(session, text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "%", "_", "Xã Không Có", "xã", "an"])
def test_a_text_that_names_no_single_commune_finds_none(session: Session, hung_yen: Unit, text: str) -> None:
    assert queries.find_commune(session, text) is None


def test_a_search_gives_present_names_before_former_ones(session: Session, hung_yen: Unit) -> None:
    found = queries.find_communes(session, "tien lu", limit=3)
    assert found[0].name == "Xã Tiên Lữ"
    assert len(found) == 3


def test_every_field_and_category_has_a_route_to_a_unit_with_a_group(
    session: Session, hung_yen: Unit
) -> None:
    holders = queries.units_with_group(session)
    for field in queries.fields(session):
        for category in [None, *queries.categories(session)]:
            assert queries.route(session, field.id, category and category.id) in holders


@pytest.mark.parametrize(
    ("field", "category", "code"),
    [
        ("health", "legal_conflict", "33.SYT"),
        ("health", "staffing", "33.SNV"),
        ("education", "equipment_procurement", "33.STC"),
        ("land", "service_unit", "33.SNV"),
        ("admin_procedures", "e_dossier", "33.VP"),
    ],
)
def test_the_more_specific_row_routes(
    session: Session, hung_yen: Unit, field: str, category: str, code: str
) -> None:
    found = queries.route(session, field_id(session, field), category_id(session, category))
    assert found is unit(session, code)


def test_no_route_leads_to_a_unit_without_an_active_group(session: Session, hung_yen: Unit) -> None:
    health = field_id(session, "health")
    with transaction():
        group = select(WorkingGroup).join(Unit, Unit.id == WorkingGroup.unit_id).where(Unit.code == "33.SYT")
        session.scalars(group).one().is_active = False
    assert queries.route(session, health, None) is None


def test_no_route_exists_for_a_field_without_a_row(session: Session, hung_yen: Unit) -> None:
    with transaction():
        session.add(Field(code="new", name="Mới"))
    assert queries.route(session, field_id(session, "new"), category_id(session, "staffing")) is None


@pytest.mark.parametrize(
    ("text", "field", "category"),
    [
        ("Trạm y tế xã thiếu bác sĩ, khó khám bảo hiểm y tế", "health", "staffing"),
        ("tram y te xa thieu bac si", "health", "staffing"),
        ("Xin chủ trương mua máy quét và máy in cho Trung tâm", "finance_assets", "equipment_procurement"),
        ("Vướng mắc GPMB, định giá đất chưa rõ thẩm quyền", "land", "authority"),
        ("Người dân quen nộp hồ sơ giấy", "admin_procedures", "awareness"),
    ],
)
def test_words_of_a_text_suggest_field_and_category(
    session: Session, hung_yen: Unit, text: str, field: str, category: str
) -> None:
    found_field, found_category = queries.suggest(session, text)
    assert found_field is not None
    assert found_category is not None
    assert (found_field.code, found_category.code) == (field, category)


def test_a_text_without_known_words_suggests_nothing(session: Session, hung_yen: Unit) -> None:
    assert queries.suggest(session, "xyz") == (None, None)
    assert queries.suggest(session, "") == (None, None)


def test_the_end_of_a_unit_passes_routes_and_calls_each_hook_once(
    session: Session, hung_yen: Unit, hooks: list[service.UnitEnded]
) -> None:
    calls: list[tuple[str, str | None]] = []

    def hook(_session: Session, ended: Unit, successor: Unit | None) -> None:
        calls.append((ended.code, successor.code if successor else None))

    service.when_unit_ends(hook)
    service.when_unit_ends(hook)
    with transaction():
        service.end_unit(session, unit(session, "33.SCT"), ENDED_ON, unit(session, "33.STC"))
    assert calls == [("33.SCT", "33.STC")]
    assert queries.route(session, field_id(session, "industry_trade"), None) is unit(session, "33.STC")
    assert unit(session, "33.SCT") not in queries.departments(session)
    assert queries.successor_of(session, unit(session, "33.SCT")) is unit(session, "33.STC")


def test_a_later_end_is_handed_over_by_the_daily_net_on_the_day_after(
    session: Session, hung_yen: Unit, hooks: list[service.UnitEnded]
) -> None:
    calls: list[str] = []
    service.when_unit_ends(lambda _session, ended, _successor: calls.append(ended.code))
    last_day = clock.today() + timedelta(days=10)
    with transaction():
        service.end_unit(session, unit(session, "33.SCT"), last_day, unit(session, "33.STC"))
        assert service.pass_on_ended_units(session, last_day) == 0
    assert unit(session, "33.SCT") in queries.departments(session)
    with transaction():
        assert service.pass_on_ended_units(session, last_day + timedelta(days=1)) == 1
    assert calls == ["33.SCT"]


def test_what_passes_to_a_unit_that_has_ended_too_goes_on_to_its_successor(
    session: Session, hung_yen: Unit, hooks: list[service.UnitEnded]
) -> None:
    seen: list[str | None] = []
    service.when_unit_ends(
        lambda _session, _ended, successor: seen.append(successor.code if successor else None)
    )
    first, second, third = (unit(session, f"33.{sign}") for sign in ("SCT", "STC", "SXD"))
    with transaction():
        service.end_unit(session, first, ENDED_ON, second)
        service.end_unit(session, second, ENDED_ON + timedelta(days=30), third)
        service.pass_on_ended_units(session, clock.today())
    assert seen == ["33.STC", "33.SXD", "33.SXD", "33.SXD"]


def test_a_unit_may_end_without_a_successor(
    session: Session, hung_yen: Unit, hooks: list[service.UnitEnded]
) -> None:
    seen: list[Unit | None] = []
    service.when_unit_ends(lambda _session, _ended, successor: seen.append(successor))
    with transaction():
        service.end_unit(session, unit(session, "33.SCT"), ENDED_ON, None)
    assert seen == [None]
    assert queries.route(session, field_id(session, "industry_trade"), None) is None
    assert queries.successor_of(session, unit(session, "33.SCT")) is None


def test_an_end_must_make_sense(session: Session, hung_yen: Unit) -> None:
    industry, finance, building = (unit(session, f"33.{sign}") for sign in ("SCT", "STC", "SXD"))
    with transaction():
        service.end_unit(session, industry, ENDED_ON, finance)
    for ended, on, successor, code in (
        (industry, ENDED_ON, finance, "unit_ended_already"),
        (finance, date(2020, 1, 1), building, "unit_end_before_begin"),
        (finance, ENDED_ON, finance, "successor_unfit"),
        (finance, ENDED_ON - timedelta(days=9), industry, "successor_unfit"),
        (building, ENDED_ON, industry, "successor_unfit"),
    ):
        with pytest.raises((Invalid, NotPossible), match=code), transaction():
            service.end_unit(session, ended, on, successor)


def test_switches_keep_their_type_and_unknown_ones_are_refused(session: Session) -> None:
    with transaction():
        set_switch(session, "silence_days", 7)
        set_switch(session, "silence_days", 8)
    assert read_switches(session).silence_days == 8
    with pytest.raises(TypeError), transaction():
        set_switch(session, "silence_days", "8")
    with pytest.raises(KeyError), transaction():
        set_switch(session, "no_such_switch", True)


def test_the_packaged_days_come_in_once_and_change_nothing_that_is_there(session: Session) -> None:
    with transaction():
        added = days.import_packaged_days(session)
        session.get_one(CalendarDay, date(2026, 1, 2)).name = "Ngày của tỉnh"
    with transaction():
        assert days.import_packaged_days(session) == 0
    assert added == session.scalar(select(func.count()).select_from(CalendarDay)) == 41
    calendar = days.load_calendar(session)
    assert calendar.day_off_name(date(2026, 1, 2)) == "Ngày của tỉnh"
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.is_provisional_year(2027)
    assert days.covered_years(session) == {2025, 2026, 2027}
    assert calendar.add(date(2025, 12, 30), 5) == date(2026, 1, 8)


def test_a_target_of_the_field_goes_before_the_general_one(session: Session, hung_yen: Unit) -> None:
    land, health = field_id(session, "land"), field_id(session, "health")
    assert days.target_days(session, WorkKind.ONE_DEPARTMENT, land) == 7
    with transaction():
        days.load_targets(session)
        days.load_targets(session)
        general = select(Target).where(Target.work_kind == WorkKind.ONE_DEPARTMENT, Target.field_id.is_(None))
        session.scalars(general).one().target_days = 6
        session.add(Target(work_kind=WorkKind.ONE_DEPARTMENT, field_id=land, target_days=9))
    assert days.target_days(session, WorkKind.ONE_DEPARTMENT, land) == 9
    assert days.target_days(session, WorkKind.ONE_DEPARTMENT, health) == 6
    assert days.target_days(session, WorkKind.ONE_DEPARTMENT, None) == 6
    assert days.target_days(session, WorkKind.URGENT, health) == 3


def test_the_routing_table_holds_each_pair_once(session: Session, hung_yen: Unit) -> None:
    pairs = session.execute(select(Routing.field_id, Routing.category_id)).all()
    assert len(pairs) == len(set(pairs)) == 16 + 16 * 5
