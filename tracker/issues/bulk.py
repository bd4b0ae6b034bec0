"""One act on many issues: accept and assign, transfer, news.

Owns: which issues were meant, and what became of each. Each goes through `service.apply()` as if it stood alone; a row
that cannot be acted on any more is told and stops no other. One issue that the person may not see refuses all, with
the answer of an unknown one.
"""

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.accounts.models import Account, Grant
from tracker.errors import Invalid, NotFound, NotPossible, Stale
from tracker.issues import service
from tracker.issues.listing import IssueRow
from tracker.issues.models import Issue
from tracker.issues.models_lists import BulkRun
from tracker.issues.rights import visible_to
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.workflow import OPEN, Act, IssueState
from tracker.permissions import Permission, Role
from tracker.text import sort_key

MOST = 100
"""Issues at once: what a person can still have looked at."""
ACTS = (Act.ASSIGN, Act.TRANSFER, Act.NEWS)
"""Never one that releases a wording: that needs eyes on each."""
KEPT = timedelta(days=1)
NOT_YOURS = "not_yours"
_OF_ONE_ROW = {"same_holder", "same_owner", "not_of_this_unit"}
"""What a service refuses because of this very issue; anything else is wrong for all of them."""
_PICK = re.compile(r"(VM-\d{4}-\d{6,9})\.(\d{1,9})")
_LEADS = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COORDINATOR)


@dataclass(frozen=True)
class Picked:
    """An issue that was ticked, and the version of it that the person had before him."""

    id: int
    number: str
    title: str
    version: int
    holder_id: int | None


@dataclass(frozen=True)
class Result:
    """What became of one issue; `code` says why not, '' when it was done."""

    number: str
    code: str = ""


def pick_value(row: IssueRow) -> str:
    """What the box of a row sends."""
    return f"{row.number}.{row.version}"


def may_pick(actor: Actor, row: IssueRow) -> bool:
    """Whether a row gets a box: it lies on the person's desk. The service asks the rules of each act again."""
    if row.number is None or row.state not in OPEN:
        return False
    if row.owner_id == actor.account_id or (
        actor.has(Permission.DIRECT) and actor.has(Permission.SEE_ALL_ISSUES)
    ):
        return True
    if row.awaits_routing:
        return actor.holds(row.holder_id, Role.COORDINATOR)
    if actor.holds(row.holder_id, *_LEADS):
        return True
    is_free = row.state in (IssueState.SUBMITTED, IssueState.ACCEPTED)
    return is_free and actor.holds(row.holder_id, Role.GROUP_MEMBER)


def find_picked(session: Session, actor: Actor, values: Iterable[str]) -> list[Picked]:
    """The issues behind the boxes. Raises NotFound when a single one is unknown or not this person's to see."""
    versions = dict(_read(value) for value in values)
    if len(versions) > MOST:
        raise Invalid("row", "too_many", limit=MOST)
    rows = session.execute(
        select(Issue.id, Issue.number, Issue.title, Issue.holder_id)
        .where(Issue.number.in_(versions), visible_to(actor))
        .order_by(Issue.id)
    )
    found = [Picked(row.id, row.number, row.title, versions[row.number], row.holder_id) for row in rows]
    if len(found) != len(versions):
        raise NotFound
    return found


def _read(value: str) -> tuple[str, int]:
    match = _PICK.fullmatch(value)
    if match is None:
        raise NotFound
    return match[1], int(match[2])


def act_on_all(
    session: Session, actor: Actor, act: Act, values: Iterable[str], data: Mapping[str, object]
) -> list[Result]:
    """Take the act on each issue, in the order of their keys; gives what became of each.

    Raises NotFound (one is not to be seen, or the act is none of the person's at all), Invalid (the data fit none).
    Everything stands in the caller's transaction, each issue in a savepoint of its own.
    """
    values = list(values)
    service.hold(session, [each.id for each in find_picked(session, actor, values)])
    return [_act_on(session, actor, act, each, data) for each in find_picked(session, actor, values)]


def _act_on(session: Session, actor: Actor, act: Act, picked: Picked, data: Mapping[str, object]) -> Result:
    try:
        with session.begin_nested():
            service.apply(session, actor, picked.id, act, {**data, "version": picked.version})
    except NotFound:
        return Result(picked.number, NOT_YOURS)
    except (NotPossible, Stale) as error:
        return Result(picked.number, error.code)
    except Invalid as error:
        if error.code not in _OF_ONE_ROW:
            raise
        return Result(picked.number, error.code)
    return Result(picked.number)


def people_for(
    session: Session, actor: Actor, picked: Sequence[Picked], today: date
) -> list[tuple[int, str]]:
    """Who may be named as owner: the group's people for a lead, for anybody else himself."""
    led = {each.holder_id for each in picked if each.holder_id and actor.holds(each.holder_id, *_LEADS)}
    if actor.has(Permission.COORDINATE):
        led |= {each.holder_id for each in picked if each.holder_id}
    if not led:
        return [(actor.account_id, actor.display_name)]
    of_group = select(Grant.account_id).where(
        Grant.unit_id.in_(led), Grant.role.in_(GROUP_ROLES), Grant.holds_on(today)
    )
    rows = session.execute(
        select(Account.id, Account.full_name).where(Account.is_active.is_(True), Account.id.in_(of_group))
    )
    return sorted(((row.id, row.full_name) for row in rows), key=lambda row: (sort_key(row[1]), row[0]))


def keep(session: Session, actor: Actor, act: Act, results: Sequence[Result], now: datetime) -> str:
    """Keep the results for the page that tells them; gives its key. What is older than a day goes."""
    session.execute(delete(BulkRun).where(BulkRun.at < now - KEPT))
    run = BulkRun(
        key=secrets.token_urlsafe(16),
        account_id=actor.account_id,
        act=act.value,
        at=now,
        results=json.dumps([[each.number, each.code] for each in results]),
    )
    session.add(run)
    session.flush()
    return run.key


def find_run(session: Session, actor: Actor, key: str) -> tuple[Act, datetime, list[Result]] | None:
    """What an act on many did, for the person who took it; without a key his last one."""
    asked = select(BulkRun).where(BulkRun.account_id == actor.account_id, BulkRun.at > clock.now() - KEPT)
    asked = asked.where(BulkRun.key == key) if key else asked.order_by(BulkRun.at.desc()).limit(1)
    run = session.scalars(asked).first()
    if run is None:
        return None
    return Act(run.act), run.at, [Result(number, code) for number, code in json.loads(run.results)]


def titles_of(session: Session, actor: Actor, numbers: Iterable[str]) -> dict[str, str]:
    """The titles that the person may still read."""
    rows = session.execute(
        select(Issue.number, Issue.title).where(Issue.number.in_(list(numbers)), visible_to(actor))
    )
    return {row.number: row.title for row in rows}
