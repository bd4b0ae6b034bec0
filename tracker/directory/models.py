"""Tables of the directory: units, working groups, areas, fields, categories, routing, switches.

Must not know accounts (an area names its member by key only) nor issues.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, enum_type
from tracker.kept import watch


class UnitKind(StrEnum):
    """Kinds of units. A commune is a xã, phường or đặc khu; `CommuneKind` tells which."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    OFFICE = "office"
    CENTRAL_AGENCY = "central_agency"
    MINISTRY = "ministry"
    PARTY_COUNCIL = "party_council"


class CommuneKind(StrEnum):
    """The kinds of commune-level units since 1 July 2025 (Nghị quyết 202/2025/QH15)."""

    XA = "xa"
    PHUONG = "phuong"
    DAC_KHU = "dac_khu"


class Unit(Base):
    """An organisation. It is never deleted: it ends (`valid_to`) and names its successor."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("(kind = 'commune') = (commune_kind IS NOT NULL)", name="commune_kind_of_commune"),
        CheckConstraint("successor_id IS NULL OR successor_id <> id", name="successor_is_another"),
        Index("ix_unit_kind_sort_key", "kind", "order_no", "sort_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(enum_type(UnitKind))
    commune_kind: Mapped[CommuneKind | None] = mapped_column(enum_type(CommuneKind))
    code: Mapped[str] = mapped_column(String(35), unique=True)
    """Official 5-digit code of a commune (Quyết định 19/2025/QĐ-TTg), or the agency's own code."""
    sign: Mapped[str] = mapped_column(String(20), default="")
    """Sign used in document numbers, for example SNV."""
    name: Mapped[str] = mapped_column(String(200))
    folded_name: Mapped[str] = mapped_column(String(200), index=True)
    sort_key: Mapped[bytes] = mapped_column(LargeBinary(2600))
    order_no: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str] = mapped_column(String(40), default="")
    signs_off: Mapped[bool | None]
    """Whether the commune wants its leader's sign-off; NULL means as the province's switch says."""

    former_names: Mapped[list["FormerName"]] = relationship(back_populates="unit", lazy="raise")

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class FormerName(Base):
    """A name under which today's unit may be looked for: its own of before, or of a unit that went into it.

    Those of the official list are printed with their district: 'Xã A (Huyện B)'; their validity is not known.
    """

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    folded_name: Mapped[str] = mapped_column(String(200), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """The last day of the name."""

    unit: Mapped[Unit] = relationship(back_populates="former_names", lazy="raise")


class UnitRenaming(Base):
    """The name that a unit gets on a day to come. At most one waits for each unit."""

    __tablename__ = "unit_renaming"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]


class WorkingGroup(Base):
    """The working group of a unit, with the decision that set it up. A unit has at most one."""

    __tablename__ = "working_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), unique=True)
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    decision_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship(lazy="raise")


class Area(Base):
    """A commune that a member of a working group looks after: the first owner is proposed from it."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("group_id", "commune_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class MemberField(Base):
    """A field that a member of a working group works on: the first owner is proposed from it, after the area."""

    __tablename__ = "member_field"
    __table_args__ = (UniqueConstraint("group_id", "field_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class FieldCharge(Base):
    """The provincial leader in charge of a field, and the officer who follows it for him."""

    __tablename__ = "field_charge"

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), unique=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)


class Field(Base):
    """A field of work (lĩnh vực)."""

    __tablename__ = "field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    order_no: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class Category(Base):
    """A kind of difficulty (nhóm vướng mắc)."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    """Folded words that suggest the category, one phrase a line."""
    order_no: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class FieldWord(Base):
    """A folded word or phrase in a text that suggests a field."""

    __tablename__ = "field_word"
    __table_args__ = (UniqueConstraint("field_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    folded: Mapped[str] = mapped_column(String(80))


class Routing(Base):
    """Field × category → unit. The row without category is the field's default; the more specific wins."""

    __tablename__ = "routing"
    __table_args__ = (
        Index("uq_routing_pair", "field_id", "category_id", unique=True),
        Index(
            "uq_routing_default",
            "field_id",
            unique=True,
            sqlite_where=text("category_id IS NULL"),
            postgresql_where=text("category_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)


class Switch(Base):
    """A decision of the province, as JSON text; `directory.switches` knows names, types and defaults."""

    __tablename__ = "switch"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


watch(Category, Field, FieldWord, FormerName, Switch, Unit, WorkingGroup)
