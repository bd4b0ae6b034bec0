"""A desk for tests of issues: people act one after another while the clock travels. Knows no rule.

Every act runs in a transaction of its own, as a page would open it. June 2026 has no day off beside weekends; 1 June
is a Monday.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tests.builders import Province
from tracker import clock
from tracker.accounts.actor import actor_of
from tracker.accounts.models import Account, Grant
from tracker.attachments.models import Attachment
from tracker.audit.models import AuditEntry
from tracker.db import Base, transaction
from tracker.deadlines import clocks
from tracker.deadlines.days import load_calendar
from tracker.directory.models import Unit
from tracker.directory.switches import set_switch
from tracker.errors import DomainError
from tracker.issues import answers, drafts, expiry, history, verify
from tracker.issues.models import Answer, Issue, IssueEvent, IssueFile, IssueParty
from tracker.issues.service import apply
from tracker.issues.workflow import Act, IssueState
from tracker.permissions import Actor, Role

E = TypeVar("E", bound=DomainError)
MONDAY = date(2026, 6, 1)
PDF = "application/pdf"


def june(day: int) -> date:
    """A date of the month in which most tests play."""
    return date(2026, 6, day)


NOTE: dict[str, object] = {
    "kind": "guidance",
    "content": "Áp dụng Điều 5 của nghị định.",
    "next_step": "Lập danh sách và gửi trước ngày 15.",
    "citations": [("Nghị định 118/2025/NĐ-CP", date(2027, 3, 1))],
}


@dataclass
class Desk:
    """The people of a small province, their issues, and the hour."""

    session: Session
    province: Province
    at: datetime = field(default_factory=lambda: local("2026-06-01 09:00"))
    files: int = 0

    # --- time and settings ---------------------------------------------------------------------------------------

    def go(self, when: str | date) -> None:
        """Travel to a local date (nine o'clock) or to "YYYY-MM-DD HH:MM"."""
        self.at = local(when if isinstance(when, str) else f"{when.isoformat()} 09:00")

    def travelled(self) -> AbstractContextManager[None]:
        """Within the block it is the desk's hour."""
        return clock.travel(self.at)

    @property
    def today(self) -> date:
        """The desk's local date."""
        return clock.local_date(self.at)

    def switch(self, **values: bool | int | str) -> None:
        """Set switches of the province."""
        with transaction():
            for name, value in values.items():
                set_switch(self.session, name, value)

    def grant(self, account: Account, role: Role, unit: Unit) -> None:
        """Give a role."""
        with transaction():
            self.session.add(
                Grant(account_id=account.id, unit_id=unit.id, role=role, valid_from=date(2025, 7, 1))
            )

    def leave(self, account: Account) -> None:
        """End all grants of a person as of yesterday."""
        with transaction():
            for row in self.session.scalars(select(Grant).where(Grant.account_id == account.id)):
                if row.valid_from < self.today:
                    row.valid_to = self.today - timedelta(days=1)
                else:
                    self.session.delete(row)

    def actor(self, account: Account) -> Actor:
        """The person as rules see him today."""
        return actor_of(self.session, account, self.today)

    # --- acting ----------------------------------------------------------------------------------------------------

    def do(self, who: Account | None, issue_id: int, act: Act, **data: object) -> Issue:
        """One act by one person (None: a job), in a transaction of its own."""
        with self.travelled(), transaction():
            person = self.actor(who) if who is not None else None
            return apply(self.session, person, issue_id, act, data)

    def refused(self, error: type[E], who: Account | None, issue_id: int, act: Act, **data: object) -> E:
        """The act is refused with this error, and nothing has changed."""
        before = self.snapshot()
        with pytest.raises(error) as caught:
            self.do(who, issue_id, act, **data)
        assert self.snapshot() == before
        return caught.value

    def draft(self, who: Account | None = None, **data: object) -> Issue:
        """A complete draft of the officer of commune A, or of somebody else."""
        plain = {
            "title": "Chưa có hướng dẫn phụ cấp",
            "situation": "Ba người chưa nhận phụ cấp tháng 5.",
            "proposal": "Đề nghị Sở hướng dẫn mức chi.",
            "field_id": self.province.field_staff.id,
            "category_id": self.province.category_guidance.id,
        }
        with self.travelled(), transaction():
            return drafts.create_draft(
                self.session, self.actor(who or self.province.officer_a), {**plain, **data}
            )

    def sent(self, who: Account | None = None, **data: object) -> int:
        """A sent issue; its key."""
        draft = self.draft(who, **data)
        return self.do(who or self.province.officer_a, draft.id, Act.SEND).id

    def on_behalf(self, *communes: Unit, who: Account | None = None, **data: object) -> int:
        """Filed by the member for communes A and B, or for those named."""
        place = communes or (self.province.commune_a, self.province.commune_b)
        return self.sent(who or self.province.member, commune_ids=[unit.id for unit in place], **data)

    def accepted(self, issue_id: int | None = None) -> int:
        """Accepted by the lead, without an owner."""
        issue_id = issue_id or self.sent()
        self.do(self.province.lead, issue_id, Act.ACCEPT)
        return issue_id

    def working(self, issue_id: int | None = None, owner: Account | None = None) -> int:
        """Assigned to the member."""
        issue_id = issue_id or self.sent()
        self.do(self.province.lead, issue_id, Act.ASSIGN, owner_id=(owner or self.province.member).id)
        return issue_id

    def to_approve(self, issue_id: int | None = None, **note: object) -> int:
        """The member has handed in a complete note."""
        issue_id = issue_id or self.working()
        self.do(self.province.member, issue_id, Act.SUBMIT_ANSWER, **{**NOTE, **note})
        return issue_id

    def answered(self, issue_id: int | None = None, **note: object) -> int:
        """The lead has approved the member's note."""
        issue_id = self.to_approve(issue_id, **note)
        self.do(self.province.lead, issue_id, Act.APPROVE)
        return issue_id

    def save(self, who: Account, issue_id: int, **data: object) -> Answer:
        """Keep the draft of an answer."""
        with self.travelled(), transaction():
            return answers.save_answer(self.session, self.actor(who), issue_id, {**NOTE, **data})

    def letter(self, issue_id: int, who: Account | None = None, **data: object) -> Issue:
        """Send the signed letter."""
        plain = {
            "kind": "guidance",
            "document_number": "123/SNV-XDCQ",
            "document_on": self.today,
            "signer": "Đặng Thị Giang",
        }
        given = {**plain, **data}
        given.setdefault("files", [self.file()])
        return self.do(who or self.province.member, issue_id, Act.SEND_DOCUMENT, **given)

    def jobs(self) -> int:
        """What falls due by itself today."""
        with self.travelled(), transaction():
            return expiry.run_due(self.session, self.today)

    def file(self, media_type: str = PDF, unit: Unit | None = None) -> Attachment:
        """The row of a stored file; its bytes concern nobody here."""
        self.files += 1
        row = Attachment(
            key=f"key-{self.files}",
            filename=f"tep-{self.files}.pdf",
            media_type=media_type,
            byte_size=1,
            sha256="0" * 64,
            unit_id=(unit or self.province.home_affairs).id,
            stored_by_id=self.province.member.id,
            stored_at=self.at,
        )
        with transaction():
            self.session.add(row)
        return row

    # --- looking ----------------------------------------------------------------------------------------------------

    def issue(self, issue_id: int) -> Issue:
        """The issue as it is stored."""
        self.session.rollback()
        return self.session.get_one(Issue, issue_id, populate_existing=True)

    def state(self, issue_id: int) -> IssueState:
        """Its state as it is stored."""
        return self.issue(issue_id).state

    def party(self, issue_id: int, unit: Unit) -> IssueParty:
        """A party as it is stored."""
        self.session.rollback()
        return self.session.scalars(
            select(IssueParty)
            .where(IssueParty.issue_id == issue_id, IssueParty.unit_id == unit.id)
            .options(joinedload(IssueParty.unit))
            .execution_options(populate_existing=True)
        ).one()

    def answer(self, issue_id: int) -> Answer:
        """The newest version of the answer."""
        self.session.rollback()
        return self.session.scalars(
            select(Answer)
            .where(Answer.issue_id == issue_id)
            .order_by(Answer.answer_version.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        ).one()

    def events(self, issue_id: int) -> list[IssueEvent]:
        """The history, oldest first."""
        self.session.rollback()
        return list(
            self.session.scalars(
                select(IssueEvent).where(IssueEvent.issue_id == issue_id).order_by(IssueEvent.seq)
            )
        )

    def kinds(self, issue_id: int) -> list[str]:
        """The kinds of the events, oldest first."""
        return [event.kind for event in self.events(issue_id)]

    def payload(self, issue_id: int, kind: str) -> dict[str, Any]:
        """What the last event of the kind holds."""
        return payload_of([event for event in self.events(issue_id) if event.kind == kind][-1])

    def stored_files(self, issue_id: int) -> list[IssueFile]:
        """The files of the issue."""
        self.session.rollback()
        return list(
            self.session.scalars(
                select(IssueFile).where(IssueFile.issue_id == issue_id).order_by(IssueFile.id)
            )
        )

    def timeline(self, issue_id: int) -> clocks.Timeline:
        """What the clocks say today."""
        self.session.rollback()
        facts = history.facts_of(self.session, issue_id)
        return clocks.timeline(facts, load_calendar(self.session), until=self.today)

    def verify(self) -> list[verify.Problem]:
        """What does not hold."""
        self.session.rollback()
        return verify.verify(self.session)

    def snapshot(self) -> dict[str, list[Mapping[str, object]]]:
        """Every row of every table that an act may write."""
        self.session.rollback()
        skipped = {AuditEntry.__tablename__}
        return {
            table.name: sorted(
                (dict(row) for row in self.session.execute(select(table)).mappings()), key=repr
            )
            for table in Base.metadata.sorted_tables
            if table.name.startswith(("issue", "answer", "citation", "number", "referral", "commitment"))
            and table.name not in skipped
        }


def payload_of(event: IssueEvent) -> dict[str, Any]:
    """The payload of an event as data."""
    read: dict[str, Any] = json.loads(event.payload)
    return read


def local(when: str) -> datetime:
    """A local time of Vietnam as an instant; without time nine o'clock."""
    text = when if " " in when else f"{when} 09:00"
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL_ZONE)
