"""Small writes that follow an answer: the audit entry of a refusal, when a session was last seen.

Owns: their order and that each is a short transaction of its own after the answer is decided. Must not change the
answer: a write that fails is told to stderr and the answer goes out.
"""

import sys
from collections.abc import Callable

from flask import Flask, Response, g
from sqlalchemy.orm import Session

from tracker.db import db, transaction

Write = Callable[[Session], None]


def afterwards(write: Write, *, else_print: str) -> None:
    """Carry out `write` once the answer of this request is decided; if that fails, print the line to stderr."""
    _writes().append((write, else_print))


def init_app(app: Flask) -> None:
    """Run what was left for afterwards at the end of each request."""
    app.after_request(_run)


def _writes() -> list[tuple[Write, str]]:
    if "afterwards" not in g:
        g.afterwards = []
    writes: list[tuple[Write, str]] = g.afterwards
    return writes


def _run(response: Response) -> Response:
    for write, line in g.pop("afterwards", []):
        try:
            with transaction():
                write(db.session)
        except Exception as error:
            sys.stderr.write(f"{line} ({type(error).__name__})\n")
    return response
