"""Tables of the matter: issues, parties, events, answers, files, reading rights, counts, number series.

Written by `issues.service.apply()` and the services of drafts and answers only. Must not hold a rule that is not a
CHECK or UNIQUE.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Account
from tracker.attachments.models import Attachment
from tracker.db import Base, UtcDateTime, enum_type
from tracker.deadlines.models import WorkKind
from tracker.directory.models import Category, Field, Unit
from tracker.issues.workflow import IssueState, Outcome


class ObstacleKind(StrEnum):
    """Whether the task cannot be done at all, or with difficulty."""

    BLOCKED = "blocked"
    DIFFICULT = "difficult"


class Channel(StrEnum):
    """How the difficulty came in."""

    WEB = "web"
    DISPATCH = "dispatch"
    PHONE = "phone"
    MEETING = "meeting"
    FIELD_VISIT = "field_visit"
    IMPORT = "import"


class PartyLeft(StrEnum):
    """Why a party is no longer one."""

    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class InfoState(StrEnum):
    """What a party owes while information is asked."""

    NONE = "none"
    ASKED = "asked"
    GIVEN = "given"


class Reply(StrEnum):
    """A party's word on the answer."""

    NONE = "none"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    CLARIFY = "clarify"
    DISPUTED = "disputed"


class Audience(StrEnum):
    """Who may read an event, a note or a file."""

    ALL = "all"
    DEPARTMENTS = "departments"


class AnswerKind(StrEnum):
    """What the answer is."""

    GUIDANCE = "guidance"
    DECISION = "decision"
    OWN_COMPETENCE = "own_competence"
    ROADMAP = "roadmap"
    REFUSAL = "refusal"


class AnswerForm(StrEnum):
    """A note inside the tracker, or a signed letter from the document system."""

    NOTE = "note"
    DOCUMENT = "document"


