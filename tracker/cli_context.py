"""What every command stands on: an application with its context, and the one line of a refusal.

Owns: opening and closing the application of a command. Must not know a command.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from tracker.config import Settings

if TYPE_CHECKING:
    from flask import Flask


class Refusal(Exception):
    """Something the person who typed the command has to put right; one line."""


@contextmanager
def application(settings: Settings | None = None) -> Iterator["Flask"]:
    """An application in its context; every connection is closed at the end."""
    from tracker import create_app
    from tracker.db import db

    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:  # no connection is left to the end of the process, nor to the processes that are forked
            db.session.close()
            db.engine.dispose()


def with_application(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command gets the application as its first argument and runs in its context."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with application() as app:
            return command(app, *args, **kwargs)

    return run
