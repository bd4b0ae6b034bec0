"""The person who acts, as rules and services see him.

Owns: `Actor`, a plain value read once per request. Must not know the request.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, Grant
from tracker.permissions import PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class Actor:
    """An account with the grants that hold today."""

    account_id: int
    display_name: str
    grants: frozenset[tuple[Role, int]]

    @property
    def roles(self) -> frozenset[Role]:
        """All roles, in whatever unit."""
        return frozenset(role for role, _ in self.grants)

    @property
    def unit_ids(self) -> frozenset[int]:
        """All units in which the person holds a grant that may see issues."""
        return self.units_with(Permission.SEE_ISSUES)

    def has(self, permission: Permission) -> bool:
        """Whether any grant gives the permission."""
        return any(permission in PERMISSIONS[role] for role in self.roles)

    def units_with(self, permission: Permission) -> frozenset[int]:
        """The units in which a grant gives the permission."""
        return frozenset(unit_id for role, unit_id in self.grants if permission in PERMISSIONS[role])

    def holds(self, unit_id: int | None, *roles: Role) -> bool:
        """Whether the person has one of the roles in the unit."""
        return any((role, unit_id) in self.grants for role in roles)


def actor_of(session: Session, account: Account, today: date) -> Actor:
    """The actor with the grants that hold today; none for a disabled account."""
    rows = session.execute(
        select(Grant.role, Grant.unit_id).where(
            Grant.account_id == account.id,
            Grant.valid_from <= today,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
        )
    )
    grants = frozenset((role, unit_id) for role, unit_id in rows) if account.is_active else frozenset()
    return Actor(account.id, account.full_name, grants)
