"""Pages of what waits for somebody higher, by addressee and document; and of promises with a date.

Owns: the pages. What may be read stands in `referral_lists` and `commitment_lists`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db, transaction
from tracker.deadlines.calendar import WorkingCalendar
from tracker.deadlines.days import load_calendar
from tracker.errors import Invalid, NotFound
from tracker.issues import commitment_lists, commitments, referral_lists, referral_rules, referral_work
from tracker.issues.forms.referring import FollowUpForm
from tracker.issues.listing import Todo
from tracker.issues.models_referrals import Referral, ReferralIssue
from tracker.issues.referral_lists import DocumentRow, Place
from tracker.issues.referral_rules import Addressee, CommitmentState
from tracker.issues.todo_filters import todo_condition
from tracker.issues.views import wording
from tracker.issues.views.blueprint import blueprint
from tracker.issues.views.referral_words import addressee_words, number_words
from tracker.permissions import Actor, Permission
from tracker.web.access import actor, requires
from tracker.web.forms import show_error
from tracker.web.http import query_number
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.idempotency import body_of, once, result_of
from tracker.web.labels import label
from tracker.web.pages import page

HIGHEST_KEY = 10**9
_DUE = "mine"
"""In the address: those that fall due soon for the person."""
SHOWN_STATES = (CommitmentState.OPEN, CommitmentState.WOKEN, CommitmentState.KEPT)


@dataclass(frozen=True)
class DocumentShown:
    """A document as the list shows it."""

    href: str
    addressee: str
    number: str
    subject: str
    unit: str
    age: str
    issues: str
    follow_up_on: date
    interim_due_on: date | None


@dataclass(frozen=True)
class Tab:
    """A view of a list."""

    label: str
    href: str
    is_current: bool
    count: str | None = None


@blueprint.get("/referrals")
@requires(Permission.SEE_FIGURES)
def referrals() -> Response:
    """Documents that wait for a reply, grouped by addressee."""
    me, addressee = actor(), _addressee()
    calendar = load_calendar(db.session)
    found = referral_lists.list_documents(db.session, me, addressee, _place_after())
    groups: dict[str, list[DocumentShown]] = {}
    for row in found.rows:
        groups.setdefault(addressee_words(row.referral), []).append(_document(row, calendar))
    more = found.next_after
    return page(
        "issues/referrals.html",
        groups=groups,
        shown=len(found.rows),
        today=clock.today(),
        tabs=_addressee_tabs(addressee),
        is_later="after" in request.args,
        first_href=url_for("issues.referrals", to=addressee),
        next_href=url_for("issues.referrals", to=addressee, after=more[2]) if more else None,
    )


@blueprint.get("/referrals/<int:referral_id>")
@requires(Permission.SEE_FIGURES)
def referral(referral_id: int) -> Response:
    """One document and the issues that wait for its reply."""
    me = actor()
    document = _open(me, referral_id)
    after = query_number("after", 0, HIGHEST_KEY)
    rows, more = referral_lists.issues_of(db.session, me, referral_id, after)
    return page(
        "issues/referral.html",
        **_about(document),
        rows=rows,
        today=clock.today(),
        may_follow_up=me.has(Permission.WORK_ON_ISSUE) and any(_is_mine(me, row) for row in rows),
        is_later=bool(after),
        next_href=url_for("issues.referral", referral_id=referral_id, after=more) if more else None,
    )


@blueprint.route("/referrals/<int:referral_id>/follow_up", methods=["GET", "POST"])
@requires(Permission.WORK_ON_ISSUE)
def referral_follow_up(referral_id: int) -> Response:
    """The addressee was reminded of the document: recorded on each of its issues that is one's own to follow up."""
    me, route = actor(), f"referral/{referral_id}"
    key = request.form.get("idempotency_key", "")
    if request.method == "POST" and (result := result_of(db.session, me, route, key, body_of(request))):
        return redirect(result, 303)
    document = _open(me, referral_id)
    form = FollowUpForm()
    form.ask_for(
        has_number=bool(document.document_number),
        has_session=document.addressee in referral_rules.IN_SESSION,
    )
    if form.validate_on_submit():
        try:
            return redirect(_follow_up(me, route, referral_id, form), 303)
        except Invalid as error:
            show_error(form, error)
    status = 422 if form.errors or form.form_errors else 200
    url = url_for("issues.referral_follow_up", referral_id=referral_id)
    return page("issues/referral_follow_up.html", None, status, **_about(document), form=form, url=url)


