"""Who is told of a directive: the units that owe it, who gave it, who recorded it.

Owns: the table event → kind of notice → who, for what is no act of `issues.service`. Directives are departments':
people of communes are told of what their own commune owes, and of nothing else; the event itself stays hidden from
them. Must not know a text nor how a notice leaves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Date, and_, bindparam, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account, Deputy, Grant
from tracker.issues.directive_rules import LEADING
from tracker.issues.models import Issue, IssueEvent
from tracker.issues.models_directives import Directive, DirectiveTarget
from tracker.outbox.service import put_all
from tracker.permissions import Role

_OF_COMMUNE = (Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER)
_ANSWERING = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR, *_OF_COMMUNE)
"""Who speaks for a unit that owes something, the nearest first: the first role that somebody has is told."""
_TODAY = bindparam("today", type_=Date())
_PEOPLE = (
    select(Grant.unit_id, Grant.role, Grant.account_id, Deputy.deputy_id)
    .join(Account, Account.id == Grant.account_id)
    .outerjoin(Deputy, and_(Deputy.grant_id == Grant.id, Deputy.holds_on(_TODAY)))
    .where(
        Grant.unit_id.in_(bindparam("units", expanding=True)),
        Grant.role.in_(_ANSWERING),
        Grant.holds_on(_TODAY),
        Account.is_active.is_(True),
    )
)
_DEPUTIES = (
    select(Deputy.deputy_id)
    .join(Grant, Grant.id == Deputy.grant_id)
    .where(
        Grant.account_id == bindparam("holder"),
        Grant.role.in_(LEADING),
        Grant.holds_on(_TODAY),
        Deputy.holds_on(_TODAY),
    )
)


@dataclass(frozen=True)
class Scene:
    """One event about a directive."""

    session: Session
    issue: Issue
    event: IssueEvent
    directive: Directive
    unit_ids: Sequence[int]


Finder = Callable[[Scene], set[int]]


def _units(scene: Scene) -> set[int]:
    return _people_of(scene, scene.unit_ids)


def _holder(scene: Scene) -> set[int]:
    return _people_of(scene, [scene.issue.holder_id or 0])


def _people_of(scene: Scene, unit_ids: Sequence[int]) -> set[int]:
    asked = {"units": sorted(unit_ids), "today": clock.today()}
    rows = scene.session.execute(_PEOPLE, asked).all()
    told: set[int] = set()
    for unit_id in unit_ids:
        of_unit = [row for row in rows if row[0] == unit_id]
        role = next((role for role in _ANSWERING if any(row[1] is role for row in of_unit)), None)
        told |= {key for row in of_unit if row[1] is role for key in (row[2], row[3]) if key is not None}
    return told


def _giver(scene: Scene) -> set[int]:
    giver_id = scene.directive.given_by_id
    asked = {"holder": giver_id, "today": clock.today()}
    return {giver_id, *scene.session.scalars(_DEPUTIES, asked)}


def _leader(scene: Scene) -> set[int]:
    """The leader alone confirms what was recorded for him."""
    return {scene.directive.given_by_id} if scene.directive.awaits_word else set()


def _recorder(scene: Scene) -> set[int]:
    recorder_id = scene.directive.recorded_by_id
    return set() if recorder_id is None else {recorder_id}


def _reporter(scene: Scene) -> set[int]:
    rows = select(DirectiveTarget.reported_by_id).where(
        DirectiveTarget.directive_id == scene.directive.id,
        DirectiveTarget.issue_id == scene.issue.id,
        DirectiveTarget.unit_id.in_(scene.unit_ids),
        DirectiveTarget.reported_by_id.is_not(None),
    )
    return {key for key in scene.session.scalars(rows) if key is not None}


TOLD: dict[str, tuple[tuple[str, Finder], ...]] = {
    "directive_given": (("recorded_for_you", _leader), ("directive_given", _units)),
    "directive_reported": (("directive_reported", _giver), ("directive_reported", _recorder)),
    "directive_sent_back": (("directive_sent_back", _reporter), ("directive_sent_back", _units)),
    "directive_confirmed": (("directive_confirmed", _reporter), ("directive_confirmed", _units)),
    "directive_cancelled": (("directive_cancelled", _units), ("directive_cancelled", _giver)),
    "directive_passed_on": (("directive_given", _units),),
    "recorded_objected": (("recorded_objected", _recorder), ("recorded_objected", _holder)),
    "recorded_confirmed": (("recorded_confirmed", _recorder),),
}
"""Event → kind and who, the more pressing first: of several notices about one event a person gets the first."""


def tell(
    session: Session,
    issue: Issue,
    event: IssueEvent,
    directive_id: int,
    unit_ids: Sequence[int],
    by_id: int | None,
) -> None:
    """Write the notices of an event about a directive; `by_id`, who did it, is not told of himself."""
    scene = Scene(session, issue, event, session.get_one(Directive, directive_id), unit_ids)
    known, told = {by_id}, []
    for kind, finder in TOLD.get(event.kind, ()):
        for account_id in sorted(finder(scene) - known):
            told.append((kind, account_id, f"event:{event.id}:{account_id}"))
            known.add(account_id)
    outside = _of_communes(scene)
    put_all(session, [one for one in told if one[1] not in outside], issue_id=issue.id, event_id=event.id)
    put_all(session, [one for one in told if one[1] in outside], issue_id=issue.id)


def _of_communes(scene: Scene) -> set[int]:
    """People who are told because their commune owes it: what they read is the directive, not the event."""
    asked = {"units": sorted(scene.unit_ids), "today": clock.today()}
    rows = scene.session.execute(_PEOPLE, asked) if scene.unit_ids else ()
    return {key for row in rows if row[1] in _OF_COMMUNE for key in (row[2], row[3]) if key is not None}
