"""Batches and rows as a person may see them.

Owns: the reading rule: the maker, and those who lead the unit for which it was made; everybody else finds nothing.
Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.directory.models import Unit, UnitKind
from tracker.errors import NotFound
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState
from tracker.issues.models import Issue
from tracker.permissions import Permission, Role

ROWS_PER_PAGE = 50
FIXED_AT_ONCE = 15
"""Rows that one form holds: a body may have 400 parts."""
_LEADS = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR)
_TO_FIX = (RowState.BAD, RowState.SAME, RowState.WARNED)


@dataclass(frozen=True)
class Tally:
    """How many rows are in each state."""

    good: int = 0
    warned: int = 0
    bad: int = 0
    same: int = 0
    left_out: int = 0
    filed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.good + self.warned + self.bad + self.same + self.left_out + self.filed


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The batches that the person may see."""
    working = actor.units_with(Permission.WORK_ON_ISSUE)
    led = {unit_id for role, unit_id in actor.grants if role in _LEADS}
    own = and_(ImportBatch.account_id == actor.account_id, ImportBatch.unit_id.in_(sorted(working)))
    return or_(own, ImportBatch.unit_id.in_(sorted(led)))


def batch_of(session: Session, actor: Actor, key: str) -> ImportBatch:
    """The batch. Raises NotFound."""
    found = session.scalars(select(ImportBatch).where(ImportBatch.key == key, visible_to(actor))).first()
    if found is None:
        raise NotFound
    return found


def is_own(actor: Actor, batch: ImportBatch) -> bool:
    """Whether the person made it: only he changes and files it."""
    return batch.account_id == actor.account_id


def recent(session: Session, actor: Actor, limit: int = 20) -> Sequence[ImportBatch]:
    """The newest batches that the person may see."""
    return session.scalars(
        select(ImportBatch).where(visible_to(actor)).order_by(ImportBatch.id.desc()).limit(limit)
    ).all()


def filing_units(session: Session, actor: Actor) -> list[Unit]:
    """The units for which the person may bring a sheet: those that work on issues, never a commune."""
    keys = actor.units_with(Permission.WORK_ON_ISSUE)
    rows = select(Unit).where(Unit.id.in_(keys), Unit.kind != UnitKind.COMMUNE)
    return list(session.scalars(rows.order_by(Unit.order_no, Unit.sort_key)))


def tally(session: Session, batch: ImportBatch) -> Tally:
    """How many rows are in which state."""
    rows = session.execute(
        select(ImportRow.state, func.count()).where(ImportRow.batch_id == batch.id).group_by(ImportRow.state)
    )
    return Tally(**{state.value: n for state, n in rows})


def rows_to_fix(
    session: Session, batch: ImportBatch, after: int = 0, only: int | None = None
) -> list[ImportRow]:
    """The next rows that should be looked at, the worst first; `only` names one line, whatever its state."""
    wanted = select(ImportRow).where(ImportRow.batch_id == batch.id)
    if only is not None:
        return list(session.scalars(wanted.where(ImportRow.line_no == only)))
    for states in ((RowState.BAD,), (RowState.WARNED, RowState.SAME)):
        found = wanted.where(ImportRow.state.in_(states), ImportRow.line_no > after)
        rows = list(session.scalars(found.order_by(ImportRow.line_no).limit(FIXED_AT_ONCE)))
        if rows:
            return rows
    return []


def page_of_rows(session: Session, batch: ImportBatch, after: int = 0) -> list[tuple[ImportRow, str | None]]:
    """Rows behind a line, each with the number that it got; one more than a page tells that there is another."""
    rows = session.execute(
        select(ImportRow, Issue.number)
        .outerjoin(Issue, Issue.id == ImportRow.issue_id)
        .where(ImportRow.batch_id == batch.id, ImportRow.line_no > after)
        .order_by(ImportRow.line_no)
        .limit(ROWS_PER_PAGE + 1)
    )
    return [(row, number) for row, number in rows]


def unit_names(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Key → name of units."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(keys)))
    return {row.id: row.name for row in rows}


def waiting(session: Session, state: BatchState) -> list[int]:
    """Keys of the batches in the state, the oldest first."""
    return list(
        session.scalars(select(ImportBatch.id).where(ImportBatch.state == state).order_by(ImportBatch.id))
    )
