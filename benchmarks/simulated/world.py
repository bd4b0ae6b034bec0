"""The province of the simulated year: its units, days and people, and who sits where today.

Owns: the first state of the database, and looking people up. Must not know an act.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account, Deputy, Grant
from tracker.attachments.storage import Storage
from tracker.db import transaction
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import import_packaged_days, load_calendar, load_targets
from tracker.demo.cast import Cast, build_cast
from tracker.demo.duties import share_fields
from tracker.demo.sample import Sample, read_samples
from tracker.directory.models import Category, Field
from tracker.directory.service import load_province
from tracker.notifications.kinds import KINDS, LEADERS_DIGEST
from tracker.notifications.models import Mode
from tracker.notifications.service import choose
from tracker.permissions import Actor, Role, actor_with

PROVINCE = "33"
FIRST_DAY = date(2025, 7, 2)
"""The first day of the year; units exist since the day before."""

MORNING_READERS = CHOOSERS = 0.2
STAFF = (Role.GROUP_MEMBER, Role.GROUP_LEAD, Role.DEPARTMENT_LEADER)


@dataclass
class World:
    """The province, by keys. Everything by chance comes from `chance`, so that a seed tells the same year again."""

    session: Session
    storage: Storage
    samples: list[Sample]
    communes: list[int]
    officers: dict[int, int]
    """Commune → who files and answers for it."""
    groups: dict[int, int]
    """Department → the first of its group."""
    office: int
    """The unit that coordinates."""
    fields: dict[str, int]
    categories: dict[str, int]
    chance: random.Random
    people_version: int = 0
    """Raised by every change of people: what was found out about them before is void."""
    _actors: dict[int, Actor] = field(default_factory=dict)
    _of_unit: dict[int, list[int]] = field(default_factory=dict)
    _read_for: tuple[int, date] = (-1, date.min)

    @property
    def calendar(self) -> WorkingCalendar:
        """The days as they are now."""
        return load_calendar(self.session)

    def people_changed(self) -> None:
        """Somebody came or went."""
        self.people_version += 1

    def actor(self, account_id: int) -> Actor:
        """The person as rules see him today; without any right where he is not there."""
        self._refresh()
        return self._actors.get(account_id) or Actor(account_id, "", frozenset())

    def people_of(self, unit_id: int | None) -> list[int]:
        """Keys of the active people with a grant in the unit today."""
        self._refresh()
        return self._of_unit.get(unit_id or 0, [])

    def staff_of(self, unit_id: int | None) -> list[int]:
        """Keys of those of the unit who may own an issue."""
        return [key for key in self.people_of(unit_id) if self.actor(key).holds(unit_id, *STAFF)]

    def coordinators(self) -> list[int]:
        """Keys of the coordinators who are there."""
        return [
            key for key in self.people_of(self.office) if self.actor(key).holds(self.office, Role.COORDINATOR)
        ]

    def of_province(self) -> list[int]:
        """Keys of leaders and assistants of the province."""
        self._refresh()
        wanted = {Role.PROVINCIAL_LEADER, Role.LEADER_ASSISTANT}
        return [key for key, actor in self._actors.items() if actor.roles & wanted]

    def _refresh(self) -> None:
        """Everybody in two statements; those who stand in for others as the product reads them."""
        today = clock.today()
        if (self.people_version, today) == self._read_for:
            return
        self._read_for = (self.people_version, today)
        rows = self.session.execute(
            select(Grant.unit_id, Grant.role, Account.id, Account.full_name)
            .join(Account, Account.id == Grant.account_id)
            .where(Grant.holds_on(today), Account.is_active.is_(True))
            .order_by(Grant.id)
        ).all()
        of_unit, grants = defaultdict(list), defaultdict(list)
        names: dict[int, str] = {}
        for unit_id, role, account_id, name in rows:
            if account_id not in of_unit[unit_id]:
                of_unit[unit_id].append(account_id)
            grants[account_id].append((role, unit_id, account_id))
            names[account_id] = name
        self._of_unit = dict(of_unit)
        self._actors = {key: actor_with(key, names[key], held) for key, held in grants.items()}
        deputies = select(Deputy.deputy_id).where(Deputy.holds_on(today)).distinct()
        for account_id in self.session.scalars(deputies).all():
            account = self.session.get_one(Account, account_id)
            self._actors[account_id] = actor_of(self.session, account, today)


def build_world(session: Session, storage: Storage, seed: int) -> World:
    """The province on the morning of the first day; the database must be empty."""
    with clock.travel(datetime.combine(FIRST_DAY, time(), clock.LOCAL_ZONE)), transaction():
        load_province(session, PROVINCE)
        import_packaged_days(session)
        load_targets(session)
        cast = build_cast(session)
        share_fields(session)
        for account in session.scalars(select(Account)):
            account.email = f"{account.login}@example.vn"
        world = _world(session, storage, cast, seed)
        _choose_how_to_be_told(world)
        return world


def _choose_how_to_be_told(world: World) -> None:
    """Few leaders want the figures of each morning; one person in five wants something otherwise than usual."""
    chance, session = world.chance, world.session
    for account in session.scalars(select(Account).order_by(Account.id)):
        if chance.random() > MORNING_READERS:
            choose(session, account.id, {LEADERS_DIGEST: Mode.OFF})
        if chance.random() < CHOOSERS:
            kind = chance.choice(KINDS)
            choose(session, account.id, {kind.code: chance.choice(kind.modes)})


def _world(session: Session, storage: Storage, cast: Cast, seed: int) -> World:
    return World(
        session=session,
        storage=storage,
        samples=read_samples(),
        communes=[unit.id for unit in cast.communes.values()],
        officers={unit_id: person.id for unit_id, person in cast.officers.items()},
        groups={group.unit.id: group.members[0].id for group in cast.groups.values()},
        office=cast.groups["VP"].unit.id,
        fields={row.code: row.id for row in session.scalars(select(Field))},
        categories={row.code: row.id for row in session.scalars(select(Category))},
        chance=random.Random(seed),
    )
