"""Whose act it was a moment ago: the answer to somebody who comes too late (decision 0005).

Owns: the choice between "unknown" and "not possible any more" for an act that the rules refuse. Asked for a refusal
alone, so what it reads costs nobody else anything. Must not allow anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.deadlines.ladder import HIGHEST
from tracker.errors import DomainError, NotFound, NotPossible
from tracker.issues.access import Why
from tracker.issues.matter import Matter, Question
from tracker.issues.models import Issue, IssueAccess
from tracker.issues.models_opinions import ANSWERABLE, Opinion, OpinionState
from tracker.issues.policy import is_allowed
from tracker.issues.workflow import Act
from tracker.text import format_date, format_time

_ABOUT_OPINIONS = (Act.GIVE_OPINION, Act.ASSIGN_OPINION)


def refusal(
    session: Session, person: Actor, act: Act, issue: Issue, matter: Matter, seen_version: object
) -> DomainError:
    """NotPossible where somebody else was quicker, NotFound where it was never this person's act.

    `person` may read the issue and `act` is possible in its state; `seen_version` is what the sent form says it was
    opened with. A reply to the same question is told with its text, so that what was typed stands beside it.
    """
    if act in _ABOUT_OPINIONS and (row := _closed_question(session, person, act, issue, matter)):
        return _about(row)
    if any(is_allowed(person, act, earlier) for earlier in _earlier(act, matter)):
        return NotPossible(state=issue.state.value)
    if isinstance(seen_version, int) and seen_version < issue.version:
        moved = _before_it_moved(session, person, issue, matter)
        if any(is_allowed(person, act, earlier) for earlier in moved):
            return NotPossible(state=issue.state.value)
    return NotFound()


def _closed_question(
    session: Session, person: Actor, act: Act, issue: Issue, matter: Matter
) -> Opinion | None:
    """The newest question that is answered or not awaited any more and that would be this person's."""
    statement = (
        select(Opinion)
        .where(Opinion.issue_id == issue.id, Opinion.state.not_in(ANSWERABLE))
        .options(joinedload(Opinion.answered_by))
        .order_by(Opinion.id.desc())
    )
    for row in session.scalars(statement):
        asked = replace(matter, questions=(Question(row.id, row.unit_id),))
        if is_allowed(person, act, asked):
            return row
    return None


def _about(row: Opinion) -> NotPossible:
    if row.state is not OpinionState.ANSWERED or row.answered_at is None or row.answered_by is None:
        return NotPossible("opinion_not_awaited")
    at = clock.local(row.answered_at)
    return NotPossible(
        "opinion_given_already",
        person=row.answered_by.full_name,
        time=format_time(at),
        day=format_date(at.date()),
        text=row.content or "…",
    )


def _earlier(act: Act, matter: Matter) -> Iterator[Matter]:
    """The matter as it may have been before somebody took this act, or one that settles the same."""
    rule = _EARLIER.get(act)
    return rule(matter) if rule is not None else iter(())


def _extension_asked(matter: Matter) -> Iterator[Matter]:
    yield replace(matter, is_extension_asked=True)
    if matter.extension_count == 1:  # the lead's, who gives the first alone
        yield replace(matter, is_extension_asked=True, extension_count=0)


def _no_extension_asked(matter: Matter) -> Iterator[Matter]:
    yield replace(matter, is_extension_asked=False)


def _opinion_awaited(matter: Matter) -> Iterator[Matter]:
    yield replace(matter, questions=(Question(0, 0),))


def _not_planned(matter: Matter) -> Iterator[Matter]:
    yield from (replace(each, has_plan=False) for each in _raised(matter))


def _raised(matter: Matter) -> Iterator[Matter]:
    """It stood at a level which somebody has lowered or declined since."""
    yield from (replace(matter, level=n, is_raised_by_hand=True) for n in range(1, HIGHEST + 1))


def _not_raised(matter: Matter) -> Iterator[Matter]:
    yield replace(matter, level=0)


_EARLIER: dict[Act, Callable[[Matter], Iterator[Matter]]] = {
    Act.EXTEND: _extension_asked,
    Act.REFUSE_EXTENSION: _extension_asked,
    Act.ASK_EXTENSION: _no_extension_asked,
    Act.CANCEL_OPINION: _opinion_awaited,
    Act.PLAN: _not_planned,
    Act.LOWER: _raised,
    Act.DECLINE_ESCALATION: _raised,
    Act.ESCALATE: _not_raised,
}


def _before_it_moved(session: Session, person: Actor, issue: Issue, matter: Matter) -> Iterator[Matter]:
    """The matter as it may have been at the desk of one of the person's units, in his hands, or not yet routed."""
    yield replace(matter, awaits_routing=True)
    rows = session.execute(
        select(IssueAccess.unit_id, IssueAccess.why).where(
            IssueAccess.issue_id == issue.id, IssueAccess.unit_id.in_(sorted(person.unit_ids))
        )
    )
    for unit_id, why in rows:
        if Why(why) & Why.HOLDS:
            yield replace(matter, holder_id=unit_id, owner_id=person.account_id)
