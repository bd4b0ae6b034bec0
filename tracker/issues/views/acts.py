"""One page and one address for each act of the table: the form, and taking the act.

Owns: the way from form to `service.apply()` and back, the same for all acts. Must not hold an `if` about an act: what
differs stands in the forms and in the table.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.db import db, transaction
from tracker.errors import Invalid, Stale
from tracker.issues import service
from tracker.issues.dossier import Dossier
from tracker.issues.forms.fields import ActForm, chosen_files
from tracker.issues.models import Issue
from tracker.issues.views import act_words, scene, uploads
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.issue_view import draft_answer_shown
from tracker.issues.workflow import BY_ACT, NOT_SENT, TRANSITIONS, Act, Transition
from tracker.permissions import Actor
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import show_error
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.pages import page


def url_of(issue: Issue) -> str:
    """Where the issue is read: under its number, before that under its random key."""
    if issue.number:
        return url_for("issues.show", number=issue.number)
    return url_for("issues.draft", draft_key=issue.draft_key)


def act_url(issue: Issue, act: Act) -> str:
    """The address of an act on this issue."""
    if issue.number:
        return url_for(f"issues.{act.value}", number=issue.number)
    return url_for(f"issues.{act.value}", draft_key=issue.draft_key)


def _take(act: Act, where: Mapping[str, str]) -> Response:
    me = actor()
    if request.method == "POST" and (result := _carried_out_before(me)):
        return redirect(result, 303)
    matter = _read(me, where)
    g.back_href = url_of(matter.issue)  # where a refusal leads back to
    scene.ask_policy(me, act, matter)
    form = scene.form_for(me, act, matter)
    if request.method != "POST":
        return act_page(me, act, matter, form, 200)
    if not form.validate():
        return act_page(me, act, matter, form, 422)
    try:
        return redirect(_carry_out(me, act, matter, form), 303)
    except Invalid as error:
        show_error(form, error)
        return act_page(me, act, _read(me, where), form, 422)
    except Stale as error:
        matter = _read(me, where)
        form.note_seen(matter.issue)
        return act_page(me, act, matter, form, 409, stale=error)


def _carried_out_before(me: Actor) -> str:
    key = request.form.get("idempotency_key", "")
    return result_of(db.session, me, request.endpoint or "", key, body_of(request))


def _read(me: Actor, where: Mapping[str, str]) -> Dossier:
    if "number" in where:
        return scene.open_issue(me, where["number"])
    return scene.open_draft(me, where["draft_key"])


def _carry_out(me: Actor, act: Act, matter: Dossier, form: ActForm) -> str:
    issue_id = matter.issue.id
    units = (matter.issue.holder_id, matter.issue.raised_by_id)
    data = _with_version(act, form.to_data())
    received = uploads.receive(chosen_files(form["files"]) if "files" in form else ())
    with transaction():
        done = once(db.session, me, request.endpoint or "", form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        stored = uploads.record(db.session, me, received, (_key(data.get("party_id")), *units))
        issue = service.apply(db.session, me, issue_id, act, {**data, "files": stored})
        url = done.remember(url_of(issue))
    flash(_("Đã thực hiện: %(act)s.", act=act_words.words(act, me, matter)))
    return url


def _with_version(act: Act, data: dict[str, object]) -> dict[str, object]:
    """What replaces text or owner must say what it saw: a post without version is as stale as one with an old one."""
    if BY_ACT[act].guards_version and not isinstance(data.get("version"), int):
        return {**data, "version": 0}
    return data


def _key(value: object) -> int | None:
    return value if isinstance(value, int) else None


def act_page(
    me: Actor, act: Act, matter: Dossier, form: ActForm, status: int, *, stale: Stale | None = None
) -> Response:
    """The page of an act with its form as it stands; 409 with both texts where somebody else saved meanwhile."""
    shown: dict[str, Any] = {
        "act": act.value,
        "form": form,
        "issue": matter.issue,
        "url": act_url(matter.issue, act),
        "back": url_of(matter.issue),
        "words": act_words.words(act, me, matter),
        "draft_answer": draft_answer_shown(me, matter),
        "stale": stale,
        "lost_files": status != 200 and any(file.filename for file in request.files.values()),
    }
    return page("issues/act.html", "act_form", status, **shown)


def _declare(row: Transition) -> None:
    where = "/drafts/<draft_key>" if row.sources <= NOT_SENT else "/issues/<number>"
    assert row.permission is not None

    def view(**keys: str) -> Response:
        return _take(row.act, keys)

    view.__name__ = row.act.value
    view.__doc__ = f"The form of the act {row.act.value}, and taking it."
    blueprint.add_url_rule(
        f"{where}/{row.act.value}",
        row.act.value,
        takes_files(requires(row.permission)(view)),
        methods=["GET", "POST"],
    )


for _row in TRANSITIONS:
    if _row.permission is not None:
        _declare(_row)
