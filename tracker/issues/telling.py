"""Who is told what when something happened to an issue.

Owns: the table event → kind of notice → who, and the rows of the outbox that follow from it, in the event's own
transaction. Must not know a text nor how a notice leaves. What is due or late is told by the ladder, not here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tracker.directory.models import UnitKind
from tracker.issues import interims
from tracker.issues.models import AnswerForm, Audience, InfoState, IssueEvent, IssueParty, PartyLeft, Reply
from tracker.issues.people import Holders
from tracker.issues.standing import GROUP_ROLES
from tracker.issues.step import Step
from tracker.issues.workflow import IssueState
from tracker.outbox.service import put_all
from tracker.permissions import Role

_S = IssueState


class To(StrEnum):
    """Who is told."""

    LEADS = "leads"
    """Who leads the holder's group; without one the department leader, without him the coordinator."""
    DIRECTORS = "directors"
    OWNER = "owner"
    OWNER_OR_LEADS = "owner_or_leads"
    OLD_OWNER = "old_owner"
    APPROVERS = "approvers"
    COORDINATORS = "coordinators"
    SIGNERS = "signers"
    FILER = "filer"
    PARTIES = "parties"
    """Every party that has not left."""
    ASKED_PARTIES = "asked_parties"
    REPLYING_PARTIES = "replying_parties"
    INFORMED_PARTIES = "informed_parties"
    """Parties that have agreed before and get the next answer for information."""
    DROPPED_PARTIES = "dropped_parties"
    NAMED_PARTIES = "named_parties"
    """Those for which somebody else filed."""
    CONSULTED = "consulted"
    """Who gives the opinions that the event is about: the person named for it, else who leads the asked unit."""


OF_PARTIES = frozenset(to for to in To if to.value.endswith("parties"))
"""Never told what is for departments alone."""

When = Callable[[Step], bool]


@dataclass(frozen=True)
class Telling:
    """A row of the table: this kind of notice to these people, when that holds after the act."""

    kind: str
    to: To
    when: When = lambda step: True


def _lands(*states: IssueState) -> When:
    return lambda step: step.issue.state in states


def _lands_routed(step: Step) -> bool:
    return step.issue.state is _S.SUBMITTED and not step.issue.awaits_routing


def _awaits_routing(step: Step) -> bool:
    return step.issue.awaits_routing


def _changes_hands(step: Step) -> bool:
    return step.issue.holder_id is not None and step.issue.holder_id != step.matter.holder_id


def _is_leads(step: Step) -> bool:
    """The first extension is the lead's to decide, a further one the department leader's."""
    return step.issue.extension_count == 0


def _is_directors(step: Step) -> bool:
    return not _is_leads(step)


_SENT = (
    Telling("to_sign", To.SIGNERS, _lands(_S.TO_SIGN)),
    Telling("new_matter", To.LEADS, _lands_routed),
    Telling("to_route", To.COORDINATORS, _awaits_routing),
    Telling("filed_for_you", To.NAMED_PARTIES, _lands(_S.SUBMITTED)),
)
_ANSWERED = (
    Telling("answered", To.REPLYING_PARTIES, _lands(_S.ANSWERED)),
    Telling("answered_for_information", To.INFORMED_PARTIES, _lands(_S.ANSWERED)),
    Telling("answer_sent", To.OWNER, _lands(_S.ANSWERED)),
)
_ENDED = (
    Telling("closed", To.PARTIES, _lands(_S.CLOSED)),
    Telling("closed", To.OWNER_OR_LEADS, _lands(_S.CLOSED)),
)
_ASKED_TO_APPROVE = (Telling("to_approve", To.APPROVERS, _lands(_S.TO_APPROVE)),)

_GIVEN = (Telling("assigned_interim", To.OWNER, interims.is_owed), Telling("assigned", To.OWNER))

