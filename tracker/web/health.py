"""Whether this process can serve, for the proxy and whatever watches the machine.

Owns: `/healthz`. Must not tell a stranger anything but yes or no; `tracker doctor` says more.
"""

from flask import Blueprint, Response, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import db
from tracker.web.access import public
from tracker.web.http import request_id
from tracker.web.models import IdempotencyKey

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> Response:
    """200 when the database gives an answer out of a table, else 503."""
    try:
        db.session.execute(select(IdempotencyKey).limit(1)).all()
    except SQLAlchemyError as error:
        current_app.logger.error("request %s: database: %s", request_id(), type(error).__name__)
        return Response("unavailable\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
