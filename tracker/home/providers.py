"""Who contributes groups to the home page.

Owns: what a provider is and the order of their groups. Must not know a group; `tracker.wiring` names the providers.
"""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.directory.switches import Switches
from tracker.issues.todo import TodoGroup
from tracker.permissions import Actor

Provider = Callable[[Session, Actor, Switches, date], Iterable[TodoGroup]]
"""Gives the groups of one package, the most pressing first."""


def all_groups(
    providers: Iterable[Provider], session: Session, me: Actor, switches: Switches, today: date
) -> list[TodoGroup]:
    """The groups of all providers, in their order."""
    return [group for provider in providers for group in provider(session, me, switches, today)]