TOLD: dict[str, tuple[Telling, ...]] = {
    "sent": _SENT,
    "signed": (*_SENT, Telling("signed", To.FILER)),
    "draft_returned": (Telling("draft_returned", To.FILER),),
    "assigned": _GIVEN,
    "reassigned": (*_GIVEN, Telling("taken_over", To.OLD_OWNER)),
    "transferred": (
        Telling("to_route", To.COORDINATORS, _awaits_routing),
        Telling("transferred_in", To.LEADS, _lands_routed),
        Telling("moved", To.PARTIES),
    ),
    "routed": (Telling("transferred_in", To.LEADS), Telling("moved", To.PARTIES)),
    "info_asked": (Telling("info_asked", To.ASKED_PARTIES),),
    "info_given": (Telling("info_given", To.OWNER_OR_LEADS),),
    "uninformed_closed": (Telling("dropped", To.DROPPED_PARTIES), *_ENDED),
    "withdrawn": (Telling("party_withdrew", To.OWNER_OR_LEADS), *_ENDED),
    "corrected": (Telling("corrected", To.OWNER_OR_LEADS),),
    "info_added": (Telling("info_added", To.OWNER_OR_LEADS),),
    "number_set": (Telling("number_set", To.PARTIES),),
    "closed_in_error": _ENDED,
    "news_given": (Telling("news", To.PARTIES),),
    "interim_given": (Telling("interim", To.PARTIES),),
    "answer_submitted": _ASKED_TO_APPROVE,
    "answer_returned": (Telling("answer_returned", To.OWNER),),
    "answer_approved": _ANSWERED,
    "document_sent": (*_ASKED_TO_APPROVE, *_ANSWERED),
    "confirmed": _ENDED,
    "reply_expired": _ENDED,
    "closed": _ENDED,
    "clarification_asked": (Telling("clarification_asked", To.OWNER_OR_LEADS),),
    "disputed": (Telling("disputed", To.LEADS), Telling("disputed", To.DIRECTORS)),
    "reopened": (Telling("reopened", To.LEADS),),
    "handed_over": (
        Telling("transferred_in", To.LEADS, _changes_hands),
        Telling("opinion_asked", To.CONSULTED),
    ),
    "extension_asked": (
        Telling("extension_asked", To.LEADS, _is_leads),
        Telling("extension_asked", To.DIRECTORS, _is_directors),
    ),
    "extended": (Telling("extended", To.OWNER), Telling("due_moved", To.PARTIES)),
    "extension_refused": (Telling("extension_refused", To.OWNER),),
    "calendar_changed": (Telling("due_moved", To.OWNER_OR_LEADS), Telling("due_moved", To.PARTIES)),
    "opinion_asked": (Telling("opinion_asked", To.CONSULTED),),
    "opinion_assigned": (Telling("opinion_asked", To.CONSULTED),),
    "opinion_given": (Telling("opinion_given", To.OWNER_OR_LEADS),),
    "opinion_expired": (Telling("opinion_expired", To.OWNER_OR_LEADS),),
    "opinion_cancelled": (Telling("opinion_cancelled", To.CONSULTED),),
    "referred": (Telling("referred", To.PARTIES), Telling("referred", To.OWNER)),
    "reply_received": (Telling("reply_received", To.PARTIES), Telling("reply_arrived", To.OWNER_OR_LEADS)),
    "referral_recalled": (
        Telling("referral_recalled", To.OWNER_OR_LEADS),
        Telling("referral_recalled", To.PARTIES),
    ),
    "commitment_kept": (Telling("commitment_kept", To.PARTIES),),
    "woken": (Telling("woken", To.LEADS), Telling("commitment_woken", To.PARTIES)),
}
"""Event → rows, the more pressing first: of several notices about one event a person gets the first."""


def tell(step: Step, event: IssueEvent, occasion: str = "") -> None:
    """Write the notices of an event that has just been appended; the issue has landed already.

    `occasion`: what is told once to each person, where that is not the event itself.
    """
    rows = [row for row in TOLD.get(event.kind, ()) if row.when(step)]
    if event.audience is Audience.DEPARTMENTS:
        rows = [row for row in rows if row.to not in OF_PARTIES]
    if not rows:
        return
    people = People(step, event.kind)
    known = {step.actor.account_id} if step.actor is not None else set()
    told: list[tuple[str, int, str]] = []
    for row in rows:
        for account_id in sorted(_FINDERS[row.to](people) - known):
            told.append((row.kind, account_id, f"{occasion or f'event:{event.id}'}:{account_id}"))
            known.add(account_id)
    put_all(step.session, told, issue_id=step.issue.id, event_id=event.id)


