"""The administrator's pages of the calendar: a year, one day, files, the proposal, and the look before a change.

Owns: the pages (deadlines has no views; what would move is known here). Every change is shown first, with how many open
issues it moves: a number only, for the administrator reads no matter. The dates themselves are moved by a job.
"""

from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.db import db
from tracker.deadlines import changing
from tracker.deadlines.calendar import FIRST_YEAR, LAST_YEAR, Day
from tracker.deadlines.changing import Plan
from tracker.deadlines.exchange import Read, read_days, to_csv, to_ics
from tracker.deadlines.proposals import Beside, compare, proposal
from tracker.directory.views import tried
from tracker.errors import Invalid, NotFound
from tracker.issues import recompute
from tracker.issues.forms.calendar import ConfirmYearForm, DayForm, PlanForm
from tracker.issues.views.blueprint import blueprint
from tracker.permissions import Permission
from tracker.text import format_date
from tracker.web.access import actor, requires, takes_files
from tracker.web.forms import BaseForm, show_error
from tracker.web.http import query_number
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.pages import AdminEntry, page
from tracker.web.scanning import scan

ADMIN_PAGES = (
    AdminEntry(
        "issues.calendar",
        _l("Lịch làm việc"),
        _l("Ngày nghỉ, ngày làm bù của từng năm; nhập, xuất, lập lịch năm sau."),
        Permission.ADMINISTER,
        65,
    ),
)


@dataclass(frozen=True)
class RowShown:
    """A date of the year as the table shows it; "" where there is no row."""

    on: str
    iso: str
    weekday: str
    stored: str
    source: str
    status: str
    proposed: str
    is_different: bool


@blueprint.get("/calendar")
@requires(Permission.ADMINISTER)
def calendar() -> Response:
    """The days of a year, with the proposal beside them."""
    today = clock.today()
    year = _year(query_number("year", today.year, LAST_YEAR))
    stored = changing.days_of(db.session, year)
    return page(
        "issues/calendar.html",
        year=year,
        rows=[_shown(each) for each in compare(stored, proposal(year))],
        is_empty=not stored,
        provisional=sum(day.is_provisional for day in stored),
        running=changing.running_change(db.session),
        form=BaseForm(),
        confirm=ConfirmYearForm(formdata=None),
        years=[_tab(each, year) for each in range(today.year - 1, today.year + 3)],
    )


def _tab(each: int, shown: int) -> dict[str, object]:
    return {"label": each, "href": url_for("issues.calendar", year=each), "is_current": each == shown}


