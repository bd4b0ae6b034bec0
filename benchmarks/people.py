"""Who opens the pages of the measurement: sessions written into the database, cookies as the product signs them.

Owns: signing in without a password, and counting what a page asks of the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, select

from benchmarks.client import Caller
from tracker.accounts.models import Account, Grant
from tracker.accounts.service import Caller as Device
from tracker.accounts.service import start_session
from tracker.db import db, transaction
from tracker.permissions import Role

NOT_ASKED = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET TRANSACTION")


def sign_in(app: Flask, port: int, role: Role, unit_id: int | None = None) -> Caller:
    """A browser of the first person with the role (in the unit); call in an application context."""
    wanted = select(Account).join(Grant, Grant.account_id == Account.id).where(Grant.role == role)
    if unit_id is not None:
        wanted = wanted.where(Grant.unit_id == unit_id)
    account = db.session.scalars(wanted.order_by(Account.id).limit(1)).one()
    with transaction():
        device = Device(address="127.0.0.1", request_id="bench", device="bench")
        token = start_session(db.session, account.id, device, lasts=timedelta(hours=12))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    name = str(app.config["SESSION_COOKIE_NAME"])
    return Caller(port, {name: str(signer.dumps({"_user_id": token}))})


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, without those that open and close a transaction."""
    texts: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NOT_ASKED):
            texts.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield texts
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
