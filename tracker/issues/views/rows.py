"""An issue as a row of a list, finished for the template.

Owns: what a row shows. Must not query: rows come from `issues.queries`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from markupsafe import Markup

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.lists import IssueRow
from tracker.issues.views import wording
from tracker.web.i18n import gettext as _


@dataclass(frozen=True)
class RowView:
    """One row: texts and finished badges."""

    href: str
    number: str
    title: str
    state: Markup
    due: Markup
    level: Markup
    meta: tuple[str, ...]
    is_new: bool
    is_urgent: bool


def row_views(
    rows: Iterable[IssueRow], *, today: date, calendar: WorkingCalendar, looked_at: datetime | None = None
) -> list[RowView]:
    """The rows as shown. `looked_at`: what changed later is marked as new."""
    badges = wording.Badges()
    issues = url_for("issues.index")
    drafts = url_for("issues.draft", draft_key="x").removesuffix("x")
    words = _Words()
    return [
        RowView(
            href=f"{issues}/{row.number}" if row.number else f"{drafts}{row.draft_key}",
            number=row.number or "",
            title=row.title or words.untitled,
            state=badges.state(wording.state_chip(row, has_communes=row.is_of_communes)),
            due=badges.due(wording.due_chip(row, today, calendar)),
            level=badges.level(row.level, wording.level_words(row.level)),
            meta=words.meta(row),
            is_new=looked_at is not None and row.changed_at > looked_at,
            is_urgent=row.is_urgent,
        )
        for row in rows
    ]


class _Words:
    """The words of the rows, looked up once per page."""

    def __init__(self) -> None:
        self.untitled = _("(chưa có tiêu đề)")
        self.at = _("Đang ở: %s")
        self.owner = _("Xử lý chính: %s")
        self.communes = _("%(first)s và %(n)s địa phương khác")
        self.transferred = _("Đã chuyển %s lần")

    def meta(self, row: IssueRow) -> tuple[str, ...]:
        """Who raised it, where it lies, who works on it."""
        whose = row.first_party_name or row.raised_by_name
        if row.party_count > 1:
            whose = self.communes % {"first": whose, "n": row.party_count - 1}
        texts = [whose]
        if row.holder_name:
            texts.append(self.at % row.holder_name)
        if row.owner_name:
            texts.append(self.owner % row.owner_name)
        if row.transfer_count > 1:
            texts.append(self.transferred % row.transfer_count)
        return tuple(texts)
