"""What the forms about extensions tell who fills them in: the most that may be given, what was asked for and why.

Owns: these facts. Must not decide who may, nor how many days are too many.
"""

import json
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.issues import queries
from tracker.issues.acts.extending import most_days
from tracker.issues.dossier import Dossier
from tracker.issues.models import IssueEvent
from tracker.issues.workflow import Act

_ABOUT = frozenset({Act.ASK_EXTENSION, Act.EXTEND, Act.REFUSE_EXTENSION})


def facts_of(act: Act, matter: Dossier) -> dict[str, Any]:
    """The longest extension; the days that wait for a decision, their reason and the date they would lead to."""
    if act not in _ABOUT:
        return {}
    issue = matter.issue
    cycle = queries.timeline_of(db.session, issue, matter.calendar, matter.today).current
    facts: dict[str, Any] = {"most_days": most_days(cycle.target_days) if cycle else 0, "asked_days": None}
    if issue.extension_asked_days is None or issue.due_on is None:
        return facts
    return facts | {
        "asked_days": issue.extension_asked_days,
        "asked_reason": _asked_reason(issue.id),
        "asked_due_on": matter.calendar.add(issue.due_on, issue.extension_asked_days),
    }


def _asked_reason(issue_id: int) -> str:
    rows = (
        select(IssueEvent.payload)
        .where(IssueEvent.issue_id == issue_id, IssueEvent.kind == "extension_asked")
        .order_by(IssueEvent.seq.desc())
    )
    payload = db.session.scalars(rows.limit(1)).first()
    return str(json.loads(payload).get("reason", "")) if payload else ""