class AnswerStatus(StrEnum):
    """Where a version of an answer is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SENT = "sent"


class FilePurpose(StrEnum):
    """What a file is for."""

    EVIDENCE = "evidence"
    DISPATCH = "dispatch"
    SIGNED_DOCUMENT = "signed_document"


def _where(name: str, *columns: str, sqlite: TextClause, postgresql: TextClause) -> Index:
    return Index(name, *columns, sqlite_where=sqlite, postgresql_where=postgresql)


def _of_open(name: str, *columns: str) -> Index:
    """An index of open issues alone: closed ones are many and make nothing slower."""
    return _where(name, *columns, sqlite=text("is_open IS 1"), postgresql=text("is_open IS true"))


def _of_few(name: str, *columns: str, condition: TextClause) -> Index:
    """An index of the few rows for which this holds."""
    return _where(name, *columns, sqlite=condition, postgresql=condition)


_ASKED = text("extension_asked_days IS NOT NULL")
_ENDED = text("is_open IS 0")
_OPEN_SQL = "state NOT IN ('draft', 'to_sign', 'closed', 'merged')"


class Issue(Base):
    """One difficulty, from the draft to its end."""

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint("(number IS NULL) = (state IN ('draft', 'to_sign'))", name="number_when_sent"),
        CheckConstraint("(number IS NULL) = (number_key IS NULL)", name="number_and_key"),
        CheckConstraint(f"is_open = ({_OPEN_SQL})", name="open_as_state_says"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome_when_closed"),
        CheckConstraint(
            "state NOT IN ('working', 'with_authority', 'to_approve') OR owner_id IS NOT NULL",
            name="owner_when_worked",
        ),
        CheckConstraint(
            "state NOT IN ('draft', 'to_sign', 'submitted', 'accepted') OR owner_id IS NULL",
            name="no_owner_before",
        ),
        CheckConstraint("(holder_id IS NULL) = (state IN ('draft', 'to_sign'))", name="holder_when_sent"),
        CheckConstraint("(state = 'need_info') = (resume_state IS NOT NULL)", name="resume_state_when_asked"),
        CheckConstraint("NOT awaits_routing OR state IN ('submitted', 'need_info')", name="awaits_routing"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level"),
        _of_open("ix_issue_open", "id"),
        _of_open("ix_issue_open_due", "due_on", "id"),
        _of_open("ix_issue_open_holder", "holder_id", "id", "due_on", "field_id", "state", "level"),
        _of_open("ix_issue_open_owner", "owner_id", "id", "state", "due_on", "due_soon_on", "no_news_on"),
        _where(
            "ix_issue_ended_owner",
            "owner_id",
            "id",
            sqlite=text("is_open IS 0"),
            postgresql=text("is_open IS false"),
        ),
        _of_few("ix_issue_extension", "holder_id", "id", condition=_ASKED),
        Index("ix_issue_state", "state", "id"),
        Index("ix_issue_field", "field_id", "id"),
        Index("ix_issue_raised_by", "raised_by_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_key: Mapped[str] = mapped_column(String(32), unique=True)
    """Random name under which the draft is addressed; guessing it is hopeless."""
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    number_key: Mapped[int | None] = mapped_column(unique=True)
    """year × 1,000,000 + serial, gapless within the year."""
    state: Mapped[IssueState] = mapped_column(enum_type(IssueState), default=IssueState.DRAFT)
    is_open: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    is_closed_by_silence: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(250), default="")
    folded_title: Mapped[str] = mapped_column(String(300), default="")
    situation: Mapped[str] = mapped_column(Text, default="")
    proposal: Mapped[str] = mapped_column(Text, default="")
    obstacle_kind: Mapped[ObstacleKind] = mapped_column(
        enum_type(ObstacleKind), default=ObstacleKind.DIFFICULT
    )
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    urgent_reason: Mapped[str] = mapped_column(String(500), default="")
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.WEB)
    channel_reference: Mapped[str] = mapped_column(String(250), default="")
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    resume_state: Mapped[IssueState | None] = mapped_column(enum_type(IssueState, rule="resume_state"))
    work_kind: Mapped[WorkKind | None] = mapped_column(enum_type(WorkKind))
    awaits_routing: Mapped[bool] = mapped_column(default=False)
    is_routed: Mapped[bool] = mapped_column(default=False)
    """The coordinator has decided the holder: from then on transfers are his alone."""
    transfer_count: Mapped[int] = mapped_column(default=0)
    info_count: Mapped[int] = mapped_column(default=0)
    """How often information was asked: the second time a lead, the third a department leader."""
    extension_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """Granted in the running cycle; the other: working days that the owner asks for, until decided."""
    extension_asked_days: Mapped[int | None]
    is_disputed: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int] = mapped_column(default=0)
    zero_on: Mapped[date | None]
    due_soon_on: Mapped[date | None]
    due_on: Mapped[date | None]
    long_late_on: Mapped[date | None]
    last_news_on: Mapped[date | None]
    no_news_on: Mapped[date | None]
    next_alarm_on: Mapped[date | None]
    event_count: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every act that replaces text or owner."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    holder: Mapped[Unit | None] = relationship(foreign_keys=[holder_id], lazy="raise")
    raised_by: Mapped[Unit] = relationship(foreign_keys=[raised_by_id], lazy="raise")
    owner: Mapped[Account | None] = relationship(foreign_keys=[owner_id], lazy="raise")
    filed_by: Mapped[Account] = relationship(foreign_keys=[filed_by_id], lazy="raise")
    field: Mapped[Field | None] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")
    parties: Mapped[list["IssueParty"]] = relationship(
        back_populates="issue", lazy="raise", order_by="IssueParty.id"
    )


class IssueParty(Base):
    """A commune that has the difficulty; where none is named, the raising unit."""

    __tablename__ = "issue_party"
    __table_args__ = (
        UniqueConstraint("issue_id", "unit_id"),
        Index("ix_issue_party_unit", "unit_id", "issue_id"),
        _of_few("ix_issue_party_due", "reply_due_on", condition=text("reply = 'asked'")),
        _of_few("ix_issue_party_clarify", "issue_id", condition=text("reply = 'clarify'")),
        CheckConstraint("(reply = 'asked') = (reply_due_on IS NOT NULL)", name="reply_due_when_asked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    is_on_behalf: Mapped[bool] = mapped_column(default=False)
    correct_until: Mapped[date | None]
    """Last day on which a commune for which it was filed may correct the wording."""
    left: Mapped[PartyLeft | None] = mapped_column(enum_type(PartyLeft))
    info: Mapped[InfoState] = mapped_column(enum_type(InfoState), default=InfoState.NONE)
    reply: Mapped[Reply] = mapped_column(enum_type(Reply), default=Reply.NONE)
    reply_due_on: Mapped[date | None]
    is_solved: Mapped[bool] = mapped_column(default=False)
    clarify_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)

    issue: Mapped[Issue] = relationship(back_populates="parties", lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")


class IssueEvent(Base):
    """What happened: appended, never edited. The hashes of one issue's events form a chain."""

    __tablename__ = "issue_event"
    __table_args__ = (
        UniqueConstraint("issue_id", "seq"),
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_issue_event_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """NULL: the system itself."""
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    unit_name: Mapped[str] = mapped_column(String(200), default="")
    """The actor's unit as it was named then."""
    audience: Mapped[Audience] = mapped_column(enum_type(Audience), default=Audience.ALL)
    payload: Mapped[str] = mapped_column(Text)
    """Canonical JSON with its version under `v`; clock facts under `facts`."""
    payload_hash: Mapped[str] = mapped_column(String(64))
    chain_hash: Mapped[str] = mapped_column(String(64))


class Answer(Base):
    """A version of the answer."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("issue_id", "answer_version"),
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent_at"),
        Index(
            "uq_answer_open",
            "issue_id",
            unique=True,
            sqlite_where=text("status IN ('draft', 'submitted')"),
            postgresql_where=text("status IN ('draft', 'submitted')"),
        ),
        Index("ix_answer_number", "form", "document_number", "issue_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    answer_version: Mapped[int]
    status: Mapped[AnswerStatus] = mapped_column(enum_type(AnswerStatus), default=AnswerStatus.DRAFT)
    kind: Mapped[AnswerKind] = mapped_column(enum_type(AnswerKind), default=AnswerKind.GUIDANCE)
    form: Mapped[AnswerForm] = mapped_column(enum_type(AnswerForm), default=AnswerForm.NOTE)
    content: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    """What the commune does next; empty means nothing."""
    roadmap_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(String(80), default="")
    document_on: Mapped[date | None]
    signer: Mapped[str] = mapped_column(String(160), default="")
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    written_for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The absent person for whom a deputy wrote or submitted it."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime())
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    draft_version: Mapped[int] = mapped_column(default=1)

    citations: Mapped[list["Citation"]] = relationship(
        lazy="raise", order_by="Citation.id", cascade="all, delete-orphan"
    )


class Citation(Base):
    """A legal basis named by an answer, with the day on which it lapses where that is known."""

    __tablename__ = "citation"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    document: Mapped[str] = mapped_column(String(300))
    valid_until: Mapped[date | None]


class IssueFile(Base):
    """A file of an issue, served only by the issue's page under its rule."""

    __tablename__ = "issue_file"
    __table_args__ = (Index("ix_issue_file_issue", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("issue_event.id"))
    """The event that brought it; NULL for files of the draft."""
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    purpose: Mapped[FilePurpose] = mapped_column(enum_type(FilePurpose), default=FilePurpose.EVIDENCE)
    audience: Mapped[Audience] = mapped_column(enum_type(Audience), default=Audience.ALL)

    attachment: Mapped[Attachment] = relationship(lazy="raise")


class IssueAccess(Base):
    """A unit that may read an issue, and why (flags of `issues.access.Why`)."""

    __tablename__ = "issue_access"
    __table_args__ = (Index("ix_issue_access_open", "unit_id", "is_open", "issue_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True, index=True)
    why: Mapped[int]
    is_open: Mapped[bool]


class IssueCount(Base):
    """How many sent issues share these columns; kept by `apply()`, proven by `tracker verify`.

    No date is 9999-12-31, no outcome and no field are '' and 0: a key holds no NULL.
    """

    __tablename__ = "issue_count"
    __table_args__ = (CheckConstraint("n >= 0", name="n"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(24), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(24), primary_key=True)
    zero_on: Mapped[date] = mapped_column(primary_key=True)
    due_soon_on: Mapped[date] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    long_late_on: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class NumberSeries(Base):
    """The last serial given in a year."""

    __tablename__ = "number_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_serial: Mapped[int]
