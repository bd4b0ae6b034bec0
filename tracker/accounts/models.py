"""Tables of people: accounts, grants, sessions, sign-in tries.

Must not know issues.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, UtcDateTime, enum_type
from tracker.directory.models import Unit
from tracker.permissions import Role


class Account(Base):
    """A person who may sign in. Never deleted; `is_active` ends the access."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    """Folded, lower case."""
    full_name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; NULL: no password, signing in by it is impossible."""
    language: Mapped[str] = mapped_column(String(2), default="vi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the person last looked at the home page (kept to five minutes)."""

    grants: Mapped[list["Grant"]] = relationship(back_populates="account", lazy="raise")


class Grant(Base):
    """A role in a unit, from–to (local dates, both included)."""

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index("ix_grant_unit_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    account: Mapped[Account] = relationship(back_populates="grants", lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")

    @staticmethod
    def holds_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """The grants that hold on that local date."""
        return and_(Grant.valid_from <= day, or_(Grant.valid_to.is_(None), Grant.valid_to >= day))


class Deputy(Base):
    """Who stands in for the holder of a grant, from–to (local dates, both included). One row a named grant."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("ix_deputy_deputy_id", "deputy_id", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("grant.id", ondelete="CASCADE"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime())

    grant: Mapped[Grant] = relationship(lazy="raise")
    deputy: Mapped[Account] = relationship(foreign_keys=[deputy_id], lazy="raise")

    @staticmethod
    def holds_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """The rows that hold on that local date."""
        return and_(Deputy.valid_from <= day, Deputy.valid_to >= day)


class SignedInSession(Base):
    """A session on one device. The browser holds the random token, the table its SHA-256."""

    __tablename__ = "signed_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    """Absolute end; the idle end is counted from `last_seen_at`."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")

    account: Mapped[Account] = relationship(lazy="raise")


class SignInTry(Base):
    """A failed sign-in, counted per login and address and per address."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_login_address", "login", "address", "tried_at"),
        Index("ix_sign_in_try_address", "address", "tried_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(45))
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