class People(Holders):
    """The people of the units of one issue today, their deputies beside them; one statement."""

    def __init__(self, step: Step, kind: str = "") -> None:
        self.step = step
        self.opinions = step.consulted.get(kind, [])
        units = {step.issue.holder_id, step.issue.raised_by_id}
        units |= {party.unit_id for party in step.parties} | {row.unit_id for row in self.opinions}
        super().__init__(step.session, units, step.today, step.switches.coordinating_unit_id)

    def leads(self) -> set[int]:
        return self.leads_of(self.step.issue.holder_id)

    def directors(self) -> set[int]:
        return self.directors_of(self.step.issue.holder_id)

    def owner(self, owner_id: int | None) -> set[int]:
        return self.owner_of(self.step.issue.holder_id, owner_id)

    def approvers(self) -> set[int]:
        """Who approves, without those who wrote it: leads for a note, else leaders; nobody left: coordinators."""
        issue, answer = self.step.issue, self.step.answer
        authors = {answer.written_by_id, answer.submitted_by_id, answer.written_for_id} if answer else set()
        is_note = answer is not None and answer.form is AnswerForm.NOTE
        leads_may = is_note and issue.level < 2 and not issue.is_disputed
        leads = self.of(issue.holder_id, Role.GROUP_LEAD) - authors if leads_may else set()
        directors = self.of(issue.holder_id, Role.DEPARTMENT_LEADER) - authors
        return leads or directors or self.coordinators()

    def signers(self) -> set[int]:
        return self.of(self.step.issue.raised_by_id, Role.COMMUNE_LEADER)

    def asked(self) -> set[int]:
        """Who is to give the opinions."""
        return {account for row in self.opinions for account in self.consulted(row.unit_id, row.assigned_id)}

    def parties(self, wanted: Callable[[IssueParty], bool]) -> set[int]:
        """The officers of communes, else their leaders; of another unit the filer, else its lead."""
        found = (self._of_party(party) for party in self.step.parties if wanted(party))
        return {account for accounts in found for account in accounts}

    def _of_party(self, party: IssueParty) -> set[int]:
        unit, filer = party.unit_id, self.step.issue.filed_by_id
        if party.unit.kind is UnitKind.COMMUNE:
            return self.of(unit, Role.COMMUNE_OFFICER) or self.of(unit, Role.COMMUNE_LEADER)
        own = self.of(unit, *GROUP_ROLES, Role.COORDINATOR, only=filer)
        return own or self.of(unit, Role.GROUP_LEAD) or self.of(unit, Role.DEPARTMENT_LEADER)


_FINDERS: dict[To, Callable[[People], set[int]]] = {
    To.LEADS: People.leads,
    To.DIRECTORS: People.directors,
    To.COORDINATORS: People.coordinators,
    To.SIGNERS: People.signers,
    To.APPROVERS: People.approvers,
    To.OWNER: lambda people: people.owner(people.step.issue.owner_id),
    To.OWNER_OR_LEADS: lambda people: people.owner(people.step.issue.owner_id) or people.leads(),
    To.OLD_OWNER: lambda people: people.owner(people.step.matter.owner_id),
    To.FILER: lambda people: {people.step.issue.filed_by_id},
    To.PARTIES: lambda people: people.parties(lambda party: party.left is None),
    To.ASKED_PARTIES: lambda people: people.parties(lambda party: party.info is InfoState.ASKED),
    To.REPLYING_PARTIES: lambda people: people.parties(lambda party: party.reply is Reply.ASKED),
    To.INFORMED_PARTIES: lambda people: people.parties(
        lambda party: party.left is None and party.reply is Reply.CONFIRMED
    ),
    To.DROPPED_PARTIES: lambda people: people.parties(lambda party: party.left is PartyLeft.DROPPED),
    To.NAMED_PARTIES: lambda people: people.parties(lambda party: party.is_on_behalf),
    To.CONSULTED: People.asked,
}
