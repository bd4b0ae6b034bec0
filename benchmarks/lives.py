"""Lives of made-up issues as rows of the product's tables: events with their chain, dates from the clocks.

Owns: what an issue of the measurement looks like. Must not touch the database.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import Fact, FactKind, WaitsFor
from tracker.demo.sample import Sample
from tracker.issues import counts, history
from tracker.issues.access import Why
from tracker.issues.models import Audience
from tracker.issues.numbers import YEAR_FACTOR
from tracker.text import fold

FIRST_DAY = date(2025, 7, 21)
TARGET_DAYS = 7
OPEN_SHARE = 0.03
RARE_EVERY = 10_000
COMMON_EVERY = 50
RARE_PHRASE = "cầu phao Triều Dương"
COMMON_PHRASE = "trạm bơm dã chiến"


@dataclass(frozen=True)
class Person:
    """Who acts, with the name of his unit."""

    id: int
    name: str
    unit_id: int
    unit_name: str


@dataclass
class World:
    """Who and what the issues are made of."""

    samples: list[Sample]
    calendar: WorkingCalendar
    officers: list[Person]
    members: dict[int, list[Person]]
    """Department → its group."""
    holders: dict[str, int]
    """Field's code → the department that answers for it."""
    fields: dict[str, int]
    categories: dict[str, int]
    chance: random.Random = field(default_factory=lambda: random.Random(7))


@dataclass
class _Event:
    """What the hash of an event runs over, with what the table holds beside it."""

    issue_id: int
    seq: int
    kind: str
    at: datetime
    actor_id: int
    actor_name: str
    unit_name: str
    payload: str
    payload_hash: str
    acting_for_id: None = None
    audience: Audience = Audience.ALL
    chain_hash: str = ""


@dataclass
class Life:
    """One issue as rows."""

    issue: dict[str, Any]
    party: dict[str, Any]
    access: list[dict[str, Any]]
    events: list[dict[str, Any]]
    answer: dict[str, Any] | None
    count_key: counts.CountKey


def moments(size: int, until: date, chance: random.Random) -> list[datetime]:
    """When the issues were sent: in office hours from the first day to the day before `until`, in order."""
    span = (until - FIRST_DAY).days
    starts = (
        datetime.combine(
            FIRST_DAY + timedelta(days=chance.randrange(span)),
            time(chance.randrange(8, 17), chance.randrange(60), chance.randrange(60)),
            clock.LOCAL_ZONE,
        )
        for _ in range(size)
    )
    return sorted(starts)


def is_open(order: int, size: int, chance: random.Random, share: float = OPEN_SHARE) -> bool:
    """Most open issues are the newest; some old ones are left. `share`: how many of all are open."""
    is_new = order >= size * (1 - share * 2 / 3)
    return is_new or chance.random() < share / 3


def life(world: World, key: int, serial: int, sent_at: datetime, *, still_open: bool, today: date) -> Life:
    """The issue with the key, its three events and everything that follows from them."""
    return _Teller(world, key, serial, sent_at, today).tell(still_open=still_open)


