"""What the coordinator reads of the ladder beforehand: what rises on the next working morning, what was only listed.

Owns: these two readings, under the rights of the reader. Reads only. The first one looks at what falls due by the index
of next alarms, as the job will, and at no more of it than a page holds.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.actor import Actor
from tracker.issues.escalation_job import due_by, morning_of
from tracker.issues.escalation_queries import WouldRise, rising_of
from tracker.issues.models import Issue
from tracker.issues.models_escalation import WithheldRise
from tracker.issues.rights import visible_to

MOST_LOOKED_AT = 200
"""Issues that a page looks at."""
DAYS_OF_WEEK = 7


def rising_on(session: Session, actor: Actor, on: date) -> tuple[list[tuple[WouldRise, Issue]], bool]:
    """What rises on that working morning, were nothing done until then, the highest level first.

    True beside it: more falls due than was looked at; what has waited longest was looked at first.
    """
    keys = list(session.scalars(due_by(on).where(visible_to(actor)).limit(MOST_LOOKED_AT + 1)))
    rows = select(Issue).options(joinedload(Issue.holder)).where(Issue.id.in_(keys[:MOST_LOOKED_AT]))
    issues = {issue.id: issue for issue in session.scalars(rows)}
    rising = rising_of(session, list(issues.values()), morning_of(session, on))
    found = [(each, issues[each.issue_id]) for each in rising]
    return sorted(found, key=lambda pair: (-pair[0].rule.level, pair[0].number)), len(keys) > MOST_LOOKED_AT


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def withheld_in_week(
    session: Session, actor: Actor, monday: date
) -> tuple[list[tuple[WithheldRise, Issue]], bool]:
    """What was only listed in that week and is open still, the highest level first; and whether there is more."""
    rows = session.execute(
        select(WithheldRise, Issue)
        .join(Issue, Issue.id == WithheldRise.issue_id)
        .options(joinedload(Issue.holder))
        .where(
            WithheldRise.would_on >= monday,
            WithheldRise.would_on < monday + timedelta(days=DAYS_OF_WEEK),
            Issue.is_open.is_(True),
            visible_to(actor),
        )
        .order_by(WithheldRise.level.desc(), WithheldRise.would_on, WithheldRise.id)
        .limit(MOST_LOOKED_AT + 1)
    )
    found = [(row, issue) for row, issue in rows]
    return found[:MOST_LOOKED_AT], len(found) > MOST_LOOKED_AT
