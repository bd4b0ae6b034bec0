"""The leaders' page: what is open, late and old, and where. Each figure opens the list behind it.

Owns: what is shown and where it leads. Must not count: `reports.figures` does.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import cast

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.accounts.groups import fields_of_leader
from tracker.db import db
from tracker.deadlines.clocks import Lateness
from tracker.deadlines.days import load_calendar
from tracker.issues.commitment_lists import count_due
from tracker.issues.commitments import remind_until
from tracker.issues.directive_todo import count_owed
from tracker.issues.lists import IssueFilter
from tracker.issues.views.lists import age_words, list_href
from tracker.issues.views.wording import moment
from tracker.permissions import Actor, Permission
from tracker.reports.figures import AgeRow, FigureRow, Figures, leaders_figures
from tracker.text import format_number
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.labels import term
from tracker.web.pages import NavEntry, page

blueprint = Blueprint("reports", __name__)


class _Title:
    """What the page is called for this person: he sees the province, or what his units hold."""

    def __str__(self) -> str:
        return (
            _("Tình hình toàn tỉnh") if actor().has(Permission.SEE_ALL_ISSUES) else _("Tình hình của đơn vị")
        )


MAIN_PAGES = (NavEntry("reports.leaders", cast(str, _Title()), Permission.SEE_FIGURES, 40),)

_OPEN = IssueFilter(is_open=True)
_OLD_BAND = "21+"
_WORDS = (Lateness.DUE_SOON, Lateness.LATE, Lateness.LONG_LATE)
_IS_LATE = f"late={Lateness.LATE.value}"


@dataclass(frozen=True)
class FigureShown:
    """A number in words and the list behind it; without an address where the list would be empty."""

    value: str
    href: str


@dataclass(frozen=True)
class RowShown:
    """The figures of a department or a field."""

    name: str
    figures: list[FigureShown]


@dataclass(frozen=True)
class Tab:
    """A view of the page."""

    label: str
    href: str
    is_current: bool
    count: str | None = None


@dataclass(frozen=True)
class BarShown:
    """A bar of the ages."""

    label: str
    href: str
    value: str
    parts: list[tuple[float, float, str]]


@blueprint.get("/leaders")
@requires(Permission.SEE_FIGURES)
def leaders() -> Response:
    """The figures of the province today; who may not see all finds those of what his units hold."""
    me = actor()
    calendar, today = load_calendar(db.session), clock.today()
    units = None if me.has(Permission.SEE_ALL_ISSUES) else me.units_with(Permission.SEE_FIGURES)
    own_fields = frozenset(fields_of_leader(db.session, me.account_id)) if units is None else frozenset()
    is_mine = bool(own_fields) and request.args.get("fields") == "mine"
    found = leaders_figures(
        db.session, calendar, today, unit_ids=units, field_ids=own_fields if is_mine else None
    )
    behind = None if is_mine else _behind(units)
    return page(
        "reports/leaders.html",
        total=_figures(found.total, behind),
        departments=[
            _row(row, None if is_mine else replace(_OPEN, unit_id=row.key))
            for row in found.by_department
            if isinstance(row.key, int)
        ],
        fields=[
            _row(
                row, replace(behind or _OPEN, field=str(row.key)) if (behind or is_mine) and row.key else None
            )
            for row in found.by_field
        ],
        ages=_bars(found.by_age, behind),
        sees_all=units is None,
        at=moment(clock.now()),
        is_mine=is_mine,
        tabs=_tabs(is_mine) if own_fields else [],
        directives=_directives(me, today),
        may_coordinate=me.has(Permission.COORDINATE),
        promises_due=count_due(db.session, me, remind_until(today, calendar)),
    )


def _directives(me: Actor, today: date) -> dict[str, str | int]:
    """Dated directives still open, and how many of them are overdue, with the list behind them."""
    n, late = count_owed(db.session, me, today)
    of = "all" if me.has(Permission.SEE_ALL_ISSUES) else None
    return {"n": n, "late": format_number(late), "href": url_for("issues.directives_list", of=of)}


def _tabs(is_mine: bool) -> list[Tab]:
    """The whole province, and the fields of which the person is in charge or which he follows for a leader."""
    return [
        Tab(_("Toàn tỉnh"), url_for("reports.leaders"), not is_mine),
        Tab(_("Lĩnh vực tôi phụ trách"), url_for("reports.leaders", fields="mine"), is_mine),
    ]


def _behind(units: frozenset[int] | None) -> IssueFilter | None:
    """The list behind the sums; none for who has several units, whose rows open a list each."""
    if units is None:
        return _OPEN
    return replace(_OPEN, unit_id=next(iter(units))) if len(units) == 1 else None


def _row(row: FigureRow, filters: IssueFilter | None) -> RowShown:
    return RowShown(term(row) or _("Chưa xác định lĩnh vực"), _figures(row.figures, filters))


def _figures(figures: Figures, filters: IssueFilter | None) -> list[FigureShown]:
    """Open, due soon, late, long late."""
    numbers = (
        (figures.open, None),
        (figures.due_soon, Lateness.DUE_SOON),
        (figures.late, Lateness.LATE),
        (figures.long_late, Lateness.LONG_LATE),
    )
    hrefs = _lists_behind(filters)
    return [FigureShown(format_number(n), hrefs[word] if n and hrefs else "") for n, word in numbers]


def _lists_behind(filters: IssueFilter | None) -> dict[Lateness | None, str]:
    """The addresses of the lists behind a row of figures; none without a filter."""
    return _addresses(filters, request.script_root) if filters is not None else {}


@lru_cache(maxsize=500)
def _addresses(filters: IssueFilter, _script_root: str) -> dict[Lateness | None, str]:
    """Kept: they are the same for everybody. The first is made in full, the others differ by one word."""
    late = list_href(replace(filters, lateness=Lateness.LATE))
    hrefs: dict[Lateness | None, str] = {None: list_href(filters)}
    return hrefs | {word: late.replace(_IS_LATE, f"late={word.value}") for word in _WORDS}


def _bars(rows: list[AgeRow], behind: IssueFilter | None) -> list[BarShown]:
    most = max((row.n for row in rows), default=0) or 1
    return [
        BarShown(
            age_words(row.band),
            list_href(replace(behind, age=row.band)) if behind is not None and row.n else "",
            format_number(row.n),
            [(0.0, round(row.n * 100 / most, 1), "late" if row.band == _OLD_BAND else "")] if row.n else [],
        )
        for row in rows
    ]
