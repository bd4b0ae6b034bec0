"""Tables of signing in beyond the password: second factor, recovery codes, identities, steps on the way.

Must not know issues. No row holds a secret that could be used as it lies there: TOTP secrets are sealed, recovery
codes and the tokens of steps are hashes.
"""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime, enum_type


class SecondFactor(Base):
    """The TOTP secret of a person. It counts from `confirmed_at` on; before, somebody is just setting it up."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(255))
    """Encrypted; see `tracker.accounts.sealing`."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime())
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_step: Mapped[int] = mapped_column(default=0)
    """The 30-second step of the last code taken: neither it nor an earlier one is taken again."""


class RecoveryCode(Base):
    """A code that stands in for the second factor, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of 120 random bits."""
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Identity(Base):
    """Who an account is at the sign-in service: its issuer and subject, bound at the first sign-in."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("issuer", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime())


class StepKind(enum.StrEnum):
    """What is still to come before the person is signed in."""

    PROVIDER = "provider"
    CODE = "code"
    ENROLMENT = "enrolment"


class SignInStep(Base):
    """Somebody half-way in. It opens no page; the browser holds the token, the table its SHA-256."""

    __tablename__ = "sign_in_step"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[StepKind] = mapped_column(enum_type(StepKind))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """NULL while the person is at the sign-in service to come in; there to confirm who he is, the account is known."""
    wanted: Mapped[str] = mapped_column(String(2000), default="/")
    """The page to open afterwards, checked by `safe_next`."""
    way: Mapped[str] = mapped_column(String(20), default="")
    """The first proof: password, oidc, link."""
    nonce: Mapped[str] = mapped_column(String(64), default="")
    verifier: Mapped[str] = mapped_column(String(128), default="")
    kept_form: Mapped[str] = mapped_column(Text(), default="", server_default="")
    """What is to be sent afterwards, encrypted; see `tracker.accounts.kept_form`."""
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
