"""The words and badges that tell how an issue stands: state, due date in words, level.

Owns: which words go with which dates and states, and badges finished once per value. Must not query.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol, cast

from flask import current_app
from markupsafe import Markup

from tracker import clock
from tracker.deadlines import clocks
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.facts import StoredDates
from tracker.issues.workflow import IssueState, Outcome
from tracker.text import format_date, format_number, format_time
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext
from tracker.web.labels import label


class Standing(Protocol):
    """What tells how an issue stands; an issue and a row of a list are such."""

    @property
    def state(self) -> IssueState: ...
    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def awaits_routing(self) -> bool: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def due_soon_on(self) -> date | None: ...
    @property
    def long_late_on(self) -> date | None: ...


@dataclass(frozen=True)
class Chip:
    """A kind (for the badge's look) and its words."""

    kind: str
    text: str


_OF_RAISING_UNIT = (Outcome.WITHDRAWN, Outcome.NO_INFORMATION)


def working_days(n: int) -> str:
    """'3 ngày làm việc'."""
    return ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", n)


def unsettled_words(calendar: WorkingCalendar, from_on: date, due_on: date) -> str:
    """That the date may move, where its days cross a year whose days off are not official; '' elsewhere."""
    years = calendar.unsettled_years(from_on, due_on)
    if not years:
        return ""
    return _(
        "Lịch nghỉ năm %(years)s còn tạm tính; khi có quyết định chính thức, hạn có thể thay đổi.",
        years=", ".join(str(year) for year in years),
    )


def due_chip(item: Standing, today: date, calendar: WorkingCalendar) -> Chip:
    """How much time is left, in words; no words where no promise runs."""
    if item.state is IssueState.NEED_INFO:
        return Chip("paused", _("Tạm dừng tính thời hạn"))
    due_on = item.due_on
    if due_on is None and item.state is IssueState.WITH_AUTHORITY:
        return Chip("paused", _("Tạm dừng tính thời hạn"))
    if due_on is None:
        return Chip("none", "")
    return _dated_chip(due_on, item.due_soon_on, item.long_late_on, today, calendar, language())


@lru_cache(maxsize=2_000)
def _dated_chip(
    due_on: date,
    due_soon_on: date | None,
    long_late_on: date | None,
    today: date,
    calendar: WorkingCalendar,
    _language: str,
) -> Chip:
    """Kept: on one day a list shows few different dates, and many lists show the same."""
    dates = StoredDates(due_soon_on=due_soon_on, due_on=due_on, long_late_on=long_late_on)
    kind = clocks.lateness(dates, today)
    if today > due_on:
        return Chip(kind.value, _late_words(kind, clocks.days_late(due_on, today, calendar)))
    left = clocks.working_days_left(due_on, today, calendar)
    if left == 0:
        return Chip(kind.value, _("Hạn trả lời: hôm nay"))
    return Chip(kind.value, _("Còn %(days)s", days=working_days(left)))


def _late_words(kind: clocks.Lateness, days: int) -> str:
    if days == 0:
        return _("Quá hạn")
    if kind is clocks.Lateness.LONG_LATE:
        return _("Quá hạn kéo dài %(days)s", days=working_days(days))
    return _("Quá hạn %(days)s", days=working_days(days))


def state_chip(
    item: Standing, *, is_by_silence: bool = False, commune_kind: str | None = None, has_communes: bool = True
) -> Chip:
    """The state in the glossary's words. `has_communes` False: a unit raised the matter for itself."""
    state = item.state
    if item.awaits_routing and state is IssueState.SUBMITTED:
        return Chip("awaits_routing", label("state.awaits_routing"))
    if state is IssueState.CLOSED and item.outcome is not None:
        words = label("state.closed_with", outcome=outcome_words(item.outcome, has_communes=has_communes))
        if is_by_silence:
            words = f"{words} ({_('do hết thời hạn phản hồi')})"
        return Chip(state.value, words)
    if state is IssueState.TO_SIGN and commune_kind:
        return Chip(state.value, label("state.to_sign_of", kind=label(f"CommuneKind.{commune_kind}")))
    if state is IssueState.NEED_INFO and not has_communes:
        return Chip(state.value, label("state.need_info_of_unit"))
    if state is IssueState.ANSWERED and not has_communes:
        return Chip(state.value, label("state.answered_to_unit"))
    return Chip(state.value, label(f"IssueState.{state.value}"))


def outcome_words(outcome: Outcome, *, has_communes: bool = True) -> str:
    """How a matter ended; where a unit raised it for itself, the words name it instead of the commune."""
    if not has_communes and outcome in _OF_RAISING_UNIT:
        return label(f"outcome.{outcome.value}_of_unit")
    return label(f"Outcome.{outcome.value}")


def level_words(level: int, holder: str = "") -> str:
    """The level in words; '' at level 0."""
    if level <= 0:
        return ""
    if level == 2 and holder:
        return label("level.2_of", unit=holder)
    return label(f"level.{level}")


def count_words(n: int, *, is_capped: bool) -> str:
    """'68', or '999+' where counting stopped."""
    return f"{format_number(n)}+" if is_capped else format_number(n)


def moment(instant: datetime) -> str:
    """'14:30 ngày 04/08/2026', local."""
    there = clock.local(instant)
    return _("%(time)s ngày %(day)s", time=format_time(there), day=format_date(there.date()))


def state_badge(chip: Chip) -> Markup:
    """The badge of a state."""
    return _drawn("state", chip.kind, chip.text, language())


def due_badge(chip: Chip) -> Markup:
    """The chip of the due date; empty without words."""
    return _drawn("due", chip.kind, chip.text, language())


def level_badge(level: int, text: str) -> Markup:
    """The ladder with its words; empty at level 0."""
    return _drawn("level", level, text, language()) if text else Markup()  # safe: empty


@lru_cache(maxsize=1_000)
def _drawn(macro: str, kind: str | int, text: str, _language: str) -> Markup:
    """Kept: all lists together show few different badges."""
    macros: Any = current_app.jinja_env.get_template("components/badge.html").module
    return cast(Markup, getattr(macros, macro)(kind, text))
