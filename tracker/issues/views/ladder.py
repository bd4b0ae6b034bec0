"""The administrator's page of the ladder of escalation, with a look at what it would raise.

Owns: the page (deadlines has no views). The look tells numbers only, for the administrator reads no matter.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.deadlines.days import load_calendar
from tracker.deadlines.ladder import Rule
from tracker.directory.views import tried
from tracker.errors import Invalid
from tracker.issues import escalation_queries, escalation_rules
from tracker.issues.forms.ladder import ladder_form, names_of, shown, typed
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.trial_words import trial_words
from tracker.permissions import Permission
from tracker.text import format_date
from tracker.web.access import actor, requires
from tracker.web.forms import BaseForm, show_error
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label
from tracker.web.pages import AdminEntry, page

ADMIN_PAGES = (
    AdminEntry(
        "issues.ladder",
        _l("Quy định báo cáo cấp trên"),
        _l("Khi nào việc quá hạn được báo cáo, cho ai, phải xử lý trong mấy ngày."),
        Permission.ADMINISTER,
        75,
    ),
)


@dataclass(frozen=True)
class RuleShown:
    """A rule as the page shows it: its words and the names of its fields."""

    words: str
    receiver: str
    duty: str
    names: list[str]


@dataclass(frozen=True)
class Look:
    """What the typed rules would raise on the next working day, by level; and what trial mode would hold back."""

    on: str
    levels: list[tuple[str, int]]
    total: int
    withheld: int


@blueprint.route("/ladder", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def ladder() -> Response:
    """The rules, and what they would raise."""
    me, rules = actor(), escalation_rules.read_rules(db.session)
    form = ladder_form(rules)(data={**shown(rules), "seen": escalation_rules.mark(rules)})
    look: Look | None = None

    def act() -> str:
        escalation_rules.save_rules(db.session, me, typed(form, rules), seen=str(form["seen"].data))
        return url_for("issues.ladder")

    if form.validate_on_submit():
        if request.form.get("do") == "look":
            look = _look(form, typed(form, rules))
        else:
            answer = tried(form, act, back=request.path, done=_("Đã lưu quy định báo cáo cấp trên."))
            if answer is not None:
                return answer
    status = 422 if form.errors else 200
    return page(
        "issues/ladder.html", status=status, form=form, levels=_levels(rules), look=look, trial=trial_words()
    )


def _look(form: BaseForm, rules: Sequence[Rule]) -> Look | None:
    """Nothing is stored. None where the rules make no sense: the form says so."""
    try:
        for rule in rules:
            escalation_rules.check_rule(rule)
        escalation_rules.check_ladder(rules)
    except Invalid as error:
        show_error(form, error)
        return None
    on = load_calendar(db.session).next_working(clock.today() + timedelta(days=1))
    found = escalation_queries.would_rise(db.session, rules, on)
    rising = Counter(each.rule.level for each in found if not each.is_withheld)
    withheld = sum(each.is_withheld for each in found)
    levels = [(label(f"level.{level}"), n) for level, n in sorted(rising.items())]
    return Look(format_date(on), levels, rising.total(), withheld)


def _levels(rules: Sequence[Rule]) -> list[tuple[str, list[RuleShown]]]:
    """The rules under the words of their levels."""
    by_level: dict[int, list[RuleShown]] = {}
    for rule in rules:
        by_level.setdefault(rule.level, []).append(
            RuleShown(
                label(f"rule.{rule.code}"),
                label(f"Receiver.{rule.receiver.value}"),
                label(f"DutyKind.{rule.duty.value}"),
                names_of(rule),
            )
        )
    return [(label(f"level.{level}"), shown_rules) for level, shown_rules in by_level.items()]
