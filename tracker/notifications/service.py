"""What a person does with his notices: reading them, choosing how they come.

Owns: marking as read, preferences. Must not know how a notice is worded or sent.
"""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import Actor
from tracker.accounts.models import Grant
from tracker.directory.switches import read_switches
from tracker.errors import Invalid, NotFound
from tracker.notifications.kinds import KINDS, Kind, kind_of
from tracker.notifications.models import Mode, NoticePreference
from tracker.outbox.models import Notice
from tracker.permissions import Role

LEADERS = frozenset({Role.PROVINCIAL_LEADER, Role.DEPARTMENT_LEADER})


def open_notice(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Mark one as read. Raises NotFound where it is not the person's own."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.account_id != actor.account_id:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = clock.now()
        session.flush()
    return notice


def mark_read(session: Session, actor: Actor, up_to: int) -> None:
    """Mark all of the person's notices as read, up to the newest that he saw."""
    session.execute(
        update(Notice)
        .where(Notice.account_id == actor.account_id, Notice.read_at.is_(None), Notice.id <= up_to)
        .values(read_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def modes_of(session: Session, account_id: int) -> dict[str, Mode]:
    """How each kind of notice comes to the person: his choice where it is one of the kind's, else the default."""
    return modes_of_many(session, [account_id])[account_id]


def modes_of_many(session: Session, accounts: Collection[int]) -> dict[int, dict[str, Mode]]:
    """As modes_of, for many people in two statements. Leaders get everything in one digest unless they chose."""
    today = clock.today()
    leaders = set(
        session.scalars(
            select(Grant.account_id).where(
                Grant.account_id.in_(accounts), Grant.role.in_(LEADERS), Grant.holds_on(today)
            )
        )
    )
    chosen = {
        (row.account_id, row.kind): row.mode
        for row in session.scalars(select(NoticePreference).where(NoticePreference.account_id.in_(accounts)))
    }
    return {
        account_id: {
            kind.code: _mode(kind, chosen.get((account_id, kind.code)), is_leader=account_id in leaders)
            for kind in KINDS
        }
        for account_id in accounts
    }


def _mode(kind: Kind, chosen: Mode | None, *, is_leader: bool) -> Mode:
    if chosen in kind.modes and chosen is not None:
        return chosen
    return Mode.DIGEST if is_leader and not kind.is_immediate and not kind.choices else kind.default


def choose(session: Session, account_id: int, modes: Mapping[str, Mode]) -> None:
    """Keep choices. Raises Invalid for a mode that the kind does not have: a duty is never off."""
    for code, mode in modes.items():
        if mode not in kind_of(code).modes:
            raise Invalid(code, "not_a_choice")
        row = session.get(NoticePreference, (account_id, code))
        if row is None:
            session.add(NoticePreference(account_id=account_id, kind=code, mode=mode))
        else:
            row.mode = mode
    session.flush()


def saturday_people(session: Session, today: date) -> frozenset[int]:
    """The people of units that work on Saturday mornings."""
    units = read_switches(session).saturday_unit_ids
    if not units:
        return frozenset()
    found = select(Grant.account_id).where(Grant.unit_id.in_(units), Grant.holds_on(today)).distinct()
    return frozenset(session.scalars(found))
