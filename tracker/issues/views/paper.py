"""One issue on paper: the page to print and the sheet in Word, with everything that this reader may see of it.

Owns: what stands on the sheet and in which order. Must not decide who may see what: both come from the same reading as
the page of the issue.
"""

import io
from urllib.parse import quote

from flask import send_file
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.directory.models import Unit, UnitKind
from tracker.directory.queries import province_unit
from tracker.issues import queries
from tracker.issues.dossier import Dossier
from tracker.issues.queries import EVENTS_PER_PAGE, EventView
from tracker.issues.views import scene
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.happened import EventShown, events_shown, newest_answer
from tracker.issues.views.issue_view import IssueView, draft_answer_shown, issue_view
from tracker.issues.views.opinion_scene import OpinionShown, opinions_shown
from tracker.issues.views.paper_words import Line, lines_of
from tracker.issues.views.show import bar_of
from tracker.issues.views.stages_shown import stages_shown
from tracker.issues.views.why_words import cycles_shown, row_words
from tracker.paper import labels
from tracker.paper.content import MEDIA_TYPE, Block, End, Facts, Head, Heading, Items, Paper, Table, Text
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.pages import local_time, page

MOST_EVENTS = 300
"""More are left to the history on the screen; the paper says so."""
_ABOVE = (UnitKind.DEPARTMENT, UnitKind.OFFICE)


@blueprint.get("/issues/<number>/print")
@requires(Permission.SEE_ISSUES)
def print_issue(number: str) -> Response:
    """Everything of one issue on one page, the history from its beginning, the reason of the date unfolded."""
    me = actor()
    found = scene.open_issue(me, number, with_history=True)
    events, is_cut = _events(me, found)
    return page(
        "issues/print.html",
        view=issue_view(me, found),
        answer=newest_answer(events, found.issue, found.answer),
        draft_answer=draft_answer_shown(me, found),
        opinions=opinions_shown(found),
        bar=bar_of(me, found),
        stages=stages_shown(me, found),
        cycles=cycles_shown(found),
        events=events[::-1],
        most=MOST_EVENTS if is_cut else None,
        printed=_("%(name)s in lúc %(at)s", name=me.display_name, at=local_time(clock.now())),
    )


@blueprint.get("/issues/<number>/word")
@requires(Permission.SEE_ISSUES)
def word(number: str) -> Response:
    """The sheet of one issue as a Word file."""
    from tracker.paper.writing import write_docx  # its library is large and seldom needed

    me = actor()
    found = scene.open_issue(me, number, with_history=True)
    target = io.BytesIO()
    write_docx(target, _sheet(me, found))
    target.seek(0)
    response = send_file(target, mimetype=MEDIA_TYPE, etag=False, max_age=0)
    plain = f"phieu-theo-doi-{found.issue.number}.docx"
    full = f"{_('Phiếu theo dõi')} {found.issue.number}.docx"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full)}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _events(me: Actor, found: Dossier) -> tuple[list[EventShown], bool]:
    """What the reader may see of the history, newest first, and whether older ones are left out."""
    views: list[EventView] = list(found.events)
    while len(views) <= MOST_EVENTS and views and views[-1].seq > 1:
        older = queries.events_of(
            db.session, me, found.issue, before_seq=views[-1].seq, limit=EVENTS_PER_PAGE
        )
        if not older:
            break
        views += older
    return events_shown(views[:MOST_EVENTS], found.issue), len(views) > MOST_EVENTS


def _sheet(me: Actor, found: Dossier) -> Paper:
    view = issue_view(me, found)
    events, is_cut = _events(me, found)
    answer = newest_answer(events, found.issue, found.answer)
    blocks: list[Block] = [Heading(_("I. Thông tin chính")), Facts(_facts(view))]
    if found.switches.is_demo:
        blocks.insert(0, Text(_("Nội dung minh họa, không phải văn bản chỉ đạo."), is_soft=True))
    blocks += _matter(view)
    blocks += _answer(answer)
    blocks += _draft(me, found)
    blocks += _opinions(found)
    blocks += _reasons(found)
    blocks += _places(me, found)
    blocks += _stages(me, found)
    blocks += _history(events[::-1], is_cut=is_cut)
    return Paper(
        head=_head(me, found),
        kind=_("Phiếu theo dõi"),
        title=_("Xử lý khó khăn, vướng mắc"),
        under_title=_("(Số %(number)s)", number=view.number),
        blocks=blocks,
        end=End((), (_("Người lập phiếu"),), me.display_name),
    )


def _head(me: Actor, found: Dossier) -> Head:
    """The unit by which the reader has to do with the matter issues the sheet."""
    issue, today = found.issue, clock.today()
    near = [issue.holder_id, issue.raised_by_id, *(party.unit_id for party in issue.parties)]
    own = sorted(me.unit_ids, key=lambda key: (near.index(key) if key in near else len(near), key))
    unit, province = db.session.get_one(Unit, own[0]), province_unit(db.session)
    above = province.name if province is not None else ""
    if unit.kind is UnitKind.COMMUNE:
        return Head("", labels.committee_of(unit.name), labels.place_of(unit.name), today)
    return Head(above if unit.kind in _ABOVE else "", unit.name, labels.place_of(above), today)


def _facts(view: IssueView) -> list[tuple[str, str]]:
    issue, owner = view.issue, view.owner
    parts = (owner.full_name, owner.position, owner.phone) if owner is not None else ()
    parties = (f"{party.name}: {party.status}" if party.status else party.name for party in view.parties)
    return [
        (_("Tiêu đề"), issue.title),
        (
            _("Trạng thái"),
            "; ".join(text for text in (view.state.text, view.due.text, view.level_text) if text),
        ),
        (_("Xử lý chính"), ", ".join(part for part in parts if part)),
        *view.facts,
        (_("Lưu ý"), "; ".join(words for words, _icon in view.marks)),
        (_("Đơn vị gặp vướng mắc"), "\n".join(parties)),
    ]


