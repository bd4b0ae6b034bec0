"""The page of an issue's levels: who was told when, what he owed and did; for departments alone.

Owns: the words of it, and the line of what is owed on the page of the issue. Changes nothing. Communes see the level
itself, never a duty, a plan or a remark.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.errors import NotFound
from tracker.issues import escalation_queries, queries
from tracker.issues.dossier import Dossier
from tracker.issues.escalation_queries import DutyView, LevelView, PlanView
from tracker.issues.models import Issue
from tracker.issues.models_escalation import OpenedBy
from tracker.issues.rights import reads_as_department
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Actor, Permission
from tracker.text import format_date
from tracker.web.access import actor, requires
from tracker.web.i18n import gettext as _
from tracker.web.labels import LABELS, label
from tracker.web.pages import page

_RAISING = frozenset({"raised", "escalated"})
"""Events by which an issue comes to a level."""


@dataclass(frozen=True)
class DutyShown:
    """A row of the table of duties; `results`: what became of it, sentence by sentence."""

    what: str
    who: str
    due: str
    results: list[str]


@dataclass(frozen=True)
class LevelShown:
    """A level as its card shows it."""

    level: int
    words: str
    is_open: bool
    came: str
    reason: str
    at: str
    told: list[str]
    plan: str
    plan_text: str
    ended: str
    end_reason: str
    duties: list[DutyShown]


@blueprint.get("/issues/<number>/levels")
@requires(Permission.SEE_ISSUES)
def levels(number: str) -> Response:
    """Every level at which the issue stood, the newest first."""
    me = actor()
    issue = queries.find_issue(db.session, me, number)
    if issue is None or not reads_as_department(db.session, me, issue):
        raise NotFound
    rows = escalation_queries.history_of(db.session, issue.id)
    return page("issues/levels.html", issue=issue, levels=[_level(row, issue) for row in rows])


def levels_href(me: Actor, found: Dossier) -> str:
    """Where the levels are explained of an issue that stands at one or stood at one; '' for communes."""
    issue = found.issue
    if issue.number is None or not (
        issue.level > 0 or _RAISING.intersection(each.kind for each in found.events)
    ):
        return ""
    return url_for("issues.levels", number=issue.number) if reads_as_department(db.session, me, issue) else ""


def owed_words(me: Actor, found: Dossier) -> list[str]:
    """Who owes what by when, a sentence each; one statement where the issue stands at a level, else none."""
    if not _is_shown(me, found):
        return []
    return [_owed(duty) for duty in escalation_queries.still_owed(db.session, found.issue.id)]


def _owed(duty: DutyView) -> str:
    words = {"who": _who(duty), "what": label(f"DutyKind.{duty.kind}"), "day": format_date(duty.due_on)}
    if duty.missed_on is not None:
        return _("%(who)s: %(what)s. Đã quá hạn nội bộ %(day)s.", **words)
    return _("%(who)s: %(what)s. Hạn nội bộ %(day)s.", **words)


def _is_shown(me: Actor, found: Dossier) -> bool:
    issue = found.issue
    return issue.level > 0 and issue.number is not None and reads_as_department(db.session, me, issue)


def _level(row: LevelView, issue: Issue) -> LevelShown:
    holder = issue.holder.name if row.is_open and issue.holder else ""
    return LevelShown(
        level=row.level,
        words=wording.level_words(row.level, holder),
        is_open=row.is_open,
        came=_came(row),
        reason=row.reason,
        at=wording.moment(row.opened_at),
        told=_told(row),
        plan=_plan(row.plan),
        plan_text=row.plan.content if row.plan else "",
        ended=_ended(row),
        end_reason=row.end_reason,
        duties=[_duty(duty) for duty in row.duties],
    )


def _came(row: LevelView) -> str:
    """The rule or the act in words, or who asked for it."""
    if row.opened_by == OpenedBy.HAND.value:
        if row.is_asked_by_commune:
            return _("Địa phương đề nghị: %(name)s", name=row.asked_by)
        return _("Báo cáo cấp trên: %(name)s", name=row.asked_by)
    keys = (f"rule.{row.rule_code}", f"Act.{row.rule_code}", f"OpenedBy.{row.opened_by}")
    return label(next(key for key in keys if key in LABELS))


def _told(row: LevelView) -> list[str]:
    """Those told at the same minute in one line, the earliest first."""
    by_moment = groupby(row.told, key=lambda each: wording.moment(each.at))
    return [f"{at}: {', '.join(each.name for each in people)}" for at, people in by_moment]


def _plan(plan: PlanView | None) -> str:
    if plan is None:
        return ""
    return _("%(name)s, đến ngày %(day)s", name=plan.by, day=format_date(plan.until_on))


def _ended(row: LevelView) -> str:
    if row.ended_at is None:
        return ""
    why = label(f"EndedBy.{row.ended_by}")
    return ", ".join(part for part in (why, row.ended_by_name, wording.moment(row.ended_at)) if part)


def _duty(duty: DutyView) -> DutyShown:
    return DutyShown(label(f"DutyKind.{duty.kind}"), _who(duty), format_date(duty.due_on), _results(duty))


def _who(duty: DutyView) -> str:
    """The person, or the role with its unit."""
    role = label(f"Role.{duty.role}") if duty.role else ""
    return " – ".join(part for part in (duty.who, role, duty.unit) if part)


def _results(duty: DutyView) -> list[str]:
    said = []
    if duty.missed_on is not None:
        said.append(_("Quá hạn nội bộ, ghi nhận ngày %(day)s", day=format_date(duty.missed_on)))
    if duty.discharged_at is not None:
        said.append(_done(duty, duty.discharged_at))
    elif duty.released_by is not None:
        said.append(_("Không còn phải thực hiện: %(why)s", why=_released(duty.released_by)))
    else:
        said.append(_("Chưa thực hiện"))
    return said


def _done(duty: DutyView, at: datetime) -> str:
    key = f"discharged_by.{duty.discharge_act}"
    act = label(key if key in LABELS else f"Act.{duty.discharge_act}")
    parts = (_("Đã thực hiện: %(act)s", act=act), duty.discharged_by, wording.moment(at))
    return ", ".join(part for part in parts if part)


def _released(why: str) -> str:
    key = f"released_by.{why}"
    return label(key if key in LABELS else f"EndedBy.{why}")
