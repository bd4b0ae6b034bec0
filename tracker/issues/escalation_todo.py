"""What escalation asks of a person, as a group of his home page.

Owns: which group there is. The sentence is the home page's. Reads only, in one statement.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.directory.switches import Switches
from tracker.issues.escalation_queries import count_duties, duties_of
from tracker.issues.lists import CappedCount, read_rows
from tracker.issues.todo import ROWS_PER_GROUP, TodoGroup
from tracker.permissions import Permission


def groups(session: Session, actor: Actor, switches: Switches, today: date) -> Iterator[TodoGroup]:
    """The duties of the person, where he has any."""
    if not actor.has(Permission.RECEIVE_ESCALATION):
        return
    n, nearest = count_duties(session, actor)
    if nearest is None:
        return
    first = [duty.issue_id for duty, _, _ in duties_of(session, actor, limit=ROWS_PER_GROUP)]
    rows = read_rows(session, list(dict.fromkeys(first)))
    code = "duties_late" if nearest < today else "duties_owed"
    yield TodoGroup(code, CappedCount(n, False), rows, due_on=nearest)
