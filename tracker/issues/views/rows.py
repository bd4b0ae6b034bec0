"""An issue as a row of a list, finished for the template.

Owns: what a row shows. Must not query: rows come from `issues.queries`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from flask import current_app, url_for
from markupsafe import Markup

from tracker.deadlines.calendar import WorkingCalendar
from tracker.issues.bulk import may_pick, pick_value
from tracker.issues.lists import IssueRow
from tracker.issues.saved import DEFAULT_COLUMNS
from tracker.issues.views import wording
from tracker.permissions import Actor
from tracker.text import format_date
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language
from tracker.web.pages import local_time


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
    pick: str = ""
    """What the box of the row sends; '' for a row without one."""
    found: Markup | str = ""
    """Around what a search has found in the texts; '' where nothing is searched."""


def row_html(view: RowView) -> Markup:
    """The row as the page shows it."""
    return _drawn(view, language())


@lru_cache(maxsize=500)
def _drawn(view: RowView, _language: str) -> Markup:
    """Kept: everything that is drawn stands in the view, and the newest rows are on many pages."""
    module: Any = current_app.jinja_env.get_template("issues/_row.html").module
    return cast(Markup, module.row(view))


def issue_href(number: str | None, draft_key: str) -> str:
    """The page of an issue, or of a draft, which has no number yet."""
    return url_for("issues.show", number=number) if number else url_for("issues.draft", draft_key=draft_key)


def row_views(
    rows: Iterable[IssueRow],
    *,
    today: date,
    calendar: WorkingCalendar,
    looked_at: datetime | None = None,
    columns: Collection[str] = DEFAULT_COLUMNS,
    fields: Mapping[int, str] | None = None,
    me: Actor | None = None,
) -> list[RowView]:
    """The rows as shown. `looked_at`: what changed later is marked as new.

    `columns`: what a row tells beside number, title and state; `fields`: the names for the column of fields;
    `me`: rows on this person's desk get a box.
    """
    badges = wording.Badges()
    issues = url_for("issues.index")
    drafts = url_for("issues.draft", draft_key="x").removesuffix("x")
    words = _Words(columns, fields or {})
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
            pick=pick_value(row) if me is not None and may_pick(me, row) else "",
        )
        for row in rows
    ]


class _Words:
    """The words of the rows, looked up once per page, and the parts that this page shows of each."""

    def __init__(self, columns: Collection[str], fields: Mapping[int, str]) -> None:
        self.untitled = _("(chưa có tiêu đề)")
        self._fields = fields
        self._at = _("Đang ở: %s")
        self._owner = _("Xử lý chính: %s")
        self._communes = _("%(first)s và %(n)s địa phương khác")
        self._transferred = _("Đã chuyển %s lần")
        self._field = _("Lĩnh vực: %s")
        self._raised_by = _("Đơn vị gửi: %s")
        self._zero = _("Ngày bắt đầu: %s")
        self._due = _("Hạn trả lời: %s")
        self._changed = _("Cập nhật: %s")
        parts: dict[str, Callable[[IssueRow], str]] = {
            "place": self._place,
            "holder": lambda row: self._at % row.holder_name if row.holder_name else "",
            "owner": lambda row: self._owner % row.owner_name if row.owner_name else "",
            "transfers": lambda row: self._transferred % row.transfer_count if row.transfer_count > 1 else "",
            "field": self._of_field,
            "raised_by": lambda row: self._raised_by % row.raised_by_name,
            "zero_on": lambda row: self._zero % format_date(row.zero_on) if row.zero_on else "",
            "due_on": lambda row: self._due % format_date(row.due_on) if row.due_on else "",
            "changed_at": lambda row: self._changed % local_time(row.changed_at),
        }
        self._parts = [part for code, part in parts.items() if code in columns]

    def meta(self, row: IssueRow) -> tuple[str, ...]:
        """What the chosen columns tell of this row."""
        return tuple(text for part in self._parts if (text := part(row)))

    def _place(self, row: IssueRow) -> str:
        whose = row.first_party_name or row.raised_by_name
        if row.party_count > 1:
            return self._communes % {"first": whose, "n": row.party_count - 1}
        return whose

    def _of_field(self, row: IssueRow) -> str:
        name = self._fields.get(row.field_id or 0, "")
        return self._field % name if name else ""
