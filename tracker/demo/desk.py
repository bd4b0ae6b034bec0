"""One sample difficulty under way: its acts, each through the real service, by the person whose act it is.

Owns: who of the cast takes an act, and the data and papers that come with it. Must not decide when, nor write a row.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.models import Account
from tracker.attachments import service as attachments
from tracker.attachments.models import Attachment
from tracker.attachments.storage import Storage
from tracker.deadlines.models import WorkKind
from tracker.demo import papers
from tracker.demo.cast import Cast, Group
from tracker.demo.sample import Sample
from tracker.demo.timing import Dates, Pace
from tracker.directory.models import Unit
from tracker.issues import answers, drafts, recording
from tracker.issues.models import AnswerKind, FilePurpose, Issue, IssueParty
from tracker.issues.models_directives import DirectiveSource
from tracker.issues.models_referrals import Referral
from tracker.issues.recording import Origin
from tracker.issues.service import apply
from tracker.issues.workflow import Act

ROADMAP_DAYS = 60


@dataclass(frozen=True)
class World:
    """What every story needs: session, files, people, days, and the keys of fields and categories by code."""

    session: Session
    storage: Storage
    cast: Cast
    dates: Dates
    fields: dict[str, int]
    categories: dict[str, int]


class Desk:
    """The acts of one difficulty. Every method is one act at the moment to which the clock has travelled."""

    def __init__(self, world: World, sample: Sample) -> None:
        self.world = world
        self.sample = sample
        self.pace = Pace(world.dates, f"33 {sample.key}")
        self.issue_id = 0
        self.promised_on: date | None = None
        """The date of its roadmap where that is not the usual one."""
        self.communes = [world.cast.communes[name] for name in sample.communes]

    # --- who -------------------------------------------------------------------------------------------------

    @property
    def issue(self) -> Issue:
        """The row as it is now."""
        return self.world.session.get_one(Issue, self.issue_id)

    @property
    def group(self) -> Group:
        """The group of the present holder."""
        return self.world.cast.group_of(self.issue.holder_id)

    @property
    def lead(self) -> Account:
        """The head of the holder's group, or now and then his deputy."""
        return self.group.leads[self.issue_id % 3 == 0]

    @property
    def owner(self) -> Account:
        """The owner."""
        return self.world.session.get_one(Account, self.issue.owner_id)

    @property
    def competent(self) -> Group:
        """The group of the department that the file names."""
        return self.world.cast.group_named(self.sample.department)

    def officer(self, commune: Unit) -> Account:
        """Who files and answers for the commune."""
        return self.world.cast.officers[commune.id]

    def act(self, person: Account, act: Act, **data: object) -> None:
        """One act of one person."""
        apply(self.world.session, self.world.cast.actor(person), self.issue_id, act, data)

    # --- filing ----------------------------------------------------------------------------------------------

    def draft(self, person: Account, unit: Unit, *, on_behalf: bool = False) -> None:
        """Begin the draft; a letter of the commune that the text names is uploaded with it."""
        sample, world = self.sample, self.world
        data: dict[str, object] = {
            "title": sample.title,
            "situation": sample.situation,
            "proposal": sample.proposal,
            "obstacle_kind": sample.obstacle_kind,
            "field_id": world.fields.get(sample.field),
            "category_id": world.categories.get(sample.category),
            "is_urgent": bool(sample.urgent_reason),
            "urgent_reason": sample.urgent_reason,
            "channel": sample.channel,
            "channel_reference": sample.dispatch,
            "unit_id": unit.id,
        }
        if on_behalf:
            data["commune_ids"] = [commune.id for commune in self.communes]
        actor = world.cast.actor(person)
        issue = drafts.create_draft(world.session, actor, data)
        self.issue_id = issue.id
        if sample.dispatch:
            lines = [f"UBND {unit.name}", sample.dispatch, f"V/v: {sample.title}", "", sample.situation]
            stored = self.paper("Công văn của địa phương.pdf", papers.letter(lines), person, unit)
            drafts.attach(world.session, actor, issue.draft_key, [stored], FilePurpose.DISPATCH)

    def attach_photograph(self, person: Account, unit: Unit) -> None:
        """Add a picture to the draft."""
        stored = self.paper("Ảnh hiện trạng (minh họa).jpg", papers.photograph(), person, unit)
        actor = self.world.cast.actor(person)
        drafts.attach(self.world.session, actor, self.issue.draft_key, [stored])

    def paper(self, name: str, content: bytes, person: Account, unit: Unit) -> Attachment:
        """Store a file that the person brings."""
        return attachments.put(
            self.world.session,
            self.world.storage,
            name=name,
            stream=io.BytesIO(content),
            unit_id=unit.id,
            account_id=person.id,
        )

    # --- the lead's desk ---------------------------------------------------------------------------------------

    def assign(self, owner: Account | None = None, work_kind: WorkKind | None = None) -> None:
        """Accept and assign in one click, to the member in whose area the first commune lies."""
        member = owner or self.group.areas[self.communes[0].id]
        self.act(self.lead, Act.ASSIGN, owner_id=member.id, work_kind=work_kind)

    def transfer(self, group: Group, reason: str) -> None:
        """To another department."""
        self.act(self.lead, Act.TRANSFER, unit_id=group.unit.id, reason=reason)

    # --- answering -------------------------------------------------------------------------------------------

    def answer_data(self, **changes: object) -> dict[str, object]:
        """The answer of the file, or with changes."""
        sample = self.sample
        kind = sample.answer_kind or AnswerKind.GUIDANCE
        is_plan = (changes.get("kind") or kind) is AnswerKind.ROADMAP
        return {
            "kind": kind,
            "content": sample.answer,
            "next_step": sample.next_step,
            "citations": [(name, None) for name in sample.legal_basis],
            "roadmap_on": self._promise() if is_plan else None,
        } | changes

    def _promise(self) -> date:
        return self.promised_on or clock.today() + timedelta(days=ROADMAP_DAYS)

    # --- above -----------------------------------------------------------------------------------------------

    def refer(self, *, joins: bool = False, is_lead: bool = False) -> None:
        """Up to whom the file names, by the department's leader; or by the head of the group with his consent."""
        sample, leader = self.sample, self.group.directors[0]
        data: dict[str, object] = {
            "addressee": sample.referred_kind,
            "name": sample.referred_to,
            "document_number": sample.referral_number,
            "document_on": clock.today() if sample.referral_number else None,
            "session_on": clock.today() + timedelta(days=ROADMAP_DAYS)
            if sample.referred_kind in ("peoples_council", "party_committee")
            else None,
        }
        if joins:
            data["referral_id"] = self._document()
        if is_lead:
            data |= {"has_consent": True, "consent_by": leader.full_name, "consent_on": clock.today()}
        self.act(self.lead if is_lead else leader, Act.REFER, **data)

    def _document(self) -> int | None:
        found = select(Referral.id).where(
            Referral.unit_id == self.issue.holder_id,
            Referral.addressee == self.sample.referred_kind,
            Referral.open_count > 0,
        )
        return self.world.session.scalar(found.limit(1))

    def submit(self, **changes: object) -> None:
        """The owner saves his note and hands it in."""
        data = self.answer_data(**changes)
        answers.save_answer(self.world.session, self.world.cast.actor(self.owner), self.issue_id, data)
        self.act(self.owner, Act.SUBMIT_ANSWER, **data)

    def approve(self) -> None:
        """The head of the group approves, or the department's leader where the rules want him."""
        must_rise = self.issue.is_disputed or self.issue.level > 1
        self.act(self.group.directors[0] if must_rise else self.lead, Act.APPROVE)

    def return_as_the_leader_said(self, remark: str) -> None:
        """The assistant of the department's leader writes down that the answer goes back; his word is awaited."""
        group = self.group
        origin = Origin(group.directors[0].id, DirectiveSource.PHONE, clock.today())
        assistant = self.world.cast.actor(self.world.cast.assistants[group.unit.sign])
        data = {"remark": remark}
        recording.record_act(self.world.session, assistant, self.issue_id, Act.RETURN_ANSWER, origin, data)

    def send_letter(self, signed_on: date, *, number: str | None = None, **changes: object) -> None:
        """The signed letter goes out, with the scan; `number` "" follows later."""
        sample, group = self.sample, self.group
        number = sample.document_number if number is None else number
        signer = group.directors["Phó" in sample.signer_position]
        data = self.answer_data(**changes)
        lines = [
            group.unit.name.upper(),
            f"Số: {number or 'chờ số văn bản'}",
            f"Ngày {signed_on:%d/%m/%Y}",
            f"Kính gửi: {', '.join('UBND ' + self.called(commune) for commune in self.communes)}",
            "",
            str(data["content"]),
            "",
            f"{signer.position}: {signer.full_name}",
        ]
        name = f"Văn bản trả lời {number.replace('/', '_')}".strip() + ".pdf"
        stored = self.paper(name, papers.letter(lines), self.owner, group.unit)
        self.act(
            self.owner,
            Act.SEND_DOCUMENT,
            **data,
            document_number=number,
            document_on=min(signed_on, clock.today()),
            signer=f"{signer.full_name}, {signer.position}"[:160],
            files=[stored],
        )

    @staticmethod
    def called(commune: Unit) -> str:
        """The name within a sentence: "xã Đông Hưng"."""
        return commune.name[0].lower() + commune.name[1:]

    # --- the communes ------------------------------------------------------------------------------------------

    def confirm(self, commune: Unit, *, is_solved: bool) -> None:
        """The commune agrees with the answer."""
        self.act(self.officer(commune), Act.CONFIRM, party_id=commune.id, is_solved=is_solved)

    def confirm_by_phone(self, commune: Unit, note: str) -> None:
        """The owner records what the commune said on the phone."""
        spoken_by = self.officer(commune).full_name
        self.act(self.owner, Act.CONFIRM, party_id=commune.id, by_phone=True, spoken_by=spoken_by, note=note)

    def is_asked(self, commune: Unit) -> bool:
        """Whether the commune's word on an answer is waited for."""
        reply = self.world.session.scalar(
            select(IssueParty.reply).where(
                IssueParty.issue_id == self.issue_id, IssueParty.unit_id == commune.id
            )
        )
        return reply is not None and reply.value == "asked"
