"""The page of one issue, its older history, and why its date is what it is.

Owns: gathering what these pages show. Changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from tracker.db import db
from tracker.errors import NotFound
from tracker.issues import choices, queries, recording
from tracker.issues.dossier import Dossier
from tracker.issues.forms.acts import ACT_FORMS
from tracker.issues.forms.fields import ActForm
from tracker.issues.queries import EventView
from tracker.issues.rights import reads_as_department
from tracker.issues.views import act_words, scene, wording
from tracker.issues.views.acts import act_url
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.happened import events_shown, newest_answer
from tracker.issues.views.issue_view import draft_answer_shown, issue_view
from tracker.issues.views.levels import levels_href, owed_words
from tracker.issues.views.opinion_scene import opinions_shown
from tracker.issues.views.ribbon import Ribbon, ribbon, unit_keys
from tracker.issues.views.stages_shown import stages_shown
from tracker.issues.views.why_words import cycles_shown
from tracker.issues.workflow import Act
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires
from tracker.web.http import query_number
from tracker.web.pages import page

HIGHEST_SEQ = 10**9


IS_NOT_AWAITED = frozenset(
    {
        Act.REOPEN,
        Act.ADD_INFO,
        Act.WITHDRAW,
        Act.CORRECT,
        Act.TRANSFER,
        Act.REASSIGN,
        Act.INTERIM,
        Act.ASK_EXTENSION,
        Act.EXTEND,
        Act.REFUSE_EXTENSION,
        Act.ASK_OPINION,
        Act.ASSIGN_OPINION,
        Act.CANCEL_OPINION,
        Act.REFER,
        Act.RECALL,
        Act.FOLLOW_UP,
        Act.KEEP,
        Act.CLOSE_ERROR,
    }
)
"""Acts that a person may take but that nobody waits for: no big button."""
IS_DECIDING_ON_DAYS = frozenset({Act.EXTEND, Act.REFUSE_EXTENSION})
"""Waited for while days are asked for."""


@dataclass(frozen=True)
class ActLink:
    """An act as the page offers it."""

    act: str
    label: str
    href: str
    is_awaited: bool


@blueprint.get("/issues/<number>")
@requires(Permission.SEE_ISSUES)
def show(number: str) -> Response:
    """One issue."""
    me = actor()
    found = scene.open_issue(me, number, with_history=True)
    return page("issues/show.html", **context(me, found))


def context(me: Actor, found: Dossier) -> dict[str, Any]:
    """What the template of one issue shows, sent or waiting for its signature."""
    offered = scene.acts_offered(me, found)
    links = [
        ActLink(
            act.value,
            act_words.words(act, me, found),
            act_url(found.issue, act),
            act not in IS_NOT_AWAITED or (found.matter.is_extension_asked and act in IS_DECIDING_ON_DAYS),
        )
        for act in offered
    ]
    words = recording.words_on(db.session, found.issue.id, _for_departments(me, found))
    events = events_shown(found.events, found.issue, words)
    return {
        "view": issue_view(me, found),
        "answer": newest_answer(events, found.issue, found.answer),
        "events": events,
        "older_before": found.oldest_seq if found.oldest_seq > 1 else None,
        "links": links,
        "form": _open_form(me, offered, found),
        "bar": bar_of(me, found),
        "has_stages": found.issue.number is not None and reads_as_department(db.session, me, found.issue),
        "draft_answer": draft_answer_shown(me, found),
        "opinions": opinions_shown(found),
        "referral": found.waiting,
        "levels_href": levels_href(me, found),
        "owed": owed_words(me, found),
        "is_of_department": reads_as_department(db.session, me, found.issue),
        "may_direct": found.issue.is_open and me.has(Permission.DIRECT),
        "may_record": bool(recording.recordable(db.session, me, found.matter)),
    }


def _for_departments(me: Actor, found: Dossier) -> list[EventView]:
    """What a leader said to what was recorded for him is not the communes'."""
    return found.events if reads_as_department(db.session, me, found.issue) else []


def _open_form(me: Actor, offered: list[Act], found: Dossier) -> ActForm | None:
    """The form of the most likely act stands open where it is short."""
    if not offered or not ACT_FORMS[offered[0]].is_quick:
        return None
    return scene.form_for(me, offered[0], found, is_quick=True)


def bar_of(me: Actor, found: Dossier) -> Ribbon | None:
    """Communes see how long each unit held the matter where the province wants it."""
    if not found.switches.communes_see_holdings and not reads_as_department(db.session, me, found.issue):
        return None
    holder = found.issue.holder
    names = {holder.id: holder.name} if holder else {}
    missing = unit_keys(found) - names.keys()
    return ribbon(found, names | choices.unit_names(db.session, missing))


@blueprint.get("/issues/<number>/history")
@requires(Permission.SEE_ISSUES)
def history(number: str) -> Response:
    """Events before those that the page of the issue shows."""
    me = actor()
    found = scene.open_issue(me, number)
    before = query_number("before", HIGHEST_SEQ, HIGHEST_SEQ)
    events = queries.events_of(db.session, me, found.issue, before_seq=before)
    last = events[-1].seq if events else 1
    return page(
        "issues/history.html",
        "events",
        issue=found.issue,
        events=events_shown(events, found.issue),
        older_before=last if last > 1 and len(events) == queries.EVENTS_PER_PAGE else None,
    )


@blueprint.get("/issues/<number>/why")
@requires(Permission.SEE_ISSUES)
def why(number: str) -> Response:
    """Why the answer is due on this date: the days counted and the days that are not."""
    me = actor()
    found = scene.open_issue(me, number, with_history=True)
    if not found.life.cycles:
        raise NotFound
    return page(
        "issues/why.html",
        issue=found.issue,
        due=wording.due_chip(found.issue, found.today, found.calendar),
        cycles=cycles_shown(found),
        stages=stages_shown(me, found),
    )
