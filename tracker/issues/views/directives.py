"""Pages of directives: what my units owe, what I gave and what waits for my word; giving one.

Owns: the pages. What is allowed stands in `directives` and its rules.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.directory import queries as places
from tracker.directory.models import UnitKind
from tracker.directory.pages import switches
from tracker.errors import Invalid
from tracker.issues import directive_lists, directive_rules, directive_work, directives, recording
from tracker.issues.directive_lists import DirectivePart, Place
from tracker.issues.directive_work import Work
from tracker.issues.directives import Order
from tracker.issues.forms.directives import DirectiveForm, WordForm
from tracker.issues.forms.fields import Choice, chosen_files
from tracker.issues.models import Issue
from tracker.issues.models_directives import DirectiveTarget
from tracker.issues.views import scene, uploads
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Actor, Permission, Role
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.http import query_number
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.labels import label
from tracker.web.pages import page

MOST_ISSUES = 50
HIGHEST_KEY = 10**9


@blueprint.get("/directives")
@requires(Permission.SEE_ISSUES)
def directives_list() -> Response:
    """What my units owe, what I gave, what was recorded for me and waits for my word."""
    me = actor()
    part = _part(me)
    if part is not None:
        return _part_page(me, part)
    found = directive_lists.of_person(db.session, me)
    return page(
        "issues/directives.html",
        lists=found,
        sections=[
            (
                part,
                label(f"DirectivePart.{part.value}"),
                shown,
                url_for("issues.directives_list", of=part.value),
            )
            for part, shown in found.parts.items()
        ],
        recorded=recording.awaiting_word(db.session, me),
        today=clock.today(),
        works={target.id: _works(me, target) for target in found.shown},
        Work=Work,
        new_form=WordForm,
        sees_all=me.has(Permission.SEE_ALL_ISSUES),
    )


def _part(me: Actor) -> DirectivePart | None:
    """The part that the address asks for; None for the first page of each, and for what the person has not."""
    wanted = request.args.get("of", "")
    if wanted not in set(DirectivePart) or (
        wanted == DirectivePart.ALL and not me.has(Permission.SEE_ALL_ISSUES)
    ):
        return None
    return DirectivePart(wanted)


def _part_page(me: Actor, part: DirectivePart) -> Response:
    """One part, page by page."""
    found = directive_lists.list_part(db.session, me, part, _place_after())
    more = found.next_after
    here: dict[str, Any] = {"of": part.value}
    return page(
        "issues/directives_part.html",
        title=label(f"DirectivePart.{part.value}"),
        found=found,
        today=clock.today(),
        works={
            target.id: _works(me, target) if part is not DirectivePart.ALL else set() for target in found.rows
        },
        Work=Work,
        new_form=WordForm,
        first_href=url_for("issues.directives_list", **here) if "after" in request.args else None,
        next_href=url_for("issues.directives_list", **here, on=more[0].isoformat(), after=more[1])
        if more
        else None,
    )


def _place_after() -> Place | None:
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
    return on, query_number("after", 0, HIGHEST_KEY)


def _works(me: Actor, target: DirectiveTarget) -> set[Work]:
    """What the person may do with it now."""
    return {work for work in Work if directive_work.may_take(db.session, me, target, target.issue, work)}


@blueprint.route("/directives/new", methods=["GET", "POST"])
@takes_files
@requires(Permission.DIRECT)
def new_directive() -> Response:
    """Give one for the issues named in the address."""
    me, numbers = actor(), _numbers()
    if request.method == "POST" and (result := _given_before(me)):
        return redirect(result, 303)
    issues = [scene.open_issue(me, number).issue for number in dict.fromkeys(numbers)]
    if not issues:
        return page("issues/bulk.html", picked=[])
    form = _prepared(me, DirectiveForm(), issues)
    if form.validate_on_submit():
        try:
            return redirect(_give(me, form, issues), 303)
        except Invalid as error:
            show_error(form, error)
    status = 422 if form.errors or form.form_errors else 200
    back = (
        url_for("issues.show", number=issues[0].number)
        if len(issues) == 1
        else url_for("issues.directives_list")
    )
    return page(
        "issues/directive_new.html", status=status, form=form, issues=issues, url=request.full_path, back=back
    )


def _numbers() -> list[str]:
    """The issues named in the address: one by one, or as the ticked rows of a list. Raises Invalid for too many."""
    ticked = (value.partition(".")[0] for value in request.args.getlist("row"))
    numbers = [*request.args.getlist("issue"), *ticked]
    if len(numbers) > MOST_ISSUES:
        raise Invalid("row", "too_many", limit=MOST_ISSUES)
    return numbers


def _given_before(me: Actor) -> str:
    key = request.form.get("idempotency_key", "")
    return result_of(db.session, me, request.endpoint or "", key, body_of(request))


def _prepared(me: Actor, form: DirectiveForm, issues: Sequence[Issue]) -> DirectiveForm:
    form.units.choices = _units(me, issues)
    leaders = directive_lists.leaders_for(db.session, me, clock.today())
    directs_himself = bool(me.roles & set(directive_rules.LEADING))
    form.offer_leaders(
        [(one.id, ", ".join(part for part in (one.full_name, one.position) if part)) for one in leaders],
        is_needed=not directs_himself,
    )
    if not form.is_submitted():
        holders = {issue.holder_id for issue in issues}
        form.units.data = [key for key, _name in form.units.choices if key in holders]
    return form


def _units(me: Actor, issues: Sequence[Issue]) -> list[Choice]:
    """Whom the person may direct here: the holders first, then the communes that are parties of every issue."""
    holders = {issue.holder_id for issue in issues}
    named = [{party.unit_id for party in issue.parties if party.left is None} for issue in issues]
    parties = set.intersection(*named)
    communes = {
        party.unit_id: party.unit.name
        for party in issues[0].parties
        if party.unit_id in parties and party.unit.kind is UnitKind.COMMUNE
    }
    desks = dict(places.desks(db.session))
    ordered = (
        [key for key in desks if key in holders] + [*communes] + [key for key in desks if key not in holders]
    )
    names = desks | communes
    return [(key, names[key]) for key in ordered if _may_direct(me, key, holders)]


def _may_direct(me: Actor, unit_id: int, holders: set[int | None]) -> bool:
    if Role.LEADER_ASSISTANT in me.roles:
        return True
    holder_id = unit_id if holders == {unit_id} else None
    return directive_rules.may_give(
        me,
        holder_id=holder_id,
        coordinating_unit_id=switches().coordinating_unit_id,
        target_id=unit_id,
    )


def _give(me: Actor, form: DirectiveForm, issues: Sequence[Issue]) -> str:
    received = uploads.receive(chosen_files(form.files))
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        stored = uploads.record(db.session, me, received, ())
        leader_id = form.leader.data if "leader" in form else None
        order = Order(
            content=str(form.content.data),
            unit_ids=[key for key in form.units.data or [] if key is not None],
            due_on=form.due_on.data,
            leader_id=leader_id,
            source=form.chosen_source,
            decided_on=form.decided_on.data if leader_id else None,
            files=stored,
        )
        directives.give(db.session, me, [issue.id for issue in issues], order)
        url = done.remember(url_for("issues.directives_list"))
    flash(_("Đã ghi ý kiến chỉ đạo."))
    return url
