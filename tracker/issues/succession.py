"""What the end of a unit means for issues: its places pass to the successor, or to the coordinator.

Owns: the hook that the directory calls, again and again until nothing is left, and the numbers of what will pass.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from tracker.directory.models import Unit
from tracker.directory.switches import read_switches
from tracker.issues import access
from tracker.issues.directive_passing import pass_directives_on
from tracker.issues.models import Issue, IssueParty
from tracker.issues.models_opinions import ANSWERABLE, Opinion
from tracker.issues.service import apply, hold
from tracker.issues.workflow import ENDED, NOT_SENT, OPEN, Act


def pass_issues_on(session: Session, unit: Unit, successor: Unit | None) -> None:
    """Hand over the unit's open issues, drafts and places as party; called in the transaction that ends it."""
    heir_id = successor.id if successor else read_switches(session).coordinating_unit_id
    if not heir_id or heir_id == unit.id:
        return
    places = [Issue.holder_id == unit.id, Issue.id.in_(_asked(unit.id))]
    if successor is not None:
        is_party = Issue.id.in_(
            select(IssueParty.issue_id).where(IssueParty.unit_id == unit.id, IssueParty.left.is_(None))
        )
        places += [is_party, Issue.state.in_(sorted(NOT_SENT)) & (Issue.raised_by_id == unit.id)]
    issue_ids = session.scalars(
        select(Issue.id).where(Issue.state.not_in(sorted(ENDED)), or_(*places)).order_by(Issue.id)
    ).all()
    hold(session, issue_ids)
    if successor is not None:
        access.pass_on(session, unit.id, successor.id)
    for issue_id in issue_ids:
        apply(session, None, issue_id, Act.HAND_OVER, {"from_id": unit.id, "to_id": heir_id})
    pass_directives_on(session, unit.id, heir_id)


def _asked(unit_id: int) -> Select[int]:
    """Issues about which the unit was asked and may still answer."""
    return select(Opinion.issue_id).where(Opinion.unit_id == unit_id, Opinion.state.in_(ANSWERABLE))


def load_of(session: Session, unit_id: int) -> Mapping[str, int]:
    """How much would pass on: open issues held, drafts, places as party of open issues. Numbers alone."""
    is_open = Issue.state.in_(sorted(OPEN))
    is_party = select(IssueParty.issue_id).where(IssueParty.unit_id == unit_id, IssueParty.left.is_(None))
    asked: dict[str, list[ColumnElement[bool]]] = {
        "held": [is_open, Issue.holder_id == unit_id],
        "drafts": [Issue.state.in_(sorted(NOT_SENT)), Issue.raised_by_id == unit_id],
        "places": [is_open, Issue.id.in_(is_party)],
    }
    counts = {name: select(func.count()).select_from(Issue).where(*rules) for name, rules in asked.items()}
    return {name: session.scalar(count) or 0 for name, count in counts.items()}
