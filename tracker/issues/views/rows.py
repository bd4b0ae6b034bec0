"""An issue as a row of a list, finished for the template.

Owns: what a row shows. Must not query: rows come from `issues.queries`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

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
    frame = _Frame(
        url_for("issues.index"),
        url_for("issues.draft", draft_key="x").removesuffix("x"),
        today,
        calendar,
        tuple(columns),
        language(),
    )
    names = fields or {}
    return [
        _view(
            row,
            names.get(row.field_id or 0, ""),
            frame,
            is_new=looked_at is not None and row.changed_at > looked_at,
            has_box=me is not None and may_pick(me, row),
        )
        for row in rows
    ]


class _Frame(NamedTuple):
    """What all rows of a page share, and what their texts depend on."""

    issues: str
    drafts: str
    today: date
    calendar: WorkingCalendar
    columns: tuple[str, ...]
    language: str


@lru_cache(maxsize=1_000)
def _view(row: IssueRow, field_name: str, frame: _Frame, *, is_new: bool, has_box: bool) -> RowView:
    """Kept: the newest rows are on many pages, and all that their texts depend on is asked for here."""
    words = _words(frame.columns, frame.language)
    return RowView(
        href=f"{frame.issues}/{row.number}" if row.number else f"{frame.drafts}{row.draft_key}",
        number=row.number or "",
        title=row.title or words.untitled,
        state=wording.state_badge(wording.state_chip(row, has_communes=row.is_of_communes)),
        due=wording.due_badge(wording.due_chip(row, frame.today, frame.calendar)),
        level=wording.level_badge(row.level, wording.level_words(row.level)),
        meta=words.meta(row, field_name),
        is_new=is_new,
        is_urgent=row.is_urgent,
        pick=pick_value(row) if has_box else "",
    )


@lru_cache(maxsize=50)
def _words(columns: tuple[str, ...], _language: str) -> "_Words":
    return _Words(columns)


class _Words:
    """The words of the rows in the language of the moment, and the parts that these columns show of each."""

    def __init__(self, columns: Collection[str]) -> None:
        self.untitled = _("(chưa có tiêu đề)")
        self._at = _("Đang ở: %s")
        self._owner = _("Xử lý chính: %s")
        self._communes = _("%(first)s và %(n)s địa phương khác")
        self._transferred = _("Đã chuyển %s lần")
        self._field = _("Lĩnh vực: %s")
        self._raised_by = _("Đơn vị gửi: %s")
        self._zero = _("Ngày bắt đầu: %s")
        self._due = _("Hạn trả lời: %s")
        self._changed = _("Cập nhật: %s")
        parts: dict[str, Callable[[IssueRow, str], str]] = {
            "place": lambda row, _name: self._place(row),
            "holder": lambda row, _name: self._at % row.holder_name if row.holder_name else "",
            "owner": lambda row, _name: self._owner % row.owner_name if row.owner_name else "",
            "transfers": lambda row, _name: (
                self._transferred % row.transfer_count if row.transfer_count > 1 else ""
            ),
            "field": lambda _row, name: self._field % name if name else "",
            "raised_by": lambda row, _name: self._raised_by % row.raised_by_name,
            "zero_on": lambda row, _name: self._zero % format_date(row.zero_on) if row.zero_on else "",
            "due_on": lambda row, _name: self._due % format_date(row.due_on) if row.due_on else "",
            "changed_at": lambda row, _name: self._changed % local_time(row.changed_at),
        }
        self._parts = [part for code, part in parts.items() if code in columns]

    def meta(self, row: IssueRow, field_name: str) -> tuple[str, ...]:
        """What the chosen columns tell of this row."""
        return tuple(text for part in self._parts if (text := part(row, field_name)))

    def _place(self, row: IssueRow) -> str:
        whose = row.first_party_name or row.raised_by_name
        if row.party_count > 1:
            return self._communes % {"first": whose, "n": row.party_count - 1}
        return whose
