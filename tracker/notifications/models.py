"""Table of preferences: how a person wants to be told of each kind.

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
