"""What a browser refused on a page of ours, as it tells by itself (`report-uri` of the content security policy).

Owns: `/csp-report`, how much of it is taken, and the line in the log. Must not keep a path, a query or a person: which
rule was broken, and whence the refused thing would have come, is enough to look for it.
"""

import json
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from tracker import clock
from tracker.errors import Throttled
from tracker.web.access import public, without_token
from tracker.web.http import VIOLATIONS_PATH, request_id

blueprint = Blueprint("violations", __name__)

MOST_BYTES = 16_384
MOST_A_MINUTE = 30
"""Of one process: a page that breaks a rule breaks it at everybody's, and a few lines tell it."""
_KIND = "application/csp-report"
_taken: deque[float] = deque(maxlen=MOST_A_MINUTE)


@blueprint.post(VIOLATIONS_PATH)
@public
@without_token
def take() -> Response:
    """Write one line for a report. Nothing is stored, nothing is answered."""
    if request.mimetype != _KIND:
        raise UnsupportedMediaType
    length = request.content_length
    if length is None or length > MOST_BYTES:
        raise RequestEntityTooLarge
    _check_rate()
    broken, source = _told(request.get_data())
    current_app.logger.warning("request %s: a browser refused %s from %s", request_id(), broken, source)
    return Response(status=204)


def _check_rate() -> None:
    now = clock.now().timestamp()
    if len(_taken) == MOST_A_MINUTE and now - _taken[0] < 60:
        raise Throttled(60)
    _taken.append(now)


def _told(body: bytes) -> tuple[str, str]:
    """The rule that was broken and the scheme and host of what was refused. Raises BadRequest."""
    try:
        report: Any = json.loads(body)["csp-report"]
        broken = str(report.get("effective-directive") or report["violated-directive"])
        parts = urlsplit(str(report.get("blocked-uri", "")))
        source = f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme or parts.path
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadRequest from None
    return _plain(broken), _plain(source)


def _plain(text: str) -> str:
    """A word for the log."""
    return "".join(
        letter for letter in text[:80] if letter.isascii() and (letter.isalnum() or letter in ":/.-")
    )
