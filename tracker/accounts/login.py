"""Who asks: Flask-Login over the table of sessions.

Owns: the way from the token in the browser's signed cookie to the person, and when a session was last seen. The token
is the session's name (`get_id`), so that ending the row ends the session wherever it is used. Must not check a
password.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import kept_form, queries, service
from tracker.accounts.models import Account
from tracker.accounts.sealing import Seal
from tracker.config import Settings
from tracker.db import db
from tracker.permissions import Actor, actor_with
from tracker.web import i18n
from tracker.web.afterwards import afterwards

_STEP = "sign_in_step"


class SignedInUser(UserMixin):
    """The person of a living session, as templates see him."""

    def __init__(self, token: str, living: queries.LivingSession) -> None:
        self.token = token
        self.token_hash = living.token_hash
        self.account_id = living.account_id
        self.grants = living.grants
        self.last_seen_at = living.last_seen_at
        self.signed_in_at = living.created_at
        self.looked_at = living.looked_at
        self.display_name = living.full_name
        self.language = living.language

    @property
    def account(self) -> Account:
        """The whole account, which few pages need."""
        return db.session.get_one(Account, self.account_id)

    def get_id(self) -> str:
        """The session's token: what Flask-Login keeps in the browser's cookie."""
        return self.token


class Nobody(AnonymousUserMixin):
    """Nobody is signed in."""

    display_name = ""


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by the token of their session."""
    manager = LoginManager()
    manager.session_protection = ""  # phones change their address; a session is bound to its token alone
    manager.anonymous_user = Nobody
    manager.user_loader(_load)
    manager.init_app(app)
    settings: Settings = app.extensions["settings"]
    app.extensions["seal"] = Seal(settings.secret_keys())
    app.extensions["seal_of_forms"] = Seal(settings.secret_keys(), kept_form.PURPOSE)


def load_actor() -> Actor | None:
    """The person of this request with the grants that hold today; None when nobody is signed in."""
    user = signed_in_user()
    if user is None:
        return None
    i18n.use_language(user.language)
    _note_last_seen(user)
    g.proved_at = user.signed_in_at
    return actor_with(user.account_id, user.display_name, user.grants)


def let_in(token: str, *, keep_forms: bool = False) -> None:
    """Put a new session's token into the browser; whatever the browser held before is dropped (no fixation).

    `keep_forms`: the forms that the same person has open elsewhere stay valid.
    """
    of_forms = session.get("csrf_token") if keep_forms else None
    session.clear()
    if of_forms:
        session["csrf_token"] = of_forms
    user = _load(token)
    if user is not None:
        if not of_forms:
            g.pop("csrf_token", None)
        login_user(user)
        for name in ("_id", "_fresh"):  # Flask-Login's own protection, which is not used
            session.pop(name, None)


def let_half_in(token: str) -> None:
    """Put the token of a step on the way in into the browser; it opens no page."""
    session.clear()
    g.pop("csrf_token", None)
    session[_STEP] = token


def note_step(token: str) -> None:
    """Put the token of a step beside the session of somebody who confirms who he is."""
    session[_STEP] = token


def forget_step() -> None:
    """Take the token of a step out of the browser."""
    session.pop(_STEP, None)


def step_token() -> str:
    """The token of the step on which this browser is; '' for none."""
    token = session.get(_STEP)
    return token if isinstance(token, str) else ""


def let_out() -> None:
    """Take everything out of the browser."""
    session.clear()
    g.pop("csrf_token", None)


def current_token_hash() -> str:
    """The row of the session of this request; '' when nobody is signed in."""
    user = signed_in_user()
    return user.token_hash if user else ""


def signed_in_user() -> SignedInUser | None:
    """The person of this request with his account and session."""
    user: Any = current_user
    return user if user.is_authenticated else None


def seal() -> Seal:
    """What seals and opens the secrets of second factors."""
    found: Seal = current_app.extensions["seal"]
    return found


def seal_of_forms() -> Seal:
    """What seals and opens the forms that are kept while somebody confirms who he is."""
    found: Seal = current_app.extensions["seal_of_forms"]
    return found


def idle_time() -> timedelta:
    """After how long without a request a session is over."""
    settings: Settings = current_app.extensions["settings"]
    return timedelta(hours=settings.session_idle_hours)


def longest_time() -> timedelta:
    """After how long a session is over at the latest."""
    settings: Settings = current_app.extensions["settings"]
    return timedelta(hours=settings.session_absolute_hours)


def _load(token: Any) -> SignedInUser | None:
    if not isinstance(token, str):
        return None
    token_hash = service.hash_token(token)
    found = queries.living_session(db.session, token_hash, clock.now(), idle_time(), clock.today())
    return SignedInUser(token, found) if found else None


def _note_last_seen(user: SignedInUser) -> None:
    now = clock.now()
    if now - user.last_seen_at < service.SEEN_EVERY:
        return
    token_hash = user.token_hash

    def write(of: Session) -> None:
        service.mark_seen(of, token_hash, now)

    afterwards(write, else_print="last use of a session was not kept")
