"""What would have risen, were it not for trial mode or the switch of levels 3 and 4: kept once, for a weekly list.

Owns: the rows.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.deadlines.ladder import Rule
from tracker.issues.models_escalation import WithheldRise


def withhold(session: Session, issue_id: int, rule: Rule, *, anchor_on: date, today: date) -> bool:
    """Keep it; whether it was not kept already."""
    same = select(WithheldRise.id).where(
        WithheldRise.issue_id == issue_id,
        WithheldRise.rule_code == rule.code,
        WithheldRise.anchor_on == anchor_on,
    )
    if session.scalar(same) is not None:
        return False
    row = WithheldRise(
        issue_id=issue_id, rule_code=rule.code, level=rule.level, anchor_on=anchor_on, would_on=today
    )
    session.add(row)
    return True
