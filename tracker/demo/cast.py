"""The sample people: who sits where, in every role, without a password.

Owns: the positions and how the communes are shared out as areas. Must not know a difficulty.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account
from tracker.demo.names import Names
from tracker.directory import queries as directory
from tracker.directory.models import Area, Unit, WorkingGroup
from tracker.permissions import Role

SIGN_OFF_COMMUNES = (
    "Phường Phố Hiến",
    "Phường Thái Bình",
    "Xã Yên Mỹ",
    "Xã Kiến Xương",
    "Xã Nguyễn Du",
    "Xã Ái Quốc",
)
"""Communes whose leader wants to see what is sent."""
_GROUPS_OF_THREE = {"VP", "SNV", "STC", "SNNMT"}
_OFFICERS = (
    "Công chức Văn phòng HĐND và UBND {kind}",
    "Phó Giám đốc Trung tâm Phục vụ hành chính công {kind}",
    "Chánh Văn phòng HĐND và UBND {kind}",
    "Phó Trưởng phòng Văn hóa - Xã hội {kind}",
)
_VICE_CHAIRMEN = 3


@dataclass
class Group:
    """The people of a department: `directors` are its leader and his deputy, `leads` head and deputy of the group."""

    unit: Unit
    directors: list[Account] = field(default_factory=list)
    leads: list[Account] = field(default_factory=list)
    members: list[Account] = field(default_factory=list)
    areas: dict[int, Account] = field(default_factory=dict)
    """Commune → the member who looks after it."""


@dataclass
class Cast:
    """Everybody who acts in the sample difficulties. Keys are keys of units; `groups` goes by sign, as SNV."""

    session: Session
    today: date
    communes: dict[str, Unit] = field(default_factory=dict)
    officers: dict[int, Account] = field(default_factory=dict)
    leaders: dict[int, Account] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    coordinators: list[Account] = field(default_factory=list)
    assistants: dict[str, Account] = field(default_factory=dict)
    """Who writes down what a department's leader decides, by the sign of the department."""
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, account: Account) -> Actor:
        """The person as one who acts: the grants of the sample people hold from the first day and do not end."""
        if account.id not in self._actors:
            self._actors[account.id] = actor_of(self.session, account, self.today)
        return self._actors[account.id]

    def group_of(self, unit_id: int | None) -> Group:
        """The group of a department. Raises StopIteration for another unit."""
        return next(group for group in self.groups.values() if group.unit.id == unit_id)

    def group_named(self, name: str) -> Group:
        """The group of the department with this name. Raises StopIteration."""
        return next(group for group in self.groups.values() if group.unit.name == name)


def build_cast(session: Session) -> Cast:
    """Appoint everybody, from today (the day to which the clock has travelled) on."""
    cast = Cast(session, clock.today())
    names = Names()
    _appoint_province(cast, names)
    communes = directory.communes(session)
    for unit in directory.units_with_group(session):
        cast.groups[unit.sign] = _appoint_group(session, names, unit, communes)
    office = cast.groups["VP"].unit
    for number, position in enumerate(("Phó Chánh Văn phòng UBND tỉnh", "Trưởng phòng Tổng hợp"), start=1):
        person = _appoint(session, names, f"vp.tonghop{number}", position, Role.COORDINATOR, office)
        cast.coordinators.append(person)
    for order, unit in enumerate(communes):
        _appoint_commune(cast, names, unit, order)
    _appoint_assistant(cast, names, "SKHCN")
    session.flush()
    return cast


def _appoint_province(cast: Cast, names: Names) -> None:
    province = directory.province_unit(cast.session)
    assert province is not None  # loaded by the caller
    rows = [("chutich", "Chủ tịch UBND tỉnh", Role.PROVINCIAL_LEADER)]
    rows += [
        (f"phochutich{number}", "Phó Chủ tịch UBND tỉnh", Role.PROVINCIAL_LEADER)
        for number in range(1, _VICE_CHAIRMEN + 1)
    ]
    rows += [
        ("giupviec", "Chuyên viên giúp việc lãnh đạo UBND tỉnh", Role.LEADER_ASSISTANT),
        ("quantri", "Quản trị hệ thống", Role.ADMINISTRATOR),
        ("theodoi", "Chuyên viên theo dõi, kiểm tra", Role.AUDITOR),
    ]
    for login, position, role in rows:
        _appoint(cast.session, names, login, position, role, province)


