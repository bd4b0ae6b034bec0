"""Saved filters and how a person wants lists: named addresses, a first list, chosen columns, shortcuts.

Owns: who may keep, share and change one. A saved filter is only an address; what it shows is asked under the reader's
own rights, so that sharing one never shows anybody more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.accounts.models import Account
from tracker.errors import Invalid, NotFound
from tracker.issues.inputs import line_of
from tracker.issues.models_lists import ListPreference, SavedList
from tracker.permissions import Role

MOST_LISTS = 30
NAME_LIMIT = 80
QUERY_LIMIT = 600
SHARING_ROLES = (Role.GROUP_LEAD, Role.DEPARTMENT_LEADER, Role.COMMUNE_LEADER, Role.COORDINATOR)
COLUMNS = ("place", "holder", "owner", "transfers", "field", "raised_by", "zero_on", "due_on", "changed_at")
"""What a row of the list may tell beside number, title and state, in this order."""
DEFAULT_COLUMNS = ("place", "holder", "owner", "transfers")

_WISHES = (
    select(ListPreference, SavedList)
    .select_from(Account)
    .outerjoin(ListPreference, ListPreference.account_id == Account.id)
    .outerjoin(
        SavedList,
        or_(
            SavedList.account_id == bindparam("account_id"),
            SavedList.unit_id.in_(bindparam("units", expanding=True)),
        ),
    )
    .where(Account.id == bindparam("account_id"))
    .order_by(SavedList.order_no, SavedList.id)
)


@dataclass(frozen=True)
class Preference:
    """How one person wants lists."""

    columns: tuple[str, ...] = DEFAULT_COLUMNS
    default_list_id: int | None = None
    has_shortcuts: bool = True


def wishes_of(session: Session, actor: Actor) -> tuple[Preference, list[SavedList]]:
    """How the person wants lists, and his own filters before those shared in his units; one statement for both."""
    asked = {"account_id": actor.account_id, "units": sorted(actor.unit_ids)}
    found = session.execute(_WISHES, asked).all()
    rows = [row for _, row in found if row is not None]
    preference = found[0][0] if found else None
    return _as_said(preference), sorted(rows, key=lambda row: row.account_id != actor.account_id)


def lists_for(session: Session, actor: Actor) -> list[SavedList]:
    """The person's own filters and those shared in his units, own ones first."""
    return wishes_of(session, actor)[1]


def _as_said(row: ListPreference | None) -> Preference:
    if row is None:
        return Preference()
    columns = tuple(code for code in COLUMNS if code in row.columns.split())
    return Preference(columns, row.default_list_id, row.has_shortcuts)


def units_to_share_in(actor: Actor) -> frozenset[int]:
    """The units for whose people the person may put up a filter: leads, leaders, the coordinator."""
    return frozenset(unit_id for role, unit_id in actor.grants if role in SHARING_ROLES)


def save_list(
    session: Session, actor: Actor, *, name: str, query: str, unit_id: int | None = None
) -> SavedList:
    """Keep a filter, with `unit_id` for a whole unit. Raises Invalid; NotFound for a unit not to share in."""
    if unit_id is not None and unit_id not in units_to_share_in(actor):
        raise NotFound
    kept = session.scalar(select(func.count(SavedList.id)).where(SavedList.account_id == actor.account_id))
    if (kept or 0) >= MOST_LISTS:
        raise Invalid("name", "too_many", limit=MOST_LISTS)
    if len(query) > QUERY_LIMIT:
        raise Invalid("name", "too_long", limit=QUERY_LIMIT)
    highest = select(func.max(SavedList.order_no)).where(SavedList.account_id == actor.account_id)
    row = SavedList(
        account_id=actor.account_id,
        unit_id=unit_id,
        name=_name(name),
        query=query,
        order_no=(session.scalar(highest) or 0) + 1,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def rename_list(session: Session, actor: Actor, list_id: int, name: str) -> None:
    """Another name. Raises Invalid, NotFound."""
    _own(session, actor, list_id).name = _name(name)
    session.flush()


def share_list(session: Session, actor: Actor, list_id: int, unit_id: int) -> None:
    """Show it to everybody of the unit. Raises NotFound for a unit not to share in."""
    row = _own(session, actor, list_id)
    if unit_id not in units_to_share_in(actor):
        raise NotFound
    row.unit_id = unit_id
    session.flush()


def unshare_list(session: Session, actor: Actor, list_id: int) -> None:
    """Back to whoever made it; whoever may share in the unit may also take down."""
    row = session.get(SavedList, list_id)
    if row is None or row.unit_id is None:
        raise NotFound
    if row.account_id != actor.account_id and row.unit_id not in units_to_share_in(actor):
        raise NotFound
    row.unit_id = None
    session.flush()


def move_up(session: Session, actor: Actor, list_id: int) -> None:
    """One place forward among the person's own."""
    row = _own(session, actor, list_id)
    own = [each for each in lists_for(session, actor) if each.account_id == actor.account_id]
    place = own.index(row)
    if place:
        own[place - 1], own[place] = own[place], own[place - 1]
    for number, each in enumerate(own, start=1):
        each.order_no = number
    session.flush()


def delete_list(session: Session, actor: Actor, list_id: int) -> None:
    """Take it away; whoever had it as his first list finds the plain one again."""
    session.delete(_own(session, actor, list_id))
    session.flush()


def choose_default(session: Session, actor: Actor, list_id: int | None) -> None:
    """What the page of lists opens with; None: the plain list. Raises NotFound."""
    if list_id is not None and list_id not in {row.id for row in lists_for(session, actor)}:
        raise NotFound
    _preference(session, actor).default_list_id = list_id
    session.flush()


def choose_columns(session: Session, actor: Actor, columns: Iterable[str], *, has_shortcuts: bool) -> None:
    """What rows tell, and whether single keys do something. Raises Invalid for an unknown column."""
    chosen = set(columns)
    if chosen - set(COLUMNS):
        raise Invalid("columns", "not_a_choice")
    row = _preference(session, actor)
    row.columns = " ".join(code for code in COLUMNS if code in chosen)
    row.has_shortcuts = has_shortcuts
    session.flush()


def _preference(session: Session, actor: Actor) -> ListPreference:
    row = session.get(ListPreference, actor.account_id)
    if row is None:
        row = ListPreference(
            account_id=actor.account_id, columns=" ".join(DEFAULT_COLUMNS), has_shortcuts=True
        )
        session.add(row)
    return row


def _own(session: Session, actor: Actor, list_id: int) -> SavedList:
    row = session.get(SavedList, list_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    return row


def _name(name: str) -> str:
    return line_of({"name": name}, "name", limit=NAME_LIMIT)
