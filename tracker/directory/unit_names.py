"""Several units typed by their names, a line each.

Owns: which units the lines mean, and how units stand in lines. Names are compared folded, former names and names
without their kind count too. Reads only.
"""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.directory import queries
from tracker.directory.models import Unit
from tracker.errors import Invalid
from tracker.text import clean_line, fold

MOST_LINES = 500
MOST_TOLD = 5
_LINES = re.compile(r"[\n;]")


def lines_of(session: Session, keys: list[int]) -> str:
    """The names of these units in the order of their keys, those that have ended too."""
    names = {unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.id.in_(keys)))}
    return "\n".join(names[key] for key in keys if key in names)


def keys_of(session: Session, text: str, *, kept: list[int], field: str) -> list[int]:
    """The units that the lines name, each once, in their order; `kept`: those that stand there already may have ended.

    Raises Invalid at the field, with the lines that name no unit or several.
    """
    lines = [line for part in _LINES.split(text) if (line := clean_line(part))][:MOST_LINES]
    known = {fold(unit.name): unit.id for unit in session.scalars(select(Unit).where(Unit.id.in_(kept)))}
    present = [*queries.units_with_group(session), *queries.communes(session)]
    names = [fold(unit.name) for unit in present]
    known |= {name: unit.id for name, unit in zip(names, present, strict=True) if names.count(name) == 1}
    found: dict[int, None] = {}
    unclear = []
    for line in lines:
        key = known.get(fold(line)) or _commune(session, line)
        if key is None:
            unclear.append(line)
        else:
            found[key] = None
    if unclear:
        more = "…" if len(unclear) > MOST_TOLD else ""
        raise Invalid(field, "units_not_found", names=", ".join(unclear[:MOST_TOLD]) + more)
    return list(found)


def _commune(session: Session, line: str) -> int | None:
    found = queries.find_commune(session, line)
    return found.id if found is not None else None