def _follow_up(me: Actor, route: str, referral_id: int, form: FollowUpForm) -> str:
    with transaction():
        done = once(db.session, me, route, form.idempotency_key.data or "", body_of(request))
        if done.result_url:
            return done.result_url
        count = referral_work.follow_up_document(db.session, me, referral_id, form.to_data())
        url = done.remember(url_for("issues.referral", referral_id=referral_id))
    flash(ngettext("Đã ghi đôn đốc cho %(num)s vướng mắc.", "Đã ghi đôn đốc cho %(num)s vướng mắc.", count))
    return url


@blueprint.get("/commitments")
@requires(Permission.SEE_ISSUES)
def commitments_list() -> Response:
    """Promises with a date, the first due first; communes read those of their own issues."""
    me, today = actor(), clock.today()
    calendar = load_calendar(db.session)
    state, is_due = _state(), _asks_for_due(me)
    only = todo_condition(db.session, me, Todo.PROMISE_DUE, calendar, today) if is_due else None
    found = commitment_lists.list_commitments(db.session, me, state, _promise_after(), only=only)
    more = found.next_after
    kept: dict[str, Any] = {"due": _DUE} if is_due else {"state": state.value}
    return page(
        "issues/commitments.html",
        rows=found.rows,
        state=state.value,
        today=today,
        soon_until=commitments.remind_until(today, calendar),
        tabs=_promise_tabs(me, None if is_due else state),
        is_later="after" in request.args,
        first_href=url_for("issues.commitments_list", **kept),
        next_href=url_for("issues.commitments_list", **kept, on=more[0].isoformat(), after=more[1])
        if more
        else None,
    )


def _asks_for_due(me: Actor) -> bool:
    """Those that his home page counts; nobody but who works on issues has such a group."""
    return request.args.get("due") == _DUE and me.has(Permission.WORK_ON_ISSUE)


def _promise_tabs(me: Actor, current: CommitmentState | None) -> list[Tab]:
    tabs = [
        Tab(
            label(f"CommitmentState.{one.value}"),
            url_for("issues.commitments_list", state=one),
            one is current,
        )
        for one in SHOWN_STATES
    ]
    if me.has(Permission.WORK_ON_ISSUE):
        due = url_for("issues.commitments_list", due=_DUE)
        tabs.insert(0, Tab(_("Sắp đến hạn với tôi"), due, current is None))
    return tabs


def _addressee() -> Addressee | None:
    wanted = request.args.get("to", "")
    return Addressee(wanted) if wanted in set(Addressee) else None


def _state() -> CommitmentState:
    wanted = request.args.get("state", "")
    return CommitmentState(wanted) if wanted in SHOWN_STATES else CommitmentState.OPEN


def _place_after() -> Place | None:
    """The place of the document named in the address; the list begins anew where it is gone."""
    document = db.session.get(Referral, query_number("after", 0, HIGHEST_KEY))
    return (document.addressee.value, document.name, document.id) if document is not None else None


def _promise_after() -> commitment_lists.Place | None:
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
    return on, query_number("after", 0, HIGHEST_KEY)


def _open(me: Actor, referral_id: int) -> Referral:
    document = referral_lists.find_document(db.session, me, referral_id)
    if document is None:
        raise NotFound
    return document


def _is_mine(me: Actor, row: ReferralIssue) -> bool:
    """Whether following up is likely his; the service asks again."""
    return row.issue.owner_id == me.account_id or row.issue.holder_id in me.units_with(Permission.LEAD_GROUP)


def _about(document: Referral) -> dict[str, Any]:
    return {
        "document": document,
        "addressee": addressee_words(document),
        "number": number_words(document),
    }


def _document(row: DocumentRow, calendar: WorkingCalendar) -> DocumentShown:
    document = row.referral
    age = max(0, calendar.between(document.sent_on, clock.today()))
    return DocumentShown(
        href=url_for("issues.referral", referral_id=document.id),
        addressee=addressee_words(document),
        number=number_words(document),
        subject=document.subject,
        unit=document.unit.name,
        age=wording.working_days(age),
        issues=ngettext("%(num)s vướng mắc", "%(num)s vướng mắc", row.issue_count),
        follow_up_on=row.next_follow_up_on,
        interim_due_on=row.interim_due_on,
    )


def _addressee_tabs(chosen: Addressee | None) -> list[Tab]:
    each = [Tab(_("Tất cả"), url_for("issues.referrals"), chosen is None)]
    return each + [
        Tab(label(f"Addressee.{one.value}"), url_for("issues.referrals", to=one.value), one is chosen)
        for one in Addressee
    ]
