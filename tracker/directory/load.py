"""How much hangs on a unit, in numbers alone: what the administrator is shown before a unit ends.

Owns: the registered counts. Must not know what is counted: packages above register functions in `tracker.wiring`.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

UnitLoad = Callable[[Session, int], Mapping[str, int]]
"""Given the key of a unit: number by name. Never anything that tells about a single matter."""

_counted_by: list[UnitLoad] = []


def count_load_by(provider: UnitLoad) -> None:
    """Register what else hangs on a unit; the same function counts once."""
    if provider not in _counted_by:
        _counted_by.append(provider)


def load_of(session: Session, unit_ids: list[int]) -> dict[str, int]:
    """The numbers of these units together."""
    total: dict[str, int] = {}
    for unit_id in unit_ids:
        for provider in _counted_by:
            for name, number in provider(session, unit_id).items():
                total[name] = total.get(name, 0) + number
    return total
