"""The running site as tests see it: who is who, sessions without the sign-in page, what must not happen on a page."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypedDict

from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError
from sqlalchemy import select

from tracker.accounts.models import Account, Grant
from tracker.accounts.service import Caller, start_session
from tracker.db import db, transaction
from tracker.demo.cast import SIGN_OFF_COMMUNES
from tracker.directory.models import Unit
from tracker.permissions import Role

RENEWED_SECONDS = 300.0
"""What is sensitive asks for a proof of identity of the last quarter of an hour; the run of all tests is longer."""


class Cookie(TypedDict):
    """A cookie as Playwright takes it."""

    name: str
    value: str
    url: str


@dataclass
class Site:
    """The address of the server, and a second application on the same instance for looking things up."""

    address: str
    app: Flask
    _cookies: dict[str, Cookie] = field(default_factory=dict)
    _made_at: dict[str, float] = field(default_factory=dict)

    def cookie(self, login: str) -> Cookie:
        """The session cookie of a sample person who signed in within the last minutes."""
        if time.monotonic() - self._made_at.get(login, -RENEWED_SECONDS) >= RENEWED_SECONDS:
            self._made_at[login] = time.monotonic()
            client = self.app.test_client()
            with self.app.app_context():
                account_id = db.session.scalars(select(Account.id).where(Account.login == login)).one()
                with transaction():
                    caller = Caller("127.0.0.1", "test")
                    token = start_session(db.session, account_id, caller, lasts=timedelta(hours=12))
            with client.session_transaction() as session:
                session["_user_id"] = token
            kept = client.get_cookie(str(self.app.config["SESSION_COOKIE_NAME"]))
            assert kept is not None
            self._cookies[login] = {"name": kept.key, "value": kept.value, "url": self.address}
        return self._cookies[login]

    def name(self, login: str) -> str:
        """The full name of a sample person."""
        with self.app.app_context():
            return db.session.scalars(select(Account.full_name).where(Account.login == login)).one()

    def logins(self, role: Role, unit: str | None = None) -> list[str]:
        """The people with a role, in the unit with this name or anywhere."""
        with self.app.app_context():
            asked = (
                select(Account.login)
                .join(Grant, Grant.account_id == Account.id)
                .join(Unit, Unit.id == Grant.unit_id)
                .where(Grant.role == role)
                .order_by(Account.id)
            )
            if unit is not None:
                asked = asked.where(Unit.name == unit)
            return list(db.session.scalars(asked))

    def officer(self) -> str:
        """The officer of a commune that sends without its leader's signature."""
        with self.app.app_context():
            asked = (
                select(Account.login)
                .join(Grant, Grant.account_id == Account.id)
                .join(Unit, Unit.id == Grant.unit_id)
                .where(Grant.role == Role.COMMUNE_OFFICER, Unit.name.not_in(SIGN_OFF_COMMUNES))
                .order_by(Account.id)
            )
            return db.session.scalars(asked).first() or ""


class Watch:
    """Collects what must not happen while pages are used: errors, refused content, requests to other hosts."""

    def __init__(self, context: BrowserContext, address: str, refused: Collection[object] = ()) -> None:
        """Watch everything in a context. `refused`: statuses and network errors that the test brings about."""
        self.address = address
        self.refused = refused
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if any(str(word) in message.text for word in self.refused):
            return
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"request to another host: {request.url}")