@blueprint.route("/calendar/day", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def calendar_day() -> Response:
    """One day: add, change or take out; the next page shows what that moves."""
    found = _stored_day(request.args.get("on", ""))
    values = {} if found is None else {
        "on": found.on,
        "kind": "work" if found.is_work else "off",
        "name": found.name,
        "source": found.source,
        "state": "provisional" if found.is_provisional else "confirmed",
    }  # fmt: skip
    form = DayForm(data=values)
    form.prepare()
    if (
        form.is_submitted()
        and request.form.get("do") == "remove"
        and found is not None
        and BaseForm().validate()
    ):
        return _look(Plan(removed=(found.on,)), back=request.full_path)
    if form.validate_on_submit():
        plan = Plan((form.to_day(),), (found.on,) if found and found.on != form.on.data else ())
        try:
            changing.check_plan(plan)
            return _look(plan, back=request.full_path)
        except Invalid as error:
            show_error(form, error)
    return page("issues/calendar_day.html", status=422 if form.errors else 200, form=form, day=found)


@blueprint.post("/calendar/proposal")
@requires(Permission.ADMINISTER)
def calendar_proposal() -> Response:
    """The proposal of a year as provisional rows, where the table has none yet."""
    year = _year(int(text) if (text := request.form.get("year", "")).isdecimal() else 0)
    present = {day.on for day in changing.days_of(db.session, year)}
    plan = Plan(tuple(day for day in proposal(year) if day.on not in present))
    return _look(plan, back=url_for("issues.calendar", year=year))


@blueprint.post("/calendar/confirm")
@requires(Permission.ADMINISTER)
def calendar_confirm() -> Response:
    """All provisional days of a year become official, by a document."""
    year = _year(int(text) if (text := request.form.get("year", "")).isdecimal() else 0)
    form, back = ConfirmYearForm(), url_for("issues.calendar", year=year)
    source = str(form.document.data or "") if form.validate_on_submit() else ""
    if not source:
        return page("issues/calendar_confirm.html", status=422, form=form, year=year, back=back)
    days = [day for day in changing.days_of(db.session, year) if day.is_provisional]
    plan = Plan(tuple(Day(day.on, day.is_work, day.name, False, source) for day in days))
    return _look(plan, back=back)


@blueprint.route("/calendar/import", methods=["GET", "POST"])
@takes_files
@requires(Permission.ADMINISTER)
def calendar_import() -> Response:
    """A CSV or ICS file; faulty rows are shown and nothing is taken."""
    form, rows = BaseForm(), list[Read]()
    if form.validate_on_submit():
        file = request.files.get("file")
        try:
            if file is not None:
                scan(file)
            rows = read_days(file.read() if file else b"")
        except Invalid as error:
            show_error(form, error)
        if rows and not any(row.fault for row in rows):
            return _look(Plan(tuple(row.day for row in rows if row.day)), back=request.path)
    is_bad = bool(form.form_errors or rows)
    return page("issues/calendar_import.html", status=422 if is_bad else 200, form=form, rows=rows)


@blueprint.post("/calendar/save")
@requires(Permission.ADMINISTER)
def calendar_save() -> Response:
    """Write a change that was looked at."""
    me, form = actor(), PlanForm()
    back = url_for("issues.calendar")

    def act() -> str:
        plan = form.to_plan()
        changing.carry_out(db.session, me, plan, clock.now(), seen=str(form.seen.data))
        years = sorted(on.year for on in plan.dates)
        return url_for("issues.calendar", year=years[0] if years else None)

    if form.validate_on_submit():
        answer = tried(
            form, act, back=back, done=_("Đã lưu lịch làm việc. Hạn của các vướng mắc đang được tính lại.")
        )
        if answer is not None:
            return answer
    return page("issues/calendar_import.html", status=422, form=form, rows=[])


@blueprint.get("/calendar/<int:year>.<any(csv, ics):kind>")
@requires(Permission.ADMINISTER)
def calendar_file(year: int, kind: str) -> Response:
    """The days of a year as a file."""
    days = changing.days_of(db.session, _year(year))
    body = to_ics(days) if kind == "ics" else to_csv(days).encode("utf-8-sig")
    response = Response(body, mimetype="text/calendar" if kind == "ics" else "text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="lich-lam-viec-{year}.{kind}"'
    return response


def _look(plan: Plan, *, back: str) -> Response:
    """The page before the change: what becomes of each date, and how many open issues move."""
    days = changing.days_of(db.session)
    changes = changing.effective(days, plan)
    stored, new = {day.on: day for day in days}, {day.on: day for day in changes.put}
    calendar_then = changing.with_plan(days, changes)
    form = PlanForm(formdata=None, seen=changing.mark(db.session))
    form.rows.data = to_csv(changes.put) if changes.put else ""
    form.removed.data = ",".join(on.isoformat() for on in changes.removed)
    return page(
        "issues/calendar_check.html",
        form=form,
        rows=[(format_date(on), _words(stored.get(on)), _words(new.get(on))) for on in sorted(changes.dates)],
        moving=recompute.would_move(db.session, calendar_then) if changes.dates else 0,
        back=back,
    )


def _stored_day(text: str) -> Day | None:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return next((day for day in changing.days_of(db.session, on.year) if day.on == on), None)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    return year


def _shown(each: Beside) -> RowShown:
    stored = each.stored
    return RowShown(
        on=format_date(each.on),
        iso=each.on.isoformat(),
        weekday=_weekday(each.on),
        stored=_words(stored, with_status=False),
        source=stored.source if stored else "",
        status="" if stored is None else _("Tạm tính") if stored.is_provisional else _("Chính thức"),
        proposed=_words(each.proposed, with_status=False),
        is_different=each.is_different,
    )


def _weekday(on: date) -> str:
    words = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
    return words[on.weekday()]


def _words(day: Day | None, *, with_status: bool = True) -> str:
    if day is None:
        return ""
    kind = _("Làm việc") if day.is_work else _("Nghỉ")
    status = (_("Tạm tính") if day.is_provisional else _("Chính thức")) if with_status else ""
    return " · ".join(part for part in (kind, day.name, status, day.source if with_status else "") if part)
