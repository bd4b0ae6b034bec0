"""The page of one issue, finished for its template.

Owns: which facts are shown, in which words. Must not query beyond names, nor decide who may.
"""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker import clock
from tracker.accounts.models import Account
from tracker.db import db
from tracker.deadlines import clocks
from tracker.deadlines.facts import WaitsFor
from tracker.directory.models import UnitKind
from tracker.issues import answers
from tracker.issues.dossier import Dossier
from tracker.issues.models import (
    AnswerForm,
    AnswerStatus,
    Channel,
    InfoState,
    Issue,
    IssueParty,
    Reply,
)
from tracker.issues.rights import reads_as_department
from tracker.issues.views import wording
from tracker.issues.views.happened import FileShown, citation_words, file_shown
from tracker.issues.views.opinion_scene import waiting_words
from tracker.issues.views.wording import Chip
from tracker.issues.workflow import IssueState
from tracker.permissions import Actor
from tracker.text import format_date, mask_personal_data
from tracker.web.http import external_url
from tracker.web.i18n import gettext as _
from tracker.web.labels import label, term


@dataclass(frozen=True)
class PartyShown:
    """A commune of the issue and how it stands."""

    name: str
    status: str
    has_left: bool


@dataclass(frozen=True)
class DraftAnswerShown:
    """The answer that is being written or waits for approval; departments only."""

    version: int
    status: str
    kind: str
    form: str
    content: str
    next_step: str
    document: str
    roadmap_on: str
    citations: list[str]
    files: list[FileShown]


@dataclass(frozen=True)
class IssueView:
    """What the template shows."""

    issue: Issue
    number: str
    state: Chip
    due: Chip
    level: int
    level_text: str
    marks: list[tuple[str, str]]
    """Further badges: words and icon."""
    facts: list[tuple[str, str]]
    owner: Account | None
    parties: list[PartyShown]
    files: list[FileShown]
    message: str
    why_href: str
    unsettled: str
    """That the date may move with the calendar; '' where it is settled."""


def issue_view(me: Actor, found: Dossier) -> IssueView:
    """The issue as its page shows it."""
    issue = found.issue
    has_communes = any(party.unit.kind is UnitKind.COMMUNE for party in issue.parties)
    kind = issue.raised_by.commune_kind
    state = wording.state_chip(
        issue,
        is_by_silence=issue.is_closed_by_silence,
        commune_kind=kind.value if kind else None,
        has_communes=has_communes,
    )
    due = wording.due_chip(issue, found.today, found.calendar)
    return IssueView(
        issue=issue,
        number=issue.number or "",
        state=state,
        due=due,
        level=issue.level,
        level_text=wording.level_words(issue.level, issue.holder.name if issue.holder else ""),
        marks=_marks(found),
        facts=_facts(me, found),
        owner=issue.owner,
        parties=[_party(party) for party in issue.parties],
        files=[file_shown(issue, item) for item in found.files if item.event_id is None],
        message=_message(issue, state, due),
        why_href=url_for("issues.why", number=issue.number) if issue.number and found.life.cycles else "",
        unsettled=_unsettled(found),
    )


def _unsettled(found: Dossier) -> str:
    cycle = found.life.current
    if cycle is None or not cycle.is_running:
        return ""
    return wording.unsettled_words(found.calendar, cycle.from_on, cycle.due_on)


def _marks(found: Dossier) -> list[tuple[str, str]]:
    issue, marks = found.issue, []
    if issue.transfer_count:
        marks.append((_("Đã chuyển %(n)s lần", n=issue.transfer_count), "arrow-left-right"))
    answer = found.matter.answer
    if answer is not None and answer.is_sent and answer.lacks_number:
        marks.append((_("Chờ số văn bản"), "file-earmark-text"))
    waiting = waiting_words(found)
    if waiting:
        marks.append((waiting, "hourglass-split"))
    if len(issue.parties) > 1:
        marks.append((_("%(n)s địa phương", n=len(issue.parties)), "people"))
    return marks


def _interim_words(found: Dossier) -> str:
    """By when at least an interim answer is given; nothing once nobody waits for it."""
    row = found.interim
    if row is None or row.ended_on is not None:
        return ""
    late = clocks.days_late(row.due_on, found.today, found.calendar)
    if not late:
        return _day(row.due_on)
    return _("%(day)s (quá hạn %(days)s)", day=_day(row.due_on), days=wording.working_days(late))


def _desk_words(me: Actor, found: Dossier) -> str:
    """The deadline of the desk on which it lies; departments alone read it."""
    due_on = found.desk_due_on
    if due_on is None or not reads_as_department(db.session, me, found.issue):
        return ""
    late = clocks.days_late(due_on, found.today, found.calendar)
    if not late:
        return _day(due_on)
    return _("%(day)s (quá hạn nội bộ %(days)s)", day=_day(due_on), days=wording.working_days(late))


