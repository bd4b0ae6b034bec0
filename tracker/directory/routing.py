"""The routing table: which unit gets the matters of a field, and which one those of a category of it.

Owns: the rows of one field at a time, with the audit entry. Must not know issues: a change binds what is sent later.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.directory import queries
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import Field, Routing
from tracker.errors import Invalid
from tracker.permissions import Actor

Routes = dict[int | None, int]
"""Category (None: all others) → unit."""


def routes_of(session: Session, field_id: int) -> Routes:
    """The rows of a field."""
    rows = session.execute(
        select(Routing.category_id, Routing.unit_id).where(Routing.field_id == field_id).order_by(Routing.id)
    )
    return {row.category_id: row.unit_id for row in rows}


def all_routes(session: Session) -> dict[int, Routes]:
    """The whole table by field."""
    found: dict[int, Routes] = {}
    for row in session.scalars(select(Routing)):
        found.setdefault(row.field_id, {})[row.category_id] = row.unit_id
    return found


def set_routes(
    session: Session, actor: Actor, field_id: int, routes: Mapping[int | None, int | None], *, seen: str
) -> None:
    """Replace the rows of a field; None as unit: no row, the field's default holds.

    A unit that is newly chosen must exist today with an active group; one that stood there may stay. Raises Invalid,
    NotFound, NotPossible where somebody else has changed the rows.
    """
    held(session, Field, field_id)
    before = routes_of(session, field_id)
    refuse_stale(plain(before), seen)
    wanted = {category: unit for category, unit in routes.items() if unit is not None}
    if None not in wanted:
        raise Invalid("default", "missing")
    possible = {unit.id for unit in queries.units_with_group(session)}
    for category, unit_id in wanted.items():
        if unit_id not in possible and before.get(category) != unit_id:
            raise Invalid("default", "unit_without_group")
    rows = session.scalars(select(Routing).where(Routing.field_id == field_id)).all()
    for row in rows:
        if row.category_id not in wanted:
            session.delete(row)
        else:
            row.unit_id = wanted[row.category_id]
    present = {row.category_id for row in rows}
    for category, unit_id in wanted.items():
        if category not in present:
            session.add(Routing(field_id=field_id, category_id=category, unit_id=unit_id))
    session.flush()
    record_change(
        session, actor, "routing_changed", plain(before), plain(routes_of(session, field_id)), field=field_id
    )


def plain(routes: Mapping[int | None, int]) -> dict[str, object]:
    """The rows with names of keys that a log and a mark can hold; "other": the default."""
    return {"other" if key is None else str(key): unit for key, unit in routes.items()}
