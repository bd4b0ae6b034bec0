"""The coordinator's page of what rises next: before the morning comes, and what trial mode only listed.

Owns: the page. Changes nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.issues.models import Issue
from tracker.issues.rising import DAYS_OF_WEEK, MOST_LOOKED_AT, monday_of, rising_on, withheld_in_week
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.trial_words import trial_words
from tracker.permissions import Permission
from tracker.text import format_date
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.labels import label
from tracker.web.pages import page

FIRST_WEEK = date(2025, 1, 6)
"""No province works with the tracker before it."""


@dataclass(frozen=True)
class RisingShown:
    """An issue that rises, or would have risen, as the page shows it."""

    href: str
    number: str
    title: str
    holder: str
    rule: str
    is_withheld: bool


@blueprint.get("/rising")
@requires(Permission.COORDINATE)
def rising() -> Response:
    """What rises on the next working day, were nothing done until then."""
    on = load_calendar(db.session).next_working(clock.today() + timedelta(days=1))
    found, is_cut = rising_on(db.session, actor(), on)
    levels: dict[int, list[RisingShown]] = {}
    for each, issue in found:
        levels.setdefault(each.rule.level, []).append(
            _shown(issue, each.rule.code, is_withheld=each.is_withheld)
        )
    return page(
        "issues/rising.html",
        on=format_date(on),
        levels=_by_words(levels),
        total=sum(not each.is_withheld for each, _issue in found),
        trial=trial_words(),
        tabs=_tabs(is_next=True),
        most=MOST_LOOKED_AT if is_cut else 0,
        week="",
        earlier="",
        later="",
    )


@blueprint.get("/rising/withheld")
@requires(Permission.COORDINATE)
def rising_withheld() -> Response:
    """What was only listed in a week, because of trial mode or the switch of levels 3 and 4."""
    monday = _monday()
    found, is_cut = withheld_in_week(db.session, actor(), monday)
    levels: dict[int, list[RisingShown]] = {}
    for row, issue in found:
        levels.setdefault(row.level, []).append(_shown(issue, row.rule_code, is_withheld=False))
    week = timedelta(days=DAYS_OF_WEEK)
    return page(
        "issues/rising.html",
        on="",
        levels=_by_words(levels),
        total=len(found),
        trial=trial_words(),
        tabs=_tabs(is_next=False),
        most=MOST_LOOKED_AT if is_cut else 0,
        week=_("Tuần từ %(day)s", day=format_date(monday)),
        earlier=url_for("issues.rising_withheld", week=monday - week),
        later=url_for("issues.rising_withheld", week=monday + week) if monday + week <= clock.today() else "",
    )


def _shown(issue: Issue, rule_code: str, *, is_withheld: bool) -> RisingShown:
    return RisingShown(
        href=url_for("issues.show", number=issue.number),
        number=issue.number or "",
        title=issue.title,
        holder=issue.holder.name if issue.holder else "",
        rule=label(f"rule.{rule_code}"),
        is_withheld=is_withheld,
    )


def _by_words(levels: dict[int, list[RisingShown]]) -> list[tuple[str, list[RisingShown]]]:
    return [(label(f"level.{level}"), rows) for level, rows in levels.items()]


def _tabs(*, is_next: bool) -> list[dict[str, object]]:
    return [
        {"label": _("Ngày làm việc tới"), "href": url_for("issues.rising"), "is_current": is_next},
        {
            "label": _("Chỉ liệt kê, chưa báo cáo"),
            "href": url_for("issues.rising_withheld"),
            "is_current": not is_next,
        },
    ]


def _monday() -> date:
    """The week asked for; this week where that is no date or has not come."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        asked = clock.today()
    return monday_of(max(FIRST_WEEK, min(asked, clock.today())))
