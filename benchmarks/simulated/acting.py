"""A day of the people: what is filed, and who takes which of the acts that the pages would offer him.

Owns: how likely what is. Every act runs in a transaction of its own at its own minute, as a page would open it; which
acts there are is asked of `policy.acts_offered`, so that new ones are taken as soon as they exist.
"""

import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from benchmarks.simulated.data import data_for
from benchmarks.simulated.world import World
from tracker import clock
from tracker.db import transaction
from tracker.directory.switches import read_switches
from tracker.errors import DomainError
from tracker.issues import drafts, matters
from tracker.issues.models import Issue, IssueAccess
from tracker.issues.policy import Matter, acts_offered
from tracker.issues.rights import may_see
from tracker.issues.service import apply
from tracker.issues.workflow import BY_ACT, OPEN, Act, IssueState

OPENING, CLOSING = 7 * 60 + 35, 16 * 60 + 50
"""Minutes of the day between which people act."""

PACES = ((0.10, 0.03), (0.25, 0.12), (0.45, 0.35), (0.20, 0.7))
"""Share of the issues, and how likely somebody takes an act on one of them on a working day."""

USUAL: dict[Act, float] = {
    Act.SEND: 6,
    Act.SIGN: 6,
    Act.ASSIGN: 6,
    Act.ROUTE: 6,
    Act.SUBMIT_ANSWER: 3,
    Act.APPROVE: 6,
    Act.CONFIRM: 2,
    Act.GIVE_INFO: 4,
    Act.NEWS: 1,
    Act.SEND_DOCUMENT: 1,
    Act.EXTEND: 1,
    Act.TRANSFER: 0.3,
    Act.WITHDRAW: 0.03,
    Act.CLOSE_ERROR: 0.01,
    Act.REOPEN: 0.05,
    Act.TAKE_BACK: 0.2,
    Act.RETURN_DRAFT: 0.1,
    Act.REASSIGN: 0.15,
    Act.ADD_INFO: 0.2,
    Act.PLAN: 1,
    Act.REFER: 0.1,
    Act.REPLY_IN: 1,
    Act.FOLLOW_UP: 0.3,
    Act.LOWER: 0.1,
    Act.ESCALATE: 0.2,
    Act.ASK_OPINION: 0.3,
    Act.GIVE_OPINION: 3,
    Act.CANCEL_OPINION: 0.1,
}
"""How often an act is chosen where several are possible; one that is not named counts half."""

UNUSUAL = 0.5
CLOSED_LOOKED_AT = 6
"""Closed issues on which somebody may act, a day."""

SENT_AT_ONCE = 0.95
WEEKEND = 0.05


@dataclass
class Done:
    """What people did."""

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)


