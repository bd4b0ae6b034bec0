"""One act on many issues of a list: the form, taking the act, what became of each.

Owns: the way from the ticked boxes to `issues.bulk` and back. Must not decide which issue may be acted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.directory import queries as directory
from tracker.errors import Invalid, NotFound
from tracker.issues import bulk
from tracker.issues.bulk import ACTS, NOT_YOURS, Picked, Result
from tracker.issues.forms.bulk import BULK_FORMS, BulkForm
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.issues.workflow import BY_ACT, Act
from tracker.permissions import Actor, Permission
from tracker.text import format_number
from tracker.web.access import actor, requires
from tracker.web.forms import show_error
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.labels import label
from tracker.web.pages import page

_WHY_NOT: Mapping[str, str] = {
    NOT_YOURS: _l("Việc này không thuộc quyền của ông, bà."),
    "not_possible_now": _l("Trạng thái đã thay đổi, việc này không còn thực hiện được."),
    "stale": _l("Người khác vừa thay đổi vướng mắc này. Hãy mở ra xem lại."),
}


@dataclass(frozen=True)
class ResultShown:
    """One line of the result: the issue, whether it was done, why not."""

    number: str
    title: str
    href: str
    why_not: str


@blueprint.route("/issues/bulk", methods=["GET", "POST"])
@requires(Permission.WORK_ON_ISSUE)
def many() -> Response:
    """The form of one act on the ticked issues, and taking it."""
    me, sent = actor(), request.form if request.method == "POST" else request.args
    act = _act(me, sent.get("act", ""))
    if request.method == "POST" and (result := _carried_out_before(me)):
        return redirect(result, 303)
    values = sent.getlist("row")
    picked = bulk.find_picked(db.session, me, values)
    form = _form(me, act, picked) if act is not None else None
    if act is None or form is None or not picked:
        return page("issues/bulk.html", None, 200 if request.method == "GET" else 422, picked=[])
    if request.method == "GET":
        return _page(act, form, picked, values, 200)
    if form.validate():
        try:
            return redirect(_carry_out(me, act, form, values), 303)
        except Invalid as error:
            show_error(form, error)
    return _page(act, form, picked, values, 422)


@blueprint.get("/issues/bulk/done")
@requires(Permission.WORK_ON_ISSUE)
def many_done() -> Response:
    """What became of each issue."""
    me, key = actor(), request.args.get("run", "")
    found = bulk.find_run(db.session, me, key)
    if found is None:
        if key:
            raise NotFound
        return page("issues/bulk_done.html", rows=[], words="", at="", done="0", left="0")
    act, at, results = found
    titles = bulk.titles_of(db.session, me, [each.number for each in results])
    left = sum(bool(each.code) for each in results)
    return page(
        "issues/bulk_done.html",
        rows=[_shown(each, titles) for each in results],
        words=_words(act),
        at=wording.moment(at),
        done=format_number(len(results) - left),
        left=format_number(left),
    )


def _act(me: Actor, name: str) -> Act | None:
    """The act that was asked for, None for none. Raises NotFound for one that the person can never take."""
    act = next((each for each in ACTS if each.value == name), None)
    if act is None:
        return None
    permission = BY_ACT[act].permission
    if permission is None or not me.has(permission):
        raise NotFound
    return act


def _carried_out_before(me: Actor) -> str:
    key = request.form.get("idempotency_key", "")
    return result_of(db.session, me, request.endpoint or "", key, body_of(request))


def _form(me: Actor, act: Act, picked: list[Picked]) -> BulkForm:
    form = BULK_FORMS[act]()
    people = bulk.people_for(db.session, me, picked, clock.today()) if act is Act.ASSIGN else []
    units = list(directory.desks(db.session)) if act is Act.TRANSFER else []
    form.offer(people, units)
    return form


def _carry_out(me: Actor, act: Act, form: BulkForm, values: list[str]) -> str:
    data = form.to_data()
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        results = bulk.act_on_all(db.session, me, act, values, data)
        key = bulk.keep(db.session, me, act, results, clock.now())
        return done.remember(url_for("issues.many_done", run=key))


def _page(act: Act, form: BulkForm, picked: list[Picked], values: list[str], status: int) -> Response:
    return page(
        "issues/bulk.html",
        None,
        status,
        act=act.value,
        words=_words(act),
        form=form,
        picked=picked,
        values=values,
        n=format_number(len(picked)),
    )


def _words(act: Act) -> str:
    return label("act.accept_and_assign") if act is Act.ASSIGN else label(f"Act.{act.value}")


def _shown(result: Result, titles: Mapping[str, str]) -> ResultShown:
    title = titles.get(result.number, "")
    href = url_for("issues.show", number=result.number) if result.number in titles else ""
    why = str(_WHY_NOT.get(result.code) or label(f"error.{result.code}")) if result.code else ""
    return ResultShown(result.number, title, href, why)