def _facts(me: Actor, found: Dossier) -> list[tuple[str, str]]:
    issue = found.issue
    sent_on = clock.local_date(issue.sent_at) if issue.sent_at else None
    return [
        (_("Đang ở") if issue.is_open else _("Cơ quan xử lý"), _holder_words(found)),
        (_("Hạn trả lời"), _day(issue.due_on)),
        (_("Hạn trả lời bước đầu"), _interim_words(found)),
        (_("Hạn nội bộ"), _desk_words(me, found)),
        (_("Ngày gửi"), _day(sent_on)),
        (_("Lĩnh vực"), term(issue.field) if issue.field else ""),
        (_("Nhóm vướng mắc"), term(issue.category) if issue.category else ""),
        (_("Mức độ vướng"), label(f"ObstacleKind.{issue.obstacle_kind.value}")),
        (_("Loại việc"), label(f"WorkKind.{issue.work_kind.value}") if issue.work_kind else ""),
        (_("Lý do cần gấp"), issue.urgent_reason if issue.is_urgent else ""),
        (_("Đơn vị gửi"), issue.raised_by.name),
        (
            _("Người gửi"),
            ", ".join(part for part in (issue.filed_by.full_name, issue.filed_by.position) if part),
        ),
        (_("Tiếp nhận qua"), _channel_words(issue)),
    ]


def _holder_words(found: Dossier) -> str:
    """Who has it, and for how many days without a break by others: the number of the bar of times."""
    holder = found.issue.holder
    if holder is None:
        return ""
    if not found.issue.is_open or not found.life.holdings:
        return holder.name
    days = 0
    for holding in reversed(found.life.holdings):
        if holding.unit != holder.id:
            break
        if holding.waits_for is not WaitsFor.NOBODY:  # while it was closed it lay with nobody
            days += holding.working_days
    return f"{holder.name} ({wording.working_days(days)})"


def _channel_words(issue: Issue) -> str:
    if issue.channel is Channel.WEB:
        return ""
    words = label(f"Channel.{issue.channel.value}")
    return f"{words}: {issue.channel_reference}" if issue.channel_reference else words


def _day(on: date | None) -> str:
    return format_date(on) if on else ""


def _party(party: IssueParty) -> PartyShown:
    return PartyShown(party.unit.name, _party_words(party), party.left is not None)


def _party_words(party: IssueParty) -> str:
    if party.left is not None:
        return label(f"PartyLeft.{party.left.value}")
    if party.reply is Reply.ASKED and party.reply_due_on is not None:
        return _("Chờ phản hồi đến hết ngày %(day)s", day=format_date(party.reply_due_on))
    if party.reply is Reply.CONFIRMED and party.is_solved:
        return _("Đã đồng ý, vướng mắc đã được giải quyết")
    if party.reply is not Reply.NONE:
        return label(f"Reply.{party.reply.value}")
    if party.info is not InfoState.NONE:
        return label(f"InfoState.{party.info.value}")
    if party.correct_until is not None and clock.today() <= party.correct_until:
        return _(
            "Được gửi thay, chỉnh nội dung được đến hết ngày %(day)s", day=format_date(party.correct_until)
        )
    return ""


def _message(issue: Issue, state: Chip, due: Chip) -> str:
    """Four lines for a chat group: number, matter, date, link; no personal data."""
    if issue.number is None:
        return ""
    when = state.text
    if issue.due_on is not None:
        when = _("Hạn trả lời: %(day)s", day=format_date(issue.due_on))
        when = f"{when} ({due.text})" if due.text else when
    link = external_url(url_for("issues.show", number=issue.number))
    return "\n".join((issue.number, mask_personal_data(issue.title), when, link))


def draft_answer_shown(me: Actor, found: Dossier) -> DraftAnswerShown | None:
    """The answer under way, for those who may read what departments write."""
    answer = found.answer
    is_under_way = answer is not None and answer.status is not AnswerStatus.SENT
    if answer is None or not is_under_way or not reads_as_department(db.session, me, found.issue):
        return None
    if found.issue.state not in (IssueState.WORKING, IssueState.TO_APPROVE) or not (
        answer.content or answer.form is AnswerForm.DOCUMENT
    ):
        return None
    document = (answer.document_number, _day(answer.document_on), answer.signer)
    return DraftAnswerShown(
        version=answer.answer_version,
        status=label(f"AnswerStatus.{answer.status.value}"),
        kind=label(f"AnswerKind.{answer.kind.value}"),
        form=label(f"AnswerForm.{answer.form.value}"),
        content=answer.content,
        next_step=answer.next_step,
        document=" · ".join(part for part in document if part),
        roadmap_on=_day(answer.roadmap_on),
        citations=[
            citation_words(row.document, _day(row.valid_until))
            for row in answers.citations_of(db.session, answer)
        ],
        files=[file_shown(found.issue, item) for item in found.files if item.answer_id == answer.id],
    )
