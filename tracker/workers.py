"""Which workers are alive: each says so in a row of its own while it waits for work.

Owns: that row. Must not know a job.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.db import Base, UtcDateTime

ALIVE_FOR = timedelta(minutes=2)
"""A worker that has said nothing for longer is not counted; it says so every half minute."""

FORGOTTEN_AFTER = timedelta(days=1)


class Worker(Base):
    """A process that runs the periodic jobs, and when it was last heard of."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    """As in the lease of a job."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime())


def say_alive(session: Session, name: str, now: datetime) -> None:
    """Write that the worker is there; rows of those long gone are removed. Inside a transaction."""
    row = session.get(Worker, name)
    if row is None:
        session.add(Worker(name=name, started_at=now, seen_at=now))
    else:
        row.seen_at = now
    session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN_AFTER))
    session.flush()


def say_goodbye(session: Session, name: str) -> None:
    """The worker ends. Inside a transaction."""
    session.execute(delete(Worker).where(Worker.name == name))


def alive(session: Session, now: datetime) -> list[Worker]:
    """Who has been heard of lately, the longest-serving first."""
    rows = select(Worker).where(Worker.seen_at >= now - ALIVE_FOR).order_by(Worker.started_at, Worker.name)
    return list(session.scalars(rows))
