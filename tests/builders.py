"""A small made-up province: units, groups, areas, fields, routing, people in every role. Knows no issue.

Names are invented. Attributes of `Province` are rows; people are accounts without password.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant
from tracker.directory.models import (
    Area,
    Category,
    CommuneKind,
    Field,
    Routing,
    Unit,
    UnitKind,
    WorkingGroup,
)
from tracker.directory.switches import set_switch
from tracker.permissions import Role
from tracker.text import fold, sort_blob

Row = TypeVar("Row")
FOUNDED = date(2025, 7, 1)
CREATED = datetime(2025, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Province:
    """Everything of the small province."""

    unit: Unit
    office: Unit
    home_affairs: Unit
    finance: Unit
    commune_a: Unit
    commune_b: Unit
    ward: Unit
    island: Unit
    group_home_affairs: WorkingGroup
    group_finance: WorkingGroup
    group_office: WorkingGroup
    field_staff: Field
    field_money: Field
    category_guidance: Category
    category_budget: Category
    officer_a: Account
    leader_a: Account
    officer_b: Account
    leader_b: Account
    officer_ward: Account
    member: Account
    second_member: Account
    lead: Account
    department_leader: Account
    finance_member: Account
    finance_lead: Account
    finance_leader: Account
    coordinator: Account
    provincial_leader: Account
    assistant: Account
    administrator: Account
    auditor: Account

    def people(self) -> dict[Role, Account]:
        """One person of each role."""
        return {
            Role.COMMUNE_OFFICER: self.officer_a,
            Role.COMMUNE_LEADER: self.leader_a,
            Role.GROUP_MEMBER: self.member,
            Role.GROUP_LEAD: self.lead,
            Role.DEPARTMENT_LEADER: self.department_leader,
            Role.COORDINATOR: self.coordinator,
            Role.PROVINCIAL_LEADER: self.provincial_leader,
            Role.LEADER_ASSISTANT: self.assistant,
            Role.ADMINISTRATOR: self.administrator,
            Role.AUDITOR: self.auditor,
        }


def build_unit(
    session: Session, kind: UnitKind, code: str, name: str, commune_kind: CommuneKind | None = None
) -> Unit:
    """A unit that exists since 1 July 2025."""
    unit = Unit(
        kind=kind,
        commune_kind=commune_kind,
        code=code,
        name=name,
        folded_name=fold(name),
        sort_key=sort_blob(name),
        valid_from=FOUNDED,
    )
    session.add(unit)
    session.flush()
    return unit


def build_person(
    session: Session, login: str, full_name: str, *grants: tuple[Role, Unit], password_hash: str | None = None
) -> Account:
    """A person with roles in units since 1 July 2025."""
    account = Account(
        login=login,
        full_name=full_name,
        position="",
        phone="0900000000",
        email="",
        password_hash=password_hash,
        language="vi",
        is_active=True,
        created_at=CREATED,
    )
    session.add(account)
    session.flush()
    for role, unit in grants:
        session.add(Grant(account_id=account.id, unit_id=unit.id, role=role, valid_from=FOUNDED))
    session.flush()
    return account


def build_province(session: Session) -> Province:
    """All of it; call inside a transaction."""
    units = _units(session)
    people = _people(session, units)
    groups = {
        name: _add(session, WorkingGroup(unit_id=units[name].id, decision_number="12/QĐ"))
        for name in ("home_affairs", "finance", "office")
    }
    field_staff = _add(session, Field(code="home_affairs", name="Nội vụ", order_no=1))
    field_money = _add(session, Field(code="finance_assets", name="Tài chính, tài sản công", order_no=2))
    guidance = _add(
        session, Category(code="guidance_missing", name="Thiếu hướng dẫn nhiệm vụ chuyển tiếp", order_no=1)
    )
    budget = _add(session, Category(code="budget", name="Kinh phí", order_no=2))
    _add(session, Routing(field_id=field_staff.id, category_id=None, unit_id=units["home_affairs"].id))
    _add(session, Routing(field_id=field_staff.id, category_id=budget.id, unit_id=units["finance"].id))
    _add(session, Routing(field_id=field_money.id, category_id=None, unit_id=units["finance"].id))
    for commune in ("commune_a", "commune_b"):
        area = Area(
            group_id=groups["home_affairs"].id,
            commune_id=units[commune].id,
            member_id=people["member"].id,
        )
        _add(session, area)
    set_switch(session, "coordinating_unit_id", units["office"].id)
    set_switch(session, "province_code", "99")
    set_switch(session, "province_name", "Tỉnh Mẫu")
    return Province(
        **units,
        **people,
        **{f"group_{name}": group for name, group in groups.items()},
        field_staff=field_staff,
        field_money=field_money,
        category_guidance=guidance,
        category_budget=budget,
    )


def _units(session: Session) -> dict[str, Unit]:
    kinds = UnitKind
    return {
        "unit": build_unit(session, kinds.PROVINCE, "99", "Tỉnh Mẫu"),
        "office": build_unit(session, kinds.OFFICE, "VPUB", "Văn phòng UBND tỉnh"),
        "home_affairs": build_unit(session, kinds.DEPARTMENT, "SNV", "Sở Nội vụ"),
        "finance": build_unit(session, kinds.DEPARTMENT, "STC", "Sở Tài chính"),
        "commune_a": build_unit(session, kinds.COMMUNE, "99001", "Xã An Bình", CommuneKind.XA),
        "commune_b": build_unit(session, kinds.COMMUNE, "99002", "Xã Bình Minh", CommuneKind.XA),
        "ward": build_unit(session, kinds.COMMUNE, "99003", "Phường Đông Hà", CommuneKind.PHUONG),
        "island": build_unit(session, kinds.COMMUNE, "99004", "Đặc khu Hòn Mẫu", CommuneKind.DAC_KHU),
    }


def _people(session: Session, units: dict[str, Unit]) -> dict[str, Account]:
    rows: dict[str, tuple[str, Role, str]] = {
        "officer_a": ("Nguyễn Thị An", Role.COMMUNE_OFFICER, "commune_a"),
        "leader_a": ("Trần Văn Ánh", Role.COMMUNE_LEADER, "commune_a"),
        "officer_b": ("Lê Thị Bích", Role.COMMUNE_OFFICER, "commune_b"),
        "leader_b": ("Phạm Văn Bảo", Role.COMMUNE_LEADER, "commune_b"),
        "officer_ward": ("Đỗ Thị Đào", Role.COMMUNE_OFFICER, "ward"),
        "member": ("Vũ Thị Mai", Role.GROUP_MEMBER, "home_affairs"),
        "second_member": ("Hoàng Văn Nam", Role.GROUP_MEMBER, "home_affairs"),
        "lead": ("Bùi Văn Long", Role.GROUP_LEAD, "home_affairs"),
        "department_leader": ("Đặng Thị Giang", Role.DEPARTMENT_LEADER, "home_affairs"),
        "finance_member": ("Ngô Thị Thu", Role.GROUP_MEMBER, "finance"),
        "finance_lead": ("Dương Văn Tài", Role.GROUP_LEAD, "finance"),
        "finance_leader": ("Lý Thị Chính", Role.DEPARTMENT_LEADER, "finance"),
        "coordinator": ("Mai Văn Hợp", Role.COORDINATOR, "office"),
        "provincial_leader": ("Cao Văn Tỉnh", Role.PROVINCIAL_LEADER, "unit"),
        "assistant": ("Tạ Thị Giúp", Role.LEADER_ASSISTANT, "unit"),
        "administrator": ("Hồ Văn Quản", Role.ADMINISTRATOR, "unit"),
        "auditor": ("Võ Thị Theo", Role.AUDITOR, "unit"),
    }
    return {
        login: build_person(session, login, full_name, (role, units[unit]))
        for login, (full_name, role, unit) in rows.items()
    }


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
