"""What leaders decided about a few sample difficulties, and who stands in for whom today.

Owns: one directive recorded and waiting for the leader's word, one open with its date, one reported; one deputy.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from tracker import clock
from tracker.accounts import deputies
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account, Grant
from tracker.demo import words
from tracker.demo.desk import Desk, World
from tracker.demo.timing import Story
from tracker.issues import directive_work, directives
from tracker.issues.directives import Order
from tracker.issues.models_directives import Directive, DirectiveSource, DirectiveTarget
from tracker.permissions import Role

DAYS = 5
"""Working days that a unit has."""
ABSENT_DAYS = 14


def recorded(desk: Desk) -> Story:
    """The assistant writes down what a Vice Chairman said at a meeting; it waits for his word."""
    yield desk.pace.ago(1)
    leader, day = _person(desk.world, "phochutich1"), clock.today()
    _give(
        desk,
        "giupviec",
        words.ORDER_URGENT,
        leader_id=leader.id,
        source=DirectiveSource.MEETING,
        decided_on=day,
    )


def given(desk: Desk) -> Story:
    """The Chairman gives one himself."""
    yield desk.pace.ago(1)
    _give(desk, "chutich", words.ORDER)


def reported(desk: Desk) -> Story:
    """A Vice Chairman gives one, and the group reports that it is done."""
    yield desk.pace.ago(1)
    directive = _give(desk, "phochutich2", words.ORDER)
    yield desk.pace.ago(0)
    session = desk.world.session
    target_id = session.scalars(
        select(DirectiveTarget.id).where(DirectiveTarget.directive_id == directive.id)
    ).one()
    directive_work.report(session, desk.world.cast.actor(desk.lead), target_id, words.ORDER_DONE)


ENDINGS: dict[str, Callable[[Desk], Story]] = {"KK-108": recorded, "KK-110": given, "KK-104": reported}
"""Sample → what a leader decided about it after its own course."""


def with_orders(key: str, course: Callable[[Desk], Story]) -> Callable[[Desk], Story]:
    """The course of a sample, followed by what a leader decided about it."""
    ending = ENDINGS.get(key)
    if ending is None:
        return course

    def told(desk: Desk) -> Story:
        yield from course(desk)
        yield from ending(desk)

    return told


def name_a_deputy(world: World) -> None:
    """From today on a member of the group stands in for its deputy head."""
    group, today = world.cast.groups["SNV"], clock.today()
    absent = group.leads[1]
    grant = select(Grant.id).where(Grant.account_id == absent.id, Grant.role == Role.GROUP_LEAD)
    deputies.appoint(
        world.session,
        actor_of(world.session, absent, today),
        world.session.scalars(grant).one(),
        group.members[0].id,
        today,
        today + timedelta(days=ABSENT_DAYS),
    )


def _give(desk: Desk, login: str, content: str, **origin: object) -> Directive:
    due_on = desk.pace.dates.calendar.add(clock.today(), DAYS)
    order = Order(content=content, unit_ids=[desk.group.unit.id], due_on=due_on, **origin)  # type: ignore[arg-type]
    actor = desk.world.cast.actor(_person(desk.world, login))
    return directives.give(desk.world.session, actor, [desk.issue_id], order)


def _person(world: World, login: str) -> Account:
    return world.session.scalars(select(Account).where(Account.login == login)).one()
