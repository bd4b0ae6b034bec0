"""Who contributes groups to the home page.

Owns: the registry that `tracker.wiring` fills. Must not know a group.
"""

from collections.abc import Callable, Iterable
from datetime import date

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.directory.switches import Switches
from tracker.issues.todo import TodoGroup
from tracker.permissions import Actor

Provider = Callable[[Session, Actor, Switches, date], Iterable[TodoGroup]]
"""Gives the groups of one package, the most pressing first."""


def add_provider(app: Flask, provider: Provider) -> None:
    """Register a provider; wiring calls this."""
    app.extensions.setdefault("home_groups", []).append(provider)


def all_groups(session: Session, me: Actor, switches: Switches, today: date) -> list[TodoGroup]:
    """The groups of all providers, in the order in which they were registered."""
    providers: list[Provider] = current_app.extensions.get("home_groups", [])
    return [group for provider in providers for group in provider(session, me, switches, today)]