@dataclass
class People:
    """The people of the province at work."""

    world: World
    issues: int
    """So many are to be filed in all."""
    done: Done = field(default_factory=Done)
    paces: dict[int, float] = field(default_factory=dict)

    def work(self, today: date, share: float) -> None:
        """A day. `share`: the part of the year that is over when it ends."""
        for moment, deed in self._deeds(today, share):
            with clock.travel(moment):
                deed()

    def _deeds(self, today: date, share: float) -> list[tuple[datetime, Callable[[], None]]]:
        chance = self.world.chance
        is_working = self.world.calendar.is_working(today)
        missing = max(0, round(self.issues * share) - len(self.paces))
        deeds: list[Callable[[], None]] = [self.file] * (missing if is_working else 0)
        for issue_id in self._waiting(today):
            pace = self.paces.get(issue_id, 0.3) * (1 if is_working else WEEKEND)
            if chance.random() < pace:
                deeds.append(lambda issue_id=issue_id: self.act_on(issue_id))
        chance.shuffle(deeds)
        minutes = sorted(chance.randint(OPENING, CLOSING) for _ in deeds)
        return [(_at(today, minute), deed) for minute, deed in zip(minutes, deeds, strict=True)]

    def _waiting(self, today: date) -> list[int]:
        """All that are open or not sent, and a few of those that were closed lately."""
        session, chance = self.world.session, self.world.chance
        session.rollback()
        open_ones = (*sorted(OPEN), IssueState.DRAFT, IssueState.TO_SIGN)
        found = list(session.scalars(select(Issue.id).where(Issue.state.in_(open_ones)).order_by(Issue.id)))
        since = _at(today, 0) - timedelta(days=40)
        closed = session.scalars(
            select(Issue.id).where(Issue.is_open.is_(False), Issue.closed_at > since).order_by(Issue.id)
        ).all()
        return found + chance.sample(closed, min(CLOSED_LOOKED_AT, len(closed)))

    # --- filing --------------------------------------------------------------------------------------------------

    def file(self) -> None:
        """Somebody files a difficulty; most are sent at once."""
        world, chance = self.world, self.world.chance
        sample, kind = chance.choice(world.samples), chance.random()
        person = world.officers[chance.choice(world.communes)]
        data: dict[str, object] = {
            "title": sample.title,
            "situation": sample.situation,
            "proposal": sample.proposal,
            "field_id": world.fields.get(sample.field) if kind > 0.03 else None,
            "category_id": world.categories.get(sample.category) if kind > 0.03 else None,
            "is_urgent": kind > 0.93,
            "urgent_reason": "Phải xong trong tuần." if kind > 0.93 else "",
        }
        if 0.1 < kind < 0.25:
            unit_id, person = chance.choice(sorted(world.groups.items()))
            data["unit_id"] = unit_id
            if kind > 0.13:
                data["commune_ids"] = chance.sample(world.communes, chance.randint(1, 6))
        self._filed(person, data)

    def _filed(self, person_id: int, data: dict[str, object]) -> None:
        made: list[int] = []

        def create() -> None:
            made.append(drafts.create_draft(self.world.session, self.world.actor(person_id), data).id)

        if not self.carry_out("create_draft", create):
            return
        (issue_id,) = made
        chance = self.world.chance
        (self.paces[issue_id],) = chance.choices([pace for _, pace in PACES], [share for share, _ in PACES])
        if chance.random() < SENT_AT_ONCE:
            self._take(issue_id, Act.SEND, person_id)

    # --- acting --------------------------------------------------------------------------------------------------

    def act_on(self, issue_id: int) -> None:
        """Somebody to whom something is offered takes it."""
        session, chance = self.world.session, self.world.chance
        session.rollback()
        session.expire_all()
        issue = session.get_one(Issue, issue_id)
        matter = matter_of(self.world, issue)
        offers = [
            (act, person)
            for person in candidates(self.world, issue, matter)
            for act in self._offered(person, matter)
        ]
        acts = sorted({act for act, _ in offers})
        if not acts:
            return
        (act,) = chance.choices(acts, [USUAL.get(act, UNUSUAL) for act in acts])
        person = chance.choice([who for offered, who in offers if offered is act])
        if may_see(session, self.world.actor(person), issue):
            self._take(issue_id, act, person)

    def _offered(self, person_id: int, matter: Matter) -> list[Act]:
        actor = self.world.actor(person_id)
        return [
            act
            for act in acts_offered(actor, matter)
            if (permission := BY_ACT[act].permission) is not None and actor.has(permission)
        ]

    def _take(self, issue_id: int, act: Act, person_id: int) -> None:
        world = self.world

        def take() -> None:
            issue = world.session.get_one(Issue, issue_id)
            data = data_for(world, issue, matter_of(world, issue), act, person_id)
            apply(world.session, world.actor(person_id), issue_id, act, data)

        self.carry_out(act.value, take)

    def carry_out(self, name: str, deed: Callable[[], object]) -> bool:
        """One deed in its transaction; whether it was taken. What is no refusal of the product is a crash."""
        try:
            with self.transaction():
                deed()
        except DomainError as error:
            self.done.refused[f"{name}: {type(error).__name__} {error.code}"] += 1
            return False
        except Exception:
            self.done.crashes.append(f"{name}: {traceback.format_exc(limit=-4)}")
            return False
        self.done.acts[name] += 1
        return True

    transaction: Callable[[], AbstractContextManager[None]] = transaction


def matter_of(world: World, issue: Issue) -> Matter:
    """The issue as the rules see it now."""
    session = world.session
    return matters.matter_of(
        session,
        issue,
        parties=matters.parties_of(session, issue),
        answer=matters.newest_answer(session, issue),
        switches=read_switches(session),
        calendar=world.calendar,
        today=clock.today(),
    )


def candidates(world: World, issue: Issue, matter: Matter) -> list[int]:
    """Everybody who could have something to do with the issue."""
    readers = (
        select(IssueAccess.unit_id).where(IssueAccess.issue_id == issue.id).order_by(IssueAccess.unit_id)
    )
    units = [issue.holder_id, issue.raised_by_id, *(party.unit_id for party in matter.parties)]
    units += world.session.scalars(readers).all()
    people = [key for unit in dict.fromkeys(units) for key in world.people_of(unit)]
    return list(dict.fromkeys([*people, *world.coordinators(), *world.of_province()]))


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), clock.LOCAL_ZONE)