def _matter(view: IssueView) -> list[Block]:
    issue = view.issue
    blocks: list[Block] = [Heading(_("II. Nội dung"))]
    if issue.situation:
        blocks.append(Text(issue.situation, words=_("Đang vướng gì")))
    if issue.proposal:
        blocks.append(Text(issue.proposal, words=_("Đề xuất")))
    if not issue.situation and not issue.proposal:
        blocks.append(Text(_("Nội dung trong công văn kèm theo.")))
    if view.files:
        blocks.append(Items([f"{item.name} ({item.purpose}, {item.size})" for item in view.files]))
    return blocks


def _answer(answer: EventShown | None) -> list[Block]:
    blocks: list[Block] = [Heading(_("III. Trả lời"))]
    if answer is None:
        return [*blocks, Text(_("Chưa có trả lời."))]
    blocks += _texts(lines_of("issues/_answer_said.html", answer=answer))
    if answer.files:
        blocks.append(Items([f"{item.name} ({item.purpose}, {item.size})" for item in answer.files]))
    blocks.append(Text(f"{answer.by} · {answer.at}", is_soft=True))
    return blocks


def _draft(me: Actor, found: Dossier) -> list[Block]:
    """Departments see the answer that is being written, on paper as on the screen."""
    draft = draft_answer_shown(me, found)
    if draft is None:
        return []
    lines = lines_of("issues/_draft_answer.html", draft_answer=draft)
    return [Heading(_("Dự thảo trả lời (chỉ các sở, ngành xem được)"), level=2), *_texts(lines)]


def _opinions(found: Dossier) -> list[Block]:
    """What other departments were asked and said; communes have none."""
    shown = opinions_shown(found)
    if shown is None:
        return []
    heads = (_("Cơ quan được lấy ý kiến"), _("Nội dung hỏi"), _("Ý kiến tham gia"))
    rows = [(row.unit, f"{row.question}\n{row.due}", _said(row)) for row in shown.rows]
    title = _("Lấy ý kiến (chỉ các sở, ngành xem được)")
    blocks: list[Block] = [Heading(title, level=2), Table(heads, (40, 55, 70), rows)]
    if shown.files:
        blocks.append(Items([f"{item.name} ({item.size})" for item in shown.files]))
    return blocks


def _said(row: OpinionShown) -> str:
    late = _("Ý kiến gửi muộn") if row.is_late else ""
    files = ", ".join(item.name for item in row.files)
    return "\n".join(part for part in (row.state, late, row.content, files, row.answered) if part)


def _reasons(found: Dossier) -> list[Block]:
    blocks: list[Block] = [Heading(_("IV. Thời hạn và lý do"))]
    heads = (_("Ngày"), _("Ngày thứ"), _("Tính hay không"))
    for cycle in cycles_shown(found):
        first, *rest = lines_of("issues/_why.html", item=cycle)
        rows = [row_words(run) for run in cycle["runs"]]
        blocks += [Heading(first.text, level=2), *_texts(rest), Table(heads, (60, 25, 80), rows)]
    if len(blocks) == 1:
        blocks.append(Text(_("Chưa có thời hạn trả lời.")))
    return blocks


def _places(me: Actor, found: Dossier) -> list[Block]:
    bar = bar_of(me, found)
    if bar is None:
        return []
    rows = [(part.name, part.days_text) for part in bar.segments]
    heads = (_("Đơn vị"), _("Thời gian"))
    return [Heading(_("Thời gian tại từng đơn vị"), level=2), Table(heads, (115, 50), rows)]


def _stages(me: Actor, found: Dossier) -> list[Block]:
    """Departments read who had it for what, on paper as on the screen."""
    rows = [
        (stage.what, stage.who, stage.days, stage.took, stage.late or "–")
        for stage in stages_shown(me, found)
    ]
    heads = (
        _("Bước"),
        _("Đơn vị, người xử lý"),
        _("Từ ngày – đến ngày"),
        _("Thời gian"),
        _("Quá hạn"),
    )
    if not rows:
        return []
    return [Heading(_("Thời gian xử lý"), level=2), Table(heads, (30, 45, 35, 25, 30), rows)]


def _history(events: list[EventShown], *, is_cut: bool) -> list[Block]:
    heads = (_("Thời gian"), _("Nội dung xử lý"), _("Người, đơn vị thực hiện"))
    blocks: list[Block] = [Heading(_("V. Lịch sử xử lý"))]
    if is_cut:
        blocks.append(Text(_("Chỉ có %(n)s sự kiện gần nhất.", n=MOST_EVENTS), is_soft=True))
    rows = [(event.at, _told(event), _who(event)) for event in events]
    return [*blocks, Table(heads, (30, 95, 40), rows, bold_column=1)]


def _told(event: EventShown) -> str:
    """What the event's template says, without who and when: these have columns of their own."""
    lines = lines_of(event.template, e=event)
    by = next((line for line in lines if line.css == "event-by"), None)
    return "\n".join(f"- {line.text}" if line.tag == "li" else line.text for line in lines if line is not by)


def _who(event: EventShown) -> str:
    if not event.acting_for:
        return event.by
    return f"{event.by} ({_('thay %(name)s', name=event.acting_for)})"


def _texts(lines: list[Line]) -> list[Block]:
    return [Items([line.text]) if line.tag == "li" else Text(line.text) for line in lines]