class _Teller:
    def __init__(self, world: World, key: int, serial: int, sent_at: datetime, today: date) -> None:
        chance = world.chance
        self.world, self.key, self.today = world, key, today
        self.sent_at, self.at = sent_at, sent_at
        self.sample = world.samples[chance.randrange(len(world.samples))]
        self.filer = chance.choice(world.officers)
        self.holder_id = world.holders[self.sample.field]
        self.owner = chance.choice(world.members[self.holder_id])
        year = sent_at.date().year
        self.number = f"VM-{year}-{serial:06d}"
        self.number_key = year * YEAR_FACTOR + serial
        self.title = f"{self.sample.title} ({self.filer.unit_name})"[:250]
        self.situation = f"{self.sample.situation}\n\nHồ sơ số {key}.{self._phrase()}"
        self.events: list[_Event] = []
        self.facts: list[Fact] = []

    def _phrase(self) -> str:
        rare = f" Tuyến đường đi qua {RARE_PHRASE}." if self.key % RARE_EVERY == RARE_EVERY // 20 else ""
        return rare + (f" Xã đang dùng {COMMON_PHRASE}." if self.key % COMMON_EVERY == 0 else "")

    def tell(self, *, still_open: bool) -> Life:
        zero = self.world.calendar.day_zero(clock.local(self.sent_at), None)
        texts = {"title": self.title, "situation": self.situation, "proposal": self.sample.proposal}
        self._happen(
            "sent",
            self.filer,
            {"number": self.number, "holder": self.owner.unit_name, "communes": [self.filer.unit_name],
             "state": "submitted", **texts},
            [Fact(FactKind.SENT, zero, 0, unit=self.holder_id, days=TARGET_DAYS)],
        )  # fmt: skip
        state = self._work_on() if still_open else self._end()
        return self._rows(state)

    def _work_on(self) -> str:
        """Two more events of work; the last issues are just in."""
        chance = self.world.chance
        self._later(chance.randint(1, 40))
        self._happen(
            "assigned",
            self.owner,
            {"owner": self.owner.name, "owner_id": self.owner.id, "state": "working"},
            [Fact(FactKind.TARGET_SET, self._day(), 0, days=TARGET_DAYS)],
        )
        self._later(chance.randint(1, 40))
        text = "Đã gửi văn bản lấy ý kiến cơ quan liên quan."
        self._happen("news_given", self.owner, {"text": text}, [Fact(FactKind.NEWS, self._day(), 0)])
        return "working"

    def _end(self) -> str:
        """Answered, then confirmed."""
        chance, content = self.world.chance, self.sample.answer or "Thực hiện theo hướng dẫn đã ban hành."
        self._later(chance.randint(20, 220))
        self._happen(
            "answer_approved",
            self.owner,
            {"answer_id": self.key, "answer_version": 1, "kind": "guidance", "form": "note", "document_number": "",
             "document_on": "", "signer": "", "roadmap_on": "", "content": content, "next_step": "",
             "reply_due_on": self._day().isoformat(), "citations": [], "state": "answered"},
            [Fact(FactKind.ANSWERED, self._day(), 0, waits_for=WaitsFor.CONFIRMATION)],
        )  # fmt: skip
        self.answered_at, self.content = self.at, content
        self._later(chance.randint(2, 48))
        self._happen(
            "confirmed",
            self.filer,
            {"party": self.filer.unit_id, "party_name": self.filer.unit_name, "is_solved": True, "note": "",
             "state": "closed", "outcome": "solved", "by_silence": False},
            [Fact(FactKind.CLOSED, self._day(), 0)],
        )  # fmt: skip
        return "closed"

    def _later(self, hours: int) -> None:
        """Some hours later, but before today."""
        latest = datetime.combine(self.today, time(), clock.LOCAL_ZONE) - timedelta(minutes=1)
        self.at = max(self.at, min(self.at + timedelta(hours=hours), latest))

    def _day(self) -> date:
        return self.at.astimezone(clock.LOCAL_ZONE).date()

    def _happen(self, kind: str, who: Person, payload: dict[str, Any], facts: list[Fact]) -> None:
        written = [
            {"kind": fact.kind.value, "on": fact.on.isoformat()}
            | {name: getattr(fact, name) for name in ("unit", "days") if getattr(fact, name) is not None}
            | ({"waits_for": fact.waits_for.value} if fact.waits_for else {})
            for fact in facts
        ]
        text = history.canonical({"v": history.PAYLOAD_VERSION, **payload, "facts": written})
        seq = len(self.events) + 1
        event = _Event(
            self.key, seq, kind, self.at.astimezone(UTC),
            who.id, who.name, who.unit_name, text, history.digest(text),
        )  # fmt: skip
        previous = self.events[-1].chain_hash if self.events else ""
        event.chain_hash = history.chain_hash(previous, event)  # type: ignore[arg-type]
        self.events.append(event)
        self.facts += [Fact(**{**vars(fact), "seq": seq}) for fact in facts]

    def _rows(self, state: str) -> Life:
        still_open = state != "closed"
        zero = self.facts[0].on
        dates = {"due_soon_on": None, "due_on": None, "long_late_on": None, "last_news_on": None,
                 "no_news_on": None, "next_alarm_on": None}  # fmt: skip
        if still_open:
            found = clocks.timeline(self.facts, self.world.calendar, until=self._day()).dates
            dates = {name: getattr(found, name) for name in dates}
        field_id = self.world.fields[self.sample.field]
        issue = {
            "id": self.key, "draft_key": f"bench-{self.key}", "number": self.number, "number_key": self.number_key,
            "state": state, "is_open": still_open, "outcome": None if still_open else "solved",
            "is_closed_by_silence": False, "title": self.title, "folded_title": fold(self.title)[:300],
            "situation": self.situation, "proposal": self.sample.proposal, "obstacle_kind": "difficult",
            "field_id": field_id, "category_id": self.world.categories[self.sample.category],
            "is_urgent": self.key % 40 == 0, "urgent_reason": "", "raised_by_id": self.filer.unit_id,
            "filed_by_id": self.filer.id, "channel": "web", "channel_reference": "", "holder_id": self.holder_id,
            "owner_id": self.owner.id, "resume_state": None, "work_kind": "one_department",
            "awaits_routing": False, "is_routed": False, "transfer_count": 0, "info_count": 0,
            "is_disputed": False, "level": 0, "zero_on": zero, **dates, "event_count": len(self.events),
            "head_hash": self.events[-1].chain_hash, "version": 3, "created_at": self.sent_at,
            "changed_at": self.at, "sent_at": self.sent_at, "closed_at": None if still_open else self.at,
        }  # fmt: skip
        party = {
            "issue_id": self.key, "unit_id": self.filer.unit_id, "is_on_behalf": False, "correct_until": None,
            "left": None, "info": "none", "reply": "none" if still_open else "confirmed", "reply_due_on": None,
            "is_solved": not still_open, "clarify_count": 0, "reopen_count": 0,
        }  # fmt: skip
        why = ((self.filer.unit_id, Why.PARTY | Why.RAISED), (self.holder_id, Why.HOLDS))
        access = [
            {"unit_id": unit_id, "issue_id": self.key, "why": int(flags), "is_open": still_open}
            for unit_id, flags in why
        ]
        none = counts.NO_DATE
        key = counts.CountKey(
            self.holder_id, field_id, state, issue["outcome"] or "",
            zero if still_open else none, dates["due_soon_on"] or none, dates["due_on"] or none,
            dates["long_late_on"] or none,
        )  # fmt: skip
        return Life(issue, party, access, [vars(event) for event in self.events], self._answer(state), key)

    def _answer(self, state: str) -> dict[str, Any] | None:
        if state != "closed":
            return None
        return {
            "id": self.key, "issue_id": self.key, "answer_version": 1, "status": "sent", "kind": "guidance",
            "form": "note", "content": self.content, "next_step": "", "roadmap_on": None, "document_number": "",
            "document_on": None, "signer": "", "written_by_id": self.owner.id, "submitted_by_id": self.owner.id,
            "approved_by_id": self.owner.id, "saved_at": self.answered_at, "sent_at": self.answered_at,
            "draft_version": 1,
        }  # fmt: skip