def _appoint_group(session: Session, names: Names, unit: Unit, communes: list[Unit]) -> Group:
    group = Group(unit)
    prefix = unit.code.split(".")[-1].lower()
    head, deputy = _heads(unit)
    for login, position in (("lanhdao", head), ("pholanhdao", deputy)):
        person = _appoint(session, names, f"{prefix}.{login}", position, Role.DEPARTMENT_LEADER, unit)
        group.directors.append(person)
    for login, position in (
        ("totruong", "Trưởng phòng, tổ trưởng tổ công tác"),
        ("topho", "Phó Trưởng phòng, tổ phó tổ công tác"),
    ):
        group.leads.append(_appoint(session, names, f"{prefix}.{login}", position, Role.GROUP_LEAD, unit))
    for number in range(1, 4 if unit.sign in _GROUPS_OF_THREE else 3):
        position = "Chuyên viên chính" if number == 1 else "Chuyên viên"
        login = f"{prefix}.thanhvien{number}"
        group.members.append(_appoint(session, names, login, position, Role.GROUP_MEMBER, unit))
    _share_out(session, group, communes)
    return group


def _appoint_assistant(cast: Cast, names: Names, sign: str) -> None:
    """Last of all: whoever was named before keeps his name."""
    unit = cast.groups[sign].unit
    login = f"{unit.code.split('.')[-1].lower()}.giupviec"
    position = f"Chuyên viên giúp việc lãnh đạo {unit.name}"
    cast.assistants[sign] = _appoint(cast.session, names, login, position, Role.LEADER_ASSISTANT, unit)


def _heads(unit: Unit) -> tuple[str, str]:
    """Leader and deputy, as they are called there."""
    if unit.sign in ("VP", "TTT"):
        return f"Chánh {unit.name}", f"Phó Chánh {unit.name}"
    return f"Giám đốc {unit.name}", f"Phó Giám đốc {unit.name}"


def _share_out(session: Session, group: Group, communes: list[Unit]) -> None:
    row = session.scalars(select(WorkingGroup).where(WorkingGroup.unit_id == group.unit.id)).one()
    row.decision_number = f"MH-{100 + row.id}/QĐ-{group.unit.sign}"
    row.decision_on = date(2025, 7, 1)
    for order, commune in enumerate(communes):
        member = group.members[order * len(group.members) // len(communes)]
        group.areas[commune.id] = member
        session.add(Area(group_id=row.id, commune_id=commune.id, member_id=member.id))


def _appoint_commune(cast: Cast, names: Names, unit: Unit, order: int) -> None:
    kind = unit.name.split(" ")[0].lower()
    position = _OFFICERS[order % len(_OFFICERS)].format(kind=kind)
    head = f"{'Phó ' if order % 3 == 0 else ''}Chủ tịch UBND {kind}"
    session = cast.session
    cast.communes[unit.name] = unit
    cast.officers[unit.id] = _appoint(
        session, names, f"canbo.{unit.code}", position, Role.COMMUNE_OFFICER, unit
    )
    cast.leaders[unit.id] = _appoint(session, names, f"lanhdao.{unit.code}", head, Role.COMMUNE_LEADER, unit)
    unit.signs_off = True if unit.name in SIGN_OFF_COMMUNES else None


def _appoint(session: Session, names: Names, login: str, position: str, role: Role, unit: Unit) -> Account:
    person = accounts.add_account(
        session,
        login=login,
        full_name=names.next_name(),
        position=position[0].upper() + position[1:],
        phone=names.next_phone(),
    )
    accounts.grant(session, person.id, role, unit.id)
    return person
