"""Fills an empty instance with many issues in bulk.

Owns: the province, its 500 people and the bulk inserts. `tracker verify` holds on what it makes.
"""

import random
from collections import Counter
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.lives import OPEN_SHARE, Person, World, is_open, life, moments
from tracker import clock
from tracker.accounts.models import Account, Grant
from tracker.deadlines.days import import_packaged_days, load_calendar, load_targets
from tracker.demo.cast import build_cast
from tracker.demo.names import Names
from tracker.demo.sample import read_samples
from tracker.demo.timing import FIRST_DAY
from tracker.directory.models import Category, Field, Unit, UnitKind
from tracker.directory.queries import route
from tracker.directory.service import load_province
from tracker.issues.counts import CountKey
from tracker.issues.models import Answer, Issue, IssueAccess, IssueCount, IssueEvent, IssueParty, NumberSeries
from tracker.issues.searching import rebuild
from tracker.permissions import Role

PROVINCE = "33"
PEOPLE = 500
CHUNK = 5_000


def load(session: Session, size: int, open_share: float = OPEN_SHARE, *, is_searchable: bool = True) -> None:
    """The province and `size` sent issues; call inside a transaction on empty tables.

    `is_searchable` False leaves the index of the search empty, which takes most of the time.
    """
    world = _world(session)
    today = clock.today()
    chance = random.Random(11)
    serials: Counter[int] = Counter()
    counted: Counter[CountKey] = Counter()
    rows: dict[Any, list[dict[str, Any]]] = {}
    for order, sent_at in enumerate(moments(size, today, chance)):
        serials[sent_at.year] += 1
        made = life(
            world, order + 1, serials[sent_at.year], sent_at.astimezone(clock.LOCAL_ZONE),
            still_open=is_open(order, size, chance, open_share), today=today,
        )  # fmt: skip
        counted[made.count_key] += 1
        _gather(rows, made)
        if (order + 1) % CHUNK == 0:
            _write(session, rows)
    _write(session, rows)
    session.execute(
        insert(NumberSeries), [{"year": year, "last_serial": last} for year, last in serials.items()]
    )
    session.execute(insert(IssueCount), [{**key._asdict(), "n": n} for key, n in counted.items()])
    if is_searchable:
        rebuild(session)


def _gather(rows: dict[Any, list[dict[str, Any]]], made: Any) -> None:
    rows.setdefault(Issue, []).append(made.issue)
    rows.setdefault(IssueParty, []).append(made.party)
    rows.setdefault(IssueAccess, []).extend(made.access)
    rows.setdefault(IssueEvent, []).extend(made.events)
    if made.answer is not None:
        rows.setdefault(Answer, []).append(made.answer)


def _write(session: Session, rows: dict[Any, list[dict[str, Any]]]) -> None:
    for model in (Issue, IssueParty, IssueAccess, IssueEvent, Answer):
        if waiting := rows.pop(model, []):
            session.execute(model.__table__.insert(), waiting)


def _world(session: Session) -> World:
    with clock.travel(datetime.combine(FIRST_DAY, time(), clock.LOCAL_ZONE)):
        load_province(session, PROVINCE)
        import_packaged_days(session)
        load_targets(session)
        build_cast(session)
        _more_officers(session)
    fields = {row.code: row.id for row in session.scalars(select(Field))}
    people = _people(session)
    members: dict[int, list[Person]] = {}
    for role, person in people:
        if role is Role.GROUP_MEMBER:
            members.setdefault(person.unit_id, []).append(person)
    return World(
        samples=read_samples(),
        calendar=load_calendar(session),
        officers=[person for role, person in people if role is Role.COMMUNE_OFFICER],
        members=members,
        holders={code: _holder(session, key, members) for code, key in fields.items()},
        fields=fields,
        categories={row.code: row.id for row in session.scalars(select(Category))},
    )


def _holder(session: Session, field_id: int, members: dict[int, list[Person]]) -> int:
    unit = route(session, field_id, None)
    return unit.id if unit is not None and unit.id in members else sorted(members)[field_id % len(members)]


def _more_officers(session: Session) -> None:
    """Officers of communes up to the number of people that is measured with."""
    names, communes = Names(), list(session.scalars(select(Unit).where(Unit.kind == UnitKind.COMMUNE)))
    present = len(session.scalars(select(Account.id)).all())
    for order in range(PEOPLE - present):
        account = Account(login=f"bench.{order}", full_name=names.next_name(), created_at=datetime.now(UTC))
        session.add(account)
        session.flush()
        unit = communes[order % len(communes)]
        session.add(
            Grant(
                account_id=account.id,
                unit_id=unit.id,
                role=Role.COMMUNE_OFFICER,
                valid_from=FIRST_DAY,
            )
        )
    session.flush()


def _people(session: Session) -> list[tuple[Role, Person]]:
    found = session.execute(
        select(Grant.role, Account.id, Account.full_name, Unit.id, Unit.name)
        .join(Account, Account.id == Grant.account_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .order_by(Grant.id)
    )
    return [(role, Person(*row)) for role, *row in found]
