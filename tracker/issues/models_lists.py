"""Tables of how people look at lists: saved filters, chosen columns, what an act on many issues did.

Must not hold anything of a matter: a saved filter is an address, and what it shows is asked anew under the reader's
rights each time.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class SavedList(Base):
    """A filter under a name: a person's own, or shown to everybody of a unit as well."""

    __tablename__ = "saved_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    """Who made it."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit with which it is shared."""
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(600))
    """The filter as the address writes it, only names that the list knows."""
    order_no: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class ListPreference(Base):
    """How one person wants lists. No row: as everybody finds them."""

    __tablename__ = "list_preference"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    columns: Mapped[str] = mapped_column(String(200))
    """Codes in the order of the list, parted by blanks."""
    default_list_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_list.id", ondelete="SET NULL"), index=True
    )
    has_shortcuts: Mapped[bool]


class BulkRun(Base):
    """What one act on many issues did, kept a day for the page that tells it."""

    __tablename__ = "bulk_run"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    act: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    results: Mapped[str] = mapped_column(Text)
    """JSON: [number, code of why not or ""] of each issue; no text of a matter."""
