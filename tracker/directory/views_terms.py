"""Pages of fields, categories and the routing table.

Owns: the pages. What is allowed stands in `terms` and `routing`.
"""

from flask import request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.directory import queries, routing, terms
from tracker.directory.changes import mark_of
from tracker.directory.forms import NewTermForm, TermForm, to_key
from tracker.directory.models import Category, Field, Unit
from tracker.directory.terms import Term, TermFacts, TermModel
from tracker.directory.views import blueprint, tried
from tracker.errors import NotFound
from tracker.permissions import Permission
from tracker.web.access import actor, requires
from tracker.web.forms import BaseForm
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import body_of, once
from tracker.web.pages import page


@blueprint.get("/fields")
@requires(Permission.ADMINISTER)
def fields() -> Response:
    """The fields of work."""
    return _list(Field)


@blueprint.route("/fields/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_field() -> Response:
    """A new field."""
    return _new(Field)


@blueprint.route("/fields/<int:term_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def field(term_id: int) -> Response:
    """One field."""
    return _one(Field, term_id)


@blueprint.get("/categories")
@requires(Permission.ADMINISTER)
def categories() -> Response:
    """The kinds of difficulty."""
    return _list(Category)


@blueprint.route("/categories/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_category() -> Response:
    """A new kind of difficulty."""
    return _new(Category)


@blueprint.route("/categories/<int:term_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def category(term_id: int) -> Response:
    """One kind of difficulty."""
    return _one(Category, term_id)


@blueprint.get("/routing")
@requires(Permission.ADMINISTER)
def routes() -> Response:
    """Which unit gets what."""
    table = routing.all_routes(db.session)
    names = {row.id: row.name for row in db.session.scalars(select(Unit))}
    words = {row.id: row.name for row in db.session.scalars(select(Category))}
    return page(
        "directory/routes.html",
        fields=queries.fields(db.session),
        routes_by_field=table,
        names=names,
        categories=words,
    )


@blueprint.route("/routing/<int:field_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def routes_of_field(field_id: int) -> Response:
    """The routing of one field."""
    row, me = db.session.get(Field, field_id), actor()
    if row is None:
        raise NotFound
    form = BaseForm()
    stored = routing.routes_of(db.session, field_id)
    rows = [each for each in terms.terms_of(db.session, Category) if each.is_active or each.id in stored]
    keys: list[int | None] = [None, *(each.id for each in rows)]
    chosen = {key: to_key(request.form.get(_box(key))) for key in keys} if form.is_submitted() else stored

    def act() -> str:
        seen = request.form.get("seen", "")
        routing.set_routes(db.session, me, field_id, chosen, seen=seen)
        return url_for("directory.routes")

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu phân luồng của lĩnh vực."))
        if answer is not None:
            return answer
    return page(
        "directory/routes_of_field.html",
        status=422 if form.form_errors else 200,
        field=row,
        rows=rows,
        chosen=chosen,
        units=_possible(stored),
        form=form,
        seen=request.form.get("seen") or mark_of(routing.plain(stored)),
    )


def _possible(stored: routing.Routes) -> list[Unit]:
    """The units with a group, and those that stand in the table although they have none any more."""
    found = queries.units_with_group(db.session)
    lost = set(stored.values()) - {unit.id for unit in found}
    return found + [unit for key in sorted(lost) if (unit := db.session.get(Unit, key))]


def _box(key: int | None) -> str:
    return "unit_other" if key is None else f"unit_{key}"


def _kind(model: TermModel) -> str:
    return "field" if model is Field else "category"


def _list_url(model: TermModel) -> str:
    return url_for("directory.fields" if model is Field else "directory.categories")


def _list(model: TermModel) -> Response:
    counts = terms.word_counts(db.session, model)
    rows = terms.terms_of(db.session, model)
    return page("directory/terms.html", kind=_kind(model), rows=rows, counts=counts)


def _new(model: TermModel) -> Response:
    form, me = NewTermForm(), actor()

    def act() -> str:
        sent = once(db.session, me, request.path, str(form.idempotency_key.data), body_of(request))
        if sent.result_url:
            return sent.result_url
        terms.add_term(db.session, me, model, _facts(form))
        return sent.remember(_list_url(model))

    if form.validate_on_submit():
        answer = tried(form, act, back=_list_url(model), done=_("Đã thêm vào danh mục."))
        if answer is not None:
            return answer
    return _form_page(form, model, None)


def _one(model: TermModel, term_id: int) -> Response:
    row, me = terms.term_by_id(db.session, model, term_id), actor()
    if row is None:
        raise NotFound
    facts = terms.facts_of(db.session, row)
    form = TermForm(
        seen=mark_of(terms.seen_facts(db.session, row)),
        name=facts.name,
        name_en=facts.name_en,
        order_no=facts.order_no,
        words="\n".join(facts.words),
        is_active=facts.is_active,
    )

    def act() -> str:
        terms.change_term(db.session, me, model, term_id, _facts(form), seen=str(form.seen.data))
        return _list_url(model)

    if form.validate_on_submit():
        answer = tried(form, act, back=request.path, done=_("Đã lưu mục trong danh mục."))
        if answer is not None:
            return answer
    return _form_page(form, model, row)


def _facts(form: TermForm) -> TermFacts:
    return TermFacts(
        name=str(form.name.data),
        name_en=str(form.name_en.data or ""),
        order_no=form.order_no.data or 0,
        words=terms.words_from(str(form.words.data or "")),
        is_active=bool(form.is_active.data),
    )


def _form_page(form: TermForm, model: TermModel, row: Term | None) -> Response:
    status = 422 if form.errors else 200
    return page(
        "directory/term.html", status=status, kind=_kind(model), form=form, term=row, back=_list_url(model)
    )
