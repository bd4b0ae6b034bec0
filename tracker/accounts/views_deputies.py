"""Pages of deputies: the list of one's own, naming one, ending one.

Owns: the pages. What is allowed stands in `deputies`.
"""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from tracker import clock
from tracker.accounts import deputies
from tracker.db import db, transaction
from tracker.errors import Invalid
from tracker.permissions import Permission
from tracker.web.access import actor, fresh, requires
from tracker.web.forms import BaseForm, choices, show_error
from tracker.web.i18n import gettext as _
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.labels import label
from tracker.web.pages import page

blueprint = Blueprint("deputies", __name__)
MOST_DIGITS = 9
DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


class DeputyForm(BaseForm):
    """Who stands in for whom, from–to. One choice names both the grant and the deputy: "grant.account"."""

    pair = SelectField(_l("Vai trò vắng mặt và người thay"), validators=[InputRequired()])
    valid_from = DateField(_l("Từ ngày"), format=DAYS, validators=[InputRequired()])
    valid_to = DateField(_l("Đến hết ngày"), format=DAYS, validators=[InputRequired()])


@blueprint.route("/profile/deputies", methods=["GET", "POST"])
@fresh
@requires(Permission.OWN_PROFILE)
def index() -> Response:
    """Deputies that concern the person, and naming one; the administrator looks at any person."""
    me, today, person = actor(), clock.today(), _person()
    form = DeputyForm(data={"valid_from": today})
    form.pair.choices = choices(
        (f"{one.grant.id}.{person.id}", _pair_words(one, person.full_name))
        for one in deputies.lendable(db.session, me, today, person)
        for person in one.candidates
    )
    first, last = form.valid_from.data, form.valid_to.data
    if form.validate_on_submit() and first and last:
        grant_id, deputy_id = (int(part) for part in str(form.pair.data).split("."))
        try:
            with transaction():
                deputies.appoint(db.session, me, grant_id, deputy_id, first, last)
        except Invalid as error:
            show_error(form, error)
        else:
            flash(_("Đã cử người thay."))
            return redirect(url_for("deputies.index", person=person), 303)
    rows = deputies.named_by(db.session, me, today, person)
    endable = {row.id for row in rows if deputies.may_lend(me, row.grant)}
    return page(
        "accounts/deputies.html",
        status=422 if form.errors else 200,
        form=form,
        rows=rows,
        endable=endable,
        person=person,
    )


def _person() -> int | None:
    """The person whom the administrator looks at; for anybody else his own units are all there is."""
    return request.args.get("person", type=_key)


def _key(text: str) -> int:
    """A key as it may stand in an address. Raises ValueError for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(text)
    return int(text)


@blueprint.post("/profile/deputies/end")
@fresh
@requires(Permission.OWN_PROFILE)
def end() -> Response:
    """End one early."""
    with transaction():
        deputies.end(db.session, actor(), request.form.get("deputy", 0, type=int))
    flash(_("Đã kết thúc việc thay."))
    return redirect(url_for("deputies.index", person=_person()), 303)


def _pair_words(one: deputies.Lendable, deputy: str) -> str:
    return _(
        "%(absent)s (%(role)s, %(unit)s): %(deputy)s thay",
        absent=one.grant.account.full_name,
        role=label(f"Role.{one.grant.role}"),
        unit=one.grant.unit.name,
        deputy=deputy,
    )
