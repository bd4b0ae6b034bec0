"""One line in the log for each request.

Owns: what stands in it: never an address, a query, a form or a person. Must not decide where the log goes.
"""

import logging
from time import perf_counter

from flask import Flask, Response, g, request

from tracker.logs import REQUESTS
from tracker.web.http import request_id

_METHOD_LENGTH = 10
_log = logging.getLogger(REQUESTS)


def init_app(app: Flask) -> None:
    """Watch every request. Call it first: it then begins before and ends after everything else."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    g.began = perf_counter()


def _tell(response: Response) -> Response:
    if _log.isEnabledFor(logging.INFO):
        fields = {
            "request_id": request_id(),
            "method": request.method[:_METHOD_LENGTH],
            "endpoint": request.endpoint or "",
            "status": response.status_code,
            "ms": round((perf_counter() - g.began) * 1000, 1),
        }
        _log.info("request", extra={"fields": fields})
    return response
