"""The blueprint of the directory's pages, and what its views share.

Owns: the way from a form to one service call and back. A rule stands in the services.
"""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from tracker.db import transaction
from tracker.errors import Invalid
from tracker.web.forms import show_error

blueprint = Blueprint("directory", __name__)


def tried(form: FlaskForm, act: Callable[[], str], *, back: str, done: str) -> Response | None:
    """Do what the form asks for in one transaction and lead to the address that `act` gives.

    None where the input was refused: the page shows the form again. A stale form is the page of the 409.
    """
    g.back_href = back
    try:
        with transaction():
            target = act()
    except Invalid as error:
        show_error(form, error)
        return None
    flash(done)
    return redirect(target, 303)
