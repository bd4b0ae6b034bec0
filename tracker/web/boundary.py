"""The one error boundary: whatever goes wrong becomes a worded page, never a stack trace.

Owns: which error is which status, the pages of errors, and that a refusal leaves one audit entry. Must not know a
domain object; what is said stands in `labels` and in the templates of `errors/`.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
    url_for,
)
from sqlalchemy import exc
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from tracker.audit.service import record
from tracker.db import db
from tracker.errors import DomainError, Forbidden, NotFound, Throttled
from tracker.permissions import Actor
from tracker.web import http
from tracker.web.access import NotFresh, NotOurForm, NotSignedIn
from tracker.web.afterwards import afterwards
from tracker.web.labels import label
from tracker.web.pages import page

_R = TypeVar("_R", bound=AnyResponse)
RETRY_SECONDS = 5
_REFUSALS = (Forbidden, NotFound, NotOurForm, Throttled)
_OF_INPUT = (OverflowError, UnicodeError, exc.DataError)
_NOT_KEPT = {"csrf_token", "idempotency_key", "one_time_code", "renew-one_time_code", "off-one_time_code"}
_KEPT_LENGTH = 100_000
_KEPT_FIELDS = 60
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Answer:
    """How an error is answered."""

    status: int
    code: str = ""
    params: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    may_resend: bool = False


def init_app(app: Flask) -> None:
    """Catch everything."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> AnyResponse:
    if isinstance(error, HTTPException) and (error.code or _SERVER_ERROR) < 400:
        return make_response(error.get_response())
    _end_reading()
    if isinstance(error, SecurityError):
        return Response("Unknown host\n", 400, mimetype="text/plain")
    if isinstance(error, NotSignedIn) and request.method in {"GET", "HEAD"}:
        return _to_sign_in()
    if isinstance(error, NotFresh):
        return _to_confirmation()
    if isinstance(error, _REFUSALS):
        _audit(error)
    answer = _answer_for(error)
    if answer.status >= _SERVER_ERROR and not isinstance(error, HTTPException):
        current_app.logger.error("request %s: %s", http.request_id(), type(error).__name__, exc_info=error)
    return _respond(answer)


def _answer_for(error: Exception) -> Answer:
    if isinstance(error, DomainError):
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Throttled) else {}
        may_resend = isinstance(error, NotOurForm) and error.may_resend
        return Answer(error.status, error.code, error.params, headers, may_resend)
    if isinstance(error, HTTPException):
        kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
        return Answer(error.code or _SERVER_ERROR, headers=kept)
    if isinstance(error, _OF_INPUT):
        current_app.logger.warning("request %s: input refused", http.request_id(), exc_info=error)
        return Answer(400)
    if isinstance(error, exc.OperationalError | exc.TimeoutError):
        return Answer(503, headers={"Retry-After": str(RETRY_SECONDS)})
    return Answer(_SERVER_ERROR)


def _end_reading() -> None:
    """Whatever the database was doing for the failed view is given up before the page of the error reads anew."""
    try:
        db.session.rollback()
    except Exception:
        scoped: Any = db.session
        scoped.remove()


def _to_sign_in() -> AnyResponse:
    if http.is_htmx():
        here = http.safe_next(_path_of(request.headers.get("HX-Current-URL", "")))
        response = Response(status=401)
        response.headers["HX-Redirect"] = url_for("accounts.sign_in", next=here)
        return response
    return redirect(url_for("accounts.sign_in", next=http.safe_next(_asked_path())))


def _to_confirmation() -> AnyResponse:
    """A read leads to the page that asks for the proof; a write is answered by it and kept there."""
    if request.method in {"GET", "HEAD"} and not http.is_htmx():
        return redirect(url_for("confirm.ask", next=http.safe_next(_asked_path())))
    if request.method in {"GET", "HEAD"}:
        here = http.safe_next(_path_of(request.headers.get("HX-Current-URL", "")))
        return Response(status=403, headers={"HX-Redirect": url_for("confirm.ask", next=here)})
    response: AnyResponse = current_app.extensions["when_not_fresh"]()
    return _into_main(response)


def _into_main(response: _R) -> _R:
    """Where htmx asked for a part: the answer takes the place of the page's main part."""
    if has_request_context() and request.headers.get("HX-Request") == "true":
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response


def _asked_path() -> str:
    return request.full_path if request.query_string else request.path


def _path_of(url: str) -> str:
    return "/" + url.split("://", 1)[-1].partition("/")[2] if "://" in url else url


def _audit(error: DomainError) -> None:
    person: Actor | None = g.get("actor")
    about = {
        "account_id": person.account_id if person else None,
        "address": http.client_address(),
        "request_id": http.request_id(),
        "endpoint": request.endpoint or "",
    }
    detail = {"code": error.code, "status": error.status, "method": request.method}

    def write(session: Session) -> None:
        record(session, "refused", **about, **detail)  # type: ignore[arg-type]

    afterwards(write, else_print=f"audit: refused {about} {detail}")


def kept_fields() -> list[tuple[str, str]]:
    """What was typed into the form of this request, without tokens and passwords."""
    if request.method != "POST":
        return []
    try:
        typed = list(request.form.items(multi=True))
    except Exception:  # the body itself was the error
        return []
    return [
        (name, value[:_KEPT_LENGTH])
        for name, value in typed[:_KEPT_FIELDS]
        if name not in _NOT_KEPT and "password" not in name and value
    ]


def _respond(answer: Answer) -> Response:
    try:
        response = _worded(answer) if answer.code and answer.code != "not_found" else _standing(answer)
    except Exception as error:
        current_app.logger.error("request %s: no page for the error", http.request_id(), exc_info=error)
        _end_reading()
        response = _plain(answer.status)
    response.headers.update(answer.headers)
    return _into_main(response)


def _standing(answer: Answer) -> Response:
    return page("errors/error.html", status=answer.status, code=answer.status, request_id=http.request_id())


def _worded(answer: Answer) -> Response:
    same_site = not http.is_from_other_site()
    return page(
        "errors/refused.html",
        status=answer.status,
        code=answer.status,
        heading=label(f"refused.{answer.status}"),
        message=label(f"error.{answer.code}", **answer.params),
        kept=kept_fields() if same_site else [],
        path=_asked_path(),
        may_resend=answer.may_resend,
        may_sign_in=answer.status == 401 and same_site,
        back_href=g.get("back_href") or "",
    )


def _plain(status: int) -> Response:
    text = current_app.jinja_env.get_template("errors/plain.html").render(code=status)
    return make_response(text, status)
