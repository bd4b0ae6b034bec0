"""Who had an issue for what, how long and how late, in words; for departments alone.

Owns: the words of a row. Communes see the bar of units without people instead, where the province wants it.
"""

from dataclasses import dataclass

from tracker.db import db
from tracker.issues import stage_queries
from tracker.issues.dossier import Dossier
from tracker.issues.rights import reads_as_department
from tracker.issues.stage_queries import StageRow
from tracker.issues.stages import StageKind
from tracker.issues.views import wording
from tracker.permissions import Actor
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.labels import label


@dataclass(frozen=True)
class StageShown:
    """A row of the table."""

    what: str
    who: str
    days: str
    took: str
    late: str


def stages_shown(me: Actor, found: Dossier) -> list[StageShown]:
    """The stages of a sent issue; none for who reads it as a commune."""
    if found.issue.number is None or not reads_as_department(db.session, me, found.issue):
        return []
    rows = stage_queries.stages_of(db.session, found.issue, found.calendar, found.today)
    return [_shown(row) for row in rows]


def _shown(row: StageRow) -> StageShown:
    is_unassigned = row.kind is StageKind.WORKING and not row.owner
    first = format_date(row.from_on)
    last = format_date(row.to_on) if row.to_on else _("nay")
    return StageShown(
        what=_("Chờ phân công") if is_unassigned else label(f"StageKind.{row.kind.value}"),
        who=", ".join(part for part in (row.unit, row.owner) if part),
        days=first if first == last else f"{first} – {last}",
        took=wording.working_days(row.working_days),
        late=_late(row),
    )


def _late(row: StageRow) -> str:
    """Late by the desk's own deadline, by the promise, or by both; '' where in time."""
    words = []
    if row.due_on is not None and row.late_days:
        words.append(_("Quá hạn nội bộ %(days)s", days=wording.working_days(row.late_days)))
    if row.overdue_days:
        words.append(_("Quá hạn trả lời %(days)s", days=wording.working_days(row.overdue_days)))
    return "; ".join(words)
