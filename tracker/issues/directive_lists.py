"""Lists of directives: what one's units owe, what one gave, what waits for one's word. Reads only."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.actor import Actor, actor_of
from tracker.accounts.models import Account, Grant
from tracker.issues.directive_rules import may_record
from tracker.issues.models import Issue
from tracker.issues.models_directives import Directive, DirectiveTarget
from tracker.issues.obligations import STILL_OWED
from tracker.issues.rights import visible_to
from tracker.permissions import Role

LONGEST = 100


@dataclass(frozen=True)
class DirectiveLists:
    """What concerns one person, the first due first."""

    owed: list[DirectiveTarget]
    given: list[DirectiveTarget]
    awaiting_word: list[Directive]


def of_person(session: Session, actor: Actor) -> DirectiveLists:
    """What the person's units owe, what he gave or recorded, and what was recorded for him."""
    statement = (
        select(DirectiveTarget)
        .join(Directive, Directive.id == DirectiveTarget.directive_id)
        .join(Issue, Issue.id == DirectiveTarget.issue_id)
        .where(visible_to(actor), DirectiveTarget.state.in_(STILL_OWED))
        .options(
            joinedload(DirectiveTarget.directive).joinedload(Directive.given_by),
            joinedload(DirectiveTarget.issue),
            joinedload(DirectiveTarget.unit),
        )
        .order_by(DirectiveTarget.due_on.is_(None), DirectiveTarget.due_on, DirectiveTarget.id)
        .limit(LONGEST)
    )
    me = actor.account_id
    mine = or_(Directive.given_by_id == me, Directive.recorded_by_id == me)
    waiting = (
        select(Directive)
        .where(Directive.given_by_id == me, Directive.awaits_word.is_(True))
        .options(joinedload(Directive.recorded_by))
        .order_by(Directive.id)
        .limit(LONGEST)
    )
    return DirectiveLists(
        owed=list(session.scalars(statement.where(DirectiveTarget.unit_id.in_(sorted(actor.unit_ids))))),
        given=list(session.scalars(statement.where(mine))),
        awaiting_word=list(session.scalars(waiting)),
    )


def leaders_for(session: Session, actor: Actor, today: date) -> list[Account]:
    """The leaders for whom the person may record."""
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
    return [one for one in people if may_record(actor, actor_of(session, one, today))]
