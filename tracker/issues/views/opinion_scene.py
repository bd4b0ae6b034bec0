"""Opinions as the pages of one issue show them, and what the forms about them offer.

Owns: words, dates and choices. Only who reads the issue as a department gets here: `Dossier.opinions` is empty for
communes. Must not decide who may.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from tracker import clock
from tracker.db import db
from tracker.issues import choices, opinion_rules
from tracker.issues.dossier import Dossier
from tracker.issues.forms.fields import Choice
from tracker.issues.matter import Question
from tracker.issues.models_opinions import Opinion, OpinionState
from tracker.issues.opinion_rules import in_any_guise
from tracker.issues.views import wording
from tracker.issues.views.happened import FileShown, file_shown
from tracker.permissions import Actor
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.labels import label

_QUESTION_LENGTH = 120
_ICONS = {
    OpinionState.ASKED: "hourglass-split",
    OpinionState.ANSWERED: "check2",
    OpinionState.EXPIRED: "exclamation-triangle",
    OpinionState.CANCELLED: "x-lg",
}


@dataclass(frozen=True)
class OpinionShown:
    """One question to one department and what came of it."""

    unit: str
    question: str
    asked: str
    due: str
    state: str
    icon: str
    assigned: str
    content: str
    answered: str
    is_late: bool
    """It came after its date."""
    files: list[FileShown]


@dataclass(frozen=True)
class OpinionsShown:
    """The panel: its heading, what was asked, the files that went with the questions."""

    heading: str
    rows: list[OpinionShown]
    files: list[FileShown]


def opinions_shown(found: Dossier) -> OpinionsShown | None:
    """What departments see of it; None where nobody was asked, or for communes."""
    if not found.opinions:
        return None
    asked_in = {row.asked_event_id for row in found.opinions}
    return OpinionsShown(
        heading=waiting_words(found) or _("Ý kiến tham gia của các sở, ngành"),
        rows=[_shown(found, row) for row in found.opinions],
        files=_files(found, asked_in),
    )


def waiting_words(found: Dossier) -> str:
    """ "Đang lấy ý kiến 3 sở, ngành"; nothing where no reply is awaited."""
    n = sum(row.state is OpinionState.ASKED for row in found.opinions)
    return _("Đang lấy ý kiến %(n)s sở, ngành", n=n) if n else ""


def _shown(found: Dossier, row: Opinion) -> OpinionShown:
    return OpinionShown(
        unit=row.unit.name,
        question=row.question,
        asked=_("%(name)s hỏi lúc %(at)s", name=row.asked_by.full_name, at=wording.moment(row.asked_at)),
        due=_("Hạn: %(day)s", day=format_date(row.due_on)),
        state=_state(row),
        icon=_ICONS[row.state],
        assigned=_("Người tham gia ý kiến: %(name)s", name=row.assigned.full_name) if row.assigned else "",
        content=row.content,
        answered=f"{row.answered_by.full_name} · {wording.moment(row.answered_at)}"
        if row.answered_by and row.answered_at
        else "",
        is_late=row.is_late,
        files=_files(found, {row.given_event_id}),
    )


def _state(row: Opinion) -> str:
    if row.state is OpinionState.ASKED and row.due_on < clock.today():
        return label("OpinionState.expired")
    return label(f"OpinionState.{row.state.value}")


def _files(found: Dossier, events: set[int | None]) -> list[FileShown]:
    return [
        file_shown(found.issue, item)
        for item in found.files
        if item.event_id is not None and item.event_id in events
    ]


def lists_of(
    me: Actor, found: Dossier, other_holders: Callable[[], Sequence[Choice]]
) -> dict[str, Callable[[], Sequence[Choice]]]:
    """What the forms about opinions offer to choose from."""
    rules = found.matter

    @cache
    def rows() -> dict[int, Opinion]:
        return {row.id: row for row in found.opinions}

    def chosen(questions: Sequence[Question]) -> list[Choice]:
        """A single question is not chosen but read: it stands there in full."""
        known = [rows()[each.id] for each in questions if each.id in rows()]
        return [(row.id, _words(row, is_short=len(known) > 1)) for row in known]

    def consultable() -> list[Choice]:
        waiting = {each.unit_id for each in opinion_rules.to_cancel(rules)}
        return [pair for pair in other_holders() if pair[0] not in waiting]

    def people() -> list[Choice]:
        units = [each.unit_id for each in in_any_guise(opinion_rules.to_assign, me, rules)]
        return list(choices.people_of_units(db.session, units, found.today))

    return {
        "consultable": consultable,
        "own_questions": lambda: chosen(in_any_guise(opinion_rules.to_give, me, rules)),
        "questions_to_assign": lambda: chosen(in_any_guise(opinion_rules.to_assign, me, rules)),
        "open_questions": lambda: chosen(opinion_rules.to_cancel(rules)),
        "consulted_people": people,
    }


def _words(row: Opinion, *, is_short: bool) -> str:
    question = row.question
    if is_short and len(question) > _QUESTION_LENGTH:
        question = f"{question[:_QUESTION_LENGTH].rstrip()}…"
    words = _(
        "%(unit)s, hạn %(day)s: %(question)s",
        unit=row.unit.name,
        day=format_date(row.due_on),
        question=question,
    )
    return " ".join(words.split())
