"""Table of the links by which a person sets a password.

Must not know the request. The link's token is the person's alone: the table holds its SHA-256.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class PasswordLink(Base):
    """The one link of a person that may still be used; a new one takes its place."""

    __tablename__ = "password_link"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
