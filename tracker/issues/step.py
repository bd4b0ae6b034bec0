"""One act under way: what the acts read and what they leave for `service.apply()` to carry out.

Owns: `Step`. An act changes the issue and its parties through it; states, events, clocks, counts and reading rights
follow from what it holds and are apply()'s alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.actor import Actor
from tracker.attachments.models import Attachment
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import Fact, FactKind, WaitsFor
from tracker.directory.models import Unit
from tracker.directory.switches import Switches
from tracker.errors import Invalid, NotFound
from tracker.issues.history import Happening
from tracker.issues.models import Answer, Audience, FilePurpose, Issue, IssueParty, Reply
from tracker.issues.models_escalation import Duty
from tracker.issues.models_opinions import Opinion
from tracker.issues.policy import Matter, acting_for
from tracker.issues.rises import Descent, Reminding, Rise
from tracker.issues.standing import parties_spoken_for
from tracker.issues.workflow import Act, Outcome

NO_LONGER_OPEN_REPLIES = (Reply.CONFIRMED, Reply.EXPIRED)


@dataclass(frozen=True)
class RecordedFor:
    """Whose decision an assistant writes down, where and when he took it; told in the event."""

    leader: str
    source: str
    decided_on: date

    def as_payload(self) -> dict[str, str]:
        """As it stands in the event."""
        return {"leader": self.leader, "source": self.source, "decided_on": self.decided_on.isoformat()}


@dataclass
class Step:
    """An act on one locked issue. Everything below the line is what the act decides."""

    session: Session
    actor: Actor | None
    act: Act
    issue: Issue
    matter: Matter
    parties: Sequence[IssueParty]
    answer: Answer | None
    data: Mapping[str, object]
    now: datetime
    today: date
    switches: Switches
    calendar: WorkingCalendar

    payload: dict[str, Any] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    before: list[Happening] = field(default_factory=list)
    """Events that come before the act's own, such as the acceptance in "accept and assign"."""
    consulted: dict[str, list[Opinion]] = field(default_factory=dict)
    """The opinions that an event is about, by its kind: who was asked is told."""
    audience: Audience = Audience.ALL
    file_purpose: FilePurpose = FilePurpose.EVIDENCE
    file_audience: Audience | None = None
    """Who reads the files where that differs from who reads the event."""
    unit_id: int | None = None
    """The unit in whose name the actor acts; None: the one that fits best."""
    outcome: Outcome | None = None
    """Set: the issue closes with it."""
    is_by_silence: bool = False
    all_replied: bool = False
    wants_sign_off: bool = False
    is_second_check_on: bool = False
    cycle_days: int | None = None
    """Target of the cycle that opens when the issue leaves answered or closed."""
    level: int | None = None
    rise: Rise | None = None
    descent: Descent | None = None
    reminding: Reminding | None = None
    missed: list[Duty] = field(default_factory=list)
    """Duties that this act has found undone."""

    @property
    def account_id(self) -> int:
        """The acting person's key. Raises NotFound in a job, which acts for nobody."""
        if self.actor is None:
            raise NotFound
        return self.actor.account_id

    @property
    def acting_for(self) -> int | None:
        """The absent person whose rights the act needs; None where one's own are enough."""
        return acting_for(self.actor, self.act, self.matter) if self.actor is not None else None

    @property
    def decider_id(self) -> int:
        """Who decided: the leader for whom it is recorded, else the acting person. Raises NotFound in a job."""
        leader = self.acting_for if self.recorded_for is not None else None
        return leader if leader is not None else self.account_id

    @property
    def present(self) -> list[IssueParty]:
        """The parties that have not left."""
        return [party for party in self.parties if party.left is None]

    @property
    def files(self) -> list[Attachment]:
        """The stored files that came with the act."""
        value = self.data.get("files")
        return (
            [item for item in value if isinstance(item, Attachment)]
            if isinstance(value, list | tuple)
            else []
        )

    @property
    def recorded_for(self) -> RecordedFor | None:
        """Set where the act is recorded for a leader."""
        value = self.data.get("recorded_for")
        return value if isinstance(value, RecordedFor) else None

    def fact(
        self,
        kind: FactKind,
        *,
        on: date | None = None,
        unit: int | None = None,
        days: int | None = None,
        waits_for: WaitsFor | None = None,
    ) -> None:
        """Note a clock fact of today, to be written with the act's event."""
        self.facts.append(Fact(kind, on or self.today, 0, unit=unit, days=days, waits_for=waits_for))

    def spoken_party(self) -> IssueParty:
        """The party for which the person speaks. Raises NotFound when it is none of his, Invalid when unclear."""
        if self.actor is None:
            raise NotFound
        keys = {party.unit_id for party in parties_spoken_for(self.actor, self.matter, self.act)}
        wanted = self.data.get("party_id")
        if isinstance(wanted, int):
            keys &= {wanted}
        if not keys:
            raise NotFound
        if len(keys) > 1:
            raise Invalid("party_id", "party_unclear")
        party = self.party(keys.pop())
        self.unit_id = party.unit_id
        self.payload["party"] = party.unit_id
        self.payload["party_name"] = party.unit.name
        return party

    def party(self, unit_id: int) -> IssueParty:
        """The party of that unit. Raises NotFound."""
        for party in self.parties:
            if party.unit_id == unit_id:
                return party
        raise NotFound

    def unit_name(self, unit_id: int | None) -> str:
        """The unit's name as it is today."""
        unit = self.session.get(Unit, unit_id) if unit_id else None
        return unit.name if unit else ""

    @property
    def is_owner_active(self) -> bool:
        """Whether the owner still belongs to the holder's group."""
        return self.matter.is_owner_active
