"""Lists of directives: what one's units owe, what one gave, what waits for one's word. Reads only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.actor import Actor, actors_of
from tracker.accounts.models import Account, Grant
from tracker.issues.directive_rules import LEADING, may_record
from tracker.issues.models import Issue
from tracker.issues.models_directives import Directive, DirectiveState, DirectiveTarget
from tracker.issues.obligations import STILL_OWED
from tracker.issues.rights import visible_to
from tracker.permissions import Role

PAGE = 25
"""Directives of one part on a page."""
LONGEST = 100
"""What waits for a leader's word: each that he gives makes room for the next."""
TO_DO = (DirectiveState.OPEN, DirectiveState.SENT_BACK)
UNDATED = date.max
Place = tuple[date, int]
"""Date (`UNDATED` for none) and key of the last directive of a page."""


class DirectivePart(StrEnum):
    """The parts of what a person has to do with directives."""

    REPORTED = "reported"
    """Reported to him, or to whom he stands in for or records for."""
    OWED = "owed"
    """By the person's units, with a date, and not reported yet: what his home page counts."""
    NOTED = "noted"
    """Those of his units that ask for nothing now: reported, or without a date."""
    GIVEN = "given"
    """Given or recorded by him and not reported yet."""
    ALL = "all"
    """Every dated one still owed that the person may see."""


@dataclass(frozen=True)
class DirectivePage:
    """Directives of one part, the first due first; after which place the next page begins; how many there are."""

    rows: list[DirectiveTarget]
    next_after: Place | None
    total: int


@dataclass(frozen=True)
class DirectiveLists:
    """What concerns one person: the first page of each part."""

    parts: dict[DirectivePart, DirectivePage]
    awaiting_word: list[Directive]
    """Recorded in his name."""
    about: dict[int, list[Issue]]
    """The issues of each of these."""

    @property
    def shown(self) -> list[DirectiveTarget]:
        """All but those that wait for his word."""
        return [row for part in self.parts.values() for row in part.rows]


def of_person(session: Session, actor: Actor) -> DirectiveLists:
    """What the person's units owe, what he gave or recorded, and what was recorded for him."""
    waiting = (
        select(Directive)
        .where(Directive.given_by_id == actor.account_id, Directive.awaits_word.is_(True))
        .options(joinedload(Directive.recorded_by))
        .order_by(Directive.id)
        .limit(LONGEST)
    )
    words = list(session.scalars(waiting))
    parts = (DirectivePart.REPORTED, DirectivePart.OWED, DirectivePart.NOTED, DirectivePart.GIVEN)
    first = {part: list_part(session, actor, part) for part in parts}
    return DirectiveLists(first, words, _about(session, words))


def list_part(
    session: Session, actor: Actor, part: DirectivePart, after: Place | None = None
) -> DirectivePage:
    """A page of one part; one statement, and another for the total where there is more than this page."""
    place = (func.coalesce(DirectiveTarget.due_on, UNDATED), DirectiveTarget.id)
    wanted = _owed_by_anybody(actor).where(_belongs_to(part, actor))
    rows = wanted.options(
        joinedload(DirectiveTarget.directive).joinedload(Directive.given_by),
        joinedload(DirectiveTarget.issue),
        joinedload(DirectiveTarget.unit),
    )
    if after is not None:
        rows = rows.where(tuple_(*place) > tuple_(*after))
    found = list(session.scalars(rows.order_by(*place).limit(PAGE + 1)))
    shown, is_more = found[:PAGE], len(found) > PAGE
    total = len(shown)
    if is_more or after is not None:
        total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return DirectivePage(shown, (shown[-1].due_on or UNDATED, shown[-1].id) if is_more else None, total)


def _belongs_to(part: DirectivePart, actor: Actor) -> ColumnElement[bool]:
    of_units = DirectiveTarget.unit_id.in_(sorted(owing_units(actor)))
    is_reported = DirectiveTarget.state == DirectiveState.REPORTED
    conditions = {
        DirectivePart.REPORTED: and_(looked_after_by(actor), is_reported),
        DirectivePart.OWED: and_(of_units, is_to_do()),
        DirectivePart.NOTED: and_(of_units, not_(is_to_do())),
        DirectivePart.GIVEN: and_(looked_after_by(actor), not_(is_reported)),
        DirectivePart.ALL: DirectiveTarget.due_on.is_not(None),
    }
    return conditions[part]


def is_to_do() -> ColumnElement[bool]:
    """A date stands and the unit has not reported, or was sent back."""
    return and_(DirectiveTarget.due_on.is_not(None), DirectiveTarget.state.in_(TO_DO))


def waits_for_report(session: Session, issue_id: int) -> bool:
    """Whether some unit has to report on a directive about the issue."""
    rows = select(DirectiveTarget.id).where(DirectiveTarget.issue_id == issue_id, is_to_do())
    return session.scalar(rows.limit(1)) is not None


def looked_after_by(actor: Actor) -> ColumnElement[bool]:
    """Given by him or by whom he stands in for, or recorded by him."""
    return or_(Directive.given_by_id.in_(givers_of(actor)), Directive.recorded_by_id == actor.account_id)


def _about(session: Session, directives: list[Directive]) -> dict[int, list[Issue]]:
    found: dict[int, list[Issue]] = {row.id: [] for row in directives}
    if not found:
        return found
    rows = session.execute(
        select(DirectiveTarget.directive_id, Issue)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(DirectiveTarget.directive_id.in_(found))
        .order_by(Issue.id)
    )
    for directive_id, issue in rows:
        if issue not in found[directive_id]:
            found[directive_id].append(issue)
    return found


def _owed_by_anybody(actor: Actor) -> Select[DirectiveTarget]:
    return (
        select(DirectiveTarget)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(
            visible_to(actor),
            DirectiveTarget.state.in_(STILL_OWED),
            or_(DirectiveTarget.due_on.is_not(None), Issue.is_open.is_(True)),
        )
    )


def owing_units(actor: Actor) -> set[int]:
    """The units for which the person sees what is owed: not those above, which owe nothing themselves."""
    above = {Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT, Role.AUDITOR}
    return {unit_id for role, unit_id in actor.grants if role not in above and unit_id in actor.unit_ids}


def givers_of(actor: Actor) -> list[int]:
    """Whose directives the person looks after: his own and those of leaders for whom he stands in."""
    absent = {holder for role, _, holder in actor.stands_in if role in LEADING}
    return sorted({actor.account_id, *absent})


def leaders_for(session: Session, actor: Actor, today: date) -> list[Account]:
    """The leaders for whom the person may record."""
    return [account for account, _ in leaders_as_actors(session, actor, today)]


def leaders_as_actors(session: Session, actor: Actor, today: date) -> list[tuple[Account, Actor]]:
    """The same with the rights of each, in three statements however many there are."""
    if Role.LEADER_ASSISTANT not in actor.roles:
        return []
    leading = (Role.PROVINCIAL_LEADER, Role.DEPARTMENT_LEADER)
    people = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.role.in_(leading), Grant.holds_on(today), Account.is_active.is_(True))
        .distinct()
        .order_by(Account.id)
    )
    found = people.all()
    actors = actors_of(session, found, today)
    return [(one, actors[one.id]) for one in found if may_record(actor, actors[one.id])]
