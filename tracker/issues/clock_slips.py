"""What a machine's clock that was far ahead has left behind, put right once it is right again.

Owns: dates of the ladder so far ahead that no rule can have set them. A matter that is late must not sleep until then,
nor a duty be owed only by then.
"""

from datetime import timedelta

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.deadlines.days import load_calendar
from tracker.issues.models import Issue
from tracker.issues.models_escalation import Duty

FURTHEST = timedelta(days=360)
"""No rule gives more days to act: 250 working days are about as many."""
ASLEEP = timedelta(days=90)
"""A late matter that nobody looks at for so long is looked at once more than it need be, at worst."""
DAYS_TO_ACT = 2
"""Working days that who owes such a duty gets from now on, as most rules give."""


def put_right(session: Session) -> int:
    """Late matters that sleep are looked at today, duties are owed soon; how many rows were put right."""
    today = clock.today()
    asleep = (
        update(Issue)
        .where(Issue.is_open.is_(True), Issue.next_alarm_on > today + ASLEEP, Issue.due_on < today)
        .values(next_alarm_on=today)
    )
    act_by = load_calendar(session).add(today, DAYS_TO_ACT)
    owed = Duty.discharged_at.is_(None) & Duty.released_at.is_(None)
    duties = update(Duty).where(owed, Duty.due_on > today + FURTHEST).values(due_on=act_by)
    as_rows = {"synchronize_session": False}
    found = [session.execute(statement, execution_options=as_rows) for statement in (duties, asleep)]
    return sum(done.rowcount for done in found if isinstance(done, CursorResult))
