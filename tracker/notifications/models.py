"""Tables of the person who is told: how he wants each kind, and the devices that are nothing new to him.

Owns: the modes. Must not know which kinds there are.
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, enum_type


class Mode(StrEnum):
    """When a notice leaves by mail. The inbox holds it in any case."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


class NoticePreference(Base):
    """A person's choice for one kind, where it is not the kind's own default."""

    __tablename__ = "notice_preference"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    mode: Mapped[Mode] = mapped_column(enum_type(Mode))


class KnownDevice(Base):
    """A kind of device, as browser and system, with which a person has signed in before."""

    __tablename__ = "known_device"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(80), primary_key=True)
