"""Changing the targets: working days by work kind, for all fields or for one.

Owns: these rows and the audit entry. A target is read when an issue is first accepted and kept with the issue, so
that a change binds later issues only. Must not know issues.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.deadlines.days import DEFAULT_INTERIM, DEFAULT_TARGETS
from tracker.deadlines.models import Target, WorkKind
from tracker.directory.changes import held, record_change, refuse_stale
from tracker.directory.models import Field
from tracker.errors import Invalid
from tracker.permissions import Actor

FEWEST_DAYS, MOST_DAYS = 1, 250

Days = tuple[int, int | None]
"""Target days; days until an interim answer (None: none is asked for)."""
Targets = dict[WorkKind, Days]


def targets_of(session: Session, field_id: int | None) -> Targets:
    """The rows of a field, or the general ones (None): those not stored as the product has them."""
    rows = select(Target).where(
        Target.field_id.is_(None) if field_id is None else Target.field_id == field_id
    )
    stored = {row.work_kind: (row.target_days, row.interim_days) for row in session.scalars(rows)}
    if field_id is not None:
        return stored
    defaults: Targets = {kind: (days, DEFAULT_INTERIM.get(kind)) for kind, days in DEFAULT_TARGETS.items()}
    return defaults | stored


def fields_with_targets(session: Session) -> dict[int, Targets]:
    """The fields with targets of their own."""
    found: dict[int, Targets] = {}
    for row in session.scalars(select(Target).where(Target.field_id.is_not(None))):
        if row.field_id is not None:
            found.setdefault(row.field_id, {})[row.work_kind] = (row.target_days, row.interim_days)
    return found


def plain(targets: Mapping[WorkKind, Days]) -> dict[str, object]:
    """Targets as a log and a mark can hold them."""
    return {kind.value: list(days) for kind, days in sorted(targets.items())}


def set_targets(
    session: Session,
    actor: Actor,
    field_id: int | None,
    wanted: Mapping[WorkKind, tuple[int | None, int | None]],
    *,
    seen: str,
) -> None:
    """Replace the rows of a field, or the general ones (None). A field's kind without days: the general row holds.

    Raises Invalid, NotFound for a field there is not, NotPossible where somebody else has changed the rows.
    """
    if field_id is None:
        general = select(Target).where(Target.field_id.is_(None))
        session.scalars(general.order_by(Target.id).with_for_update()).all()
    else:
        held(session, Field, field_id)
    before = targets_of(session, field_id)
    refuse_stale(plain(before), seen)
    for kind, (days, interim) in wanted.items():
        _set(session, field_id, kind, days, interim)
    session.flush()
    record_change(
        session, actor, "targets_changed", plain(before), plain(targets_of(session, field_id)), field=field_id
    )


def _set(
    session: Session, field_id: int | None, kind: WorkKind, days: int | None, interim: int | None
) -> None:
    of_field = Target.field_id.is_(None) if field_id is None else Target.field_id == field_id
    row = session.scalar(select(Target).where(Target.work_kind == kind, of_field))
    if days is None:
        if field_id is None or interim is not None:
            raise Invalid(f"days_{kind.value}", "missing")
        if row is not None:
            session.delete(row)
        return
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Invalid(f"days_{kind.value}", "days_between", lowest=FEWEST_DAYS, highest=MOST_DAYS)
    if interim is not None and not FEWEST_DAYS <= interim <= days:
        raise Invalid(f"interim_{kind.value}", "days_between", lowest=FEWEST_DAYS, highest=days)
    if row is None:
        row = Target(work_kind=kind, field_id=field_id)
        session.add(row)
    row.target_days, row.interim_days = days, interim
